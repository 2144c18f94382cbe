"""What an arrangement costs, by the same model that the planner minimises; any arrangement can be asked about."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

from perfbuild.chunking.bitsets import bits, importers_first, propagate
from perfbuild.chunking.releases import Releases
from perfbuild.chunking.transfer import transfer_size
from perfbuild.chunking.visits import Visits, visits_of
from perfbuild.config import Chunks
from perfbuild.model import Arrangement, Atom


class RouteCost(msgspec.Struct, frozen=True, kw_only=True):
    """A first visit to one root: estimated bytes of brotli 11, and files."""

    root: int
    """Index of the root's atom, as given."""
    visits: float
    bytes: float
    requests: int


class PlanCost(msgspec.Struct, frozen=True, kw_only=True):
    """First visits over all roots, weighted by their visits, and what a release costs visitors who come back."""

    routes: tuple[RouteCost, ...]
    """Entries first."""
    chunks: int
    mean_bytes: float
    mean_requests: float
    p95_bytes: float
    """Nearest rank over visits."""
    p95_requests: int
    release_bytes: float
    """Expected bytes that a visitor with the last release in the cache downloads again."""
    total: float
    """What the planner minimises: mean bytes and requests of a first visit, and of the returning visits that come on
    it; in bytes a visit."""


def cost_of(
    atoms: tuple[Atom, ...],
    arrangement: Arrangement,
    weights: Mapping[int, float],
    change: Mapping[str, float],
    settings: Chunks,
) -> PlanCost:
    """The cost of any partition of the atoms; arguments as for ``planner.arrange``."""
    visits = visits_of(atoms, weights)
    place = {given: own for own, given in enumerate(visits.given)}
    members = [tuple(sorted(place[atom] for atom in chunk.atoms)) for chunk in arrangement.chunks]
    visitors = _visitors(visits, members)
    releases = Releases(visits.atoms, change)
    changes = [_probability(releases, chunk) for chunk in members]
    sizes = [transfer_size(sum(visits.atoms[atom].size for atom in chunk)) for chunk in members]
    routes = _route_costs(visits, visitors, sizes)
    bytes_again = (size * rate for size, rate in zip(sizes, changes, strict=True))
    return PlanCost(
        routes=routes,
        chunks=len(members),
        mean_bytes=_mean(routes, [route.bytes for route in routes]),
        mean_requests=_mean(routes, [float(route.requests) for route in routes]),
        p95_bytes=_percentile(routes, [route.bytes for route in routes]),
        p95_requests=round(_percentile(routes, [float(route.requests) for route in routes])),
        release_bytes=_mean(routes, _per_root(visits, visitors, list(bytes_again))),
        total=_total(visits, visitors, sizes, changes, settings),
    )


def _visitors(visits: Visits, members: Sequence[tuple[int, ...]]) -> list[int]:
    """Chunk -> roots whose first visit downloads it: every root on the way loads its chunk and all that it imports."""
    chunk_of = {atom: chunk for chunk, own in enumerate(members) for atom in own}
    seeds = [0] * len(members)
    for root, way in enumerate(visits.ways):
        for step in way:
            seeds[chunk_of[visits.roots[step]]] |= 1 << root
    imports = [
        sorted({chunk_of[target] for atom in own for target in visits.imports[atom]} - {chunk})
        for chunk, own in enumerate(members)
    ]
    return propagate(seeds, imports, importers_first(imports))


def _probability(releases: Releases, members: tuple[int, ...]) -> float:
    packages = 0
    for atom in members:
        packages |= releases.packages[atom]
    return releases.probability(sum(releases.sources[atom] for atom in members), packages)


def _per_root(visits: Visits, visitors: Sequence[int], amounts: Sequence[float]) -> list[float]:
    """Root -> sum of an amount over the chunks that a first visit to it downloads."""
    found: list[list[float]] = [[] for _ in visits.roots]
    for mask, amount in zip(visitors, amounts, strict=True):
        for root in bits(mask):
            found[root].append(amount)
    # fsum is exact, so the order of the chunks does not matter.
    return [math.fsum(each) for each in found]


def _route_costs(visits: Visits, visitors: Sequence[int], sizes: Sequence[float]) -> tuple[RouteCost, ...]:
    requests = _per_root(visits, visitors, [1.0] * len(sizes))
    return tuple(
        RouteCost(
            root=visits.given[visits.roots[root]],
            visits=visits.visits[root],
            bytes=size,
            requests=round(requests[root]),
        )
        for root, size in enumerate(_per_root(visits, visitors, sizes))
    )


def _mean(routes: Sequence[RouteCost], values: Sequence[float]) -> float:
    whole = math.fsum(route.visits for route in routes)
    weighted = math.fsum(route.visits * value for route, value in zip(routes, values, strict=True))
    return weighted / whole if whole > 0 else 0.0


def _percentile(routes: Sequence[RouteCost], values: Sequence[float], share: float = 0.95) -> float:
    """The lowest value that at least ``share`` of all visits do not exceed."""
    ranked = sorted((value, route.visits) for route, value in zip(routes, values, strict=True))
    wanted = share * math.fsum(visits for _, visits in ranked) * (1 - 1e-12)
    reached = 0.0
    for value, visits in ranked:
        reached += visits
        if visits > 0 and reached >= wanted:
            return value
    return 0.0


def _total(
    visits: Visits, visitors: Sequence[int], sizes: Sequence[float], changes: Sequence[float], settings: Chunks
) -> float:
    weights = visits.weights
    costs = (
        (weights[mask] + settings.returning * rate * weights.returning(weights[mask])) * (size + settings.request_cost)
        for mask, size, rate in zip(visitors, sizes, changes, strict=True)
    )
    return math.fsum(costs) / weights.everyone if weights.everyone else 0.0
