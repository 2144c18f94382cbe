"""Finds what there is to build: the pages, the configured entries and the public files."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.globs import any_matcher, matcher
from perfbuild.model import Entry, Project, PublicFile

#: Folders of packages and of what other tools wrote, wherever they stand. Folders with a leading dot are ignored too.
IGNORED_FOLDERS = frozenset({"node_modules", "bower_components", "coverage", "__pycache__"})
#: A file that shows whose folder this is: a virtual environment's, that of PHP's package manager, or what a build
#: wrote.
_FOREIGN_MARKS = ("pyvenv.cfg", "autoload.php", ".perfbuild/files.json")
_PAGE_SUFFIXES = (".html", ".htm")


def discover(config: Config, diagnostics: Diagnostics) -> Project:
    """What there is to build, all of it sorted by path; mistakes are reported and what they concern is left out."""
    public = tuple(_public_files(config, diagnostics))
    pages = _pages(config, diagnostics)
    entries = tuple(_entries(config, diagnostics))
    if not pages and not entries and config.pages is None:
        diagnostics.report(messages.empty_project("*.html page outside ignored folders"))
    return Project(root=config.root, pages=pages, entries=entries, public=_unshadowed(public, pages, diagnostics))


class _Walk(msgspec.Struct, frozen=True, kw_only=True):
    """Goes through folders of the project; symlinks are followed where they stay inside it."""

    root: Path
    diagnostics: Diagnostics
    what: str
    """What the files are, for messages."""
    takes: Callable[[str], bool]
    """Whether a file is asked for."""
    enters: Callable[[str], bool] = lambda _folder: True
    """Whether a folder that was come upon is gone through; the one that the walk starts from always is."""
    own: tuple[str, ...] = ()
    """Real paths of folders that are not gone through in any case."""

    def files(self, folder: str = "", chain: tuple[str, ...] = ()) -> Iterator[str]:
        """Root-relative files below the folder, sorted; ``chain`` has the real paths of the folders that led here."""
        real = os.path.realpath(self.root / folder)
        if real in chain or real in self.own:
            return
        with os.scandir(real) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            path = posixpath.join(folder, entry.name)
            if entry.is_dir():
                if self.enters(path) and self._inside(entry, path, messages.folder_leaves_root):
                    yield from self.files(path, (*chain, real))
            elif self.takes(path) and self._usable(entry, path):
                yield path

    def _usable(self, entry: os.DirEntry[str], path: str) -> bool:
        if not self._inside(entry, path, messages.input_leaves_root):
            return False
        if not entry.is_file():
            self.diagnostics.report(messages.not_a_file(self.what, path))
            return False
        return True

    def _inside(self, entry: os.DirEntry[str], path: str, message: Callable[[str, str], Diagnostic]) -> bool:
        if not entry.is_symlink() or _stays_inside(self.root, path):
            return True
        self.diagnostics.report(message(self.what, path))
        return False


def _page_walk(config: Config, diagnostics: Diagnostics) -> _Walk:
    own = (config.out, config.report_dir, *((config.root / config.public_dir,) if config.public_dir else ()))
    ignored = any_matcher(config.ignore)

    def enters(folder: str) -> bool:
        name = posixpath.basename(folder)
        if name.startswith(".") or name in IGNORED_FOLDERS or ignored(folder):
            return False
        return not any((config.root / folder / mark).is_file() for mark in _FOREIGN_MARKS)

    return _Walk(
        root=config.root,
        diagnostics=diagnostics,
        what="page",
        takes=lambda path: path.lower().endswith(_PAGE_SUFFIXES) and not ignored(path),
        enters=enters,
        own=tuple(os.path.realpath(folder) for folder in own),
    )


def _pages(config: Config, diagnostics: Diagnostics) -> tuple[str, ...]:
    walk = _page_walk(config, diagnostics)
    if config.pages is None:
        return tuple(sorted(walk.files()))
    chosen: set[str] = set()
    for glob in map(posixpath.normpath, config.pages):
        matched = _matching(config, walk, glob)
        if not matched:
            diagnostics.report(messages.page_glob_matches_nothing(glob, _near(config.root, glob)))
        chosen.update(matched)
    return tuple(sorted(chosen))


def _matching(config: Config, walk: _Walk, glob: str) -> list[str]:
    """The pages of one glob. A file named in full, and a folder before the first wildcard, may be an ignored one."""
    if (config.root / glob).is_file():
        if _stays_inside(config.root, glob):
            return [glob]
        walk.diagnostics.report(messages.input_leaves_root("page", glob))
    folder = posixpath.dirname(re.split(r"[*?{]", glob)[0])
    if not (config.root / folder).is_dir() or not _stays_inside(config.root, folder):
        return []
    return list(filter(matcher(glob), walk.files(folder)))


def _entries(config: Config, diagnostics: Diagnostics) -> Iterator[Entry]:
    for name, path in sorted(config.entries.items()):
        normal = posixpath.normpath(path)
        if not _stays_inside(config.root, normal):
            diagnostics.report(messages.input_leaves_root("entry", path))
        elif not (config.root / normal).is_file():
            diagnostics.report(messages.entry_missing(name, path, _near(config.root, normal)))
        else:
            yield Entry(name=name, path=normal)


def _public_files(config: Config, diagnostics: Diagnostics) -> Iterator[PublicFile]:
    folder = posixpath.normpath(config.public_dir)
    if not config.public_dir or not (config.root / folder).is_dir():
        return
    walk = _Walk(root=config.root, diagnostics=diagnostics, what="public file", takes=lambda _path: True)
    for path in walk.files(folder):
        yield PublicFile(path=posixpath.relpath(path, folder), source=config.root / path)


def _unshadowed(
    public: tuple[PublicFile, ...], pages: tuple[str, ...], diagnostics: Diagnostics
) -> tuple[PublicFile, ...]:
    """Public files that no page overwrites."""
    written = frozenset(pages)
    for file in public:
        if file.path in written:
            diagnostics.report(messages.public_file_shadowed(file.path))
    return tuple(file for file in public if file.path not in written)


def _stays_inside(root: Path, path: str) -> bool:
    return (root / path).resolve().is_relative_to(root)


def _near(root: Path, path: str) -> list[str]:
    """Files in the same folder with names like it, for a suggestion."""
    import difflib

    folder, name = posixpath.split(path)
    try:
        names = sorted(entry.name for entry in os.scandir(root / folder) if entry.is_file())
    except OSError:
        return []
    stem = name.split(".")[0]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    same_stem = [other for other in names if other.split(".")[0] == stem and other not in near]
    return [posixpath.join(folder, other) for other in (near + same_stem)[:3]]
