"""Where the images of a page are likely to stand, told from the page alone: text by its length, images by their sizes.

Every estimate errs towards the top: of what styles bring, only heights and padding that an element is sure to have
count. So an image that is called beyond the first screenful is most likely so. docs/design/lazy-media.md has the rules.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from perfbuild.api import PageElement, PageView, PixelSize
from perfbuild_plugins.sizing_rules import PageStyles, effect_of

#: Widths of viewports in CSS pixels, a telephone's and a desktop's, with what of them text fills.
VIEWPORTS = ((412, 380), (1350, 1140))
_LINE = 24
_CHARACTER = 8
#: Width of a character and height of a line of headings.
_HEADINGS: Mapping[str, tuple[int, int]] = {"h1": (16, 38), "h2": (12, 29), "h3": (10, 24)}
#: The space around paragraphs and headings, which hardly any style makes smaller.
_MARGIN = 16
_WITH_MARGIN = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "p"))
_NAVIGATION = 60
#: The most that are taken to stand side by side.
_COLUMNS = 4
#: Elements whose height styles may state.
_ROOMY = frozenset(("article", "aside", "div", "figure", "footer", "header", "main", "section", "ul"))
_NO_ROW = re.compile(r"row|section|container|slide", re.IGNORECASE)
_ROW_NAMES = frozenset(("a", "article", "div", "figure", "img", "li", "picture", "td", "th"))
_INLINE = re.compile(
    r"a|abbr|b|bd[io]|big|button|cite|code|data|del|dfn|em|font|i|ins|kbd|label|mark|output|picture|q|s|samp|small|span"
    r"|strong|su[bp]|time|tt|u|var"
)
#: Elements that take no place, with all that is in them.
_UNSEEN = re.compile(
    r"datalist|dialog|head|link|math|meta|noscript|optgroup|option|param|script|select|source|style|svg|template"
    r"|textarea|title|track"
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(px|%)?\s*")


class Place(NamedTuple):
    """Where an element stands in one viewport, in CSS pixels; width and height are 0 where they are not known."""

    top: float
    width: float
    height: float


class Screen(NamedTuple):
    """One viewport with the places of the page's images and frames, by their index in the page's elements."""

    width: int
    places: Mapping[int, Place]


def screens(page: PageView, sizes: Mapping[int, PixelSize], styles: PageStyles, fold: float) -> tuple[Screen, ...]:
    """The page in each of :data:`VIEWPORTS`.

    ``sizes`` are those of image files by the elements' indices, ``fold`` is the height of the viewport in CSS pixels.
    """
    tree = _Tree(page, _rooms(page, styles, fold))
    uncertain = frozenset(index for index, size in sizes.items() if not size.fixed or _is_resized(page, index, styles))
    return tuple(Screen(width, _Layout(tree, sizes, uncertain, width, text).places()) for width, text in VIEWPORTS)


def _is_resized(page: PageView, index: int, styles: PageStyles) -> bool:
    """Whether some rule may make the image smaller than its file, by how much is not known."""
    node = styles.node(page.elements[index])
    return any(rule.effect.resizes for rule in styles.rules_for(node))


def _rooms(page: PageView, styles: PageStyles, fold: float) -> Mapping[int, float]:
    """The heights that elements have at least, as rules without conditions say, and none with any takes back."""
    found: dict[int, float] = {}
    for index, element in enumerate(page.elements):
        if element.name not in _ROOMY:
            continue
        said = [(rule.always, rule.effect.room) for rule in styles.rooms_of(styles.node(element))]
        heights = [(always, room[0] + room[1] * fold / 100) for always, room in said if room is not None]
        sure = max((height for always, height in heights if always), default=0.0)
        lowest = min((height for always, height in heights if not always), default=sure)
        px, vh = effect_of(element.attributes.get("style", "")).room or (0.0, 0.0)
        found[index] = max(min(sure, lowest), px + vh * fold / 100)
    return found


class _Tree:
    """The page's elements with their children, and with the heights that they have at least."""

    def __init__(self, page: PageView, rooms: Mapping[int, float]) -> None:
        self.elements = page.elements
        self.rooms = rooms
        self.children: list[list[int]] = [[] for _ in page.elements]
        self.roots: list[int] = []
        self.unseen: list[bool] = []
        for index, element in enumerate(page.elements):
            siblings = self.roots if element.parent is None else self.children[element.parent]
            siblings.append(index)
            around = element.parent is not None and self.unseen[element.parent]
            self.unseen.append(around or _is_unseen(element))


def _is_unseen(element: PageElement) -> bool:
    found = element.attributes
    if _UNSEEN.fullmatch(element.name):
        return element.name != "dialog" or "open" not in found
    return "hidden" in found or _HIDDEN.search(found.get("style", "")) is not None


class _Layout:
    """Heights from the leaves up, then places from the top down; parents come before their children in the page."""

    def __init__(
        self, tree: _Tree, sizes: Mapping[int, PixelSize], uncertain: Set[int], viewport: int, text: int
    ) -> None:
        self._tree = tree
        self._sizes = sizes
        self._uncertain = uncertain
        self._is_wide = viewport > 1000
        self._text = text / viewport
        count = len(tree.elements)
        self._widths = [float(viewport)] * count
        self._heights = [0.0] * count
        self._tops = [0.0] * count
        self._boxes: dict[int, tuple[float, float]] = {}
        self._rows = [self._grouped(children) for children in tree.children]

    def places(self) -> dict[int, Place]:
        self._set_widths()
        self._set_heights()
        self._set_tops()
        return {index: Place(self._tops[index], *box) for index, box in self._boxes.items()}

    def _set_widths(self) -> None:
        for index, rows in enumerate(self._rows):
            for row in rows:
                for child in row:
                    self._widths[child] = self._widths[index] / len(row)

    def _set_heights(self) -> None:
        characters = [element.text for element in self._tree.elements]
        for index in range(len(self._tree.elements) - 1, -1, -1):
            element = self._tree.elements[index]
            if self._tree.unseen[index]:
                continue
            height = sum(max(self._heights[child] for child in row) for row in self._rows[index])
            if element.name in ("img", "iframe", "video", "canvas", "embed", "object"):
                self._boxes[index] = self._box(index, element)
                height = 0.0 if index in self._uncertain else self._boxes[index][1]
            elif _INLINE.fullmatch(element.name) and element.parent is not None:
                characters[element.parent] += characters[index]
            else:
                height += self._text_height(element.name, characters[index], self._widths[index])
            height = max(height, self._tree.rooms.get(index, 0.0))
            self._heights[index] = min(height, _NAVIGATION) if element.name == "nav" else height

    def _set_tops(self) -> None:
        self._place_rows([[root] for root in self._tree.roots], 0.0)
        for index, rows in enumerate(self._rows):
            self._place_rows(rows, self._tops[index])

    def _place_rows(self, rows: Sequence[Sequence[int]], top: float) -> None:
        for row in rows:
            for child in row:
                self._tops[child] = top
            top += max(self._heights[child] for child in row)

    def _text_height(self, name: str, characters: int, width: float) -> float:
        character, line = _HEADINGS.get(name, (_CHARACTER, _LINE))
        in_line = max(1, int(width * self._text / character))
        margin = _MARGIN if name in _WITH_MARGIN and characters else 0
        return math.ceil(characters / in_line) * line + margin

    def _box(self, index: int, element: PageElement) -> tuple[float, float]:
        """Width and height as drawn: by its attributes and style, else the file's, never wider than what is around."""
        limit = self._widths[index]
        width, height = (_stated(element, name, limit) for name in ("width", "height"))
        size = self._sizes.get(index)
        if size is not None and size.width and size.height:
            ratio = size.width / size.height
            width = width or (height * ratio if height else float(size.width))
            height = height or width / ratio
        if not width or not height:
            return 0.0, 0.0
        return (width, height) if width <= limit else (limit, height * limit / width)

    def _grouped(self, children: Sequence[int]) -> list[list[int]]:
        """The children in rows: on a wide viewport those that are alike stand side by side."""
        rows: list[list[int]] = []
        before: tuple[str, str] | None = None
        for child in children:
            kind = _kind(self._tree.elements[child]) if self._is_wide else None
            if kind is not None and kind == before and len(rows[-1]) < _COLUMNS:
                rows[-1].append(child)
            else:
                rows.append([child])
            before = kind
        return rows


def _kind(element: PageElement) -> tuple[str, str] | None:
    """What elements of one row share: name, and class less its numbers (``col-md-4``); None for what fills a row."""
    if element.name not in _ROW_NAMES:
        return None
    first = next(iter(element.attributes.get("class", "").split()), "")
    if _NO_ROW.search(first):
        return None
    return element.name, re.sub(r"\d+", "", first)


def _stated(element: PageElement, name: str, limit: float) -> float:
    """A width or height from the element's attribute or style; 0 where neither tells it in pixels or percent."""
    style = re.search(rf"(?:^|[;\s]){name}\s*:([^;]*)", element.attributes.get("style", ""), re.IGNORECASE)
    text = style[1] if style else element.attributes.get(name, "")
    match = _PIXELS.fullmatch(text)
    if match is None or (match[2] == "%" and name == "height"):
        return 0.0
    return float(match[1]) * (limit / 100 if match[2] == "%" else 1)


def beyond(found: Sequence[Screen], index: int, fold: float) -> bool:
    """Whether the element stands below the fold in every viewport."""
    return all(index in screen.places and screen.places[index].top >= fold for screen in found)


def seen_shares(found: Sequence[Screen], index: int, fold: float) -> Iterator[float]:
    """Which share of each viewport the element fills before anybody scrolls."""
    for screen in found:
        place = screen.places.get(index)
        visible = min(place.height, fold - place.top) if place else 0.0
        yield max(0.0, visible) * place.width / (screen.width * fold) if place and fold else 0.0
