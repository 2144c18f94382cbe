"""Images and frames beyond the first screenful load when they come near, the likely largest one before all others, and
images whose proportions no style decides get the width and height of their file.

Which those are is told from the page, its files and its stylesheets: docs/design/lazy-media.md has the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from perfbuild.api import Context, PageView, Plugin, SetAttributes


class LazyMediaOptions(msgspec.Struct, frozen=True, kw_only=True):
    fold: Annotated[int, msgspec.Meta(ge=0)] = 900
    """How many CSS pixels of the page are its first screenful."""
    eager: Annotated[int, msgspec.Meta(ge=0)] = 4
    """The most images of the first screenful that are loaded at once; icons do not count."""
    lazy: bool = True
    """Let images and frames beyond them load when they come near."""
    priority: bool = True
    """Ask for the likely largest contentful paint before other images."""
    sizes: bool = True
    """Give images the width and height of their file where that changes nothing once they are loaded."""


class LazyMedia(Plugin):
    name = "lazy-media"
    version = "1"
    elements = ("img", "iframe")
    Options = LazyMediaOptions
    options: LazyMediaOptions

    def edit_page(self, page: PageView, context: Context) -> Iterator[SetAttributes]:
        from perfbuild_plugins.page_media import PageMedia

        return PageMedia(page, self.options).edits()
