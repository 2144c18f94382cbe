"""How much more than with the engine's split every route downloads on a first visit, and how much more it may."""

from __future__ import annotations

from perfbuild.chunking.bitsets import bits
from perfbuild.chunking.parts import Part, bytes_of
from perfbuild.chunking.visits import Visits
from perfbuild.config import Chunks

#: The most by which a route's first visit may grow over the engine's split, at a request cost of 6,000 bytes (and in
#: proportion to it): what helps most routes must not be paid by one.
MOST_GROWTH = 0.018
#: The most by which the mean over all visits may.
MOST_MEAN_GROWTH = 0.02
#: The request cost that these stand for.
_USUAL_REQUEST_COST = 6000


class Growth:
    """Growth of first visits in bytes (whole ones, so that sums do not depend on their order)."""

    def __init__(self, visits: Visits, settings: Chunks) -> None:
        self._weights = visits.weights
        self._bytes = [0] * len(visits.roots)
        self._whole = 0
        needed = [0] * len(visits.roots)
        for atom, mask in zip(visits.atoms, visits.visitors, strict=True):
            size = bytes_of(atom.size)
            for root in bits(mask):
                needed[root] += size
        patience = settings.request_cost / _USUAL_REQUEST_COST
        whole = sum(int(visits.weights[1 << root]) * size for root, size in enumerate(needed))
        self._most = [MOST_GROWTH * patience * size for size in needed]
        self._most_whole = MOST_MEAN_GROWTH * patience * whole

    def allows(self, one: Part, other: Part) -> bool:
        """Whether merging leaves every route that it makes load more below its limit, and the mean."""
        if one.visitors == other.visitors:
            return True
        both, merged = one.visitors & other.visitors, bytes_of(one.size + other.size)
        # The mean needs no look at single routes.
        whole = self._whole + self._more(one, other, merged)
        if whole > self._most_whole and whole > self._whole:
            return False
        return not (
            self._exceeds(one.visitors ^ both, merged - one.bytes)
            or self._exceeds(other.visitors ^ both, merged - other.bytes)
            or self._exceeds(both, merged - one.bytes - other.bytes)
        )

    def _more(self, one: Part, other: Part, merged: int) -> int:
        """What all visits together download more when the two are one of so many bytes."""
        weight = one.weight + other.weight - self._weights[one.visitors & other.visitors]
        return int(weight) * merged - one.load - other.load

    def _exceeds(self, roots: int, more: int) -> bool:
        """Whether so many bytes more are too much for any of the roots."""
        if more <= 0:
            return False
        now, most = self._bytes, self._most
        while roots:
            root = roots.bit_length() - 1
            if now[root] + more > most[root]:
                return True
            roots ^= 1 << root
        return False

    def count(self, one: Part, other: Part | None, sign: int) -> None:
        """Two parts come together (1) or are taken apart again (-1); with None nothing does."""
        if other is None:
            return
        both, merged = one.visitors & other.visitors, bytes_of(one.size + other.size)
        self._whole += sign * self._more(one, other, merged)
        self._add(one.visitors ^ both, sign * (merged - one.bytes))
        self._add(other.visitors ^ both, sign * (merged - other.bytes))
        self._add(both, sign * (merged - one.bytes - other.bytes))

    def _add(self, roots: int, more: int) -> None:
        now = self._bytes
        while roots:
            root = roots.bit_length() - 1
            now[root] += more
            roots ^= 1 << root

    def snapshot(self) -> tuple[int, ...]:
        return (self._whole, *self._bytes)

    def restore(self, snapshot: tuple[int, ...]) -> None:
        self._whole, *self._bytes = snapshot
