"""Cache groups: webpack's vocabulary, planned on the module graph.

Meaning, from webpack's documentation of ``optimization.splitChunks.cacheGroups``: a group takes the modules that
match its
``test``, that ``min_chunks`` roots need, and whose chunk reaches ``min_size``; the group of the highest ``priority``
takes a module that several match. ``enforce`` ignores the size limits. What no group takes follows the
engine's own split. Every plan is acyclic over chunks, so that chunks evaluate in the modules' order without wrappers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from perfbuild.config import ChunkGroup
from perfbuild.model import ChunkPlan, ModuleGraph, PlannedChunk
from perfbuild.stages.components import strongly_connected
from perfbuild.stages.link.reach import Reach

Key = tuple[str, int]
"""A chunk of the plan: a group's name, or the root set of modules left to the engine's split."""


def plan_groups(graph: ModuleGraph, reach: Reach, groups: tuple[ChunkGroup, ...]) -> ChunkPlan:
    """The chunks that the groups ask for; independent of the order in which modules were found."""
    ranked = sorted(groups, key=lambda group: -group.priority)
    taken: dict[int, str] = {}
    for group in ranked:
        members = [module for module in candidates(graph, reach, group) if module not in taken]
        if _is_worth_it(graph, reach, group, members):
            taken.update(dict.fromkeys(members, group.name))
    _break_cycles(graph, reach, taken)
    parts = [part for group in {group.name: group for group in ranked}.values() for part in _parts(graph, group, taken)]
    return ChunkPlan(chunks=tuple(parts))


def candidates(graph: ModuleGraph, reach: Reach, group: ChunkGroup) -> Iterable[int]:
    """The modules that the group would take if there were no other, and no limit to its size."""
    entries = set(graph.entries)
    initial = (1 << reach.entry_count) - 1
    least = group.min_chunks
    for module, identity in enumerate(graph.ids):
        needed = reach.needed_by[module]
        if group.type == "initial":
            needed &= initial
        elif group.type == "async":
            needed &= ~initial
        # An entry stays the chunk that its page names.
        if module in entries or needed == 0 or needed.bit_count() < least:
            continue
        if matches(group, identity):
            yield module


def matches(group: ChunkGroup, module: str) -> bool:
    """Whether the group's ``test`` finds something in the module's id."""
    # With a leading slash, so that `[\\/]node_modules[\\/]` matches as it does on webpack's absolute paths.
    return not group.test or re.search(group.test, "/" + module.lstrip("\0")) is not None


def _is_worth_it(graph: ModuleGraph, reach: Reach, group: ChunkGroup, members: list[int]) -> bool:
    if not members:
        return False
    if not group.enforce and sum(graph.sizes[module] for module in members) < group.min_size:
        return False
    return not (group.reuse_existing_chunk and _is_whole_chunk(reach, members))


def _is_whole_chunk(reach: Reach, members: list[int]) -> bool:
    """Whether the engine's split would give exactly this chunk anyway."""
    masks = {reach.reached_by[module] for module in members}
    return len(masks) == 1 and sum(mask in masks for mask in reach.reached_by) == len(members)


def _break_cycles(graph: ModuleGraph, reach: Reach, taken: dict[int, str]) -> None:
    """Gives back the modules from which a way leads out of their group's chunk and into it again."""
    while True:
        chunk_of: list[Key] = [
            (taken[module], 0) if module in taken else ("", mask) for module, mask in enumerate(reach.reached_by)
        ]
        edges = _chunk_edges(graph, chunk_of)
        offenders = _offenders(graph, chunk_of, edges, taken)
        if not offenders:
            return
        for module in offenders:
            del taken[module]


def _chunk_edges(graph: ModuleGraph, chunk_of: list[Key]) -> Mapping[Key, set[Key]]:
    edges: defaultdict[Key, set[Key]] = defaultdict(set)
    for module, imports in enumerate(graph.imports):
        own = chunk_of[module]
        for imported in imports:
            if chunk_of[imported] != own:
                edges[own].add(chunk_of[imported])
    return edges


def _offenders(
    graph: ModuleGraph, chunk_of: list[Key], edges: Mapping[Key, set[Key]], taken: Mapping[int, str]
) -> list[int]:
    """Modules of the first group in a cycle that import, through members of the group, something that leads back."""
    for name in sorted(set(taken.values())):
        leads_back = _leading_to(edges, (name, 0))
        if not leads_back:
            continue
        members = [module for module, group in taken.items() if group == name]
        guilty = {
            module for module in members if any(chunk_of[imported] in leads_back for imported in graph.imports[module])
        }
        # Importers of a guilty member inside the group would reach out through it once it is gone.
        importers: defaultdict[int, list[int]] = defaultdict(list)
        for module in members:
            for imported in graph.imports[module]:
                importers[imported].append(module)
        queue = list(guilty)
        while queue:
            for importer in importers[queue.pop()]:
                if importer not in guilty:
                    guilty.add(importer)
                    queue.append(importer)
        if guilty:
            return sorted(guilty)
    return []


def _leading_to(edges: Mapping[Key, set[Key]], target: Key) -> set[Key]:
    """Chunks, other than the target, that lie on a cycle through it: they lead to it and are reached from it."""
    backwards: defaultdict[Key, set[Key]] = defaultdict(set)
    for source, targets in edges.items():
        for one in targets:
            backwards[one].add(source)
    return _closure(edges, target) & _closure(backwards, target)


def _closure(edges: Mapping[Key, set[Key]], start: Key) -> set[Key]:
    seen: set[Key] = set()
    queue = [start]
    while queue:
        for following in edges.get(queue.pop(), ()):
            if following not in seen and following != start:
                seen.add(following)
                queue.append(following)
    return seen


def _parts(graph: ModuleGraph, group: ChunkGroup, taken: Mapping[int, str]) -> list[PlannedChunk]:
    """One chunk, or several of at most ``max_size`` where the group has that limit."""
    members = sorted((module for module, name in taken.items() if name == group.name), key=graph.ids.__getitem__)
    if not members:
        return []
    if group.enforce or group.max_size is None or sum(graph.sizes[module] for module in members) <= group.max_size:
        return [PlannedChunk(name=group.name, group=group.name, modules=tuple(members))]
    slices = _slices(graph, _dependencies_first(graph, members), group.max_size)
    return [
        PlannedChunk(name=f"{group.name}-{number}", group=group.name, modules=tuple(part))
        for number, part in enumerate(slices, 1)
    ]


def _slices(graph: ModuleGraph, components: list[list[int]], max_size: int) -> list[list[int]]:
    """Consecutive pieces of a dependency order: an import never leads to a later piece, so they cannot form a cycle."""
    pieces: list[list[int]] = [[]]
    size = 0
    for component in components:
        weight = sum(graph.sizes[module] for module in component)
        if pieces[-1] and size + weight > max_size:
            pieces.append([])
            size = 0
        pieces[-1].extend(component)
        size += weight
    return pieces


def _dependencies_first(graph: ModuleGraph, members: list[int]) -> list[list[int]]:
    """Modules of one cycle together, each after those that it imports; ``members`` are in order of their ids."""
    inside = set(members)
    imports = {module: [imported for imported in graph.imports[module] if imported in inside] for module in members}
    return [sorted(component, key=graph.ids.__getitem__) for component in strongly_connected(imports)]
