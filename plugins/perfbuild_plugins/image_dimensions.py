"""Width and height for images without either, where adding them changes nothing once the image is loaded.

The attributes are sizes of their own that rules of stylesheets override one by one, so with ``max-width: 100%`` alone
they would distort. docs/design/lazy-media.md says which rules let them stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfbuild.api import LocalFile, PageElement, PageView, PixelSize
from perfbuild_plugins.sizing_rules import Effect, PageStyles, effect_of

#: Services whose stylesheets declare fonts and nothing else.
_FONT_STYLES = re.compile(
    r"(?:https?:)?//(?:fonts\.googleapis\.com|fonts\.bunny\.net|use\.typekit\.net)/", re.IGNORECASE
)
_CANDIDATE = re.compile(r"\s*(\S+[^\s,])(?:\s+(\d+(?:\.\d+)?)(w|x))?\s*(?:,|$)")
#: How far the proportions of candidates may differ: sizes are whole pixels.
_SAME = 0.02


def file_size(element: PageElement) -> PixelSize | None:
    """The size of the file that an image shows in the end: ``data-src`` takes the place of ``src``."""
    files = element.files.get("data-src" if "data-src" in element.attributes else "src", ())
    return files[0].measure() if len(files) == 1 else None


class Dimensions:
    """Answers for the images of one page."""

    def __init__(self, page: PageView, styles: PageStyles) -> None:
        self._page = page
        self._styles = styles

    def of(self, index: int) -> dict[str, str]:
        """``width`` and ``height`` for the image with this index, both or none."""
        image = self._page.elements[index]
        if "width" in image.attributes or "height" in image.attributes or image.templated:
            return {}
        size = self._natural_size(index, image)
        if size is None or not self._stand(image, size):
            return {}
        return {"width": str(size.width), "height": str(size.height)}

    # --- what the styles say --------------------------------------------------------------------

    def _stand(self, image: PageElement, size: PixelSize) -> bool:
        """Whether the attributes leave the image as large as it is without them."""
        if self._styles.unknown:
            return False
        node = self._styles.node(image)
        own = effect_of(image.attributes.get("style", ""))
        found = self._styles.rules_for(node)
        sure = (own, *(rule.effect for rule in found if rule.always and rule.matches_by_itself(node)))
        width, height = any(each.width for each in sure), any(each.height for each in sure)
        if width and height:
            return True  # nothing but the proportions is taken from the attributes, and the file's come before these
        harmless = all(_is_harmless(each, width, height) for each in (own, *(rule.effect for rule in found)))
        return harmless and size.fixed and not self._is_arranged(image)

    def _is_arranged(self, image: PageElement) -> bool:
        """Whether it may be an item of a flex container or a grid, which stretch items without sizes of their own."""
        around = tuple(self._page.ancestors(image))
        holders = around[:2] if around and around[0].name == "picture" else around[:1]
        for holder in holders:
            node = self._styles.node(holder)
            if effect_of(holder.attributes.get("style", "")).arranges:
                return True
            if any(rule.effect.arranges for rule in self._styles.rules_for(node)):
                return True
        return False

    # --- what the files say ---------------------------------------------------------------------

    def _natural_size(self, index: int, image: PageElement) -> PixelSize | None:
        """The size of the image whichever of its candidates is shown; None where they differ, or one is not known."""
        size = file_size(image)
        if size is None:
            return None
        fixed = size.fixed
        for holder, name in self._sets(index, image):
            for file, density in _candidates(holder, name):
                found = file.measure() if file else None
                if found is None or abs(found.width * size.height / (found.height * size.width) - 1) > _SAME:
                    return None
                same = density is not None and (found.width, found.height) == (
                    size.width * density,
                    size.height * density,
                )
                fixed = fixed and same
        return PixelSize(width=size.width, height=size.height, fixed=fixed)

    def _sets(self, index: int, image: PageElement) -> Iterator[tuple[PageElement, str]]:
        """The elements and attributes that hold candidates beside ``src``."""
        holders = [image]
        if image.parent is not None and self._page.elements[image.parent].name == "picture":
            holders += [each for each in self._page.elements[image.parent + 1 : index] if each.name == "source"]
        for holder in holders:
            yield from ((holder, name) for name in ("srcset", "data-srcset") if name in holder.attributes)


def _is_harmless(effect: Effect, width: bool, height: bool) -> bool:
    """``width`` and ``height``: whether some rule that surely applies declares them."""
    width, height = width or effect.width, height or effect.height
    return (height or not effect.moves_width) and (width or not effect.moves_height)


def _candidates(holder: PageElement, name: str) -> Iterator[tuple[LocalFile | None, float | None]]:
    """The files of a set with their densities; no file where it is none of the project's, no density by width."""
    files = {file.url: file for file in holder.files.get(name, ())}
    for match in _CANDIDATE.finditer(holder.attributes[name]):
        yield files.get(match[1]), None if match[3] == "w" else float(match[2] or 1)
