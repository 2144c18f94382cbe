"""Which stylesheet files there are, and in which order each root links them.

JavaScript chunks cannot keep the cascade: a rule of a shared chunk always comes before the entry's own, wherever its
import stood. So stylesheets are cut on their own: each root (entry or lazy chunk) has its list of imported CSS in
execution order, and a file is a run of modules that stand together, in the same order, in the list of every root that
has them. Linking a root's files in order then gives exactly its list. See docs/design/stylesheets.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePosixPath

import msgspec

from perfbuild.model import ModuleGraph
from perfbuild.stages.link.reach import Reach


class StyleFile(msgspec.Struct, frozen=True, kw_only=True):
    """Stylesheet modules that become one file, in order."""

    name: str
    modules: tuple[int, ...]


class StylePlan(msgspec.Struct, frozen=True, kw_only=True):
    files: tuple[StyleFile, ...]
    roots: Mapping[int, tuple[int, ...]]
    """Root module -> places in ``files``, in cascade order."""


def plan_styles(graph: ModuleGraph, reach: Reach, styles: tuple[int, ...], names: Mapping[int, str]) -> StylePlan:
    """``styles`` are the modules that are stylesheets; ``names`` gives the stem of a root's file."""
    if not styles:
        return StylePlan(files=(), roots={})
    leads = _leads_to_style(graph, styles)
    lists = {
        root: _cascade(graph, reach, place, leads, frozenset(styles))
        for place, root in enumerate(reach.roots)
        if leads[root]
    }
    lists = {root: order for root, order in lists.items() if order}
    runs = _runs(lists)
    files = tuple(StyleFile(name=_name(graph, run, owners, names), modules=run) for run, owners in runs)
    places = {run[0]: place for place, (run, _) in enumerate(runs)}
    return StylePlan(
        files=files,
        roots={root: tuple(places[module] for module in order if module in places) for root, order in lists.items()},
    )


def _leads_to_style(graph: ModuleGraph, styles: tuple[int, ...]) -> bytearray:
    """Modules from which a stylesheet is reached by static imports; walks the imports backwards."""
    importers: defaultdict[int, list[int]] = defaultdict(list)
    for module, imported in enumerate(graph.imports):
        for target in imported:
            importers[target].append(module)
    leads = bytearray(len(graph.ids))
    queue = list(styles)
    while queue:
        module = queue.pop()
        if not leads[module]:
            leads[module] = 1
            queue.extend(importers[module])
    return leads


def _cascade(graph: ModuleGraph, reach: Reach, place: int, leads: bytearray, styles: frozenset[int]) -> tuple[int, ...]:
    """The root's own stylesheets in execution order (ECMA-262, depth first, imports before the importer)."""
    needed = reach.needed_by
    root = reach.roots[place]
    order: list[int] = []
    seen = {root}
    stack = [(root, iter(graph.imports[root]))]
    while stack:
        module, rest = stack[-1]
        for imported in rest:
            if leads[imported] and imported not in seen and needed[imported] >> place & 1:
                seen.add(imported)
                stack.append((imported, iter(graph.imports[imported])))
                break
        else:
            if module in styles:
                order.append(module)
            stack.pop()
    return tuple(order)


def _runs(lists: Mapping[int, tuple[int, ...]]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Longest runs of modules that every root has together; with the roots that have them."""
    owners: defaultdict[int, list[int]] = defaultdict(list)
    successors: defaultdict[int, set[int | None]] = defaultdict(set)
    for root, order in lists.items():
        for module, following in zip(order, (*order[1:], None), strict=True):
            owners[module].append(root)
            successors[module].add(following)
    runs: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    placed: set[int] = set()
    for order in lists.values():
        run: list[int] = []
        for module in order:
            if module in placed:
                continue
            if run and not (successors[run[-1]] == {module} and owners[run[-1]] == owners[module]):
                runs.append((tuple(run), tuple(owners[run[0]])))
                run = []
            run.append(module)
            placed.add(module)
        if run:
            runs.append((tuple(run), tuple(owners[run[0]])))
    return runs


def _name(graph: ModuleGraph, run: tuple[int, ...], owners: tuple[int, ...], names: Mapping[int, str]) -> str:
    if len(owners) == 1 and owners[0] in names:
        return names[owners[0]]
    named_after = owners[0] if len(owners) == 1 else run[0]
    return PurePosixPath(graph.ids[named_after].partition("?")[0]).name.partition(".")[0]
