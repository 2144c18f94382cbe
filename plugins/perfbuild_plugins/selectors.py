"""Which elements a selector may match, whatever scripts do to the page.

The compound selector that names the element is held against its markup. What a selector asks of the elements around is
taken for true unless the markup says otherwise by names that scripts hardly give: ids, and classes that the page itself
uses. Source: Selectors 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from perfbuild.api import PageElement

#: Elements that scripts wrap others with, and classes that they give and take.
_WRAPPERS = (None, "div", "span")
_LATER = (
    r"(?:active|open|show|current|selected|visible|hidden|load(?:ed|ing)|expanded|collaps|sticky|fixed|scroll|hover"
    r"|dark|light|theme|state|lazy)"
)
_STATE = re.compile(rf"(?:is|has|js)-|.*{_LATER}", re.IGNORECASE)


class Node:
    """An element as selectors see it. ``known`` are the classes that the page's markup has anywhere."""

    __slots__ = ("classes", "element", "known", "parent")

    def __init__(self, element: PageElement, parent: Node | None, known: frozenset[str]) -> None:
        self.element = element
        self.classes = classes_of(element)
        self.parent = parent
        self.known = known

    def is_surely_not_in(self, compound: Compound) -> bool:
        """Whether no ancestor has the names of the compound that only markup gives."""
        tag = None if compound.tag in _WRAPPERS else compound.tag
        classes = frozenset(name for name in compound.classes & self.known if not _STATE.match(name))
        if tag is None and not compound.ids and not classes:
            return False
        firm = Compound(tag, compound.ids, classes)
        return not any(map(firm.names, self._around()))

    def _around(self) -> Iterator[Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class Compound(NamedTuple):
    """The part of a selector that names the element itself, with those that name what is around it."""

    tag: str | None
    ids: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    inner: tuple[tuple[Compound, ...], ...] = ()
    """Of ``:is()``, ``:where()`` and ``&``: lists of which one must match."""
    certain: bool = False
    """Whether nothing but this decides that the selector matches: no ancestor, attribute or state."""
    parent: Compound | None = None
    """What a ``>`` before it asks of the parent."""
    around: tuple[Compound, ...] = ()
    """What is asked of ancestors, the parent included."""
    attributes: frozenset[str] = frozenset()
    """The names of attributes that it asks for, but for those that scripts or this plugin may add."""

    @property
    def own_name(self) -> str:
        named = (*(f"#{name}" for name in sorted(self.ids)), *(f".{name}" for name in sorted(self.classes)))
        return next(iter(named), self.tag or "")

    def may_match(self, node: Node) -> bool:
        if self.parent and self.tag is None and not (self.ids or self.classes or self.inner):
            # ``.table > * > *`` names nothing of the element, and would else match any.
            return node.parent is not None and self.parent.may_match(node.parent)
        return self.names(node) and not any(map(node.is_surely_not_in, self.around))

    def names(self, node: Node) -> bool:
        """Whether the compound itself matches, states and attributes aside."""
        return (
            self.tag in (None, node.element.name)
            and all(node.element.attributes.get("id") == each for each in self.ids)
            and self.classes <= node.classes
            and all(name in node.element.attributes for name in self.attributes)
            and all(any(each.may_match(node) for each in options) for options in self.inner)
        )


def classes_of(element: PageElement) -> frozenset[str]:
    """The classes that its markup gives it."""
    return frozenset(element.attributes.get("class", "").split())


# --- reading --------------------------------------------------------------------------------------

_NAME = r"(?:[-\w\u0080-\U0010ffff]|\\.)+"
_PART = re.compile(
    rf"(?P<combinator>\s*[>+~]\s*|\s+)|\.(?P<cls>{_NAME})|\#(?P<id>{_NAME})|(?P<attribute>\[[^\]]*\])"
    rf"|(?P<element>::[-\w]+)|:(?P<pseudo>[-\w]+)|(?P<nest>&)|(?P<tag>{_NAME}|\*)|\|"
)
#: Attributes that an element may get later.
_ADDED = re.compile(
    r"class|style|hidden|loading|decoding|fetchpriority|width|height|(?:data-|aria-)?(?:is|has|was)-.*"
    rf"|(?:data|aria)-.*{_LATER}.*",
    re.IGNORECASE,
)
#: Pseudo-elements in the old spelling.
_OLD_ELEMENTS = frozenset(("before", "after", "first-line", "first-letter"))
_ANY_OF = frozenset(("is", "where", "matches", "-webkit-any", "-moz-any"))


def subjects_of(selectors: str, nested_in: Sequence[Compound] = ()) -> tuple[Compound, ...]:
    """The subjects of a selector list; those of pseudo-elements are none of an element's own."""
    found = (_subject(selector.strip(), tuple(nested_in)) for selector in _split(selectors))
    return tuple(each for each in found if each is not None)


def _split(selectors: str) -> Iterator[str]:
    """At commas that stand in no parentheses or brackets."""
    depth = start = 0
    for position, character in enumerate(selectors):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            yield selectors[start:position]
            start = position + 1
    yield selectors[start:]


class _Reading:
    """The compound that is being read; a combinator begins a new one."""

    def __init__(self, *, certain: bool, parent: Compound | None = None, around: tuple[Compound, ...] = ()) -> None:
        self.tag: str | None = None
        self.ids: set[str] = set()
        self.classes: set[str] = set()
        self.attributes: set[str] = set()
        self.inner: list[tuple[Compound, ...]] = []
        self.certain = certain
        self.parent = parent
        self.around = around


def _subject(selector: str, nested_in: tuple[Compound, ...]) -> Compound | None:
    reading = _Reading(certain=not nested_in)
    position = 0
    while position < len(selector):
        part = _PART.match(selector, position)
        if part is None:
            reading.certain = False
            position += 1
            continue
        position = part.end()
        kind, text = part.lastgroup, _unescaped(part[part.lastgroup or 0])
        if kind == "element" or (kind == "pseudo" and text in _OLD_ELEMENTS):
            return None
        if kind == "combinator":
            reading = _after(reading, text.strip())
        elif kind == "pseudo":
            end = _end_of_arguments(selector, position)
            if text in _ANY_OF:
                reading.inner.append(subjects_of(selector[position + 1 : end - 1], nested_in))
            reading.certain = False
            position = end
        else:
            _add(kind, text, reading, nested_in)
    return _made(reading)


def _made(reading: _Reading) -> Compound:
    inner = tuple(options for options in reading.inner if options)
    names = frozenset(reading.ids), frozenset(reading.classes)
    asked = frozenset(reading.attributes)
    return Compound(reading.tag, *names, inner, reading.certain, reading.parent, reading.around, asked)


def _after(reading: _Reading, combinator: str) -> _Reading:
    """What begins after a combinator; what comes before a sibling's is around neither."""
    if combinator in ("+", "~"):
        return _Reading(certain=False, around=reading.around)
    left = _made(reading)
    return _Reading(certain=False, parent=left if combinator else None, around=(left, *reading.around))


def _add(kind: str | None, text: str, reading: _Reading, nested_in: tuple[Compound, ...]) -> None:
    if kind == "cls":
        reading.classes.add(text)
    elif kind == "id":
        reading.ids.add(text)
    elif kind == "tag":
        reading.tag = None if text == "*" else text.lower()
    elif kind == "nest":
        reading.inner.append(nested_in)
    elif kind == "attribute":
        reading.certain = False
        name = re.split(r"[~|^$*=]", text.strip("[] "), maxsplit=1)[0].strip().lower()
        if not _ADDED.fullmatch(name):
            reading.attributes.add(name)


def _end_of_arguments(selector: str, position: int) -> int:
    """After the parentheses that open at ``position``; there itself where none do."""
    depth = 0
    for at in range(position, len(selector)):
        depth += (selector[at] == "(") - (selector[at] == ")")
        if depth == 0:
            return at + 1 if at > position or selector[at] == ")" else position
    return len(selector)


def _unescaped(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name) if "\\" in name else name
