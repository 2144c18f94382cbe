"""Local search: atoms move to the part where they cost least, from a seed, until nothing is gained any more."""

from __future__ import annotations

import bisect
import random
from typing import NamedTuple

from perfbuild.chunking.merging import merge_greedily, neighbours
from perfbuild.chunking.partition import LEAST_GAIN, Partition
from perfbuild.chunking.parts import Part

SEED = 20_260
#: Costs that may be worked out, so that a large graph takes no longer; a count, the result being the same anywhere.
EVALUATIONS = 20_000
#: Atoms taken out at once to leave a local optimum.
SHAKEN = 6
#: And how often.
SHAKES = 16
#: Parts that an atom is moved to if it can be, the best first.
TRIED = 3


class _Targets(NamedTuple):
    """Where an atom could go while the parts around it are these."""

    around: set[Part]
    """Its own part and those in which it is tried."""
    evaluations: int
    """Costs that it takes to know."""
    best: list[Part | None]
    """The parts where it costs least, the best first; None for one of its own."""


class Search:
    """A run over one partition."""

    def __init__(self, partition: Partition) -> None:
        self._partition = partition
        self._random = random.Random(SEED)  # noqa: S311 - a fixed sequence is wanted
        self._left = EVALUATIONS
        self._movable = [
            atom for atom in range(len(partition.part_of)) if not partition.parts[partition.part_of[atom]].fixed
        ]
        self.near = neighbours(partition)
        """Atoms in whose parts an atom is tried."""
        self._known: dict[int, _Targets] = {}

    def run(self) -> None:
        """Moves until no move gains; then shakes the best plan and tries again, a few times."""
        self._descend()
        best, cost = self._partition.snapshot(), self._partition.total()
        for _ in range(min(SHAKES, len(self._movable))):
            if self._left <= 0:
                break
            self._shake()
            self._descend()
            now = self._partition.total()
            if now < cost - LEAST_GAIN:
                best, cost = self._partition.snapshot(), now
            else:
                self._partition.restore(best)

    def _descend(self) -> None:
        merge_greedily(self._partition, self.near)
        moved = True
        while moved and self._left > 0:
            moved = False
            order = list(self._movable)
            self._random.shuffle(order)
            for atom in order:
                moved = self._improve(atom) or moved
                if self._left <= 0:
                    break

    def _improve(self, atom: int) -> bool:
        partition = self._partition
        parts, part_of = partition.parts, partition.part_of
        keys = set(map(part_of.__getitem__, self.near[atom]))
        keys.add(part_of[atom])
        around = set(map(parts.__getitem__, keys))
        known = self._known.get(atom)
        if known is None or known.around != around:
            known = self._known[atom] = self._targets(atom, keys, around)
        self._left -= known.evaluations
        places = (part_of[target.members[0]] if target is not None else None for target in known.best)
        return any(partition.move(atom, place) for place in places)

    def _targets(self, atom: int, keys: set[int], around: set[Part]) -> _Targets:
        """``keys`` and ``around``: its own part and those in which it is tried."""
        partition = self._partition
        parts, pricing, own = partition.parts, partition.pricing, partition.part_of[atom]
        single, rest = pricing.part((atom,)), pricing.without(parts[own], atom)
        saved = parts[own].cost - (rest.cost if rest is not None else 0.0)
        best = [(single.cost - saved, -1)] if rest is not None and saved - single.cost > LEAST_GAIN else []
        bounds = pricing.bounds(single, keys - {own}, parts)
        offers = [(single.cost - (saved - bound), target, bound) for bound, target in bounds]
        for most, target, bound in sorted([offer for offer in offers if offer[0] < -LEAST_GAIN]):
            if len(best) == TRIED and best[-1] < (most, target):
                break
            if partition.may_join(single, parts[target]):
                joined = pricing.gain(single, parts[target]) if bound else 0.0
                gain = joined + saved - single.cost
                if gain > LEAST_GAIN:
                    bisect.insort(best, (-gain, target))
                    del best[TRIED:]
        evaluations = len(parts[own].members) + len(bounds)
        return _Targets(around, evaluations, [parts.get(target) for _, target in best])

    def _shake(self) -> None:
        """Takes some atoms out, those of one root or any."""
        partition = self._partition
        pool = self._movable
        if self._random.random() < 0.5:
            root = 1 << self._random.randrange(len(partition.visits.roots))
            pool = [atom for atom in pool if partition.visits.visitors[atom] & root]
        for atom in self._random.sample(pool, min(SHAKEN, len(pool))):
            if len(partition.parts[partition.part_of[atom]].members) > 1:
                partition.move(atom, None)
