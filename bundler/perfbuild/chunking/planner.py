"""The chunk plan: which atoms of the engine's split become one chunk.

The model, its parameters and what was rejected stand in docs/design/chunk-planning.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from perfbuild.chunking.limits import breaches, keep_max_requests, keep_min_size
from perfbuild.chunking.merging import merge_alike, merge_greedily
from perfbuild.chunking.naming import name_of, reason_for
from perfbuild.chunking.order import Order
from perfbuild.chunking.partition import Partition
from perfbuild.chunking.parts import Part
from perfbuild.chunking.releases import Releases
from perfbuild.chunking.search import Search
from perfbuild.chunking.visits import visits_of
from perfbuild.config import Chunks
from perfbuild.model import ArrangedChunk, Arrangement, Atom

#: How often what the evaluation order took apart is merged anew, otherwise.
ATTEMPTS = 3


def arrange(
    atoms: tuple[Atom, ...], weights: Mapping[int, float], change: Mapping[str, float], settings: Chunks
) -> Arrangement:
    """The partition of the atoms into chunks that costs visitors least.

    ``weights``: index of a root's atom -> visits; a root that has none counts 0.0, all count 1.0 when the mapping is
    empty. ``change``: module id -> probability that a release changes it; modules without one take the defaults in
    :mod:`perfbuild.chunking.releases`. Chunks import one another without cycles, each root runs its impure atoms in
    their order, and impure atoms are loaded only by roots that need them. Chunks come in an order, with members in an
    order, that do not depend on the order of the atoms.
    """
    visits = visits_of(atoms, weights)
    releases = Releases(visits.atoms, change)
    partition = Partition(visits, releases, settings)
    merge_alike(partition)
    search = Search(partition)
    search.run()
    order = Order(visits)
    for _ in range(ATTEMPTS):
        keep_min_size(partition)
        keep_max_requests(partition)
        taken_out = order.keep(partition)
        if not taken_out:
            break
        partition.hold(taken_out)
        merge_greedily(partition, search.near)
    else:
        order.keep(partition)
    parts = sorted(partition.parts.values(), key=lambda part: part.members)
    roots = frozenset(visits.roots)
    chunks = tuple(_chunk(partition, part, roots) for part in parts)
    in_order = tuple(visits.given[atom] for atom in order.atoms)
    return Arrangement(chunks=chunks, order=in_order, breaches=breaches(partition))


def _chunk(partition: Partition, part: Part, all_roots: frozenset[int]) -> ArrangedChunk:
    visits = partition.visits
    own = [visits.atoms[member] for member in part.members]
    roots = [visits.atoms[member] for member in sorted(all_roots.intersection(part.members))]
    return ArrangedChunk(
        name=name_of(own, roots),
        atoms=tuple(visits.given[member] for member in part.members),
        why=reason_for(partition, part),
    )
