"""The project's releases: commits of its git repository, and a copy of it in which they can be checked out.

The repository itself is only read. The copy is one of its own that borrows the objects, so it costs no space. A
worktree would have to be registered in the repository, and would stay registered after a crash; an unpacked
``git archive`` has no history, which the plan wants to read as it was at each release.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from perfbuild import messages
from perfbuild.diagnostics import PerfbuildError
from perfbuild.stages.git import GitError, git
from perfbuild.stages.lock_files import LOCK_FILES

_MODULES = "node_modules"
#: Large files stay pointers: nothing is fetched.
_NO_LARGE_FILES = (
    "-c",
    "filter.lfs.smudge=git-lfs smudge --skip -- %f",
    "-c",
    "filter.lfs.process=git-lfs filter-process --skip",
)
_CHECKOUT_SECONDS = 300.0


class ReleaseError(Exception):
    """A release cannot be had as it was; the text says why."""


class Repository:
    """The repository that a project lies in.

    Raises :class:`PerfbuildError` when there is none, or no git to read it with.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            shallow, _, top = _ask(root, "rev-parse", "--is-shallow-repository", "--show-toplevel").partition("\n")
        except GitError as error:
            why = "the project is in no git repository" if shutil.which("git") else "there is no git on this machine"
            raise PerfbuildError(messages.no_releases(why)) from error
        self.top = Path(top).resolve()
        self.shallow = shallow == "true"

    def releases(self, count: int) -> tuple[str, ...]:
        """The commits of the main line that changed the project, the oldest first: at most ``count`` and the one before
        them. Raises :class:`PerfbuildError` when there are fewer than two."""
        try:
            asked = _ask(self.root, "rev-list", "--first-parent", f"--max-count={count + 1}", "HEAD", "--", ".")
        except GitError as error:
            raise PerfbuildError(messages.no_releases("the repository has no commit")) from error
        listed = asked.split()
        if len(listed) < 2:
            why = "the shallow clone has one commit" if self.shallow else "fewer than two commits changed the project"
            raise PerfbuildError(messages.no_releases(why))
        return tuple(reversed(listed))

    def same_packages(self, commit: str) -> bool:
        """Whether the lock file was the one that stands in the project now, so that what is installed is right."""
        lock = next((path for path in self._lock_files() if path.is_file()), None)
        if lock is None:
            return True
        name = lock.relative_to(self.top).as_posix()
        try:
            return _ask(self.top, "rev-parse", f"{commit}:{name}") == _ask(self.top, "hash-object", "--", name)
        except GitError:
            return False

    def folders(self) -> Iterator[Path]:
        """The project's folder and those above it, up to the repository's."""
        yield self.root
        for folder in self.root.parents:
            if not folder.is_relative_to(self.top):
                return
            yield folder

    def _lock_files(self) -> Iterator[Path]:
        return (folder / name for folder in self.folders() for name in LOCK_FILES)


class Copy:
    """A repository in ``folder``, a new one, with another's objects and the packages that are installed there.

    Raises :class:`ReleaseError` when it cannot be made.
    """

    def __init__(self, repository: Repository, folder: Path) -> None:
        self.folder = folder
        self.root = folder / repository.root.relative_to(repository.top)
        self._repository = repository
        try:
            form = _ask(repository.top, "rev-parse", "--show-object-format")
            _ask(folder.parent, "init", "--quiet", "--template=", f"--object-format={form}", "--", folder.name)
            self._borrow(repository.top, folder / ".git")
        except (GitError, OSError) as error:
            raise ReleaseError(f"git cannot share its objects ({error})") from error

    def check_out(self, commit: str) -> None:
        """Make the copy what the commit is. Raises :class:`ReleaseError` when it has no project."""
        command = (*_NO_LARGE_FILES, "checkout", "--quiet", "--force", "--detach", commit)
        try:
            git(command, self.folder, seconds=_CHECKOUT_SECONDS)
        except GitError as error:
            raise ReleaseError(f"it cannot be checked out ({error})") from error
        if not self.root.is_dir():
            raise ReleaseError("the project was not there")
        for folder in self._repository.folders():
            installed = folder / _MODULES
            target = self.folder / folder.relative_to(self._repository.top) / _MODULES
            if installed.is_dir() and target.parent.is_dir() and not target.exists():
                self._link_packages(installed, target)

    @staticmethod
    def _borrow(top: Path, store: Path) -> None:
        objects = top / _ask(top, "rev-parse", "--git-path", "objects")
        (store / "objects/info").mkdir(exist_ok=True)
        (store / "objects/info/alternates").write_bytes(os.fsencode(objects.resolve()) + b"\n")
        ends = top / _ask(top, "rev-parse", "--git-path", "shallow")
        if ends.is_file():
            shutil.copyfile(ends, store / "shallow")

    def _link_packages(self, installed: Path, target: Path) -> None:
        """Links to what is installed; packages of the workspace lead to the copy's own, as they were then."""
        target.mkdir(parents=True)
        for package in sorted(installed.iterdir()):
            if package.name.startswith("."):
                continue
            if package.name.startswith("@") and not package.is_symlink():
                self._link_packages(package, target / package.name)
                continue
            real = package.resolve()
            local = self._counterpart(real)
            (target / package.name).symlink_to(local or real)
            own = real / _MODULES
            if local and local.is_dir() and own.is_dir() and not (local / _MODULES).exists():
                self._link_packages(own, local / _MODULES)

    def _counterpart(self, path: Path) -> Path | None:
        """The copy of a file of the repository; None for what is installed, or lies elsewhere."""
        top = self._repository.top
        if not path.is_relative_to(top) or _MODULES in path.relative_to(top).parts:
            return None
        return self.folder / path.relative_to(top)


def _ask(folder: Path, *arguments: str) -> str:
    return os.fsdecode(git(arguments, folder).output).removesuffix("\n")
