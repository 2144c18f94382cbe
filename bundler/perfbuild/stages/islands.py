"""islands: the components that pages name in ``data-component``, and the module of a page that mounts them.

The module is one more script of the page, with the page's other calls of the browser runtime in it; link makes an entry
of it and a lazy chunk of every component.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from msgspec.structs import replace

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics, Location
from perfbuild.html import placeholders
from perfbuild.html.tokens import written_offset
from perfbuild.model import Island, ModuleScript, Page, Span
from perfbuild.stages.component_files import ComponentFiles
from perfbuild.stages.component_kinds import ComponentKinds
from perfbuild.stages.injection import RECOVER, Call, calls_of_page, code_of

_MOMENT = re.compile(r"idle|load|visible|interaction|media\(.+\)", re.DOTALL)
_EXTENDS = re.compile(r"\{%-?\s*extends\b")
_END_OF_BLOCK = re.compile(r"\{%-?\s*endblock\b")


def with_islands(pages: tuple[Page, ...], config: Config, diagnostics: Diagnostics) -> tuple[Page, ...]:
    """``pages``, each one that has islands with the module that mounts them.

    Reports names that no component has or several have, props that are no JSON and moments that are not known.
    """
    with_some = [page for page in pages if page.islands]
    if not config.runtime.islands or not with_some:
        return pages
    files = ComponentFiles.find(config.root, config.runtime.islands_folder)
    if files is None:
        page = with_some[0]
        where = _location(page, page.islands[0].component_span.start)
        diagnostics.report(messages.islands_without_folder(config.runtime.islands_folder, where))
        return pages
    kinds = ComponentKinds(config.root)
    return tuple(_PageIslands(page, files, kinds, config, diagnostics).page() for page in pages)


class _PageIslands:
    """The islands of one page."""

    def __init__(
        self, page: Page, files: ComponentFiles, kinds: ComponentKinds, config: Config, diagnostics: Diagnostics
    ) -> None:
        self._page = page
        self._files = files
        self._kinds = kinds
        self._config = config
        self._diagnostics = diagnostics

    def page(self) -> Page:
        found = self._found()
        if not found:
            return self._page
        place = Span(start=self._place(), end=self._place())
        script = ModuleScript(
            element=place,
            target=None,
            code=self._code(found),
            src=None,
            content=place,
            injected=True,
            run=max((script.run for script in self._page.module_scripts), default=-1) + 1,
        )
        return replace(self._page, module_scripts=(*self._page.module_scripts, script))

    def _found(self) -> dict[str, str]:
        """The files of the components, by the names that the page has for them."""
        found: dict[str, str] = {}
        for island in self._page.islands:
            self._check(island)
            found.update(self._templated(island) if island.templated else self._named(island))
        return found

    def _named(self, island: Island) -> Iterator[tuple[str, str]]:
        files = self._files.named(island.component)
        if len(files) == 1:
            yield island.component, files[0]
        elif files:
            where = self._name_location(island)
            self._diagnostics.report(messages.island_ambiguous(island.component, files, where))
        else:
            self._unknown(island)

    def _templated(self, island: Island) -> Iterator[tuple[str, str]]:
        """Every component whose name the template may write."""
        parts = re.split("\0+", placeholders.mask(island.component))
        pattern = re.compile(".+".join(map(re.escape, parts)) if len(parts) > 1 else ".+")
        matching = {name: file for name, file in self._files.all_names() if pattern.fullmatch(name)}
        if not matching:
            return self._unknown(island)
        count = len(set(matching.values()))
        self._diagnostics.report(messages.island_templated(island.component, count, self._name_location(island)))
        yield from matching.items()

    # --- the module -----------------------------------------------------------------------------

    def _code(self, found: Mapping[str, str]) -> str:
        loaders = ", ".join(f"{json.dumps(name)}: {self._loader(file)}" for name, file in sorted(found.items()))
        options = json.dumps({"rootMargin": self._config.runtime.islands_margin})
        call = Call(module="islands", function="islands", argument=f"{{ {loaders} }}, {options}")
        runtime = self._config.runtime
        recover = (RECOVER,) if runtime.recover else ()
        return code_of((call, *recover, *calls_of_page(self._page, runtime)))

    def _loader(self, file: str) -> str:
        kind = self._kinds.of(file)
        query = "" if kind == "plain" else f"?island={kind}"
        return f"() => import({json.dumps('/' + quote(file) + query)})"

    def _place(self) -> int:
        """Before the end of the body; in a template that extends another, of the block that has the last island: what
        stands outside of blocks is dropped."""
        page = self._page
        if _EXTENDS.search(page.text):
            block = _END_OF_BLOCK.search(page.text, page.islands[-1].element.end)
            if block:
                return block.start()
        return page.anchors.body_end

    # --- checks ---------------------------------------------------------------------------------

    def _check(self, island: Island) -> None:
        if island.moment and island.moment_span and not _MOMENT.fullmatch(island.moment):
            where = _location(self._page, island.moment_span.start)
            self._diagnostics.report(messages.island_moment(island.moment, where))
        if island.props and island.props_span:
            wrong = _json_error(island.props)
            if wrong is not None:
                why, at = wrong
                written = self._page.text[island.props_span.start : island.props_span.end]
                start = island.props_span.start + written_offset(written, at)
                self._diagnostics.report(messages.island_props(why, _location(self._page, start)))

    def _unknown(self, island: Island) -> None:
        near = () if island.templated else self._files.near(island.component)
        where = self._name_location(island)
        self._diagnostics.report(messages.island_unknown(island.component, self._files.folder, near, where))

    def _name_location(self, island: Island) -> Location:
        return _location(self._page, island.component_span.start)


def _json_error(text: str) -> tuple[str, int] | None:
    """Why a browser would not read ``text`` as JSON, and the offset of that; None where it would."""
    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return f"is no JSON: {error.msg[0].lower()}{error.msg[1:]}", error.pos
    except ValueError as error:
        return f"is no JSON: {error}", 0
    except RecursionError:
        pass  # deeper than this, and still JSON
    return None


def _no_constant(name: str) -> object:
    raise ValueError(f"there is no {name} in it")


def _location(page: Page, offset: int) -> Location:
    line, column = page.position(offset)
    start = page.text.rfind("\n", 0, offset) + 1
    end = page.text.find("\n", offset)
    text = page.text[start : len(page.text) if end < 0 else end].rstrip("\r")
    return Location(file=page.path, line=line, column=column, line_text=re.sub("[\ud800-\udfff]", "\ufffd", text))
