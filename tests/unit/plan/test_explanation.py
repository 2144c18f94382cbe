"""Why something is in a build: which thing is meant, the way to it, and who pays."""

from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console

from perfbuild.console import print_explanation
from perfbuild.explanation import Ambiguous, ChunkExplanation, RouteExplanation, Unknown, explain
from perfbuild.model import ChunkStats, FileStats, ModuleStats, RouteStats, Run, Sizes, Stats, TypeSizes


def sizes(raw: int) -> Sizes:
    return Sizes(raw=raw, gzip=raw // 3, brotli=raw // 4, zstd=raw // 3)


def module(name: str, size: int, chunk: str | None, *importers: str, lazily: tuple[str, ...] = ()) -> ModuleStats:
    return ModuleStats(
        id=name,
        package=name.split("/")[1] if name.startswith("node_modules/") else None,
        bytes=size,
        chunks=(f"assets/{chunk}.js",) if chunk else (),
        importers=tuple(sorted((*importers, *lazily))),
        dynamic_importers=lazily,
    )


def chunk(name: str, raw: int, reason: str, *modules: str, **changes) -> ChunkStats:
    fields = {"group": None, "imports": (), "dynamic_imports": (), "css": ()}
    return ChunkStats(
        file=f"assets/{name}.js",
        name=name.partition("-")[0],
        reason=reason,
        modules=modules,
        sizes=sizes(raw),
        **(fields | changes),
    )


def route(path: str, kind: str, source: str, *files: str, total: int) -> RouteStats:
    nothing = dict.fromkeys(("style", "image", "font", "document", "other"), Sizes())
    return RouteStats(
        path=path,
        kind=kind,
        source=source,
        files=files,
        requests=len(files),
        sizes=sizes(total),
        by_type=TypeSizes(script=sizes(total), **nothing),
    )


def account() -> Stats:
    """A page whose entry has two lazy routes, which share a chart; ``plain.js`` is reachable either way."""
    chunks = (
        chunk("main-1", 4000, "entry", "src/main.js", "src/plain.js", facade="src/main.js",
              dynamic_imports=("assets/sales-2.js", "assets/stock-3.js")),
        chunk("sales-2", 800, "route", "src/sales.js", imports=("assets/chart-4.js", "assets/main-1.js")),
        chunk("stock-3", 400, "route", "src/stock.js", imports=("assets/chart-4.js",)),
        chunk("chart-4", 8000, "shared", "src/chart.js", "node_modules/axis/index.js", why="merged 2 chunks"),
    )  # fmt: skip
    modules = (
        module("src/main.js", 3000, "main-1"),
        module("src/plain.js", 1000, "main-1", "src/sales.js", "src/deep.js"),
        module("src/deep.js", 0, None, "src/main.js"),
        module("src/sales.js", 800, "sales-2", lazily=("src/main.js",)),
        module("src/stock.js", 400, "stock-3", lazily=("src/main.js",)),
        module("src/chart.js", 2000, "chart-4", "src/sales.js", "src/stock.js"),
        module("node_modules/axis/index.js", 6000, "chart-4", "src/chart.js"),
        module("src/sales.css", 0, None, "src/sales.js"),
    )
    scripts = tuple(
        FileStats(path=each.file, type="script", sizes=each.sizes, sources=each.modules, note=None) for each in chunks
    )
    style = FileStats(path="assets/sales-5.css", type="style", sizes=sizes(400), sources=("src/sales.css",))
    page = FileStats(path="index.html", type="document", sizes=sizes(800), sources=("index.html",))
    start = ("index.html", "assets/main-1.js")
    routes = (
        route("/", "page", "index.html", *start, total=4800),
        route("/account", "lazy", "src/account.js", total=0),
        route("sales", "lazy", "src/sales.js", *start, "assets/sales-5.css", "assets/sales-2.js", "assets/chart-4.js",
              total=14_000),
        route("stock", "lazy", "src/stock.js", *start, "assets/stock-3.js", "assets/chart-4.js", total=13_200),
    )  # fmt: skip
    return Stats(
        schema=1,
        tool="perfbuild test",
        base="/",
        run=Run(started="", seconds=1.0, stages={}, root="", out=""),
        routes=routes,
        chunks=chunks,
        modules=modules,
        files=(page, *scripts, style),
        images=(),
        budgets=(),
        findings=(),
    )


def test_the_chain_to_a_module_names_the_dynamic_import_and_the_route_that_begins_there():
    found = explain(account(), "src/chart.js")
    assert [(step.id, step.how, step.route) for step in found.chain] == [
        ("src/main.js", "entry", None),
        ("src/sales.js", "import()", "sales"),
        ("src/chart.js", "import", None),
    ]
    assert found.pages == ("/",)


def test_a_longer_way_without_a_dynamic_import_stands_before_a_shorter_one_with_it():
    found = explain(account(), "src/plain.js")
    assert [step.id for step in found.chain] == ["src/main.js", "src/deep.js", "src/plain.js"]


def test_a_route_pays_for_a_module_its_share_of_the_encoded_chunk():
    found = explain(account(), "axis/index.js")
    assert found.package == "axis"
    assert found.minified == 6000
    assert found.bytes == 6000 * 2000 // 8000
    assert [(cost.path, cost.bytes, cost.total) for cost in found.routes] == [
        ("stock", 1500, 3300),
        ("sales", 1500, 3500),
    ]
    assert [place.file for place in found.chunks] == ["assets/chart-4.js"]


def test_the_reason_for_a_chunk_has_what_the_plan_gained():
    assert explain(account(), "chart").because == "several entries or dynamic imports need it; merged 2 chunks"
    grouped = msgspec.structs.replace(account().chunks[3], reason="group", group="vendors", why="")
    stats = msgspec.structs.replace(account(), chunks=(*account().chunks[:3], grouped))
    assert explain(stats, "assets/chart-4.js").because == "the cache group vendors"


def test_a_chunk_lists_its_modules_by_size_and_who_imports_it_how():
    found = explain(account(), "chart")
    assert isinstance(found, ChunkExplanation)
    assert [one.id for one in found.modules] == ["node_modules/axis/index.js", "src/chart.js"]
    assert [(one.file, one.how) for one in found.imported_by] == [
        ("assets/sales-2.js", "import"),
        ("assets/stock-3.js", "import"),
    ]
    assert [(one.file, one.how) for one in explain(account(), "assets/stock-3.js").imported_by] == [
        ("assets/main-1.js", "import()"),
    ]


def test_a_route_lists_its_files_in_order_and_what_it_shares():
    found = explain(account(), "sales")
    assert isinstance(found, RouteExplanation)
    assert [(file.path, file.shared_with) for file in found.files] == [
        ("index.html", 2),
        ("assets/main-1.js", 2),
        ("assets/sales-5.css", 0),
        ("assets/sales-2.js", 0),
        ("assets/chart-4.js", 1),
    ]
    assert found.shared == 200 + 1000 + 2000


def test_a_stylesheet_costs_the_file_that_was_made_of_it():
    found = explain(account(), "src/sales.css")
    assert [file.path for file in found.files] == ["assets/sales-5.css"]
    assert [(cost.path, cost.bytes) for cost in found.routes] == [("sales", 100)]


def test_a_module_that_was_shaken_away_costs_nothing_but_still_has_its_chain():
    found = explain(account(), "deep.js")
    assert (found.chunks, found.routes, found.bytes) == ((), (), 0)
    assert [step.id for step in found.chain] == ["src/main.js", "src/deep.js"]


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("src/sales.js", "module"),
        ("sales.js", "module"),
        ("main", "chunk"),
        ("main-1.js", "chunk"),
        ("assets/sales-5.css", "file"),
        ("/", "route"),
        ("stock", "route"),
        ("account", "route"),
        ("index.html", "file"),
    ],
)
def test_a_target_may_be_a_whole_name_or_its_end(target, kind):
    assert msgspec.to_builtins(explain(account(), target))["kind"] == kind


def test_an_end_of_several_names_is_ambiguous():
    stats = account()
    more = (*stats.modules, module("src/admin/sales.js", 1, "main-1", "src/main.js"))
    found = explain(msgspec.structs.replace(stats, modules=more), "sales.js")
    assert found == Ambiguous(names=("src/admin/sales.js", "src/sales.js"))


@pytest.mark.parametrize(
    ("target", "nearest"),
    [("chrat.js", "src/chart.js"), ("SALES", "sales"), ("axis", "node_modules/axis/index.js"), ("stok", "stock")],
)
def test_an_unknown_target_gets_the_nearest_name(target, nearest):
    found = explain(account(), target)
    assert isinstance(found, Unknown)
    assert found.near[0] == nearest


def test_nothing_like_the_target_gets_no_names():
    assert explain(account(), "qqqqqqqqqqqqqqqq") == Unknown(near=())


def test_an_import_cycle_ends():
    stats = account()
    ring = (module("src/a.js", 1, "main-1", "src/b.js"), module("src/b.js", 1, "main-1", "src/a.js", "src/main.js"))
    found = explain(msgspec.structs.replace(stats, modules=(*stats.modules, *ring)), "src/a.js")
    assert [step.id for step in found.chain] == ["src/main.js", "src/b.js", "src/a.js"]


def test_without_brotli_figures_are_raw():
    stats = account()
    bare = tuple(
        msgspec.structs.replace(file, sizes=msgspec.structs.replace(file.sizes, brotli=None)) for file in stats.files
    )
    found = explain(msgspec.structs.replace(stats, files=bare), "src/stock.js")
    assert (found.unit, found.bytes) == ("raw", 400)


@pytest.mark.parametrize("target", ["src/chart.js", "chart", "sales", "src/sales.css", "src/deep.js", "index.html"])
def test_every_answer_fits_eighty_columns_and_injects_nothing(target):
    stats = account()
    hostile = module("src/\x1b[2J" + "long/" * 30 + "x.js", 1, "chart-4", "src/chart.js")
    console = Console(file=io.StringIO(), width=80, highlight=False, markup=False, emoji=False)
    changed = msgspec.structs.replace(
        stats,
        modules=(*stats.modules, hostile),
        chunks=(*stats.chunks[:3], msgspec.structs.replace(stats.chunks[3], modules=(hostile.id, "src/chart.js"))),
    )
    print_explanation(explain(changed, target), console)
    text = console.file.getvalue()
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
