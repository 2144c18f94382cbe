"""minify: the engine's second minifier goes over the chunks; docs/design/second-minifier.md has why there is one.

It takes several times as long as the first, so builds that write no encodings go without it, and results are kept by
content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from perfbuild import messages
from perfbuild.cache import Cache
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.engine.protocol import MinifyResult
from perfbuild.model import Chunk, ChunkModule, Linked

_NAMESPACE = "minify"
_ENGINE = Path(__file__).parents[1] / "engine"

#: A chunk's code and, where it has one, its source map; nothing where no smaller code was found.
_Result = tuple[bytes, ...]


def minify_again(
    linked: Linked, engine: Engine, cache: Cache, staging: Path, diagnostics: Diagnostics, *, jobs: int
) -> Linked:
    """The same chunks, those that became smaller with their new code and source map.

    ``staging`` is where the engine wrote them, ``jobs`` how many it works on at a time. What the minifier cannot read
    is reported and stays as it is.
    """
    version = _version()
    # Compilers leave their helpers in packages: functions that are there twice are looked for in these alone.
    packaged = {chunk.file for chunk in linked.chunks if any("node_modules/" in module.id for module in chunk.modules)}
    keys = {chunk.file: _key(version, linked, chunk.file, packaged=chunk.file in packaged) for chunk in linked.chunks}
    results = {file: _decoded(kept) for file, key in keys.items() if (kept := cache.get(_NAMESPACE, key)) is not None}
    unknown = [file for file in keys if file not in results]
    if unknown:
        fresh, unread = _ask(engine, unknown, packaged, staging, jobs)
        for chunk in linked.chunks:
            if chunk.file in unread:
                diagnostics.report(messages.chunk_not_minified(chunk.name, unread[chunk.file]))
        for file, result in fresh.items():
            cache.put(_NAMESPACE, keys[file], msgspec.msgpack.encode(result))
        results |= fresh
    return _with_results(linked, {file: result for file, result in results.items() if result})


def _version() -> bytes:
    """What a result depends on beside the code: the releases of the engine's packages, and its scripts."""
    files = [_ENGINE / "package.json", *sorted(_ENGINE.glob("*.mjs"))]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).digest()


def _paths(file: str) -> tuple[str, str]:
    """Of a chunk and of its source map."""
    return file, f"{file}.map"


def _key(version: bytes, linked: Linked, file: str, *, packaged: bool) -> str:
    digest = hashlib.sha256(version + bytes([packaged]))
    for path in _paths(file):
        if path in linked.files:
            digest.update(hashlib.sha256(linked.files[path].content or b"").digest())
    return digest.hexdigest()


def _decoded(kept: bytes) -> _Result:
    return msgspec.msgpack.decode(kept, type=_Result)


def _ask(
    engine: Engine, files: list[str], packaged: Container[str], staging: Path, jobs: int
) -> tuple[dict[str, _Result], dict[str, str]]:
    """Results by chunk; and what the minifier says of those that it cannot read."""
    asked = {"files": files, "packaged": [file for file in files if file in packaged], "jobs": jobs}
    answer = msgspec.json.decode(engine.ask("minifyAgain", asked), type=MinifyResult)
    with (staging / "minified").open("rb") as stream:
        contents = {path: stream.read(size) for path, size in answer.files}
    unread = dict(answer.unread)
    read = (file for file in files if file not in unread)
    return {file: tuple(contents[path] for path in _paths(file) if path in contents) for file in read}, unread


def _with_results(linked: Linked, results: Mapping[str, _Result]) -> Linked:
    files = dict(linked.files)
    for file, result in results.items():
        for path, content in zip(_paths(file), result, strict=False):
            files[path] = replace(files[path], content=content)
    sizes = {file: (len(linked.files[file].content or b""), len(result[0])) for file, result in results.items()}
    chunks = tuple(_scaled(chunk, *sizes[chunk.file]) if chunk.file in sizes else chunk for chunk in linked.chunks)
    return replace(linked, chunks=chunks, files=files)


def _scaled(chunk: Chunk, before: int, after: int) -> Chunk:
    """Its modules have the same parts of it as before."""
    modules = tuple(ChunkModule(id=one.id, bytes=round(one.bytes * after / before)) for one in chunk.modules)
    return replace(chunk, modules=modules)
