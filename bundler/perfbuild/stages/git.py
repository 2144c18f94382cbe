"""Asks the git program about a repository, so that nothing but git itself runs and nothing is written or fetched."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import msgspec

#: A history that takes longer is not waited for.
SECONDS = 30.0
#: Settings of a repository or a user that would start programs, or change what is printed.
_SETTINGS = (
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.hooksPath=/dev/null",
    "log.showSignature=false",
    "log.diffMerges=first-parent",
    "log.follow=false",
    "log.showRoot=true",
    "diff.orderFile=/dev/null",
    "submodule.recurse=false",
    "maintenance.auto=false",
    "gc.auto=0",
)


class GitError(Exception):
    """No git, no repository, a refusal or a timeout; what git says of it is not for the reader of a build."""


class GitResult(msgspec.Struct, frozen=True, kw_only=True):
    output: bytes
    cut: bool
    """True when there was more than was asked for."""


def git(
    arguments: tuple[str, ...], folder: Path, *, most_bytes: int = 1_000_000, seconds: float = SECONDS
) -> GitResult:
    """What ``git <arguments>`` prints when started in a folder. Raises :class:`GitError`."""
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    try:
        process = subprocess.Popen(
            ["git", "--no-pager", *settings, *arguments],  # noqa: S607 - the user's own git, wherever it is
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise GitError(str(error)) from error
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    with process:
        timer.start()
        try:
            assert process.stdout is not None
            output = process.stdout.read(most_bytes + 1)
            if cut := len(output) > most_bytes:
                process.kill()
        finally:
            timer.cancel()
    if process.returncode and not cut:
        raise GitError(f"git ended with {process.returncode}")
    return GitResult(output=output[:most_bytes], cut=cut)


def _environment() -> dict[str, str]:
    """Without the variables by which a hook that runs a build would lead git to another repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    if ceiling := os.environ.get("GIT_CEILING_DIRECTORIES"):
        kept["GIT_CEILING_DIRECTORIES"] = ceiling
    return kept | {
        "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch what it lacks
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
