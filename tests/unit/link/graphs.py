"""Module graphs for tests: written by hand, drawn at random, shuffled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from perfbuild.model import ModuleGraph


def graph_of(
    imports: Mapping[str, str],
    *,
    entries: str,
    lazy: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> ModuleGraph:
    """A graph from names: ``{"main": "a b", "a": "c"}`` with entries ``"main"`` and dynamic imports ``{"a":
    "page"}``."""
    lazy = lazy or {}
    mentioned = [*imports, *lazy, *entries.split()]
    mentioned += [name for targets in (*imports.values(), *lazy.values()) for name in targets.split()]
    ids = tuple(dict.fromkeys(mentioned))
    place = {name: index for index, name in enumerate(ids)}
    return ModuleGraph(
        ids=ids,
        sizes=tuple((sizes or {}).get(name, 100) for name in ids),
        imports=tuple(tuple(place[to] for to in imports.get(name, "").split()) for name in ids),
        dynamic_imports=tuple(tuple(place[to] for to in lazy.get(name, "").split()) for name in ids),
        entries=tuple(place[name] for name in entries.split()),
    )


def shuffled(graph: ModuleGraph, order: Sequence[int]) -> ModuleGraph:
    """The same graph with its modules found in another order: ``order[new]`` is the old place."""
    new = {old: place for place, old in enumerate(order)}
    return ModuleGraph(
        ids=tuple(graph.ids[old] for old in order),
        sizes=tuple(graph.sizes[old] for old in order),
        imports=tuple(tuple(new[to] for to in graph.imports[old]) for old in order),
        dynamic_imports=tuple(tuple(new[to] for to in graph.dynamic_imports[old]) for old in order),
        entries=tuple(new[entry] for entry in graph.entries),
    )


@st.composite
def graphs(draw: st.DrawFn, *, most: int = 14) -> ModuleGraph:
    """Any graph whose modules are all reached from an entry, as the engine's are; with cycles and repeats."""
    count = draw(st.integers(1, most))
    modules = st.integers(0, count - 1)
    edges = st.lists(st.lists(modules, max_size=3), min_size=count, max_size=count)
    lazy = st.lists(st.lists(modules, max_size=1), min_size=count, max_size=count)
    kinds = ("src/{}.js", "node_modules/lib/{}.js", "src/{}.css")
    static, dynamic = [list(targets) for targets in draw(edges)], draw(lazy)
    starts = draw(st.lists(modules, min_size=1, max_size=3, unique=True))
    for module in range(count):
        if module not in _reached(static, dynamic, starts):
            static[starts[0]].append(module)
    return ModuleGraph(
        ids=tuple(draw(st.sampled_from(kinds)).format(index) for index in range(count)),
        sizes=tuple(draw(st.lists(st.integers(0, 50), min_size=count, max_size=count))),
        imports=tuple(map(tuple, static)),
        dynamic_imports=tuple(map(tuple, dynamic)),
        entries=tuple(starts),
    )


def _reached(imports: list[list[int]], lazy: list[list[int]], starts: list[int]) -> set[int]:
    seen, queue = set(starts), list(starts)
    while queue:
        module = queue.pop()
        for target in (*imports[module], *lazy[module]):
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return seen
