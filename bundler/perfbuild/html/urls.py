"""URLs in pages: which are local, which file they name, and how a file's URL is written.

Source: the WHATWG URL Standard for special schemes (white space trimmed, tabs and newlines removed, ``\\`` as ``/``).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from urllib.parse import quote, unquote

import msgspec

from perfbuild.html.placeholders import in_url

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_SPLIT = re.compile(r"[?#]")
_TRIMMED = "".join(map(chr, range(0x21)))
#: What may stand in a path segment besides letters and digits without meaning anything in HTML, CSS or srcset.
_SAFE = "-._~!$*+=@"


class LocalUrl(msgspec.Struct, frozen=True, kw_only=True):
    """A URL that names a file next to the page or below the site's root."""

    path: str
    """Percent escapes decoded; starts with ``/`` when it counts from the root."""
    suffix: str
    """Query and fragment as written."""


def local_url(url: str) -> LocalUrl | None:
    """None for what is no path: with a scheme or host, ``data:``, a bare fragment or query, empty."""
    cleaned = re.sub(r"[\t\n\r]", "", url.strip(_TRIMMED))
    if not cleaned or cleaned[0] in "#?" or _SCHEME.match(cleaned):
        return None
    split = _SPLIT.search(cleaned)
    end = split.start() if split else len(cleaned)
    path = cleaned[:end].replace("\\", "/")
    if path.startswith("//"):
        return None
    return LocalUrl(path=unquote(path, errors="surrogateescape"), suffix=cleaned[end:])


def join(folder: str, path: str) -> str | None:
    """``path`` seen from the root-relative ``folder`` ('' is the root), normalised; None when it leaves the root.

    A trailing slash is kept: ``docs/`` names a folder.
    """
    joined = path[1:] if path.startswith("/") else posixpath.join(folder, path)
    parts: list[str] = []
    for part in joined.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    is_folder = joined.endswith("/") or joined.rsplit("/", 1)[-1] in (".", "..")
    return "/".join(parts) + ("/" if is_folder and parts else "")


def base_folder(page: str, href: str | None, base: str, is_folder: Callable[[str], bool]) -> str | None:
    """The root-relative folder that the page's relative URLs count from; None when ``<base href>`` leads elsewhere.

    A ``<base href="/shop/">`` that names no folder of the project is where the site will stand, hence its root.
    """
    own = posixpath.dirname(page)
    if not href or href[0] in "#?":
        return own
    local = local_url(href)
    if local is None or in_url(href):
        return None
    folder = (join(own, local.path) or "").rpartition("/")[0]
    if is_folder(folder):
        return folder
    below = (without_base(folder + "/", base) or "").rstrip("/")
    return below if is_folder(below) else ""


def without_base(path: str, base: str) -> str | None:
    """A root-relative path less the site's base path (``app/x.js`` below ``/app/``); None when it is not below that."""
    rooted = "/" + path
    return rooted[len(base) :] if base != "/" and base.startswith("/") and rooted.startswith(base) else None


def quote_path(path: str) -> str:
    """A path as it stands in a URL: pure ASCII, with nothing that HTML, CSS or ``srcset`` would take for its own."""
    return quote(path, safe="/" + _SAFE, errors="surrogateescape")


def output_url(path: str, *, base: str, folder: str) -> str:
    """The URL of an output file: ``base`` in front, or with ``./`` the way from ``folder`` ('' is the root)."""
    if base != "./":
        return base + quote_path(path)
    return quote_path(posixpath.relpath("/" + path, "/" + folder))


def page_url(page: str) -> str:
    """The URL path of a page below the base: ``/``, ``/docs/``, ``/about.html``."""
    folder, name = posixpath.split(page)
    if name != "index.html":
        return "/" + page
    return f"/{folder}/" if folder else "/"
