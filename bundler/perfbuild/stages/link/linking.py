"""The conversation with the engine, and what becomes of its answers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics, PerfbuildError
from perfbuild.engine import protocol
from perfbuild.engine.client import Engine, EngineRequestError
from perfbuild.html.urls import base_folder
from perfbuild.model import (
    Chunk,
    ChunkModule,
    ChunkReason,
    Entry,
    InlineCode,
    InlineResult,
    Linked,
    ModuleScript,
    Page,
    Project,
    Reference,
    RouteRecord,
)
from perfbuild.stages.import_maps import takes_import_maps
from perfbuild.stages.link.arranging import Arranger
from perfbuild.stages.link.environment import defines
from perfbuild.stages.link.files import FileTable
from perfbuild.stages.link.planning import Planner, chunk_groups
from perfbuild.stages.link.problems import Origin, report_problems
from perfbuild.stages.link.route_table import route_table
from perfbuild.stages.link.style_visits import PageEntries
from perfbuild.stages.link.workspace import is_commonjs, workspace_of

Result = TypeVar("Result")

_PROCESSED = ("script", "stylesheet", "manifest")


def open_engine(engine: Engine, config: Config, project: Project, pages: tuple[Page, ...], staging: Path) -> None:
    """Tells the engine of the project; what it emits goes to ``staging``, an existing folder."""
    engine.shake_hands()
    bundled, external = _import_maps(config.root, pages)
    engine.request(
        "open",
        {
            "root": str(config.root),
            "workspace": str(workspace_of(config.root)),
            "publicDir": str(config.root / config.public_dir) if config.public_dir else None,
            "base": config.base,
            "target": config.target,
            "inlineLimit": config.inline_limit,
            "define": defines(config),
            "alias": bundled | dict(config.alias),
            "external": sorted({*config.external, *external}),
            "missing": "warning" if config.missing_file == "warn" else "error",
            "staging": str(staging),
            "sourcemap": config.sourcemap,
            "recover": config.runtime.recover and bool(pages),
            "importMaps": takes_import_maps(project, pages, config),
        },
    )


def link(
    project: Project, pages: tuple[Page, ...], config: Config, engine: Engine, staging: Path, diagnostics: Diagnostics
) -> Linked:
    """Links the whole project. Problems are reported; after an error the result is only good for looking on."""
    requests = _Requests(engine, project, pages, config, diagnostics)
    if requests.entries and is_commonjs(config.root):
        diagnostics.report(messages.type_commonjs())
    planner = Planner(config, pages, requests.page_entries, diagnostics)
    arranger = Arranger(config, planner, diagnostics)
    engine.handle("plan", planner.answer)
    engine.handle("arrange", arranger.answer)
    if requests.entries and config.chunks.strategy == "auto":
        arranger.prepare()
    answers = requests.send()
    answers.wait()
    return _Gathering(requests, planner, arranger, _staged(engine, staging)).linked(answers)


class _Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Requests under way; the engine works on all of them at once."""

    link: Future[msgspec.Raw] | None
    sheets: Future[msgspec.Raw] | None
    scripts: Future[msgspec.Raw] | None
    styles: Future[msgspec.Raw] | None

    def wait(self) -> None:
        wait(answer for answer in (self.link, self.sheets, self.scripts, self.styles) if answer)


def _staged(engine: Engine, staging: Path) -> dict[str, bytes]:
    """What the engine wrote, by output path: one file that holds them one after the other."""
    names = msgspec.json.decode(engine.ask("staged", {}), type=protocol.Staged)
    with (staging / "output").open("rb") as stream:
        return {file: stream.read(size) for file, size in names}


class _Requests:
    """What the engine is asked for, from the pages and the configuration."""

    def __init__(
        self, engine: Engine, project: Project, pages: tuple[Page, ...], config: Config, diagnostics: Diagnostics
    ) -> None:
        self.engine = engine
        self.project = project
        self.pages = pages
        self.config = config
        self.diagnostics = diagnostics
        references = [reference for page in pages for reference in page.references if not reference.public]
        # A link to a stylesheet must not make a mere copy of it: the kinds that are processed stand last and win.
        references.sort(key=lambda reference: reference.kind in _PROCESSED)
        self.references = {reference.target: reference for reference in references}
        self.styles = [(page, code) for page in pages for code in page.inline if code.kind != "script"]
        self.scripts = [(page, code) for page in pages for code in page.inline if code.kind == "script"]
        self.origins: dict[str, Origin] = {}
        self.entries = self._entries()

    def send(self) -> _Answers:
        sheets = self._targets("stylesheet")
        scripts = self._targets("script")
        link = {
            "entries": self.entries,
            "plansChunks": bool(chunk_groups(self.config)),
            "arranges": self.config.chunks.strategy == "auto",
        }
        return _Answers(
            link=self._request("link", link) if self.entries else None,
            sheets=self._request("stylesheets", {"files": sheets}) if sheets else None,
            scripts=self._request(
                "scripts", {"files": scripts, "inline": [self._script(*item) for item in self.scripts]}
            )
            if scripts or self.scripts
            else None,
            styles=self._request("inlineStyles", {"items": [self._style(*item) for item in self.styles]})
            if self.styles
            else None,
        )

    def _request(self, method: str, params: object) -> Future[msgspec.Raw]:
        return self.engine.request(method, params)

    def _targets(self, kind: Literal["stylesheet", "script"]) -> list[str]:
        linked = {target for target, reference in self.references.items() if reference.kind == kind}
        if kind == "stylesheet":
            linked |= {entry.path for entry in self.project.entries if _is_style(entry)}
        return sorted(linked)

    def _entries(self) -> list[dict[str, object]]:
        entries: list[dict[str, object]] = [
            {"key": entry.name, "stem": entry.name, "id": entry.path, "parts": [{"file": entry.path}]}
            for entry in self.project.entries
            if not _is_style(entry)
        ]
        for page in self.pages:
            for run, scripts in sorted(_runs(page).items()):
                alone = scripts[0].target if len(scripts) == 1 else None
                entry: dict[str, object] = {
                    "key": f"{page.path}#{run}",
                    "stem": _stem(alone or page.path),
                    "id": self._entry_id(page, scripts),
                    "parts": [self._part(page, script) for script in scripts],
                }
                entries.append(entry)
        return entries

    @property
    def injected(self) -> frozenset[str]:
        """The entries that are none of the project's own: they load components of a page, not routes."""
        runs = ((page, scripts) for page in self.pages for scripts in _runs(page).values())
        return frozenset(self._entry_id(page, scripts) for page, scripts in runs if scripts[0].injected)

    @property
    def page_entries(self) -> PageEntries:
        return PageEntries(
            pages=tuple(
                tuple(self._entry_id(page, scripts) for scripts in _runs(page).values()) for page in self.pages
            ),
            configured=frozenset(entry.path for entry in self.project.entries),
        )

    def _entry_id(self, page: Page, scripts: list[ModuleScript]) -> str:
        """Of the module that the entry is: the script itself, or one that imports them all."""
        if len(scripts) > 1:
            return f"{self._beside(page)}?run={scripts[0].run}"
        return scripts[0].target or self._inline_id(page, "script", scripts[0].content.start)

    def _beside(self, page: Page) -> str:
        """The name of a file where relative URLs of the page's code resolve from."""
        folder = base_folder(
            page.path, page.base_href, self.config.base, lambda path: (self.config.root / path).is_dir()
        )
        own = posixpath.dirname(page.path)
        return posixpath.join(own if folder is None else folder, posixpath.basename(page.path))

    def _part(self, page: Page, script: ModuleScript) -> dict[str, object]:
        if script.target is not None:
            return {"file": script.target}
        return {"id": self._inline_id(page, "script", script.content.start), "code": script.code}

    def _script(self, page: Page, code: InlineCode) -> dict[str, object]:
        return {"id": self._inline_id(page, "classic", code.span.start), "code": code.code}

    def _inline_id(self, page: Page, kind: str, start: int) -> str:
        """A name for inline code, from which its relative URLs resolve, and by which problems find back to the page."""
        name = f"{self._beside(page)}?{kind}={start}"
        self.origins[name] = Origin(page=page, start=start)
        return name

    def _style(self, page: Page, code: InlineCode) -> dict[str, object]:
        up = posixpath.relpath(".", posixpath.dirname(self._beside(page)) or ".")
        prefix = ("" if up == "." else f"{up}/") if self.config.base == "./" else self.config.base
        return {
            "id": self._inline_id(page, code.kind, code.span.start),
            "kind": code.kind,
            "code": code.code,
            "prefixes": {"asset": f"{prefix}assets/", "public": prefix},
        }


class _Gathering:
    """Puts the engine's answers together."""

    def __init__(self, requests: _Requests, planner: Planner, arranger: Arranger, staged: Mapping[str, bytes]) -> None:
        self.requests = requests
        self.config = requests.config
        self.planner = planner
        self.arranger = arranger
        self.files = FileTable(requests.config, staged, requests.diagnostics)
        self.references: dict[str, str] = {}
        self.assets_of: dict[str, tuple[str, ...]] = {}
        self.inline: list[InlineResult] = []
        self.entries: dict[str, str] = {}
        self.import_maps = False
        self.routes: tuple[RouteRecord, ...] = ()

    def linked(self, answers: _Answers) -> Linked:
        chunks = self._take_link(answers.link)
        self._take_sheets(answers.sheets)
        self._take_scripts(answers.scripts)
        self._take_styles(answers.styles)
        for target, reference in sorted(self.requests.references.items()):
            if target not in self.references:
                self.references[target] = self._file(reference)
        return Linked(
            chunks=chunks,
            modules=self.planner.modules(),
            files=self.files.by_path,
            entries=self.entries,
            references=self.references,
            inline=tuple(self.inline),
            assets_of=self.assets_of,
            import_maps=self.import_maps,
            routes=self.routes,
            atoms=self.arranger.atoms,
            arrangement=self.arranger.arrangement,
            root_weights=self.arranger.weights,
            change_rates=self.arranger.change_rates,
        )

    def _take_link(self, future: Future[msgspec.Raw] | None) -> tuple[Chunk, ...]:
        answer = self._result(future, protocol.LinkResult)
        if answer is None:
            return ()
        self._report(answer.problems)
        for chunk in answer.chunks:
            self.files.add_staged(chunk.file, tuple(module for module, _ in chunk.modules))
        self._take_stylesheets(answer.styles)
        self._take_assets(answer.assets)
        for file in answer.emitted:  # source maps, classic workers, the preload helper
            self.files.add_staged(file, ())
        if answer.licences:
            self.files.add_staged(answer.licences, (), note="legal comments of the modules")
        self.entries |= answer.entries
        self.import_maps = answer.import_maps
        self.routes = self._routes(answer.routes)
        sizes = {path: len(file.content or b"") for path, file in self.files.by_path.items()}
        return _chunks(answer.chunks, sizes, self.arranger, self.requests.injected)

    def _routes(self, found: tuple[protocol.RouteFound, ...]) -> tuple[RouteRecord, ...]:
        pages = [page.path for page in self.requests.pages]
        return route_table(found, self.config, self.planner.modules(), pages, self.requests.diagnostics)

    def _take_sheets(self, future: Future[msgspec.Raw] | None) -> None:
        answer = self._result(future, protocol.SheetsResult)
        if answer is None:
            return
        self._report(answer.problems)
        styles = tuple(
            protocol.EmittedStyle(file=sheet.file, sources=(sheet.source,), assets=sheet.assets)
            for sheet in answer.sheets
        )
        self._take_stylesheets(styles)
        self._take_assets(answer.assets)
        files = {sheet.source: sheet.file for sheet in answer.sheets}
        self.references |= files
        self.entries |= {entry.name: files[entry.path] for entry in self.requests.project.entries if _is_style(entry)}

    def _take_scripts(self, future: Future[msgspec.Raw] | None) -> None:
        answer = self._result(future, protocol.ScriptsResult)
        if answer is None:
            return
        self._report(answer.problems)
        for script in answer.scripts:
            self.files.add_staged(script.file, (script.source,))
            self.references[script.source] = script.file
        for (page, code), text in zip(self.requests.scripts, answer.codes, strict=True):
            self._add_inline(page, code, text)

    def _take_styles(self, future: Future[msgspec.Raw] | None) -> None:
        answer = self._result(future, protocol.InlineStylesResult)
        if answer is None:
            return
        self._report(answer.problems)
        self._take_assets(answer.assets)
        for (page, code), result in zip(self.requests.styles, answer.codes, strict=True):
            self._add_inline(page, code, result.code)

    def _add_inline(self, page: Page, code: InlineCode, text: str) -> None:
        if text != code.code:
            self.inline.append(InlineResult(page=page.path, span=code.span, syntax=code.syntax, code=text))

    def _take_stylesheets(self, styles: Iterable[protocol.EmittedStyle]) -> None:
        for style in styles:
            self.files.add_staged(style.file, style.sources)
            self.assets_of[style.file] = style.assets

    def _take_assets(self, assets: Iterable[protocol.EmittedAsset]) -> None:
        for asset in assets:
            self.files.add_source(asset.file, asset.source, Path(asset.path))

    def _file(self, reference: Reference) -> str:
        if reference.kind == "manifest":
            return self.files.add_manifest(reference.target)
        return self.files.add_reference(reference.target)

    def _result(self, future: Future[msgspec.Raw] | None, kind: type[Result]) -> Result | None:
        if future is None:
            return None
        try:
            return msgspec.json.decode(future.result(), type=kind)
        except EngineRequestError as error:
            failure = error.failure
            if not failure.data.problems:
                raise PerfbuildError(messages.engine_failed(failure.message, failure.data.stack)) from error
            self._report(failure.data.problems)
            return None

    def _report(self, problems: tuple[protocol.Problem, ...]) -> None:
        report_problems(problems, self.config.root, self.requests.origins, self.requests.diagnostics)


def _import_maps(root: Path, pages: Iterable[Page]) -> tuple[dict[str, str], set[str]]:
    """The names of the pages' import maps: those of the project's own files are bundled, the others are the
    browser's."""
    bundled: dict[str, str] = {}
    external: set[str] = set()
    for page in pages:
        for name, url in (page.import_map or {}).items():
            local = "" if "://" in url else posixpath.join("/", posixpath.dirname(page.path), url)
            if local and (root / local.lstrip("/")).exists():
                bundled[name.rstrip("/")] = f".{local.rstrip('/')}"
            else:
                external.add(name)
    return bundled, external


def _chunks(
    emitted: tuple[protocol.EmittedChunk, ...], sizes: Mapping[str, int], arranger: Arranger, injected: frozenset[str]
) -> tuple[Chunk, ...]:
    """``sizes``: bytes by path. ``injected``: the entries that load islands."""
    reasons = arranger.reasons()
    entries = {chunk.file for chunk in emitted if chunk.is_entry and chunk.facade not in injected}
    at_start = _static_closure(emitted, entries)
    from_start = {file for chunk in emitted if chunk.file in at_start for file in chunk.dynamic_imports}
    return tuple(
        Chunk(
            file=chunk.file,
            name=_stem(chunk.file).rpartition("-")[0],
            reason=_reason(chunk, from_start),
            group=chunk.group,
            facade=chunk.facade,
            facades=chunk.facades,
            why=reasons.get(frozenset(module for module, _ in chunk.modules), ""),
            is_entry=chunk.is_entry,
            modules=_shares(chunk, sizes[chunk.file]),
            imports=chunk.imports,
            dynamic_imports=chunk.dynamic_imports,
            css=chunk.css,
            assets=chunk.assets,
            prefetch=chunk.prefetch,
            preload=chunk.preload,
        )
        for chunk in sorted(emitted, key=lambda chunk: chunk.file)
    )


def _shares(chunk: protocol.EmittedChunk, size: int) -> tuple[ChunkModule, ...]:
    """Each module's share of the chunk: minification takes about the same part of all."""
    rendered = sum(length for _, length in chunk.modules) or 1
    return tuple(ChunkModule(id=module, bytes=round(length * size / rendered)) for module, length in chunk.modules)


def _static_closure(chunks: tuple[protocol.EmittedChunk, ...], files: set[str]) -> set[str]:
    imports = {chunk.file: chunk.imports for chunk in chunks}
    seen = set(files)
    queue = list(files)
    while queue:
        for imported in imports.get(queue.pop(), ()):
            if imported not in seen:
                seen.add(imported)
                queue.append(imported)
    return seen


def _reason(chunk: protocol.EmittedChunk, from_start: set[str]) -> ChunkReason:
    """A lazy chunk that an entry asks for is a route; one that a lazy chunk or an island asks for is a component."""
    if chunk.is_entry:
        return "entry"
    if chunk.group is not None:
        return "group"
    if not chunk.is_dynamic_entry:
        return "shared"
    return "route" if chunk.file in from_start else "component"


def _runs(page: Page) -> dict[int, list[ModuleScript]]:
    runs: dict[int, list[ModuleScript]] = {}
    for script in page.module_scripts:
        runs.setdefault(script.run, []).append(script)
    return runs


def _is_style(entry: Entry) -> bool:
    return entry.path.endswith((".css", ".scss", ".sass"))


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]
