"""Sets of roots and of atoms as integers: bit ``i`` stands for the ``i``-th."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def bits(mask: int) -> Iterator[int]:
    """Places of the set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def propagate(masks: Sequence[int], imports: Sequence[Sequence[int]], order: Sequence[int]) -> list[int]:
    """Hands the mask of every node down to all that it imports, directly or not; the graph may have cycles.

    ``order``: all nodes, as :func:`importers_first` puts them.
    """
    reached = list(masks)
    changed = True
    while changed:
        changed = False
        done = bytearray(len(order))
        for node in order:
            done[node] = 1
            mask = reached[node]
            for imported in imports[node]:
                if mask & ~reached[imported]:
                    reached[imported] |= mask
                    # Only along a cycle does a mask reach a node that was passed already.
                    changed = changed or bool(done[imported])
    return reached


def importers_first(imports: Sequence[Sequence[int]]) -> list[int]:
    """All nodes, each before what it imports; nodes of a cycle stand in some order."""
    seen = bytearray(len(imports))
    order: list[int] = []
    for start in range(len(imports)):
        if seen[start]:
            continue
        seen[start] = 1
        stack = [(start, iter(imports[start]))]
        while stack:
            node, rest = stack[-1]
            following = next((imported for imported in rest if not seen[imported]), None)
            if following is None:
                order.append(node)
                stack.pop()
            else:
                seen[following] = 1
                stack.append((following, iter(imports[following])))
    order.reverse()
    return order


def importers_of(imports: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Node -> those that import it, in their order."""
    importers: list[list[int]] = [[] for _ in imports]
    for node, targets in enumerate(imports):
        for target in targets:
            importers[target].append(node)
    return tuple(map(tuple, importers))


def in_cycles(imports: Sequence[Sequence[int]], importers: Sequence[Sequence[int]]) -> set[int]:
    """The nodes that are on a cycle or between two; empty for a graph without cycles."""
    return _trimmed(imports, importers) & _trimmed(importers, imports)


def _trimmed(forwards: Sequence[Sequence[int]], backwards: Sequence[Sequence[int]]) -> set[int]:
    """What is left when nodes that lead to nothing are taken away again and again (Kahn 1962)."""
    open_edges = [len(targets) for targets in forwards]
    ends = [node for node, count in enumerate(open_edges) if not count]
    for node in ends:
        for source in backwards[node]:
            open_edges[source] -= 1
            if not open_edges[source]:
                ends.append(source)
    return set(range(len(forwards))).difference(ends)
