"""How often each file and npm package changes from one release to the next, by the project's git history.

docs/design/planner-inputs.md has the estimate and its reasons. Nothing is written, fetched or run by git; whatever goes
wrong leaves the rates out. Nearly all of it is waiting for git, so it can run in a thread beside other work.
"""

from __future__ import annotations

import itertools
import math
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.config_reader import is_below
from perfbuild.diagnostics import Diagnostics
from perfbuild.stages.git import GitError, git
from perfbuild.stages.lock_files import LOCK_FILES, changed_packages

#: The probability that a release changes a source file or a package, as expected before its history is seen.
SOURCE_RATE = 0.02
PACKAGE_RATE = 0.005
#: How many releases that expectation weighs as much as.
PRIOR_RELEASES = 10
#: Fewer releases than this say nothing.
FEWEST_RELEASES = 8
MOST_COMMITS = 500
#: Commits of the lock file, and bytes of what they changed in it, newest first.
MOST_LOCK_COMMITS = 50
MOST_LOCK_BYTES = 16_000_000
MOST_LOG_BYTES = 64_000_000
#: For each question to git; a history that takes longer is not waited for.
MOST_SECONDS = 30.0
#: The keys of :func:`change_rates` for what it does not name.
ANY_SOURCE = ""
ANY_PACKAGE = "node_modules/"

_VERSION_TAG = re.compile(r"tag: refs/tags/(?:v|r|rel|release|deploy|prod|production)?[-_/.]?\d", re.IGNORECASE)
_PACKAGE = re.compile(r"(?:.*/)?node_modules/((?:@[^/]+/)?[^/]+)/")


#: Whatever the settings of the user and the repository are.
_PLAIN = (
    "--first-parent", "-m", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative",
    "--diff-algorithm=default", "--indent-heuristic", "--inter-hunk-context=0",
)  # fmt: skip
_TAGS = ("--decorate=full", "--decorate-refs=refs/tags/*")


class _Commit(msgspec.Struct, frozen=True, kw_only=True):
    """What one commit of the first parents' line did, or all the commits of one release.

    Paths are those of the repository; packages are in it as ``node_modules/<name>/``.
    """

    id: str
    tagged: bool
    changed: frozenset[str]
    added: frozenset[str]
    removed: frozenset[str] = frozenset()


def change_rates(config: Config, diagnostics: Diagnostics) -> Mapping[str, float]:
    """The probability, for each module and package, that one release changes it; to be asked by :func:`rate_of`.

    Keys are root-relative module ids, ``node_modules/<name>/`` for packages, and :data:`ANY_SOURCE` and
    :data:`ANY_PACKAGE` for those that never changed. Empty where there is no history to go by, which is reported only
    where it was cut off. The same commit and tags give the same rates.
    """
    if not config.chunks.history:
        return {}
    try:
        answer = git(
            ("rev-parse", "--is-shallow-repository", "--show-toplevel"), config.root, seconds=MOST_SECONDS
        ).output
        shallow, _, top = os.fsdecode(answer).removesuffix("\n").partition("\n")
        if shallow == "true":
            diagnostics.report(messages.history_cut_off())
            return {}
        return _rates(config.root, Path(top).resolve())
    except GitError:
        return {}


def rate_of(rates: Mapping[str, float], module_id: str) -> float | None:
    """The rate of a module by its id; None where :func:`change_rates` knows nothing of such modules.

    A package's modules have the rate of the package; the engine's own helpers that of a package that never changed.
    """
    path = module_id.lstrip("\0").partition("?")[0]
    if package := _PACKAGE.match(path):
        return rates.get(f"node_modules/{package[1]}/", rates.get(ANY_PACKAGE))
    return rates.get(ANY_PACKAGE) if module_id.startswith("\0") else rates.get(path, rates.get(ANY_SOURCE))


def _rates(root: Path, top: Path) -> dict[str, float]:
    from perfbuild.stages.link.workspace import workspace_of  # that package imports this module

    if not root.is_relative_to(top):
        return {}
    workspace = workspace_of(root)
    scope = workspace if workspace.is_relative_to(top) else root
    lock = _lock_file(root, top)
    paths = [folder.relative_to(top).as_posix() for folder in (scope, *([lock] if lock else []))]
    commits = list(_commits(top, paths))
    project = root.relative_to(top).as_posix()
    releases = _releases(commits, "" if project == "." else f"{project}/", paths[1:])
    if len(releases) < FEWEST_RELEASES:
        return {}
    sources = {_below(root, top, path): rate for path, rate in _estimate(releases, SOURCE_RATE).items()}
    unchanged = {ANY_SOURCE: _smoothed(0, len(releases), SOURCE_RATE)}
    return sources | unchanged | (_package_rates(top, lock, commits, releases) if lock else {})


def _below(root: Path, top: Path, path: str) -> str:
    """A path of the repository as modules are called: from the project's folder, with ``..`` for workspace packages."""
    return Path(os.path.relpath(top / path, root)).as_posix()


def _lock_file(root: Path, top: Path) -> Path | None:
    """The nearest one at or above the project, not above the repository."""
    for folder in (root, *root.parents):
        for name in LOCK_FILES:
            if (folder / name).is_file() and is_below(folder / name, top):
                return folder / name
        if folder == top:
            break
    return None


# --- commits and releases -------------------------------------------------------------------------


def _commits(top: Path, paths: Sequence[str]) -> Iterator[_Commit]:
    """The newest first, along the first parents: a merged branch is one commit, as it arrived."""
    arguments = ("-z", "--name-status", "--format=%x02%H %D", f"--max-count={MOST_COMMITS}")
    result = git(
        ("log", *_PLAIN, *_TAGS, *arguments, "--", *paths), top, most_bytes=MOST_LOG_BYTES, seconds=MOST_SECONDS
    )
    records = os.fsdecode(result.output).split("\x02")[1:]
    for record in records[:-1] if result.cut else records:
        header, *fields = record.split("\0")
        files: dict[str, set[str]] = defaultdict(set)
        for status, path in zip(fields[::2], fields[1::2], strict=False):
            files[status.strip()[:1]].add(path)
        yield _Commit(
            id=header.partition(" ")[0],
            tagged=_VERSION_TAG.search(header) is not None,
            changed=frozenset(files["M"] | files["T"]),
            added=frozenset(files["A"]),
            removed=frozenset(files["D"]),
        )


def _releases(commits: Sequence[_Commit], project: str, locks: Sequence[str]) -> list[tuple[_Commit, ...]]:
    """The commits of each release, newest first: up to each tag of a version where there are enough of them.

    Otherwise each commit that touches the project or its lock file is one, with what was done elsewhere in the
    workspace since the one before. Commits after the last release, and those before the first tag, are in none.
    """
    ends = [place for place, commit in enumerate(commits) if commit.tagged]
    if len(ends) <= FEWEST_RELEASES:
        ends = [place for place, commit in enumerate(commits) if _touches(commit, project, locks)]
        ends.append(len(commits))
    return [tuple(commits[start:end]) for start, end in itertools.pairwise(ends)]


def _touches(commit: _Commit, project: str, locks: Sequence[str]) -> bool:
    paths = commit.changed | commit.added | commit.removed
    return any(path.startswith(project) or path in locks for path in paths)


# --- the estimate ---------------------------------------------------------------------------------


def _estimate(releases: Sequence[Iterable[_Commit]], expected: float) -> dict[str, float]:
    """Of the releases since a file was added, in how many it changed. Files that are no more have no rate."""
    changes: dict[str, int] = defaultdict(int)
    releases_since: dict[str, int] = {}
    gone: set[str] = set()
    for place, release in enumerate(releases):
        added = {path for commit in release for path in commit.added}
        changed = {path for commit in release for path in commit.changed}
        removed = {path for commit in release for path in commit.removed} - added
        gone |= {path for path in removed if path not in changes and path not in releases_since}
        for path in added:
            releases_since.setdefault(path, place)
        for path in changed:
            changes[path] += path not in releases_since
    seen = sorted({*changes, *releases_since} - gone)
    return {path: _smoothed(changes[path], releases_since.get(path, len(releases)), expected) for path in seen}


def _smoothed(changes: int, releases: int, expected: float) -> float:
    """In steps of two, so that a plan does not change with every commit, which would rename the chunks it protects."""
    rate = (changes + expected * PRIOR_RELEASES) / (releases + PRIOR_RELEASES)
    return float(2.0 ** round(math.log2(rate)))


# --- packages -------------------------------------------------------------------------------------


def _package_rates(
    top: Path, lock: Path, commits: Sequence[_Commit], releases: Sequence[tuple[_Commit, ...]]
) -> dict[str, float]:
    """By the history of the lock file, as far back as it was read."""
    path = lock.relative_to(top).as_posix()
    try:
        patches, cut = _patches(top, path, sum(path in commit.changed | commit.added for commit in commits))
    except GitError:
        return {}
    places = {commit.id: place for place, commit in enumerate(commits)}
    last = places.get(next(reversed(patches)), 0) if cut else len(commits)
    covered = [release for release in releases if places[release[-1].id] < last]
    if len(covered) < FEWEST_RELEASES:
        return {}
    with_packages = [[_with_packages(commit, lock.name, patches) for commit in release] for release in covered]
    unchanged = {ANY_PACKAGE: _smoothed(0, len(covered), PACKAGE_RATE)}
    return _estimate(with_packages, PACKAGE_RATE) | unchanged


def _patches(top: Path, path: str, count: int) -> tuple[dict[str, str], bool]:
    """The last ``count`` patches of a file by commit, the newest first, and whether there were too many."""
    most = min(count, MOST_LOCK_COMMITS)
    arguments = ("--patch", "--unified=3", "--text", "--format=%x02%H", f"--max-count={most}")
    command = ("log", *_PLAIN, *arguments, "--", path)
    result = git(command, top, most_bytes=MOST_LOCK_BYTES, seconds=MOST_SECONDS)
    records = result.output.decode("utf-8", "replace").split("\x02")[1:]
    patches = {commit: patch for commit, _, patch in (record.partition("\n") for record in records)}
    return patches, bool(patches) and (result.cut or count > most)


def _with_packages(commit: _Commit, lock: str, patches: Mapping[str, str]) -> _Commit:
    """The same commit with packages in place of files."""
    changed, added = changed_packages(lock, patches.get(commit.id, ""))
    return replace(
        commit,
        changed=frozenset(f"node_modules/{name}/" for name in changed),
        added=frozenset(f"node_modules/{name}/" for name in added),
        removed=frozenset(),
    )
