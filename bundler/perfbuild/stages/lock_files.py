"""Which npm packages a change of a lock file brings in another version: npm's, pnpm's, Yarn's and Bun's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

Named = tuple[str, str]
"""A package and its version."""
Lines = list[tuple[str, str]]
"""The first character of each line of a patch, and the line without it."""

_NAME = r"(?:@[\w.~-]+/)?[\w.~-]+"
_NPM_KEY = re.compile(r'\s*"(?P<key>[^"]*)": \{$')
_NPM_VERSION = re.compile(r'\s*"version": "(?P<version>[^"]+)",?$')
_YARN_KEY = re.compile(rf'"?(?P<name>{_NAME})@[^:].*:$')
_YARN_VERSION = re.compile(r'  version:? "?(?P<version>[^"\s]+)"?$')
#: ``/react/18.2.0:``, ``/react@18.2.0:`` and ``react@18.2.0:``, by version; what follows is its peers.
_PNPM_KEY = re.compile(rf"  ['\"]?/?(?P<name>{_NAME})[@/](?P<version>\d[^_('\":]*)")
_BUN_ENTRY = re.compile(rf'\s*"[^"]*": \["(?P<name>{_NAME})@(?P<version>[^"]+)"')
_LONGEST_LINE = 2000


def changed_packages(lock: str, patch: str) -> tuple[frozenset[str], frozenset[str]]:
    """Packages that got another version, and those that came in new.

    ``lock`` is the name of the file, ``patch`` a unified diff of it with three lines of context.
    """
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    for sign, (name, version) in LOCK_FILES[lock](_lines(patch)):
        for side in [before] if sign == "-" else [after] if sign == "+" else [before, after]:
            side[name].add(version)
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    return frozenset(changed), frozenset(after.keys() - before.keys())


def _lines(patch: str) -> Lines:
    lines = []
    inside = False
    for line in patch.split("\n"):
        if line.startswith("@@"):
            inside = True
            lines.append(("@", ""))
        elif line.startswith("diff "):
            inside = False
        elif inside and line[:1] in ("+", "-", " ") and len(line) <= _LONGEST_LINE:
            lines.append((line[0], line[1:].rstrip("\r")))
    return lines


def _npm(lines: Lines) -> Iterator[tuple[str, Named]]:
    name = None
    for sign, line in lines:
        if sign == "@":
            name = None
        elif key := _NPM_KEY.match(line):
            name = key["key"].rpartition("node_modules/")[2]
        elif name and (version := _NPM_VERSION.match(line)) and re.fullmatch(_NAME, name):
            yield sign, (name, version["version"])


def _yarn(lines: Lines) -> Iterator[tuple[str, Named]]:
    name = None
    for sign, line in lines:
        if sign == "@":
            name = None
        elif key := _YARN_KEY.match(line):
            name = key["name"]
        elif name and (version := _YARN_VERSION.match(line)):
            yield sign, (name, version["version"])


def _one_line(pattern: re.Pattern[str]) -> Callable[[Lines], Iterator[tuple[str, Named]]]:
    def read(lines: Lines) -> Iterator[tuple[str, Named]]:
        for sign, line in lines:
            if entry := pattern.match(line):
                yield sign, (entry["name"], entry["version"])

    return read


#: Readers by the name of the file, in the order in which a folder is searched.
LOCK_FILES: Mapping[str, Callable[[Lines], Iterator[tuple[str, Named]]]] = {
    "package-lock.json": _npm,
    "npm-shrinkwrap.json": _npm,
    "pnpm-lock.yaml": _one_line(_PNPM_KEY),
    "yarn.lock": _yarn,
    "bun.lock": _one_line(_BUN_ENTRY),
}
