"""Budgets pass and fail for the right reason."""

from __future__ import annotations

import pytest

from perfbuild.config import Budget
from perfbuild.model import FileStats, Sizes
from perfbuild.stages.judge import judge, over_budget

from . import builders as make

ROUTES = ("/", "/about.html", "/docs/", "/docs/a", "/docs/a/b", "/users/[id]")


def routes_matching(glob):
    stats = make.stats(routes=tuple(make.route_stats(path) for path in ROUTES))
    return [result.route for result in judge(stats, (Budget(route=glob, max=1),)) if result.actual is not None]


@pytest.mark.parametrize(
    ("glob", "matched"),
    [
        ("/**", list(ROUTES)),
        ("/", ["/"]),
        ("/*", ["/", "/about.html"]),
        ("/*.html", ["/about.html"]),
        ("/docs/*", ["/docs/", "/docs/a"]),
        ("/docs/**", ["/docs/", "/docs/a", "/docs/a/b"]),
        ("/**/b", ["/docs/a/b"]),
        ("/**/a", ["/docs/a"]),
        ("/{about.html,docs/}", ["/about.html", "/docs/"]),
        ("/users/[id]", ["/users/[id]"]),
        ("/docs/?", ["/docs/a"]),
        ("/about?html", ["/about.html"]),
    ],
)
def test_route_globs(glob, matched):
    assert routes_matching(glob) == matched


def test_each_type_is_judged_on_its_own_bytes():
    by_type = make.type_sizes(script=Sizes(raw=900, brotli=300), style=Sizes(raw=80, brotli=20))
    route = make.route_stats("/", requests=7, sizes=Sizes(raw=980, brotli=320, gzip=400), by_type=by_type)
    budgets = (
        Budget(route="/", max=299, type="script"),
        Budget(route="/", max=300, type="script"),
        Budget(route="/", max=20, type="stylesheet"),
        Budget(route="/", max=899, type="script", encoding="raw"),
        Budget(route="/", max=399, encoding="gzip"),
        Budget(route="/", max=6, type="requests"),
        Budget(route="/", max=0, type="font"),
    )
    results = judge(make.stats(routes=(route,)), budgets)
    assert [result.ok for result in results] == [False, True, True, False, False, False, True]
    assert [result.actual for result in results] == [300, 300, 20, 900, 400, 7, 0]


def test_files_are_judged_each_on_its_own():
    files = tuple(
        FileStats(path=path, type="script", sizes=make.sizes(size), sources=())
        for path, size in (("assets/vendors-1.js", 800), ("assets/vendors-2.js", 4000), ("assets/main-3.js", 9000))
    )
    results = judge(make.stats(files=files), (Budget(file="assets/vendors-*.js", max=500, type="image"),))
    assert [(result.file, result.actual, result.ok) for result in results] == [
        ("assets/vendors-1.js", 200, True),
        ("assets/vendors-2.js", 1000, False),
    ]
    assert {result.type for result in results} == {"total"}


def test_a_budget_that_matches_nothing_fails_and_says_so():
    (result,) = judge(make.stats(routes=(make.route_stats("/"),)), (Budget(route="/shop/**", max=10),))
    assert (result.ok, result.actual, result.route) == (False, None, "/shop/**")
    assert result.reason == 'no route matches "/shop/**"'
    assert over_budget((result,))


def test_an_encoding_that_was_not_computed_fails_and_says_so():
    route = make.route_stats("/", sizes=Sizes(raw=5, brotli=None, gzip=None, zstd=None))
    (result,) = judge(make.stats(routes=(route,)), (Budget(route="/", max=10),))
    assert (result.ok, result.actual) == (False, None)
    assert "brotli" in result.reason


def test_a_warning_alone_does_not_fail_the_build():
    stats = make.stats(routes=(make.route_stats("/", sizes=make.sizes(4000)),))
    assert not over_budget(judge(stats, (Budget(route="/", max=1, level="warn"),)))
    assert over_budget(judge(stats, (Budget(route="/", max=1, level="warn"), Budget(route="/", max=2))))


def test_budgets_are_named_by_what_they_limit():
    stats = make.stats(routes=(make.route_stats("/"),))
    budgets = (Budget(route="/", max=1, type="script"), Budget(route="/", max=1, name="home"), Budget(file="a", max=1))
    assert [result.name for result in judge(stats, budgets)] == ["script on /", "home", "a"]
