"""Editing a page at positions: what is not edited stays as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import msgspec

from perfbuild.model import Span, Syntax

_INDENT = re.compile(r"[ \t]*")


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """Replace ``span`` by ``text``; an empty span inserts."""

    span: Span
    text: str


def insertion(offset: int, text: str) -> Edit:
    """Text put in at an offset."""
    return Edit(span=Span(start=offset, end=offset), text=text)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with the edits made. Insertions at one offset keep their order and stand before a replacement there.

    Raises ValueError for edits that overlap or leave the text: no caller may produce such.
    """
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if edit.span.start < position or not edit.span.start <= edit.span.end <= len(text):
            raise ValueError(f"edit at {edit.span} overlaps another one, or leaves the text")
        pieces.append(text[position : edit.span.start])
        pieces.append(edit.text)
        position = edit.span.end
    pieces.append(text[position:])
    return "".join(pieces)


def escape(text: str, syntax: Syntax, quote: str = '"') -> str:
    """``text`` as it is written at a span. ``quote`` is the one around a ``css-attribute``, '' when it has none.

    ``text`` is the inside of a JSON string (a URL in an import map).
    """
    if syntax == "text":
        return json.dumps(text)[1:-1].replace("<", "\\u003c")
    escaped = text.replace("&", "&amp;")
    if syntax == "css-attribute":
        escaped = escaped.replace(quote or '"', "&#39;" if quote == "'" else "&quot;")
        return escaped if quote else f'"{escaped}"'
    escaped = escaped.replace('"', "&quot;").replace("'", "&#39;").replace("<", "&lt;")
    if syntax == "unquoted" and re.search(r"[\t\n\f\r >=`]", escaped):
        return f'"{escaped}"'
    return escaped


def newline_of(text: str) -> str:
    """The line ending that the page uses first."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def skip_blank(text: str, offset: int) -> int:
    """The first offset from there on that is no white space."""
    while offset < len(text) and text[offset] in " \t\n\f\r":
        offset += 1
    return offset


def indent_at(text: str, offset: int) -> str | None:
    """The white space before ``offset`` on its line, None when something else stands there."""
    start = text.rfind("\n", 0, offset) + 1
    before = text[start:offset]
    return before if not before.strip(" \t") else None


def insert_lines(text: str, offset: int, lines: Iterable[str], *, indent: str | None = None) -> Edit | None:
    """Lines put before what stands at ``offset``, each on its own line where that one begins a line.

    ``indent`` is the new lines' indentation; None takes the one of what they stand before.
    """
    added = list(lines)
    if not added:
        return None
    own = indent_at(text, offset)
    if own is None or (offset == 0 and text.find("\n") < 0):
        return insertion(offset, "".join(added))
    margin = own if indent is None else indent
    newline = newline_of(text)
    return insertion(offset - len(own), "".join(f"{margin}{line}{newline}" for line in added))


def removal(text: str, span: Span) -> Edit:
    """Takes a stretch out, with its line when nothing else stands on that."""
    end = _INDENT.match(text, span.end)
    after = end.end() if end else span.end
    at_line_end = re.compile(r"\r?\n|\Z").match(text, after)
    indent = indent_at(text, span.start)
    if indent is None or at_line_end is None:
        return Edit(span=span, text="")
    return Edit(span=Span(start=span.start - len(indent), end=at_line_end.end()), text="")


def previous_indent(text: str, offset: int) -> str:
    """The indentation of the last line before ``offset`` that holds anything; one step more if that opens the head."""
    lines = text[max(0, offset - 4000) : offset].rstrip().rsplit("\n", 1)
    line = lines[-1]
    indent = _INDENT.match(line)
    margin = indent[0] if indent else ""
    if re.match(r"[ \t]*<head[\s>]", line, re.IGNORECASE) and "</" not in line:
        return margin + ("\t" if "\t" in margin else "  ")
    return margin
