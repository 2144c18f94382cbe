"""Encodings: made where they pay, the same each time, the dearest first, and stopped promptly."""

from __future__ import annotations

import gzip
import os
import random
import threading
import time
from pathlib import Path

import brotli
import pytest
import zstandard

from perfbuild.cache import DiskCache, NullCache
from perfbuild.diagnostics import Diagnostics
from perfbuild.model import Encoding
from perfbuild.stages import compress as stage
from perfbuild.stages.compress import Compressor, compress, is_compressible

from .builders import PROSE, config, output


def encoded(*files: object, root: Path = Path("/project"), **options: object) -> dict[str, dict[Encoding, bytes]]:
    result = compress(files, config(root), NullCache(), Diagnostics(), **options)  # type: ignore[arg-type]
    return {path: dict(file.encoded) for path, file in result.items()}


def test_every_encoding_decodes_to_the_file() -> None:
    made = encoded(output("a.js", PROSE))["a.js"]
    assert brotli.decompress(made["brotli"]) == PROSE
    assert gzip.decompress(made["gzip"]) == PROSE
    assert zstandard.ZstdDecompressor().decompress(made["zstd"]) == PROSE
    assert all(len(content) < len(PROSE) / 10 for content in made.values())


def test_the_gzip_header_names_no_time_no_file_and_no_system() -> None:
    header = encoded(output("a.js", PROSE))["a.js"]["gzip"][:10]
    assert header == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def test_a_large_zstd_frame_keeps_to_the_window_that_browsers_accept() -> None:
    """RFC 9659: at most 8 MiB."""
    frame = zstandard.get_frame_parameters(stage.encode("zstd", bytes(12_000_000)))
    assert frame.window_size <= 8 << 20
    assert frame.content_size == 12_000_000


@pytest.mark.parametrize(("size", "made"), [(1023, False), (1024, True)])
def test_files_under_one_kibibyte_are_left(size: int, made: bool) -> None:
    assert bool(encoded(output("a.css", b"a" * size))["a.css"]) is made


def test_an_encoding_that_saves_under_five_percent_is_left_out() -> None:
    noise = random.Random(1).randbytes(20_000)
    assert encoded(output("noise.txt", noise)) == {"noise.txt": {}}
    mixed = noise + bytes(1_250)  # saves a little over 5 %
    assert set(encoded(output("mixed.txt", mixed))["mixed.txt"]) == {"brotli", "gzip", "zstd"}
    mixed = noise + bytes(950)  # a little under
    assert encoded(output("mixed.txt", mixed)) == {"mixed.txt": {}}


def test_each_encoding_is_judged_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"brotli": 949, "gzip": 951, "zstd": 950}
    monkeypatch.setattr(stage, "MIN_SIZE", 1000)
    monkeypatch.setattr(stage, "encode", lambda encoding, _content: bytes(sizes[encoding]))
    assert set(encoded(output("a.js", bytes(1000)))["a.js"]) == {"brotli", "zstd"}


@pytest.mark.parametrize("path", ["a.js", "A.HTML", "font.ttf", "x/app.wasm", "feed.xml", "i.svg", "favicon.ico"])
def test_text_and_raw_formats_are_compressible(path: str) -> None:
    assert is_compressible(path)


@pytest.mark.parametrize("path", ["a.png", "a.woff2", "a.avif", "a.zip", "a.js.gz", "LICENSE", "css/logo.webp"])
def test_formats_that_are_compressed_already_are_left(path: str) -> None:
    assert not is_compressible(path)


def test_only_the_encodings_asked_for_are_made() -> None:
    assert set(encoded(output("a.js", PROSE), encodings=("gzip",))["a.js"]) == {"gzip"}


def test_a_copied_file_is_read_from_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_bytes(PROSE)
    made = encoded(output("data.json", None, copy_of=tmp_path / "data.json"))  # type: ignore[arg-type]
    assert gzip.decompress(made["data.json"]["gzip"]) == PROSE


def test_a_copied_file_that_is_gone_is_reported(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    files = [output("data.json", None, copy_of=tmp_path / "gone.json", sources=("gone.json",))]  # type: ignore[arg-type]
    compress(files, config(tmp_path), NullCache(), diagnostics)
    assert [(each.code, str(each.location)) for each in diagnostics] == [("file-unreadable", "gone.json")]


def test_results_come_in_one_order_whatever_the_threads_do() -> None:
    files = [output(f"{name}.js", PROSE * (1 + index)) for index, name in enumerate("dbeac")]
    one = compress(files, config(Path("/p"), jobs=1), NullCache(), Diagnostics())
    many = compress(reversed(files), config(Path("/p"), jobs=4), NullCache(), Diagnostics())
    assert list(one) == list(many) == ["a.js", "b.js", "c.js", "d.js", "e.js"]
    assert one == many
    assert [list(file.encoded) for file in many.values()] == [["brotli", "gzip", "zstd"]] * 5


def test_of_what_waits_the_dearest_is_begun_first(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[str, int]] = []
    first, go = threading.Event(), threading.Event()

    def note(encoding: Encoding, content: bytes) -> bytes:
        first.set()
        go.wait(5)
        begun.append((encoding, len(content)))
        return b"x"

    monkeypatch.setattr(stage, "encode", note)
    with Compressor(config(Path("/p"), jobs=1), NullCache(), Diagnostics(), ("gzip", "brotli")) as compressor:
        compressor.submit(output("first.js", bytes(1_024)))
        assert first.wait(5)
        compressor.submit(output("small.js", bytes(2_000)))
        compressor.submit(output("large.js", bytes(90_000)))
        go.set()
        compressor.results()
    rest = begun[1:]
    assert rest[0] == ("brotli", 90_000)
    assert rest.index(("gzip", 90_000)) < rest.index(("brotli", 2_000)) < rest.index(("gzip", 2_000))


def test_leaving_early_drops_what_has_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    running, go = threading.Event(), threading.Event()

    def slow(_encoding: Encoding, content: bytes) -> bytes:
        begun.append(len(content))
        running.set()
        go.wait(5)
        return b"x"

    monkeypatch.setattr(stage, "encode", slow)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Compressor(config(Path("/p"), jobs=1), NullCache(), Diagnostics()) as it:
        for number in range(20):
            it.submit(output(f"{number}.js", bytes(5_000)))
        assert running.wait(5)
        raise KeyboardInterrupt
    assert time.monotonic() - started < 2, "the running encoding was waited for"
    go.set()
    time.sleep(0.1)
    assert len(begun) == 1


def test_a_fault_of_an_encoder_reaches_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_encoding: Encoding, _content: bytes) -> bytes:
        raise MemoryError

    monkeypatch.setattr(stage, "encode", fail)
    with pytest.raises(MemoryError):
        encoded(output("a.js", PROSE))


def test_a_second_build_takes_every_encoding_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = random.Random(1).randbytes(2_000)
    files = [output("a.js", PROSE), output("noise.js", noise)]
    cache = DiskCache(tmp_path / "cache", 10**9, Diagnostics())
    first = compress(files, config(tmp_path), cache, Diagnostics())

    def refuse(_encoding: Encoding, _content: bytes) -> bytes:
        pytest.fail("encoded again")

    monkeypatch.setattr(stage, "encode", refuse)
    assert compress(files, config(tmp_path), cache, Diagnostics()) == first
    assert first["noise.js"].encoded == {}


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core shows nothing")
@pytest.mark.parametrize("encoding", ["brotli", "gzip", "zstd"])
def test_encoders_leave_the_interpreter_to_others(encoding: Encoding) -> None:
    """While one encodes, this thread gets to run: without that a pool of threads would gain nothing."""
    words = random.Random(1).choices(PROSE.split(), k=200_000)
    content = b" ".join(words)
    stage.encode(encoding, b"warm")
    worker = threading.Thread(target=stage.encode, args=(encoding, content))
    worker.start()
    turns = 0
    while worker.is_alive():
        time.sleep(0.001)
        turns += 1
    assert turns >= 5
