"""Files of CSS modules become one where that pays: those that routes link one after the other, and the entry's own."""

from __future__ import annotations

from collections.abc import Mapping

from perfbuild.model import ModuleGraph
from perfbuild.stages.link.reach import Reach, reach
from perfbuild.stages.link.style_merging import merge_scoped
from perfbuild.stages.link.style_visits import PageEntries, StyleVisits
from perfbuild.stages.link.styles import StyleFile, StylePlan, plan_styles

from .graphs import graph_of

# --- neighbours -----------------------------------------------------------------------------------


def plan(lists: dict[int, tuple[int, ...]], count: int) -> StylePlan:
    return StylePlan(files=tuple(StyleFile(name=f"s{place}", modules=(place,)) for place in range(count)), roots=lists)


def merged(
    lists: dict[int, tuple[int, ...]], scoped: set[int], sizes: dict[int, int] | None = None
) -> list[list[tuple[int, ...]]]:
    """The modules of the files that each root, an entry, links in order."""
    count = 1 + max(place for places in lists.values() for place in places)
    roots = tuple(sorted(lists))
    reached = Reach(roots=roots, entry_count=len(roots), reached_by=(), needed_by=(), parents=(0,) * len(roots))
    visits = StyleVisits(reached, weights={})
    found = merge_scoped(
        plan(lists, count), sizes or dict.fromkeys(range(count), 1000), frozenset(scoped), visits, 6000
    )
    return [[found.files[place].modules for place in found.roots[root]] for root in roots]


def test_neighbours_become_one_file_also_where_a_route_needs_one_of_them() -> None:
    assert merged({10: (0, 1), 11: (0, 1), 12: (1,)}, {0, 1}) == [[(0, 1)], [(0, 1)], [(0, 1)]]


def test_rules_for_all_elements_stay_with_the_routes_that_have_them() -> None:
    assert merged({10: (0, 1), 11: (0, 1), 12: (1,)}, {1}) == [[(0,), (1,)], [(0,), (1,)], [(1,)]]


def test_the_order_of_the_cascade_stays() -> None:
    # 0 and 2 stand apart in one list: what is between them must stay between them.
    assert merged({10: (0, 1, 2), 11: (0, 2), 12: (1,)}, {0, 2}) == [[(0,), (1,), (2,)], [(0,), (2,)], [(1,)]]
    assert merged({10: (0, 1), 11: (1, 0)}, {0, 1}) == [[(0,), (1,)], [(1,), (0,)]]


def test_bytes_that_others_load_in_vain_are_weighed_against_requests() -> None:
    lists = {10: (0, 1), 11: (1,), 12: (1,), 13: (1,)}
    assert merged(lists, {0, 1}, {0: 1000, 1: 1000})[1] == [(0, 1)]
    assert merged(lists, {0, 1}, {0: 100_000, 1: 1000})[1] == [(1,)]


# --- the entry's file -----------------------------------------------------------------------------

SHELL = {"main": "base.css", "one": "page.module.css", "two": "page.module.css", "three": ""}
ROUTES = {"main": "one two three"}


def linked(
    graph: ModuleGraph,
    *,
    sizes: Mapping[str, int] | None = None,
    weights: Mapping[str, float] | None = None,
    hosts: str = "main",
    writers: str = "",
) -> dict[str, list[str]]:
    """Root -> its files, each as the names of its modules. Files of ``.module.css`` are scoped, 1 kB by default."""
    place = {name: index for index, name in enumerate(graph.ids)}
    styles = tuple(index for name, index in place.items() if name.endswith(".css"))
    visits = StyleVisits(
        reached := reach(graph),
        weights={place[name]: weight for name, weight in (weights or {}).items()},
        hosts=[place[name] for name in hosts.split()],
        writers=[place[name] for name in writers.split()],
    )
    found = merge_scoped(
        plan_styles(graph, reached, styles, {}),
        {style: (sizes or {}).get(graph.ids[style], 3000) for style in styles},
        frozenset(style for style in styles if ".module." in graph.ids[style]),
        visits,
        6000,
    )
    return {
        graph.ids[root]: [" ".join(graph.ids[module] for module in found.files[at].modules) for at in places]
        for root, places in found.roots.items()
    }


def test_what_most_routes_load_stands_at_the_end_of_the_entrys_file_and_nowhere_else() -> None:
    graph = graph_of(SHELL, entries="main", lazy=ROUTES)
    assert linked(graph) == {"main": ["base.css page.module.css"]}


def test_the_joined_file_is_named_as_the_entrys() -> None:
    graph = graph_of(SHELL, entries="main", lazy=ROUTES)
    styles = tuple(index for index, name in enumerate(graph.ids) if name.endswith(".css"))
    reached = reach(graph)
    visits = StyleVisits(reached, weights={}, hosts=graph.entries)
    found = merge_scoped(
        plan_styles(graph, reached, styles, {}), dict.fromkeys(styles, 10), frozenset(styles[1:]), visits, 6000
    )
    assert [file.name for file in found.files] == ["main"]


def test_visits_that_need_it_are_weighed_against_those_that_do_not() -> None:
    graph = graph_of(SHELL, entries="main", lazy=ROUTES)
    apart = {"main": ["base.css"], "one": ["page.module.css"], "two": ["page.module.css"]}
    large = {"page.module.css": 30_000}
    # Two of four visits ask for 9 kB: 12 kB of requests saved, 18 kB loaded in vain.
    assert linked(graph, sizes=large) == apart
    assert linked(graph, sizes=large, weights={"one": 5.0, "two": 1.0, "three": 1.0}) == {
        "main": ["base.css page.module.css"]
    }
    assert linked(graph, weights={"three": 1.0}) == apart


def test_rules_for_all_elements_stay_with_their_routes() -> None:
    graph = graph_of({**SHELL, "one": "page.css", "two": "page.css"}, entries="main", lazy=ROUTES)
    assert linked(graph) == {"main": ["base.css"], "one": ["page.css"], "two": ["page.css"]}


def test_what_comes_after_other_rules_of_a_route_stays_after_them() -> None:
    graph = graph_of({**SHELL, "two": "two.css page.module.css"}, entries="main", lazy=ROUTES)
    assert linked(graph) == {"main": ["base.css"], "one": ["page.module.css"], "two": ["two.css", "page.module.css"]}


def test_what_follows_goes_the_same_way_in_order() -> None:
    graph = graph_of({**SHELL, "one": "page.module.css one.module.css"}, entries="main", lazy=ROUTES)
    joined = {"main": ["base.css page.module.css one.module.css"]}
    assert linked(graph, sizes={"one.module.css": 300}) == joined
    before = graph_of({**SHELL, "one": "page.module.css one.css"}, entries="main", lazy=ROUTES)
    assert linked(before) == {"main": ["base.css page.module.css"], "one": ["one.css"]}


def test_rules_of_a_layout_stay_before_those_of_its_routes() -> None:
    imports = {"main": "base.css", "layout": "layout.css", "one": "page.module.css"}
    below = graph_of(imports, entries="main", lazy={"main": "layout", "layout": "one"})
    assert linked(below) == {"main": ["base.css"], "layout": ["layout.css"], "one": ["page.module.css"]}
    # Where a route is reached without the layout too, its rules come next there.
    beside = graph_of(imports, entries="main", lazy={"main": "layout one", "layout": "one"})
    assert linked(beside)["main"] == ["base.css page.module.css"]


def test_a_layout_without_other_rules_is_no_hindrance() -> None:
    graph = graph_of(
        {"main": "base.css", "layout": "layout.module.css", "one": "page.module.css"},
        entries="main",
        lazy={"main": "layout", "layout": "one"},
    )
    assert linked(graph) == {"main": ["base.css layout.module.css page.module.css"]}


def test_visits_below_a_layout_count_for_its_stylesheet() -> None:
    routes = {"main": "layout other", "layout": "one"}
    graph = graph_of({"main": "base.css", "layout": "layout.module.css"}, entries="main", lazy=routes)
    weights = {"one": 3.0, "other": 1.0}
    assert linked(graph, sizes={"layout.module.css": 30_000}, weights=weights) == {
        "main": ["base.css layout.module.css"]
    }


def test_without_a_file_of_the_entry_there_is_nothing_to_join() -> None:
    graph = graph_of({**SHELL, "main": ""}, entries="main", lazy=ROUTES)
    assert linked(graph) == {"one": ["page.module.css"], "two": ["page.module.css"]}


def test_routes_of_two_pages_need_one_file_at_the_end_of_both() -> None:
    routes = {"a": "one", "b": "one"}
    common = graph_of({"a": "base.css", "b": "base.css", "one": "page.module.css"}, entries="a b", lazy=routes)
    joined = ["base.css page.module.css"]
    assert linked(common, hosts="a b") == {"a": joined, "b": joined}
    apart = {"a": ["base.css"], "b": ["base.css"], "one": ["page.module.css"]}
    assert linked(common, hosts="a") == apart
    own = graph_of({"a": "base.css", "b": "base.css b.css", "one": "page.module.css"}, entries="a b", lazy=routes)
    assert linked(own, hosts="a b") == {"a": ["base.css"], "b": ["base.css", "b.css"], "one": ["page.module.css"]}


def test_a_page_that_shares_the_file_pays_for_what_its_routes_do_not_need() -> None:
    routes = {"a": "one", "b": "two three four five six seven eight"}
    graph = graph_of({"a": "base.css", "b": "base.css", "one": "page.module.css"}, entries="a b", lazy=routes)
    assert linked(graph, hosts="a b")["one"] == ["page.module.css"]
    assert "one" not in linked(graph, hosts="a b", sizes={"page.module.css": 300})


def test_rules_that_the_entrys_code_writes_come_before_those_of_its_routes() -> None:
    graph = graph_of({**SHELL, "main": "base.css styled"}, entries="main", lazy=ROUTES)
    apart = {"main": ["base.css"], "one": ["page.module.css"], "two": ["page.module.css"]}
    assert linked(graph, writers="styled") == apart
    own = graph_of({**SHELL, "one": "page.module.css styled"}, entries="main", lazy=ROUTES)
    assert linked(own, writers="styled") == {"main": ["base.css page.module.css"]}


# --- pages ----------------------------------------------------------------------------------------


def test_the_files_of_an_entry_are_the_last_of_its_pages_or_it_takes_none() -> None:
    entries = PageEntries(pages=(("a.js",), ("b.js", "c.js"), ("a.js", "plain.js"), ("d.js",), ("b.js",)))
    styled = frozenset({"a.js", "b.js", "c.js", "d.js"})
    assert entries.hosts(styled) == {"a.js", "d.js"}
    assert entries.hosts(styled - {"c.js"}) == {"a.js", "b.js", "d.js"}


def test_an_entry_of_the_configuration_takes_none() -> None:
    entries = PageEntries(pages=(("a.js",),), configured=frozenset({"a.js"}))
    assert entries.hosts(frozenset({"a.js"})) == frozenset()
