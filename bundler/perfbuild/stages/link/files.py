"""The table of output files: what the engine staged, and sources that are copied under a hashed name."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics, Location
from perfbuild.model import OutputFile
from perfbuild.stages.file_kinds import file_type
from perfbuild.stages.link.web_manifest import rewrite_manifest

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TOKEN_DIGITS = 6
_STEM_LENGTH = 60
#: Copied without being held in memory from this size on; smaller files are read, since optimisers and encodings want
#: them.
_LARGE = 16 * 1024 * 1024


def token(key: str) -> str:
    """What stands in for a content hash; ``engine/names.mjs`` makes the same."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    digits = ""
    for _ in range(_TOKEN_DIGITS):
        number, digit = divmod(number, 62)
        digits += _DIGITS[digit]
    return f"_{digits}_"


def asset_path(source: str) -> str:
    """Output path, with its token, of a file that is copied."""
    stem, extension = posixpath.splitext(posixpath.basename(source))
    clean = re.sub(r"^[._]+", "", re.sub(r"[^A-Za-z0-9._-]+", "_", stem))[:_STEM_LENGTH] or "file"
    return f"assets/{clean}-{token(f'asset:{source}')}{extension.lower()}"


class FileTable:
    """Output files by path; a path that is added again is the same file. ``staged`` is what the engine wrote."""

    def __init__(self, config: Config, staged: Mapping[str, bytes], diagnostics: Diagnostics) -> None:
        self.config = config
        self.staged = staged
        self.diagnostics = diagnostics
        self.by_path: dict[str, OutputFile] = {}

    def add_staged(self, path: str, sources: tuple[str, ...], note: str | None = None) -> None:
        """A file that the engine wrote."""
        content = self.staged[path]
        self._add(OutputFile(path=path, type=file_type(path), content=content, sources=sources, hashed=True, note=note))

    def add_source(self, path: str, source: str, file: Path) -> None:
        """A file of the project (or of a package) that is copied."""
        if path in self.by_path:
            return
        large = file.stat().st_size >= _LARGE
        self._add(
            OutputFile(
                path=path,
                type=file_type(path),
                content=None if large else file.read_bytes(),
                copy_of=file if large else None,
                sources=(source,),
                hashed=True,
            )
        )

    def add_reference(self, source: str) -> str:
        path = asset_path(source)
        self.add_source(path, source, self.config.root / source)
        return path

    def add_manifest(self, source: str) -> str:
        """A web manifest, its own references followed; left as it is, with a diagnostic, where it is not JSON."""
        path = asset_path(source)
        text = (self.config.root / source).read_text("utf-8-sig", errors="replace")
        try:
            content = rewrite_manifest(text, source, self.config.base, self._place)
        except ValueError as error:
            self.diagnostics.report(messages.syntax_error(str(error), Location(file=source), "error"))
            return self.add_reference(source)
        self._add(OutputFile(path=path, type="other", content=content.encode(), sources=(source,), hashed=True))
        return path

    def _place(self, url: str, source: str) -> str | None:
        if re.match(r"[a-z][a-z0-9+.-]*:|//", url, re.IGNORECASE):
            return None
        path = unquote(re.split(r"[?#]", url, maxsplit=1)[0])
        if path.startswith("/") and (self.config.root / self.config.public_dir / path.lstrip("/")).is_file():
            return None
        target = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(source), path)
        target = posixpath.normpath(target)
        file = self.config.root / target
        if not file.resolve().is_relative_to(self.config.root):
            self.diagnostics.report(messages.outside_root(url, Location(file=source)))
        elif not file.is_file():
            self.diagnostics.report(
                messages.missing_file(url, target, [], self.config.missing_file, Location(file=source))
            )
        else:
            return posixpath.basename(self.add_reference(target))
        return None

    def _add(self, file: OutputFile) -> None:
        self.by_path.setdefault(file.path, file)
