"""Files of CSS modules that routes link one after the other become one, where that pays."""

from __future__ import annotations

from perfbuild.stages.link.style_merging import merge_scoped
from perfbuild.stages.link.styles import StyleFile, StylePlan


def plan(lists: dict[int, tuple[int, ...]], count: int) -> StylePlan:
    return StylePlan(files=tuple(StyleFile(name=f"s{place}", modules=(place,)) for place in range(count)), roots=lists)


def merged(
    lists: dict[int, tuple[int, ...]], scoped: set[int], sizes: dict[int, int] | None = None
) -> list[list[tuple[int, ...]]]:
    """The modules of the files that each root links, in order."""
    count = 1 + max(place for places in lists.values() for place in places)
    found = merge_scoped(plan(lists, count), sizes or dict.fromkeys(range(count), 1000), frozenset(scoped), 6000)
    return [[found.files[place].modules for place in found.roots[root]] for root in sorted(lists)]


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
