"""page edits: plugins add attributes to elements of the pages, which render writes at their positions.

Runs after naming, when every file that a page names is final. docs/design/lazy-media.md has the first use of it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from perfbuild.api import (
    Context,
    LocalFile,
    PageElement,
    PageView,
    PixelSize,
    Plugin,
    SetAttributes,
    Stylesheet,
)
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.html import placeholders
from perfbuild.html.anchors import head_anchors
from perfbuild.html.editing import Edit, escape, insertion
from perfbuild.html.encoding import encodable
from perfbuild.html.outline import OutlineElement, outline
from perfbuild.html.tokens import Attribute, raw_text_end
from perfbuild.model import Linked, OutputFile, Page, Project, Reference
from perfbuild.plugin_host import edit_page
from perfbuild.stages.chunk_graph import ChunkGraph
from perfbuild.stages.image_sizes import image_size
from perfbuild.stages.routes import page_entries

#: Page -> the edits that plugins make.
PageEdits = Mapping[str, tuple[Edit, ...]]
NO_EDITS: PageEdits = MappingProxyType({})

_CODE = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def edit_pages(
    project: Project,
    pages: Sequence[Page],
    linked: Linked,
    plugins: Sequence[Plugin],
    config: Config,
    diagnostics: Diagnostics,
) -> PageEdits:
    """The plugins' edits of the pages, as insertions. A plugin that fails on a page is a warning."""
    editors = [(plugin, _start_tag_of(plugin.elements)) for plugin in plugins if plugin.elements]
    files = _Files(project, linked)
    context = Context(target=config.target)
    edits: dict[str, tuple[Edit, ...]] = {}
    for page in pages:
        wanting = [plugin for plugin, start_tag in editors if start_tag.search(page.text)]
        if not wanting:
            continue
        view = _View(page, files).view()
        results = [edit_page(plugin, view, context) for plugin in wanting]
        for problem in results:
            if isinstance(problem, Diagnostic):
                diagnostics.report(problem)
        made = [edit for result in results if not isinstance(result, Diagnostic) for edit in result]
        if made:
            edits[page.path] = tuple(_insertions(made, page))
    return edits


def _start_tag_of(names: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"<(?:{'|'.join(map(re.escape, names))})(?=[\s/>])", re.IGNORECASE)


def _insertions(edits: Sequence[SetAttributes], page: Page) -> Iterator[Edit]:
    """Attributes that the element lacks, after its name; of two that are the same the first counts."""
    wanted: dict[int, tuple[PageElement, dict[str, str]]] = {}
    for edit in edits:
        element, found = wanted.setdefault(edit.element.position, (edit.element, {}))
        for name, value in edit.attributes.items():
            if name not in element.attributes:
                found.setdefault(name, value)
    for position, (element, found) in sorted(wanted.items()):
        if found:
            text = "".join(f" {_written(name, value)}" for name, value in found.items())
            yield insertion(position + 1 + len(element.name), encodable(text, page.encoding, _character_reference))


def _written(name: str, value: str) -> str:
    return f'{name}="{escape(value, "attribute")}"' if value else name


def _character_reference(character: str) -> str:
    return f"&#{ord(character)};"


class _Files:
    """What plugins may ask of the project's files; each is read once for all pages."""

    def __init__(self, project: Project, linked: Linked) -> None:
        self.linked = linked
        self.graph = ChunkGraph(linked)
        self._public = {file.path: file.source for file in project.public}
        self._sizes: dict[str, PixelSize | None] = {}
        self._texts: dict[str, str] = {}

    def local_file(self, reference: Reference) -> LocalFile | None:
        source = self._public.get(reference.target) if reference.public else self._output(reference.target)
        if source is None:
            return None
        size = source.stat().st_size if not isinstance(source, OutputFile) else _length(source)
        key = f"public:{reference.target}" if reference.public else reference.target

        def measure() -> PixelSize | None:
            # A fragment names a view of an SVG, which has proportions of its own.
            if "#" in reference.suffix:
                return None
            if key not in self._sizes:
                content = source if not isinstance(source, OutputFile) else source.copy_of or source.content
                self._sizes[key] = image_size(content) if content is not None else None
            return self._sizes[key]

        return LocalFile(path=reference.target, url=reference.url, size=size, measure=measure)

    def _output(self, target: str) -> OutputFile | None:
        path = self.linked.references.get(target)
        return self.linked.files.get(path) if path is not None else None

    def text(self, path: str) -> str:
        """The CSS of an output file."""
        if path not in self._texts:
            file = self.linked.files[path]
            content = file.content if file.copy_of is None else file.copy_of.read_bytes()
            self._texts[path] = (content or b"").decode("utf-8", "replace")
        return self._texts[path]

    def style_of(self, reference: Reference) -> str | None:
        if not reference.public:
            file = self._output(reference.target)
            return self.text(file.path) if file is not None else None
        key = f"public:{reference.target}"
        if key not in self._texts:
            source = self._public.get(reference.target)
            if source is None:
                return None
            self._texts[key] = source.read_bytes().decode("utf-8", "replace")
        return self._texts[key]


def _is_stylesheet(rel: Attribute | None) -> bool:
    return rel is not None and "stylesheet" in rel.value.lower().split()


def _length(file: OutputFile) -> int:
    if file.copy_of is not None:
        return file.copy_of.stat().st_size
    return len(file.content or b"")


class _View:
    """Makes what plugins see of one page."""

    def __init__(self, page: Page, files: _Files) -> None:
        self._page = page
        self._text = page.text
        self._files = files
        self._outline = outline(page.text)
        self._references = sorted(page.references, key=lambda reference: reference.span)
        self._starts = [reference.span.start for reference in self._references]

    def view(self) -> PageView:
        markup = _CODE.sub("", self._text)
        templated = placeholders.statement_between(markup, 0, len(markup)) or head_anchors(self._text).is_fragment
        elements = tuple(map(self._element, self._outline))
        return PageView(path=self._page.path, elements=elements, templated=templated, styles=self._styles)

    def _element(self, found: OutlineElement) -> PageElement:
        token = found.token
        return PageElement(
            name=token.name,
            attributes={name: attribute.value for name, attribute in found.attributes.items()},
            position=token.start,
            parent=found.parent,
            text=found.text,
            files={name: files for name, files in self._named_files(found) if files},
            templated=placeholders.in_url(self._text[token.start : token.end]),
        )

    def _named_files(self, found: OutlineElement) -> Iterator[tuple[str, tuple[LocalFile, ...]]]:
        for name, attribute in found.attributes.items():
            named = map(self._files.local_file, self._references_in(attribute))
            yield name, tuple(file for file in named if file is not None)

    def _references_in(self, attribute: Attribute) -> Sequence[Reference]:
        first, last = (bisect_left(self._starts, offset) for offset in (attribute.start, attribute.end))
        return self._references[first:last]

    # --- styles ---------------------------------------------------------------------------------

    def _styles(self) -> tuple[Stylesheet, ...]:
        return (*self._named_styles(), *self._styles_of_scripts())

    def _named_styles(self) -> Iterator[Stylesheet]:
        inline = {
            result.span.start: result.code for result in self._files.linked.inline if result.page == self._page.path
        }
        for each in self._outline:
            found = each.attributes
            if each.token.name == "style":
                start = each.token.end
                code = inline.get(start, self._text[start : raw_text_end(self._text, "style", start)])
                yield Stylesheet(url="", text=None if placeholders.in_code(code) else code)
            elif each.token.name == "link" and "href" in found and _is_stylesheet(found.get("rel")):
                named = self._references_in(found["href"])
                yield Stylesheet(url=found["href"].value, text=self._files.style_of(named[0]) if named else None)

    def _styles_of_scripts(self) -> Iterator[Stylesheet]:
        graph = self._files.graph
        entries = tuple(page_entries(self._page, self._files.linked).values())
        chunks = [graph.chunks[entry] for entry in entries if entry in graph.chunks]
        for path in dict.fromkeys(style for chunk in (*chunks, *graph.dynamic_imports(entries)) for style in chunk.css):
            yield Stylesheet(url="", text=self._files.text(path))
