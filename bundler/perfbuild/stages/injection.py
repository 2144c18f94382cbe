"""inject: the browser runtime, for pages whose elements or chunks ask for it, and for no other.

A page is given one module after its content. What it calls is known from the page and the linked chunks; islands need
modules of the project, so theirs is an entry of the link (:mod:`perfbuild.stages.islands`) and has the page's other
calls in it. docs/design/injection.md says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import msgspec
from msgspec.structs import replace

from perfbuild.config import Config, Runtime
from perfbuild.engine.client import Engine
from perfbuild.engine.protocol import SnippetsResult
from perfbuild.model import Linked, OutputFile, Page, Snippet
from perfbuild.stages.chunk_graph import ChunkGraph
from perfbuild.stages.content_policies import blocks_inline_scripts
from perfbuild.stages.deep_links import page_routes
from perfbuild.stages.link.files import token
from perfbuild.stages.routes import page_entries

#: Snippets of fewer bytes of brotli than this stand in the page: a request costs more.
INLINE_BELOW = 600
#: What a server template, or the parser of a page, would read in code.
_NOT_INLINE = ("{{", "{%", "[[", "</", "<!--", "<?", "<%")


class Call(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A function of the runtime that a page calls."""

    module: str
    """``lazy`` of ``perfbuild/lazy``."""
    function: str
    argument: str = ""
    """A JavaScript expression."""


#: Of every page that loads chunks later.
RECOVER = Call(module="recover", function="recover")


def code_of(calls: Iterable[Call]) -> str:
    """The module that makes the calls."""
    ordered = sorted(set(calls))
    imports = [f'import {{ {call.function} }} from "perfbuild/{call.module}";' for call in ordered]
    return "\n".join((*imports, *(f"{call.function}({call.argument});" for call in ordered)))


def calls_of_page(page: Page, runtime: Runtime) -> tuple[Call, ...]:
    """What the page's own elements ask for."""
    return tuple(_calls_of_page(page, runtime))


def _calls_of_page(page: Page, runtime: Runtime) -> Iterator[Call]:
    if runtime.lazy and "lazy" in page.pieces:
        yield Call(module="lazy", function="lazy", argument=_options({"rootMargin": runtime.lazy_margin}))
    if runtime.priority and "resources" in page.pieces:
        yield Call(module="resources", function="loadMarked")
    if runtime.prefetch != "none" and ("prefetch" in page.pieces or page.module_scripts):
        yield prefetch_call(runtime, runtime.prefetch)


def prefetch_call(runtime: Runtime, policy: str) -> Call:
    """``policy``: of links to pages; ``none`` where only routes that ask for it are fetched."""
    options = {
        "policy": policy,
        "delay": runtime.prefetch_delay,
        "limit": runtime.prefetch_limit,
        "crossOrigin": runtime.prefetch_cross_origin,
        "speculation": runtime.speculation != "none",
    }
    return Call(module="prefetch", function="prefetch", argument=_options(options))


def inject(pages: tuple[Page, ...], linked: Linked, config: Config, engine: Engine) -> Linked:
    """``linked`` with the snippets of the pages that need one, as files or as code."""
    graph = ChunkGraph(linked)
    wanted: dict[str, str] = {}
    for page in pages:
        calls = {*_calls_of_chunks(page, linked, graph, config), *calls_of_page(page, config.runtime)}
        if any(script.injected for script in page.module_scripts):  # that one has the others
            calls -= {RECOVER, *calls_of_page(page, config.runtime)}
        if calls:
            wanted[page.path] = code_of(calls)
    if not wanted:
        return linked
    codes = sorted(set(wanted.values()))
    answer = msgspec.json.decode(engine.ask("snippets", {"codes": codes}), type=SnippetsResult)
    minified = dict(zip(codes, answer.codes, strict=True))
    snippets = {page.path: _snippet(page, minified[wanted[page.path]]) for page in pages if page.path in wanted}
    files = {snippet.file: _file(snippet) for snippet in snippets.values() if snippet.file is not None}
    return replace(linked, files={**linked.files, **files}, snippets=snippets)


def _calls_of_chunks(page: Page, linked: Linked, graph: ChunkGraph, config: Config) -> Iterator[Call]:
    """What the page's scripts ask for."""
    runtime = config.runtime
    lazy = graph.dynamic_imports(page_entries(page, linked).values())
    if runtime.recover and lazy:
        yield RECOVER
    if runtime.prefetch == "none" and lazy and config.output.deep_links and _has_eager_route(page, linked, graph):
        yield prefetch_call(runtime, "none")


def _has_eager_route(page: Page, linked: Linked, graph: ChunkGraph) -> bool:
    """Whether a route of the page asks to be fetched ahead; the table that says so is an inline script."""
    if not any(record.preload for record in linked.routes) or blocks_inline_scripts(page):
        return False
    return any(route.level == 2 and route.files for route in page_routes(page, linked, graph))


def _snippet(page: Page, code: str) -> Snippet:
    """In the page where it may stand there."""
    clean = not any(mark in code for mark in _NOT_INLINE) and not page.path.endswith((".xhtml", ".xht"))
    inline = clean and _transfer_size(code) < INLINE_BELOW and not blocks_inline_scripts(page)
    return Snippet(file=None if inline else f"assets/runtime-{token(f'snippet:{code}')}.js", code=code)


@cache
def _transfer_size(code: str) -> int:
    import brotli  # type: ignore[import-untyped]  # not before a page is given something

    return len(brotli.compress(code.encode(), quality=11))


def _file(snippet: Snippet) -> OutputFile:
    assert snippet.file is not None
    content = f"{snippet.code}\n".encode()
    return OutputFile(path=snippet.file, type="script", content=content, hashed=True, note="browser runtime")


def _options(values: Mapping[str, object]) -> str:
    return json.dumps(values)
