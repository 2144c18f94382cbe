"""Why something is in a build: answers from its stats.json alone, about a module, a chunk, a file or a route.

What a module costs on the wire is an estimate: its share of the chunk's minified bytes, of the chunk's encoded size.
All other sizes are of the very files that were written.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from perfbuild.model import ChunkReason, ChunkStats, FileType, ModuleStats, RouteStats, Sizes, Stats, TypeSizes

#: How many names are offered in place of one that is not there.
_NEAREST = 5
_LIKENESS = 0.6

Kind = Literal["module", "chunk", "file", "route"]
Unit = Literal["brotli", "raw"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A module on the way from an entry, and how the one before it asks for it."""

    id: str
    how: Literal["entry", "import", "import()"]
    route: str | None = None
    """The lazy route that begins here."""


class RouteCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a first visit to a route pays for the thing explained; ``total`` is all that the visit downloads."""

    path: str
    kind: Literal["page", "lazy"]
    bytes: int
    total: int


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk that has a module, with the reason for the chunk."""

    file: str
    reason: ChunkReason
    because: str
    bytes: int
    """The module's estimated share on the wire."""


class FileSize(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    type: FileType
    bytes: int


class ModuleExplanation(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="module"):
    """``chain`` is the way from an entry with the fewest dynamic imports, then the fewest modules."""

    id: str
    package: str | None
    minified: int
    """Bytes in its chunks, before encoding; 0 when tree shaking removed it."""
    unit: Unit
    bytes: int
    """Estimated bytes on the wire, in ``unit``."""
    pages: tuple[str, ...]
    """Routes of the pages that run the entry at which the chain begins."""
    chain: tuple[Step, ...]
    importers: tuple[str, ...]
    dynamic_importers: tuple[str, ...]
    chunks: tuple[Place, ...]
    files: tuple[FileSize, ...]
    """Files besides chunks that were made from it: stylesheets, assets."""
    routes: tuple[RouteCost, ...]


class ChunkModuleSize(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    package: str | None
    minified: int
    """Its bytes in the whole build, before encoding."""


class ChunkImporter(msgspec.Struct, frozen=True, kw_only=True):
    file: str
    how: Literal["import", "import()"]


class ChunkExplanation(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="chunk"):
    file: str
    name: str
    reason: ChunkReason
    group: str | None
    because: str
    unit: Unit
    bytes: int
    sizes: Sizes
    modules: tuple[ChunkModuleSize, ...]
    """The largest first."""
    imported_by: tuple[ChunkImporter, ...]
    imports: tuple[str, ...]
    dynamic_imports: tuple[str, ...]
    routes: tuple[RouteCost, ...]


class FileExplanation(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="file"):
    """A file that is no chunk."""

    path: str
    type: FileType
    unit: Unit
    bytes: int
    sizes: Sizes
    sources: tuple[str, ...]
    note: str | None
    routes: tuple[RouteCost, ...]


class RouteFile(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    type: FileType
    bytes: int
    shared_with: int
    """How many other routes load it too."""


class RouteExplanation(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="route"):
    path: str
    type: Literal["page", "lazy"]
    source: str
    requests: int
    unit: Unit
    bytes: int
    sizes: Sizes
    by_type: TypeSizes
    files: tuple[RouteFile, ...]
    """In the order in which a browser finds them."""
    shared: int
    """Bytes of the files that other routes load too."""


Explanation = ModuleExplanation | ChunkExplanation | FileExplanation | RouteExplanation


class Ambiguous(msgspec.Struct, frozen=True, kw_only=True):
    """Several things have the name."""

    names: tuple[str, ...]


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing has the name; ``near`` are names like it, the nearest first."""

    near: tuple[str, ...]


def explain(stats: Stats, target: str) -> Explanation | Ambiguous | Unknown:
    """What ``target`` is, and why it is there.

    It may be a module's id, an output file, a route's path (also without its first slash) or a chunk's name; or the end
    of one of the first three, from a slash on, where no other ends so. Of several that have the whole name, the first
    in this order is meant.
    """
    found = _exact(stats, target) or _by_suffix(stats, target)
    if not found:
        return Unknown(near=_nearest(stats, target))
    if len(found) > 1:
        return Ambiguous(names=tuple(sorted({key for _, key in found})))
    kind, key = found[0]
    build = _Build(stats)
    if kind == "module":
        return build.module(key)
    if kind == "route":
        return build.route(key)
    return build.chunk(key) if kind == "chunk" else build.file(key)


# --- which thing is meant -------------------------------------------------------------------------


def _names(stats: Stats) -> Iterator[tuple[Kind, str]]:
    chunks = {chunk.file for chunk in stats.chunks}
    for module in stats.modules:
        yield "module", module.id
    for file in stats.files:
        yield ("chunk" if file.path in chunks else "file"), file.path
    for route in stats.routes:
        yield "route", route.path


def _exact(stats: Stats, target: str) -> list[tuple[Kind, str]]:
    for name in (target, f"/{target}"):
        for kind, key in _names(stats):
            if key == name:
                return [(kind, key)]
    return [("chunk", chunk.file) for chunk in stats.chunks if chunk.name == target] or _of_source(stats, target)


def _of_source(stats: Stats, target: str) -> list[tuple[Kind, str]]:
    """Files that are made of this source alone, which is no module: a linked stylesheet, an image."""
    return [("file", file.path) for file in stats.files if file.sources == (target,)]


def _by_suffix(stats: Stats, target: str) -> list[tuple[Kind, str]]:
    suffix = f"/{target.removeprefix('/')}"
    return [(kind, key) for kind, key in _names(stats) if key.endswith(suffix)]


def _nearest(stats: Stats, target: str) -> tuple[str, ...]:
    """Names that contain the target, then those spelled like it, whole or after the last slash."""
    from difflib import get_close_matches

    wanted = target.lower()
    whole = dict.fromkeys((*(key for _, key in _names(stats)), *(chunk.name for chunk in stats.chunks)))
    within = sorted((name for name in whole if wanted and wanted in name.lower()), key=lambda name: (len(name), name))
    by_end: dict[str, str] = {}
    for name in sorted(whole):
        by_end.setdefault(name.rstrip("/").rpartition("/")[2].lower(), name)
        by_end.setdefault(name.lower(), name)
    like = get_close_matches(wanted, by_end, n=_NEAREST, cutoff=_LIKENESS)
    return tuple(dict.fromkeys((*within[:_NEAREST], *(by_end[name] for name in like))))[:_NEAREST]


# --- answers --------------------------------------------------------------------------------------


def weight(sizes: Sizes, unit: Unit) -> int:
    """Bytes on the wire in the unit of an explanation."""
    return sizes.raw if unit == "raw" or sizes.brotli is None else sizes.brotli


class _Build:
    """The account, by name."""

    def __init__(self, stats: Stats) -> None:
        self.routes = stats.routes
        self.chunks = {chunk.file: chunk for chunk in stats.chunks}
        self.modules = {module.id: module for module in stats.modules}
        self.files = {file.path: file for file in stats.files}
        known = all(file.sizes.brotli is not None for file in stats.files)
        self.unit: Unit = "brotli" if known else "raw"

    def module(self, key: str) -> ModuleExplanation:
        module = self.modules[key]
        shares = {file: self._share(module, self.chunks[file]) for file in module.chunks}
        files = [file for file in self.files.values() if key in file.sources and file.path not in self.chunks]
        own = {file.path: weight(file.sizes, self.unit) for file in files if len(file.sources) == 1}
        chain = self._chain(module)
        return ModuleExplanation(
            id=key,
            package=module.package,
            minified=module.bytes,
            unit=self.unit,
            bytes=sum(shares.values()) + sum(own.values()),
            pages=self._pages(chain[0].id) if chain else (),
            chain=chain,
            importers=module.importers,
            dynamic_importers=module.dynamic_importers,
            chunks=tuple(self._place(self.chunks[file], share) for file, share in shares.items()),
            files=tuple(
                FileSize(path=file.path, type=file.type, bytes=weight(file.sizes, self.unit)) for file in files
            ),
            routes=self._costs(dict.fromkeys((file.path for file in files), 0) | shares | own),
        )

    def chunk(self, key: str) -> ChunkExplanation:
        chunk = self.chunks[key]
        size = weight(chunk.sizes, self.unit)
        found = [self.modules[module] for module in chunk.modules if module in self.modules]
        return ChunkExplanation(
            file=key,
            name=chunk.name,
            reason=chunk.reason,
            group=chunk.group,
            because=because(chunk),
            unit=self.unit,
            bytes=size,
            sizes=chunk.sizes,
            modules=tuple(
                ChunkModuleSize(id=module.id, package=module.package, minified=module.bytes)
                for module in sorted(found, key=lambda module: (-module.bytes, module.id))
            ),
            imported_by=tuple(self._importers(key)),
            imports=chunk.imports,
            dynamic_imports=chunk.dynamic_imports,
            routes=self._costs({key: size}),
        )

    def file(self, key: str) -> FileExplanation:
        file = self.files[key]
        size = weight(file.sizes, self.unit)
        return FileExplanation(
            path=key,
            type=file.type,
            unit=self.unit,
            bytes=size,
            sizes=file.sizes,
            sources=file.sources,
            note=file.note,
            routes=self._costs({key: size}),
        )

    def route(self, key: str) -> RouteExplanation:
        route = next(route for route in self.routes if route.path == key)
        users = self._users()
        files = tuple(
            RouteFile(
                path=path,
                type=self.files[path].type,
                bytes=weight(self.files[path].sizes, self.unit),
                shared_with=users[path] - 1,
            )
            for path in route.files
        )
        return RouteExplanation(
            path=key,
            type=route.kind,
            source=route.source,
            requests=route.requests,
            unit=self.unit,
            bytes=weight(route.sizes, self.unit),
            sizes=route.sizes,
            by_type=route.by_type,
            files=files,
            shared=sum(file.bytes for file in files if file.shared_with),
        )

    def _share(self, module: ModuleStats, chunk: ChunkStats) -> int:
        """Its part of the encoded chunk; a module in several chunks is taken to weigh the same in all."""
        part = module.bytes / len(module.chunks) / (chunk.sizes.raw or 1)
        return round(min(part, 1.0) * weight(chunk.sizes, self.unit))

    def _place(self, chunk: ChunkStats, share: int) -> Place:
        return Place(file=chunk.file, reason=chunk.reason, because=because(chunk), bytes=share)

    def _costs(self, weights: Mapping[str, int]) -> tuple[RouteCost, ...]:
        """Routes that load any of the files; those that pay most first."""
        costs = [
            RouteCost(
                path=route.path,
                kind=route.kind,
                bytes=sum(weights[file] for file in set(route.files) & weights.keys()),
                total=weight(route.sizes, self.unit),
            )
            for route in self.routes
            if not weights.keys().isdisjoint(route.files)
        ]
        return tuple(sorted(costs, key=lambda cost: (-cost.bytes, cost.total, cost.path)))

    def _users(self) -> dict[str, int]:
        users: dict[str, int] = {}
        for route in self.routes:
            for path in set(route.files):
                users[path] = users.get(path, 0) + 1
        return users

    def _importers(self, key: str) -> Iterator[ChunkImporter]:
        for file, chunk in sorted(self.chunks.items()):
            if key in chunk.imports:
                yield ChunkImporter(file=file, how="import")
            elif key in chunk.dynamic_imports:
                yield ChunkImporter(file=file, how="import()")

    def _pages(self, entry: str) -> tuple[str, ...]:
        homes = {file for file in self.modules[entry].chunks if self.chunks[file].reason == "entry"}
        return tuple(route.path for route in self.routes if route.kind == "page" and homes & set(route.files))

    def _chain(self, module: ModuleStats) -> tuple[Step, ...]:
        return _chain(module, self.modules, self._entries(), self.routes)

    def _entries(self) -> set[str]:
        """Modules at which evaluation starts: an entry chunk's own, and what nothing imports (workers)."""
        own = {chunk.facade for chunk in self.chunks.values() if chunk.reason == "entry" and chunk.facade}
        alone = {key for key, module in self.modules.items() if not module.importers and not key.startswith("\0")}
        return (own & self.modules.keys()) | alone


def _chain(
    module: ModuleStats, modules: Mapping[str, ModuleStats], entries: set[str], routes: Iterable[RouteStats]
) -> tuple[Step, ...]:
    """Walks from the module up to the nearest entry (Dijkstra's algorithm; ties by name).

    A dynamic import weighs more than any number of static ones: what comes without one is paid for at the start.
    """
    starts = {route.source: route.path for route in routes if route.kind == "lazy"}
    queue: list[tuple[int, int, str, tuple[str, ...]]] = [(0, 0, module.id, (module.id,))]
    seen: set[str] = set()
    while queue:
        lazy, length, name, path = heapq.heappop(queue)
        if name in seen:
            continue
        seen.add(name)
        if name in entries:
            return tuple(_step(path, index, modules, starts) for index in range(len(path)))
        here = modules[name]
        dynamic = set(here.dynamic_importers)
        for importer in here.importers:
            if importer in modules and importer not in seen:
                heapq.heappush(queue, (lazy + (importer in dynamic), length + 1, importer, (importer, *path)))
    return ()


def _step(path: tuple[str, ...], index: int, modules: Mapping[str, ModuleStats], starts: Mapping[str, str]) -> Step:
    name = path[index]
    if index == 0:
        return Step(id=name, how="entry")
    if path[index - 1] in modules[name].dynamic_importers:
        return Step(id=name, how="import()", route=starts.get(name))
    return Step(id=name, how="import")


_BECAUSE: Mapping[ChunkReason, str] = {
    "entry": "a page or the configuration starts with it",
    "route": "the start imports it dynamically: a lazy route",
    "component": "a lazy chunk imports it dynamically",
    "group": "a cache group of the configuration",
    "shared": "several entries or dynamic imports need it",
}


def because(chunk: ChunkStats) -> str:
    """The reason for a chunk in words, with what the plan gained where there was one."""
    reason = f"the cache group {chunk.group}" if chunk.group else _BECAUSE[chunk.reason]
    return f"{reason}; {chunk.why}" if chunk.why else reason
