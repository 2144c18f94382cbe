"""What a returning visitor downloads again: the last releases, really rebuilt under each strategy.

Every release is built from its own sources with the configuration of today, so that the strategies alone differ.
docs/plan.md tells what is counted.
"""

from __future__ import annotations

import gc
import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import msgspec

from perfbuild import __version__, messages
from perfbuild.cache import Cache, open_cache
from perfbuild.clock import Progress
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics, PerfbuildError
from perfbuild.engine.client import Engine
from perfbuild.model import Stats
from perfbuild.pipeline import build
from perfbuild.planning_report import REPLAYED, Replay, Strategy
from perfbuild.repository import Copy, ReleaseError, Repository

_NAMESPACE = "replay"
#: What strategies change; other files are the same under all of them.
_COUNTED = ("document", "script", "style")


class Written(msgspec.Struct, frozen=True, array_like=True):
    """A file of a release: the digest of its content, and its bytes in brotli."""

    digest: str
    bytes: int


#: The files of a release by path.
Files = Mapping[str, Written]
Builder = Callable[[Config], Files]


def replay(config: Config, count: int, diagnostics: Diagnostics, progress: Progress) -> Replay | None:
    """Builds the last ``count`` releases and the one before under each strategy, and compares them in turn.

    None when fewer than two of them could be built; what was left out is reported. Raises :class:`PerfbuildError` where
    there is no history. Beside the cache in the report folder, only a temporary folder is written, and removed whatever
    happens.
    """
    repository = Repository(config.root)
    commits = repository.releases(count)
    if repository.shallow and len(commits) <= count:
        diagnostics.report(messages.releases_cut_off(len(commits) - 1, count))
    with (
        tempfile.TemporaryDirectory(prefix="perfbuild-replay-") as folder,
        closing(open_cache(config, diagnostics)) as cache,
    ):
        releases = _Releases(config, repository, Path(folder).resolve(), cache)
        built: list[Mapping[Strategy, Files]] = []
        for number, commit in enumerate(commits, 1):
            progress(f"release {number} of {len(commits)}, {commit[:10]}")
            try:
                built.append(releases.files(commit))
            except (ReleaseError, PerfbuildError) as error:
                diagnostics.report(messages.release_skipped(commit[:10], _first_words(error)))
    return downloads(built) if len(built) > 1 else None


def downloads(releases: Sequence[Mapping[Strategy, Files]]) -> Replay:
    """Bytes of the files that each release has and the one before had not, summed up, by strategy."""
    return Replay(
        releases=len(releases) - 1,
        bytes={
            strategy: sum(_again(before[strategy], after[strategy]) for before, after in pairwise(releases))
            for strategy in REPLAYED
        },
    )


def _first_words(error: Exception) -> str:
    """What ended a build: the first of its errors, without the warnings before it."""
    if isinstance(error, PerfbuildError):
        return next((one.message for one in error.diagnostics if one.severity == "error"), str(error))
    return str(error)


def _again(before: Files, after: Files) -> int:
    return sum(file.bytes for path, file in after.items() if path not in before or before[path].digest != file.digest)


class _Releases:
    """Builds releases in a folder of their own, or remembers them."""

    def __init__(self, config: Config, repository: Repository, folder: Path, cache: Cache) -> None:
        self._config = config
        self._repository = repository
        self._folder = folder
        self._cache = cache
        self._copy: Copy | None = None
        self._checked_out: str | None = None

    def files(self, commit: str) -> Mapping[Strategy, Files]:
        """The release under every strategy. Raises ReleaseError or PerfbuildError when it cannot be built."""
        if not self._repository.same_packages(commit):
            raise ReleaseError("its lock file asks for other packages than are installed")
        return {strategy: self._under(strategy, commit) for strategy in REPLAYED}

    def _under(self, strategy: Strategy, commit: str) -> Files:
        config = _config_for(self._config, strategy)
        key = _key(config, commit, self._repository)
        if (kept := self._cache.get(_NAMESPACE, key)) is not None:
            return msgspec.json.decode(kept, type=dict[str, Written])
        root = self._checkout(commit)
        files = _built(replace(config, root=root, out=self._folder / "out", report_dir=self._folder / "report"))
        self._cache.put(_NAMESPACE, key, msgspec.json.encode(files))
        return files

    def _checkout(self, commit: str) -> Path:
        self._copy = self._copy or Copy(self._repository, self._folder / "copy")
        if self._checked_out != commit:
            self._checked_out = None
            self._copy.check_out(commit)
            self._checked_out = commit
        return self._copy.root


def _config_for(config: Config, strategy: Strategy) -> Config:
    """The project's configuration under a strategy, stripped of what does not change the files that are counted."""
    chunks = replace(config.chunks, strategy=strategy)
    if strategy == "groups":
        chunks = replace(chunks, groups=())  # the well-known ones, which the table names
    if chunks.analytics is not None:  # the visits of today, for releases that did not have the file
        chunks = replace(chunks, analytics=str(config.root / chunks.analytics))
    return replace(
        config,
        chunks=chunks,
        compress=True,
        encodings=("brotli",),
        budgets=(),
        sourcemap=False,
        force=True,
        cache=True,  # the builds' own, in the temporary folder
    )


def _key(config: Config, commit: str, repository: Repository) -> str:
    """What the files of a release depend on. Packages need no place in it: their lock file is in the commit."""
    project = config.root.relative_to(repository.top).as_posix()
    told = replace(config, root=Path(), out=Path(), report_dir=Path(), file=None, jobs=1, cache_max=0)
    visits = _digest(Path(config.chunks.analytics)) if config.chunks.analytics else ""
    parts = (__version__, commit, project, repr(told), visits)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _built(config: Config) -> dict[str, Written]:
    diagnostics = Diagnostics()
    with Engine() as engine:
        stats = build(config, diagnostics, lambda stage: None, engine)
    files = _files(stats, config.out)
    # The command line switches collection off, which is right for one build.
    gc.collect()
    return files


def _files(stats: Stats, out: Path) -> dict[str, Written]:
    return {
        file.path: Written(digest=_digest(out / file.path), bytes=file.sizes.brotli or 0)
        for file in stats.files
        if file.type in _COUNTED
    }


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
