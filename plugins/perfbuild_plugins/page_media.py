"""Which images and frames of a page load late, which one loads first, and what each is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Literal

import msgspec

from perfbuild.api import PageElement, PageView, PixelSize, SetAttributes
from perfbuild_plugins.first_screenful import Screen, beyond, screens, seen_shares
from perfbuild_plugins.image_dimensions import Dimensions, file_size
from perfbuild_plugins.lazy_media_options import LazyMediaOptions
from perfbuild_plugins.sizing_rules import PageStyles

#: What visitors see first is no icon: images of at most this width and height do not count as eager ones.
_ICON = 64
#: The least share of a viewport that an image fills to be the likely largest contentful paint.
_LEAST_SHARE = 0.04
#: What may stand before it: headings of the first two ranks, and characters of text. After more, it is in another part
#: of the page than the first, however little of that the page shows itself.
_HEADINGS_BEFORE = 1
_TEXT_BEFORE = 600
_LOGO = re.compile(r"logo|brand|icon|avatar|sprite|badge|emoji|flag(?![a-z])", re.IGNORECASE)
_ELEMENTS = ("img", "iframe")
_SHELTERS = frozenset(("noscript", "template", "svg"))

Wish = Literal["eager", "lazy"]


class _Medium(msgspec.Struct, frozen=True, kw_only=True):
    """An image or frame that may be edited. ``wish`` is its ``data-perfbuild``, or that of what it stands in."""

    index: int
    element: PageElement
    wish: Wish | None
    size: PixelSize | None

    @property
    def is_icon(self) -> bool:
        return self.size is not None and self.size.fixed and max(self.size.width, self.size.height) <= _ICON

    @property
    def loads(self) -> bool:
        """Whether the browser fetches it by its own attributes: not so what a script loads, nor a data URL."""
        source = self.element.attributes.get("src", "").strip().lower()
        if "data-src" in self.element.attributes or source.startswith(("data:", "about:", "javascript:")):
            return False
        return bool(source) or (self.element.name == "img" and "srcset" in self.element.attributes)


class PageMedia:
    """The decisions for one page."""

    def __init__(self, page: PageView, options: LazyMediaOptions) -> None:
        self._page = page
        self._options = options
        self._media = tuple(self._found())
        sizes = {each.index: each.size for each in self._media if each.size is not None}
        self._styles = PageStyles(page)
        self._screens: tuple[Screen, ...] = screens(page, sizes, self._styles, options.fold) if self._media else ()

    def edits(self) -> Iterator[SetAttributes]:
        largest = self._largest()
        late = self._late(largest)
        dimensions = Dimensions(self._page, self._styles)
        for medium in self._media:
            attributes: dict[str, str] = {}
            if medium is largest:
                attributes["fetchpriority"] = "high"
            elif medium.index in late:
                attributes |= _lazily(medium.element)
            if self._options.sizes and medium.element.name == "img" and not self._page.templated:
                attributes |= dimensions.of(medium.index)
            if attributes:
                yield SetAttributes(element=medium.element, attributes=attributes)

    def _found(self) -> Iterator[_Medium]:
        """In source order. Of what a template writes, only elements with an own wish."""
        for index, element in enumerate(self._page.elements):
            if element.name not in _ELEMENTS:
                continue
            around = tuple(self._page.ancestors(element))
            if any(each.name in _SHELTERS for each in around):
                continue
            wish = _wish((element, *around))
            size = file_size(element) if element.name == "img" else None
            if wish is not None or not (element.templated or self._page.templated):
                yield _Medium(index=index, element=element, wish=wish, size=size)

    # --- which are late -------------------------------------------------------------------------

    def _late(self, largest: _Medium | None) -> set[int]:
        """The media that load when they come near."""
        late: set[int] = set()
        images = 0
        for medium in self._media:
            if not medium.loads or medium is largest:
                images += medium is largest
                continue
            is_beyond = self._options.lazy and self._is_beyond(medium)
            if medium.wish is None and not is_beyond and medium.element.name == "img" and not medium.is_icon:
                images += 1
                is_beyond = self._options.lazy and images > self._options.eager
            if medium.wish == "lazy" or (medium.wish is None and is_beyond):
                late.add(medium.index)
        return late

    def _is_beyond(self, medium: _Medium) -> bool:
        return beyond(self._screens, medium.index, self._options.fold) and not _is_tiny(medium.element)

    # --- which is the largest -------------------------------------------------------------------

    def _largest(self) -> _Medium | None:
        """The image that fills most of the first screenful; the only one where no size is known."""
        if not self._options.priority or self._page.templated or self._has_priority():
            return None
        candidates = [each for each in self._media if self._may_be_largest(each)]
        best, best_share = None, _LEAST_SHARE
        for medium in candidates:
            share = max(seen_shares(self._screens, medium.index, self._options.fold))
            if share > best_share:
                best, best_share = medium, share
        unknown = len(candidates) == 1 and candidates[0].size is None
        return candidates[0] if best is None and unknown and not self._stated(candidates[0]) else best

    def _has_priority(self) -> bool:
        """Whether the page says by itself which image matters."""
        return any(
            each.attributes.get("fetchpriority", "").strip().lower() == "high"
            for each in self._page.elements
            if each.name in ("img", "link", "image")
        )

    def _may_be_largest(self, medium: _Medium) -> bool:
        element = medium.element
        if element.name != "img" or not medium.loads or medium.wish == "lazy" or medium.is_icon or element.templated:
            return False
        if "fetchpriority" in element.attributes or element.attributes.get("loading", "").lower() == "lazy":
            return False
        if medium.index not in self._screens[0].places or self._is_beyond(medium):
            return False
        return medium.index < self._first_part and not self._is_logo(element)

    @cached_property
    def _first_part(self) -> int:
        """Where it ends: before the element that comes after too many headings or too much text."""
        aside: set[int] = set()
        headings = text = 0
        for index, element in enumerate(self._page.elements):
            if headings > _HEADINGS_BEFORE or text > _TEXT_BEFORE:
                return index
            if element.name in ("nav", "head") or element.parent in aside:
                aside.add(index)
            else:
                headings += element.name in ("h1", "h2")
                text += element.text
        return len(self._page.elements)

    def _is_logo(self, element: PageElement) -> bool:
        own = element.attributes
        name = own.get("src", "").split("?")[0].rpartition("/")[2]
        around = tuple(self._page.ancestors(element))
        says = (own.get("class", ""), own.get("id", ""), own.get("alt", ""), name)
        parent = around[0].attributes.get("class", "") if around else ""
        return any(map(_LOGO.search, (*says, parent))) or any(each.name == "nav" for each in around)

    def _stated(self, medium: _Medium) -> bool:
        return any(screen.places[medium.index].height for screen in self._screens)


def _wish(line: tuple[PageElement, ...]) -> Wish | None:
    """The nearest ``data-perfbuild`` of an element and what it stands in."""
    for element in line:
        match element.attributes.get("data-perfbuild", "").strip().lower():
            case "eager":
                return "eager"
            case "lazy":
                return "lazy"
    return None


def _lazily(element: PageElement) -> dict[str, str]:
    """An author who asks for high priority, or states when it loads, has decided."""
    if "loading" in element.attributes or element.attributes.get("fetchpriority", "").strip().lower() == "high":
        return {}
    return {"loading": "lazy", "decoding": "async"} if element.name == "img" else {"loading": "lazy"}


def _is_tiny(element: PageElement) -> bool:
    """Frames that nobody sees count visits or carry messages, and would never come near."""
    if element.name != "iframe":
        return False
    sizes = (element.attributes.get(name, "").strip().removesuffix("px") for name in ("width", "height"))
    hidden = re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", element.attributes.get("style", ""))
    return hidden is not None or "hidden" in element.attributes or any(size in tuple("01234") for size in sizes)
