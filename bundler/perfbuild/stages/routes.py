"""What a first visit to each route downloads, as far as the files themselves say so.

docs/design/page-editing.md, "What a route downloads", gives the rules and their reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from perfbuild.html.urls import page_url
from perfbuild.model import Chunk, Linked, Page, Project, RouteFiles, RouteRecord
from perfbuild.stages.chunk_graph import ChunkGraph


def page_entries(page: Page, linked: Linked) -> Mapping[int, str]:
    """The entry chunks of a page's runs of module scripts, by run."""
    runs = dict.fromkeys(script.run for script in page.module_scripts)
    return {run: linked.entries[f"{page.path}#{run}"] for run in runs}


def find_routes(
    project: Project,
    pages: tuple[Page, ...],
    linked: Linked,
    inside: Mapping[str, Collection[str]],
) -> tuple[RouteFiles, ...]:
    """Every page, then every lazy route once: with the first page that reaches it, or else with a configured entry.

    A lazy route has the pattern of its address where the sources or the configuration state one, else its chunk's name.
    A page whose application has a route at the page's own address downloads what that one loads too. ``inside`` are the
    files that stand in a page themselves, by page: nobody asks for them there.
    """
    graph = ChunkGraph(linked)
    visits = {page.path: _Visit(page, pages, linked, graph, inside).files() for page in pages}
    starts = [_Start(page.path, tuple(page_entries(page, linked).values()), visits[page.path], graph) for page in pages]
    for entry in project.entries:
        file = linked.entries.get(entry.name)
        if file is not None and file in graph.chunks:  # not so for a stylesheet that is an entry
            starts.append(_Start(None, (file,), _with_styles((file,), graph), graph))
    lazy = _LazyRoutes(linked.routes, pages, graph)
    later = [route for start in starts for route in lazy.of(start)]
    return (
        *(
            RouteFiles(
                path=page_url(page.path), kind="page", source=page.path, files=lazy.with_own(page, visits[page.path])
            )
            for page in pages
        ),
        *later,
    )


class _Start:
    """The entry chunks of a page or configured entry, what its first visit downloads, and where that may lead."""

    def __init__(self, page: str | None, entries: tuple[str, ...], files: tuple[str, ...], graph: ChunkGraph) -> None:
        self.page = page
        self.files = files
        self.lazy = graph.dynamic_imports(entries)
        self._graph = graph
        self._at_start = frozenset(graph.closure(entries))
        self._homes: dict[str, Chunk] = {}

    def chunks_of(self, record: RouteRecord) -> tuple[Chunk, ...]:
        """The lazy chunks of a route, its layouts' first; none where its own component comes with the start."""
        found = [self._chunk(component) for component in record.components]
        if not found or found[-1] is None:
            return ()
        return tuple(chunk for chunk in found if chunk is not None)

    def _chunk(self, component: str) -> Chunk | None:
        if not self._homes:
            reached = self._graph.closure(chunk.file for chunk in self.lazy)
            for chunk in (self._graph.chunks[file] for file in reached if file not in self._at_start):
                for module in (chunk.facade, *chunk.facades, *(module.id for module in chunk.modules)):
                    self._homes.setdefault(module or "", chunk)
        named = self._graph.of_module(component)
        return named if named in self.lazy else self._homes.get(component)


class _LazyRoutes:
    """Gives every lazy route its name, once."""

    def __init__(self, records: tuple[RouteRecord, ...], pages: tuple[Page, ...], graph: ChunkGraph) -> None:
        self._records = records
        self._graph = graph
        self._taken = {page_url(page.path) for page in pages}
        self._named: set[str] = set()
        self._own: dict[str, tuple[str, ...]] = {}

    def of(self, start: _Start) -> Iterator[RouteFiles]:
        """The routes that begin here and not before: those with a pattern, then chunks that belong to none."""
        yield from self._stated(start)
        for chunk in start.lazy:
            if chunk.reason == "route" and chunk.file not in self._named:
                self._named.add(chunk.file)
                yield self._route(chunk.name, chunk.facade or chunk.name, start, (chunk,))

    def _stated(self, start: _Start) -> Iterator[RouteFiles]:
        found = [(record, chunks) for record in self._records if (chunks := start.chunks_of(record))]
        folder = _routes_folder(start.page, [record.path for record, _ in found])
        for record, chunks in found:
            path = _below(folder, record.path)
            if start.page is not None and path == page_url(start.page):
                self._own.setdefault(start.page, _with_styles(tuple(chunk.file for chunk in chunks), self._graph))
            elif path in self._taken:
                continue
            else:
                self._taken.add(path)
                yield self._route(path, record.components[-1], start, chunks)
            self._named.update(chunk.file for chunk in chunks)

    def with_own(self, page: Page, files: tuple[str, ...]) -> tuple[str, ...]:
        """What a visit to a page downloads, with the route at its address."""
        return tuple(dict.fromkeys((*files, *self._own.get(page.path, ()))))

    def _route(self, path: str, source: str, start: _Start, chunks: tuple[Chunk, ...]) -> RouteFiles:
        own = _with_styles(tuple(chunk.file for chunk in chunks), self._graph)
        return RouteFiles(path=path, kind="lazy", source=source, files=tuple(dict.fromkeys((*start.files, *own))))


def _routes_folder(page: str | None, paths: list[str]) -> str:
    """The folder below which an application's patterns are: that of its page, whose router is told of it, unless they
    have it themselves."""
    folder = "" if page is None else page.rpartition("/")[0]
    return "" if any(f"{path}/".startswith(f"/{folder}/") for path in paths) else folder


def _below(folder: str, path: str) -> str:
    return f"/{folder}/{path.lstrip('/')}" if folder else path


def _with_styles(files: tuple[str, ...], graph: ChunkGraph) -> tuple[str, ...]:
    """Chunks with their stylesheets, static imports and preloads, in the order in which a page asks for them."""
    styles = [style for file in files for style in graph.chunks[file].css]
    preloads = [preload for file in files for preload in graph.chunks[file].preload]
    return tuple(dict.fromkeys((*styles, *graph.closure((*files, *preloads)))))


class _Visit:
    """A first visit to one page."""

    def __init__(
        self,
        page: Page,
        pages: tuple[Page, ...],
        linked: Linked,
        graph: ChunkGraph,
        inside: Mapping[str, Collection[str]],
    ) -> None:
        self._page = page
        self._inside = inside
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
            requests = sorted(self._requests(page), key=lambda request: request[0])
            inside = self._inside.get(page.path, ())
            found.update(dict.fromkeys(file for _, file in requests if file not in inside))
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
        snippet = self._linked.snippets.get(page.path)
        if snippet is not None and snippet.file is not None:
            yield page.anchors.body_end, snippet.file
        entries = page_entries(page, self._linked)
        for script in page.module_scripts:
            for file in _with_styles((entries[script.run],), self._graph):
                place = script.element.start if file in self._graph.chunks else page.anchors.head_end
                yield place, file
