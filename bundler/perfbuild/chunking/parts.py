"""Sets of atoms that could become one chunk, with all that their cost needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_, or_
from typing import NamedTuple

import msgspec

from perfbuild.chunking.releases import Releases
from perfbuild.chunking.transfer import BYTES_PER_CHARACTER, WARM_UP_BYTES, WARM_UP_CHARACTERS, transfer_size
from perfbuild.chunking.visits import Visits
from perfbuild.config import Chunks


class Part(msgspec.Struct, frozen=True, kw_only=True, eq=False, gc=False):
    """Atoms that become one chunk. Masks are sets of roots, but ``packages``."""

    members: tuple[int, ...]
    """In ascending order."""
    size: float
    """Characters as rendered, a whole number: sums and products of floats are the fast ones."""
    bytes: int
    """On the wire, whole ones."""
    sources: int
    """Survival of its source modules, see :class:`Releases`."""
    packages: int
    visitors: int
    weight: float
    """Visits of its visitors, see :class:`Weights`."""
    load: int
    """What all these visits together download of it: ``weight`` times ``bytes``."""
    loaders: int
    settled: int
    """Roots at which all of its impure atoms run anyway; all roots (-1) where every atom is pure."""
    entries: int
    fixed: bool
    change: float
    """Returning visitors on one first visit, times the probability that a release changes it."""
    downloads: float
    """By first visits and by returning visitors: ``weight`` and ``change`` times :meth:`Weights.returning`."""
    cost: float
    """``downloads`` times its bytes and a request."""


class _Sums(NamedTuple):
    """What is known of a part from its atoms alone, as in :class:`Part`."""

    size: float
    sources: int
    packages: int
    visitors: int
    loaders: int
    settled: int
    entries: int
    fixed: bool


def bytes_of(size: float) -> int:
    return round(transfer_size(size))


class Pricing:
    """Makes parts, each set of atoms once, and tells what two of them would cost as one."""

    def __init__(self, visits: Visits, releases: Releases, settings: Chunks) -> None:
        self._visits = visits
        self._releases = releases
        self._settings = settings
        self._weights = visits.weights
        self._stuck: frozenset[int] = frozenset()
        self._known: dict[tuple[int, ...], Part] = {}

    def hold(self, atoms: Iterable[int]) -> None:
        """From now on these atoms stay alone."""
        self._stuck = self._stuck.union(atoms)
        self._known.clear()

    def part(self, members: tuple[int, ...]) -> Part:
        """The part that the atoms, in ascending order, would be."""
        known = self._known.get(members)
        if known is None:
            known = self._known[members] = self._atom(*members) if len(members) == 1 else self._several(members)
        return known

    def without(self, part: Part, atom: int) -> Part | None:
        """What is left of a part; None when that is nothing."""
        members = tuple([member for member in part.members if member != atom])
        return self.part(members) if members else None

    def joined(self, one: Part, other: Part) -> Part:
        members = tuple(sorted(one.members + other.members))
        known = self._known.get(members)
        if known is None:
            known = self._known[members] = self._sum(members, (one, other))
        return known

    def _several(self, members: tuple[int, ...]) -> Part:
        return self._sum(members, [self.part((member,)) for member in members])

    def _atom(self, member: int) -> Part:
        visits, releases = self._visits, self._releases
        atom = visits.atoms[member]
        sums = _Sums(
            size=float(atom.size),
            sources=releases.sources[member],
            packages=releases.packages[member],
            visitors=visits.visitors[member],
            loaders=visits.loaders[member],
            settled=-1 if atom.pure else visits.settled[member],
            entries=int(atom.is_entry),
            fixed=atom.group is not None or member in visits.knotted or member in self._stuck,
        )
        return self._priced((member,), sums)

    def _sum(self, members: tuple[int, ...], parts: Sequence[Part]) -> Part:
        sums = _Sums(
            size=sum([part.size for part in parts]),
            sources=sum([part.sources for part in parts]),
            packages=reduce(or_, [part.packages for part in parts]),
            visitors=reduce(or_, [part.visitors for part in parts]),
            loaders=reduce(or_, [part.loaders for part in parts]),
            settled=reduce(and_, [part.settled for part in parts]),
            entries=sum([part.entries for part in parts]),
            fixed=any(part.fixed for part in parts),
        )
        return self._priced(members, sums)

    def _priced(self, members: tuple[int, ...], sums: _Sums) -> Part:
        transfer = transfer_size(sums.size)
        wire = round(transfer)
        change = self._change(sums.sources, sums.packages)
        weight = self._weights[sums.visitors]
        downloads = weight + change * self._weights.returning(weight)
        return Part(
            **sums._asdict(),
            members=members,
            bytes=wire,
            weight=weight,
            load=int(weight) * wire,
            change=change,
            downloads=downloads,
            cost=downloads * (transfer + self._settings.request_cost),
        )

    def _change(self, sources: int, packages: int) -> float:
        return self._settings.returning * self._releases.probability(sources, packages)

    # --- two parts as one ---------------------------------------------------------------------

    def gain(self, one: Part, other: Part) -> float:
        """What merging two parts saves, in bytes times weight; below zero where it costs."""
        weight = one.weight + other.weight - self._weights[one.visitors & other.visitors]
        transfer = transfer_size(one.size + other.size) + self._settings.request_cost
        change = self._change(one.sources + other.sources, one.packages | other.packages)
        return one.cost + other.cost - (weight + change * self._weights.returning(weight)) * transfer

    def bounds(self, part: Part, keys: Iterable[int], parts: dict[int, Part]) -> list[tuple[float, int]]:
        """The most that :meth:`gain` could be, negated (zero where that is nothing), and the key of the other part;
        for those that some visit downloads with the part and that may be merged at all.

        This is where planning spends its time, hence one loop with a single call.
        """
        visitors, weight, size, cost, change = part.visitors, part.weight, part.size, part.cost, part.change
        weights, request_cost = self._weights, self._settings.request_cost
        returning = weights.returning
        found: list[tuple[float, int]] = []
        for key in keys:
            other = parts[key]
            both = visitors & other.visitors
            if not both or other.fixed:
                continue
            whole = size + other.size
            visits = weight + other.weight - weights[both]
            # A merged chunk changes at least as often as either.
            downloads = visits + (change if change > other.change else other.change) * returning(visits)
            transfer = whole * (BYTES_PER_CHARACTER + WARM_UP_BYTES / (whole + WARM_UP_CHARACTERS)) + request_cost
            saved = cost + other.cost - downloads * transfer
            found.append((-saved if saved > 0.0 else 0.0, key))
        return found
