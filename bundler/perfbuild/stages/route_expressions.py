"""Patterns of client-side routes as the routers write them, for addresses as browsers report them.

Read: ``:id`` with or without a regular expression in brackets, ``:id?``, ``:id+``, ``:id*``, ``part?``, ``*``,
``*rest``, ``:rest(.*)*``, and parts with text around a parameter. docs/design/deep-links.md tells which pattern wins.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import quote

import msgspec

PartKind = Literal["static", "mixed", "parameter", "rest"]

_PART = re.compile(r"(?:\((?:[^()]|\([^()]*\))*\)|[^/])+")
_PARAMETER = re.compile(r":\w+(\((?:[^()]|\([^()]*\))*\))?")
_REST = re.compile(r"\*.*|:\w+(?:\((?:[^()]|\([^()]*\))*\))?[*+]|:\w+\(\.[*+]\)")
#: A name with a hyphen is one to React Router; Vue Router ends it there, and what this matches is then only wider.
_NAME = re.compile(r":[\w-]+")
#: What browsers leave as it is in ``location.pathname`` besides letters, digits and ``-._~/``; ``%`` begins an escape.
_UNESCAPED = "%!$&'()*+,:;=@[]^|"
_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|/]")
_ONE = "[^/?]+"


class RoutePart(msgspec.Struct, frozen=True, kw_only=True):
    """What stands between two slashes of a pattern."""

    text: str
    kind: PartKind
    optional: bool = False


class RoutePattern(msgspec.Struct, frozen=True, kw_only=True):
    """A pattern from the root on."""

    parts: tuple[RoutePart, ...]

    @property
    def is_static(self) -> bool:
        """Whether it stands for one address alone."""
        return all(part.kind == "static" and not part.optional for part in self.parts)

    @property
    def precedence(self) -> tuple[int, ...]:
        """Of the patterns that fit an address the least one wins: part by part, the more is fixed the earlier."""
        return tuple(_RANKS[part.kind] + (3 if part.optional else 0) for part in self.parts)

    def address(self) -> str | None:
        """The address without the optional parts, with a slash before each part; None when it has parameters."""
        fixed = [part for part in self.parts if not part.optional and part.kind != "rest"]
        required_rest = any(part.kind == "rest" and not part.optional for part in self.parts)
        if required_rest or any(part.kind != "static" for part in fixed):
            return None
        return "".join(f"/{part.text}" for part in fixed)

    def expression(self) -> str:
        """The pattern as the source of a JavaScript regular expression, for what ``location.pathname`` says below the
        base, slash included; without groups that capture, and without anything that HTML or a template would read.
        """
        return "".join(_part_expression(part) for part in self.parts)


_RANKS: dict[PartKind, int] = {"static": 0, "mixed": 1, "parameter": 2, "rest": 6}


def parse_pattern(path: str) -> RoutePattern | None:
    """None for a path that does not count from the root: neither with a slash at its start nor ``*``."""
    if not path.startswith(("/", "*")):
        return None
    return RoutePattern(parts=tuple(_part(found[0]) for found in _PART.finditer(path)))


def _part(text: str) -> RoutePart:
    if _REST.fullmatch(text):
        return RoutePart(text=text, kind="rest", optional=not text.endswith("+"))
    optional = text.endswith("?")
    plain = text[:-1] if optional else text
    if _NAME.fullmatch(plain) or _PARAMETER.fullmatch(plain):
        return RoutePart(text=plain, kind="parameter", optional=optional)
    kind: PartKind = "mixed" if _PARAMETER.search(plain) else "static"
    return RoutePart(text=plain, kind=kind, optional=optional)


def _part_expression(part: RoutePart) -> str:
    if part.kind == "rest":
        return r"(?:\/.*)?" if part.optional else r"\/.+"
    if part.kind == "parameter":
        return f"(?:\\/{_ONE})?" if part.optional else f"\\/{_ONE}"
    pieces: list[str] = []
    end = 0
    for found in _PARAMETER.finditer(part.text):
        pieces += (_literal(part.text[end : found.start()]), _ONE)
        end = found.end()
    whole = "\\/" + "".join(pieces) + _literal(part.text[end:])
    return f"(?:{whole})?" if part.optional else whole


def url_text(path: str) -> str:
    """A path as browsers write it in ``location.pathname``."""
    return quote(path, safe=_UNESCAPED + "/", errors="surrogatepass")


def _literal(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", url_text(text)).replace("&", r"\x26")
