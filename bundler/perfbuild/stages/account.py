"""account: what was written, in bytes, by file, chunk, module and route."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from perfbuild import __version__
from perfbuild.config import Config
from perfbuild.model import (
    ENCODINGS,
    Chunk,
    ChunkStats,
    DeltaStats,
    EncodedFile,
    Encoding,
    FileStats,
    FileType,
    Finding,
    ImageStats,
    LinkedModule,
    ModuleStats,
    OutputFile,
    PreviousRelease,
    Rendered,
    ReturningStats,
    RouteFiles,
    RouteStats,
    Run,
    Sizes,
    Stats,
    TypeSizes,
)
from perfbuild.stages.deltas import pattern_of
from perfbuild.stats_file import SCHEMA

_NOTHING = Sizes()


def wanted_encodings(config: Config) -> tuple[Encoding, ...]:
    """The encodings that a build computes: those it writes, and those its budgets are stated in."""
    written = config.encodings if config.compress else ()
    judged = {budget.encoding for budget in config.budgets}
    return tuple(encoding for encoding in ENCODINGS if encoding in written or encoding in judged)


def account(
    rendered: Rendered,
    encoded: Mapping[str, EncodedFile],
    config: Config,
    findings: tuple[Finding, ...],
    run: Run,
) -> Stats:
    """Measure a build.

    ``encoded`` holds the encodings by output path; a path without one is a file that does not compress, which travels
    raw. An encoding outside :func:`wanted_encodings` was not computed, and every size in it is None. Budgets are left
    empty for :func:`perfbuild.stages.judge.judge`.
    """
    wanted = wanted_encodings(config)
    sizes = {file.path: _sizes(file, encoded.get(file.path), wanted) for file in rendered.files}
    types: dict[str, FileType] = {file.path: file.type for file in rendered.files}
    return Stats(
        schema=SCHEMA,
        tool=f"perfbuild {__version__}",
        base=config.base,
        run=run,
        routes=tuple(_route(route, sizes, types) for route in rendered.routes),
        chunks=tuple(_chunk(chunk, sizes[chunk.file]) for chunk in rendered.chunks),
        modules=_modules(rendered.modules, rendered.chunks),
        files=tuple(
            FileStats(
                path=file.path,
                type=file.type,
                sizes=sizes[file.path],
                sources=file.sources,
                note=file.note,
                deltas=_deltas(encoded.get(file.path)),
            )
            for file in rendered.files
        ),
        images=_images(rendered.files, sizes, config.root),
        budgets=(),
        findings=findings,
    )


def _deltas(encoded: EncodedFile | None) -> tuple[DeltaStats, ...]:
    made = () if encoded is None else encoded.deltas
    return tuple(DeltaStats(previous=delta.previous, bytes=len(delta.content)) for delta in made)


def returning(stats: Stats, rendered: Rendered, previous: Sequence[PreviousRelease]) -> ReturningStats | None:
    """What is new for who has all of the latest previous release; None where there is none."""
    if not previous:
        return None
    of_routes = {path for route in rendered.routes for path in route.files}
    wanted = {file.path for file in rendered.files if file.hashed and file.path in of_routes} - previous[0].hashed
    new = [file for file in stats.files if file.path in wanted]
    plain = [file.sizes.raw if file.sizes.brotli is None else file.sizes.brotli for file in new]
    least = [min(whole, _delta_of(file, previous[0], whole)) for file, whole in zip(new, plain, strict=True)]
    return ReturningStats(
        files=len(new),
        deltas=sum(size < whole for size, whole in zip(least, plain, strict=True)),
        bytes=sum(plain),
        bytes_with_deltas=sum(least),
    )


def _delta_of(file: FileStats, release: PreviousRelease, whole: int) -> int:
    """The largest, where the browser may offer several dictionaries: which one is not known here."""
    sizes = {delta.previous: delta.bytes for delta in file.deltas}
    offered = release.dictionaries.get(pattern_of(file.path) or "", ())
    return max((sizes.get(one.path, whole) for one in offered), default=whole)


def _sizes(file: OutputFile, encoded: EncodedFile | None, wanted: tuple[Encoding, ...]) -> Sizes:
    raw = len(file.content) if file.content is not None else _length(file.copy_of)
    made = {} if encoded is None else encoded.encoded

    def transferred(encoding: Encoding) -> int | None:
        if encoding not in wanted:
            return None
        return len(made[encoding]) if encoding in made else raw

    return Sizes(raw=raw, gzip=transferred("gzip"), brotli=transferred("brotli"), zstd=transferred("zstd"))


def _length(source: Path | None) -> int:
    return 0 if source is None else source.stat().st_size


def _sum(parts: Iterable[Sizes]) -> Sizes:
    """Add sizes up; an encoding that is unknown for one part is unknown for the whole."""
    raw = 0
    gzip: int | None = 0
    brotli: int | None = 0
    zstd: int | None = 0
    for part in parts:
        raw += part.raw
        gzip = None if gzip is None or part.gzip is None else gzip + part.gzip
        brotli = None if brotli is None or part.brotli is None else brotli + part.brotli
        zstd = None if zstd is None or part.zstd is None else zstd + part.zstd
    return Sizes(raw=raw, gzip=gzip, brotli=brotli, zstd=zstd)


def _route(route: RouteFiles, sizes: Mapping[str, Sizes], types: Mapping[str, FileType]) -> RouteStats:
    by_type: dict[FileType, list[Sizes]] = {}
    for path in route.files:
        by_type.setdefault(types[path], []).append(sizes[path])
    total = _sum(sizes[path] for path in route.files)

    def of(kind: FileType) -> Sizes:
        # A type of which the route has nothing weighs nothing, but stays unknown where the total is.
        return _sum(by_type[kind]) if kind in by_type else _nothing_like(total)

    return RouteStats(
        path=route.path,
        kind=route.kind,
        source=route.source,
        files=route.files,
        requests=len(route.files),
        sizes=total,
        by_type=TypeSizes(
            script=of("script"),
            style=of("style"),
            image=of("image"),
            font=of("font"),
            document=of("document"),
            other=of("other"),
        ),
    )


def _nothing_like(sizes: Sizes) -> Sizes:
    if None not in (sizes.gzip, sizes.brotli, sizes.zstd):
        return _NOTHING
    return Sizes(
        gzip=None if sizes.gzip is None else 0,
        brotli=None if sizes.brotli is None else 0,
        zstd=None if sizes.zstd is None else 0,
    )


def _chunk(chunk: Chunk, sizes: Sizes) -> ChunkStats:
    return ChunkStats(
        file=chunk.file,
        name=chunk.name,
        reason=chunk.reason,
        group=chunk.group,
        modules=tuple(module.id for module in chunk.modules),
        imports=chunk.imports,
        dynamic_imports=chunk.dynamic_imports,
        css=chunk.css,
        sizes=sizes,
        facade=chunk.facade,
        why=chunk.why,
    )


def _modules(linked: Iterable[LinkedModule], chunks: Iterable[Chunk]) -> tuple[ModuleStats, ...]:
    """Modules in the linker's order, then those that only a chunk knows (the engine's own helpers), by id."""
    weights: dict[str, int] = {}
    homes: dict[str, tuple[str, ...]] = {}
    for chunk in chunks:
        home = (chunk.file,)
        for part in chunk.modules:
            weights[part.id] = weights.get(part.id, 0) + part.bytes
            homes[part.id] = homes[part.id] + home if part.id in homes else home
    modules = [
        ModuleStats(
            id=module.id,
            package=module.package,
            bytes=weights.pop(module.id, 0),
            chunks=homes.get(module.id, ()),
            importers=module.importers,
            dynamic_importers=module.dynamic_importers,
        )
        for module in linked
    ]
    modules.extend(
        ModuleStats(id=left, package=None, bytes=weights[left], chunks=homes[left], importers=())
        for left in sorted(weights)
    )
    return tuple(modules)


def _images(files: Iterable[OutputFile], sizes: Mapping[str, Sizes], root: Path) -> tuple[ImageStats, ...]:
    """Source images against what was made of them; images without one source on disk are left out."""
    variants: dict[str, list[str]] = {}
    for file in files:
        if file.type == "image" and len(file.sources) == 1:
            variants.setdefault(file.sources[0], []).append(file.path)
    images = []
    for source, paths in sorted(variants.items()):
        try:
            before = (root / source).stat().st_size
        except OSError:
            continue
        after = sizes[_stand_in(source, paths)].raw
        images.append(ImageStats(source=source, before=before, after=after, variants=tuple(sorted(paths))))
    return tuple(images)


def _stand_in(source: str, paths: list[str]) -> str:
    """The variant in the source's own format, which every browser can take; the first one if there is none."""
    suffix = PurePosixPath(source).suffix.lower()
    return next((path for path in paths if PurePosixPath(path).suffix.lower() == suffix), paths[0])
