"""The elements of a page with their parents: as much of a tree as questions about what surrounds an element need.

Source: the WHATWG HTML Standard, "Optional tags", for the ends that are implied. What a browser would move about (stray
cells, misnested formatting) stays where it is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import msgspec

from perfbuild.html.tokens import Attribute, Token, attributes, tokens

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "param")
)
_FOREIGN = frozenset(("svg", "math"))
#: How deep elements nest, as in browsers; deeper ones become siblings, so that no page takes more than linear time.
_DEEPEST = 512
#: Elements whose content is no text of the page.
_SILENT = frozenset(("script", "style", "textarea", "title", "template", "noscript", "iframe", "noframes", "svg"))
#: Start tags that end an open ``<p>``.
_BLOCKS = re.compile(
    r"address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figcaption|figure|footer|form|h[1-6]"
    r"|header|hgroup|hr|main|menu|nav|ol|p|pre|search|section|summary|table|ul"
)
#: What a start tag ends, up to the element that holds such children.
_ENDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), frozenset(("ul", "ol", "menu"))),
    **dict.fromkeys(("dt", "dd"), (frozenset(("dt", "dd")), frozenset(("dl",)))),
    **dict.fromkeys(("td", "th"), (frozenset(("td", "th")), frozenset(("tr", "table")))),
    "tr": (frozenset(("tr",)), frozenset(("table",))),
    **dict.fromkeys(("tbody", "thead", "tfoot"), (frozenset(("tbody", "thead", "tfoot")), frozenset(("table",)))),
    **dict.fromkeys(("option", "optgroup"), (frozenset(("option",)), frozenset(("select", "datalist")))),
}
_P: tuple[frozenset[str], frozenset[str]] = (
    frozenset(("p",)),
    frozenset(("body", "td", "th", "button", "object", "caption", "template")),
)


class OutlineElement(msgspec.Struct, frozen=True, kw_only=True):
    """A start tag; ``parent`` is an index into the outline, always a smaller one than its own."""

    token: Token
    attributes: Mapping[str, Attribute]
    parent: int | None
    text: int
    """Characters of text directly in it, runs of white space counted as one."""


def outline(text: str) -> tuple[OutlineElement, ...]:
    """The page's elements in source order."""
    return _Outline(text).elements()


class _Outline:
    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[tuple[Token, dict[str, Attribute], int | None]] = []
        self._characters: list[int] = []
        self._open: list[int] = []
        self._names: Counter[str] = Counter()
        """How many open elements have each name."""
        self._silent = 0
        """How many open elements keep their text to themselves."""

    def elements(self) -> tuple[OutlineElement, ...]:
        position = 0
        for token in tokens(self._text):
            self._count(position, token.start)
            if token.kind == "start":
                self._start(token)
            elif token.kind == "end":
                self._end(token.name)
            position = token.end
        self._count(position, len(self._text))
        return tuple(
            OutlineElement(token=token, attributes=found, parent=parent, text=characters)
            for (token, found, parent), characters in zip(self._found, self._characters, strict=True)
        )

    def _name(self, index: int) -> str:
        return self._found[index][0].name

    def _count(self, start: int, end: int) -> None:
        if self._open and not self._silent and start < end:
            words = self._text[start:end].split()
            self._characters[self._open[-1]] += sum(map(len, words)) + len(words)

    def _start(self, token: Token) -> None:
        name = token.name
        if name in _ENDS:
            self._imply(*_ENDS[name])
        if _BLOCKS.fullmatch(name):
            self._imply(*_P)
        parent = self._open[-1] if self._open else None
        self._found.append((token, attributes(self._text, token.start, token.end), parent))
        self._characters.append(0)
        is_foreign = any(self._names[each] for each in _FOREIGN)
        closed = is_foreign and self._text.endswith("/>", token.start, token.end)
        if name not in _VOID and not closed and len(self._open) < _DEEPEST:
            self._open.append(len(self._found) - 1)
            self._names[name] += 1
            self._silent += name in _SILENT

    def _imply(self, ended: frozenset[str], border: frozenset[str]) -> None:
        """Ends the nearest open element of ``ended``, where none of ``border`` is nearer."""
        if not any(self._names[name] for name in ended):
            return
        for depth in range(len(self._open) - 1, -1, -1):
            name = self._name(self._open[depth])
            if name in ended:
                self._close_from(depth)
            if name in ended or name in border:
                return

    def _end(self, name: str) -> None:
        if not self._names[name]:
            return
        for depth in range(len(self._open) - 1, -1, -1):
            if self._name(self._open[depth]) == name:
                self._close_from(depth)
                return

    def _close_from(self, depth: int) -> None:
        closed = [self._name(index) for index in self._open[depth:]]
        self._silent -= sum(name in _SILENT for name in closed)
        self._names.subtract(closed)
        del self._open[depth:]
