"""The limits that a project sets: they are kept at any cost, where a sound merge keeps them."""

from __future__ import annotations

from collections.abc import Iterable

from perfbuild.chunking.partition import Partition
from perfbuild.chunking.parts import Part
from perfbuild.chunking.transfer import transfer_size
from perfbuild.model import LimitBreach


def keep_min_size(partition: Partition) -> None:
    """Merges shared parts below ``min_size``, the smallest first, where that costs least."""
    tried: set[int] = set()
    while True:
        small = [(part.size, key) for key, part in _small(partition).items() if key not in tried]
        if not small:
            return
        _, key = min(small)
        tried.add(key)
        visitors = partition.parts[key].visitors
        others = (other for other, part in partition.parts.items() if other != key and part.visitors & visitors)
        _merge_cheapest(partition, ((key, other) for other in others))


def keep_max_requests(partition: Partition) -> None:
    """Merges what a root loads until that is at most ``max_initial_requests`` or ``max_async_requests`` files."""
    for root in range(len(partition.visits.roots)):
        _, most = _most_requests(partition, root)
        if most is None:
            continue
        before = _way_before(partition, root)
        while len(own := _loaded(partition, root, before)) > most:
            all_of_it = _loaded(partition, root, None)
            pairs = ((one, other) for one in own for other in all_of_it if one != other)
            if not _merge_cheapest(partition, pairs):
                break


def breaches(partition: Partition) -> tuple[LimitBreach, ...]:
    """The limits that are not kept, one for each."""
    visits = partition.visits
    found: dict[str, list[tuple[int, int]]] = {}
    for part in partition.parts.values():
        is_small = (
            transfer_size(part.size) < partition.settings.min_size and visits.atoms[part.members[0]].group is None
        )
        if is_small and not set(visits.roots).intersection(part.members):
            found.setdefault("min_size", []).append((part.bytes, part.members[0]))
    for root, atom in enumerate(visits.roots):
        name, most = _most_requests(partition, root)
        if most is not None and (count := len(_loaded(partition, root, _way_before(partition, root)))) > most:
            found.setdefault(name, []).append((-count, atom))
    return tuple(
        LimitBreach(
            limit=name,
            wanted=getattr(partition.settings, name),
            found=abs(worst),
            atom=visits.given[atom],
            count=len(all_of_it),
        )
        for name, all_of_it in sorted(found.items())
        for worst, atom in [min(all_of_it)]
    )


def _small(partition: Partition) -> dict[int, Part]:
    """Shared parts below ``min_size``."""
    least = partition.settings.min_size
    roots = set(partition.visits.roots)
    return {
        key: part
        for key, part in partition.parts.items()
        if not part.fixed and transfer_size(part.size) < least and roots.isdisjoint(part.members)
    }


def _most_requests(partition: Partition, root: int) -> tuple[str, int | None]:
    """The limit that holds for a root, by its name."""
    is_entry = partition.visits.atoms[partition.visits.roots[root]].is_entry
    name = "max_initial_requests" if is_entry else "max_async_requests"
    return name, getattr(partition.settings, name)


def _way_before(partition: Partition, root: int) -> int | None:
    """The root that a visit has loaded before."""
    way = partition.visits.ways[root]
    return way[-2] if len(way) > 1 else None


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
