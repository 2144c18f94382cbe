"""Answers the engine's request for a plan, while it waits with the whole graph in hand."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from perfbuild import messages
from perfbuild.config import ChunkGroup, Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.protocol import PlanRequest, RouteFound
from perfbuild.model import ChunkPlan, LinkedModule, ModuleGraph, Page
from perfbuild.stages.link.group_problems import group_problems
from perfbuild.stages.link.groups import plan_groups
from perfbuild.stages.link.problems import mention
from perfbuild.stages.link.reach import Reach, reach
from perfbuild.stages.link.root_visits import is_weighted, root_visits
from perfbuild.stages.link.style_merging import merge_scoped
from perfbuild.stages.link.style_visits import STYLE_WRITERS, PageEntries, StyleVisits
from perfbuild.stages.link.styles import StylePlan, plan_styles
from perfbuild.stages.link.workspace import is_workspace_package, workspace_of

#: What most guides configure; used by the strategy "groups" when the project names none of its own.
WELL_KNOWN_GROUPS = (
    ChunkGroup(name="vendors", test=r"[\\/]node_modules[\\/]", priority=10),
    ChunkGroup(name="common", min_chunks=2, priority=5),
)


def chunk_groups(config: Config) -> tuple[ChunkGroup, ...]:
    """The groups in force: the configured ones, else those that the strategy brings."""
    if config.chunks.strategy == "groups" and not config.chunks.groups:
        return WELL_KNOWN_GROUPS
    return config.chunks.groups


class Planner:
    """Plans once, and keeps what others want to know of the graph."""

    def __init__(self, config: Config, pages: tuple[Page, ...], entries: PageEntries, diagnostics: Diagnostics) -> None:
        self.config = config
        self.pages = pages
        self.entries = entries
        self.diagnostics = diagnostics
        self.visits: Mapping[str, float] = {}
        """By module, of those that visits ask for; empty where nothing is known of them: all roots then count alike."""
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="perfbuild-modules")
        self._modules: Future[tuple[LinkedModule, ...]] | None = None

    def answer(self, params: msgspec.Raw) -> dict[str, Any]:
        """The engine's request ``plan`` -> chunks, stylesheet files, and each root's stylesheets."""
        request = msgspec.json.decode(params, type=PlanRequest)
        graph = _graph(request)
        self._check_places(request, graph)
        reached = reach(graph)
        groups = chunk_groups(self.config)
        chunks = plan_groups(graph, reached, groups) if groups else ChunkPlan(chunks=())
        for problem in group_problems(graph, reached, self.config.chunks.groups, chunks):
            self.diagnostics.report(problem)
        names = {module: name for module, name in graph.chunk_names.items() if module >= 0}
        styles = plan_styles(graph, reached, request.styles, names)
        if self.config.chunks.strategy == "auto":
            self.visits = self._visits(request.routes, graph)
            styles = self._merged(request, graph, reached, styles)
        self._modules = self._modules or self._aside.submit(_modules, graph)  # while the engine goes on
        return {
            "chunks": [{"name": chunk.name, "modules": chunk.modules} for chunk in chunks.chunks],
            "styles": [{"name": file.name, "modules": file.modules} for file in styles.files],
            "roots": styles.roots,
        }

    def _visits(self, routes: tuple[RouteFound, ...], graph: ModuleGraph) -> Mapping[str, float]:
        if not is_weighted(self.config):
            return {}
        self._modules = self._aside.submit(_modules, graph)
        return root_visits(routes, self.config, self.modules(), self.pages, self.diagnostics)

    def _merged(self, request: PlanRequest, graph: ModuleGraph, reached: Reach, plan: StylePlan) -> StylePlan:
        if not request.scoped_styles or len(plan.files) < 2:
            return plan
        hosts = self.entries.hosts(frozenset(graph.ids[root] for root in plan.roots))
        weights = {root: weight for root in reached.roots if (weight := self.visits.get(graph.ids[root])) is not None}
        visits = StyleVisits(
            reached,
            weights=weights,
            hosts=(root for root in plan.roots if graph.ids[root] in hosts),
            writers=(module for module, name in enumerate(graph.ids) if _package(name) in STYLE_WRITERS),
        )
        sizes = dict(zip(request.styles, request.style_sizes, strict=True))
        return merge_scoped(plan, sizes, frozenset(request.scoped_styles), visits, self.config.chunks.request_cost)

    def modules(self) -> tuple[LinkedModule, ...]:
        """Every module of the graph that was planned."""
        return self._modules.result() if self._modules else ()

    def _check_places(self, request: PlanRequest, graph: ModuleGraph) -> None:
        """Modules outside the root may come from packages of the workspace only."""
        workspace = workspace_of(self.config.root)
        strays = {module for module, path in request.paths if not is_workspace_package(Path(path), workspace)}
        found = sorted(
            (graph.ids[module], graph.ids[stray])
            for module, (static, lazy) in enumerate(zip(graph.imports, graph.dynamic_imports, strict=True))
            for stray in strays.intersection((*static, *lazy))
        )
        for importer, stray in found:
            specifier, location = mention(self.config.root, importer, stray)
            self.diagnostics.report(messages.outside_root(specifier, location))


def _modules(graph: ModuleGraph) -> tuple[LinkedModule, ...]:
    """With their importers, by id."""
    ids = graph.ids
    static_importers: list[set[str]] = [set() for _ in ids]
    lazy_importers: list[set[str]] = [set() for _ in ids]
    for module, (static, lazy) in enumerate(zip(graph.imports, graph.dynamic_imports, strict=True)):
        for imported in static:
            static_importers[imported].add(ids[module])
        for imported in lazy:
            lazy_importers[imported].add(ids[module])
    modules = (
        LinkedModule(
            id=module,
            package=_package(module),
            importers=tuple(sorted(by | lazily)),
            dynamic_importers=tuple(sorted(lazily - by)),
        )
        for module, by, lazily in zip(ids, static_importers, lazy_importers, strict=True)
    )
    return tuple(sorted(modules, key=lambda module: module.id))


def _graph(request: PlanRequest) -> ModuleGraph:
    graph = ModuleGraph(
        ids=request.ids,
        sizes=request.sizes,
        imports=request.imports,
        dynamic_imports=request.dynamic_imports,
        entries=request.entries,
    )
    return replace(graph, chunk_names=request.chunk_names) if request.chunk_names else graph


def _package(module: str) -> str | None:
    """The npm package of a module: what follows its last ``node_modules``."""
    _, found, rest = ("/" + module.lstrip("\0")).rpartition("/node_modules/")
    if not found:
        return None
    parts = rest.split("/")
    return posixpath.join(*parts[: 2 if rest.startswith("@") else 1])
