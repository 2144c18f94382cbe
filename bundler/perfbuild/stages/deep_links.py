"""Deep links: a page of an application asks for the files of the route in its address before the entry has run.

The reasons, and what was rejected, stand in docs/design/deep-links.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from perfbuild import messages
from perfbuild.diagnostics import Diagnostics, Location
from perfbuild.html import placeholders
from perfbuild.html.editing import skip_blank
from perfbuild.html.tokens import Attribute, attributes
from perfbuild.model import Chunk, Linked, Page, RouteRecord
from perfbuild.stages.chunk_graph import ChunkGraph
from perfbuild.stages.content_policies import blocks_inline_scripts, head_tags, says
from perfbuild.stages.route_expressions import RoutePattern, parse_pattern
from perfbuild.stages.routes import page_entries

#: ``runtime/deep-link.js`` as the engine minifies it; tests/engine/test_deep_link.py holds the two together.
_SCRIPT = (
    "{let{nonce:e}=document.currentScript,t=NAMES,n=document.baseURI,r=new URL(BASE,n),"
    "i=r.origin==location.origin?r.pathname:`/`;document.perfbuildPreload=({pathname:r,hash:a},o=``)=>{"
    "let s=r+`/`,c=s.startsWith(i)?s.slice(i.length-1):o?` `:s,l;"
    "return(PATTERN.exec(a[1]==`/`?a.slice(1):c)||[]).forEach((r,i)=>{if(!(r==null||o>LEVELS[i])){l=[];"
    "for(let r of ROUTES[i]){let i=t[r];if(t[r]=``,!i)continue;let a=document.createElement(`link`),"
    "s=i.endsWith(`.css`),c=o?`prefetch`:`preload`;Object.assign(a,{"
    "rel:s?a.relList.supports(c)?c:`preload`:`modulepreload`,as:s?`style`:``,crossOrigin:``,nonce:e,"
    "href:new URL(i,n)}),document.head.append(a),l.push(a)}}}),l},"
    "setTimeout(document.perfbuildPreload,WAIT/navigator.connection?.downlink,location)}"
)
_BLANKS = re.compile(r"\b(?:BASE|PATTERN|NAMES|ROUTES|LEVELS|WAIT)\b")
#: Compressed bytes that a minified byte comes to, about; what a host sends is not known before the pages are.
_COMPRESSED = 0.28


class PageRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A route of a page's application, with the output paths that it needs beside what the page asks for anyway."""

    path: str
    pattern: RoutePattern
    files: tuple[str, ...]
    preload: bool = False
    """Whether the sources ask to fetch it ahead."""

    @property
    def level(self) -> int:
        """Which links fetch it ahead: 2 any, 1 those of the policy, 0 none, since it takes every address."""
        takes_all = bool(self.pattern.parts) and all(part.kind == "rest" for part in self.pattern.parts)
        return 0 if takes_all else 2 if self.preload else 1


class RouteTable(msgspec.Struct, frozen=True, kw_only=True):
    """What the inline script looks addresses up in."""

    pattern: str
    """Source of a regular expression with one group a route."""
    files: tuple[str, ...]
    """Output paths."""
    routes: tuple[tuple[int, ...], ...]
    """For each group the places of its files in ``files``."""
    levels: tuple[int, ...] = ()
    """For each group the :attr:`PageRoute.level` of its route."""
    wait: int = 0
    """Kilobits of the page's own scripts that are to come before the files of the route."""


# --- which routes ---------------------------------------------------------------------------------


def page_routes(page: Page, linked: Linked, graph: ChunkGraph) -> tuple[PageRoute, ...]:
    """The routes whose chunks the page's entries reach, one for each pattern; the first that fits an address counts.

    Routes without files of their own are among them, since they stand before others. Empty for a page that loads no
    lazy route, and for one that fetches its scripts with credentials, which the runtime's own preloads are without.
    """
    entries = tuple(page_entries(page, linked).values())
    if not entries or not linked.routes or _fetches_with_credentials(page):
        return ()
    chunks = _ComponentChunks(graph, entries)
    present = _present(page, entries, linked, graph)
    found: dict[str, tuple[RouteRecord, PageRoute]] = {}
    for record in linked.routes:
        pattern = parse_pattern(record.path)
        own = chunks.of(record)
        if pattern is None or own is None:
            continue
        files = tuple(file for file in _with_styles(own, graph) if file not in present)
        key = pattern.expression().lower()
        if key not in found or _goes_on(record, found[key][0]):
            preload = record.preload or (key in found and found[key][1].preload)
            found[key] = (record, PageRoute(path=record.path, pattern=pattern, files=files, preload=preload))
    routes = sorted((route for _, route in found.values()), key=lambda route: route.pattern.precedence)
    return tuple(routes) if any(route.files for route in routes) else ()


def _fetches_with_credentials(page: Page) -> bool:
    for script in page.module_scripts:
        tag = attributes(page.text, script.element.start, script.content.start)
        if "crossorigin" in tag and tag["crossorigin"].value.strip().lower() not in ("", "anonymous"):
            return True
    return False


def _goes_on(record: RouteRecord, before: RouteRecord) -> bool:
    """Whether a record of the same pattern is the index of the layout that the one before it stands for."""
    count = len(before.components)
    return len(record.components) > count and record.components[:count] == before.components


class _ComponentChunks:
    """Finds the chunks of a route's components among those that the entries reach."""

    def __init__(self, graph: ChunkGraph, entries: tuple[str, ...]) -> None:
        self._graph = graph
        self._at_start = frozenset(graph.closure(entries))
        self._reached = self._at_start.union(
            graph.closure(chunk.file for chunk in graph.dynamic_imports(entries)),
        )
        self._homes: dict[str, str] = {}
        for file in sorted(self._reached):
            chunk = graph.chunks.get(file)
            for module in chunk.modules if chunk else ():
                self._homes.setdefault(module.id, file)

    def of(self, record: RouteRecord) -> tuple[Chunk, ...] | None:
        """The lazy chunks, layouts first; None for a route of another page."""
        found = [self._chunk(component) for component in record.components]
        reached = [chunk for chunk in found if chunk is not None and chunk.file in self._reached]
        if any(found) and not reached:
            return None
        return tuple(chunk for chunk in reached if chunk.file not in self._at_start)

    def _chunk(self, module: str) -> Chunk | None:
        chunk = self._graph.of_module(module)
        home = self._homes.get(module)
        return chunk if chunk is not None or home is None else self._graph.chunks[home]


def _with_styles(chunks: tuple[Chunk, ...], graph: ChunkGraph) -> tuple[str, ...]:
    """What the runtime loads for the chunks: their stylesheets, their static closure, and what they preload."""
    styles = [style for chunk in chunks for style in chunk.css]
    files = [file for chunk in chunks for file in (chunk.file, *chunk.preload)]
    return tuple(dict.fromkeys((*styles, *graph.closure(files))))


def _present(page: Page, entries: Iterable[str], linked: Linked, graph: ChunkGraph) -> frozenset[str]:
    """What every visit to the page loads, by its own words or by those that render adds."""
    found = [graph.chunks[entry] for entry in entries if entry in graph.chunks]
    files = {file for chunk in found for file in (chunk.file, *chunk.preload)}
    for preload in page.module_preloads:
        chunk = graph.of_module(preload.target)
        files.update([chunk.file] if chunk else [])
    styles = {style for chunk in found for style in chunk.css}
    for reference in page.references:
        if reference.kind == "stylesheet" and not reference.public and reference.loads:
            styles.add(linked.references[reference.target])
    return frozenset(styles.union(graph.closure(sorted(files))))


def entry_wait(page: Page, linked: Linked, graph: ChunkGraph) -> int:
    """:attr:`RouteTable.wait`: four fifths of the page's entries and their static closure.

    The last fifth is on its way while the request for the route's files is.
    """
    scripts = graph.closure(page_entries(page, linked).values())
    size = sum(len(linked.files[file].content or b"") for file in scripts if file in linked.files)
    return round(size * _COMPRESSED * 8 * 0.8 / 1000)


def routes_folder(page: Page, routes: Iterable[PageRoute]) -> str:
    """The folder below which the routes of a page are, '' for the root.

    A page in a folder usually has a router that is told of the folder, so that its patterns leave it out.
    """
    folder = page.path.rpartition("/")[0]
    inside = any(f"{route.path}/".startswith(f"/{folder}/") for route in routes)
    return "" if inside else folder


# --- the script -----------------------------------------------------------------------------------


def route_table(page: Page, routes: tuple[PageRoute, ...], *, wait: int = 0, whole: bool = False) -> RouteTable:
    """The routes as the script reads them; one without files stays where it stands before one with a parameter.

    ``whole``: every one stays, since whoever fetches what links lead to has to know routes from pages.
    """
    kept = [
        route
        for place, route in enumerate(routes)
        if whole or route.files or any(later.files and not later.pattern.is_static for later in routes[place + 1 :])
    ]
    folder = routes_folder(page, routes)
    below = parse_pattern(f"/{folder}") if folder else None
    optional = f"(?:{below.expression()})?" if below else ""
    groups = "|".join(f"({route.pattern.expression()})" for route in kept)
    files = tuple(dict.fromkeys(file for route in kept for file in route.files))
    places = {file: place for place, file in enumerate(files)}
    return RouteTable(
        pattern=rf"^{optional}(?:{groups})\/*(?:\?|$)",
        files=files,
        routes=tuple(tuple(places[file] for file in route.files) for route in kept),
        levels=tuple(route.level for route in kept),
        wait=wait,
    )


def deep_link_script(table: RouteTable, base: str, url: Callable[[str], str]) -> str:
    """The text of the inline script. ``base`` is the URL of the site's root and ``url`` makes one of an output path."""
    values = {
        "BASE": literal(base),
        "PATTERN": f"/{table.pattern}/i",
        "NAMES": literal([url(file) for file in table.files]),
        # An empty text first: no group has the number 0, and no template reads "[[" then.
        "ROUTES": literal(["", *table.routes]),
        "LEVELS": literal("".join(map(str, (0, *table.levels)))),
        "WAIT": str(table.wait),
    }
    return _BLANKS.sub(lambda blank: values[blank[0]], _SCRIPT)


def literal(value: object) -> str:
    """JSON that is safe in a script element, also of XHTML."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


# --- where it may stand ---------------------------------------------------------------------------


def may_hold_script(page: Page, diagnostics: Diagnostics) -> bool:
    """Whether the page's own Content-Security-Policy lets an inline script run; reports it where it does not."""
    blocked = blocks_inline_scripts(page)
    if blocked:
        diagnostics.report(messages.deep_links_blocked(Location(file=page.path)))
    return not blocked


def early_place(page: Page) -> int | None:
    """The first offset at which the page can be told to fetch: after the import map, and after what says how to read
    the page and what it may load. None where a template decides what of these there is.
    """
    anchors = page.anchors
    place = max(anchors.head_start, anchors.modulepreload)
    for start, end in _first_things(page):
        place = max(place, end) if start >= anchors.head_start else place
    if placeholders.statement_between(page.text, anchors.head_start, place):
        return None
    return skip_blank(page.text, place)


def _first_things(page: Page) -> list[tuple[int, int]]:
    return [
        (token.start, token.end)
        for token in head_tags(page)
        if token.name == "base" or (token.name == "meta" and _is_first(attributes(page.text, token.start, token.end)))
    ]


def _is_first(tag: Mapping[str, Attribute]) -> bool:
    equivalent = tag.get("http-equiv")
    return "charset" in tag or any(says(equivalent, name) for name in ("content-type", "content-security-policy"))
