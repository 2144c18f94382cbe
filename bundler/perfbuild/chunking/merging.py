"""Greedy merging: the pair of parts that saves most first, until nothing saves."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from perfbuild.chunking.partition import LEAST_GAIN, Partition
from perfbuild.chunking.transfer import WARM_UP_BYTES

#: Up to so many atoms every pair is looked at; beyond, only those that stand near one another by their visitors.
ALL_PAIRS = 160
#: How many neighbours on each side of each ordering.
REACH = 4
#: Orderings by visitors, each beginning with another root.
ORDERINGS = 6
#: So many bounds are worked out at once.
LOOKED_AT = 24


def merge_alike(partition: Partition) -> None:
    """Joins parts that the same visits download: that costs nobody a byte, unless they change at different times."""
    alike: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for key, part in sorted(partition.parts.items(), key=lambda item: (-item[1].size, item[1].members)):
        homes = alike[part.visitors, part.loaders]
        for place, home in enumerate(homes[:3]):
            if partition.pricing.gain(partition.parts[home], part) > LEAST_GAIN:
                merged = partition.merge(home, key)
                if merged is not None:
                    homes[place] = merged
                    break
        else:
            homes.append(key)


def merge_greedily(partition: Partition, near: Mapping[int, frozenset[int]]) -> None:
    """Best gain first, over pairs of parts with atoms near each other."""
    offers = _Offers(partition, near)
    while (best := offers.best()) is not None:
        one, other = best
        merged = partition.merge(one, other)
        if merged is not None:
            offers.replace(one, other, merged)


class _Waiting(NamedTuple):
    """What may still be offered to a part."""

    bounds: list[tuple[float, int]]
    """A heap: the most that merging could save, negated, and the other part."""
    rest: list[int]
    """Parts without a bound yet, by their :attr:`_Offers._reach`, ascending."""


class _Offers:
    """Pairs of parts by what merging them saves.

    What a pair saves is worked out as late as can be: most parts have become others before it is their turn. A pair is
    offered to the part that was made later. First that part has its turn with the most that any pair not looked at yet
    could save, then pairs have theirs with their bounds, then with their gains.
    """

    def __init__(self, partition: Partition, near: Mapping[int, frozenset[int]]) -> None:
        self._partition = partition
        self._near: dict[int, frozenset[int]] = {}
        """Part -> atoms near it."""
        self._reach: dict[int, float] = {}
        """Part -> what merging it with another could save at most, in requests times weight."""
        self._waiting: dict[int, _Waiting] = {}
        self._heap: list[tuple[float, int, int, bool]] = []
        """Negated savings, the two parts, whether it is the gain; the first part is -1 where it is not known yet."""
        self._ceiling = (partition.settings.request_cost + WARM_UP_BYTES) * (1 + 1e-6)  # room for rounding
        for key, part in sorted(partition.parts.items()):
            if part.visitors and not part.fixed:
                own = [near[member] for member in part.members]
                self._near[key] = own[0] if len(own) == 1 else own[0].union(*own[1:])
                self._add(key)

    def best(self) -> tuple[int, int] | None:
        """The two parts of which merging saves most; not offered again."""
        heap, partition = self._heap, self._partition
        parts = partition.parts
        while heap:
            _, one, other, known = heapq.heappop(heap)
            if other not in parts:
                continue
            if known:
                if one in parts:
                    return one, other
                continue
            if one < 0:
                self._look(other)
            elif one in parts and partition.may_join(parts[one], parts[other]):
                gain = partition.pricing.gain(parts[one], parts[other])
                if gain > LEAST_GAIN:
                    heapq.heappush(heap, (-gain, one, other, True))
            self._advance(other)
        return None

    def replace(self, one: int, other: int, merged: int) -> None:
        """Two parts became one."""
        self._near[merged] = self._near.pop(one) | self._near.pop(other)
        for gone in (one, other):
            del self._waiting[gone]
        self._add(merged)

    def _add(self, key: int) -> None:
        """Offers to a part the older ones near it."""
        part, part_of, reach = self._partition.parts[key], self._partition.part_of, self._reach
        around = {each for each in map(part_of.__getitem__, self._near[key]) if each in reach}
        self._waiting[key] = _Waiting([], sorted(around, key=reach.__getitem__))
        reach[key] = part.downloads
        self._advance(key)

    def _advance(self, key: int) -> None:
        """Puts what is next for a part where all can see it."""
        parts, (bounds, rest) = self._partition.parts, self._waiting[key]
        while bounds and bounds[0][1] not in parts:
            heapq.heappop(bounds)
        while rest and rest[-1] not in parts:
            rest.pop()
        if rest:
            most = -self._ceiling * min(self._reach[rest[-1]], parts[key].downloads)
            if not bounds or most <= bounds[0][0]:
                heapq.heappush(self._heap, (most, -1, key, False))
                return
        if bounds:
            bound, one = heapq.heappop(bounds)
            heapq.heappush(self._heap, (bound, one, key, False))

    def _look(self, key: int) -> None:
        """Works out some more bounds."""
        parts, (bounds, rest) = self._partition.parts, self._waiting[key]
        keys = [each for each in rest[-LOOKED_AT:] if each in parts]
        del rest[-LOOKED_AT:]
        bounds += [bound for bound in self._partition.pricing.bounds(parts[key], keys, parts) if bound[0] < 0]
        heapq.heapify(bounds)


def neighbours(partition: Partition) -> dict[int, frozenset[int]]:
    """Atom -> those near it by their visitors: all that have one in common with it, where atoms are few.

    Where they are many, those near it in one of several orderings: sorted as numbers whose digits begin with another
    root each time, sets that are alike stand together.
    """
    count = len(partition.visits.roots)
    fixed = [partition.pricing.part((atom,)).fixed for atom in range(len(partition.part_of))]
    visitors = {atom: mask for atom, mask in enumerate(partition.visits.visitors) if not fixed[atom]}
    if len(visitors) <= ALL_PAIRS:
        every = visitors.items()
        return {one: frozenset([other for other, mask in every if mask & own]) for one, own in every}
    near: dict[int, set[int]] = {atom: set() for atom in visitors}
    for ordering in _orderings(visitors, count):
        for place, atom in enumerate(ordering):
            near[atom].update(ordering[max(place - REACH, 0) : place + REACH + 1])
    return {atom: frozenset(around) for atom, around in near.items()}


def _orderings(visitors: Mapping[int, int], count: int) -> Iterable[list[int]]:
    full = (1 << count) - 1
    for turn in range(ORDERINGS):
        shift = turn * count // ORDERINGS
        turned = {key: (mask >> shift | mask << (count - shift)) & full for key, mask in visitors.items()}
        yield sorted(turned, key=turned.__getitem__)
    sizes = {key: mask.bit_count() for key, mask in visitors.items()}
    yield sorted(sizes, key=sizes.__getitem__)
