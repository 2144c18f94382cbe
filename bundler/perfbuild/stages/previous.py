"""previous: which files the visitors of earlier releases have, read from the folders that those were built into."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics, PerfbuildError
from perfbuild.model import PreviousDelta, PreviousFile, PreviousRelease
from perfbuild.stages.deltas import delta_path, pattern_of
from perfbuild.stages.emit import OWNER


def read_previous(config: Config, diagnostics: Diagnostics) -> tuple[PreviousRelease, ...]:
    """The releases of ``config.output.previous``. A missing one is reported, and no fault: so the first release is.

    Raises :class:`PerfbuildError` (exit code 2) for a folder that holds something else. Contents are read later, by
    who needs them, and before the output is swapped, which may be one of the folders.
    """
    found = (_release(folder, config, diagnostics) for folder in config.output.previous)
    return tuple(release for release in found if release is not None)


def _release(given: Path, config: Config, diagnostics: Diagnostics) -> PreviousRelease | None:
    folder, shown = given.resolve(), _shown(given, config)
    try:
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            if folder != config.out.resolve():
                diagnostics.report(messages.previous_missing(shown))
            return None
        listing = json.loads((folder / OWNER).read_bytes())
        hashed = [str(path) for path in listing["immutable"]]
        deltas = {path: tuple(_deltas(folder, path, made)) for path, made in listing.get("deltas", {}).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise PerfbuildError(messages.previous_not_ours(shown), exit_code=2) from None
    found: dict[str, list[PreviousFile]] = {}
    for pattern, file in _dictionaries(folder, hashed):
        found.setdefault(pattern, []).append(file)
    dictionaries = {pattern: tuple(files) for pattern, files in found.items()}
    return PreviousRelease(hashed=frozenset(hashed), dictionaries=dictionaries, deltas=deltas)


def _dictionaries(folder: Path, paths: Iterable[str]) -> Iterator[tuple[str, PreviousFile]]:
    """Scripts and stylesheets that are still there; a list that names files elsewhere is not followed."""
    for path in sorted(paths):
        pattern = pattern_of(path)
        source = _contained(folder, path)
        if pattern is not None and source is not None:
            yield pattern, PreviousFile(path=path, source=source, size=source.stat().st_size)


def _deltas(folder: Path, path: str, made: Mapping[str, str]) -> Iterator[PreviousDelta]:
    for dictionary, previous in made.items():
        source = _contained(folder, delta_path(path, dictionary))
        if source is not None:
            yield PreviousDelta(previous=str(previous), dictionary=dictionary, source=source)


def _contained(folder: Path, path: str) -> Path | None:
    source = (folder / path).resolve()
    return source if source.is_relative_to(folder) and source.is_file() else None


def _shown(folder: Path, config: Config) -> str:
    return folder.relative_to(config.root).as_posix() if folder.is_relative_to(config.root) else str(folder)
