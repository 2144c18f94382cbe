"""Who loads an atom: roots, the way to each, what a root finds loaded, and how often each is visited.

A *root* is an entry or the target of a dynamic import. A first visit to a lazy root downloads, one after the other,
what the entry on the shortest way to it needs, what every lazy root on that way needs, and what it needs itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from perfbuild.chunking.bitsets import bits, importers_first, importers_of, in_cycles, propagate
from perfbuild.model import Atom

#: A root without visits counts as this share of a mean root, so that nothing is loaded there without end.
LEAST_SHARE = 0.001
#: Weights are kept as integers of at most so many bits: sums of them do not depend on their order.
WEIGHT_BITS = 20


class Weights(dict[int, float]):
    """Set of roots -> the sum of their visits, worked out when first asked for: whole numbers, the highest is 2**20.

    Each weight is taken apart into its binary digits, each digit is one set of roots.
    """

    def __init__(self, visits: Sequence[float]) -> None:
        super().__init__()
        most = max(visits, default=0.0)
        shares = [visit / most if most > 0 else 1.0 for visit in visits]
        least = LEAST_SHARE * sum(shares) / max(len(shares), 1)
        digits = [round(max(share, least) * (1 << WEIGHT_BITS)) for share in shares]
        planes = [_having(digits, bit) for bit in range(WEIGHT_BITS + 1)]
        self._planes = tuple((bit, mask) for bit, mask in enumerate(planes) if mask)
        self.everyone = self[(1 << len(visits)) - 1]

    def __missing__(self, roots: int) -> float:
        weight = self[roots] = float(sum([(roots & mask).bit_count() << bit for bit, mask in self._planes]))
        return weight

    def returning(self, weight: float) -> float:
        """Of as many returning visitors as there are visits, those that come to one of the roots whose visits are
        ``weight`` before the next release: each makes 32 visits, five routes a day in a week.

        Squared five times, since a power may differ in its last digit from one system to another.
        """
        beside = 1.0 - weight / self.everyone if self.everyone else 0.0
        beside *= beside
        beside *= beside
        beside *= beside
        beside *= beside
        return self.everyone * (1.0 - beside * beside)


def _having(digits: Sequence[int], bit: int) -> int:
    return sum(1 << root for root, weight in enumerate(digits) if weight >> bit & 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The atoms in an order that does not depend on the order given, and who loads them.

    Atoms are named by their places in :attr:`atoms`, roots by their places in :attr:`roots`; masks are sets of roots.
    """

    atoms: tuple[Atom, ...]
    given: tuple[int, ...]
    """Atom -> its index in the atoms given."""
    imports: tuple[tuple[int, ...], ...]
    importers: tuple[tuple[int, ...], ...]
    roots: tuple[int, ...]
    """Atoms that are roots: entries first."""
    ways: tuple[tuple[int, ...], ...]
    """Root -> the roots on the shortest way to it from an entry: the entry first, itself last."""
    visits: tuple[float, ...]
    """Root -> first visits, as given."""
    weights: Weights
    """The same as the planner counts them, with the least share."""
    visitors: tuple[int, ...]
    """Atom -> roots whose first visit downloads it."""
    loaders: tuple[int, ...]
    """Atom -> roots whose own static closure has it."""
    settled: tuple[int, ...]
    """Atom -> roots that need it, or find it loaded whichever way they are reached."""
    found: tuple[int, ...]
    """Root -> set of the atoms that it finds loaded whichever way it is reached."""
    knotted: frozenset[int]
    """Atoms on cycles of static imports, and those that wait for a top-level await: what shares a chunk with them would
    wait too, for ever where it is what they wait for."""


def visits_of(atoms: tuple[Atom, ...], weights: Mapping[int, float]) -> Visits:
    """What the cost model asks of the atoms; ``weights`` maps the given index of a root to its visits.

    Without any weight all roots count 1.0; with some, a root that has none counts 0.0.
    """
    given = tuple(sorted(range(len(atoms)), key=lambda index: (atoms[index].modules, atoms[index].file)))
    place = {index: new for new, index in enumerate(given)}
    ordered = tuple(atoms[index] for index in given)
    imports = tuple(_targets(atom.imports, place, own) for own, atom in enumerate(ordered))
    dynamic = tuple(_targets(atom.dynamic_imports, place, None) for atom in ordered)
    importers, order = importers_of(imports), importers_first(imports)
    roots = _roots(ordered, dynamic)
    loaders = propagate(_seeds(len(ordered), roots, [(root,) for root in range(len(roots))]), imports, order)
    entry_count = sum(ordered[root].is_entry for root in roots)
    parents = _parents(roots, dynamic, loaders)
    ways = _ways(parents, entry_count)
    found = _found(parents, entry_count, _loads(loaders, len(roots)), len(ordered))
    visits = tuple(weights.get(given[root], 0.0) if weights else 1.0 for root in roots)
    return Visits(
        atoms=ordered,
        given=given,
        imports=imports,
        importers=importers,
        roots=roots,
        ways=ways,
        visits=visits,
        weights=Weights(visits),
        visitors=tuple(propagate(_seeds(len(ordered), roots, ways), imports, order)),
        loaders=tuple(loaders),
        settled=_settled(ordered, loaders, found),
        found=found,
        knotted=frozenset(in_cycles(imports, importers)) | _waiting(ordered, importers),
    )


def _targets(targets: tuple[int, ...], place: Mapping[int, int], own: int | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(place[target] for target in targets if place[target] != own))


def _waiting(atoms: tuple[Atom, ...], importers: tuple[tuple[int, ...], ...]) -> frozenset[int]:
    """Atoms that await at their top level, and all that import them."""
    found = {place for place, atom in enumerate(atoms) if atom.awaits}
    pending = sorted(found)
    while pending:
        new = [importer for importer in importers[pending.pop()] if importer not in found]
        found.update(new)
        pending.extend(new)
    return frozenset(found)


def _roots(atoms: tuple[Atom, ...], dynamic: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    entries = [atom for atom, each in enumerate(atoms) if each.is_entry]
    lazy = {target for targets in dynamic for target in targets}.difference(entries)
    return (*entries, *sorted(lazy))


def _seeds(count: int, roots: tuple[int, ...], ways: Sequence[tuple[int, ...]]) -> list[int]:
    """Atom -> the roots that have it, itself a root, on their way."""
    seeds = [0] * count
    for root, way in enumerate(ways):
        for step in way:
            seeds[roots[step]] |= 1 << root
    return seeds


def _parents(roots: tuple[int, ...], dynamic: tuple[tuple[int, ...], ...], loaders: Sequence[int]) -> list[int]:
    """Root -> roots from whose static closure a dynamic import leads to it."""
    place_of = {atom: place for place, atom in enumerate(roots)}
    parents = [0] * len(roots)
    for atom, targets in enumerate(dynamic):
        for target in targets:
            parents[place_of[target]] |= loaders[atom]
    return parents


def _ways(parents: Sequence[int], entry_count: int) -> tuple[tuple[int, ...], ...]:
    """The way with the fewest steps from an entry to every root, breadth first; the first parent wins a draw."""
    ways: dict[int, tuple[int, ...]] = {entry: (entry,) for entry in range(entry_count)}
    frontier = (1 << entry_count) - 1
    waiting = list(range(entry_count, len(parents)))
    while frontier:
        following, left = 0, []
        for root in waiting:
            first = parents[root] & frontier
            if first:
                ways[root] = (*ways[(first & -first).bit_length() - 1], root)
                following |= 1 << root
            else:
                left.append(root)
        frontier, waiting = following, left
    return tuple(ways.get(root, (root,)) for root in range(len(parents)))


def _loads(loaders: Sequence[int], count: int) -> list[int]:
    """Root -> set of the atoms of its static closure."""
    loads = [0] * count
    for atom, mask in enumerate(loaders):
        for root in bits(mask):
            loads[root] |= 1 << atom
    return loads


def _found(parents: Sequence[int], entry_count: int, loads: Sequence[int], count: int) -> tuple[int, ...]:
    """The intersection, over the parents, of what they found and loaded themselves.

    The greatest fixed point, reached from "everything"; a way that never comes from an entry does not count
    (webpack's ``removeAvailableModules``, here on atoms).
    """
    everything = (1 << count) - 1
    found = [0 if root < entry_count or not mask else everything for root, mask in enumerate(parents)]
    # Roots with the same parents find the same.
    alike: dict[int, list[int]] = {}
    for root in range(entry_count, len(parents)):
        alike.setdefault(parents[root], []).append(root)
    alike.pop(0, None)
    changed = True
    while changed:
        changed = False
        for mask, roots in alike.items():
            common = everything
            for parent in bits(mask):
                common &= found[parent] | loads[parent]
            if common != found[roots[0]]:
                changed = True
                for root in roots:
                    found[root] = common
    return tuple(found)


def _settled(atoms: tuple[Atom, ...], loaders: Sequence[int], found: tuple[int, ...]) -> tuple[int, ...]:
    settled = list(loaders)
    # Only of atoms that are not pure is it asked.
    impure = sum(1 << place for place, atom in enumerate(atoms) if not atom.pure)
    by_atoms: dict[int, int] = {}
    for root, mask in enumerate(found):
        by_atoms[mask & impure] = by_atoms.get(mask & impure, 0) | 1 << root
    for mask, roots in by_atoms.items():
        for atom in bits(mask):
            settled[atom] |= roots
    return tuple(settled)
