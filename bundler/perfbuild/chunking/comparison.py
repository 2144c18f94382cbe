"""What people configure by hand, as arrangements of the same atoms, to be compared by cost.

They are partitions into chunks that import one another without cycles, but they are made for costing, not for
linking: a chunk may hold impure atoms and be loaded by routes that do not need them, and cache groups and entries are
merged where the strategy says so. Atoms are not divided: one with modules of a package and of the sources counts as
what it has more of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from perfbuild.chunking.bitsets import importers_of, in_cycles
from perfbuild.chunking.naming import name_of
from perfbuild.chunking.releases import package_of
from perfbuild.chunking.visits import Visits, visits_of
from perfbuild.model import ArrangedChunk, Arrangement, Atom


def as_split(atoms: tuple[Atom, ...]) -> Arrangement:
    """The engine's own split: every atom a chunk."""
    return _arrangement(atoms, lambda visits, atom: None)


def single_chunk(atoms: tuple[Atom, ...]) -> Arrangement:
    """One bundle with everything."""
    whole = tuple(visits_of(atoms, {}).given)
    return Arrangement(chunks=(ArrangedChunk(name="bundle", atoms=whole),) if atoms else ())


def vendor_and_common(atoms: tuple[Atom, ...]) -> Arrangement:
    """One chunk of all packages, one of all sources that several roots need; roots stay on their own."""

    def home(visits: Visits, atom: int) -> str | None:
        if atom in visits.roots:
            return None
        if _package(visits.atoms[atom]) is not None:
            return "vendor"
        return "common" if visits.loaders[atom].bit_count() > 1 else None

    return _arrangement(atoms, home)


def chunk_per_package(atoms: tuple[Atom, ...]) -> Arrangement:
    """One chunk for every package; sources as the engine split them."""
    return _arrangement(atoms, lambda visits, atom: None if atom in visits.roots else _package(visits.atoms[atom]))


def _package(atom: Atom) -> str | None:
    """The package that most of the atom is of; None for sources."""
    sizes: defaultdict[str, int] = defaultdict(int)
    for module, size in atom.modules:
        sizes[package_of(module) or ""] += size
    most = min(sizes, key=lambda name: (-sizes[name], name), default="")
    return most or None


def _arrangement(atoms: tuple[Atom, ...], home: Callable[[Visits, int], str | None]) -> Arrangement:
    """Atoms with the same home together; those through which a home would wait for itself stay alone."""
    visits = visits_of(atoms, {})
    homes: list[Hashable] = []
    for atom in range(len(atoms)):
        named = home(visits, atom)
        homes.append(atom if named is None else named)
    _part_cycles(visits, homes)
    members: defaultdict[Hashable, list[int]] = defaultdict(list)
    for atom, key in enumerate(homes):
        members[key].append(atom)
    chunks = (
        ArrangedChunk(
            name=key if isinstance(key, str) else name_of([visits.atoms[atom] for atom in own], _roots(visits, own)),
            atoms=tuple(visits.given[atom] for atom in own),
        )
        for key, own in members.items()
    )
    return Arrangement(chunks=tuple(chunks))


def _roots(visits: Visits, members: Sequence[int]) -> list[Atom]:
    return [visits.atoms[atom] for atom in members if atom in visits.roots]


def _part_cycles(visits: Visits, homes: list[Hashable]) -> None:
    """Sets atoms on their own from which a way leaves their home and can come back to it."""
    while True:
        keys = list(dict.fromkeys(homes))
        place = {key: index for index, key in enumerate(keys)}
        chunk_of = [place[key] for key in homes]
        edges: list[set[int]] = [set() for _ in keys]
        for atom, imports in enumerate(visits.imports):
            edges[chunk_of[atom]].update(chunk_of[target] for target in imports)
        for chunk, targets in enumerate(edges):
            targets.discard(chunk)
        edges_of = [sorted(targets) for targets in edges]
        knotted = in_cycles(edges_of, importers_of(edges_of))
        guilty = [
            atom
            for atom, imports in enumerate(visits.imports)
            if isinstance(homes[atom], str)
            and chunk_of[atom] in knotted
            and any(chunk_of[target] in knotted and chunk_of[target] != chunk_of[atom] for target in imports)
        ]
        if not guilty:
            return
        for atom in _with_importers(visits, guilty, homes):
            homes[atom] = atom


def _with_importers(visits: Visits, guilty: Sequence[int], homes: Sequence[Hashable]) -> list[int]:
    """With the atoms of the same home that would reach out of it through them."""
    found = list(guilty)
    seen = set(found)
    for atom in found:
        for importer in visits.importers[atom]:
            if homes[importer] == homes[atom] and importer not in seen:
                seen.add(importer)
                found.append(importer)
    return found
