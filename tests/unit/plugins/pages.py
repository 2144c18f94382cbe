"""Pages on disk with a stand-in for the linker, for plugins that edit pages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from perfbuild.api import Plugin
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.html.editing import apply_edits
from perfbuild.model import Linked, OutputFile, Project, PublicFile
from perfbuild.stages.page_edits import edit_pages
from perfbuild.stages.scan import scan
from perfbuild_plugins.lazy_media import LazyMedia


def picture(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height)).save(stream, "PNG")
    return stream.getvalue()


class PageSite:
    """A project whose files are written as they are given: images by their width and height."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.diagnostics = Diagnostics()

    def add(self, **files: tuple[int, int] | str | bytes) -> PageSite:
        """``hero_png=(1200, 600)`` writes ``hero.png``; a double underscore is a slash."""
        for name, content in files.items():
            path = self.root / ".".join(name.replace("__", "/").rsplit("_", 1))
            path.parent.mkdir(parents=True, exist_ok=True)
            data = picture(*content) if isinstance(content, tuple) else content
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        return self

    def edited(self, page: str, *plugins: Plugin) -> str:
        """The page after the edits of the plugins alone."""
        (self.root / "index.html").write_bytes(page.encode())
        sources = sorted((self.root / "public").rglob("*.*"))
        public = tuple(
            PublicFile(path=path.relative_to(self.root / "public").as_posix(), source=path) for path in sources
        )
        project = Project(root=self.root, pages=("index.html",), entries=(), public=public)
        config = Config(root=self.root, out=self.root / "dist", report_dir=self.root / ".perfbuild")
        pages = scan(project, config, self.diagnostics)
        assert list(self.diagnostics) == []
        targets = [each.target for each in pages[0].references if not each.public and each.kind != "document"]
        linked = Linked(
            chunks=(),
            modules=(),
            files={
                f"assets/{target}": OutputFile(path=f"assets/{target}", type="other", copy_of=self.root / target)
                for target in targets
            },
            entries={},
            references={target: f"assets/{target}" for target in targets},
            inline=(),
            assets_of={},
        )
        edits = edit_pages(project, pages, linked, plugins, config, self.diagnostics)
        return apply_edits(pages[0].text, edits.get("index.html", ()))


def lazy_media(**options: Any) -> LazyMedia:
    plugin = LazyMedia()
    assert LazyMedia.Options is not None
    plugin.options = msgspec.convert(options, LazyMedia.Options)
    return plugin


def tags(page: str, names: Sequence[str] = ("img", "iframe")) -> list[str]:
    """The start tags of these names, as written."""
    from perfbuild.html.tokens import tokens

    found = (token for token in tokens(page) if token.kind == "start" and token.name in names)
    return [page[token.start : token.end] for token in found]
