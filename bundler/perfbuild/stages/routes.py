"""What a first visit to each route downloads, as far as the files themselves say so.

docs/design/page-editing.md, "What a route downloads", gives the rules and their reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perfbuild.html.urls import page_url
from perfbuild.model import Linked, Page, Project, RouteFiles
from perfbuild.stages.chunk_graph import ChunkGraph


def page_entries(page: Page, linked: Linked) -> Mapping[int, str]:
    """The entry chunks of a page's runs of module scripts, by run."""
    runs = dict.fromkeys(script.run for script in page.module_scripts)
    return {run: linked.entries[f"{page.path}#{run}"] for run in runs}


def find_routes(project: Project, pages: tuple[Page, ...], linked: Linked) -> tuple[RouteFiles, ...]:
    """Every page, then every lazy route once: with the first page that reaches it, or else with a configured entry."""
    graph = ChunkGraph(linked)
    visits = {page.path: _Visit(page, pages, linked, graph).files() for page in pages}
    routes = [
        RouteFiles(path=page_url(page.path), kind="page", source=page.path, files=visits[page.path]) for page in pages
    ]
    starts = [(tuple(page_entries(page, linked).values()), visits[page.path]) for page in pages]
    for entry in project.entries:
        file = linked.entries.get(entry.name)
        if file is not None and file in graph.chunks:  # not so for a stylesheet that is an entry
            starts.append(((file,), _with_styles((file,), graph)))
    routes.extend(_lazy_routes(starts, graph))
    return tuple(routes)


def _lazy_routes(starts: list[tuple[tuple[str, ...], tuple[str, ...]]], graph: ChunkGraph) -> Iterator[RouteFiles]:
    """``starts`` are the entry chunks of a page or configured entry, with what its first visit downloads."""
    seen: set[str] = set()
    for entries, files in starts:
        for chunk in graph.dynamic_imports(entries):
            if chunk.reason != "route" or chunk.file in seen:
                continue
            seen.add(chunk.file)
            own = _with_styles((chunk.file,), graph)
            yield RouteFiles(
                path=chunk.name,
                kind="lazy",
                source=chunk.facade or chunk.name,
                files=tuple(dict.fromkeys((*files, *own))),
            )


def _with_styles(files: tuple[str, ...], graph: ChunkGraph) -> tuple[str, ...]:
    """Chunks with their stylesheets, static imports and preloads, in the order in which a page asks for them."""
    styles = [style for file in files for style in graph.chunks[file].css]
    preloads = [preload for file in files for preload in graph.chunks[file].preload]
    return tuple(dict.fromkeys((*styles, *graph.closure((*files, *preloads)))))


class _Visit:
    """A first visit to one page."""

    def __init__(self, page: Page, pages: tuple[Page, ...], linked: Linked, graph: ChunkGraph) -> None:
        self._page = page
        self._pages = {each.path: each for each in pages}
        self._linked = linked
        self._graph = graph

    def files(self) -> tuple[str, ...]:
        """The document and its files; pages in frames with theirs after it, each page once."""
        found: dict[str, None] = {}
        frames = {self._page.path: None}
        pending = [self._page]
        for page in pending:
            found[page.path] = None
            found.update(
                dict.fromkeys(file for _, file in sorted(self._requests(page), key=lambda request: request[0]))
            )
            for reference in page.references:
                framed = self._pages.get(reference.target) if reference.kind == "document" and reference.loads else None
                if framed and framed.path not in frames:
                    frames[framed.path] = None
                    pending.append(framed)
        return tuple(found)

    def _requests(self, page: Page) -> Iterator[tuple[int, str]]:
        """What one page asks for, each with the offset at which a browser finds it."""
        for reference in page.references:
            if reference.loads and reference.kind != "document":
                target = reference.target
                yield reference.span.start, target if reference.public else self._linked.references[target]
        for preload in page.module_preloads:
            if chunk := self._graph.of_module(preload.target):
                yield preload.span.start, chunk.file
        entries = page_entries(page, self._linked)
        for script in page.module_scripts:
            for file in _with_styles((entries[script.run],), self._graph):
                place = script.element.start if file in self._graph.chunks else page.anchors.head_end
                yield place, file
