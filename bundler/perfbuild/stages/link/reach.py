"""Who needs a module: roots (entries and targets of dynamic imports) and the sets of them.

Sets of roots, and sets of atoms, are integers used as bit sets: bit ``i`` stands for ``roots[i]`` or ``atoms[i]``.
An atom is a set of modules that exactly the same roots reach; the planner never needs to tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from perfbuild.model import ModuleGraph


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Root sets of a graph. ``needed_by`` leaves out the roots that a module is surely loaded for already."""

    roots: tuple[int, ...]
    """Modules: the entries first, then the targets of dynamic imports, each by id."""
    entry_count: int
    reached_by: tuple[int, ...]
    """Module -> bit set of the roots whose static closure has it."""
    needed_by: tuple[int, ...]
    """Module -> bit set of the roots that must load it: reached, and not available on every way to that root."""
    parents: tuple[int, ...]
    """Place of a root -> bit set of the roots whose static closure imports it dynamically."""


def bits(mask: int) -> Iterator[int]:
    """Places of the set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def reach(graph: ModuleGraph) -> Reach:
    """Root sets in time linear in the imports for graphs without cycles, a few passes for graphs with them."""
    roots, entry_count = _roots(graph)
    reached = _propagate(graph, roots)
    parents = _parents(graph, roots, reached)
    available = _available(roots, entry_count, reached, parents)
    return Reach(
        roots=roots,
        entry_count=entry_count,
        reached_by=tuple(reached),
        needed_by=tuple(mask & ~available.get(mask, 0) for mask in reached),
        parents=tuple(parents),
    )


def _roots(graph: ModuleGraph) -> tuple[tuple[int, ...], int]:
    entries = set(graph.entries)
    lazy = {target for targets in graph.dynamic_imports for target in targets} - entries
    by_id = graph.ids.__getitem__
    return (*sorted(entries, key=by_id), *sorted(lazy, key=by_id)), len(entries)


def _propagate(graph: ModuleGraph, roots: tuple[int, ...]) -> list[int]:
    """Hands every module's roots down to what it imports, importers first; cycles ask for another pass."""
    reached = [0] * len(graph.ids)
    for place, module in enumerate(roots):
        reached[module] |= 1 << place
    order = list(reversed(_postorder(graph, roots)))
    changed = True
    while changed:
        changed = False
        done: set[int] = set()
        for module in order:
            done.add(module)
            mask = reached[module]
            for imported in graph.imports[module]:
                if mask & ~reached[imported]:
                    reached[imported] |= mask
                    changed = changed or imported in done
    return reached


def _postorder(graph: ModuleGraph, roots: tuple[int, ...]) -> list[int]:
    order: list[int] = []
    seen = bytearray(len(graph.ids))
    for root in roots:
        if seen[root]:
            continue
        seen[root] = 1
        stack = [(root, iter(graph.imports[root]))]
        while stack:
            module, rest = stack[-1]
            for imported in rest:
                if not seen[imported]:
                    seen[imported] = 1
                    stack.append((imported, iter(graph.imports[imported])))
                    break
            else:
                order.append(module)
                stack.pop()
    return order


def _available(roots: tuple[int, ...], entry_count: int, reached: list[int], parents: list[int]) -> dict[int, int]:
    """Atom (named by its root set) -> bit set of the roots that find it loaded, whichever way they are reached.

    What a root finds is the intersection, over the roots that import it dynamically, of what those found and loaded
    themselves: the greatest fixed point, reached from "everything". (webpack's ``removeAvailableModules``.)
    """
    atoms = sorted({mask for mask in reached if mask})
    loads = [sum(1 << place for place, atom in enumerate(atoms) if atom >> root & 1) for root in range(len(roots))]
    everything = (1 << len(atoms)) - 1
    found = [0 if root < entry_count or not parents[root] else everything for root in range(len(roots))]
    changed = True
    while changed:
        changed = False
        for root in range(entry_count, len(roots)):
            common = everything if parents[root] else 0
            for parent in bits(parents[root]):
                common &= found[parent] | loads[parent]
            if common != found[root]:
                found[root] = common
                changed = True
    available = dict.fromkeys(atoms, 0)
    for root, mask in enumerate(found):
        for place in bits(mask & loads[root]):
            available[atoms[place]] |= 1 << root
    return available


def _parents(graph: ModuleGraph, roots: tuple[int, ...], reached: list[int]) -> list[int]:
    place_of = {module: place for place, module in enumerate(roots)}
    parents = [0] * len(roots)
    for module, targets in enumerate(graph.dynamic_imports):
        for target in targets:
            parents[place_of[target]] |= reached[module]
    return parents
