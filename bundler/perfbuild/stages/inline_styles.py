"""Stylesheets that stand in the page itself, where the request for them would cost visitors more than the copies do.

docs/design/inline-styles.md has the rule, its derivation and what was rejected.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from perfbuild.config import Config
from perfbuild.html import placeholders
from perfbuild.html.editing import Edit
from perfbuild.html.tokens import Token, attributes, tokens
from perfbuild.html.urls import join, local_url
from perfbuild.model import Linked, OutputFile, Page, Span
from perfbuild.sizes import plural
from perfbuild.stages.chunk_graph import ChunkGraph
from perfbuild.stages.content_policies import blocks_inline_styles
from perfbuild.stages.priorities import waiting
from perfbuild.stages.routes import page_entries

#: Pages that a visitor looks at on one visit, where there are as many.
SESSION = 5

#: A ``<link>`` that says nothing else is as good as a ``<style>`` in its place.
_PLAIN = frozenset(("rel", "href", "type", "media", "crossorigin", "integrity", "nonce"))
_XHTML = (".xhtml", ".xht")
_CHARSET = re.compile(r'@charset "[^"]*";')
#: What may lead to a file: ``url()`` and strings, comments left out. Minified by lightningcss, so without oddities.
_URL = re.compile(
    r"""/\*.*?\*/|(?P<function>url\(\s*)?(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)')"""
    r"""|url\(\s*(?P<bare>[^"')\s][^)\s]*)""",
    re.DOTALL,
)


def inline_styles(
    pages: Sequence[Page],
    linked: Linked,
    graph: ChunkGraph,
    files: Collection[str],
    config: Config,
    page_edits: Mapping[str, Sequence[Edit]],
) -> Mapping[str, frozenset[str]]:
    """For each page the stylesheets that stand in it, by output path; pages without any are left out.

    ``linked`` is named for good. ``files`` are the paths of all files that a stylesheet may name; ``page_edits`` are
    what plugins change, which no link may lose.
    """
    if config.output.inline_styles == 0:
        return {}
    styles = {page.path: _styles(page, linked, graph) for page in pages}
    users = Counter(path for found in styles.values() for path in found)
    small = {
        path
        for path, count in users.items()
        if _is_small(path, count, linked, config) and _can_move(path, linked, config, files)
    }
    small -= _named_by_scripts(small, linked)
    inlined = {
        page.path: frozenset(
            path
            for path, link in styles[page.path].items()
            if path in small and _may_go(path, link, page, linked, page_edits)
        )
        for page in pages
        if small.intersection(styles[page.path]) and _may_hold_styles(page)
    }
    return {path: found for path, found in inlined.items() if found}


def _limit(pages: int, config: Config) -> int:
    """The most compressed bytes of a stylesheet that so many pages link: what one request costs, less for each page
    beyond the second that a visitor downloads it with again."""
    if config.output.inline_styles is not None:
        return config.output.inline_styles
    return config.chunks.request_cost // max(1, min(pages, SESSION) - 1)


def _is_small(path: str, pages: int, linked: Linked, config: Config) -> bool:
    content = linked.files[path].content
    most = _limit(pages, config)
    return content is not None and len(content) <= 20 * most and len(zlib.compress(content, 9)) <= most


# --- which stylesheets a page has -----------------------------------------------------------------


def _styles(page: Page, linked: Linked, graph: ChunkGraph) -> Mapping[str, Span | None]:
    """Output path -> the URL of the ``<link>`` that names it; None where one of the page's entries brings it."""
    links: dict[str, Span | None] = {}
    for reference in page.references:
        if reference.kind == "stylesheet" and not reference.public:
            links.setdefault(linked.references[reference.target], reference.span)
    put_off = waiting(page)
    late = {script.run for script in page.module_scripts if script.element.start in put_off}
    for run, entry in page_entries(page, linked).items():
        for path in graph.chunks[entry].css if run not in late else ():
            links.setdefault(path, None)
    return links


def _named_by_scripts(paths: Iterable[str], linked: Linked) -> set[str]:
    """What a script asks for by name later: lazy chunks bring stylesheets so, and sources may (``?url``)."""
    stable = {path for names in linked.stable_names.values() for path in names.values()}
    scripts = [file.content for file in linked.files.values() if file.type == "script" and file.content is not None]
    return {
        path
        for path in paths
        if path in stable or any(posixpath.basename(path).encode() in content for content in scripts)
    }


# --- what may move --------------------------------------------------------------------------------


def _may_hold_styles(page: Page) -> bool:
    """Not a template, which is sent anew for every request; not XHTML, where a style's text is markup."""
    return not page.path.endswith(_XHTML) and not placeholders.in_code(page.text) and not blocks_inline_styles(page)


def _may_go(path: str, link: Span | None, page: Page, linked: Linked, page_edits: Mapping[str, Sequence[Edit]]) -> bool:
    """Whether nothing but the stylesheet would be missed with the link."""
    named = [
        reference
        for reference in page.references
        if not reference.public and linked.references.get(reference.target) == path
    ]
    if link is None:
        return not named
    tag = link_around(page, link)
    if tag is None or len(named) != 1 or not named[0].loads:
        return False
    found = attributes(page.text, tag.start, tag.end)
    edited = any(tag.start <= edit.span.start < tag.end for edit in page_edits.get(page.path, ()))
    return not edited and found.keys() <= _PLAIN and found["rel"].value.strip().lower() == "stylesheet"


def link_around(page: Page, span: Span) -> Token | None:
    """The start tag of the ``<link>`` whose URL stands at ``span``."""
    links = (token for token in tokens(page.text) if token.kind == "start" and token.name == "link")
    return next((token for token in links if token.start < span.start and span.end < token.end), None)


class _Mention(NamedTuple):
    """What may lead to a file, with its span in the stylesheet."""

    url: str
    start: int
    end: int
    in_function: bool
    """Whether it stands in ``url()``; any other string may as well be a text."""


def _mentions(text: str) -> Iterator[_Mention]:
    for found in _URL.finditer(text):
        group = next((name for name in ("double", "single", "bare") if found[name] is not None), None)
        if group is not None:
            in_function = group == "bare" or found["function"] is not None
            yield _Mention(found[group], found.start(group), found.end(group), in_function)


def _text_of(path: str, linked: Linked) -> str:
    """With the line ends that the parser of a page makes of any, so that the hash is that of the element's text."""
    content = linked.files[path].content
    assert content is not None
    text = _CHARSET.sub("", content.decode(), count=1).strip()
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _can_move(path: str, linked: Linked, config: Config, files: Collection[str]) -> bool:
    """Whether every file that the stylesheet names can be named from a page too."""
    return all(
        _target(each.url, path, files) is not None or _stays(each.url, config)
        for each in _mentions(_text_of(path, linked))
        if each.in_function
    )


def _stays(url: str, config: Config) -> bool:
    local = local_url(url)
    return local is None or (local.path.startswith("/") and "//" not in config.base)


def _target(url: str, path: str, files: Collection[str]) -> str | None:
    """The output path that a relative URL in the stylesheet leads to; None for any other."""
    local = local_url(url)
    if local is None or local.path.startswith("/"):
        return None
    target = join(posixpath.dirname(path), local.path)
    return target if target in files else None


def text_in_page(path: str, linked: Linked, files: Collection[str], url: Callable[[str], str]) -> str:
    """A stylesheet's text with its URLs as they are written in a page.

    ``files`` are all output paths that it may name, and ``url`` makes a URL of one.
    """
    text = _text_of(path, linked)
    pieces, done = [], 0
    for each in _mentions(text):
        target = _target(each.url, path, files)
        if target is not None:
            local = local_url(each.url)
            pieces += [text[done : each.start], url(target), local.suffix if local else ""]
            done = each.end
    return "".join((*pieces, text[done:]))


def noted(files: Mapping[str, OutputFile], inlined: Mapping[str, Collection[str]]) -> Mapping[str, OutputFile]:
    """The files, with a note on those that stand in pages."""
    counts = Counter(path for styles in inlined.values() for path in styles)
    said = {path: f"inline in {plural(count, 'page')}" for path, count in counts.items()}
    return {
        path: replace(file, note=", ".join(filter(None, (file.note, said[path])))) if path in said else file
        for path, file in files.items()
    }
