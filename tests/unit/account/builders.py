"""Small values of the model for tests of the account, and a large synthetic account."""

from __future__ import annotations

import random
from pathlib import Path

from tests.unit.chunks import chunk as any_chunk

from perfbuild.config import Config
from perfbuild.model import (
    BudgetResult,
    Chunk,
    ChunkModule,
    ChunkStats,
    FileStats,
    FileType,
    Finding,
    ImageStats,
    LinkedModule,
    ModuleStats,
    OutputFile,
    Rendered,
    RouteStats,
    Run,
    Sizes,
    Stats,
    TypeSizes,
)

RUN = Run(started="2026-01-01T00:00:00Z", seconds=1.5, stages={"scan": 0.1, "link": 1.0}, root="/project", out="/out")


def config(**changes) -> Config:
    root = changes.pop("root", Path("/project"))
    return Config(root=root, out=root / "dist", report_dir=root / ".perfbuild", **changes)


def chunk(file: str, *modules: tuple[str, int], **changes) -> Chunk:
    name = Path(file).name.partition("-")[0]
    shares = tuple(ChunkModule(id=name, bytes=size) for name, size in modules)
    return any_chunk(name, **({"file": file, "modules": shares} | changes))


def module(name: str, package: str | None = None, importers: tuple[str, ...] = ()) -> LinkedModule:
    return LinkedModule(id=name, package=package, importers=importers)


def output(path: str, content: bytes = b"", kind: FileType = "script", **changes) -> OutputFile:
    return OutputFile(path=path, type=kind, content=content, hashed=kind != "document", **changes)


def rendered(files=(), chunks=(), modules=(), routes=()) -> Rendered:
    return Rendered(files=tuple(files), chunks=tuple(chunks), modules=tuple(modules), routes=tuple(routes))


def sizes(raw: int) -> Sizes:
    return Sizes(raw=raw, gzip=raw // 3, brotli=raw // 4, zstd=raw // 3)


def type_sizes(**given: Sizes) -> TypeSizes:
    return TypeSizes(**({name: Sizes() for name in ("script", "style", "image", "font", "document", "other")} | given))


def route_stats(path: str, **changes) -> RouteStats:
    fields = {
        "kind": "page",
        "source": "index.html",
        "files": (),
        "requests": 0,
        "sizes": Sizes(),
        "by_type": type_sizes(),
    }
    return RouteStats(path=path, **(fields | changes))


def stats(**changes) -> Stats:
    fields = {
        "schema": 1,
        "tool": "perfbuild test",
        "base": "/",
        "run": RUN,
        "routes": (),
        "chunks": (),
        "modules": (),
        "files": (),
        "images": (),
        "budgets": (),
        "findings": (),
    }
    return Stats(**(fields | changes))


PACKAGES = (
    "react", "react-dom", "@tanstack/query-core", "d3-scale", "three", "lodash-es", "zod", "date-fns",
    "@codemirror/view", "chart.js", "i18next", "@mui/material", "@emotion/react", "scheduler", "clsx",
)  # fmt: skip
AREAS = ("accounts", "billing", "catalogue", "dashboard", "editor", "inbox", "orders", "reports", "search", "settings")


def large_stats(modules: int = 20_000, chunks: int = 500, routes: int = 50) -> Stats:
    """An account as a large application has it; the same for the same arguments."""
    dice = random.Random(7)
    ids = [_module_id(index, dice) for index in range(modules)]
    homes = [min(int(dice.expovariate(6 / chunks)), chunks - 1) for _ in ids]
    weights = [int(dice.lognormvariate(6.2, 1.3)) for _ in ids]
    files = [f"assets/{_chunk_name(index)}-{dice.randrange(16**8):08x}.js" for index in range(chunks)]
    members: list[list[int]] = [[] for _ in files]
    for index, home in enumerate(homes):
        members[home].append(index)
    chunk_list = tuple(
        ChunkStats(
            file=file,
            name=_chunk_name(index),
            reason="entry" if index == 0 else ("route" if index <= routes else "shared"),
            group="vendors" if index == 1 else None,
            modules=tuple(ids[member] for member in members[index]),
            imports=tuple(dice.sample(files, 3)) if index else (),
            dynamic_imports=tuple(files[1 : routes + 1]) if index == 0 else (),
            css=(),
            sizes=sizes(sum(weights[member] for member in members[index]) + 80),
        )
        for index, file in enumerate(files)
    )
    extra = _other_files(routes, dice)
    script_files = tuple(
        FileStats(path=item.file, type="script", sizes=item.sizes, sources=item.modules[:3]) for item in chunk_list
    )
    everything = {file.path: file for file in (*script_files, *extra)}
    route_list = tuple(_route(index, files, extra, everything, dice) for index in range(routes))
    return stats(
        routes=route_list,
        chunks=chunk_list,
        modules=tuple(
            ModuleStats(
                id=name,
                package=_package(name),
                bytes=weights[index],
                chunks=(files[homes[index]],),
                importers=tuple(dice.sample(ids, min(3, len(ids)))),
            )
            for index, name in enumerate(ids)
        ),
        files=(*script_files, *extra),
        images=(ImageStats(source="img/hero.png", before=900_000, after=410_000, variants=("assets/hero-1.png",)),),
        budgets=_budgets(route_list),
        findings=_findings(),
    )


def _module_id(index: int, dice: random.Random) -> str:
    if dice.random() < 0.55:
        package = dice.choice(PACKAGES)
        return f"node_modules/{package}/dist/{dice.choice(('esm', 'core', 'internal'))}/part-{index}.js"
    area = dice.choice(AREAS)
    return f"src/{area}/{dice.choice(('components', 'hooks', 'model'))}/{area}-{index}.tsx"


def _package(name: str) -> str | None:
    if not name.startswith("node_modules/"):
        return None
    parts = name.split("/")
    return "/".join(parts[1:3]) if parts[1].startswith("@") else parts[1]


def _chunk_name(index: int) -> str:
    if index == 0:
        return "main"
    return "vendors" if index == 1 else f"{AREAS[index % len(AREAS)]}{index}"


def _other_files(routes: int, dice: random.Random) -> tuple[FileStats, ...]:
    pages = tuple(
        FileStats(
            path=f"{AREAS[index % len(AREAS)]}/{index}.html" if index else "index.html",
            type="document",
            sizes=sizes(dice.randrange(2_000, 40_000)),
            sources=(),
        )
        for index in range(routes)
    )
    return (
        *pages,
        FileStats(path="assets/main-aaaa1111.css", type="style", sizes=sizes(84_000), sources=("src/main.css",)),
        FileStats(path="assets/inter-bbbb2222.woff2", type="font", sizes=Sizes(raw=48_000, gzip=48_000, brotli=48_000,
                  zstd=48_000), sources=("src/fonts/inter.woff2",)),
        FileStats(path="assets/hero-cccc3333.png", type="image", sizes=Sizes(raw=410_000, gzip=410_000, brotli=410_000,
                  zstd=410_000), sources=("img/hero.png",), note="already smaller than its re-encoding"),
        FileStats(path="favicon.ico", type="other", sizes=sizes(4_286), sources=()),
    )  # fmt: skip


def _route(index, files, extra, everything, dice) -> RouteStats:
    chosen = [extra[index].path, files[0], files[1], *dice.sample(files[2:], min(6, len(files) - 2))]
    chosen += [extra[-4].path, extra[-3].path] + ([extra[-2].path] if index % 4 == 0 else [])
    by_type = {"script": 0, "style": 0, "image": 0, "font": 0, "document": 0, "other": 0}
    total = dict.fromkeys(("raw", "gzip", "brotli", "zstd"), 0)
    typed = {name: dict(total) for name in by_type}
    for path in chosen:
        file = everything[path]
        for name in total:
            total[name] += getattr(file.sizes, name)
            typed[file.type][name] += getattr(file.sizes, name)
    return RouteStats(
        path=f"/{AREAS[index % len(AREAS)]}/{index}" if index else "/",
        kind="page" if index % 3 == 0 else "lazy",
        source=f"src/routes/{index}.tsx",
        files=tuple(chosen),
        requests=len(chosen),
        sizes=Sizes(**total),
        by_type=TypeSizes(**{name: Sizes(**value) for name, value in typed.items()}),
    )


def _budgets(routes: tuple[RouteStats, ...]) -> tuple[BudgetResult, ...]:
    limit = 2_000_000
    judged = tuple(
        BudgetResult(
            name="script on every route",
            type="script",
            encoding="brotli",
            level="error",
            limit=limit,
            actual=route.by_type.script.brotli,
            ok=(route.by_type.script.brotli or 0) <= limit,
            route=route.path,
        )
        for route in routes
    )
    unmatched = BudgetResult(
        name="checkout",
        type="total",
        encoding="brotli",
        level="warn",
        limit=90_000,
        actual=None,
        ok=False,
        route="/checkout/**",
        reason='no route matches "/checkout/**"',
    )
    return (*judged, unmatched)


def _findings() -> tuple[Finding, ...]:
    return (
        Finding(
            code="commonjs-project",
            severity="warning",
            message='package.json says "type": "commonjs", so every module is wrapped',
            hint='Remove it, or set "type": "module".',
            file="package.json",
            saving=120_000,
        ),
        Finding(
            code="duplicate-package",
            severity="info",
            message="lodash-es is in the build twice",
            hint="Run npm dedupe.",
        ),
    )
