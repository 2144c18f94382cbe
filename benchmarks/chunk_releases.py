"""Releases of an application that each change one module, and what they make a returning visitor fetch again."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chunk_results import BuildFailure, OutputFile, Release, Results, Snapshot
from perfbuild.stages.deltas import pattern_of

SOURCES = (".ts", ".tsx", ".js", ".jsx")
PAGE = "index.html"

_NO_IMPORT = r"(?m)^(?!\s*(?:import|export .* from)\b)"
#: A text that a person reads, in a literal or between tags, on a line that imports nothing.
_TEXT = re.compile(rf"""{_NO_IMPORT}.*?["'>](?P<text>[A-Z][a-z]+[a-z .,]*)(?=["'<])""")
#: A number of two digits or more that stands alone.
_NUMBER = re.compile(rf"""{_NO_IMPORT}[^"'`\n]*?[ (](?P<number>[1-9]\d+)(?=[,;) ])""")
_HASH = re.compile(r"[-.][A-Za-z0-9_-]{8,}(?=\.\w+$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One module of the project, by its path, that the release of this number changes."""

    module: str
    number: int


def choose(project: Path, count: int, seed: int) -> list[Change]:
    """``count`` different modules with something to change; the same for the same seed."""
    modules = [
        path.relative_to(project).as_posix()
        for path in sorted((project / "src").rglob("*"))
        if path.suffix in SOURCES and not path.name.endswith(".d.ts") and changed(path.read_text("utf-8"), 1)
    ]
    chosen = random.Random(seed).sample(modules, min(count, len(modules)))
    return [Change(module=module, number=number) for number, module in enumerate(chosen, 1)]


def changed(code: str, number: int) -> str | None:
    """The module with a text or a number in it changed; None where there is none."""
    if match := _TEXT.search(code):
        word = match["text"]
        return f"{code[: match.start('text')]}{word} {number}{code[match.end('text') :]}"
    if match := _NUMBER.search(code):
        return f"{code[: match.start('number')]}{int(match['number']) + number}{code[match.end('number') :]}"
    return None


@contextmanager
def restored(project: Path, changes: Sequence[Change]) -> Iterator[None]:
    """Puts the modules back as they were, whatever happens."""
    before = {change.module: (project / change.module).read_bytes() for change in changes}
    try:
        yield
    finally:
        for module, content in before.items():
            (project / module).write_bytes(content)


def run(project: Path, changes: Sequence[Change], first: Results, build: Callable[[], Snapshot]) -> list[Release]:
    """Makes the changes one after the other, building after each. Raises BuildFailure for files changed in place."""
    wanted = _wanted(first)
    before, outcomes = first.files, []
    for change in changes:
        path = project / change.module
        code = changed(path.read_text(encoding="utf-8"), change.number)
        if code is None:
            raise BuildFailure(f"{change.module} has nothing to change")
        path.write_text(code, encoding="utf-8")
        after = build()
        outcomes.append(_outcome(change, before, after, wanted))
        before = after
    return outcomes


def _outcome(change: Change, before: Snapshot, after: Snapshot, wanted: Callable[[str], bool]) -> Release:
    stale = [name for name in after if name != PAGE and name in before and before[name].digest != after[name].digest]
    if stale:
        raise BuildFailure(f"{stale[0]} changed under its old name")
    fresh = [name for name in after if name != PAGE and name not in before and wanted(name)]
    return Release(
        module=change.module,
        files=len(fresh),
        brotli=sum(after[name].brotli for name in fresh),
        with_deltas=_with_deltas(fresh, before, after),
        page=after[PAGE].brotli if after[PAGE].digest != before[PAGE].digest else 0,
    )


def _with_deltas(fresh: Sequence[str], before: Snapshot, after: Snapshot) -> int | None:
    if not any(file.deltas for file in after.values()):
        return None
    return sum(_delta(name, before, after[name]) for name in fresh)


def _delta(name: str, before: Snapshot, file: OutputFile) -> int:
    """What comes in place of the file; the largest where a browser may offer any of several, since it chooses."""
    offered = [one for one in before if pattern_of(one) == pattern_of(name)]
    return max((file.deltas.get(one, file.brotli) for one in offered), default=file.brotli)


def _wanted(first: Results) -> Callable[[str], bool]:
    """Whether visitors fetch a file: not those whose name without its hash stood in the first output, never fetched."""
    fetched = {_stem(name) for visit in first.visits for name in visit.files}
    idle = {_stem(name) for name in first.files} - fetched
    return lambda name: _stem(name) not in idle


def _stem(name: str) -> str:
    return _HASH.sub("", name)
