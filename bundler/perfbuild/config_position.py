"""The line of a key in a configuration file, from 1; the nearest enclosing key's where its own cannot be told."""

from __future__ import annotations

import re
from json import JSONDecoder

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?")
_ASSIGNMENT = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_KEY_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_SPACE = re.compile(r"[\s,:]*")
_DECODER = JSONDecoder()


def in_toml(text: str, path: KeyPath) -> int | None:
    """Looks at headers and assignments line by line; a key inside an inline table is at the table's line or below."""
    best: tuple[int, int] | None = None
    tables: dict[KeyPath, int] = {}
    header: KeyPath = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _HEADER.fullmatch(line):
            header = here = _header_path(match[2], match[1] == "[[", tables)
        elif match := _ASSIGNMENT.match(line):
            here = (*header, *_parts(match[1]))
        else:
            continue
        if path[: len(here)] == here and (best is None or len(here) > best[0]):
            best = (len(here), number)
    if best is None:
        return None
    depth, line_number = best
    return line_number if depth == len(path) else _inside(text, line_number, path[depth:])


def _parts(dotted_key: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in _KEY_PART.findall(dotted_key))


def _header_path(dotted_key: str, is_array: bool, tables: dict[KeyPath, int]) -> KeyPath:
    """The path of a header, with the index of the array's table it opens or lies in."""
    path: KeyPath = ()
    parts = _parts(dotted_key)
    for position, part in enumerate(parts, start=1):
        path = (*path, part)
        if is_array and position == len(parts):
            tables[path] = tables.get(path, -1) + 1
        if path in tables:
            path = (*path, tables[path])
    return path


def _inside(text: str, start: int, rest: KeyPath) -> int:
    """The first line from ``start`` to the next header that assigns the innermost key within an inline value."""
    names = [key for key in rest if isinstance(key, str)]
    if not names:
        return start
    key = re.compile(rf"""(?<![\w-])["']?{re.escape(names[-1])}["']?\s*=""")
    for number, line in enumerate(text.splitlines()[start - 1 :], start=start):
        if key.search(line):
            return number
        if number > start and _HEADER.fullmatch(line):
            break
    return start


def in_json(text: str, path: KeyPath) -> int | None:
    """Walks the document, skipping whole values that the path does not lead through."""
    text = text.removeprefix("\ufeff")
    position = _skip(text, 0)
    found = position
    for key in path:
        step = _member(text, position, key) if isinstance(key, str) else _element(text, position, key)
        if step is None:
            break
        found, position = step
    return text.count("\n", 0, found) + 1


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _member(text: str, position: int, name: str) -> tuple[int, int] | None:
    """Where the key of an object's member stands, and where its value begins."""
    if text[position] != "{":
        return None
    position = _skip(text, position + 1)
    while text[position] == '"':
        key, end = _DECODER.raw_decode(text, position)
        value = _skip(text, end)
        if key == name:
            return position, value
        position = _skip(text, _DECODER.raw_decode(text, value)[1])
    return None


def _element(text: str, position: int, index: int) -> tuple[int, int] | None:
    if text[position] != "[":
        return None
    position = _skip(text, position + 1)
    for _ in range(index):
        if text[position] == "]":
            return None
        position = _skip(text, _DECODER.raw_decode(text, position)[1])
    return position, position
