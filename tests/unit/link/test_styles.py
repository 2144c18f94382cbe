"""Stylesheets: whatever the files, each root links exactly its own cascade."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from perfbuild.model import ModuleGraph
from perfbuild.stages.link.reach import reach
from perfbuild.stages.link.styles import StylePlan, plan_styles

from .graphs import graph_of, graphs, shuffled


def plan(graph: ModuleGraph) -> StylePlan:
    styles = tuple(module for module, name in enumerate(graph.ids) if ".css" in name)
    return plan_styles(graph, reach(graph), styles, {})


def linked(graph: ModuleGraph) -> dict[str, list[list[str]]]:
    """Root -> its files in order, each as the names of its modules."""
    found = plan(graph)
    return {
        graph.ids[root]: [[graph.ids[module] for module in found.files[place].modules] for place in places]
        for root, places in found.roots.items()
    }


def test_one_root_has_one_file_in_execution_order() -> None:
    graph = graph_of({"main": "base.css widget main.css", "widget": "widget.css"}, entries="main")
    assert linked(graph) == {"main": [["base.css", "widget.css", "main.css"]]}


def test_roots_share_what_stands_together_in_both() -> None:
    graph = graph_of({"a": "one.css two.css a.css", "b": "one.css two.css b.css"}, entries="a b")
    assert linked(graph) == {"a": [["one.css", "two.css"], ["a.css"]], "b": [["one.css", "two.css"], ["b.css"]]}


def test_roots_that_order_the_same_files_differently_each_keep_their_order() -> None:
    graph = graph_of({"a": "one.css two.css", "b": "two.css one.css"}, entries="a b")
    assert linked(graph) == {"a": [["one.css"], ["two.css"]], "b": [["two.css"], ["one.css"]]}


def test_a_lazy_root_leaves_out_what_is_there() -> None:
    graph = graph_of({"main": "base.css", "page": "base.css page.css"}, entries="main", lazy={"main": "page"})
    assert linked(graph) == {"main": [["base.css"]], "page": [["page.css"]]}


def test_a_file_of_one_root_has_the_name_that_was_given_to_the_root() -> None:
    graph = graph_of({"main": "main.css"}, entries="main", lazy={"main": "page.css"})
    page = graph.ids.index("page.css")
    found = plan_styles(graph, reach(graph), (graph.ids.index("main.css"), page), {page: "settings"})
    assert sorted(file.name for file in found.files) == ["main", "settings"]


def _cascade(graph: ModuleGraph, root: int, place: int) -> list[str]:
    """The root's stylesheets as a browser would evaluate the modules that the root must load."""
    needed = reach(graph).needed_by
    order: list[str] = []
    seen: set[int] = set()

    def visit(module: int) -> None:
        if module in seen or not (needed[module] >> place & 1 or module == root):
            return
        seen.add(module)
        for imported in graph.imports[module]:
            visit(imported)
        if ".css" in graph.ids[module]:
            order.append(graph.ids[module])

    visit(root)
    return order


def _unique(graph: ModuleGraph) -> ModuleGraph:
    return ModuleGraph(
        ids=tuple(f"{index:02}-{name}" for index, name in enumerate(graph.ids)),
        sizes=graph.sizes,
        imports=graph.imports,
        dynamic_imports=graph.dynamic_imports,
        entries=graph.entries,
    )


@given(graphs())
def test_the_files_of_a_root_are_its_cascade(drawn: ModuleGraph) -> None:
    graph = _unique(drawn)
    found = reach(graph)
    files = linked(graph)
    for place, root in enumerate(found.roots):
        parts = files.get(graph.ids[root], [])
        assert [name for part in parts for name in part] == _cascade(graph, root, place)
    placed = [module for file in plan(graph).files for module in file.modules]
    assert len(placed) == len(set(placed))


@given(graphs(), st.randoms(use_true_random=False))
def test_the_plan_does_not_depend_on_the_order_in_which_modules_were_found(
    drawn: ModuleGraph, chance: random.Random
) -> None:
    graph = _unique(drawn)
    order = list(range(len(graph.ids)))
    chance.shuffle(order)
    other = shuffled(graph, order)
    assert linked(graph) == linked(other)
    names = [[graph.ids[module] for module in file.modules] for file in plan(graph).files]
    assert names == [[other.ids[module] for module in file.modules] for file in plan(other).files]
    assert [file.name for file in plan(graph).files] == [file.name for file in plan(other).files]
