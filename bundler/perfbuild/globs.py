"""Globs over POSIX paths, as the configuration writes them.

``*`` stands for any characters but ``/``, ``**`` for any at all, ``?`` for one character, ``{a,b}`` for either;
``a/**/b`` also matches ``a/b``, and ``a/**`` matches ``a``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_WILDCARDS = {
    "/**/": "/(?:.*/)?",
    "/**": "(?:/.*)?",
    "**/": "(?:.*/)?",
    "**": ".*",
    "*": "[^/]*",
    "?": "[^/]",
}
_WILDCARD = re.compile(r"/\*\*/|/\*\*$|\*\*/?|\*|\?|\{[^{}]*\}")


def matcher(glob: str) -> Callable[[str], bool]:
    """Whether a path matches; one that is written exactly as the glob always does."""
    pattern = re.compile(_expression(glob), re.DOTALL)
    return lambda path: path == glob or pattern.fullmatch(path) is not None


def any_matcher(globs: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path matches one of the globs at least."""
    matchers = tuple(matcher(glob) for glob in globs)
    return lambda path: any(matches(path) for matches in matchers)


def _expression(glob: str) -> str:
    parts: list[str] = []
    position = 0
    for wildcard in _WILDCARD.finditer(glob):
        parts += (re.escape(glob[position : wildcard.start()]), _translated(wildcard.group()))
        position = wildcard.end()
    return "".join((*parts, re.escape(glob[position:])))


def _translated(wildcard: str) -> str:
    if wildcard.startswith("{"):
        return "(?:" + "|".join(_expression(choice) for choice in wildcard[1:-1].split(",")) + ")"
    return _WILDCARDS[wildcard]
