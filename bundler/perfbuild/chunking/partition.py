"""The plan while it is being made: atoms in parts, and which changes keep it sound.

A partition is *sound* when every part is loaded by no root that an imported part is not loaded by. Then who loads a
part is the union over its atoms alone, its cost can be known from them, and chunks of different visitors cannot form a
cycle: along a cycle the visitors could only grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TypeAlias

from perfbuild.chunking.growth import Growth
from perfbuild.chunking.parts import Part, Pricing
from perfbuild.chunking.releases import Releases
from perfbuild.chunking.transfer import transfer_size
from perfbuild.chunking.visits import Visits
from perfbuild.config import Chunks

#: Gains below this (bytes times the weight of the most visited root) are rounding.
LEAST_GAIN = 1e-6


Snapshot: TypeAlias = "tuple[dict[int, Part], tuple[int, ...], tuple[int, ...]]"


class Partition:
    """A partition of the atoms, changed in place by moves that are either sound or taken back."""

    def __init__(self, visits: Visits, releases: Releases, settings: Chunks) -> None:
        self.visits = visits
        self.settings = settings
        self.pricing = Pricing(visits, releases, settings)
        self._growth = Growth(visits, settings)
        self.part_of: list[int] = []
        """Atom -> its part."""
        self.parts: dict[int, Part] = {}
        self._next = 0
        for atom in range(len(visits.atoms)):
            self.part_of.append(self._next)
            self._add(self.pricing.part((atom,)))

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
        merged = self._replace((one, other), (self.pricing.joined(first, second),), growing=True)
        if merged is not None:
            self._growth.count(first, second, 1)
        return merged

    def move(self, atom: int, target: int | None) -> bool:
        """Moves an atom to another part, or to one of its own; False where that would not be sound."""
        source = self.part_of[atom]
        single = self.pricing.part((atom,))
        rest = self.pricing.without(self.parts[source], atom)
        joined = self.parts[target] if target is not None else None
        if joined is not None and not self.may_join(single, joined):
            return False
        self._growth.count(single, rest, -1)
        if joined is None or self._growth.allows(single, joined):
            old = (source,) if target is None else (source, target)
            new = single if joined is None else self.pricing.joined(single, joined)
            if self._replace(old, (new, rest) if rest is not None else (new,)) is not None:
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
            rest: Part | None = part
            while rest is not None:
                single = self.pricing.part(rest.members[:1])
                rest = self.pricing.without(rest, rest.members[0])
                self._growth.count(single, rest, -1)
            keys = [self._add(self.pricing.part((member,))) for member in part.members]
            for new in keys:
                pending.extend(each for each in self._over_loading(new) if each not in pending)
        return loaders

    def hold(self, atoms: Iterable[int]) -> None:
        """These atoms, alone now, stay alone."""
        held = sorted(atoms)
        self.pricing.hold(held)
        for atom in held:
            self.parts[self.part_of[atom]] = self.pricing.part((atom,))

    def snapshot(self) -> Snapshot:
        return dict(self.parts), tuple(self.part_of), self._growth.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Goes back to how the partition was; parts have the keys again that they had."""
        parts, part_of, growth = snapshot
        self.parts = dict(parts)
        self.part_of = list(part_of)
        self._growth.restore(growth)

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

    def _replace(self, old: tuple[int, ...], new: tuple[Part, ...], *, growing: bool = False) -> int | None:
        """Puts parts in the place of others; takes it back and returns None when the result is not sound.

        ``growing``: the new part is all of the old ones, so it is loaded wherever what imports it is.
        """
        before: Mapping[int, Part] = {key: self.parts.pop(key) for key in old}
        keys = [self._add(part) for part in new]
        if all(self._imports_soundly(key) and (growing or not self._over_loading(key)) for key in keys):
            return keys[0]
        for key in keys:
            del self.parts[key]
        for key, part in before.items():
            self.parts[key] = part
            for member in part.members:
                self.part_of[member] = key
        return None

    # --- soundness ----------------------------------------------------------------------------

    def _imports_soundly(self, key: int) -> bool:
        """Whether what the part imports is loaded wherever it is, and does not lead back to it."""
        part = self.parts[key]
        parts = self.parts
        equals = []
        for other in self._imported(key):
            imported = parts[other]
            if part.visitors & ~imported.visitors or part.loaders & ~imported.loaders:
                return False
            if imported.visitors == part.visitors:
                equals.append(other)
        return not (equals and self._leads_back(key, equals))

    def _imported(self, key: int) -> set[int]:
        return self._beside(key, self.visits.imports)

    def _over_loading(self, key: int) -> list[int]:
        """Parts that import this one and are loaded where it is not."""
        parts = self.parts
        visitors, loaders = parts[key].visitors, parts[key].loaders
        found = self._beside(key, self.visits.importers)
        return sorted(other for other in found if parts[other].visitors & ~visitors or parts[other].loaders & ~loaders)

    def _beside(self, key: int, edges: tuple[tuple[int, ...], ...]) -> set[int]:
        """Other parts to which edges lead from this one."""
        atoms = chain.from_iterable(map(edges.__getitem__, self.parts[key].members))
        found = set(map(self.part_of.__getitem__, atoms))
        found.discard(key)
        return found

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
