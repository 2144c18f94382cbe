"""What is wrong with the configured cache groups, seen once the modules are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from perfbuild import messages
from perfbuild.config import ChunkGroup
from perfbuild.diagnostics import Diagnostic
from perfbuild.model import ChunkPlan, ModuleGraph
from perfbuild.sizes import format_bytes, plural
from perfbuild.stages.link.groups import candidates, matches
from perfbuild.stages.link.reach import Reach


def group_problems(
    graph: ModuleGraph, reach: Reach, groups: tuple[ChunkGroup, ...], plan: ChunkPlan
) -> Iterator[Diagnostic]:
    """Groups that take nothing, that several modules belong to alike, and that had to leave modules out."""
    wanted = [frozenset(candidates(graph, reach, group)) for group in groups]
    taken = {module: chunk.group for chunk in plan.chunks for module in chunk.modules}
    for group, members in zip(groups, wanted, strict=True):
        if group.name not in taken.values():
            why = _why_empty(graph, group, members, taken)
            if why:
                yield messages.group_empty(group.name, why)
        elif left := sorted(graph.ids[module] for module in members if module not in taken):
            yield messages.group_in_cycle(group.name, left)
    for (one, first), (other, second) in combinations(zip(groups, wanted, strict=True), 2):
        both = first & second
        if both and one.priority == other.priority and one.name != other.name:
            yield messages.groups_overlap(one.name, other.name, one.priority, sorted(graph.ids[each] for each in both))


def _why_empty(graph: ModuleGraph, group: ChunkGroup, members: frozenset[int], taken: Mapping[int, str]) -> str | None:
    """None where the engine's split makes the very chunk, which the group leaves to it."""
    if not members:
        matching = sum(matches(group, module) for module in graph.ids)
        if not matching:
            return "no module matches its test"
        users = {"all": "entries or lazy chunks", "initial": "entries", "async": "lazy chunks"}[group.type]
        return f"of the {plural(matching, 'module')} that match, none is needed by {group.min_chunks} {users} or more"
    free = [module for module in members if module not in taken]
    if not free:
        return f"{_names(taken[module] for module in members)} takes all that it matches"
    size = sum(graph.sizes[module] for module in free)
    if size < group.min_size and not group.enforce:
        return f"what it matches has {format_bytes(size)}, below its min_size of {format_bytes(group.min_size)}"
    return None if group.reuse_existing_chunk else "chunks would wait for each other"


def _names(groups: Iterable[str]) -> str:
    return " or ".join(f'"{name}"' for name in sorted(set(groups)))
