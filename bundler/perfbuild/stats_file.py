"""stats.json: written and read. Its schema is the dataclasses of :mod:`perfbuild.model`, from ``Stats`` down."""

from __future__ import annotations

import os
from pathlib import Path

from perfbuild import messages
from perfbuild.diagnostics import PerfbuildError
from perfbuild.model import Stats

#: The version of the shape of stats.json; it grows when a reader of the old shape would misread the new one.
SCHEMA = 1


def encode_stats(stats: Stats) -> bytes:
    """Stats as one line of JSON in UTF-8, keys in the order of the schema."""
    import msgspec

    return msgspec.json.encode(stats) + b"\n"


def write_stats(stats: Stats, path: Path) -> None:
    """Write stats.json in one step, so that a reader never finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        staged.write_bytes(encode_stats(stats))
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)


def read_stats(path: Path) -> Stats:
    """Read a stats.json.

    Raises PerfbuildError when it cannot be read, is damaged, or has a schema that this version does not know.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PerfbuildError(messages.stats_unreadable(str(path), error.strerror or str(error))) from error
    return decode_stats(content, str(path))


def decode_stats(content: bytes, name: str) -> Stats:
    """Decode the bytes of a stats.json; ``name`` stands for the file in error messages. Raises as read_stats does."""
    import msgspec

    try:
        schema = msgspec.json.decode(content, type=dict[str, msgspec.Raw]).get("schema")
        found = None if schema is None else msgspec.json.decode(schema, type=int)
        if found is not None and found != SCHEMA:
            raise PerfbuildError(messages.stats_schema(name, found, SCHEMA))
        return msgspec.json.decode(content, type=Stats)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PerfbuildError(messages.stats_damaged(name, str(error))) from error
