"""Finds the configuration file and turns its tables into dataclasses; every mistake is told with its place."""

from __future__ import annotations

import dataclasses
import math
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from perfbuild import config_position, messages
from perfbuild.diagnostics import Diagnostic, Location, PerfbuildError

Key = str | int
KeyPath = tuple[Key, ...]

#: In ``Annotated[int, BYTES]``: the value may be written with a unit.
BYTES = "bytes"
#: Where a configuration may stand, in the order in which it is looked for, and the tables that lead to it there.
PLACES: Mapping[str, tuple[str, ...]] = {
    "perfbuild.toml": (),
    "pyproject.toml": ("tool", "perfbuild"),
    "package.json": ("perfbuild",),
}
_UNITS: Mapping[str, int] = {"b": 1} | {
    prefix.lower() + suffix: base**power
    for power, prefix in enumerate("kMG", start=1)
    for suffix, base in (("b", 1000), ("ib", 1024))
}
_INVALID: Any = object()
#: Marks the field that takes the tables whose names are none of the other fields: ``Mapping[str, RawTable]``.
FURTHER_TABLES: Mapping[str, bool] = {"key": False, "further_tables": True}


def is_below(path: Path, folder: Path) -> bool:
    """True when ``path``, symlinks followed, is ``folder`` or lies inside it."""
    return path.resolve().is_relative_to(folder.resolve())


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The table that configures the project, and the file it stands in."""

    file: str
    text: str
    prefix: tuple[str, ...]
    table: Mapping[str, object]

    def location(self, path: KeyPath) -> Location:
        """Where the key stands, as near as it can be found."""
        find = config_position.in_json if self.file.endswith(".json") else config_position.in_toml
        line = find(self.text, (*self.prefix, *path))
        text = None if line is None else self.text.splitlines()[line - 1]
        return Location(file=self.file, line=line, line_text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A table that somebody else reads: its values as they were written, and where each key stands."""

    values: Mapping[str, object]
    locations: Mapping[str, Location | None]
    location: Location | None
    """Of the table itself."""


def find_source(root: Path, named: Path | None) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The named file, else the first of :data:`PLACES` with a configuration, and a warning about each further one."""
    if named is not None:
        source = _load(root, named.resolve(), PLACES.get(named.name, ()))
        if source is None:
            raise PerfbuildError(messages.no_config_in_file(str(named), PLACES[named.name]), exit_code=2)
        return source, ()
    found: list[Source] = []
    for name, prefix in PLACES.items():
        if (root / name).is_file() and (source := _load(root, root / name, prefix)) is not None:
            found.append(source)
    if not found:
        return None, ()
    return found[0], tuple(messages.second_config(other.file, found[0].file) for other in found[1:])


def _syntax_error(shown: str, text: str, reason: str) -> Diagnostic:
    """With the place that the parsers of TOML and JSON put into their texts alone."""
    place = re.search(r"[(:,]? *(?:at )?line (\d+),? column (\d+)(?: \(char \d+\)|\))?", reason)
    if place is None:
        return messages.config_syntax(reason, Location(file=shown))
    line, column = int(place[1]), int(place[2])
    lines = text.splitlines()
    line_text = lines[line - 1] if line <= len(lines) else None
    return messages.config_syntax(
        reason[: place.start()].rstrip(), Location(file=shown, line=line, column=column, line_text=line_text)
    )


def _load(root: Path, file: Path, prefix: tuple[str, ...]) -> Source | None:
    shown = file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
    text = ""
    try:
        text = file.read_text(encoding="utf-8-sig")
        table: object = _parse(file, text)
    except OSError as error:
        raise PerfbuildError(messages.unreadable_config(shown, error.strerror or str(error)), exit_code=2) from error
    except ValueError as error:
        raise PerfbuildError(_syntax_error(shown, text, str(error)), exit_code=2) from error
    for key in prefix:
        table = table.get(key) if isinstance(table, dict) else None
        if table is None:
            return None
    if not isinstance(table, dict):
        raise PerfbuildError(messages.bad_config_type(".".join(prefix) or shown, "a table", shown), exit_code=2)
    return Source(file=shown, text=text, prefix=prefix, table=table)


def _parse(file: Path, text: str) -> object:
    if file.suffix == ".json":
        import json

        return json.loads(text)
    import tomllib

    return tomllib.loads(text)


class Reader:
    """Reads values as the type hints of dataclasses ask, and collects what does not fit in ``problems``."""

    def __init__(self, root: Path, source: Source | None, overridden: Sequence[str] = ()) -> None:
        self.problems: list[Diagnostic] = []
        self._root = root
        self._source = source
        self._overridden = frozenset(overridden)

    def bad_value(self, path: KeyPath, what: str, reason: str) -> None:
        """Reports a value of the right type that cannot be used; it has no place in the file if an option gave it."""
        self.problems.append(messages.bad_config_value(what, reason, self._location(path)))

    def raw(self, path: KeyPath) -> object:
        """The value as it was written, before any conversion; None where there is none."""
        value: Any = self._source.table if self._source else {}
        for key in path:
            try:
                value = value[key]
            except (KeyError, IndexError):
                return None
        return value

    def _location(self, path: KeyPath) -> Location | None:
        if self._source is None or path[0] in self._overridden:
            return None
        return self._source.location(path)

    def read_table(self, cls: type, table: object, path: KeyPath) -> dict[str, object]:
        """The fields of ``cls`` that the table sets, converted; anything else in the table is a problem."""
        if not isinstance(table, Mapping):
            self._wrong_type(path, "a table")
            return {}
        hints = get_type_hints(cls, include_extras=True)
        keys = {f.name for f in dataclasses.fields(cls) if f.metadata.get("key", True)}
        further = next((f.name for f in dataclasses.fields(cls) if f.metadata.get("further_tables")), None)
        values: dict[str, object] = {}
        raw: dict[str, RawTable] = {}
        for key, value in table.items():
            if key in keys:
                if value is not None and (read := self._value(hints[key], value, (*path, key))) is not _INVALID:
                    values[key] = read
            elif further is not None and isinstance(value, Mapping):
                raw[key] = self._raw_table(value, (*path, key))
            elif (*path, key) != ("$schema",):
                self._unknown_key((*path, key), sorted(keys))
        return values | ({further: raw} if further is not None and raw else {})

    def _raw_table(self, table: Mapping[str, object], path: KeyPath) -> RawTable:
        values = {key: value for key, value in table.items() if value is not None}
        locations = {key: self._location((*path, key)) for key in values}
        return RawTable(values=values, locations=locations, location=self._location(path))

    def _record(self, cls: type, table: object, path: KeyPath) -> Any:
        before = len(self.problems)
        values = self.read_table(cls, table, path)
        for f in dataclasses.fields(cls):
            required = f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
            if required and f.name not in values and len(self.problems) == before:
                self.bad_value(path, f.name, "is missing here")
        return cls(**values) if len(self.problems) == before else _INVALID

    def _value(self, hint: object, value: object, path: KeyPath) -> Any:
        hint = without_none(hint)
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            return self._record(hint, value, path)
        origin = get_origin(hint)
        if origin is tuple:
            return self._items(get_args(hint)[0], value, path)
        if origin is Mapping:
            return self._expressions(value, path) if path == ("define",) else self._mapping(value, path)
        return self._scalar(hint, value, path)

    def _scalar(self, hint: object, value: object, path: KeyPath) -> Any:
        read: object
        if get_origin(hint) is Annotated:
            read = parse_size(value)
        elif get_origin(hint) is Literal:
            read = value if value in get_args(hint) else None
        elif hint is Path:
            read = self._root / value if isinstance(value, str) and value else None
        elif hint is float:
            read = _number(value)
        else:
            read = value if type(value) is hint else None
        if read is None:
            self._wrong_type(path, describe(hint))
            return _INVALID
        return read

    def _items(self, hint: object, value: object, path: KeyPath) -> Any:
        if not isinstance(value, list):
            self._wrong_type(path, f"a list of {describe(hint, plural=True)}")
            return _INVALID
        items = tuple(self._value(hint, item, (*path, index)) for index, item in enumerate(value))
        return _INVALID if any(item is _INVALID for item in items) else items

    def _mapping(self, value: object, path: KeyPath) -> Any:
        if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
            return value
        self._wrong_type(path, "a table of strings")
        return _INVALID

    def _expressions(self, value: object, path: KeyPath) -> Any:
        """JavaScript expressions: strings as they are, booleans and numbers as JavaScript writes them."""
        if not isinstance(value, dict) or not all(isinstance(item, str | int | float) for item in value.values()):
            self._wrong_type(path, "a table of JavaScript expressions as strings, or of booleans and numbers")
            return _INVALID
        return {key: str(item).lower() if isinstance(item, bool) else str(item) for key, item in value.items()}

    def _wrong_type(self, path: KeyPath, expected: str) -> None:
        self.problems.append(messages.bad_config_type(dotted(path), expected, self._location(path)))

    def _unknown_key(self, path: KeyPath, known: list[str]) -> None:
        location = self._location(path)
        self.problems.append(messages.unknown_config_key(dotted(path), nearest(str(path[-1]), known), known, location))


def _number(value: object) -> float | None:
    """A finite number; TOML and JSON can say infinity and NaN too."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def parse_size(value: object) -> int | None:
    """Bytes: a whole number, or text such as ``170 kB`` (1000) or ``1.5 MiB`` (1024); None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value >= 0 else None
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*", value) if isinstance(value, str) else None
    if match is None or match[2].lower() not in _UNITS:
        return None
    unit = _UNITS[match[2].lower()]
    return round(float(match[1]) * unit)


def without_none(hint: object) -> object:
    """``X`` of ``X | None``: leaving a key out is how a file says None."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(option for option in get_args(hint) if option is not type(None))
    return hint


def describe(hint: object, *, plural: bool = False) -> str:
    """What a value of this type looks like, in words."""
    if get_origin(hint) is Annotated:
        return 'a size such as "170 kB", "170 KiB" or a number of bytes'
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(f'"{option}"' for option in get_args(hint))
    names = {str: "string", Path: "path", bool: "boolean", int: "whole number", float: "number"}
    name = names.get(hint, "table")  # type: ignore[call-overload]
    if plural:
        return f"{name}s"
    return {"boolean": "true or false", "path": "a path as a string"}.get(name, f"a {name}")


def dotted(path: KeyPath) -> str:
    """``chunks.groups[1].test``."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name that was most likely meant, letter case and word separators aside."""
    import difflib

    plain = {re.sub(r"[-_]", "", candidate).lower(): candidate for candidate in known}
    match = difflib.get_close_matches(re.sub(r"[-_]", "", name).lower(), plain, n=1, cutoff=0.6)
    return plain[match[0]] if match else None
