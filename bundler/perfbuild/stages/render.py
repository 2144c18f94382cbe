"""render: pages and linked files -> every file to be written, with the pages edited at their positions."""

from __future__ import annotations

import itertools
import posixpath
import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha384
from typing import Literal, NamedTuple

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.html.editing import (
    Edit,
    apply_edits,
    escape,
    insert_lines,
    insertion,
    previous_indent,
    removal,
    skip_blank,
)
from perfbuild.html.encoding import encodable, encode_page
from perfbuild.html.tokens import Attribute, attributes, tokens
from perfbuild.html.urls import base_folder, local_url, output_url
from perfbuild.model import (
    InlineResult,
    Linked,
    ModuleScript,
    OutputFile,
    Page,
    PriorityMark,
    Project,
    Reference,
    Rendered,
    Span,
)
from perfbuild.stages.chunk_graph import ChunkGraph
from perfbuild.stages.content_policies import inline_hash
from perfbuild.stages.deep_links import (
    RouteTable,
    deep_link_script,
    early_place,
    entry_wait,
    may_hold_script,
    page_routes,
    route_table,
)
from perfbuild.stages.file_kinds import file_type
from perfbuild.stages.import_maps import import_map_entries, import_map_members, import_map_text
from perfbuild.stages.inline_styles import inline_styles, link_around, noted, text_in_page
from perfbuild.stages.page_edits import NO_EDITS, PageEdits
from perfbuild.stages.priorities import critical, early_preload, priority_edits, waiting
from perfbuild.stages.route_documents import moved, route_documents
from perfbuild.stages.routes import find_routes, page_entries
from perfbuild.stages.speculation import speculation_rules


def render(
    project: Project,
    pages: tuple[Page, ...],
    linked: Linked,
    config: Config,
    diagnostics: Diagnostics,
    page_edits: PageEdits = NO_EDITS,
) -> Rendered:
    """Edit the pages and gather everything that will be written, sorted by path.

    ``linked`` is named for good: no path in it carries a token any more. Reports two files for one path as an error.
    """
    graph = ChunkGraph(linked)
    known = {*linked.files, *(file.path for file in project.public)}
    inlined = inline_styles(pages, linked, graph, known, config, page_edits)
    site = _Site(
        project=project,
        linked=linked,
        graph=graph,
        digests=_Digests(linked.files),
        config=config,
        page_edits=page_edits,
        files=known,
        inlined=inlined,
    )
    documents = [document for page in pages for document in _documents(page, site, diagnostics)]
    public = [
        OutputFile(
            path=file.path, type=file_type(file.path), copy_of=file.source, sources=(_public(file.path, config),)
        )
        for file in project.public
    ]
    files: dict[str, OutputFile] = {}
    written = [document.file for document in documents]
    for file in (*written, *noted(linked.files, inlined).values(), *public):
        first = files.setdefault(file.path, file)
        if first is not file:
            diagnostics.report(messages.output_twice(file.path, _origin(first), _origin(file)))
    return Rendered(
        files=tuple(files[path] for path in sorted(files)),
        chunks=linked.chunks,
        modules=linked.modules,
        routes=find_routes(project, pages, linked, inlined),
        inline_scripts={each.file.path: each.inline_scripts for each in documents if each.inline_scripts},
        inline_styles={each.file.path: each.inline_styles for each in documents if each.inline_styles},
    )


def _documents(page: Page, site: _Site, diagnostics: Diagnostics) -> Iterator[_Document]:
    """The page, and where they are asked for, its copies for single routes."""
    output = site.config.output
    wanted = output.deep_links or output.route_documents
    routes = page_routes(page, site.linked, site.graph) if wanted else ()
    has_script = routes and output.deep_links and may_hold_script(page, diagnostics)
    whole = site.config.runtime.prefetch != "none"
    table = None
    if has_script:
        table = route_table(page, routes, wait=entry_wait(page, site.linked, site.graph), whole=whole)
    yield _PageEdits(page, site, table=table).document()
    if not routes or not output.route_documents:
        return
    taken = {*site.project.pages, *site.linked.files, *(file.path for file in site.project.public)}
    for each in route_documents(page, routes, taken, site.config, diagnostics):
        yield _PageEdits(page, site, ahead=each.route.files).document_at(each.path, each.to_page)


def _public(path: str, config: Config) -> str:
    return f"{config.public_dir.rstrip('/')}/{path}"


def _origin(file: OutputFile) -> str:
    return file.sources[0] if file.sources else file.path


class _Digests:
    """Digests of files as Subresource Integrity writes them; they take the places of those of the sources."""

    def __init__(self, files: Mapping[str, OutputFile]) -> None:
        self._files = files
        self._known: dict[str, str] = {}

    def of(self, path: str) -> str:
        if path not in self._known:
            file = self._files[path]
            content = file.content if file.copy_of is None else file.copy_of.read_bytes()
            assert content is not None
            self._known[path] = f"sha384-{b64encode(sha384(content).digest()).decode()}"
        return self._known[path]


class _Site(NamedTuple):
    """What all pages are rendered with."""

    project: Project
    linked: Linked
    graph: ChunkGraph
    digests: _Digests
    config: Config
    page_edits: PageEdits
    files: Collection[str]
    inlined: Mapping[str, frozenset[str]]


class _Document(NamedTuple):
    """A document with the hashes of the inline scripts and stylesheets that it was given."""

    file: OutputFile
    inline_scripts: tuple[str, ...]
    inline_styles: tuple[str, ...]


class _PageEdits:
    """The edits of one page. ``table`` is what its inline script finds routes by, ``ahead`` the output paths that it
    asks for itself.
    """

    def __init__(
        self, page: Page, site: _Site, *, table: RouteTable | None = None, ahead: tuple[str, ...] = ()
    ) -> None:
        project, self._linked, self._graph, self._digests, config, page_edits, self._files, inlined = site
        self._page = page
        self._by_plugins = page_edits.get(page.path, ())
        self._text = page.text
        self._table = table
        self._ahead = ahead
        self._inlined = inlined.get(page.path, frozenset())
        self._inline_scripts: list[str] = []
        self._inline_styles: list[str] = []
        self._base = config.base
        self._runtime = config.runtime
        self._waiting = waiting(page)
        self._first = frozenset(mark.tag.start for mark in critical(page))
        own = page.path.rpartition("/")[0]
        folder = base_folder(page.path, page.base_href, config.base, lambda path: (project.root / path).is_dir())
        self._folder = own if folder is None else folder
        self._entries = page_entries(page, self._linked)

    def document(self) -> _Document:
        return self._as_document(self._page.path, self._edited())

    def document_at(self, path: str, to_page: str) -> _Document:
        """A copy in another folder, from which ``to_page`` leads to the page's."""
        return self._as_document(path, moved(self._edited(), to_page))

    def _edited(self) -> str:
        changes = (self._by_plugins, self._references(), self._inline(), self._own_preloads(), self._scripts())
        marked = priority_edits(self._page, self._removed())
        gains = (self._import_map(), self._deep_links(), self._critical(), self._additions())
        late = (self._speculation(), self._snippet())
        return apply_edits(self._text, itertools.chain(*changes, marked, *gains, *late))

    def _removed(self) -> set[int]:
        """Offsets of the elements that go."""
        first = {script.run: script for script in reversed(self._page.module_scripts)}
        scripts = {script.element.start for script in self._page.module_scripts if script is not first[script.run]}
        preloads = self._page.module_preloads
        return scripts | {each.element.start for each in preloads if self._chunk_of(each.target) is None}

    def _as_document(self, path: str, text: str) -> _Document:
        file = OutputFile(
            path=path,
            type="document",
            content=encode_page(text, self._page.encoding, self._page.bom),
            sources=(self._page.path,),
        )
        return _Document(file, tuple(self._inline_scripts), tuple(self._inline_styles))

    def _url(self, path: str) -> str:
        return output_url(path, base=self._base, folder=self._folder)

    # --- what the page names --------------------------------------------------------------------

    def _references(self) -> Iterator[Edit]:
        for reference in self._page.references:
            if self._is_style(reference) and self._linked.references[reference.target] in self._inlined:
                yield self._moved_in(reference)
                continue
            url = self._reference_url(reference)
            if url is not None and url != reference.url:
                yield Edit(span=reference.span, text=escape(url, reference.syntax))
                if reference.integrity and not reference.public:
                    yield Edit(
                        span=reference.integrity, text=self._digests.of(self._linked.references[reference.target])
                    )

    def _moved_in(self, reference: Reference) -> Edit:
        """The stylesheet in the place of the ``<link>`` that names it."""
        link = link_around(self._page, reference.span)
        assert link is not None
        tag = attributes(self._text, link.start, link.end)
        kept = "".join(tag[name].written(name) for name in ("media", "nonce") if name in tag)
        element = self._style_element(self._linked.references[reference.target], kept)
        return Edit(span=Span(start=link.start, end=link.end), text=element)

    def _style_element(self, path: str, kept: str) -> str:
        """``kept``: attributes as they are written, each after a space."""
        text = self._style_text(text_in_page(path, self._linked, self._files, self._url))
        self._inline_styles.append(inline_hash(text))
        return f"<style{kept}>{text}</style>"

    def _reference_url(self, reference: Reference) -> str | None:
        """The new URL; None where the page's own is right in the output too."""
        if reference.kind == "document":
            return None
        base = self._reference_base(reference)
        if not reference.public:
            url = output_url(self._linked.references[reference.target], base=base, folder=self._folder)
        elif _keeps_public(reference.url, base):
            return None
        else:
            url = output_url(reference.target, base=base, folder=self._folder)
        if reference.syntax == "text" and base == "./" and not url.startswith("."):
            url = "./" + url  # in an import map a bare "assets/x.js" would be no URL
        return url + reference.suffix

    def _reference_base(self, reference: Reference) -> str:
        """What must come from the page's own origin is named from where the page itself names things: root or page."""
        if reference.same_origin and "//" in self._base:
            return "/" if _is_rooted(reference.url) else "./"
        return self._base

    def _own_preloads(self) -> Iterator[Edit]:
        """Preloads of sources lead to the chunk that stands for them now, and go where none does."""
        for preload in self._page.module_preloads:
            file = self._chunk_of(preload.target)
            if file is None:
                yield removal(self._text, preload.element)
            else:
                yield Edit(span=preload.span, text=escape(self._url(file), preload.syntax))
                tag = attributes(self._text, preload.element.start, preload.element.end)
                if "integrity" in tag:
                    yield Edit(span=_whole(self._text, tag["integrity"]), text="")

    def _chunk_of(self, target: str) -> str | None:
        runs = (script.run for script in self._page.module_scripts if script.target == target)
        run = next(runs, None)
        if run is not None:
            return self._entries[run]
        chunk = self._graph.of_module(target)
        return chunk.file if chunk else None

    # --- inline code ----------------------------------------------------------------------------

    def _inline(self) -> Iterator[Edit]:
        kinds = {code.span: code.kind for code in self._page.inline}
        for result in self._linked.inline:
            if result.page != self._page.path:
                continue
            code = self._inline_text(result, kinds[result.span])
            if code is not None:
                yield Edit(span=result.span, text=code)

    def _inline_text(self, result: InlineResult, kind: str) -> str | None:
        """The code as it stands in the page; None for a script that would then not end where it should."""
        code = result.code
        if kind == "style-attribute":
            quote = self._text[result.span.start - 1]
            written = escape(code, "css-attribute", quote if quote in "\"'" else "")
            return encodable(written, self._page.encoding, lambda character: f"&#{ord(character)};")
        if kind == "style":
            return self._style_text(code)
        # The parser reads "<!--" in a script as the start of a state that hides "</script>". Where it stands, in a
        # string or in an expression, decides how to write it, so the author's own text is kept.
        if "<!--" in code or re.search(r"<script", code, re.IGNORECASE):
            return None
        ended = re.sub(r"</(?=script)", r"<\\/", code, flags=re.IGNORECASE)
        return encodable(ended, self._page.encoding, _javascript_escape)

    def _style_text(self, code: str) -> str:
        ended = re.sub(r"</(?=style)", r"<\\/", code, flags=re.IGNORECASE)
        return encodable(ended, self._page.encoding, lambda character: f"\\{ord(character):x} ")

    # --- module scripts -------------------------------------------------------------------------

    def _scripts(self) -> Iterator[Edit]:
        """The first script of a run loads its entry chunk, the others go."""
        seen: set[int] = set()
        for script in self._page.module_scripts:
            if script.run in seen:
                yield removal(self._text, script.element)
            else:
                seen.add(script.run)
                yield from self._entry_script(script)

    def _entry_script(self, script: ModuleScript) -> Iterator[Edit]:
        if script.injected:
            url = escape(self._url(self._entries[script.run]), "attribute")
            element = f'<script type="module" crossorigin{first_nonce(self._text)} src="{url}"></script>'
            yield from self._inserted(script.element.start, [element])
            return
        tag = attributes(self._text, script.element.start, script.content.start)
        url = self._url(self._entries[script.run])
        added = "" if "crossorigin" in tag else " crossorigin"
        if "src" in tag:
            source = tag["src"]
            written = escape(url, "attribute" if source.quote else "unquoted")
            yield Edit(span=Span(start=source.start, end=source.end), text=written)
        else:
            name = "data-url" if script.element.start in self._waiting else "src"
            added += f' {name}="{escape(url, "attribute")}"'
            yield Edit(span=script.content, text="")
        if added:
            yield insertion(_after(tag["type"]), added)
        if "integrity" in tag:
            yield Edit(span=_whole(self._text, tag["integrity"]), text="")

    # --- what the page gains --------------------------------------------------------------------

    def _import_map(self) -> Iterator[Edit]:
        """What the stable names of the page's chunks mean, told before anything asks for a module."""
        entries = tuple(self._entries.values())
        lazy = (chunk.file for chunk in self._graph.dynamic_imports(entries))
        names = import_map_entries(self._linked, self._graph.closure((*entries, *lazy)), self._url)
        if not names:
            return
        start = self._page.import_map_start
        if start is not None:
            comma = "" if self._text[start:].lstrip().startswith("}") else ","
            yield insertion(start, import_map_members(names) + comma)
            return
        first = min(self._page.module_scripts, key=lambda script: script.element.start)
        place = min(
            self._preload_place(first),
            *(preload.element.start for preload in self._page.module_preloads),
            first.element.start,
        )
        text = import_map_text(names)
        self._inline_scripts.append(inline_hash(text))
        nonce = _Extras(self._text, first).nonce
        place = self._early_place(place)
        yield from self._inserted(place, [f'<script type="importmap"{nonce}>{text}</script>'])

    def _deep_links(self) -> Iterator[Edit]:
        """What asks for the files of the route, before any stylesheet that a script would wait for."""
        if self._table is None and not self._ahead:
            return
        first = min(self._page.module_scripts, key=lambda script: script.element.start)
        place = self._early_place(self._preload_place(first))
        extras = _Extras(self._text, first)
        if self._table is not None:
            root = self._base if self._base != "./" else posixpath.relpath("/", f"/{self._folder}") + "/"
            code = deep_link_script(self._table, root, self._url)
            self._inline_scripts.append(inline_hash(code))
            yield from self._inserted(place, [f"<script{extras.nonce}>{code}</script>"])
        yield from self._inserted(place, [extras.preload(self._url(file)) for file in self._ahead])

    def _speculation(self) -> Iterator[Edit]:
        """What browsers with speculation rules do with the pages that this one links to."""
        rules = speculation_rules(self._page, self._runtime, self._page_url)
        if rules is not None:
            self._inline_scripts.append(inline_hash(rules))
            element = f'<script type="speculationrules"{first_nonce(self._text)}>{rules}</script>'
            yield from self._inserted(self._page.anchors.body_end, [element])

    def _page_url(self, path: str) -> str:
        """Pages stand on the page's own origin, wherever the other files are."""
        return output_url(path, base="./" if "//" in self._base else self._base, folder=self._folder)

    def _snippet(self) -> Iterator[Edit]:
        """What the page is given of the browser runtime, after its content."""
        snippet = self._linked.snippets.get(self._page.path)
        if snippet is None:
            return
        nonce = first_nonce(self._text)
        if snippet.file is None:
            self._inline_scripts.append(inline_hash(snippet.code))
            element = f'<script type="module"{nonce}>{snippet.code}</script>'
        else:
            url = escape(self._url(snippet.file), "attribute")
            element = f'<script type="module" crossorigin{nonce} src="{url}"></script>'
        yield from self._inserted(self._page.anchors.body_end, [element])

    def _critical(self) -> Iterator[Edit]:
        """What asks for the files of critical elements before the parser comes to them."""
        linked = {script.element.start for script in self._page.module_scripts}
        for mark in critical(self._page):
            place = self._early_place(min(mark.tag.start, self._page.anchors.head_end))
            if place < mark.tag.start and mark.tag.start not in linked:
                link = self._critical_preload(mark)
                yield from self._inserted(place, [link] if link is not None else [])

    def _critical_preload(self, mark: PriorityMark) -> str | None:
        reference = next((each for each in self._page.references if _within(each.span, mark.tag)), None)
        if reference is None:
            return early_preload(self._page, mark, None, None)
        url = self._reference_url(reference) or reference.url
        digest = self._digests.of(self._linked.references[reference.target]) if not reference.public else None
        return early_preload(self._page, mark, escape(url, "attribute"), digest)

    def _early_place(self, latest: int) -> int:
        """Where import map and preloads of a route belong; ``latest`` where there are none, or that comes first."""
        wanted = self._table is not None or self._ahead or self._first
        early = early_place(self._page) if wanted else None
        return latest if early is None else min(early, latest)

    def _inserted(self, place: int, lines: list[str]) -> Iterator[Edit]:
        edit = self._insert(place, lines)
        if edit is not None:
            yield edit

    def _additions(self) -> Iterator[Edit]:
        """Stylesheets of the entries at the end of the head, module preloads before the script that needs them."""
        first = {script.run: script for script in reversed(self._page.module_scripts)}
        linked = {self._linked.references[each.target] for each in self._page.references if self._is_style(each)}
        named = {self._chunk_of(preload.target) for preload in self._page.module_preloads}
        named.update(self._entries.values())
        late: list[Edit | None] = []
        for run in sorted(self._entries, key=lambda run: first[run].element.start in self._waiting):
            entry = self._entries[run]
            extras = _Extras(self._text, first[run])
            chunk = self._graph.chunks[entry]
            styles = [style for style in chunk.css if style not in linked]
            linked.update(styles)
            named.update(linked)
            at_end = self._page.anchors.head_end
            waits = first[run].element.start in self._waiting
            priority: Literal["normal", "low"] = "low" if waits else "normal"
            lines = [
                self._style_element(style, extras.nonce)
                if style in self._inlined
                else extras.link("stylesheet", self._url(style), priority)
                for style in styles
            ]
            late.append(self._insert(at_end, lines))
            if waits:
                continue
            preloads = self._new(self._graph.closure((entry, *chunk.preload)), named)
            late.append(self._module_preloads(first[run], preloads, extras))
            # Not preloaded: a browser complains of a stylesheet that another route would have used.
            styles = self._styles((*chunk.preload, *chunk.prefetch))
            prefetches = self._new((*self._graph.closure(chunk.prefetch), *styles), named)
            late.append(self._insert(at_end, [extras.link("prefetch", self._url(file)) for file in prefetches]))
        yield from (edit for edit in late if edit is not None)

    def _module_preloads(self, script: ModuleScript, files: list[str], extras: _Extras) -> Edit | None:
        """Of what the script's entry imports; with the entry itself where the page calls it critical."""
        place = self._preload_place(script)
        early = self._early_place(place)
        if script.element.start not in self._first or early >= script.element.start:
            return self._insert(place, [extras.link("modulepreload", self._url(file)) for file in files])
        own = self._entries[script.run]
        lines = [extras.link("modulepreload", self._url(file), "high") for file in (own, *files)]
        return self._insert(early, lines)

    def _styles(self, chunks: Iterable[str]) -> list[str]:
        return [style for file in chunks for style in self._graph.chunks[file].css]

    @staticmethod
    def _is_style(reference: Reference) -> bool:
        return reference.kind == "stylesheet" and not reference.public and reference.loads

    @staticmethod
    def _new(files: Iterable[str], named: set[str | None]) -> list[str]:
        """The files that nothing names yet; they are named from now on."""
        found = [file for file in dict.fromkeys(files) if file not in named]
        named.update(found)
        return found

    def _preload_place(self, script: ModuleScript) -> int:
        anchors = self._page.anchors
        place = min(script.element.start, anchors.head_end)
        return place if place >= anchors.modulepreload else skip_blank(self._text, anchors.modulepreload)

    def _insert(self, offset: int, lines: list[str]) -> Edit | None:
        closes = self._text[offset : offset + 2] == "</"
        indent = previous_indent(self._text, offset) if closes else None
        return insert_lines(self._text, offset, lines, indent=indent)


class _Extras:
    """Elements that a script brings along: they are fetched as it is, and allowed by the nonce that allows it."""

    def __init__(self, text: str, script: ModuleScript) -> None:
        tag = attributes(text, script.element.start, script.content.start)
        self._shared = _copied("crossorigin", tag.get("crossorigin")) or " crossorigin"
        self.nonce = first_nonce(text) if script.injected else _copied("nonce", tag.get("nonce"))

    def preload(self, url: str) -> str:
        """Of a file that the runtime loads when the route is shown."""
        if not url.endswith(".css"):
            return self.link("modulepreload", url)
        return f'<link rel="preload" as="style" crossorigin{self.nonce} href="{escape(url, "attribute")}">'

    def link(self, rel: str, url: str, priority: Literal["high", "normal", "low"] = "normal") -> str:
        """With a ``low`` priority it is loaded by ``perfbuild/resources``, after the page."""
        urgent = ' fetchpriority="high"' if priority == "high" else ""
        href = 'data-priority="low" data-url' if priority == "low" else "href"
        return f'<link rel="{rel}"{urgent}{self._shared}{self.nonce} {href}="{escape(url, "attribute")}">'


def first_nonce(text: str) -> str:
    """The nonce of the page's first script that has one, as written there: what the page is given needs it too."""
    starts = (token for token in tokens(text) if token.kind == "start" and token.name == "script")
    found = (attributes(text, token.start, token.end).get("nonce") for token in starts)
    return _copied("nonce", next((nonce for nonce in found if nonce is not None), None))


def _within(span: Span, tag: Span) -> bool:
    return tag.start < span.start and span.end < tag.end


def _keeps_public(url: str, base: str) -> bool:
    """Public files and pages keep their places, so a relative URL between them stays right under any base path."""
    return base == "/" or (not _is_rooted(url) and "//" not in base)


def _is_rooted(url: str) -> bool:
    local = local_url(url)
    return local is not None and local.path.startswith("/")


def _copied(name: str, attribute: Attribute | None) -> str:
    return "" if attribute is None else attribute.written(name)


def _after(attribute: Attribute) -> int:
    return attribute.end + len(attribute.quote)


def _whole(text: str, attribute: Attribute) -> Span:
    """An attribute with the white space before it."""
    start = attribute.name_start
    while text[start - 1] in " \t\n\f\r":
        start -= 1
    return Span(start=start, end=_after(attribute))


def _javascript_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
