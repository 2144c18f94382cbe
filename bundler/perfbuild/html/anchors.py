"""Where a page can be added to: found as a browser would close the head, templates taken into account."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from perfbuild.html.editing import skip_blank
from perfbuild.html.tokens import Token, attributes, is_blank, tokens

_IN_HEAD = frozenset(
    (
        "html",
        "head",
        "base",
        "basefont",
        "bgsound",
        "link",
        "meta",
        "title",
        "script",
        "style",
        "noscript",
        "template",
        "noframes",
    )
)
#: Their content does not close the head, whatever it is.
_SHELTERS = frozenset(("noscript", "template"))


class HeadAnchors(msgspec.Struct, frozen=True, kw_only=True):
    start: int
    end: int
    is_fragment: bool
    """True when nothing says that this is a whole document: no doctype, ``<html>``, ``<head>`` or ``<body>``."""


def head_anchors(text: str) -> HeadAnchors:
    """Offsets of the head's beginning and end (see :class:`perfbuild.model.Anchors`)."""
    start = 0
    is_fragment = True
    in_head = False
    implied_end: int | None = None
    for token, gap in _outside_shelters(text):
        ends = _closes_head(text, token, gap)
        if ends is not None and implied_end is None:
            implied_end = ends
        if token.name in ("html", "head", "body") or _is_doctype(text, token):
            is_fragment = False
        if token.kind == "end" and token.name == "head":
            # An explicit end counts even when stray content closed the head before it.
            return HeadAnchors(start=start, end=token.start, is_fragment=is_fragment)
        if token.name == "body" or (implied_end is not None and not in_head):
            break
        if implied_end is None and (
            _is_doctype(text, token) or (token.kind == "start" and token.name in ("html", "head"))
        ):
            in_head = in_head or token.name == "head"
            start = token.end
        elif token.start == skip_blank(text, start) and in_head and _belongs_first(text, token):
            start = token.end
    end = implied_end if implied_end is not None else skip_blank(text, _last_token_end(text))
    return HeadAnchors(start=min(start, end), end=end, is_fragment=is_fragment)


def _outside_shelters(text: str) -> Iterator[tuple[Token, int]]:
    """Tokens that are not inside ``<noscript>`` or ``<template>``, each with the end of the token before it."""
    shelter: str | None = None
    before = 0
    for token in tokens(text):
        if shelter is None:
            yield token, before
            if token.kind == "start" and token.name in _SHELTERS:
                shelter = token.name
        elif token.kind == "end" and token.name == shelter:
            shelter = None
        before = token.end
        if token.kind == "start" and token.name in ("script", "style", "title", "noframes"):
            before = -1  # what follows is raw text up to the end tag


def _closes_head(text: str, token: Token, gap: int) -> int | None:
    """Where the head ends by implication at or before this token; None when it goes on."""
    if gap >= 0 and not is_blank(text, gap, token.start) and "{" not in text[gap : token.start]:
        return skip_blank(text, gap)
    if token.kind == "start" and token.name not in _IN_HEAD:
        return token.start
    if token.kind == "end" and token.name in ("body", "html", "br"):
        return token.start
    return None


def _is_doctype(text: str, token: Token) -> bool:
    return token.kind == "declaration" and text[token.start : token.start + 9].lower() == "<!doctype"


def _belongs_first(text: str, token: Token) -> bool:
    """``<meta charset>`` must stand in the first 1024 bytes, and ``<base>`` before every URL."""
    if token.kind != "start" or token.name not in ("meta", "base"):
        return False
    if token.name == "base":
        return True
    found = attributes(text, token.start, token.end)
    return "charset" in found or ("http-equiv" in found and found["http-equiv"].value.lower() == "content-type")


def _last_token_end(text: str) -> int:
    return max((token.end for token in tokens(text)), default=0)
