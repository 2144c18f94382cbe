"""Local search: atoms move to the part where they cost least, from a seed, until nothing is gained any more."""

from __future__ import annotations

import random
from collections.abc import Sequence

from perfbuild.chunking.merging import ALL_PAIRS, merge_greedily, neighbours
from perfbuild.chunking.partition import LEAST_GAIN, Partition

SEED = 20_260
#: Costs that may be worked out, so that a large graph takes no longer; a count, the result being the same anywhere.
EVALUATIONS = 20_000
#: Atoms taken out at once to leave a local optimum.
SHAKEN = 6
#: And how often.
SHAKES = 16


class Search:
    """A run over one partition."""

    def __init__(self, partition: Partition) -> None:
        self._partition = partition
        self._random = random.Random(SEED)  # noqa: S311 - a fixed sequence is wanted
        self._left = EVALUATIONS
        self._movable = [
            atom for atom in range(len(partition.part_of)) if not partition.parts[partition.part_of[atom]].fixed
        ]
        visitors = partition.visits.visitors
        self._near: dict[int, set[int]] | None = None
        """Atoms in whose parts an atom is tried; None when there are so few parts that it is tried in all."""
        if len(self._movable) > ALL_PAIRS:
            self._near = neighbours({atom: visitors[atom] for atom in self._movable}, len(partition.visits.roots))

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
        merge_greedily(self._partition)
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
        key = partition.part_of[atom]
        source = partition.parts[key]
        single = partition.part((atom,))
        self._left -= len(source.members)
        saved = source.cost
        if len(source.members) > 1:
            saved -= partition.part(member for member in source.members if member != atom).cost
        offers: list[tuple[float, int]] = []
        if len(source.members) > 1 and saved - single.cost > LEAST_GAIN:
            offers.append((single.cost - saved, -1))
        for target in self._targets(atom, key):
            other = partition.parts[target]
            gain = partition.gain(single, other) + saved - single.cost
            if gain > LEAST_GAIN and partition.may_join(single, other):
                offers.append((-gain, target))
        offers.sort()
        return any(partition.move(atom, None if target < 0 else target) for _, target in offers[:3])

    def _targets(self, atom: int, own: int) -> Sequence[int]:
        partition = self._partition
        parts, part_of, visitors = partition.parts, partition.part_of, partition.visits.visitors[atom]
        keys = parts.keys() if self._near is None else sorted({part_of[near] for near in self._near[atom]})
        found = [key for key in keys if key != own and parts[key].visitors & visitors and not parts[key].fixed]
        self._left -= len(found)
        return found

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
