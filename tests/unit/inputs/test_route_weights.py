"""Visits become weights of routes and pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbuild.config import Chunks, Config, Route
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.model import RouteRecord
from perfbuild.stages.route_patterns import RoutePatterns
from perfbuild.stages.traffic import assign_visits, route_weights


def records(*patterns: str) -> tuple[RouteRecord, ...]:
    return tuple(RouteRecord(path=pattern, components=("a.js",), source="routes.js", line=1) for pattern in patterns)


def weights(
    visits: Mapping[str, float], patterns: tuple[str, ...], *given: Route, pages: tuple[str, ...] = ()
) -> tuple[Mapping[str, float], list[Diagnostic]]:
    root = Path("/project")
    chunks = Chunks(analytics="visits.csv")
    config = Config(root=root, out=root / "dist", report_dir=root / ".perfbuild", chunks=chunks, routes=given)
    diagnostics = Diagnostics()
    return route_weights(visits, records(*patterns), config, diagnostics, pages), list(diagnostics)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/users/42", "/users/:id"),
        ("/users/42/", "/users/:id"),
        ("/Users/New", "/users/new"),
        ("/users/new/edit", "/users/:id/edit"),
        ("/users/new/other", "/users/*"),
        ("/users", "/users/*"),
        ("/orders/17", "/orders/:number(\\d+)"),
        ("/orders/17/open", "/orders/:number(\\d+)/open"),
        ("/docs", "/:lang?/docs"),
        ("/en/docs", "/:lang?/docs"),
        ("/files/a/b/c", "/files/:path*"),
        ("/tags/a/b", "/tags/:tag+"),
        ("/tags", "*"),
        ("/@anna", "/@:name"),
        ("/nowhere/at/all", "*"),
        ("/", "*"),
    ],
)
def test_the_most_specific_pattern_takes_a_path(path: str, pattern: str) -> None:
    patterns = (
        "*",
        "/:lang?/docs",
        "/@:name",
        "/files/:path*",
        "/orders/:number(\\d+)",
        "/orders/:number(\\d+)/open",
        "/tags/:tag+",
        "/users/*",
        "/users/:id",
        "/users/:id/edit",
        "/users/new",
    )
    if pattern == "/@:name":
        patterns = tuple(each for each in patterns if not each.startswith("/:"))
    assert RoutePatterns(patterns).find(path) == pattern
    assert RoutePatterns(reversed(patterns)).find(path) == pattern


def test_a_path_of_many_segments_and_patterns_of_many_parameters_end() -> None:
    patterns = ["/" + "/".join(":a" if place >> bit & 1 else "a" for bit in range(9)) for place in range(512)]
    assert RoutePatterns(patterns).find("/a" * 5000) is None
    assert RoutePatterns(["/" + "/:a?" * 40]).find("/a" * 40) is not None


def test_weights_are_around_one_and_rare_routes_keep_some() -> None:
    found, problems = weights({"/users/1": 60, "/users/2": 30, "/": 10}, ("/", "/users/:id", "/new"))
    assert found["/users/:id"] == pytest.approx(0.05 + 0.95 * 2.7)
    assert found["/new"] == pytest.approx(0.05)
    assert sum(found.values()) == pytest.approx(3)
    assert problems == []


def test_without_visits_all_are_alike() -> None:
    assert weights({}, ("/", "/a"), pages=("index.html",)) == ({"/": 1, "/a": 1, "index.html": 1}, [])


def test_the_configuration_stands_above_visits() -> None:
    given = (Route(path="/users/:user/", weight=4), Route(path="/about.html", weight=0), Route(path="/gone", weight=1))
    found, _ = weights({"/users/1": 5, "/a": 30, "/b": 10}, ("/users/:id", "/a", "/b"), *given, pages=("about.html",))
    assert (found["/users/:id"], found["about.html"]) == (4, 0)
    assert found["/a"] + found["/b"] == pytest.approx(2)
    assert set(found) == {"/users/:id", "/a", "/b", "about.html"}


def test_the_start_page_is_the_route_of_an_application_and_a_page_elsewhere() -> None:
    given = Route(path="/", weight=3)
    assert weights({}, ("/", "/a"), given, pages=("index.html",))[0] == {"/": 3, "/a": 1, "index.html": 1}
    assert weights({}, (), given, pages=("index.html", "b.html"))[0] == {"index.html": 3, "b.html": 1}


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "index.html"),
        ("/index.html", "index.html"),
        ("/about", "about.html"),
        ("/about.html", "about.html"),
        ("/docs/", "docs/index.html"),
        ("/docs", "docs/index.html"),
        ("/docs/index.html", "docs/index.html"),
        ("/old", "old.htm"),
    ],
)
def test_pages_are_found_as_servers_answer(path: str, page: str) -> None:
    pages = ("index.html", "about.html", "docs/index.html", "old.htm")
    found = assign_visits({path: 3}, records("/:slug", "*"), pages)
    assert found.pages[page] == 3


def test_unknown_paths_are_told_once_with_the_largest() -> None:
    visits = {"/": 900, "/x/1": 1, "/x/2": 40, "/x/3": 30, "/x/4": 20, "/" + "y" * 300: 9}
    _, (problem,) = weights(visits, ("/",))
    assert (problem.code, problem.severity) == ("analytics-unknown-paths", "info")
    assert "10.0%" in problem.message and "5 paths" in problem.message
    assert problem.message.endswith("/x/2, /x/3, /x/4")
    _, (problem,) = weights({"/": 1, "/x": 9}, ("/",))
    assert (problem.severity, "1 path that is" in problem.message) == ("warning", True)


SEGMENTS = st.sampled_from(["users", "new", "docs", "42", "Ü", "index.html", "about.html", ""])
PATHS = st.lists(SEGMENTS, max_size=4).map(lambda segments: "/" + "/".join(segments))
PATTERN_SEGMENTS = st.sampled_from(["users", "new", ":id", ":id?", ":n(\\d+)", ":rest*", "*", "docs"])
PATTERNS = st.lists(PATTERN_SEGMENTS, max_size=4).map(lambda segments: "/" + "/".join(segments))
PAGES = st.lists(st.sampled_from(["index.html", "about.html", "docs/index.html"]), unique=True)


@given(visits=st.dictionaries(PATHS, st.integers(0, 10**9)), patterns=st.lists(PATTERNS, unique=True), pages=PAGES)
def test_no_visit_is_lost_and_order_does_not_matter(
    visits: dict[str, int], patterns: list[str], pages: list[str]
) -> None:
    found = assign_visits(visits, records(*patterns), pages)
    parts = (found.routes, found.pages, found.unknown)
    assert sum(sum(part.values()) for part in parts) == sum(visits.values())
    assert set(found.routes) == set(patterns) and set(found.pages) == set(pages)
    backwards = assign_visits(dict(reversed(visits.items())), records(*reversed(patterns)), list(reversed(pages)))
    assert backwards == found


@given(visits=st.dictionaries(PATHS, st.integers(0, 10**9)), patterns=st.lists(PATTERNS, unique=True, min_size=1))
def test_the_mean_of_the_weights_is_one(visits: dict[str, int], patterns: list[str]) -> None:
    found, _ = weights(visits, tuple(patterns))
    assert sum(found.values()) == pytest.approx(len(patterns))
    assert min(found.values()) >= 0.05
