"""Which roots need a module: checked by hand, and against a search that does it the slow way."""

from __future__ import annotations

from hypothesis import given

from perfbuild.model import ModuleGraph
from perfbuild.stages.link.reach import Reach, bits, reach

from .graphs import graph_of, graphs


def needed(graph: ModuleGraph, module: str) -> set[str]:
    found = reach(graph)
    return {graph.ids[found.roots[place]] for place in bits(found.needed_by[graph.ids.index(module)])}


def test_entries_come_first_and_all_roots_by_id() -> None:
    graph = graph_of({"z": "x", "a": "x"}, entries="z a", lazy={"z": "q b", "x": "c"})
    found = reach(graph)
    assert [graph.ids[root] for root in found.roots] == ["a", "z", "b", "c", "q"]
    assert found.entry_count == 2


def test_a_lazy_chunk_does_not_need_what_its_only_parent_loaded() -> None:
    graph = graph_of({"main": "shared", "page": "shared own"}, entries="main", lazy={"main": "page"})
    assert needed(graph, "shared") == {"main"}
    assert needed(graph, "own") == {"page"}


def test_it_needs_what_one_of_two_parents_did_not_load() -> None:
    graph = graph_of({"a": "shared", "page": "shared"}, entries="a b", lazy={"a": "page", "b": "page"})
    assert needed(graph, "shared") == {"a", "page"}


def test_what_grandparents_loaded_is_there() -> None:
    graph = graph_of({"main": "shared", "inner": "shared"}, entries="main", lazy={"main": "outer", "outer": "inner"})
    assert needed(graph, "shared") == {"main"}


def test_pages_that_open_each_other_keep_what_the_entry_brought() -> None:
    graph = graph_of(
        {"main": "shared", "one": "shared", "two": "shared"},
        entries="main",
        lazy={"main": "one two", "one": "two", "two": "one"},
    )
    assert needed(graph, "shared") == {"main"}


def test_a_lazy_entry_needs_everything_since_its_page_may_be_the_first() -> None:
    graph = graph_of({"main": "shared", "admin": "shared"}, entries="main admin", lazy={"main": "admin"})
    assert needed(graph, "shared") == {"main", "admin"}


def _closure(graph: ModuleGraph, root: int) -> set[int]:
    seen, queue = {root}, [root]
    while queue:
        for imported in graph.imports[queue.pop()]:
            if imported not in seen:
                seen.add(imported)
                queue.append(imported)
    return seen


def _loaded_on_every_way(graph: ModuleGraph, found: Reach) -> dict[int, set[int]]:
    """Root -> modules that are there before it loads anything, by walking every set that a visitor can have."""
    before: dict[int, set[int]] = {}
    queue = [(root, frozenset[int]()) for root in found.roots[: found.entry_count]]
    seen = set(queue)
    while queue:
        root, had = queue.pop()
        before[root] = before[root] & had if root in before else set(had)
        now = had | _closure(graph, root)
        for module in _closure(graph, root):
            for target in graph.dynamic_imports[module]:
                step = (target, now)
                if target not in graph.entries and step not in seen:
                    seen.add(step)
                    queue.append(step)
    return before


@given(graphs(most=7))
def test_reach_agrees_with_walking_every_way(graph: ModuleGraph) -> None:
    found = reach(graph)
    before = _loaded_on_every_way(graph, found)
    for place, root in enumerate(found.roots):
        closure = _closure(graph, root)
        assert {module for module, mask in enumerate(found.reached_by) if mask >> place & 1} == closure
        needs = {module for module, mask in enumerate(found.needed_by) if mask >> place & 1}
        assert needs == closure - before[root]
