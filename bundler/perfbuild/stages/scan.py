"""scan: Project -> pages with everything in them that a build may act on, and the files that their URLs name."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics, Location
from perfbuild.html import placeholders
from perfbuild.html.encoding import DecodedPage, decode_page
from perfbuild.html.reading import ImportMap, Reading, ScriptUse, UrlUse, read_page
from perfbuild.html.urls import LocalUrl, base_folder, join, local_url, without_base
from perfbuild.model import ModulePreload, ModuleScript, Page, PriorityMark, Project, Reference, Span
from perfbuild.stages.file_kinds import is_document, reference_kind

_PRIORITIES = ("critical", "high", "normal", "low")
_IMPORTS = re.compile(r'"imports"\s*:\s*\{')


def scan(project: Project, config: Config, diagnostics: Diagnostics) -> tuple[Page, ...]:
    """Read every page of the project, in the project's order.

    Reports a missing file (an error, or a warning by ``config.missing_file``), a reference that leaves the root (error)
    and what cannot be read. What is reported stays in the page as it is and is not among its references.
    """
    files = ProjectFiles(project, config)
    return tuple(_PageScan(path, files, config, diagnostics).page() for path in project.pages)


class FoundFile(msgspec.Struct, frozen=True, kw_only=True):
    """A local file. The path of a public one is its path in the output."""

    path: str
    public: bool
    page: bool = False


class NoFile(msgspec.Struct, frozen=True, kw_only=True):
    """A path that names no file inside the project."""

    path: str
    outside: bool


class ProjectFiles:
    """Answers which file of the project a path names; each path is looked up once."""

    def __init__(self, project: Project, config: Config) -> None:
        self.root = project.root
        self._real_root = project.root.resolve()
        self._base = config.base
        self._pages = frozenset(project.pages)
        self._public = {file.path for file in project.public}
        self._known: dict[str, FoundFile | NoFile] = {}

    def find(self, path: str, *, rooted: bool) -> FoundFile | NoFile:
        """``path`` is root-relative and normalised. Public files come first for ``rooted`` URLs, else last."""
        found = self._first(path, public_first=rooted)
        if isinstance(found, NoFile) and rooted and (below := without_base(path, self._base)) is not None:
            again = self._first(below, public_first=True)
            return again if isinstance(again, FoundFile) else found
        return found

    def page(self, path: str) -> str | None:
        """The project's page that a URL path leads to, as a static host would serve it."""
        for candidate in (path, path.rstrip("/") + ".html", f"{path.rstrip('/')}/index.html".lstrip("/")):
            if candidate in self._pages:
                return candidate
        below = without_base(path, self._base)
        return self.page(below) if below is not None else None

    def is_folder(self, path: str) -> bool:
        return not path or (self.root / path).is_dir()

    def near(self, path: str) -> tuple[str, ...]:
        """Names that a missing path may have meant, the nearest first."""
        folder, _, name = path.rpartition("/")
        names = {file for file in self._public if file.rpartition("/")[0] == folder}
        try:
            listed = (
                f"{folder}/{entry.name}".lstrip("/") for entry in os.scandir(self.root / folder) if entry.is_file()
            )
            names.update(listed)
        except (OSError, ValueError):
            names.update(file for file in self._public if file.rpartition("/")[2] == name)
        by_name = {file.rpartition("/")[2]: file for file in sorted(names)}
        nearest = difflib.get_close_matches(name, sorted(by_name), n=3, cutoff=0.6)
        return tuple(by_name[found] for found in nearest)

    def _first(self, path: str, *, public_first: bool) -> FoundFile | NoFile:
        public = FoundFile(path=path, public=True) if path in self._public else None
        if public and public_first:
            return public
        own = self._known.get(path)
        if own is None:
            own = self._known[path] = self._look_up(path)
        return public if public and isinstance(own, NoFile) else own

    def _look_up(self, path: str) -> FoundFile | NoFile:
        try:
            file = self.root / path
            if path and file.is_file():
                if not file.resolve().is_relative_to(self._real_root):
                    return NoFile(path=path, outside=True)
                return FoundFile(path=path, public=False, page=path in self._pages)
        except (OSError, ValueError):
            pass  # a name that no file can have, such as one with a NUL or of a thousand characters
        return NoFile(path=path, outside=False)


class _PageScan:
    """The scan of one page."""

    def __init__(self, path: str, files: ProjectFiles, config: Config, diagnostics: Diagnostics) -> None:
        self._path = path
        self._files = files
        self._config = config
        self._diagnostics = diagnostics
        self._source: DecodedPage = decode_page(Path(files.root / path).read_bytes())
        self._text = self._source.text
        self._reading: Reading = read_page(self._text)
        base = self._reading.base
        self._base_href = base.url if base else None
        self._folder = base_folder(path, self._base_href, config.base, files.is_folder)

    def page(self) -> Page:
        self._report_unreadable()
        scripts = self._module_scripts()
        targets = frozenset(script.target for script in scripts if script.target is not None)
        preloads, references, links = self._urls(targets)
        import_map, mapped = self._import_map()
        public_scripts = self._public_scripts()
        return Page(
            path=self._path,
            text=self._text,
            encoding=self._source.encoding,
            bom=self._source.bom,
            base_href=self._base_href,
            references=tuple(sorted((*references, *mapped, *public_scripts), key=lambda reference: reference.span)),
            module_scripts=scripts,
            inline=tuple(self._reading.inline),
            islands=tuple(self._reading.islands),
            links=links,
            has_import_map=self._reading.import_map is not None,
            import_map_start=self._import_map_start() if import_map is not None else None,
            import_map=import_map,
            anchors=self._reading.anchors,
            module_preloads=preloads,
            pieces=tuple(sorted(self._reading.pieces)),
            priorities=tuple(self._priorities()) if self._config.runtime.priority else (),
        )

    # --- URLs -----------------------------------------------------------------------------------

    def _urls(self, modules: frozenset[str]) -> tuple[tuple[ModulePreload, ...], list[Reference], tuple[str, ...]]:
        """Preloads of bundled modules, references, and the pages that are linked to."""
        preloads: list[ModulePreload] = []
        references: list[Reference] = []
        links: dict[str, None] = {}
        for use in self._reading.urls:
            if use.role in ("anchor", "frame") and (linked := self._linked_page(use)):
                if use.role == "anchor":
                    links[linked.target] = None
                else:
                    references.append(linked)
            elif reference := self._reference(use):
                bundled = not reference.public and (use.role == "modulepreload" or reference.target in modules)
                if bundled and use.role in ("modulepreload", "scriptpreload"):
                    preloads.append(
                        ModulePreload(target=reference.target, element=use.element, span=use.span, syntax=use.syntax)
                    )
                else:
                    references.append(reference)
        return tuple(preloads), references, tuple(links)

    def _linked_page(self, use: UrlUse) -> Reference | None:
        resolved = self._resolve(use.url)
        if resolved is None:
            return None
        path, local = resolved
        page = self._files.page(path) if path is not None else None
        return self._made(use, FoundFile(path=page, public=False, page=True), local) if page else None

    def _reference(self, use: UrlUse) -> Reference | None:
        """The reference that a URL makes; None, reported where it must be, when it names no file of the project."""
        resolved = self._resolve(use.url)
        if resolved is None:
            return None
        path, local = resolved
        found = (
            NoFile(path=local.path, outside=True)
            if path is None
            else self._files.find(path, rooted=local.path.startswith("/"))
        )
        hinted = use.role == "hint" or (use.role == "lazy" and not self._config.runtime.lazy)
        optional = hinted or use.role == "anchor"
        if isinstance(found, NoFile):
            if not optional:
                self._report_missing(use.url, use.span.start, found)
            return None
        if optional and (is_document(found.path) or path == self._path):
            return None
        return self._made(use, found, local)

    def _made(self, use: UrlUse, found: FoundFile, local: LocalUrl) -> Reference:
        kind = use.kind
        if use.role in ("embed", "hint"):
            kind = "document" if found.page else reference_kind(found.path)
        elif use.role == "frame" and not found.page:
            kind = "other"
        return Reference(
            kind=kind,
            url=use.url,
            target=found.path,
            suffix=local.suffix,
            span=use.span,
            syntax=use.syntax,
            public=found.public,
            absolute=use.absolute,
            same_origin=use.same_origin,
            loads=use.loads,
            integrity=use.integrity,
        )

    def _resolve(self, url: str) -> tuple[str | None, LocalUrl] | None:
        """The root-relative path of a local URL (None when it leaves the root); None for what leads elsewhere."""
        local = local_url(url)
        if local is None:
            return None
        if local.path.startswith("/"):
            return None if self._base_is_remote() else (join("", local.path), local)
        return None if self._folder is None else (join(self._folder, local.path), local)

    def _base_is_remote(self) -> bool:
        return self._folder is None and not placeholders.in_url(self._base_href or "")

    # --- scripts --------------------------------------------------------------------------------

    def _module_scripts(self) -> tuple[ModuleScript, ...]:
        """Module scripts that are linked, with their runs: what stands between two scripts may part them."""
        made: list[ModuleScript] = []
        run = 0
        before: ScriptUse | None = None
        for use in self._reading.scripts:
            target = self._script_target(use)
            waits = use.waits and self._config.runtime.priority
            if use.barrier and waits:
                continue
            if use.barrier or (use.src is not None and target is None):
                before = None
                continue
            alone = use.alone or waits
            joins = before is not None and not alone and not self._parted(before, use)
            run = run if joins or not made else run + 1
            made.append(
                ModuleScript(
                    element=use.element,
                    target=target,
                    code=use.code,
                    src=use.src.span if use.src else None,
                    content=use.content,
                    run=run,
                )
            )
            before = None if alone else use
        return tuple(made)

    def _parted(self, before: ScriptUse, after: ScriptUse) -> bool:
        return placeholders.statement_between(self._text, before.element.end, after.element.start)

    def _script_target(self, use: ScriptUse) -> str | None:
        reference = self._reference(use.src) if use.src else None
        return reference.target if reference and not reference.public else None

    def _public_scripts(self) -> Iterable[Reference]:
        """Module scripts in the public folder are not linked, only named by their final URL."""
        found = (self._reference(use.src) for use in self._reading.scripts if use.src)
        return (reference for reference in found if reference and reference.public)

    def _priorities(self) -> Iterator[PriorityMark]:
        """Elements whose priority is no ``normal`` one; reports values that are none."""
        for use in self._reading.priorities:
            match use.value:
                case "critical" | "high" | "low" as priority:
                    waits = priority == "low" and use.can_wait
                    yield PriorityMark(
                        tag=use.tag, priority=priority, attribute=use.attribute, waits=waits, preloaded=use.preloaded
                    )
                case "normal":
                    pass
                case _:
                    near = difflib.get_close_matches(use.value, _PRIORITIES, n=1, cutoff=0.5)
                    where = self._location(use.span.start)
                    self._diagnostics.report(messages.unknown_priority(use.value, near[0] if near else None, where))

    # --- import map -----------------------------------------------------------------------------

    def _import_map(self) -> tuple[Mapping[str, str] | None, list[Reference]]:
        """The map's names with their URLs, and references to the public files among those.

        A URL of a file of the project is given as ``/`` and its path, so that the linker can tell it from a remote one.
        """
        found = self._reading.import_map
        if found is None:
            return None, []
        content = self._text[found.content.start : found.content.end]
        try:
            imports = json.loads(content)["imports"]
            mapped = {str(name): str(url) for name, url in imports.items() if isinstance(url, str)}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            if not (isinstance(error, KeyError) and error.args == ("imports",)):
                self._diagnostics.report(
                    messages.import_map_unreadable(str(error), self._location(found.content.start))
                )
            return None, []
        references = self._mapped_files(found, content, frozenset(mapped.values()))
        own = {reference.url: "/" + reference.target for reference in references if not reference.public}
        return {name: own.get(url, url) for name, url in mapped.items()}, [each for each in references if each.public]

    def _import_map_start(self) -> int | None:
        found = self._reading.import_map
        opened = found and _IMPORTS.search(self._text, found.content.start, found.content.end)
        return opened.end() if opened else None

    def _mapped_files(self, found: ImportMap, content: str, urls: frozenset[str]) -> list[Reference]:
        made: list[Reference] = []
        for match in re.finditer(r':\s*"((?:[^"\\]|\\.)*)"', content):
            url = json.loads(f'"{match[1]}"', strict=False)
            if url not in urls or url.endswith("/") or placeholders.in_url(url):
                continue
            start = found.content.start + match.start(1)
            span = Span(start=start, end=start + len(match[1]))
            use = UrlUse(role="fetch", kind="script", url=url, span=span, syntax="text", element=span, loads=False)
            if url.startswith(("/", "./", "../")) and (reference := self._reference(use)):
                made.append(replace(reference, kind="script"))
        return made

    # --- reports --------------------------------------------------------------------------------

    def _report_unreadable(self) -> None:
        if self._source.damaged is not None:
            where = self._location(self._source.damaged)
            self._diagnostics.report(messages.undecodable_page(self._source.encoding, where))
        for content in self._reading.templated_modules:
            self._diagnostics.report(messages.templated_module(self._location(content.start)))
        base = self._reading.base
        if base and self._base_is_remote() and ("://" not in self._config.base) and self._reading.scripts:
            self._diagnostics.report(messages.remote_base(base.url, self._location(base.span.start)))

    def _report_missing(self, url: str, offset: int, missing: NoFile) -> None:
        shown = _printable(url)
        where = self._location(offset)
        if missing.outside:
            self._diagnostics.report(messages.outside_root(shown, where))
            return
        near = tuple(_printable(name) for name in self._files.near(missing.path))
        severity = self._config.missing_file
        self._diagnostics.report(messages.missing_file(shown, _printable(missing.path), near, severity, where))

    def _location(self, offset: int) -> Location:
        start = self._text.rfind("\n", 0, offset) + 1
        end = self._text.find("\n", offset)
        line_text = self._text[start : len(self._text) if end < 0 else end].rstrip("\r")
        return Location(
            file=self._path,
            line=self._text.count("\n", 0, offset) + 1,
            column=offset - start + 1,
            line_text=_printable(line_text),
        )


def _printable(text: str) -> str:
    """Text that a terminal in UTF-8 can show: bytes that did not decode become replacement characters."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
