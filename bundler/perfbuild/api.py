"""What plugins see. This module alone is public: everything else may change between minor versions.

A plugin is a subclass of :class:`Plugin`; its docstring is the tutorial. The optimisations that perfbuild brings are
plugins too and use nothing but this module.
"""

from __future__ import annotations

import msgspec

from perfbuild.model import FileType

__all__ = ["Context", "FileType", "InputFile", "OptimisedFile", "Plugin", "PluginError"]


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
    """

    name: str
    """Unique among installed plugins: lower-case letters, digits and dashes."""

    version: str
    """Whatever results depend on besides the input: raise it when the plugin changes, name the tools it calls."""

    suffixes: tuple[str, ...] = ()
    """The files that :meth:`optimise_file` gets, by the end of their names in lower case: ``(".png",)``."""

    def optimise_file(self, file: InputFile, context: Context) -> OptimisedFile | None:
        """Makes one file smaller without changing what a visitor sees; None leaves it as it is.

        The result is used where it saves 1 % and 32 bytes at least. It is kept between builds by the plugin's
        ``version``, the context and the content, so it must follow from these alone.

        Called from several threads at once. Any exception leaves the file as it was and becomes a warning under the
        plugin's name; raise :class:`PluginError` to word it.
        """
        return None
