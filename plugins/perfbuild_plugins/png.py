"""PNG without loss: fewer bytes for the same pixels, colours and animation."""

from __future__ import annotations

from importlib.metadata import version

from perfbuild.api import Context, InputFile, OptimisedFile, Plugin, PluginError

_LEVEL = 2
#: Chunks that change what is shown: colour spaces, pixel density and animation (PNG third edition, section 11.3).
_KEPT = [b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"mDCV", b"cLLI", b"pHYs", b"acTL", b"fcTL", b"fdAT"]


class Png(Plugin):
    name = "png"
    version = f"1 level {_LEVEL} pyoxipng {version('pyoxipng')}"
    suffixes = (".png", ".apng")

    def optimise_file(self, file: InputFile, context: Context) -> OptimisedFile | None:
        import oxipng

        try:
            content = oxipng.optimize_from_memory(file.content, level=_LEVEL, strip=oxipng.StripChunks.keep(_KEPT))
        except oxipng.PngError as error:
            raise PluginError(f"it cannot be read as PNG: {error}") from error
        return OptimisedFile(content=content, note="lossless PNG")
