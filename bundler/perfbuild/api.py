"""What plugins see. This module alone is public: everything else may change between minor versions.

A plugin is a subclass of :class:`Plugin`; its docstring is the tutorial. The optimisations that perfbuild brings are
plugins too and use nothing but this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

import msgspec

from perfbuild.model import FileType

__all__ = [
    "Context",
    "FileType",
    "InputFile",
    "LocalFile",
    "OptimisedFile",
    "PageElement",
    "PageView",
    "PixelSize",
    "Plugin",
    "PluginError",
    "SetAttributes",
    "Stylesheet",
]


class PluginError(Exception):
    """Raise it from a hook to say why a file cannot be worked on: the file stays as it was and the user is warned."""


class InputFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the output as a hook gets it."""

    path: str
    """Below the output folder, POSIX. The name still lacks its content hash and must not end up in the content."""
    type: FileType
    content: bytes


class OptimisedFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file that a hook offers in place of the one it got."""

    content: bytes
    note: str
    """What was done, in a few words, for the account: ``"lossless PNG"``."""


class PixelSize(msgspec.Struct, frozen=True, kw_only=True):
    """Width and height of an image in CSS pixels, upright."""

    width: int
    height: int
    fixed: bool = True
    """False where only the proportions are the image's own (an SVG with nothing but a view box)."""


class LocalFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the project that an attribute names."""

    path: str
    """Root-relative, POSIX; of a public file its path in the output."""
    url: str
    """As the page writes it, character references decoded."""
    size: int
    """In bytes."""
    measure: Callable[[], PixelSize | None]
    """Reads the image's size from its first bytes; None where it has none, or is no image."""


class PageElement(msgspec.Struct, frozen=True, kw_only=True):
    """A start tag of a page."""

    name: str
    """In lower case."""
    attributes: Mapping[str, str]
    """By lower-case name, character references decoded."""
    position: int
    """Character offset in the page's text."""
    parent: int | None
    """The index of its parent in :attr:`PageView.elements`; None for those at the top."""
    text: int
    """Characters of text directly in it, runs of white space counted as one."""
    files: Mapping[str, tuple[LocalFile, ...]]
    """The project's files by the attribute that names them (``src``, ``srcset``, ``data-src``), in order."""
    templated: bool
    """Whether a server template writes part of the tag."""


class Stylesheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a page is styled by: a linked stylesheet, one that its scripts bring, or a ``<style>``."""

    url: str
    """As the page writes it; empty for what the page does not name."""
    text: str | None
    """The final CSS; None where it is not known: of another site, or written by a server template."""


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """A page as a hook gets it."""

    path: str
    """Root-relative, POSIX."""
    elements: tuple[PageElement, ...]
    """All elements in source order, those in ``<noscript>`` and ``<template>`` included."""
    templated: bool
    """Whether conditions, loops or blocks of a server template stand in the page, or it is part of one."""
    styles: Callable[[], tuple[Stylesheet, ...]]
    """Reads the stylesheets that the page loads, at once or later, in no particular order."""

    def ancestors(self, element: PageElement) -> Iterable[PageElement]:
        """The elements around it, the nearest first."""
        while element.parent is not None:
            element = self.elements[element.parent]
            yield element


class SetAttributes(msgspec.Struct, frozen=True, kw_only=True):
    """Attributes for an element of the page. What its author wrote stands: only missing ones are added."""

    element: PageElement
    attributes: Mapping[str, str]
    """By lower-case name; values are escaped when they are written."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What a hook may know about the build. A result depends on nothing else, so that it can be kept."""

    target: str | None
    """The browserslist query of the build; None for Baseline widely available."""


class Plugin:
    """The base of every plugin: override what you need, the rest does nothing.

    A plugin that takes the comments out of text files is a module of a few lines::

        from perfbuild.api import Context, InputFile, OptimisedFile, Plugin

        class Comments(Plugin):
            name = "comments"
            version = "1"
            suffixes = (".txt",)

            def optimise_file(self, file: InputFile, context: Context) -> OptimisedFile | None:
                lines = file.content.splitlines(keepends=True)
                kept = [line for line in lines if not line.startswith(b"#")]
                return OptimisedFile(content=b"".join(kept), note="without comments")

    and an entry point of the package that brings it, which is all that perfbuild needs to find it::

        [project.entry-points."perfbuild.plugins"]
        comments = "my_package.comments:Comments"

    Plugins run in the order of their names. The class is instantiated once a build, without arguments. Users leave a
    plugin out by its name: ``plugins.disabled = ["comments"]``.

    A plugin with options states them in a struct whose fields all have defaults; users set them in the table of its
    name, ``[plugins.comments]``, and hooks find them in ``self.options``::

        class CommentOptions(msgspec.Struct, frozen=True, kw_only=True):
            mark: str = "#"

        class Comments(Plugin):
            Options = CommentOptions
            options: CommentOptions
    """

    name: str
    """Unique among installed plugins: lower-case letters, digits and dashes."""

    version: str
    """Whatever results depend on besides the input: raise it when the plugin changes, name the tools it calls."""

    suffixes: tuple[str, ...] = ()
    """The files that :meth:`optimise_file` gets, by the end of their names in lower case: ``(".png",)``."""

    elements: tuple[str, ...] = ()
    """The elements that :meth:`edit_page` is about, in lower case: pages without any of them are not given to it."""

    Options: ClassVar[type[msgspec.Struct] | None] = None
    """The options that users may set; None for a plugin without any."""

    options: msgspec.Struct
    """The :attr:`Options` of this build. It is set before any hook is called, and only where there are options."""

    def optimise_file(self, file: InputFile, context: Context) -> OptimisedFile | None:
        """Makes one file smaller without changing what a visitor sees; None leaves it as it is.

        The result is used where it saves 1 % and 32 bytes at least. It is kept between builds by the plugin's
        ``version``, the context and the content, so it must follow from these alone.

        Called from several threads at once. Any exception leaves the file as it was and becomes a warning under the
        plugin's name; raise :class:`PluginError` to word it.
        """
        return None

    def edit_page(self, page: PageView, context: Context) -> Iterable[SetAttributes]:
        """Adds attributes to elements of a page.

        Called once a page, when every other file is done. The same page and context must give the same edits. Where two
        plugins set one attribute of an element, the first counts. Any exception leaves the page without the plugin's
        edits and becomes a warning under its name; raise :class:`PluginError` to word it.
        """
        return ()
