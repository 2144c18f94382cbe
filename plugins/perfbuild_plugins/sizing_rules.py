"""Which rules of stylesheets may decide how large an element is drawn: at least those that will.

Sources: CSS Syntax 3, CSS Nesting 1; :mod:`perfbuild_plugins.selectors` says which elements a rule may be about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from perfbuild.api import PageElement, PageView
from perfbuild_plugins.selectors import Compound, Node, classes_of, subjects_of

#: Services whose stylesheets declare fonts and nothing else.
_FONT_STYLES = re.compile(
    r"(?:https?:)?//(?:fonts\.googleapis\.com|fonts\.bunny\.net|use\.typekit\.net)/", re.IGNORECASE
)


class Effect(NamedTuple):
    """What the declarations of a rule mean for an image.

    ``width`` and ``height``: it declares them, so that the attributes of these names say nothing more where the rule
    applies. ``moves_width``, ``moves_height``: an image to which it applies is not as wide, or high, as its file.
    ``resizes``: it is neither as large as its file nor as wide as what is around it.
    ``arranges``: the children are items of a flex container or a grid. ``room``: the least height that it gives an
    element with its padding, in CSS pixels and in hundredths of the viewport's height; None where it says nothing.
    """

    width: bool = False
    height: bool = False
    moves_width: bool = False
    moves_height: bool = False
    resizes: bool = False
    arranges: bool = False
    room: tuple[float, float] | None = None


class SizingRule(NamedTuple):
    """A rule with an effect. ``always`` is false inside conditions such as ``@media``."""

    subjects: tuple[Compound, ...]
    effect: Effect
    always: bool

    def may_match(self, node: Node) -> bool:
        return any(subject.may_match(node) for subject in self.subjects)

    def matches_by_itself(self, node: Node) -> bool:
        """Whether it matches whatever is around, where its conditions hold."""
        return any(each.certain and each.may_match(node) for each in self.subjects)


class StyleRules(NamedTuple):
    """What a stylesheet says that matters here."""

    rules: tuple[SizingRule, ...]
    imports: tuple[str, ...]
    """URLs of stylesheets that it imports."""
    asks_for_sizes: bool
    """Whether a selector asks for attributes ``width`` or ``height``, so that adding them may change any style."""


@lru_cache(maxsize=64)
def read_styles(css: str) -> StyleRules:
    """The rules of a stylesheet. What cannot be parsed is passed over, as browsers do."""
    bare = _MASKED.sub(_mask, css)
    return StyleRules(
        rules=tuple(_rules(bare)),
        imports=tuple(match[1] or match[2] for match in _IMPORT.finditer(css)),
        asks_for_sizes=_SIZE_SELECTOR.search(bare) is not None,
    )


class PageStyles:
    """What the stylesheets of a page say; they are read when they are asked for."""

    def __init__(self, page: PageView) -> None:
        self._page = page
        self._nodes: dict[int, Node] = {}

    def node(self, element: PageElement) -> Node:
        """The element with those around it."""
        if element.position not in self._nodes:
            parent = None if element.parent is None else self.node(self._page.elements[element.parent])
            self._nodes[element.position] = Node(element, parent, self._classes)
        return self._nodes[element.position]

    def rules_for(self, node: Node) -> tuple[SizingRule, ...]:
        """The rules that may match the element."""
        return tuple(rule for rule in self._by_name.of(node) if rule.may_match(node))

    def rooms_of(self, node: Node) -> tuple[SizingRule, ...]:
        """Those that tell how high it is at least, and match whatever is around it."""
        return tuple(rule for rule in self._rooms.of(node) if rule.matches_by_itself(node))

    @cached_property
    def _by_name(self) -> _RuleIndex:
        return _RuleIndex(self.rules)

    @cached_property
    def _rooms(self) -> _RuleIndex:
        return _RuleIndex(
            rule._replace(subjects=tuple(each for each in rule.subjects if each.certain))
            for rule in self.rules
            if rule.effect.room is not None
        )

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset().union(*map(classes_of, self._page.elements))

    @cached_property
    def _read(self) -> tuple[tuple[str, StyleRules | None], ...]:
        return tuple(
            (each.url, read_styles(each.text) if each.text is not None else None) for each in self._page.styles()
        )

    @cached_property
    def rules(self) -> tuple[SizingRule, ...]:
        """Of all stylesheets that are known."""
        return tuple(rule for _, read in self._read if read is not None for rule in read.rules)

    @cached_property
    def unknown(self) -> bool:
        """Whether there may be rules for images that are not known, or that adding sizes would bring into play."""
        urls = [url for url, read in self._read if read is None]
        read = [each for _, each in self._read if each is not None]
        urls += [url for each in read for url in each.imports]
        return any(map(_is_unknown, urls)) or any(each.asks_for_sizes for each in read)


class _RuleIndex:
    """Rules by a name that an element has if they match: ``#id``, ``.class`` or ``tag``; empty for any element."""

    def __init__(self, rules: Iterable[SizingRule]) -> None:
        self._found: dict[str, list[tuple[int, SizingRule]]] = {}
        for number, rule in enumerate(rules):
            for name in dict.fromkeys(each.own_name for each in rule.subjects):
                self._found.setdefault(name, []).append((number, rule))

    def of(self, node: Node) -> Iterator[SizingRule]:
        """In the order of the stylesheets, each once."""
        element = node.element
        names = ("", element.name, f"#{element.attributes.get('id', '')}", *(f".{name}" for name in node.classes))
        found = {number: rule for name in names for number, rule in self._found.get(name, ())}
        return (found[number] for number in sorted(found))


def _is_unknown(url: str) -> bool:
    return _FONT_STYLES.match(url.strip()) is None


def effect_of(declarations: str) -> Effect:
    """The effect of declarations, as in a ``style`` attribute."""
    return _effect(re.split(r";", _MASKED.sub(_mask, declarations)))


_MASKED = re.compile(r"/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|url\(\s*[^\"')]*\)", re.DOTALL)
_IMPORT = re.compile(r"@import\s+(?:url\(\s*[\"']?([^\"')]+)|[\"']([^\"']+))", re.IGNORECASE)
_SIZE_SELECTOR = re.compile(r"\[\s*(?:width|height)\b[^\]{};]*\][^{};]*\{", re.IGNORECASE)
_STEP = re.compile(r"([^{};]*)([{};]|\Z)")
#: At-rules that hold rules and always apply, and those that apply at times; others hold no rules of elements.
_ALWAYS = frozenset(("@layer",))
_AT_TIMES = frozenset(("@media", "@supports", "@container", "@scope", "@starting-style", "@document", "@-moz-document"))


def _mask(match: re.Match[str]) -> str:
    text = match[0]
    return "" if text.startswith("/*") else "url()" if text.startswith("u") else '""'


# --- rules ----------------------------------------------------------------------------------------


class _Block(NamedTuple):
    """A block that is open: a rule's, an at-rule's that holds rules (then ``subjects`` are those around it)."""

    subjects: tuple[Compound, ...]
    always: bool
    skipped: bool
    declarations: list[str]


def _rules(css: str) -> Iterator[SizingRule]:
    stack = [_Block(subjects=(), always=True, skipped=False, declarations=[])]
    for match in _STEP.finditer(css):
        text, end = match[1].strip(), match[2]
        if end == "{":
            stack.append(_opened(text, stack[-1]))
            continue
        if text:
            stack[-1].declarations.append(text)
        if end == "}" and len(stack) > 1:
            block = stack.pop()
            effect = _effect(block.declarations)
            if block.subjects and not block.skipped and effect != Effect():
                yield SizingRule(block.subjects, effect, block.always)


def _opened(prelude: str, around: _Block) -> _Block:
    if around.skipped or not prelude.startswith("@"):
        subjects = () if around.skipped else subjects_of(prelude, around.subjects)
        return _Block(subjects, around.always, around.skipped, [])
    name = re.split(r"[\s(]", prelude, maxsplit=1)[0].lower()
    skipped = name not in _ALWAYS | _AT_TIMES
    # Declarations of a condition that stands in a rule are the rule's own.
    return _Block(around.subjects, around.always and name in _ALWAYS, skipped, [])


# --- declarations ---------------------------------------------------------------------------------

_NOTHING = re.compile(r"(?:0(?:\.0+)?[a-z%]*|none|auto|hidden|initial|unset|normal|\s)+")
_BOX = re.compile(
    r"(?:padding|border)(?:-(?:top|right|bottom|left|inline|block)(?:-(?:start|end))?)?(?:-(?:width|style))?"
)
#: Properties after which an image has another size, or another natural one, whatever their values.
_BOTH = re.compile(
    r"all|aspect-ratio|contain|contain-intrinsic-.*|content|image-orientation|image-resolution|zoom"
    r"|(?:min-|max-)?(?:inline|block)-size"
)
_RESIZING = re.compile(r"(?:max-)?(?:width|height|inline-size|block-size)|aspect-ratio|zoom")
_ARRANGES = re.compile(r"(?:-webkit-|-ms-|-moz-)?(?:inline-)?(?:flex|box|flexbox|grid)\b|\b(?:flex|grid)\b")


_LENGTH = re.compile(r"(\d*\.?\d+)(px|rem|em|[dsl]?vh)")
_PIXELS = {"px": 1.0, "rem": 16.0, "em": 16.0}


def _effect(declarations: Sequence[str]) -> Effect:
    width = height = moves_width = moves_height = resizes = arranges = False
    rooms: dict[str, tuple[float, float]] = {}
    for declaration in declarations:
        name, _, value = declaration.partition(":")
        name = name.strip().lower()
        value = value.replace("!important", "").strip().lower()
        plain = _NOTHING.fullmatch(value) is not None
        rooms |= _room(name, value)
        resizes = resizes or (_RESIZING.fullmatch(name) is not None and value not in ("100%", "auto", "none"))
        if name == "width":
            width, moves_width = True, moves_width or value != "auto"
        elif name == "height":
            height, moves_height = True, moves_height or value != "auto"
        elif name in ("max-width", "min-width"):
            moves_width = moves_width or not plain
        elif name in ("max-height", "min-height"):
            moves_height = moves_height or not plain
        elif (_BOTH.fullmatch(name) or _BOX.fullmatch(name)) and not plain:
            moves_width = moves_height = True
        elif name == "display" and _ARRANGES.search(value):
            arranges = True
    return Effect(width, height, moves_width, moves_height, resizes, arranges, _sum(rooms))


def _room(name: str, value: str) -> dict[str, tuple[float, float]]:
    """What one declaration says of the height that an element takes at least, by what it overrides."""
    if name in ("height", "min-height"):
        return {"height": _length(value)}
    if name in ("padding-top", "padding-bottom"):
        return {name: _length(value)}
    if name == "padding" and (parts := value.split()) and "(" not in value:
        return {"padding-top": _length(parts[0]), "padding-bottom": _length(parts[2 if len(parts) > 2 else 0])}
    return {}


def _length(value: str) -> tuple[float, float]:
    match = _LENGTH.fullmatch(value)
    if match is None:
        return 0.0, 0.0
    number = float(match[1])
    return (0.0, number) if match[2].endswith("vh") else (number * _PIXELS[match[2]], 0.0)


def _sum(rooms: dict[str, tuple[float, float]]) -> tuple[float, float] | None:
    if not rooms:
        return None
    height = rooms.pop("height", (0.0, 0.0))
    padding = (sum(px for px, _ in rooms.values()), sum(vh for _, vh in rooms.values()))
    return max(height[0], padding[0]), max(height[1], padding[1])
