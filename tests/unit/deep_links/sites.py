"""Projects with lazy routes, and a stand-in for the linker."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.unit.chunks import chunk

from perfbuild.config import Config, Output, Runtime
from perfbuild.diagnostics import Diagnostics
from perfbuild.model import Chunk, Linked, OutputFile, Page, Project, PublicFile, Rendered, RouteRecord
from perfbuild.stages.render import render
from perfbuild.stages.scan import scan

PAGE = """<!doctype html>
<html>
  <head>
    <meta charset="utf-8">
    <title>App</title>
    <link rel="stylesheet" href="/public.css">
    <script type="module" src="/main.js"></script>
  </head>
  <body></body>
</html>
"""


def lazy(name: str, **options: Any) -> Chunk:
    return chunk(name, **({"reason": "route", "facade": f"src/{name}.js"} | options))


def main(*chunks: Chunk, name: str = "main", **options: Any) -> tuple[Chunk, ...]:
    """An entry that imports the chunks dynamically, with them."""
    lazy_files = tuple(one.file for one in chunks if one.reason == "route")
    fields: dict[str, Any] = {"reason": "entry", "is_entry": True, "dynamic_imports": lazy_files}
    return (lazy(name, **(fields | options)), *chunks)


def record(path: str, *names: str, **options: Any) -> RouteRecord:
    """A route whose components are those modules of ``src/``."""
    return RouteRecord(
        path=path, components=tuple(f"src/{name}.js" for name in names), source="app.js", line=1, **options
    )


class Application:
    """Pages on disk; each loads the entry chunk of its script's name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.diagnostics = Diagnostics()
        self.pages: list[str] = []
        self.public: list[str] = []
        self.stable_names: dict[str, dict[str, str]] = {}
        self.contents: dict[str, bytes] = {}
        self.runtime = Runtime()
        self.add("public/public.css", "")

    def add(self, path: str, text: str) -> Application:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        if path.startswith("public/"):
            self.public.append(path.removeprefix("public/"))
        else:
            self.pages.append(path)
        return self

    def render(
        self, chunks: Iterable[Chunk], records: Iterable[RouteRecord], *, base: str = "/", **output: bool
    ) -> Rendered:
        chunks = tuple(chunks)
        for one in chunks:
            if one.is_entry:
                (self.root / f"{one.name}.js").write_text("")
        public = tuple(PublicFile(path=name, source=self.root / "public" / name) for name in self.public)
        project = Project(root=self.root, pages=tuple(self.pages), entries=(), public=public)
        config = Config(
            root=self.root,
            out=self.root / "dist",
            report_dir=self.root / ".perfbuild",
            base=base,
            output=Output(**output),
            runtime=self.runtime,
        )
        pages = scan(project, config, self.diagnostics)
        return render(project, pages, self._linked(pages, chunks, tuple(records)), config, self.diagnostics)

    def texts(self, *arguments: Any, **options: Any) -> dict[str, str]:
        """The documents by path."""
        files = self.render(*arguments, **options).files
        return {file.path: (file.content or b"").decode() for file in files if file.type == "document"}

    def page(self, *arguments: Any, **options: Any) -> str:
        return self.texts(*arguments, **options)[self.pages[0]]

    def codes(self) -> list[str]:
        return [each.code for each in self.diagnostics]

    def _linked(self, pages: tuple[Page, ...], chunks: tuple[Chunk, ...], records: tuple[RouteRecord, ...]) -> Linked:
        by_name = {f"{chunk.name}.js": chunk.file for chunk in chunks if chunk.is_entry}
        paths = {path for chunk in chunks for path in (chunk.file, *chunk.css)}
        references = {each.target: f"assets/{each.target}" for page in pages for each in page.references}
        paths.update(references[target] for target in references if target not in self.public)
        return Linked(
            chunks=chunks,
            modules=(),
            files={
                path: OutputFile(path=path, type="script", content=self.contents.get(path, b""), hashed=True)
                for path in sorted(paths)
            },
            entries={
                f"{page.path}#{script.run}": by_name[script.target or ""]
                for page in pages
                for script in page.module_scripts
            },
            references=references,
            inline=(),
            assets_of={},
            stable_names=self.stable_names,
            routes=records,
        )
