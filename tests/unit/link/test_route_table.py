"""The table of routes: what the configuration says beside what the sources say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from perfbuild.config import CliOptions, Config, load_config
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.engine.protocol import RouteFound
from perfbuild.model import LinkedModule, RouteRecord
from perfbuild.stages.link.route_table import route_table

MODULES = tuple(
    LinkedModule(id=name, package=None, importers=("src/main.ts",), dynamic_importers=lazily)
    for name, lazily in {
        "src/main.ts": (),
        "src/button.ts": (),
        "src/users.ts": ("src/main.ts",),
        "src/user.ts": ("src/main.ts",),
        "src/layout.ts": ("src/main.ts",),
    }.items()
)


def found(path: str, *components: str, line: int = 1, source: str = "src/main.ts", preload: bool = False) -> RouteFound:
    return RouteFound(path=path, components=components, source=source, line=line, preload=preload)


def configured(root: Path, *lines: str) -> Config:
    (root / "perfbuild.toml").write_text("\n".join(lines), "utf-8")
    return load_config(root, CliOptions())[0]


def table(
    config: Config, *routes: RouteFound, pages: tuple[str, ...] = ()
) -> tuple[tuple[RouteRecord, ...], tuple[Diagnostic, ...]]:
    diagnostics = Diagnostics()
    records = route_table(routes, config, MODULES, pages, diagnostics)
    return records, tuple(diagnostics)


def paths(records: tuple[RouteRecord, ...]) -> list[tuple[str, Any]]:
    return [(record.path, record.components[-1] if record.components else None) for record in records]


def test_configured_routes_come_first_and_replace_what_the_sources_say_of_their_path(tmp_path: Path) -> None:
    config = configured(tmp_path, "[[routes]]", 'path = "/users/:id"', 'component = "./src/user.ts"')
    routes = found("/users/:name", "src/users.ts"), found("/about", "src/layout.ts", preload=True), found("*")
    records, problems = table(config, *routes)
    assert paths(records) == [("/users/:id", "src/user.ts"), ("*", None), ("/about", "src/layout.ts")]
    assert (records[0].source, records[0].line) == ("perfbuild.toml", 1)
    assert records[2].preload
    assert problems == ()


def test_the_order_of_the_sources_does_not_matter(tmp_path: Path) -> None:
    config = configured(tmp_path)
    routes = [
        found("/b", "src/user.ts", line=9),
        found("/b", "src/users.ts", line=3),
        found("/b", "src/layout.ts", source="src/admin.ts"),
        found("/a", "src/user.ts", source="src/z.ts"),
        found("/a", "src/user.ts", source="src/a.ts"),
    ]
    records, _ = table(config, *routes)
    assert records == table(config, *reversed(routes))[0]
    assert [(record.path, record.source, record.line) for record in records] == [
        ("/a", "src/a.ts", 1),
        ("/b", "src/admin.ts", 1),
        ("/b", "src/main.ts", 3),
    ]


def test_of_a_layout_and_its_index_the_index_stays(tmp_path: Path) -> None:
    layout, index = found("/users", "src/layout.ts", line=1), found("/users", "src/layout.ts", "src/users.ts", line=2)
    records, _ = table(configured(tmp_path), layout, index)
    assert paths(records) == [("/users", "src/users.ts")]


def test_a_component_that_is_not_there_is_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    config = configured(tmp_path, "", "[[routes]]", 'path = "/users"', 'component = "src/user.tsx"')
    records, (problem,) = table(config)
    assert records == ()
    assert (problem.code, problem.severity) == ("route-component-missing", "error")
    assert str(problem.location) == "perfbuild.toml:4"
    assert "src/user.ts" in problem.hint


def test_a_component_that_comes_with_an_entry_is_told(tmp_path: Path) -> None:
    config = configured(tmp_path, "[[routes]]", 'path = "/x"', 'component = "src/button.ts"')
    records, (problem,) = table(config)
    assert paths(records) == [("/x", "src/button.ts")]
    assert (problem.code, problem.severity) == ("route-component-static", "warning")


@pytest.mark.parametrize(
    ("path", "known"), [("/about", True), ("/About/", True), ("/shop.html", True), ("/docs/", True), ("/abuot", False)]
)
def test_a_weight_belongs_to_a_route_or_a_page(path: str, known: bool, tmp_path: Path) -> None:
    config = configured(tmp_path, "[[routes]]", f'path = "{path}"', "weight = 3")
    records, problems = table(config, found("/about", "src/user.ts"), pages=("shop.html", "docs/index.html"))
    assert paths(records) == [("/about", "src/user.ts")]
    assert [problem.code for problem in problems] == ([] if known else ["route-unknown"])
    assert known or "/about" in problems[0].hint
