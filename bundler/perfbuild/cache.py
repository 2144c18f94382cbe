"""A content-addressed cache of results that are dear to compute: a missing or damaged entry is made again.

Layout: ``<folder>/<namespace>/<first two digits of the key>/<rest>``, one file an entry, its SHA-256 before the value.
What is promised to concurrent builds is told in docs/design/encodings.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics

_CHECKSUM_LENGTH = 32
_DAY = 86_400
_HOUR = 3_600
_LEDGER = "added"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# This folder holds a cache of perfbuild; see bford.info/cachedir\n"
)


class Cache(Protocol):
    """Values by namespace and key. Safe to use from several threads."""

    def get(self, namespace: str, key: str) -> bytes | None:
        """The value, or None when it is not there or damaged."""

    def put(self, namespace: str, key: str, value: bytes) -> None:
        """Keep ``value``; never fails."""

    def close(self) -> None:
        """Bring the cache back to its size."""


class NullCache:
    """Keeps nothing (``--no-cache``)."""

    def get(self, namespace: str, key: str) -> bytes | None:
        return None

    def put(self, namespace: str, key: str, value: bytes) -> None:
        return None

    def close(self) -> None:
        return None


def open_cache(config: Config, diagnostics: Diagnostics) -> Cache:
    """The cache that ``config`` asks for; nothing is written before the first value."""
    if not config.cache:
        return NullCache()
    return DiskCache(config.report_dir / "cache", config.cache_max, diagnostics)


class _Entry(NamedTuple):
    used: float
    size: int
    path: Path


class DiskCache:
    """A folder of at most ``limit`` bytes. A disk that is full or read-only is reported once and ends the writing."""

    def __init__(self, folder: Path, limit: int, diagnostics: Diagnostics) -> None:
        self._folder = folder
        self._limit = limit
        self._diagnostics = diagnostics
        self._prepared = False
        self._writable = True
        self._added = 0

    def get(self, namespace: str, key: str) -> bytes | None:
        path = self._path(namespace, key)
        try:
            with path.open("rb") as stream:
                entry = stream.read()
                age = time.time() - os.fstat(stream.fileno()).st_mtime
        except OSError:
            return None
        value = entry[_CHECKSUM_LENGTH:]
        if hashlib.sha256(value).digest() != entry[:_CHECKSUM_LENGTH]:
            _remove(path)
            return None
        if age > _DAY:
            # A day is fine enough an order for eviction, and a rebuild then writes no metadata.
            with contextlib.suppress(OSError):
                os.utime(path)
        return value

    def put(self, namespace: str, key: str, value: bytes) -> None:
        if not self._writable:
            return
        entry = hashlib.sha256(value).digest() + value
        try:
            self._prepare()
            _write(self._path(namespace, key), entry)
            self._added += len(entry)
        except OSError as error:
            self._writable = False
            self._diagnostics.report(messages.cache_unwritable(str(self._folder), error.strerror or str(error)))

    def close(self) -> None:
        """Evict the entries unused for longest, when those of this build and others exceed the limit."""
        if not self._added:
            return
        with contextlib.suppress(OSError):
            if self._count() > self._limit:
                self._evict()
        self._added = 0

    def _path(self, namespace: str, key: str) -> Path:
        return self._folder / namespace / key[:2] / key[2:]

    def _prepare(self) -> None:
        """Say to version control and backup programs that this folder is of no interest."""
        if self._prepared:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
            if not (self._folder / name).exists():
                (self._folder / name).write_text(text, encoding="utf-8")
        self._prepared = True

    def _count(self) -> int:
        """Bytes ever added since the last eviction. One appended line a build, so that no concurrent one is lost."""
        ledger = self._folder / _LEDGER
        with ledger.open("a", encoding="ascii") as stream:
            stream.write(f"{self._added}\n")
        lines = ledger.read_text(encoding="ascii", errors="replace").split()
        return sum(int(line) for line in lines if line.isdecimal())

    def _evict(self) -> None:
        """Down to nine tenths of the limit, so that the next build need not evict again. Races only lose entries."""
        entries = sorted(_entries(self._folder))
        total = sum(entry.size for entry in entries)
        goal = self._limit if total <= self._limit else self._limit * 9 // 10
        for entry in entries:
            if total <= goal:
                break
            _remove(entry.path)
            total -= entry.size
        _write(self._folder / _LEDGER, f"{total}\n".encode("ascii"))


def _entries(folder: Path) -> Iterator[_Entry]:
    """All entries; files that an interrupted build left half written are removed on the way."""
    abandoned = time.time() - _HOUR
    for parent, _, names in os.walk(folder):
        if Path(parent) == folder:
            continue
        for name in names:
            path = Path(parent, name)
            with contextlib.suppress(FileNotFoundError):
                status = path.stat()
                if not name.startswith("."):
                    yield _Entry(status.st_mtime, status.st_size, path)
                elif status.st_mtime < abandoned:
                    _remove(path)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    unfinished = path.with_name(f".{path.name[:16]}-{secrets.token_hex(4)}")
    try:
        stream = unfinished.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = unfinished.open("xb")
    try:
        with stream:
            stream.write(content)
        unfinished.replace(path)
    except BaseException:
        _remove(unfinished)
        raise


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
