"""The files of a project's components, by the names that pages have for them."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

_FOLDERS = ("src/components", "components")
_EXTENSIONS = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".vue", ".svelte")
_NO_COMPONENT = re.compile(r"\.(?:d|test|spec|stories|story)$")
_OTHER_FOLDERS = frozenset(("node_modules", "__tests__", "__mocks__", "__snapshots__"))


class ComponentFiles:
    """A file ``charts/Line.jsx``, or ``charts/Line/index.jsx``, goes by the name ``charts/Line``, and by ``Line`` where
    nothing goes by that as its whole name. A file stands above a folder of the same name; what stands beside an index
    is a part of it, and goes by its whole name alone.
    """

    def __init__(self, folder: str, files: Iterable[str]) -> None:
        """``folder`` is root-relative, ``files`` are paths in it."""
        self.folder = folder
        self._whole: dict[str, list[str]] = {}
        self._last: dict[str, list[str]] = {}
        indexes: dict[str, list[str]] = {}
        for file in files:
            path = PurePosixPath(file)
            name = path.with_suffix("").as_posix()
            if path.stem != "index":
                self._whole.setdefault(name, []).append(f"{folder}/{file}")
            elif path.parent.name:
                indexes.setdefault(path.parent.as_posix(), []).append(f"{folder}/{file}")
        self._whole = {**indexes, **self._whole}
        for name, found in self._whole.items():
            parent, _, last = name.rpartition("/")
            if parent not in indexes:
                self._last.setdefault(last, []).extend(found)

    @classmethod
    def find(cls, root: Path, folder: str | None) -> ComponentFiles | None:
        """Those in ``folder``, root-relative, or in the first of the usual ones; None where there is none."""
        wanted = _FOLDERS if folder is None else (PurePosixPath(folder).as_posix(),)
        found = next((name for name in wanted if (root / name).is_dir()), None)
        return None if found is None else cls(found, sorted(_files_below(root / found)))

    def named(self, name: str) -> tuple[str, ...]:
        """Root-relative paths; more than one where the name does not say which."""
        return tuple(self._whole.get(name) or self._last.get(name) or ())

    def all_names(self) -> Iterator[tuple[str, str]]:
        """Every name that says which file it means, with the file; a file may have two."""
        for name in sorted({*self._whole, *self._last}):
            files = self.named(name)
            if len(files) == 1:
                yield name, files[0]

    def near(self, name: str) -> tuple[str, ...]:
        """At most three names that ``name`` may have meant, the nearest first."""
        names = [known for known, _ in self.all_names()]
        same = [known for known in names if _plain(known) == _plain(name)]
        by_plain = {known.lower(): known for known in reversed(names)}
        close = difflib.get_close_matches(re.sub(r"\.\w+$", "", name).lower(), list(by_plain), n=3)
        return tuple(dict.fromkeys((*same, *(by_plain[known] for known in close))))[:3]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _files_below(folder: Path) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _OTHER_FOLDERS]
        for name in files:
            path = Path(parent, name)
            if path.suffix in _EXTENSIONS and not name.startswith(".") and not _NO_COMPONENT.search(path.stem):
                yield path.relative_to(folder).as_posix()
