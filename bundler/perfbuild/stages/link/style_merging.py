"""Which stylesheet files become one, so that a route asks for fewer.

A route may load rules that it does not need when they cannot touch it: those of CSS modules and packages whose every
selector has a class name of their own, as the engine says. A file of such rules can become part of

- another of them, when every root that has both links one right after the other;
- the last file of the entry that its routes start from, when it stands first with each of these.

So the cascade of every root stays as it is. It is done when the requests saved are worth more than the bytes that
others load in vain, by the same ``request_cost`` as chunks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import msgspec

from perfbuild.stages.link.reach import bits
from perfbuild.stages.link.style_visits import StyleVisits
from perfbuild.stages.link.styles import StyleFile, StylePlan

#: Brotli bytes for each character of a small stylesheet before minification: 0.21 to 0.31 in the modules of
#: fixtures/dashboard.
_BYTES_PER_CHARACTER = 0.3


def merge_scoped(
    plan: StylePlan, sizes: Mapping[int, int], scoped: frozenset[int], visits: StyleVisits, request_cost: int
) -> StylePlan:
    """``sizes``: characters of each stylesheet module; ``scoped``: those whose rules touch only their own names."""
    merging = _Merging(plan, sizes, scoped, visits, request_cost)
    while (pair := merging.best()) is not None:
        merging.join(pair)
    return merging.plan()


class _Sheet(msgspec.Struct, kw_only=True):
    file: StyleFile
    size: float
    """In bytes, as they are downloaded."""
    roots: int
    """Those that link it."""
    visitors: int
    """Those that have it loaded."""


class _Pair(NamedTuple):
    """Places of two sheets. ``entry``: the second goes to the first, which everyone who needs it has loaded before."""

    first: int
    second: int
    entry: bool


class _Merging:
    """The files so far, by the places that they had at first, and each root's in order."""

    def __init__(
        self,
        plan: StylePlan,
        sizes: Mapping[int, int],
        scoped: frozenset[int],
        visits: StyleVisits,
        request_cost: int,
    ) -> None:
        self._visits = visits
        self._request_cost = request_cost
        self._lists = {root: list(places) for root, places in plan.roots.items()}
        owners = [0] * len(plan.files)
        for root, places in plan.roots.items():
            for place in places:
                owners[place] |= visits.mask((root,))
        self._sheets = {
            place: _Sheet(
                file=file,
                size=_BYTES_PER_CHARACTER * sum(sizes[module] for module in file.modules),
                roots=owners[place],
                visitors=visits.surely(owners[place]),
            )
            for place, file in enumerate(plan.files)
        }
        self._free = {place for place, sheet in self._sheets.items() if scoped.issuperset(sheet.file.modules)}

    def plan(self) -> StylePlan:
        kept = sorted(self._sheets)
        places = {old: new for new, old in enumerate(kept)}
        return StylePlan(
            files=tuple(self._sheets[place].file for place in kept),
            roots={root: tuple(places[place] for place in order) for root, order in self._lists.items() if order},
        )

    def best(self) -> _Pair | None:
        """The pair that saves most, the first of those that save alike; None where no pair saves anything."""
        gains = {pair: self._gain(pair) for pair in (*self._neighbours(), *self._for_entries())}
        best = min(gains, key=lambda pair: (-gains[pair], pair), default=None)
        return best if best is not None and gains[best] > 0 else None

    def _neighbours(self) -> Iterator[_Pair]:
        """Pairs that follow one another in every list that has both."""
        together: dict[tuple[int, int], int] = {}
        for order in self._lists.values():
            for pair in pairwise(order):
                if self._free.issuperset(pair):
                    together[pair] = together.get(pair, 0) + 1
        for (first, second), count in together.items():
            if count == (self._sheets[first].roots & self._sheets[second].roots).bit_count():
                yield _Pair(first, second, entry=False)

    def _for_entries(self) -> Iterator[_Pair]:
        """Files that stand first in every list that has them, each with the last one of the entries before them."""
        leading: dict[int, int] = {}
        for order in self._lists.values():
            if order and order[0] in self._free:
                leading[order[0]] = leading.get(order[0], 0) + 1
        last = {self._visits.mask((root,)): order[-1] for root, order in self._lists.items() if order}
        styled = sum(last)
        for place, count in leading.items():
            roots = self._sheets[place].roots
            if count < roots.bit_count():
                continue
            entries = self._visits.hosts_of(roots, styled)
            ends = {last.get(1 << entry) for entry in bits(entries)}
            if len(ends) == 1 and (end := ends.pop()) is not None:
                yield _Pair(end, place, entry=True)

    def _gain(self, pair: _Pair) -> float:
        """Bytes, over all visits."""
        one, other = self._sheets[pair.first], self._sheets[pair.second]
        visitors = self._visits.after(one.roots) if pair.entry else one.visitors
        both = visitors & other.visitors
        weight = self._visits.weight
        in_vain = weight(other.visitors & ~both) * one.size + weight(visitors & ~both) * other.size
        return weight(both) * self._request_cost - in_vain

    def join(self, pair: _Pair) -> None:
        """The second becomes part of the first, in every list."""
        first, second, entry = pair
        joined, gone = self._sheets[first], self._sheets.pop(second)
        named = joined if entry or joined.roots.bit_count() >= gone.roots.bit_count() else gone
        self._sheets[first] = _Sheet(
            file=StyleFile(name=named.file.name, modules=(*joined.file.modules, *gone.file.modules)),
            size=joined.size + gone.size,
            roots=joined.roots if entry else joined.roots | gone.roots,
            visitors=joined.visitors if entry else joined.visitors | gone.visitors,
        )
        self._free.discard(second)
        for order in self._lists.values():
            if second in order and (entry or first in order):
                order.remove(second)
            elif second in order:
                order[order.index(second)] = first
