"""Evaluation order: what runs with effects runs in the same order as without merging.

Modules evaluate depth first, imports before importers, in the order of the import declarations (ECMA-262,
16.2.1.6.1.3 InnerModuleEvaluation). A chunk stands for its atoms: it imports what they import, in their order, and
runs them one after the other in the order in which the whole program first reaches them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from perfbuild.chunking.bitsets import bits
from perfbuild.chunking.partition import Partition
from perfbuild.chunking.visits import Visits


@dataclass(frozen=True, slots=True)
class Breach:
    """``early`` runs before ``late``, against the order of the atoms; ``above`` are the parts being loaded then."""

    early: int
    late: int
    above: tuple[int, ...]


class Order:
    """The order of the atoms, from which partitions may not depart."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits
        run = dict.fromkeys(post_order(visits.roots, visits.imports.__getitem__))
        self.atoms = (*run, *(atom for atom in range(len(visits.atoms)) if atom not in run))
        """All atoms as the program runs them from its roots, entries first; last those that no root needs."""
        self._rank = {atom: place for place, atom in enumerate(self.atoms)}
        self._expected = _expected(visits)

    def keep(self, partition: Partition) -> frozenset[int]:
        """Undoes merges until every root runs its impure atoms in their order; the atoms that are alone since."""
        before = _merged(partition)
        waiting = dict.fromkeys(self._expected)
        while waiting:
            program = _Program(partition, self._rank)
            root = next(iter(waiting))
            while (breach := program.breach(root, self._expected[root])) is None:
                del waiting[root]
                if not waiting:
                    break
                root = next(iter(waiting))
            else:
                touched = _undo(partition, breach)
                if not touched:
                    del waiting[root]
                waiting.update((each, None) for each in self._expected if touched >> each & 1)
        return frozenset(before - _merged(partition))


class _Program:
    """A partition as it would be run, as long as it does not change."""

    def __init__(self, partition: Partition, rank: Mapping[int, int]) -> None:
        self._visits = partition.visits
        self._part_of = partition.part_of
        self._parts = partition.parts
        self._rank = rank
        self._members: dict[int, tuple[int, tuple[int, ...], tuple[int, ...]]] = {}

    def breach(self, root: int, expected: tuple[int, ...]) -> Breach | None:
        """The first atom that runs out of its turn when the root is loaded."""
        wanted, found = set(expected), self._visits.found[root]
        start = (self._part_of[self._visits.roots[root]],)

        def imports(key: int) -> Iterable[int]:
            members, imported, _ = self._part(key)
            return () if members & found else imported

        parts = [self._part(key) for key in post_order(start, imports)]
        # A part of which anything was found loaded has run.
        order = [atom for members, _, impure in parts if not members & found for atom in impure if atom in wanted]
        ran = set(order)
        for actual, due in zip(order, (atom for atom in expected if atom in ran), strict=True):
            if actual != due:
                path: list[int] = []
                key = self._part_of[actual]
                next(each for each in post_order(start, imports, path) if each == key)
                return Breach(actual, due, tuple(path))
        return None

    def _part(self, key: int) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
        """Set of its atoms; parts that it imports, in order; its impure atoms, in order."""
        known = self._members.get(key)
        if known is None:
            atoms, imports, part_of = self._visits.atoms, self._visits.imports, self._part_of
            members = sorted(self._parts[key].members, key=self._rank.__getitem__)
            imported = dict.fromkeys(part_of[target] for member in members for target in imports[member])
            imported.pop(key, None)
            known = self._members[key] = (
                sum(1 << member for member in members),
                tuple(imported),
                tuple(member for member in members if not atoms[member].pure),
            )
        return known


def _merged(partition: Partition) -> set[int]:
    return {atom for part in partition.parts.values() if len(part.members) > 1 for atom in part.members}


def _undo(partition: Partition, breach: Breach) -> int:
    """Takes out the atom that runs early, else the one that runs late, else splits what loads the early one.

    Returns the roots that load what was changed.
    """
    for atom in (breach.early, breach.late):
        key = partition.part_of[atom]
        part = partition.parts[key]
        if len(part.members) > 1:
            return part.loaders if partition.move(atom, None) else partition.split(key)
    merged = [key for key, part in sorted(partition.parts.items()) if len(part.members) > 1]
    above = [key for key in reversed(breach.above) if key in merged]
    touched = 0
    for key in above[:1] or merged:
        if key in partition.parts:
            touched |= partition.split(key)
    return touched


def _expected(visits: Visits) -> dict[int, tuple[int, ...]]:
    """Root -> its impure atoms in the order in which they run, where there are at least two.

    What a root finds loaded has run before. What that imports has run too, so leaving it out does not change the
    order of the others.
    """
    own = [0] * len(visits.roots)
    for place, atom in enumerate(visits.atoms):
        if not atom.pure:
            for root in bits(visits.loaders[place]):
                own[root] |= 1 << place
    expected: dict[int, tuple[int, ...]] = {}
    for root, mask in enumerate(own):
        wanted = mask & ~visits.found[root]
        if wanted.bit_count() > 1:
            order = post_order((visits.roots[root],), visits.imports.__getitem__)
            expected[root] = tuple(atom for atom in order if wanted >> atom & 1)
    return expected


def post_order(
    starts: Iterable[int], imports: Callable[[int], Iterable[int]], path: list[int] | None = None
) -> Iterator[int]:
    """Each node once, after what it imports; ``path`` then holds the nodes that are being visited, itself last."""
    seen: set[int] = set()
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(imports(start)))]
        while stack:
            node, rest = stack[-1]
            for target in rest:
                if target not in seen:
                    seen.add(target)
                    stack.append((target, iter(imports(target))))
                    break
            else:
                if path is not None:
                    path[:] = [each for each, _ in stack]
                yield node
                stack.pop()
