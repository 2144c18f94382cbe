"""Patterns of client-side routes: which of them takes an address, and which are the same but for their names."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from perfbuild.stages.route_expressions import RoutePattern, parse_pattern, url_text

Prefix = tuple[str, ...]
#: How many fixed parts at a pattern's start choose which patterns an address is held against.
_LONGEST_PREFIX = 3


def shape(path: str) -> str:
    """What two patterns share that differ in the names of their parameters alone, or in a slash at the end."""
    pattern = parse_pattern(path)
    return pattern.expression().lower() if pattern is not None else path


class RoutePatterns:
    """Finds the pattern that takes an address: the most specific one, of equal ones the first by name."""

    def __init__(self, paths: Iterable[str]) -> None:
        found = [(pattern, path) for path in sorted(set(paths)) if (pattern := parse_pattern(path)) is not None]
        found.sort(key=lambda each: each[0].precedence)
        self._patterns = found
        self._static: dict[Prefix, str] = {}
        self._by_prefix: dict[Prefix, list[int]] = defaultdict(list)
        for place, (pattern, path) in enumerate(found):
            fixed = _fixed(pattern)
            self._by_prefix[fixed[:_LONGEST_PREFIX]].append(place)
            if pattern.is_static:
                self._static.setdefault(fixed, path)
        self._compiled: dict[tuple[Prefix, ...], tuple[re.Pattern[str], Sequence[str]]] = {}

    def find_static(self, path: str) -> str | None:
        """The pattern without parameters that is this decoded path."""
        return self._static.get(_parts(url_text(path)))

    def find(self, path: str) -> str | None:
        """The pattern that takes this decoded path."""
        text = url_text(path)
        start = _parts(text)[:_LONGEST_PREFIX]
        prefixes = tuple(start[:size] for size in range(len(start) + 1) if start[:size] in self._by_prefix)
        expression, patterns = self._compiled.get(prefixes) or self._compile(prefixes)
        match = expression.fullmatch(text)
        return patterns[match.lastindex - 1] if match is not None and match.lastindex else None

    def _compile(self, prefixes: tuple[Prefix, ...]) -> tuple[re.Pattern[str], Sequence[str]]:
        places = sorted(itertools.chain.from_iterable(self._by_prefix[prefix] for prefix in prefixes))
        chosen = [self._patterns[place] for place in places]
        groups = "|".join(f"({pattern.expression()})" for pattern, _ in chosen)
        compiled = re.compile(rf"(?:{groups or '(?!)'})/*", re.IGNORECASE), [path for _, path in chosen]
        self._compiled[prefixes] = compiled
        return compiled


def _fixed(pattern: RoutePattern) -> Prefix:
    """The parts at the start that are the same in every address of the pattern."""
    parts = itertools.takewhile(lambda part: part.kind == "static" and not part.optional, pattern.parts)
    return tuple(url_text(part.text).lower() for part in parts)


def _parts(text: str) -> Prefix:
    return tuple(part for part in text.lower().split("/") if part)
