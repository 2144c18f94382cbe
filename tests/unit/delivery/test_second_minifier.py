"""What becomes of the second minifier's answers; what it makes of code is tested with the engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from tests.unit.chunks import chunk

from perfbuild.cache import Cache, DiskCache, NullCache
from perfbuild.diagnostics import Diagnostics
from perfbuild.model import ChunkModule, Linked
from perfbuild.stages.second_minifier import minify_again

from .builders import output


class FakeEngine:
    """Answers with what it was given; what it was given nothing for it cannot read."""

    def __init__(self, staging: Path, results: Mapping[str, bytes]) -> None:
        self.staging = staging
        self.results = results
        self.asked: list[list[str]] = []

    def ask(self, method: str, params: dict[str, list[str]]) -> msgspec.Raw:
        assert method == "minifyAgain"
        self.asked.append(params["files"])
        found = {file: self.results[file] for file in params["files"] if file in self.results}
        maps = {file: content for file, content in self.results.items() if file.removesuffix(".map") in found}
        (self.staging / "minified").write_bytes(b"".join(maps.values()))
        files = [(file, len(content)) for file, content in maps.items()]
        unread = [(file, "Expected ';'") for file in params["files"] if file not in found]
        return msgspec.Raw(msgspec.json.encode({"files": files, "unread": unread}))


def linked(*files: str) -> Linked:
    """A chunk a file, of 100 bytes and two modules; ``.map`` files are source maps."""
    chunks = tuple(
        chunk(
            file[0], file=file, modules=(ChunkModule(id=f"{file}-1", bytes=75), ChunkModule(id=f"{file}-2", bytes=25))
        )
        for file in files
        if not file.endswith(".map")
    )
    return Linked(
        chunks=chunks,
        modules=(),
        files={file: output(file, file.encode().ljust(100)) for file in files},
        entries={},
        references={},
        inline=(),
        assets_of={},
    )


def again(
    staging: Path, given: Linked, results: Mapping[str, bytes], cache: Cache | None = None
) -> tuple[Linked, list[str], list[list[str]]]:
    """The result, the messages and what the engine was asked."""
    diagnostics = Diagnostics()
    engine: Any = FakeEngine(staging, results)
    found = minify_again(given, engine, cache or NullCache(), staging, diagnostics, jobs=1)
    return found, [f"{one.code}: {one.message}" for one in diagnostics], engine.asked


def test_a_smaller_chunk_takes_the_place_with_its_map_and_its_modules_the_same_parts(tmp_path: Path) -> None:
    given = linked("a.js", "a.js.map", "b.js")
    found, problems, _ = again(tmp_path, given, {"a.js": b"x" * 80, "a.js.map": b"{}", "b.js": b"y" * 50})
    assert {file: one.content for file, one in found.files.items()} == {
        "a.js": b"x" * 80,
        "a.js.map": b"{}",
        "b.js": b"y" * 50,
    }
    assert [[one.bytes for one in chunk.modules] for chunk in found.chunks] == [[60, 20], [38, 12]]
    assert problems == []


def test_what_it_cannot_read_is_reported_and_stays(tmp_path: Path) -> None:
    given = linked("a.js", "b.js")
    cache = DiskCache(tmp_path / "cache", 10**6, Diagnostics())
    for _ in range(2):  # kept is only what it could read
        found, problems, _ = again(tmp_path, given, {"a.js": b"x" * 80}, cache)
        assert problems == ["not-minified-again: the chunk \"b\" was minified once, not twice: Expected ';'"]
        assert found.files["b.js"] == given.files["b.js"]
        assert found.chunks[1] == given.chunks[1]


def test_the_engine_is_asked_for_what_the_cache_does_not_have(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache", 10**6, Diagnostics())
    results = {"a.js": b"x" * 80, "b.js": b"y" * 50}
    assert again(tmp_path, linked("a.js", "b.js"), results, cache)[2] == [["a.js", "b.js"]]
    found, _, asked = again(tmp_path, linked("a.js", "b.js"), {}, cache)
    assert (asked, found.files["b.js"].content) == ([], b"y" * 50)
    assert again(tmp_path, linked("a.js", "a.js.map", "b.js"), results, cache)[2] == [["a.js"]], "it has a map now"


def test_no_smaller_code_is_an_answer_too(tmp_path: Path) -> None:
    class Content(FakeEngine):
        def ask(self, method: str, params: dict[str, list[str]]) -> msgspec.Raw:
            self.asked.append(params["files"])
            (self.staging / "minified").write_bytes(b"")
            return msgspec.Raw(b'{"files": [], "unread": []}')

    cache = DiskCache(tmp_path / "cache", 10**6, Diagnostics())
    engine: Any = Content(tmp_path, {})
    given = linked("a.js")
    for _ in range(2):
        assert minify_again(given, engine, cache, tmp_path, Diagnostics(), jobs=1) == given
    assert engine.asked == [["a.js"]]
