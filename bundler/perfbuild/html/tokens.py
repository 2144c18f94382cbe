"""The page's tags with their exact positions.

Source: the WHATWG HTML Standard, "Tokenization", less what an editor of attributes never sees (text is not tokenised,
character references are decoded on demand). Template placeholders are atoms, in text and in tags alike.
docs/design/page-editing.md says why this is not the standard library's ``html.parser``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from typing import Literal, NamedTuple

from perfbuild.html import placeholders

_WS = r"\t\n\f\r "
_P = placeholders.ANY
_NAME = rf"(?:(?:{_P})(?=[{_WS}]*+=)|[^{_WS}/>])(?:[^{_WS}/>={{<]++|{_P}|[{{<])*+"
_DOUBLE = rf'"((?:[^"{{<]++|{_P}|[{{<])*+)"'
_SINGLE = rf"'((?:[^'{{<]++|{_P}|[{{<])*+)'"
_BARE = rf"((?![\"'])(?:[^{_WS}>{{<]++|{_P}|[{{<])++)"
_ATTRIBUTE = rf"({_NAME})(?:[{_WS}]*+=[{_WS}]*+(?:{_DOUBLE}|{_SINGLE}|{_BARE})?)?+"
_BETWEEN = rf"[{_WS}/]++|(?:{_P})(?![{_WS}]*+=)"

_ATTRIBUTES = re.compile(rf"{_BETWEEN}|{_ATTRIBUTE}")
_NAME_END = re.compile(rf"[{_WS}/>{{<]")
_NO_GROUPS = re.sub(r"(?<!\\)\((?!\?)", "(?:", _ATTRIBUTE)
_TOKEN = re.compile(
    rf"<(?P<start>[A-Za-z][^{_WS}/>{{<]*+)(?:{_BETWEEN}|{_NO_GROUPS})*+(?:>|(?P<cut>\Z))"
    rf"|</(?P<end>[A-Za-z][^{_WS}/>]*+)[^>]*+(?:>|\Z)"
    r"|(?P<comment><!--(?:-?>|(?s:.*?)(?:--!?>|\Z)))"
    rf"|(?P<opaque>{placeholders.OPAQUE})"
    r"|(?P<cdata><!\[CDATA\[(?s:.*?)(?:\]\]>|\Z))"
    r"|(?P<declaration><(?:!|\?|/(?!>))[^>]*+(?:>|\Z))"
)

#: Elements whose content is text up to their own end tag.
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
_RAW_ENDS = {name: re.compile(rf"</{name}(?=[{_WS}/>])", re.IGNORECASE) for name in _RAW}
_SCRIPT_MARKS = re.compile(rf"<!--|-->|</?script(?=[{_WS}/>])", re.IGNORECASE)
_FOREIGN = frozenset(("svg", "math"))
_INTEGRATION = frozenset(("foreignobject", "desc"))

TokenKind = Literal["start", "end", "comment", "opaque", "declaration"]


class Token(NamedTuple):
    """A tag, comment, declaration or template stretch; ``name`` is lower case, and empty for what is not a tag."""

    kind: TokenKind
    name: str
    start: int
    end: int


class Attribute(NamedTuple):
    """An attribute with the span of its value, without quotes; a value that is missing is empty, at the name's end."""

    raw: str
    start: int
    end: int
    quote: str
    name_start: int

    @property
    def value(self) -> str:
        """The value as the browser sees it: character references decoded."""
        return decode_references(self.raw)

    def written(self, name: str) -> str:
        """For another tag, after a space: as the page writes it, placeholders and all."""
        quote = self.quote or '"'
        raw = self.raw if self.quote else self.raw.replace('"', "&quot;")
        return f" {name}={quote}{raw}{quote}" if raw else f" {name}"


def tokens(text: str) -> Iterator[Token]:
    """Tags, comments and declarations in source order. What stands between two tokens is text."""
    position = 0
    namespaces: list[str] = []
    while found := _TOKEN.search(text, position):
        if found["cut"] is not None:
            return  # the text ends inside a tag, which is then none
        kind, name = _classify(found)
        position = found.end()
        in_foreign = bool(namespaces) and namespaces[-1] in _FOREIGN
        if found["cdata"] and not in_foreign and ">" in found[0]:
            position = text.index(">", found.start()) + 1  # in HTML a comment that ends at the first ">"
        yield Token(kind, name, found.start(), position)
        if kind == "start":
            if name == "plaintext":
                return
            if name in _FOREIGN or name in _INTEGRATION:
                _enter(namespaces, name, found[0])
            elif name in _RAW and not (in_foreign and (name == "title" or found[0].endswith("/>"))):
                position = raw_text_end(text, name, position)
        elif kind == "end" and name in namespaces:
            del namespaces[namespaces.index(name) :]


def attributes(text: str, start: int, end: int) -> dict[str, Attribute]:
    """The attributes of the start tag at ``text[start:end]`` by lower-case name; of duplicates the first counts."""
    found: dict[str, Attribute] = {}
    name_end = _NAME_END.search(text, start + 1)
    assert name_end is not None
    for match in _ATTRIBUTES.finditer(text, name_end.start(), end - 1):
        if match[1] is None:
            continue
        name = match[1].lower()
        if name not in found:
            group = next((number for number in (2, 3, 4) if match[number] is not None), 0)
            found[name] = (
                Attribute(
                    match[group], match.start(group), match.end(group), ("", "", '"', "'", "")[group], match.start(1)
                )
                if group
                else Attribute("", match.end(1), match.end(1), "", match.start(1))
            )
    return found


def raw_text_end(text: str, name: str, position: int) -> int:
    """Where the content of a raw text element ends: at its end tag, or with the text."""
    found = _RAW_ENDS[name].search(text, position)
    if found is None:
        return len(text)
    if name != "script" or text.find("<!--", position, found.start()) < 0:
        return found.start()
    return _escaped_script_end(text, position)


def decode_references(raw: str) -> str:
    """Decode character references as in an attribute: ``&copy=1`` in a URL is no copyright sign."""
    return _REFERENCE.sub(_decode_reference, raw) if "&" in raw else raw


def written_offset(raw: str, at: int) -> int:
    """Where in ``raw`` the character stands that is at ``at`` once the references are decoded."""
    shrunk = 0
    for reference in _REFERENCE.finditer(raw):
        if reference.start() - shrunk >= at:
            break
        shrunk += len(reference[0]) - len(_decode_reference(reference))
    return at + shrunk


def is_blank(text: str, start: int, end: int) -> bool:
    """True when nothing but white space stands there."""
    return not text[start:end].strip(" \t\n\f\r")


_REFERENCE = re.compile(r"&(?:#(?:[0-9]+|[xX][0-9a-fA-F]+);?|([A-Za-z][A-Za-z0-9]*)(;?)(=?))")


def _decode_reference(match: re.Match[str]) -> str:
    name, semicolon, equals = match[1], match[2], match[3]
    if name is None:
        # unescape() drops control characters; a browser keeps them
        return unescape(match[0]) or chr(int(match[0].strip("&#xX;"), 16 if match[0][2] in "xX" else 10))
    if semicolon and f"{name};" in html5:
        return html5[f"{name};"] + equals
    if not semicolon and not equals and name in html5:
        return html5[name]
    return match[0]


def _classify(found: re.Match[str]) -> tuple[TokenKind, str]:
    match found.lastgroup:
        case "start":
            return "start", found["start"].lower()
        case "end":
            return "end", found["end"].lower()
        case "comment":
            return "comment", ""
        case "opaque":
            return "opaque", ""
        case _:
            return "declaration", ""


def _enter(namespaces: list[str], name: str, tag: str) -> None:
    if not tag.endswith("/>") and (name in _FOREIGN or namespaces):
        namespaces.append(name)


def _escaped_script_end(text: str, position: int) -> int:
    """``<!-- <script>`` in a script hides one ``</script>``: the standard's script data double escaped state."""
    state: Literal["data", "escaped", "double"] = "data"
    while mark := _SCRIPT_MARKS.search(text, position):
        position = mark.end()
        if mark[0] == "<!--":
            state = "escaped" if state == "data" else state
            position -= 2  # "<!-->" opens and closes
        elif mark[0] == "-->":
            state = "data"
        elif mark[0][1] != "/":
            state = "double" if state == "escaped" else state
        elif state == "double":
            state = "escaped"
        else:
            return mark.start()
    return len(text)
