"""Names of routes, and what a first visit to each downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.chunks import chunk as any_chunk

from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.model import Chunk, ChunkModule, Entry, Linked, Project, RouteFiles, RouteRecord
from perfbuild.stages.routes import find_routes
from perfbuild.stages.scan import scan

START = ("index.html", "assets/main-1.js", "assets/main-1.css")


def chunk(name: str, *lazy: str, reason: str = "route", css: bool = False, **options: Any) -> Chunk:
    """``name`` is that of the file and of its module, ``lazy`` the chunks that it imports dynamically."""
    fields: dict[str, Any] = {
        "reason": reason,
        "facade": None if reason in ("shared", "group") else f"src/{name}.ts",
        "is_entry": reason == "entry",
        "modules": (ChunkModule(id=f"src/{name}.ts", bytes=1),),
        "dynamic_imports": tuple(f"assets/{each}-1.js" for each in lazy),
        "css": (f"assets/{name}-1.css",) if css else (),
    }
    return any_chunk(name, **(fields | options))


def record(path: str, *components: str) -> RouteRecord:
    return RouteRecord(
        path=path, components=tuple(f"src/{name}.ts" for name in components), source="src/main.ts", line=1
    )


def routes(
    root: Path,
    *chunks: Chunk,
    records: tuple[RouteRecord, ...] = (),
    pages: tuple[str, ...] = ("index.html",),
    entries: tuple[str, ...] = (),
) -> dict[str, RouteFiles]:
    """By path. Each page, and each entry, loads the first chunk, or the entry chunk that is named like it."""
    for page in pages:
        (root / page).parent.mkdir(parents=True, exist_ok=True)
        (root / page).write_text('<script type="module" src="/main.ts"></script>', "utf-8")
    (root / "main.ts").touch()
    project = Project(
        root=root, pages=pages, entries=tuple(Entry(name=name, path=f"{name}.ts") for name in entries), public=()
    )
    config = Config(root=root, out=root / "dist", report_dir=root / ".perfbuild")
    named = {each.name: each.file for each in chunks if each.is_entry}
    runs = {f"{page}#0": named.get(Path(page).stem, chunks[0].file) for page in pages}
    linked = Linked(
        chunks=chunks,
        modules=(),
        files={},
        entries=runs | {name: named[name] for name in entries},
        references={},
        inline=(),
        assets_of={},
        routes=records,
    )
    found = find_routes(project, scan(project, config, Diagnostics()), linked, {})
    by_path = {route.path: route for route in found}
    assert len(by_path) == len(found), "no path twice"
    return by_path


def main(*lazy: str) -> Chunk:
    return chunk("main", *lazy, reason="entry", css=True)


def test_a_lazy_route_has_its_pattern_and_downloads_its_layouts_too(tmp_path: Path) -> None:
    dep = chunk("dep", reason="shared")
    user = chunk("user", reason="component", css=True, imports=(dep.file,))
    layout = chunk("layout", "user", css=True)
    found = routes(tmp_path, main("layout"), layout, user, dep, records=(record("/users/:id", "layout", "user"),))
    assert list(found) == ["/", "/users/:id"]
    route = found["/users/:id"]
    assert (route.kind, route.source) == ("lazy", "src/user.ts")
    assert route.files == (
        *START,
        "assets/layout-1.css",
        "assets/user-1.css",
        "assets/layout-1.js",
        "assets/user-1.js",
        "assets/dep-1.js",
    )


def test_several_patterns_of_one_chunk_are_several_routes(tmp_path: Path) -> None:
    records = (record("/people", "users"), record("/users", "users"))
    found = routes(tmp_path, main("users"), chunk("users"), records=records)
    assert list(found) == ["/", "/people", "/users"]
    assert found["/people"].files == found["/users"].files


def test_a_chunk_that_no_route_names_keeps_its_own_name(tmp_path: Path) -> None:
    found = routes(
        tmp_path, main("users", "german"), chunk("users"), chunk("german"), records=(record("/users", "users"),)
    )
    assert list(found) == ["/", "/users", "german"]


def test_the_page_of_an_application_downloads_the_route_at_its_address(tmp_path: Path) -> None:
    found = routes(tmp_path, main("home"), chunk("home", css=True), records=(record("/", "home"),))
    assert list(found) == ["/"]
    assert (found["/"].kind, found["/"].source) == ("page", "index.html")
    assert found["/"].files == (*START, "assets/home-1.css", "assets/home-1.js")


def test_routes_of_an_application_in_a_folder_are_below_it(tmp_path: Path) -> None:
    records = (record("*", "gone"), record("/", "home"), record("/users", "users"))
    chunks = (main("home", "users", "gone"), chunk("home"), chunk("users"), chunk("gone"))
    found = routes(tmp_path, *chunks, records=records, pages=("admin/index.html",))
    assert list(found) == ["/admin/", "/admin/*", "/admin/users"]
    assert "assets/home-1.js" in found["/admin/"].files
    whole = (record("/admin/home", "home"), record("/admin/users", "users"))
    assert list(routes(tmp_path, *chunks, records=whole, pages=("admin/index.html",))) == [
        "/admin/",
        "/admin/home",
        "/admin/users",
        "gone",
    ]


def test_each_application_has_its_own_routes(tmp_path: Path) -> None:
    """Both have /settings: the first page's keeps the name."""
    chunks = (main("a"), chunk("a"), chunk("other", "b", reason="entry"), chunk("b"))
    records = (record("/settings", "a"), record("/settings", "b"), record("/only", "b"))
    found = routes(tmp_path, *chunks, records=records, pages=("index.html", "other.html"))
    assert list(found) == ["/", "/other.html", "/settings", "/only"]
    assert found["/settings"].source == "src/a.ts"
    assert found["/only"].files[0] == "other.html"


@pytest.mark.parametrize("component", ["plain", "nowhere"])
def test_a_route_that_loads_nothing_lazily_is_no_lazy_route(component: str, tmp_path: Path) -> None:
    start = chunk("main", reason="entry", modules=(ChunkModule(id="src/plain.ts", bytes=1),))
    assert list(routes(tmp_path, start, records=(record("/x", component), record("/y")))) == ["/"]


def test_a_component_is_found_where_the_plan_put_it(tmp_path: Path) -> None:
    both = chunk("users", facades=("src/users.ts", "src/user.ts"))
    vendors = chunk("vendors", reason="group", modules=(ChunkModule(id="src/shop.ts", bytes=1),))
    records = (record("/shop", "shop"), record("/users", "users"), record("/users/:id", "user"))
    found = routes(tmp_path, main("users", "vendors"), both, vendors, records=records)
    assert list(found) == ["/", "/shop", "/users", "/users/:id"]
    assert found["/users/:id"].files == (*START, both.file)
    assert found["/shop"].files == (*START, vendors.file)


def test_without_pages_routes_start_at_configured_entries(tmp_path: Path) -> None:
    found = routes(
        tmp_path, main("users"), chunk("users"), records=(record("/users", "users"),), pages=(), entries=("main",)
    )
    assert found["/users"].files == ("assets/main-1.css", "assets/main-1.js", "assets/users-1.js")
