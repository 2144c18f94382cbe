"""What passes between the stages: frozen data, tuples not lists, no behaviour beyond small derivations.

Paths named ``path`` or ``id`` are POSIX and relative to the project root (inputs) or to the output
folder (outputs); only fields typed :class:`pathlib.Path` are absolute. Positions are character offsets into
the decoded text, half open. Sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

# --- discover -> scan ---------------------------------------------------------------------------


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A JavaScript (or CSS) file that the configuration names, built without a page."""

    name: str
    path: str


class PublicFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file below ``public/``, copied as it is to the same path in the output."""

    path: str
    source: Path


class PreviousFile(msgspec.Struct, frozen=True, kw_only=True):
    """A script or stylesheet of a previous release, which browsers may have as a compression dictionary."""

    path: str
    """Its output path in that release."""
    source: Path
    size: int


class PreviousDelta(msgspec.Struct, frozen=True, kw_only=True):
    """A delta that a previous release has already; see :class:`Delta`."""

    previous: str
    dictionary: str
    source: Path


class PreviousRelease(msgspec.Struct, frozen=True, kw_only=True):
    """A release whose visitors are given deltas."""

    hashed: frozenset[str]
    """Output paths of its hashed files."""
    dictionaries: Mapping[str, tuple[PreviousFile, ...]]
    """What a browser may offer as dictionary, by the pattern of names (``assets/main-*.js``), sorted by path."""
    deltas: Mapping[str, tuple[PreviousDelta, ...]] = msgspec.field(default_factory=dict)
    """By the file that they are deltas of: for visitors of the releases before it."""


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to build."""

    root: Path
    pages: tuple[str, ...]
    entries: tuple[Entry, ...]
    public: tuple[PublicFile, ...]
    previous: tuple[PreviousRelease, ...] = ()
    """The latest first."""


# --- scan -> link, render -----------------------------------------------------------------------


class Span(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Half-open character range of a page's decoded text."""

    start: int
    end: int


#: What a reference is used as; it decides how the file is processed and which budget type it counts in.
#: ``script`` is a classic script, ``stylesheet`` a linked one, ``media`` audio and video, ``document`` a page
#: in an iframe, ``other`` anything else that is copied with a hash.
ReferenceKind = Literal["script", "stylesheet", "image", "icon", "font", "media", "manifest", "document", "other"]

#: How text is written at a span, so that an edit is escaped as its surroundings ask.
Syntax = Literal["attribute", "unquoted", "text", "css-attribute"]


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A local URL in a page, outside module scripts: one candidate of a ``srcset`` is one reference."""

    kind: ReferenceKind
    url: str
    """The URL as the browser sees it (character references decoded, white space trimmed)."""
    target: str
    """The referenced file, root-relative, without query and fragment; percent escapes decoded."""
    suffix: str
    """Query and fragment as written, '' if none: ``#cart`` of ``icons.svg#cart``."""
    span: Span
    """The URL itself in the page's text, without quotes and surrounding white space."""
    syntax: Syntax
    public: bool = False
    """True when the target is a public file, which is copied and not hashed."""
    absolute: bool = False
    """True where only an absolute URL makes sense (``og:image``), so that ``base`` is prefixed when it is an origin."""
    same_origin: bool = False
    """True where browsers take no file of another origin (``<use href>``), so that a ``base`` with one is left out."""
    loads: bool = True
    """False where a first visit does not fetch it: links, icons, Open Graph images, srcset candidates beside the
    fallback, media that do not play by themselves, ``nomodule`` scripts, anything in ``<noscript>`` or
    ``<template>``."""
    integrity: Span | None = None
    """The value of the element's ``integrity``, which holds the digest of what the URL leads to."""


class ModuleScript(msgspec.Struct, frozen=True, kw_only=True):
    """One ``<script type=module>``; either ``target`` (root-relative) or ``code`` is set."""

    element: Span
    """The whole element, from ``<script`` to ``</script>`` inclusive."""
    target: str | None
    code: str | None
    src: Span | None
    """The value of ``src``, without quotes."""
    content: Span
    """What stands between the tags."""
    injected: bool = False
    """True for a script that the page does not have but is given; ``element`` is then the empty place for it."""
    run: int
    """Scripts of one run execute directly one after the other and are linked as one entry. ``async`` and deferred
    classic scripts between two module scripts part them into runs."""


class ModulePreload(msgspec.Struct, frozen=True, kw_only=True):
    """A page's own ``<link rel=modulepreload>``, or ``preload`` of a script that it runs as a module."""

    target: str
    element: Span
    span: Span
    """The value of ``href``, without quotes."""
    syntax: Syntax


class InlineCode(msgspec.Struct, frozen=True, kw_only=True):
    """Inline code that is minified in place; never code with template placeholders (those pass untouched).

    ``script``: a classic inline script. ``style``: a ``<style>`` block. ``style-attribute``: the declarations of a
    ``style=`` attribute that has a local ``url()``; attributes without one are left alone.
    """

    kind: Literal["script", "style", "style-attribute"]
    code: str
    span: Span
    syntax: Syntax


class Anchors(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page can be added to. All are offsets at which text may be inserted."""

    head_start: int
    """After ``<head>`` and a ``<meta charset>``, ``<base>`` that directly follow; without a head after ``<html>`` or
    the doctype."""
    head_end: int
    """Before ``</head>``; without one, where the browser would close the head (before the first body content)."""
    body_end: int
    """Before ``</body>``; without one, the end of the text."""
    modulepreload: int = 0
    """The earliest place of a ``modulepreload``: after the page's import map, which must come before every one."""


class Island(msgspec.Struct, frozen=True, kw_only=True):
    """``<element data-component=... data-props=... data-on=...>``. Values have their character references decoded;
    spans are those of the values as written, without quotes."""

    component: str
    component_span: Span
    templated: bool
    """True where a template writes the name, or a part of it."""
    props: str | None
    """None when absent or templated."""
    props_span: Span | None
    moment: str | None
    """The value of ``data-on``; None when absent or templated."""
    moment_span: Span | None
    element: Span


class PriorityMark(msgspec.Struct, frozen=True, kw_only=True):
    """A script or link with a ``data-priority`` that the build honours."""

    tag: Span
    """The start tag."""
    priority: Literal["critical", "high", "low"]
    attribute: Literal["src", "href"]
    """Where the element has its URL."""
    waits: bool
    """Whether it is taken out of the page's load: ``low``, on what can be loaded later."""
    preloaded: Literal["script", "module", "link"] | None
    """What a preload of it is for: a classic script, a module, or a stylesheet; None of what is a preload itself."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it was read, with everything a build may act on, in source order."""

    path: str
    text: str
    """Decoded without newline translation and without the byte-order mark."""
    encoding: str
    """Python codec name; characters that do not decode are kept by ``surrogateescape``."""
    bom: bytes
    base_href: str | None
    references: tuple[Reference, ...]
    module_scripts: tuple[ModuleScript, ...]
    inline: tuple[InlineCode, ...]
    islands: tuple[Island, ...]
    links: tuple[str, ...]
    """Pages of this project that ``<a href>`` leads to, root-relative."""
    has_import_map: bool
    """True when the page has an import map, readable or not."""
    import_map_start: int | None
    """Where names can be added to the page's own import map: after the brace of its ``imports``."""
    import_map: Mapping[str, str] | None
    """The ``imports`` of the page's own import map; specifiers named there stay external."""
    anchors: Anchors
    module_preloads: tuple[ModulePreload, ...] = ()
    pieces: tuple[str, ...] = ()
    """Pieces of the browser runtime that its elements ask for, sorted: ``lazy``, ``prefetch``, ``resources``."""
    priorities: tuple[PriorityMark, ...] = ()

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1) of a character offset."""
        before = self.text.rfind("\n", 0, offset)
        return self.text.count("\n", 0, offset) + 1, offset - before


# --- link ---------------------------------------------------------------------------------------


class ModuleGraph(msgspec.Struct, frozen=True, kw_only=True):
    """The engine's modules before tree shaking. All indices refer to ``ids``.

    Order is the engine's and carries no meaning; ``imports`` keep the order of the source, which gives the execution
    order.
    """

    ids: tuple[str, ...]
    """Root-relative; outside the root, from the last ``node_modules`` on; virtual modules start with ``\\0``."""
    sizes: tuple[int, ...]
    """Length of the source in characters; zero for modules without code."""
    imports: tuple[tuple[int, ...], ...]
    dynamic_imports: tuple[tuple[int, ...], ...]
    entries: tuple[int, ...]
    chunk_names: Mapping[int, str] = msgspec.field(default_factory=dict)
    """Names given by ``webpackChunkName`` comments, by the imported module."""


class Atom(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk of the engine's own split: modules that exactly the same roots need, shaken and rendered.

    Indices refer to the list of atoms. What the plan merges are atoms.
    """

    file: str
    """Its output path, with a token; names it in the conversation with the engine."""
    size: int
    """Rendered characters of usual density that come to as many bytes on the wire."""
    imports: tuple[int, ...]
    """Static imports, in the order of the source."""
    dynamic_imports: tuple[int, ...]
    is_entry: bool
    facade: str | None
    """The module whose exports it stands for: of an entry or a dynamic import. Such an atom is a root."""
    modules: tuple[tuple[str, int], ...]
    """Ids with their characters, in the order of execution."""
    pure: bool
    """True when loading it runs nothing that could be noticed, so that a route that does not need it may load it: what
    it runs only makes its exports, or waits until an importer asks for it."""
    awaits: bool = False
    """Whether it waits while it is evaluated (top-level await)."""
    group: str | None = None
    """The configured cache group that made it; it then stays as it is."""


class ArrangedChunk(msgspec.Struct, frozen=True, kw_only=True):
    """Atoms that become one chunk. ``why`` says in a line what merging them gains, for people."""

    name: str
    atoms: tuple[int, ...]
    why: str = ""


class LimitBreach(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that the plan does not keep, where it is exceeded most."""

    limit: str
    """The key of ``[chunks]``."""
    wanted: int
    """Requests, or estimated compressed bytes."""
    found: int
    atom: int
    """A root that loads too much, or the first atom of a chunk that is too small."""
    count: int
    """How many roots or chunks break it."""


class Arrangement(msgspec.Struct, frozen=True, kw_only=True):
    """A partition of all atoms into chunks, acyclic over the chunks' static imports."""

    chunks: tuple[ArrangedChunk, ...]
    order: tuple[int, ...] = ()
    """All atoms in the order in which they run within their chunks: the one that the plan was checked by. Empty for
    partitions that are compared and never built."""
    breaches: tuple[LimitBreach, ...] = ()


class RouteRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A client-side route as the sources (or the configuration) state it."""

    path: str
    """The pattern from the root, parents joined: ``/users/:id``; ``*`` for what no other takes."""
    components: tuple[str, ...]
    """Ids of the modules that the route loads with dynamic imports: its layouts' first, its own last."""
    source: str
    """The file that states it, root-relative."""
    line: int
    preload: bool = False
    """Whether the source asks to fetch it ahead (``preload: true``)."""


ChunkReason = Literal["entry", "route", "component", "group", "shared"]


class PlannedChunk(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk that the plan asks the engine for; modules that no planned chunk has follow the engine's split."""

    name: str
    group: str
    modules: tuple[int, ...]


class ChunkPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Disjoint chunks, acyclic over the graph of chunks."""

    chunks: tuple[PlannedChunk, ...]


class ChunkModule(msgspec.Struct, frozen=True, kw_only=True):
    """A module as it stands in one chunk; ``bytes`` is its share of the chunk's minified size."""

    id: str
    bytes: int


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """A JavaScript chunk as emitted. ``file`` and the files it names are keys of :attr:`Linked.files`."""

    file: str
    name: str
    reason: ChunkReason
    group: str | None
    facade: str | None
    """The module whose exports the chunk stands for: of an entry or a dynamic import."""
    facades: tuple[str, ...] = ()
    """All such modules of the chunk: the plan may put several roots into one."""
    is_entry: bool
    modules: tuple[ChunkModule, ...]
    imports: tuple[str, ...]
    dynamic_imports: tuple[str, ...]
    css: tuple[str, ...]
    """Stylesheets of the whole static closure in cascade order; set on entries and dynamic entries only."""
    assets: tuple[str, ...]
    """Images, fonts and other files that its modules name."""
    prefetch: tuple[str, ...] = ()
    """Chunks that ``webpackPrefetch`` asks to fetch in idle time."""
    preload: tuple[str, ...] = ()
    """Chunks that ``webpackPreload`` asks to fetch together with this one."""
    why: str = ""
    """What the plan gained by making it so, for people; empty where nothing was planned."""


FileType = Literal["document", "script", "style", "image", "font", "other"]


class OutputFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file to be written. Exactly one of ``content`` and ``copy_of`` is set.

    Before naming, ``path`` carries a token in place of the content hash, and so does every mention of it in other
    files.
    """

    path: str
    type: FileType
    content: bytes | None = None
    copy_of: Path | None = None
    """A file that is copied as it is, without being held in memory."""
    sources: tuple[str, ...] = ()
    hashed: bool = False
    """True when the name carries a content hash, so that it may be cached for ever."""
    note: str | None = None
    """What was done to it, or why nothing was."""


class InlineResult(msgspec.Struct, frozen=True, kw_only=True):
    """Code for the span of an :class:`InlineCode`, minified, not yet escaped; ``code`` may name output files."""

    page: str
    span: Span
    syntax: Syntax
    code: str


class LinkedModule(msgspec.Struct, frozen=True, kw_only=True):
    """A module of the build, also one that was shaken away (it then has no chunk)."""

    id: str
    package: str | None
    importers: tuple[str, ...]
    dynamic_importers: tuple[str, ...] = ()
    """Those of ``importers`` that import it with ``import()`` alone."""


class Snippet(msgspec.Struct, frozen=True, kw_only=True):
    """A module of the browser runtime that a page is given: a file, or where it is very small its code."""

    file: str | None
    """A key of :attr:`Linked.files`."""
    code: str
    """Minified."""


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """What link makes of the whole graph: every file but the pages, and how to find them."""

    chunks: tuple[Chunk, ...]
    modules: tuple[LinkedModule, ...]
    files: Mapping[str, OutputFile]
    """By path."""
    entries: Mapping[str, str]
    """Entry key (a configured entry's name, or ``page#run`` for the run of module scripts of a page) -> chunk file."""
    references: Mapping[str, str]
    """Source path of a referenced file (image, font, stylesheet, classic script...) -> output path."""
    inline: tuple[InlineResult, ...]
    assets_of: Mapping[str, tuple[str, ...]]
    """Output path of a stylesheet -> files it names (fonts, images), in order."""
    import_maps: bool = False
    """Whether every page that loads chunks can hold an import map, and all targets resolve names by it."""
    stable_names: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)
    """Chunk -> the names that it has for other files, as paths that stay, and the paths that these stand for today.
    Import maps resolve them; empty without."""
    atoms: tuple[Atom, ...] = ()
    """The engine's own split, where it was the plan's input."""
    arrangement: Arrangement | None = None
    """What the plan made of the atoms."""
    root_weights: Mapping[int, float] = msgspec.field(default_factory=dict)
    """Atom -> its share of visits, for the atoms that are roots; the input of ``arrangement``."""
    change_rates: Mapping[str, float] = msgspec.field(default_factory=dict)
    """Module -> how often a release changes it, from 0 to 1; the input of ``arrangement``."""
    routes: tuple[RouteRecord, ...] = ()
    """Client-side routes as the sources and the configuration state them."""
    snippets: Mapping[str, Snippet] = msgspec.field(default_factory=dict)
    """Page -> what it is given of the browser runtime."""


# --- render, compress, emit ---------------------------------------------------------------------

Encoding = Literal["brotli", "gzip", "zstd"]
ENCODINGS: tuple[Encoding, ...] = ("brotli", "gzip", "zstd")
SUFFIXES: Mapping[Encoding, str] = {"brotli": ".br", "gzip": ".gz", "zstd": ".zst"}


class RouteFiles(msgspec.Struct, frozen=True, kw_only=True):
    """What a first visit downloads: the document first, then by order of discovery, without repeats."""

    path: str
    """The URL path below ``base``: ``/``, ``/about.html``, ``/products/``."""
    kind: Literal["page", "lazy"]
    source: str
    """The page, or the module of a lazy route."""
    files: tuple[str, ...]
    """Output paths. Images with a choice (srcset, picture) count by their fallback ``src`` alone."""


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that will be written, named for good."""

    files: tuple[OutputFile, ...]
    chunks: tuple[Chunk, ...]
    modules: tuple[LinkedModule, ...]
    routes: tuple[RouteFiles, ...]
    inline_scripts: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Document -> the inline scripts that it was given, as a Content-Security-Policy names them: ``sha256-...``."""
    inline_styles: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Document -> the stylesheets that were put into it, likewise."""


class Delta(msgspec.Struct, frozen=True, kw_only=True):
    """An output file as ``dcz`` (RFC 9842): compressed with a file of a previous release as its dictionary."""

    previous: str
    """The dictionary's output path in its release."""
    dictionary: str
    """Its SHA-256 in base64, as a request names it between colons in ``Available-Dictionary``."""
    content: bytes


class EncodedFile(msgspec.Struct, frozen=True, kw_only=True):
    """The encodings of one output file; an encoding that did not pay, or was not asked for, is absent."""

    path: str
    raw: int
    encoded: Mapping[Encoding, bytes]
    deltas: tuple[Delta, ...] = ()


# --- account, judge: the schema of stats.json ---------------------------------------------------


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes on the wire by encoding. Where an encoding does not pay it is the raw size, which is what a server sends.

    None means that the encoding was not computed in this build (``--no-compress``).
    """

    raw: int = 0
    gzip: int | None = 0
    brotli: int | None = 0
    zstd: int | None = 0


class TypeSizes(msgspec.Struct, frozen=True, kw_only=True):
    script: Sizes
    style: Sizes
    image: Sizes
    font: Sizes
    document: Sizes
    other: Sizes


class RouteStats(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    kind: Literal["page", "lazy"]
    source: str
    files: tuple[str, ...]
    requests: int
    sizes: Sizes
    by_type: TypeSizes


class ChunkStats(msgspec.Struct, frozen=True, kw_only=True):
    file: str
    name: str
    reason: ChunkReason
    group: str | None
    modules: tuple[str, ...]
    imports: tuple[str, ...]
    dynamic_imports: tuple[str, ...]
    css: tuple[str, ...]
    sizes: Sizes
    facade: str | None = None
    """The module whose exports it stands for: of an entry or a dynamic import."""
    why: str = ""
    """What the plan gained by making it so; empty where nothing was planned."""


class ModuleStats(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    package: str | None
    bytes: int
    chunks: tuple[str, ...]
    importers: tuple[str, ...]
    dynamic_importers: tuple[str, ...] = ()
    """Those of ``importers`` that import it with ``import()`` alone."""


class DeltaStats(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser downloads in place of the file when it has ``previous``, a file of a previous release."""

    previous: str
    bytes: int


class FileStats(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    type: FileType
    sizes: Sizes
    sources: tuple[str, ...]
    note: str | None = None
    deltas: tuple[DeltaStats, ...] = ()


class ReturningStats(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor downloads again who has every file of the release before: the hashed files of all routes that it
    had not, pages not counted."""

    files: int
    deltas: int
    """How many of them come as a delta."""
    bytes: int
    """In brotli, or raw where that was not computed."""
    bytes_with_deltas: int


class ImageStats(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    before: int
    after: int
    variants: tuple[str, ...]


class BudgetResult(msgspec.Struct, frozen=True, kw_only=True):
    """One budget on one route or file; on the glob itself where nothing matched.

    ``actual`` is None when the budget matched nothing or its encoding was not computed; both fail.
    """

    name: str
    type: str
    encoding: str
    level: Literal["error", "warn"]
    limit: int
    actual: int | None
    ok: bool
    route: str | None = None
    file: str | None = None
    reason: str | None = None
    """Why nothing could be measured, where ``actual`` is None."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A diagnostic, or a saving that was found, as the report shows it."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    hint: str
    file: str | None = None
    saving: int | None = None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The only part of the stats that differs between two builds of the same input."""

    started: str
    seconds: float
    stages: Mapping[str, float]
    root: str
    out: str


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    schema: int
    tool: str
    base: str
    run: Run
    routes: tuple[RouteStats, ...]
    chunks: tuple[ChunkStats, ...]
    modules: tuple[ModuleStats, ...]
    files: tuple[FileStats, ...]
    images: tuple[ImageStats, ...]
    budgets: tuple[BudgetResult, ...]
    findings: tuple[Finding, ...]
    returning: ReturningStats | None = None
    """None where no previous release was given."""
