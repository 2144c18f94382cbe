"""Cache groups: what they take, and that no plan lets chunks wait for each other."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbuild.config import ChunkGroup
from perfbuild.model import ChunkPlan, ModuleGraph
from perfbuild.stages.link.groups import plan_groups
from perfbuild.stages.link.planning import WELL_KNOWN_GROUPS
from perfbuild.stages.link.reach import reach

from .graphs import graph_of, graphs, shuffled


def planned(graph: ModuleGraph, *groups: ChunkGroup) -> dict[str, set[str]]:
    plan = plan_groups(graph, reach(graph), groups)
    return {chunk.name: {graph.ids[module] for module in chunk.modules} for chunk in plan.chunks}


SHOP = graph_of(
    {
        "src/a.js": "src/util.js node_modules/lib/index.js",
        "src/b.js": "src/util.js src/own.js node_modules/lib/index.js",
        "node_modules/lib/index.js": "node_modules/lib/part.js",
        "src/page.js": "node_modules/chart/index.js src/util.js",
    },
    entries="src/a.js src/b.js",
    lazy={"src/a.js": "src/page.js"},
)


def test_the_well_known_groups() -> None:
    assert planned(SHOP, *WELL_KNOWN_GROUPS) == {
        "vendors": {"node_modules/lib/index.js", "node_modules/lib/part.js", "node_modules/chart/index.js"},
        "common": {"src/util.js"},
    }


def test_the_group_of_the_highest_priority_takes_a_module_that_several_match() -> None:
    low = ChunkGroup(name="low", test="lib", priority=1)
    high = ChunkGroup(name="high", test="part", priority=2)
    assert planned(SHOP, low, high) == {"high": {"node_modules/lib/part.js"}, "low": {"node_modules/lib/index.js"}}


def test_what_a_group_below_its_least_size_leaves_goes_to_the_next() -> None:
    small = ChunkGroup(name="small", test="part", priority=2, min_size=101)
    rest = ChunkGroup(name="rest", test="lib")
    assert planned(SHOP, small, rest) == {"rest": {"node_modules/lib/part.js", "node_modules/lib/index.js"}}
    assert "small" in planned(SHOP, ChunkGroup(name="small", test="part", min_size=101, enforce=True))


def test_enforce_does_not_change_how_many_must_use_a_module() -> None:
    group = ChunkGroup(name="common", min_chunks=3, enforce=True)
    assert planned(SHOP, group) == {}


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        ("initial", {"node_modules/lib/index.js", "node_modules/lib/part.js"}),
        ("async", {"node_modules/chart/index.js"}),
    ],
)
def test_only_the_users_of_its_type_count(kind: str, taken: set[str]) -> None:
    group = ChunkGroup(name="vendors", test=r"[\\/]node_modules[\\/]", type=kind)  # type: ignore[arg-type]
    assert planned(SHOP, group) == {"vendors": taken}


def test_an_entry_stays_the_chunk_that_its_page_names() -> None:
    assert "src/a.js" not in planned(SHOP, ChunkGroup(name="all"))["all"]


def test_a_group_over_its_size_is_parted_along_its_imports() -> None:
    graph = graph_of({"main": "a", "a": "b", "b": "c", "c": "d"}, entries="main")
    parts = planned(graph, ChunkGroup(name="big", test="^/[abcd]$", max_size=200))
    assert parts == {"big-1": {"d", "c"}, "big-2": {"b", "a"}}
    whole = planned(graph, ChunkGroup(name="big", test="^/[abcd]$", max_size=200, enforce=True))
    assert whole == {"big": {"a", "b", "c", "d"}}


def test_a_module_whose_imports_lead_back_into_the_chunk_is_given_back() -> None:
    graph = graph_of({"main": "one", "one": "two", "two": "three"}, entries="main")
    assert planned(graph, ChunkGroup(name="odd", test="one|three")) == {"odd": {"three"}}


def _chunks(graph: ModuleGraph, plan: ChunkPlan) -> list[object]:
    """Module -> its chunk: of the plan, or of the engine's split by roots."""
    found = reach(graph)
    chunk_of: list[object] = list(found.reached_by)
    for chunk in plan.chunks:
        for module in chunk.modules:
            chunk_of[module] = chunk.name
    return chunk_of


def _has_cycle_through(graph: ModuleGraph, chunk_of: list[object], names: Iterable[object]) -> bool:
    edges: dict[object, set[object]] = {}
    for module, imports in enumerate(graph.imports):
        for imported in imports:
            if chunk_of[module] != chunk_of[imported]:
                edges.setdefault(chunk_of[module], set()).add(chunk_of[imported])
    for name in names:
        seen: set[object] = set()
        queue = [name]
        while queue:
            for following in edges.get(queue.pop(), ()):
                if following == name:
                    return True
                if following not in seen:
                    seen.add(following)
                    queue.append(following)
    return False


GROUPS = st.lists(
    st.builds(
        ChunkGroup,
        name=st.sampled_from(["g", "h", "k"]),
        test=st.sampled_from([None, "node_modules", r"src/[0-4]\.", r"[13579]\."]),
        priority=st.integers(0, 2),
        min_chunks=st.integers(1, 3),
        min_size=st.sampled_from([0, 60]),
        max_size=st.sampled_from([None, 60, 90]),
        reuse_existing_chunk=st.booleans(),
        enforce=st.booleans(),
        type=st.sampled_from(["all", "initial", "async"]),
    ),
    min_size=1,
    max_size=3,
)


@given(graphs(), GROUPS)
def test_every_plan_is_disjoint_and_acyclic_over_chunks(graph: ModuleGraph, groups: list[ChunkGroup]) -> None:
    plan = plan_groups(graph, reach(graph), tuple(groups))
    placed = [module for chunk in plan.chunks for module in chunk.modules]
    assert len(placed) == len(set(placed))
    assert not set(placed) & set(graph.entries)
    assert not _has_cycle_through(graph, _chunks(graph, plan), [chunk.name for chunk in plan.chunks])
    for chunk in plan.chunks:
        tests = [group.test for group in groups if group.name == chunk.group]
        for module in chunk.modules:
            assert any(test is None or re.search(test, "/" + graph.ids[module]) for test in tests)


@given(graphs(), GROUPS, st.randoms(use_true_random=False))
def test_a_plan_does_not_depend_on_the_order_in_which_modules_were_found(
    graph: ModuleGraph, groups: list[ChunkGroup], chance: random.Random
) -> None:
    order = list(range(len(graph.ids)))
    chance.shuffle(order)
    other = shuffled(graph, order)
    unique = ModuleGraph(
        ids=tuple(f"{name}#{index}" for index, name in enumerate(graph.ids)),
        sizes=graph.sizes,
        imports=graph.imports,
        dynamic_imports=graph.dynamic_imports,
        entries=graph.entries,
    )
    other = shuffled(unique, order)
    assert planned(unique, *groups) == planned(other, *groups)
