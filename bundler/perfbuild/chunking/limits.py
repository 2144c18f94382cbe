"""The limits that a project sets: they are kept at any cost, where a sound merge keeps them."""

from __future__ import annotations

from collections.abc import Iterable

from perfbuild.chunking.partition import Partition
from perfbuild.chunking.transfer import transfer_size


def keep_min_size(partition: Partition) -> None:
    """Merges shared parts below ``min_size``, the smallest first, where that costs least."""
    least = partition.settings.min_size
    roots = set(partition.visits.roots)
    tried: set[int] = set()
    while True:
        small = [
            (part.size, key)
            for key, part in partition.parts.items()
            if key not in tried
            and not part.fixed
            and transfer_size(part.size) < least
            and roots.isdisjoint(part.members)
        ]
        if not small:
            return
        _, key = min(small)
        tried.add(key)
        visitors = partition.parts[key].visitors
        others = (other for other, part in partition.parts.items() if other != key and part.visitors & visitors)
        _merge_cheapest(partition, ((key, other) for other in others))


def keep_max_requests(partition: Partition) -> None:
    """Merges what a root loads until that is at most ``max_initial_requests`` or ``max_async_requests`` files."""
    for root, way in enumerate(partition.visits.ways):
        entry = partition.visits.atoms[partition.visits.roots[root]].is_entry
        most = partition.settings.max_initial_requests if entry else partition.settings.max_async_requests
        if most is None:
            continue
        before = way[-2] if len(way) > 1 else None
        while len(own := _loaded(partition, root, before)) > most:
            all_of_it = _loaded(partition, root, None)
            pairs = ((one, other) for one in own for other in all_of_it if one != other)
            if not _merge_cheapest(partition, pairs):
                break


def _loaded(partition: Partition, root: int, before: int | None) -> list[int]:
    """Parts that a first visit downloads, less those that the way to it has downloaded already."""
    skip = 0 if before is None else 1 << before
    return [
        key for key, part in sorted(partition.parts.items()) if part.visitors >> root & 1 and not part.visitors & skip
    ]


def _merge_cheapest(partition: Partition, pairs: Iterable[tuple[int, int]]) -> bool:
    """Merges the pair that costs least of those that can be merged soundly."""
    parts = partition.parts
    unique = {(min(pair), max(pair)) for pair in pairs}
    possible = [pair for pair in unique if partition.may_join(parts[pair[0]], parts[pair[1]])]
    ranked = sorted(possible, key=lambda pair: (-partition.pricing.gain(parts[pair[0]], parts[pair[1]]), pair))
    return any(partition.merge(one, other, at_any_cost=True) is not None for one, other in ranked)
