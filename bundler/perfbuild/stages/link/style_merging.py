"""Which stylesheet files become one, so that a route asks for fewer.

A route may load rules that it does not need when they cannot touch it: those of CSS modules whose every selector has a
local class name. Two files are merged when all of both is such, when every root that has both links one right after the
other (so the cascade stays as it is), and when the requests saved are worth more than the bytes that others load in
vain, by the same ``request_cost`` as chunks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import msgspec

from perfbuild.stages.link.styles import StyleFile, StylePlan

#: Brotli bytes for each character of a small stylesheet before minification: 0.21 to 0.31 in the modules of
#: fixtures/dashboard.
_BYTES_PER_CHARACTER = 0.3


class _Sheet(msgspec.Struct, kw_only=True):
    file: StyleFile
    size: float
    roots: frozenset[int]


def merge_scoped(plan: StylePlan, sizes: Mapping[int, int], scoped: frozenset[int], request_cost: int) -> StylePlan:
    """``sizes``: characters of each stylesheet module; ``scoped``: those whose rules touch only their own names."""
    sheets = {
        place: _Sheet(
            file=file,
            size=_BYTES_PER_CHARACTER * sum(sizes[module] for module in file.modules),
            roots=frozenset(root for root, places in plan.roots.items() if place in places),
        )
        for place, file in enumerate(plan.files)
    }
    lists = {root: list(places) for root, places in plan.roots.items()}
    free = {place for place, sheet in sheets.items() if scoped.issuperset(sheet.file.modules)}
    while (best := _best(lists, sheets, free, request_cost)) is not None:
        _join(best, lists, sheets)
        free.discard(best[1])
    kept = sorted(sheets)
    places = {old: new for new, old in enumerate(kept)}
    return StylePlan(
        files=tuple(sheets[place].file for place in kept),
        roots={root: tuple(places[place] for place in order) for root, order in lists.items()},
    )


def _best(
    lists: Mapping[int, list[int]], sheets: Mapping[int, _Sheet], free: set[int], request_cost: int
) -> tuple[int, int] | None:
    """The pair that saves most, the first of those that save alike; None where no pair saves anything."""
    gains = {pair: _gain(sheets[pair[0]], sheets[pair[1]], request_cost) for pair in _neighbours(lists, sheets, free)}
    best = min(gains, key=lambda pair: (-gains[pair], pair), default=None)
    return best if best is not None and gains[best] > 0 else None


def _neighbours(
    lists: Mapping[int, list[int]], sheets: Mapping[int, _Sheet], free: set[int]
) -> Iterator[tuple[int, int]]:
    """Pairs that follow one another in every list that has both."""
    together: dict[tuple[int, int], int] = {}
    for order in lists.values():
        for pair in pairwise(order):
            if free.issuperset(pair):
                together[pair] = together.get(pair, 0) + 1
    for (first, second), count in together.items():
        if count == len(sheets[first].roots & sheets[second].roots):
            yield first, second


def _gain(one: _Sheet, other: _Sheet, request_cost: int) -> float:
    """Bytes, over one visit to each root."""
    both = one.roots & other.roots
    in_vain = len(other.roots - both) * one.size + len(one.roots - both) * other.size
    return len(both) * request_cost - in_vain


def _join(pair: tuple[int, int], lists: Mapping[int, list[int]], sheets: dict[int, _Sheet]) -> None:
    """The second becomes part of the first, in every list."""
    first, second = pair
    joined, gone = sheets[first], sheets.pop(second)
    named = joined if len(joined.roots) >= len(gone.roots) else gone
    sheets[first] = _Sheet(
        file=StyleFile(name=named.file.name, modules=(*joined.file.modules, *gone.file.modules)),
        size=joined.size + gone.size,
        roots=joined.roots | gone.roots,
    )
    for order in lists.values():
        if second in order and first in order:
            order.remove(second)
        elif second in order:
            order[order.index(second)] = first
