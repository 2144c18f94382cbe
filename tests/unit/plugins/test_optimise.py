"""The optimise stage: which results are kept, what is cached, what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfbuild.api import Context, InputFile, OptimisedFile, Plugin, PluginError
from perfbuild.cache import DiskCache, NullCache
from perfbuild.config import CliOptions, Config, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.model import Linked, OutputFile
from perfbuild.stages.optimise import optimise


class Cutter(Plugin):
    """Takes the last ``cut`` bytes away."""

    name = "cutter"
    version = "1"
    suffixes = (".txt",)

    def __init__(self, cut: int) -> None:
        self.cut = cut
        self.seen: list[str] = []

    def optimise_file(self, file: InputFile, context: Context) -> OptimisedFile | None:
        self.seen.append(file.path)
        if b"damaged" in file.content:
            raise PluginError("it is damaged")
        if b"defect" in file.content:
            raise ZeroDivisionError("division by zero")
        return OptimisedFile(content=file.content[: len(file.content) - self.cut], note="cut")


class Doubler(Cutter):
    name = "doubler"

    def optimise_file(self, file: InputFile, context: Context) -> OptimisedFile | None:
        super().optimise_file(file, context)
        return OptimisedFile(content=file.content * 2, note="doubled")


def linked(*files: OutputFile) -> Linked:
    return Linked(
        chunks=(), modules=(), files={f.path: f for f in files}, entries={}, references={}, inline=(), assets_of={}
    )


def text(content: bytes, path: str = "assets/a-TOKEN123.txt") -> OutputFile:
    return OutputFile(path=path, type="other", content=content, sources=("a.txt",), hashed=True)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(tmp_path, CliOptions(jobs=2))[0]


@pytest.mark.parametrize(
    ("size", "cut", "kept"), [(1000, 31, False), (1000, 32, True), (10_000, 99, False), (10_000, 100, True)]
)
def test_a_result_is_kept_where_it_saves_one_percent_and_32_bytes(
    config: Config, size: int, cut: int, kept: bool
) -> None:
    before = text(b"x" * size)
    after = optimise(linked(before), [Cutter(cut)], config, NullCache(), Diagnostics()).files[before.path]
    assert after.content is not None
    assert len(after.content) == (size - cut if kept else size)
    if kept:
        assert after.note == f"cut: {size} to {size - cut} bytes"
    else:
        assert after == before


def test_a_larger_result_is_never_kept(config: Config) -> None:
    before = text(b"x" * 500)
    assert optimise(linked(before), [Doubler(0)], config, NullCache(), Diagnostics()).files[before.path] == before


def test_plugins_see_only_the_files_they_want_and_follow_one_another(config: Config) -> None:
    first, second = Cutter(100), Cutter(200)
    second.name = "later"
    wanted, other = text(b"x" * 1000, "a.TXT"), text(b"x" * 1000, "b.js")
    after = optimise(linked(wanted, other), [first, second], config, NullCache(), Diagnostics()).files
    assert first.seen == second.seen == ["a.TXT"]
    assert len(after["a.TXT"].content or b"") == 700
    assert after["b.js"] == other


def test_a_file_on_disk_is_read_and_the_source_stays(config: Config, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(b"x" * 1000)
    before = OutputFile(path="a.txt", type="other", copy_of=source)
    after = optimise(linked(before), [Cutter(100)], config, NullCache(), Diagnostics()).files["a.txt"]
    assert (after.content, after.copy_of) == (b"x" * 900, None)
    assert source.read_bytes() == b"x" * 1000


@pytest.mark.parametrize(
    ("content", "reason"), [(b"damaged", "it is damaged"), (b"defect", "ZeroDivisionError: division by zero")]
)
def test_a_failing_plugin_leaves_the_file_as_it_was_with_a_warning(config: Config, content: bytes, reason: str) -> None:
    before, good = text(content * 100), text(b"x" * 1000, "good.txt")
    diagnostics = Diagnostics()
    after = optimise(linked(before, good), [Cutter(100)], config, NullCache(), diagnostics).files
    assert after[before.path] == before
    assert len(after["good.txt"].content or b"") == 900
    (warning,) = diagnostics
    assert (warning.severity, warning.plugin) == ("warning", "cutter")
    assert reason in warning.message


def test_results_are_kept_between_builds_until_the_plugin_or_the_content_changes(
    config: Config, tmp_path: Path
) -> None:
    cache = DiskCache(tmp_path / "cache", 10_000_000, Diagnostics())
    pays, does_not = text(b"x" * 1000, "pays.txt"), text(b"y" * 100_000, "not.txt")

    def build(plugin: Cutter, *files: OutputFile) -> tuple[list[str], Linked]:
        result = optimise(linked(*files), [plugin], config, cache, Diagnostics())
        return sorted(plugin.seen), result

    seen, cold = build(Cutter(100), pays, does_not)
    assert seen == ["not.txt", "pays.txt"]
    seen, warm = build(Cutter(100), pays, does_not)
    assert (seen, warm) == ([], cold)
    assert build(Cutter(100), text(b"z" * 1000, "pays.txt"), does_not)[0] == ["pays.txt"]
    newer = Cutter(100)
    newer.version = "2"
    assert build(newer, pays, does_not)[0] == ["not.txt", "pays.txt"]


def test_a_failure_is_told_again_by_the_next_build(config: Config, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache", 10_000_000, Diagnostics())
    for _ in range(2):
        diagnostics = Diagnostics()
        optimise(linked(text(b"damaged" * 100)), [Cutter(100)], config, cache, diagnostics)
        assert len(list(diagnostics)) == 1
