"""What the plugin lazy-media can be told."""

from __future__ import annotations

from typing import Annotated

import msgspec


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
