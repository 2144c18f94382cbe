"""Deltas between releases: what is made, from what, where it lies, and that it decodes as RFC 9842 says."""

from __future__ import annotations

import hashlib
import json
import random
import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import zstandard

from perfbuild.cache import DiskCache, NullCache
from perfbuild.config import Config, Output
from perfbuild.diagnostics import Diagnostics, PerfbuildError
from perfbuild.model import EncodedFile, OutputFile
from perfbuild.stages import deltas as stage
from perfbuild.stages.compress import Compressor
from perfbuild.stages.deltas import delta_path, dictionaries_for, kept_for, pattern_of, use_as_dictionary
from perfbuild.stages.emit import check_out, emit
from perfbuild.stages.previous import read_previous

from .builders import config, output, tree

OLD, NEW, NEWER = "assets/main-0aZ9bY8c.js", "assets/main-1bY8cX7d.js", "assets/main-2cX7dW6e.js"


def script(release: int, size: int = 20_000) -> bytes:
    """Incompressible but for what it has in common with the other releases."""
    return b"// release %d\n" % release + random.Random(1).randbytes(size)


def sha256(content: bytes) -> str:
    return b64encode(hashlib.sha256(content).digest()).decode()


def release(root: Path, name: str, files: Mapping[str, bytes], *previous: Path, **changes: Any) -> Path:
    """Builds hashed ``files`` into ``root/name`` as a release after the ``previous`` ones."""
    chosen = config(root, out=root / name, output=Output(previous=previous), **changes)
    hashed = [output(path, content, hashed=True) for path, content in files.items()]
    emit(hashed, compressed(hashed, chosen), chosen, {".perfbuild/manifest.json": b"{}"})
    return root / name


def compressed(files: list[OutputFile], chosen: Config, cache: Any = None) -> dict[str, EncodedFile]:
    diagnostics = Diagnostics()
    releases = read_previous(chosen, diagnostics)
    assert not list(diagnostics)
    with Compressor(chosen, cache or NullCache(), diagnostics, chosen.encodings) as compressor:
        for file in files:
            compressor.submit(file, dictionaries_for(file, releases), kept_for(file, releases))
        found = compressor.results()
    assert not list(diagnostics)
    return found


def deltas_in(folder: Path) -> dict[str, bytes]:
    return {path: content for path, content in tree(folder).items() if path.endswith(".dcz")}


def decoded(delta: bytes, dictionary: bytes) -> bytes:
    """As a browser does it: the header is checked, then the frame decoded with the dictionary's bytes as they are."""
    assert delta[:8] == bytes((0x5E, 0x2A, 0x4D, 0x18, 0x20, 0, 0, 0))
    assert delta[8:40] == hashlib.sha256(dictionary).digest()
    raw = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return zstandard.ZstdDecompressor(dict_data=raw).decompress(delta[40:])


# --- what is made ---------------------------------------------------------------------------------


def test_a_changed_script_has_a_delta_that_decodes_to_it(tmp_path: Path) -> None:
    before = release(tmp_path, "before", {OLD: script(1)})
    after = release(tmp_path, "after", {NEW: script(2)}, before)
    ((path, delta),) = deltas_in(after).items()
    assert decoded(delta, script(1)) == script(2)
    assert len(delta) < 100
    assert path == delta_path(NEW, sha256(script(1)))


def test_the_release_before_is_left_as_it_was(tmp_path: Path) -> None:
    before = release(tmp_path, "before", {OLD: script(1)})
    kept = tree(before)
    release(tmp_path, "after", {NEW: script(2)}, before)
    assert tree(before) == kept


def test_the_output_itself_may_be_the_release_before(tmp_path: Path) -> None:
    dist = release(tmp_path, "dist", {OLD: script(1)})
    release(tmp_path, "dist", {NEW: script(2)}, dist)
    ((_, delta),) = deltas_in(dist).items()
    assert decoded(delta, script(1)) == script(2)
    assert not (dist / OLD).exists()


@pytest.mark.parametrize(
    ("path", "content", "why"),
    [
        (OLD, script(1), "visitors have it"),
        ("assets/other-1bY8cX7d.js", script(2), "browsers offer nothing for another name"),
        ("assets/main-1bY8cX7d.css", script(2), "nor for another type"),
        ("assets/main-1bY8cX7d.js", b"short", "it is too small to be compressed at all"),
        ("assets/main-1bY8cX7d.js", random.Random(2).randbytes(20_000), "nothing of it was there before"),
        ("assets/main-1bY8cX7d.svg", script(2), "images are no dictionaries"),
    ],
)
def test_no_delta_is_made_where_it_is_no_use(path: str, content: bytes, why: str, tmp_path: Path) -> None:
    before = release(tmp_path, "before", {OLD: script(1), "assets/main-0aZ9bY8c.svg": script(1)})
    assert deltas_in(release(tmp_path, "after", {path: content}, before)) == {}, why


def test_a_delta_must_save_against_the_best_plain_encoding(tmp_path: Path) -> None:
    """Text that brotli makes tiny: the delta would save nearly all of the file, and nothing against that."""
    words = b"".join(b"const value%d = %d;\n" % (number % 7, number % 3) for number in range(4000))
    before = release(tmp_path, "before", {OLD: script(1)})
    after = release(tmp_path, "after", {NEW: words}, before)
    assert (after / f"{NEW}.br").exists()
    assert deltas_in(after) == {}


def test_without_encodings_there_are_no_deltas(tmp_path: Path) -> None:
    before = release(tmp_path, "before", {OLD: script(1)})
    assert deltas_in(release(tmp_path, "after", {NEW: script(2)}, before, compress=False)) == {}


def test_files_that_are_not_named_by_content_have_none(tmp_path: Path) -> None:
    before = release(tmp_path, "before", {OLD: script(1)})
    chosen = config(tmp_path, output=Output(previous=(before,)))
    assert compressed([output(NEW, script(2))], chosen)[NEW].deltas == ()


# --- several --------------------------------------------------------------------------------------


def test_visitors_of_each_named_release_get_a_delta(tmp_path: Path) -> None:
    first = release(tmp_path, "first", {OLD: script(1)})
    second = release(tmp_path, "second", {NEW: script(2)})
    third = release(tmp_path, "third", {NEWER: script(3)}, second, first)
    made = deltas_in(third)
    assert set(made) == {delta_path(NEWER, sha256(script(number))) for number in (1, 2)}
    for number in (1, 2):
        assert decoded(made[delta_path(NEWER, sha256(script(number)))], script(number)) == script(3)


def test_a_file_that_stays_keeps_its_deltas(tmp_path: Path) -> None:
    """So who did not visit the release before, but the one before that, still gets them; also by building twice."""
    first = release(tmp_path, "first", {OLD: script(1)})
    second = release(tmp_path, "second", {NEW: script(2)}, first)
    third = release(tmp_path, "third", {NEW: script(2)}, second)
    assert deltas_in(third) == deltas_in(second) != {}
    again = release(tmp_path, "third", {NEW: script(2)}, third)
    assert deltas_in(again) == deltas_in(second)


def test_a_file_that_comes_back_keeps_no_delta_from_itself(tmp_path: Path) -> None:
    first = release(tmp_path, "first", {OLD: script(1)})
    second = release(tmp_path, "second", {NEW: script(2)}, first)
    third = release(tmp_path, "third", {OLD: script(1)}, second, first)
    assert set(deltas_in(third)) == {delta_path(OLD, sha256(script(2)))}


def test_any_file_that_a_browser_may_offer_is_a_dictionary_up_to_a_number(tmp_path: Path) -> None:
    old = {f"assets/index-0000000{digit}.js": script(1, 20_000 + 500 * digit) for digit in range(10)}
    before = release(tmp_path, "before", old)
    name = "assets/index-aaaaaaaa.js"
    made = deltas_in(release(tmp_path, "after", {name: script(2, 24_600)}, before))
    nearest = sorted(old, key=lambda path: abs(len(old[path]) - 24_600))[: stage.MOST]
    assert set(made) == {delta_path(name, sha256(old[path])) for path in nearest}


# --- determinism, the cache -----------------------------------------------------------------------


def test_the_same_releases_give_the_same_bytes(tmp_path: Path) -> None:
    outputs = []
    for place, jobs in (("here", 1), ("there", 4)):
        root = tmp_path / place
        root.mkdir()
        first = release(root, "first", {OLD: script(1), "assets/b-00000000.css": script(1)})
        files = {NEW: script(2), "assets/b-11111111.css": script(2)}
        outputs.append(tree(release(root, "second", files, first, jobs=jobs)))
    assert outputs[0] == outputs[1]


def test_a_delta_comes_from_the_cache_and_is_that_of_its_dictionary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = release(tmp_path, "before", {OLD: script(1)})
    other = release(tmp_path, "other", {OLD: script(7)})
    cache = DiskCache(tmp_path / "cache", 10**9, Diagnostics())
    file = output(NEW, script(2), hashed=True)
    first = compressed([file], config(tmp_path, output=Output(previous=(before,))), cache)
    elsewhere = compressed([file], config(tmp_path, output=Output(previous=(other,))), cache)
    assert decoded(elsewhere[NEW].deltas[0].content, script(7)) == script(2)
    monkeypatch.setattr(stage, "encode_delta", lambda *_: pytest.fail("it is made again"))
    assert compressed([file], config(tmp_path, output=Output(previous=(before,))), cache) == first


@pytest.mark.parametrize("size", [100_000, 9_000_000])
def test_the_window_is_one_that_browsers_accept(size: int) -> None:
    """RFC 9842, section 5: 8 MiB, or 1.25 times the dictionary."""
    before = b"a line of a script that is very long\n" * (size // 37)
    made = stage.encode_delta(before + b"end", before)
    assert zstandard.get_frame_parameters(made[40:]).window_size <= max(8 << 20, len(before) * 5 // 4)
    assert decoded(made, before) == before + b"end"
    assert len(made) < 5_000


# --- folders --------------------------------------------------------------------------------------


def found(root: Path, *previous: Path) -> list[tuple[str, str]]:
    diagnostics = Diagnostics()
    assert read_previous(config(root, output=Output(previous=previous)), diagnostics) == ()
    return [(one.code, one.severity) for one in diagnostics]


def test_a_missing_or_empty_release_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert found(tmp_path, tmp_path / "gone") == [("previous-missing", "warning")]
    assert found(tmp_path, tmp_path / "empty") == [("previous-missing", "warning")]


def test_an_output_that_is_not_there_yet_is_nothing_to_speak_of(tmp_path: Path) -> None:
    assert found(tmp_path, tmp_path / "dist") == []


@pytest.mark.parametrize("listing", [None, b"", b"[]", b"{}", b'{"immutable": 3}', b'{"immutable": [], "deltas": [1]}'])
def test_a_folder_of_somebody_else_is_an_error(listing: bytes | None, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    (folder / ".perfbuild").mkdir(parents=True)
    (folder / "index.html").write_text("x")
    if listing is not None:
        (folder / ".perfbuild/files.json").write_bytes(listing)
    with pytest.raises(PerfbuildError, match="other") as failure:
        read_previous(config(tmp_path, output=Output(previous=(folder,))), Diagnostics())
    assert failure.value.exit_code == 2
    assert [one.code for one in failure.value.diagnostics] == ["previous-not-ours"]


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PerfbuildError):
        read_previous(config(tmp_path, output=Output(previous=(tmp_path / "file",))), Diagnostics())


def test_a_list_that_leads_out_of_its_folder_is_not_followed(tmp_path: Path) -> None:
    folder = release(tmp_path, "before", {OLD: script(1)})
    (tmp_path / "secret-0aZ9bY8c.js").write_bytes(script(1))
    (folder / "assets/link-0aZ9bY8c.js").symlink_to(tmp_path / "secret-0aZ9bY8c.js")
    names = ["../secret-0aZ9bY8c.js", "assets/link-0aZ9bY8c.js", "assets/gone-0aZ9bY8c.js"]
    (folder / ".perfbuild/files.json").write_text(json.dumps({"immutable": names}))
    (read,) = read_previous(config(tmp_path, output=Output(previous=(folder,))), Diagnostics())
    assert read.dictionaries == {}


@pytest.mark.parametrize("path", [NEW, NEWER])
def test_a_file_that_goes_away_during_the_build_costs_its_delta_alone(path: str, tmp_path: Path) -> None:
    """A dictionary, or a delta that was to be kept."""
    first = release(tmp_path, "first", {OLD: script(1)})
    second = release(tmp_path, "second", {NEW: script(2)}, first)
    diagnostics = Diagnostics()
    chosen = config(tmp_path, output=Output(previous=(second,)))
    file = output(path, script(2), hashed=True)
    releases = read_previous(chosen, diagnostics)
    for gone in (second / "assets").iterdir():
        gone.unlink()
    with Compressor(chosen, NullCache(), diagnostics) as compressor:
        compressor.submit(file, dictionaries_for(file, releases), kept_for(file, releases))
        made = compressor.results()[path]
    assert made.deltas == ()
    assert [(one.code, one.severity) for one in diagnostics] == [("previous-unreadable", "warning")]


def test_a_release_below_the_output_would_be_lost_with_it(tmp_path: Path) -> None:
    kept = release(tmp_path, "dist/kept", {OLD: script(1)})
    with pytest.raises(PerfbuildError) as failure:
        check_out(config(tmp_path, output=Output(previous=(kept,))))
    assert [one.code for one in failure.value.diagnostics] == ["out-holds-input"]


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("assets/main-0aZ9bY8c.js", "assets/main-*.js"),
        ("assets/user-list-0aZ9bY8c.js", "assets/user-list-*.js"),
        ("assets/a.b-0aZ9bY8c.css", "assets/a.b-*.css"),
        ("assets/main-0aZ9bY8c.png", None),
        ("assets/main-0aZ9bY8c.js.map", None),
        ("assets/main.js", None),
        ("index.html", None),
    ],
)
def test_tomorrow_s_name_is_that_of_today_but_for_the_hash(path: str, pattern: str | None) -> None:
    assert pattern_of(path) == pattern


@pytest.mark.parametrize(
    ("base", "match"),
    [
        ("/", r"/assets/main-*.js"),
        ("/shop/", r"/shop/assets/main-*.js"),
        ("/caf\u00e9 (old)/", r"/caf%C3%A9%20\\(old\\)/assets/main-*.js"),
        ("/a+b:c*{d}/", r"/a\\+b\\:c\\*%7Bd%7D/assets/main-*.js"),
        ('/"quoted"\\/', r"/%22quoted%22%5C/assets/main-*.js"),
    ],
)
def test_what_means_something_in_a_url_pattern_is_escaped(base: str, match: str) -> None:
    assert use_as_dictionary(base, OLD) == f'match="{match}"'


def test_a_server_finds_the_delta_by_the_letters_and_digits_of_the_header() -> None:
    header = ":" + sha256(b"dictionary") + ":"
    path = delta_path(NEW, sha256(b"dictionary"))
    assert path == f"{NEW}.{re.sub('[^A-Za-z0-9]', '', header)}.dcz"
    assert path.count("/") == 1
