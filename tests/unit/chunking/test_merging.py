"""Greedy merging takes the best pair there is, though it works out few of the gains."""

from __future__ import annotations

from functools import reduce
from itertools import combinations

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from perfbuild.chunking.merging import merge_greedily, neighbours
from perfbuild.chunking.partition import LEAST_GAIN, Partition
from perfbuild.chunking.releases import Releases
from perfbuild.chunking.visits import visits_of
from perfbuild.config import Chunks
from perfbuild.model import Atom

from .atoms import application, programs

SETTINGS = st.sampled_from((Chunks(), Chunks(request_cost=10_000_000), Chunks(returning=50.0), Chunks(request_cost=0)))


class Watched(Partition):
    """A partition that knows every pair's gain and fails when a pair is merged before a better one."""

    def __init__(self, atoms: tuple[Atom, ...], settings: Chunks) -> None:
        visits = visits_of(atoms, {})
        super().__init__(visits, Releases(visits.atoms, {}), settings)
        self.asked: set[tuple[int, int]] = set()
        self.merged = 0

    def merge(self, one: int, other: int, *, at_any_cost: bool = False) -> int | None:
        gain = self.pricing.gain(self.parts[one], self.parts[other])
        best = max(self.gain(pair) for pair in self.waiting())
        assert gain > LEAST_GAIN
        assert gain == pytest.approx(best, rel=1e-9)
        self.asked.add((min(one, other), max(one, other)))
        key = super().merge(one, other, at_any_cost=at_any_cost)
        self.merged += key is not None
        return key

    def waiting(self) -> list[tuple[int, int]]:
        """Pairs that could be merged and have not been tried."""
        return [
            pair
            for pair in combinations(sorted(self.parts), 2)
            if pair not in self.asked
            and self.parts[pair[0]].visitors & self.parts[pair[1]].visitors
            and self.may_join(self.parts[pair[0]], self.parts[pair[1]])
        ]

    def gain(self, pair: tuple[int, int]) -> float:
        return self.pricing.gain(self.parts[pair[0]], self.parts[pair[1]])


@given(programs(), SETTINGS)
def test_the_pair_that_saves_most_is_tried_first_and_none_that_saves_is_forgotten(
    atoms: tuple[Atom, ...], settings: Chunks
) -> None:
    partition = Watched(atoms, settings)
    merge_greedily(partition, neighbours(partition))
    assert all(partition.gain(pair) <= 1e-6 * partition.total() for pair in partition.waiting())


def test_the_same_with_more_pairs_than_are_looked_at_together() -> None:
    partition = Watched(application(13, 60, 3), Chunks())
    merge_greedily(partition, neighbours(partition))
    assert partition.merged > 5
    assert max(map(partition.gain, partition.waiting())) <= 1e-6 * partition.total()


@given(programs(), SETTINGS)
def test_no_gain_is_above_its_bound(atoms: tuple[Atom, ...], settings: Chunks) -> None:
    partition = Watched(atoms, settings)
    for key, part in partition.parts.items():
        for bound, other in partition.pricing.bounds(part, partition.parts.keys() - {key}, partition.parts):
            gain = partition.pricing.gain(part, partition.parts[other])
            assert gain <= -bound + 1e-9 * (part.cost + partition.parts[other].cost)


@given(programs(), st.data())
def test_a_part_is_the_same_however_it_came_about(atoms: tuple[Atom, ...], data: st.DataObject) -> None:
    assume(len(atoms) > 1)
    members = sorted(data.draw(st.sets(st.integers(0, len(atoms) - 1), min_size=2)))
    pricing = Watched(atoms, Chunks()).pricing
    joined = reduce(pricing.joined, [pricing.part((member,)) for member in members])
    anew = Watched(atoms, Chunks()).pricing.part(tuple(members))
    assert msgspec.structs.asdict(joined) == msgspec.structs.asdict(anew)
