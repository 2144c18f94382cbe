"""The plan while it is being made: atoms in parts, what a part costs, and which changes keep it sound.

A partition is *sound* when every part is loaded by no root that an imported part is not loaded by. Then who loads a
part is the union over its atoms alone, its cost can be known from them, and chunks of different visitors cannot form a
cycle: along a cycle the visitors could only grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from perfbuild.chunking.bitsets import bits
from perfbuild.chunking.releases import Releases
from perfbuild.chunking.transfer import BYTES_PER_CHARACTER, WARM_UP_BYTES, WARM_UP_CHARACTERS, transfer_size
from perfbuild.chunking.visits import Visits
from perfbuild.config import Chunks

#: The most by which a route's first visit may grow over the engine's split, at a request cost of 6,000 bytes (and in
#: proportion to it): what helps most routes must not be paid by one.
MOST_GROWTH = 0.04
#: The most by which the mean over all visits may.
MOST_MEAN_GROWTH = 0.02
#: The request cost that these stand for.
_USUAL_REQUEST_COST = 6000
#: Gains below this (bytes times the weight of the most visited root) are rounding.
LEAST_GAIN = 1e-6


Snapshot: TypeAlias = "tuple[tuple[Part, ...], tuple[int, ...]]"


@dataclass(frozen=True, slots=True)
class Part:
    """Atoms that become one chunk, with all that its cost needs. Masks are sets of roots, but ``packages``."""

    members: tuple[int, ...]
    size: int
    """Characters as rendered."""
    sources: int
    """Survival of its source modules, see :class:`Releases`."""
    packages: int
    visitors: int
    loaders: int
    settled: int
    """Roots at which all of its impure atoms run anyway; all roots (-1) where every atom is pure."""
    entries: int
    fixed: bool
    again: float
    """Downloads for one first visit: 1 + returning visits that find it changed."""
    cost: float


class Growth:
    """How much more than with the engine's split every route downloads on a first visit, in bytes (whole ones, so that
    sums do not depend on their order)."""

    def __init__(self, visits: Visits, settings: Chunks) -> None:
        self._weights = [visits.weights.of(1 << root) for root in range(len(visits.roots))]
        self._bytes = [0] * len(visits.roots)
        self._whole = 0
        needed = [0] * len(visits.roots)
        for atom, mask in enumerate(visits.visitors):
            size = round(transfer_size(visits.atoms[atom].size))
            for root in bits(mask):
                needed[root] += size
        patience = settings.request_cost / _USUAL_REQUEST_COST
        whole = sum(weight * size for weight, size in zip(self._weights, needed, strict=True))
        self._most = [MOST_GROWTH * patience * size for size in needed]
        self._most_whole = MOST_MEAN_GROWTH * patience * whole

    def allows(self, one: Part, other: Part) -> bool:
        """Whether merging leaves every route that it makes load more below its limit, and the mean."""
        if one.visitors == other.visitors:
            return True
        whole = self._whole
        for root, more in self._changes(one, other):
            if more > 0 and self._bytes[root] + more > self._most[root]:
                return False
            whole += self._weights[root] * more
        return whole <= max(self._most_whole, self._whole)

    def count(self, one: Part, other: Part, sign: int) -> None:
        """Two parts come together (1) or are taken apart again (-1)."""
        if one.members and other.members:
            for root, more in self._changes(one, other):
                self._bytes[root] += sign * more
                self._whole += sign * self._weights[root] * more

    def snapshot(self) -> tuple[int, ...]:
        return (self._whole, *self._bytes)

    def restore(self, snapshot: tuple[int, ...]) -> None:
        self._whole, *self._bytes = snapshot

    def _changes(self, one: Part, other: Part) -> Iterator[tuple[int, int]]:
        """Root -> bytes that it downloads more when the two are one."""
        sizes = (round(transfer_size(one.size)), round(transfer_size(other.size)))
        merged = round(transfer_size(one.size + other.size))
        both = one.visitors & other.visitors
        for visitors, before in (
            (both, sum(sizes)),
            (one.visitors ^ both, sizes[0]),
            (other.visitors ^ both, sizes[1]),
        ):
            for root in bits(visitors):
                yield root, merged - before


class Partition:
    """A partition of the atoms, changed in place by moves that are either sound or taken back."""

    def __init__(self, visits: Visits, releases: Releases, settings: Chunks) -> None:
        self.visits = visits
        self.releases = releases
        self.settings = settings
        self.stuck: frozenset[int] = frozenset()
        """Atoms that stay alone, because evaluation order asked for it."""
        self._growth = Growth(visits, settings)
        self.part_of: list[int] = []
        """Atom -> its part."""
        self.parts: dict[int, Part] = {}
        self._next = 0
        for atom in range(len(visits.atoms)):
            self.part_of.append(self._next)
            self._add(self.part((atom,)))

    # --- parts --------------------------------------------------------------------------------

    def part(self, members: Iterable[int]) -> Part:
        """The part that the atoms would be."""
        visits, releases = self.visits, self.releases
        members = tuple(sorted(members))
        size = sources = packages = visitors = loaders = entries = 0
        settled, fixed = -1, False
        for member in members:
            atom = visits.atoms[member]
            size += atom.size
            sources += releases.sources[member]
            packages |= releases.packages[member]
            visitors |= visits.visitors[member]
            loaders |= visits.loaders[member]
            settled &= -1 if atom.pure else visits.settled[member]
            entries += atom.is_entry
            fixed = fixed or atom.group is not None or member in visits.knotted or member in self.stuck
        again = self._again(sources, packages)
        weight = visits.weights.of(visitors)
        cost = weight * (transfer_size(size) + self.settings.request_cost) * again
        return Part(members, size, sources, packages, visitors, loaders, settled, entries, fixed, again, cost)

    def _again(self, sources: int, packages: int) -> float:
        return 1.0 + self.settings.returning * self.releases.probability(sources, packages)

    def gain(self, one: Part, other: Part) -> float:
        """What merging two parts saves, in bytes times weight; zero where it saves nothing."""
        size = one.size + other.size
        transfer = size * (BYTES_PER_CHARACTER + WARM_UP_BYTES / (size + WARM_UP_CHARACTERS))
        joint = self.visits.weights.of(one.visitors | other.visitors) * (transfer + self.settings.request_cost)
        # A merged chunk changes at least as often as either: most pairs are out of the question already.
        if one.cost + other.cost <= joint * max(one.again, other.again):
            return 0.0
        return self.exact_gain(one, other)

    def exact_gain(self, one: Part, other: Part) -> float:
        """What merging two parts saves, below zero where it costs."""
        weight = self.visits.weights.of(one.visitors | other.visitors)
        transfer = transfer_size(one.size + other.size) + self.settings.request_cost
        again = self._again(one.sources + other.sources, one.packages | other.packages)
        return one.cost + other.cost - weight * transfer * again

    def total(self) -> float:
        return sum(self.parts[key].cost for key in sorted(self.parts))

    # --- changes ------------------------------------------------------------------------------

    def merge(self, one: int, other: int, *, at_any_cost: bool = False) -> int | None:
        """The key of the merged part, or None where it would not be sound; then nothing has changed.

        ``at_any_cost`` lets routes load more than they bear, for limits that the project sets.
        """
        first, second = self.parts[one], self.parts[other]
        if not self.may_join(first, second) or not (at_any_cost or self._growth.allows(first, second)):
            return None
        merged = self._replace((one, other), (self.part((*first.members, *second.members)),))
        if merged is not None:
            self._growth.count(first, second, 1)
        return merged

    def move(self, atom: int, target: int | None) -> bool:
        """Moves an atom to another part, or to one of its own; False where that would not be sound."""
        source = self.part_of[atom]
        single = self.part((atom,))
        rest = self.part(member for member in self.parts[source].members if member != atom)
        joined = self.parts[target] if target is not None else self.part(())
        if target is not None and not self.may_join(single, joined):
            return False
        self._growth.count(single, rest, -1)
        if not joined.members or self._growth.allows(single, joined):
            old = (source,) if target is None else (source, target)
            new = self.part((atom, *joined.members))
            if self._replace(old, (new, rest) if rest.members else (new,)) is not None:
                self._growth.count(single, joined, 1)
                return True
        self._growth.count(single, rest, 1)
        return False

    def split(self, key: int) -> int:
        """Every atom of the part on its own, and with it the parts that were sound only because of it.

        Returns the roots that load any of them.
        """
        pending, loaders = [key], 0
        while pending:
            part = self.parts.pop(pending.pop())
            loaders |= part.loaders
            rest = part
            while len(rest.members) > 1:
                single, following = self.part(rest.members[:1]), self.part(rest.members[1:])
                self._growth.count(single, following, -1)
                rest = following
            keys = [self._add(self.part((member,))) for member in part.members]
            for new in keys:
                pending.extend(each for each in self._over_loading(new) if each not in pending)
        return loaders

    def hold(self, atoms: Iterable[int]) -> None:
        """These atoms, alone now, stay alone."""
        self.stuck = self.stuck.union(atoms)
        for atom in sorted(atoms):
            self.parts[self.part_of[atom]] = self.part((atom,))

    def snapshot(self) -> Snapshot:
        return tuple(part for _, part in sorted(self.parts.items())), self._growth.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Goes back to how the partition was."""
        parts, growth = snapshot
        self._growth.restore(growth)
        self.parts = {}
        for part in parts:
            self._add(part)

    def may_join(self, one: Part, other: Part) -> bool:
        """Whether what can be known without the graph allows it: fixed atoms, entries, purity, ``max_size``."""
        if one.fixed or other.fixed or one.entries + other.entries > 1:
            return False
        if (one.loaders | other.loaders) & ~(one.settled & other.settled):
            return False
        limit = self.settings.max_size
        return limit is None or transfer_size(one.size + other.size) <= limit

    def _add(self, part: Part) -> int:
        key = self._next
        self._next += 1
        self.parts[key] = part
        for member in part.members:
            self.part_of[member] = key
        return key

    def _replace(self, old: tuple[int, ...], new: tuple[Part, ...]) -> int | None:
        """Puts parts in the place of others; takes it back and returns None when the result is not sound."""
        before: Mapping[int, Part] = {key: self.parts.pop(key) for key in old}
        keys = [self._add(part) for part in new]
        if all(self._is_sound(key) for key in keys):
            return keys[0]
        for key in keys:
            del self.parts[key]
        for key, part in before.items():
            self.parts[key] = part
            for member in part.members:
                self.part_of[member] = key
        return None

    # --- soundness ----------------------------------------------------------------------------

    def _is_sound(self, key: int) -> bool:
        part = self.parts[key]
        parts = self.parts
        equals = []
        for other in self._imported(key):
            imported = parts[other]
            if part.visitors & ~imported.visitors or part.loaders & ~imported.loaders:
                return False
            if imported.visitors == part.visitors:
                equals.append(other)
        return not self._over_loading(key) and not (equals and self._leads_back(key, equals))

    def _imported(self, key: int) -> set[int]:
        imports, part_of = self.visits.imports, self.part_of
        found = {part_of[target] for member in self.parts[key].members for target in imports[member]}
        found.discard(key)
        return found

    def _over_loading(self, key: int) -> list[int]:
        """Parts that import this one and are loaded where it is not."""
        importers, part_of, parts = self.visits.importers, self.part_of, self.parts
        visitors, loaders = self.parts[key].visitors, self.parts[key].loaders
        found = {part_of[source] for member in self.parts[key].members for source in importers[member]}
        return sorted(other for other in found if parts[other].visitors & ~visitors or parts[other].loaders & ~loaders)

    def _leads_back(self, key: int, starts: list[int]) -> bool:
        """Whether a way through parts of the same visitors, the only ones on a cycle, comes back to the part."""
        visitors = self.parts[key].visitors
        seen = set(starts)
        for other in starts:
            for following in self._imported(other):
                if following == key:
                    return True
                if following not in seen and self.parts[following].visitors == visitors:
                    seen.add(following)
                    starts.append(following)
        return False
