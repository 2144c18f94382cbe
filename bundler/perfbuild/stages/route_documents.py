"""Documents of single routes, for hosts that serve files alone: which there are, and how the page's URLs stay right."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

import msgspec

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics, Location
from perfbuild.html.editing import Edit, apply_edits, insertion
from perfbuild.html.placeholders import in_url
from perfbuild.html.srcset import candidates
from perfbuild.html.tokens import Attribute, Token, attributes, raw_text_end, tokens
from perfbuild.html.urls import local_url
from perfbuild.model import Page
from perfbuild.stages.deep_links import PageRoute, routes_folder

_URLS = frozenset(
    ("action", "background", "cite", "formaction", "href", "longdesc", "manifest", "poster", "src", "xlink:href")
)
_SETS = frozenset(("srcset", "imagesrcset"))
_CSS_URL = re.compile(r"url\(\s*(?:&quot;|&#39;|[\"'])?|@import\s+[\"']")
_CSS_URL_END = re.compile(r"[\"')]|&quot;|&#39;")
_MAPPED = re.compile(r'"(?=\.{1,2}/)')
_UNSAFE = re.compile(r"[\0-\x1f\\:*?\"<>|]")


class RouteDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A copy of a page for one route; ``path`` is its output path."""

    path: str
    route: PageRoute
    to_page: str
    """What leads from its folder to the page's, '' or with a slash at its end."""


def route_documents(
    page: Page, routes: tuple[PageRoute, ...], taken: Collection[str], config: Config, diagnostics: Diagnostics
) -> Iterator[RouteDocument]:
    """One for each address that a route of the page has without parameters, the page's own left out.

    ``taken`` are the output paths that there are. Reports what cannot be written.
    """
    if posixpath.basename(page.path) != "index.html":
        return
    if config.base == "./" and not page.base_href:
        diagnostics.report(messages.route_documents_relative(Location(file=page.path)))
        return
    occupied = set(taken)
    home = page.path.rpartition("/")[0]
    below = routes_folder(page, routes)
    for route in routes:
        address = route.pattern.address()
        if address is None:
            continue
        folder = posixpath.join(below, address[1:]).rstrip("/")
        path = posixpath.join(folder, "index.html")
        if path == page.path or path in occupied - set(taken):
            continue  # of two routes for one address the first is the one that fits it
        why = _refusal(path, taken)
        if why is not None:
            diagnostics.report(messages.route_document_skipped(route.path, path, why))
            continue
        occupied.add(path)
        way = posixpath.relpath("/" + home, "/" + folder)
        yield RouteDocument(path=path, route=route, to_page=f"{way}/")


def _refusal(path: str, taken: Collection[str]) -> str | None:
    parts = PurePosixPath(path).parts
    if any(part.startswith(".") or _UNSAFE.search(part) for part in parts):
        return "that is no path that every host and file system takes"
    if path in taken:
        return "another file has that path"
    parent = next((str(each) for each in PurePosixPath(path).parents if str(each) in taken), None)
    return f"{parent} is a file" if parent is not None else None


# --- URLs -----------------------------------------------------------------------------------------


def moved(text: str, to_page: str) -> str:
    """A page's text for a document in another folder: its relative URLs lead where they led from the page.

    ``to_page`` leads from that folder to the page's. Fragments and queries alone stay, and so does what a template
    writes. Behind a ``<base href>`` URLs count from there, so it alone is changed.
    """
    tags = [token for token in tokens(text) if token.kind == "start"]
    bases = [token for token in tags if token.name == "base" and "href" in attributes(text, token.start, token.end)]
    edits = [edit for token in bases[:1] or tags for edit in _tag_edits(text, token, to_page)]
    return apply_edits(text, edits)


def _tag_edits(text: str, token: Token, to_page: str) -> Iterator[Edit]:
    tag = attributes(text, token.start, token.end)
    for name, attribute in tag.items():
        if name in _URLS or (name == "data" and token.name == "object"):
            yield from _url_edit(attribute, to_page)
        elif name in _SETS:
            for each in candidates(attribute.raw):
                if _is_relative(each.url):
                    yield insertion(attribute.start + each.start, to_page)
        elif name == "style":
            yield from _css_edits(attribute.raw, attribute.start, to_page)
    if token.name == "style":
        end = raw_text_end(text, "style", token.end)
        yield from _css_edits(text[token.end : end], token.end, to_page)
    elif token.name == "script" and "type" in tag and tag["type"].value.strip().lower() == "importmap":
        content = text[token.end : raw_text_end(text, "script", token.end)]
        for found in _MAPPED.finditer(content):
            yield insertion(token.end + found.end(), to_page)


def _url_edit(attribute: Attribute, to_page: str) -> Iterator[Edit]:
    blank = len(attribute.raw) - len(attribute.raw.lstrip())
    if _is_relative(attribute.value):
        yield insertion(attribute.start + blank, to_page)


def _css_edits(code: str, offset: int, to_page: str) -> Iterator[Edit]:
    for found in _CSS_URL.finditer(code):
        end = _CSS_URL_END.search(code, found.end())
        if end is not None and _is_relative(code[found.end() : end.start()]):
            yield insertion(offset + found.end(), to_page)


def _is_relative(url: str) -> bool:
    local = None if in_url(url) else local_url(url)
    return local is not None and not local.path.startswith("/")
