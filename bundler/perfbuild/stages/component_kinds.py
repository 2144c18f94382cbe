"""Which library mounts a component."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

#: A module of ``perfbuild/islands/``; ``plain`` is a function, a class or a custom element, told apart in the browser.
ComponentKind = Literal["plain", "react", "preact", "vue", "svelte"]

_BY_EXTENSION: dict[str, ComponentKind] = {".vue": "vue", ".svelte": "svelte"}
_IMPORT = re.compile(r"""\b(?:from|import)\s*["'](react|preact)(?:/[^"']*)?["']""")
_PRAGMA = re.compile(r"@jsxImportSource\s+([@\w/-]+)")
#: A file that mounts its own component exports a function of the element.
_MOUNTS_ITSELF = re.compile(
    r"""["']react-dom(?:/client)?["']|\bimport\s*\{[^}]*\b(?:render|hydrate)\b[^}]*\}\s*from\s*["']preact["']"""
)
_JSX = re.compile(r"(?:\breturn|=>)\s*\(?\s*<(?:[A-Za-z][\w.]*[\s/>]|>)")
_IMPORT_SOURCE = re.compile(r'"jsxImportSource"\s*:\s*"([^"]+)"')
_EXTENDS = re.compile(r'"extends"\s*:\s*"(\.[^"]+)"')
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)


class ComponentKinds:
    """Tells the kinds of a project's components by their files."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._of_jsx: ComponentKind | None = None

    def of(self, file: str) -> ComponentKind:
        """``file`` is root-relative. What a file imports says more than the project's settings do."""
        extension = Path(file).suffix
        if extension in _BY_EXTENSION:
            return _BY_EXTENSION[extension]
        text = (self._root / file).read_text("utf-8", errors="replace")
        if _MOUNTS_ITSELF.search(text):
            return "plain"
        if pragma := _PRAGMA.search(text):
            return _library(pragma[1])
        if imported := _IMPORT.search(text):
            return _library(imported[1])
        if extension in (".jsx", ".tsx") or (extension in (".js", ".mjs") and _JSX.search(text)):
            self._of_jsx = self._of_jsx or self._project_kind()
            return self._of_jsx
        return "plain"

    def _project_kind(self) -> ComponentKind:
        """What JSX makes in the project: by its TypeScript configuration, or else by its packages."""
        for text in self._tsconfigs():
            if source := _IMPORT_SOURCE.search(text):
                return _library(source[1])
        packages = self._packages()
        return "react" if "react" in packages else "preact" if "preact" in packages else "plain"

    def _tsconfigs(self) -> Iterator[str]:
        """The configuration, then what it extends by a relative path."""
        file = self._root / "tsconfig.json"
        seen: set[Path] = set()
        while file not in seen and file.is_file():
            seen.add(file)
            text = _COMMENT.sub(lambda found: found[1] or "", file.read_text("utf-8", errors="replace"))
            yield text
            extended = _EXTENDS.search(text)
            if extended is None:
                return
            file = file.parent / extended[1]
            file = file if file.suffix == ".json" else file.with_name(f"{file.name}.json")

    def _packages(self) -> set[str]:
        try:
            manifest = json.loads((self._root / "package.json").read_text("utf-8"))
        except (OSError, ValueError):
            return set()
        tables = (manifest.get(name) for name in ("dependencies", "devDependencies", "peerDependencies"))
        return {name for table in tables if isinstance(table, dict) for name in table}


def _library(source: str) -> ComponentKind:
    """Of an import source such as ``preact`` or ``preact/compat``; one that is neither makes elements itself."""
    kinds: dict[str, ComponentKind] = {"react": "react", "preact": "preact"}
    return kinds.get(source.partition("/")[0], "plain")
