"""``srcset``: its candidates with positions. Source: the WHATWG HTML Standard, "Parsing a srcset attribute"."""

from __future__ import annotations

import re
from typing import NamedTuple

from perfbuild.html import placeholders

_SEPARATORS = re.compile(r"[\t\n\f\r ,]*")
_URL = re.compile(r"[^\t\n\f\r ]+")
#: Descriptors run to the next comma outside parentheses.
_DESCRIPTORS = re.compile(r"(?:[^,(]|\([^)]*\)?)*")


class Candidate(NamedTuple):
    """One image of the set; ``start`` and ``end`` count from the start of the attribute's value."""

    url: str
    start: int
    end: int


def candidates(value: str) -> tuple[Candidate, ...]:
    """The candidates of a raw attribute value (character references still encoded), without templated ones."""
    masked = placeholders.mask(value)
    found: list[Candidate] = []
    position = 0
    while True:
        separators = _SEPARATORS.match(masked, position)
        url = _URL.match(masked, separators.end() if separators else position)
        if url is None:
            return tuple(found)
        bare = url[0].rstrip(",")
        if bare and "\0" not in bare:
            found.append(Candidate(value[url.start() : url.start() + len(bare)], url.start(), url.start() + len(bare)))
        position = url.end()
        if len(bare) == len(url[0]) and (descriptors := _DESCRIPTORS.match(masked, position)):
            position = descriptors.end()
