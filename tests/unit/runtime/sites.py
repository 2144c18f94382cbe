"""Pages with a stand-in for the linker: each referenced file is named ``assets/<name>-1.<ext>``."""

from __future__ import annotations

from pathlib import Path

from tests.unit.chunks import chunk

from perfbuild.config import Config, Output, Runtime
from perfbuild.diagnostics import Diagnostics
from perfbuild.model import Chunk, Linked, OutputFile, Page, Project, Rendered
from perfbuild.stages.render import render
from perfbuild.stages.scan import scan


class Site:
    """Pages and files on disk, scanned and rendered."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.diagnostics = Diagnostics()
        self.pages: list[str] = []

    def add(self, text: str, *files: str, path: str = "index.html") -> Site:
        self.pages.append(path)
        for name, content in ((path, text), *((name, "") for name in files)):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(content, "utf-8")
        return self

    def scan(self, runtime: Runtime | None = None, base: str = "/") -> tuple[Page, ...]:
        return scan(self._project(), self._config(runtime, base), self.diagnostics)

    def render(self, runtime: Runtime | None = None, *, base: str = "/") -> Rendered:
        config = self._config(runtime, base)
        pages = scan(self._project(), config, self.diagnostics)
        return render(self._project(), pages, _linked(pages), config, self.diagnostics)

    def page(self, runtime: Runtime | None = None, *, path: str = "index.html", base: str = "/") -> str:
        return next(
            (file.content or b"").decode() for file in self.render(runtime, base=base).files if file.path == path
        )

    def _project(self) -> Project:
        return Project(root=self.root, pages=tuple(self.pages), entries=(), public=())

    def _config(self, runtime: Runtime | None, base: str) -> Config:
        return Config(
            root=self.root,
            out=self.root / "dist",
            report_dir=self.root / ".perfbuild",
            base=base,
            runtime=runtime or Runtime(),
            output=Output(inline_styles=0),
        )


def _linked(pages: tuple[Page, ...]) -> Linked:
    """Every run of module scripts has an entry of its own, with a stylesheet and a chunk that it imports."""
    entries = {f"{page.path}#{script.run}": f"run{script.run}" for page in pages for script in page.module_scripts}
    chunks = [_chunk(name, "entry") for name in dict.fromkeys(entries.values())]
    references = {each.target: _named(each.target) for page in pages for each in page.references}
    paths = [*references.values(), *(path for chunk in chunks for path in (chunk.file, *chunk.css))]
    shared = _chunk("shared", "shared")
    return Linked(
        chunks=(*chunks, shared),
        modules=(),
        files={path: OutputFile(path=path, type="script", content=b"", hashed=True) for path in (*paths, shared.file)},
        entries={key: f"assets/{name}-1.js" for key, name in entries.items()},
        references=references,
        inline=(),
        assets_of={},
    )


def _named(target: str) -> str:
    stem, _, extension = target.rpartition("/")[2].rpartition(".")
    return f"assets/{stem}-1.{extension}"


def _chunk(name: str, reason: str) -> Chunk:
    if reason != "entry":
        return chunk(name)
    imports, css = ("assets/shared-1.js",), (f"assets/{name}-1.css",)
    return chunk(name, reason="entry", is_entry=True, imports=imports, css=css)
