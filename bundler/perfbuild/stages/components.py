"""Strongly connected components, of files that name one another and of modules that import one another."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)


def strongly_connected(graph: Mapping[Node, Iterable[Node]]) -> Iterator[list[Node]]:
    """The components of ``graph``, each after all components that it leads to (Tarjan 1972, without recursion)."""
    search = _Search(graph)
    for root in graph:
        if root not in search.index:
            yield from search.components_below(root)


class _Search(Generic[Node]):
    """A depth-first search; ``low`` is the smallest index on the stack that a node is known to lead to."""

    def __init__(self, graph: Mapping[Node, Iterable[Node]]) -> None:
        self._graph = graph
        self.index: dict[Node, int] = {}
        self._low: dict[Node, int] = {}
        self._stack: dict[Node, None] = {}
        self._path: list[tuple[Node, Iterator[Node]]] = []

    def components_below(self, root: Node) -> Iterator[list[Node]]:
        self._enter(root)
        while self._path:
            node, successors = self._path[-1]
            fresh = next((each for each in successors if not self._seen(node, each)), None)
            if fresh is not None:
                self._enter(fresh)
                continue
            self._path.pop()
            if self._path:
                parent = self._path[-1][0]
                self._low[parent] = min(self._low[parent], self._low[node])
            if self._low[node] == self.index[node]:
                yield self._unwind(node)

    def _enter(self, node: Node) -> None:
        self.index[node] = self._low[node] = len(self.index)
        self._stack[node] = None
        self._path.append((node, iter(self._graph[node])))

    def _seen(self, node: Node, successor: Node) -> bool:
        if successor in self._stack:
            self._low[node] = min(self._low[node], self.index[successor])
        return successor in self.index

    def _unwind(self, node: Node) -> list[Node]:
        component: list[Node] = []
        while not component or component[-1] != node:
            component.append(self._stack.popitem()[0])
        return component
