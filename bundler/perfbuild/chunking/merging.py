"""Greedy merging: the pair of parts that saves most first, until nothing saves."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping

from perfbuild.chunking.partition import LEAST_GAIN, Partition

#: Up to so many parts every pair is looked at; beyond, only parts that stand near one another by their visitors.
ALL_PAIRS = 160
#: How many neighbours on each side of each ordering.
REACH = 4
#: Orderings by visitors, each beginning with another root.
ORDERINGS = 6


def merge_alike(partition: Partition) -> None:
    """Joins parts that the same visits download: that costs nobody a byte, unless they change at different times."""
    alike: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for key, part in sorted(partition.parts.items(), key=lambda item: (-item[1].size, item[1].members)):
        homes = alike[part.visitors, part.loaders]
        for place, home in enumerate(homes[:3]):
            if partition.gain(partition.parts[home], part) > LEAST_GAIN:
                merged = partition.merge(home, key)
                if merged is not None:
                    homes[place] = merged
                    break
        else:
            homes.append(key)


def merge_greedily(partition: Partition) -> None:
    """Best gain first, over all pairs or the near ones."""
    near = _pairs(partition)
    heap: list[tuple[float, int, int]] = []
    for one in near:
        for other in near[one]:
            if one < other:
                _offer(partition, heap, one, other)
    heapq.heapify(heap)
    while heap:
        _, one, other = heapq.heappop(heap)
        if one not in partition.parts or other not in partition.parts:
            continue
        merged = partition.merge(one, other)
        if merged is None:
            continue
        around = (near.pop(one) | near.pop(other)) & partition.parts.keys()
        near[merged] = around
        for neighbour in sorted(around):
            near[neighbour].add(merged)
            _offer(partition, heap, neighbour, merged, push=True)


def _offer(
    partition: Partition, heap: list[tuple[float, int, int]], one: int, other: int, *, push: bool = False
) -> None:
    parts = partition.parts
    first, second = parts[one], parts[other]
    if not first.visitors & second.visitors:
        return
    gain = partition.gain(first, second)
    if gain > LEAST_GAIN and partition.may_join(first, second):
        if push:
            heapq.heappush(heap, (-gain, one, other))
        else:
            heap.append((-gain, one, other))


def _pairs(partition: Partition) -> dict[int, set[int]]:
    keys = [key for key, part in sorted(partition.parts.items()) if part.visitors and not part.fixed]
    if len(keys) <= ALL_PAIRS:
        return {key: set(keys) - {key} for key in keys}
    return neighbours({key: partition.parts[key].visitors for key in keys}, len(partition.visits.roots))


def neighbours(visitors: Mapping[int, int], count: int) -> dict[int, set[int]]:
    """Those near each other by their visitors, sets of ``count`` roots: in one of several orderings.

    Sorted as numbers whose digits begin with another root each time, sets that are alike stand together.
    """
    near: dict[int, set[int]] = {key: set() for key in visitors}
    for ordering in _orderings(visitors, count):
        for step in range(1, REACH + 1):
            for one, other in zip(ordering, ordering[step:], strict=False):
                near[one].add(other)
                near[other].add(one)
    return near


def _orderings(visitors: Mapping[int, int], count: int) -> Iterable[list[int]]:
    full = (1 << count) - 1
    for turn in range(ORDERINGS):
        shift = turn * count // ORDERINGS
        turned = {key: (mask >> shift | mask << (count - shift)) & full for key, mask in visitors.items()}
        yield sorted(turned, key=turned.__getitem__)
    sizes = {key: mask.bit_count() for key, mask in visitors.items()}
    yield sorted(sizes, key=sizes.__getitem__)
