"""Cache groups that do not do what their author meant are told of."""

from __future__ import annotations

from perfbuild.config import ChunkGroup
from perfbuild.stages.link.group_problems import group_problems
from perfbuild.stages.link.groups import plan_groups
from perfbuild.stages.link.planning import WELL_KNOWN_GROUPS
from perfbuild.stages.link.reach import reach

from .graphs import graph_of

SHOP = graph_of(
    {
        "src/a.js": "src/util.js node_modules/lib/index.js",
        "src/b.js": "src/util.js node_modules/lib/index.js",
        "node_modules/lib/index.js": "node_modules/lib/part.js",
        "src/page.js": "node_modules/chart/index.js src/util.js",
    },
    entries="src/a.js src/b.js",
    lazy={"src/a.js": "src/page.js"},
)
LIB = ChunkGroup(name="lib", test="/lib/", priority=1)


def problems(*groups: ChunkGroup) -> list[tuple[str, str]]:
    reached = reach(SHOP)
    found = group_problems(SHOP, reached, groups, plan_groups(SHOP, reached, groups))
    return [(problem.code, problem.message) for problem in found]


def test_groups_that_take_something_are_no_problem() -> None:
    assert problems(*WELL_KNOWN_GROUPS) == []


def test_a_test_that_no_module_matches() -> None:
    assert problems(ChunkGroup(name="antd", test="/antd/")) == [
        ("group-empty", 'the cache group "antd" takes no module: no module matches its test')
    ]


def test_modules_that_too_few_need() -> None:
    [(code, message)] = problems(ChunkGroup(name="chart", test="chart", min_chunks=2))
    assert code == "group-empty"
    assert "of the 1 module that match, none is needed by 2 entries or lazy chunks or more" in message
    assert "needed by 1 entries or more" in problems(ChunkGroup(name="chart", test="chart", type="initial"))[0][1]


def test_modules_that_another_group_has_taken() -> None:
    [(code, message)] = problems(LIB, ChunkGroup(name="parts", test="part"))
    assert (code, message.partition(": ")[2]) == ("group-empty", '"lib" takes all that it matches')


def test_modules_that_are_too_small_together() -> None:
    [(code, message)] = problems(ChunkGroup(name="lib", test="/lib/", min_size=20_000))
    assert code == "group-empty"
    assert "below its min_size of 20 kB" in message


def test_a_chunk_that_is_there_anyway_is_no_problem() -> None:
    assert problems(ChunkGroup(name="lib", test="/lib/", reuse_existing_chunk=True)) == []


def test_two_groups_with_the_same_right() -> None:
    same = ChunkGroup(name="vendors", test="node_modules", priority=1)
    assert problems(LIB, same) == [
        (
            "groups-overlap",
            'the cache groups "lib" and "vendors" have the same priority, 1, and both match '
            "node_modules/lib/index.js and 1 more: the first takes them",
        )
    ]


def test_modules_through_which_chunks_would_wait_for_each_other() -> None:
    graph = graph_of(
        {
            "src/a.js": "src/x.js src/y.js",
            "src/b.js": "src/y.js src/x.js",
            "src/x.js": "src/m.js",
            "src/m.js": "src/y.js",
        },
        entries="src/a.js src/b.js",
    )
    reached = reach(graph)
    group = ChunkGroup(name="ends", test="/[xy]")
    [found] = group_problems(graph, reached, (group,), plan_groups(graph, reached, (group,)))
    assert found.code == "group-in-cycle"
    assert found.message == 'the cache group "ends" leaves out src/x.js: chunks would wait for each other'
