"""Files of visits: what analytics services export and what web servers log, as pairs of an address and a count.

Sources: the exports of Google Analytics 4 (CSV with comment lines, ``runReport`` of the Data API) and of Plausible
(CSV, versions 1 and 2 of its API); the Common and Combined Log Format of Apache's ``mod_log_config`` and nginx's
``ngx_http_log_module``. docs/design/planner-inputs.md says how columns are chosen.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

Visit = tuple[str, float]
"""An address as the file has it, and how many visits it had."""
Cell = str | float

#: Names of columns, words apart and in lower case; the first that a table has is taken.
_ADDRESSES = (
    "landing page", "landing page + query string", "landing page plus query string", "entry page",
    "page path", "page path and screen class", "page path + query string", "page path plus query string",
    "unified page path screen", "page location", "full page url", "url path", "pathname", "path", "page url", "page",
    "url", "uri", "address", "route", "name", "label", "x",
)  # fmt: skip
_COUNTS = (
    "visits", "nb visits", "sessions", "entrances", "unique entrances", "entries", "unique visitors", "visitors",
    "uniques", "active users", "total users", "users", "unique pageviews", "unique page views", "pageviews",
    "page views", "screen page views", "views", "hits", "nb hits", "requests", "count", "total", "event count",
    "events", "weight", "value", "y",
)  # fmt: skip
_DELIMITERS = ",;\t"
_LOG_LINE = re.compile(
    r'\[[^\]]{1,64}\] "(?P<method>[A-Z]{1,16}) (?P<target>\S+)(?: HTTP/[\d.]+)?" (?P<status>\d{3})\b'
)
_MACHINE = re.compile(r"bot\b|crawl|spider|slurp|curl/|wget/|python-|monitor|headless|lighthouse|preview")
_ASSET = re.compile(
    r"\.(?:m?js|cjs|css|map|json|xml|txt|wasm|webmanifest|pdf|zip|gz|br|rss|atom|csv"
    r"|avif|webp|png|jpe?g|jfif|gif|svg|bmp|ico|apng|mp[34]|webm|og[gv]|wav|m4[av]|mov|flac|aac|opus|vtt"
    r"|woff2?|ttf|otf|eot)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\s*(?:/|https?://|\S+\.html?\s*$)", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d.,]*")
#: Marks between the thousands of a number, or before its fraction; a mark is the first where all numbers allow it.
_MARKS = (".", ",")
_SPACES = re.compile("(?<=\\d)[ '\u2019\u00a0\u202f](?=\\d{3})")


class UnreadableVisitsError(Exception):
    """Why the file gives no visits, in words, and the line where it goes wrong if there is one."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def visits_in(file: Path) -> Iterator[Visit]:
    """The rows of a file in the order in which they stand there; an address may come many times.

    Raises :class:`UnreadableVisitsError`, at the latest when all rows were asked for.
    """
    try:
        with file.open("rb") as stream:
            encoding = _encoding(stream.read(4096))
        with file.open(encoding=encoding, errors="replace", newline=None) as lines:
            yield from _recognised(lines)
    except OSError as error:
        raise UnreadableVisitsError(error.strerror or str(error)) from error
    except csv.Error as error:
        raise UnreadableVisitsError(f"its table is damaged: {error}") from error


def _encoding(start: bytes) -> str:
    """By the byte-order mark; without one, text with a zero in every second byte is UTF-16."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return encoding
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 > len(start):
        return "utf-16-be" if even > odd else "utf-16-le"
    return "utf-8"


def _recognised(lines: Iterator[str]) -> Iterator[Visit]:
    """By the first lines: a log is then read line by line, whatever its size."""
    head = list(itertools.islice(lines, 50))
    text = "".join(head).lstrip()
    rest = itertools.chain(head, lines)
    if any(_LOG_LINE.search(line) for line in head):
        return _in_log(rest)
    if text.startswith(("{", "[")):
        return iter(_in_json("".join(rest)))
    if not text:
        raise UnreadableVisitsError("it is empty")
    return iter(_in_tables(rest))


# --- access logs ----------------------------------------------------------------------------------


def _in_log(lines: Iterator[str]) -> Iterator[Visit]:
    """Documents that were answered. A redirect is not one: what it leads to has a line of its own."""
    for line in lines:
        request = _LOG_LINE.search(line)
        if request is None or request["method"] != "GET":
            continue
        if not (request["status"].startswith("2") or request["status"] == "304"):
            continue
        quoted = line[request.end() :].rsplit('"', 2)
        agent = quoted[1].lower() if len(quoted) == 3 else ""
        if not _ASSET.search(request["target"].partition("?")[0]) and not _MACHINE.search(agent):
            yield request["target"], 1.0


# --- JSON -----------------------------------------------------------------------------------------


def _in_json(text: str) -> list[Visit]:
    try:
        found = _in_value(json.loads(text))
    except json.JSONDecodeError as error:
        raise UnreadableVisitsError(f"it is no JSON: {error.msg}", error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise UnreadableVisitsError("its JSON is too deep or too large") from error
    if not found:
        raise UnreadableVisitsError("its JSON has no paths with counts")
    return found


def _in_value(value: object) -> list[Visit]:
    if isinstance(value, list):
        if value and all(isinstance(item, Mapping) and isinstance(item.get("rows"), list) for item in value):
            return [visit for report in value for visit in _in_value(report)]  # batchRunReports
        return _in_records(value)
    if not isinstance(value, Mapping):
        return []
    if isinstance(value.get("dimensionHeaders"), list):
        return _in_report(value)
    counts = [(key, count) for key, item in value.items() if (count := _count(item)) is not None and _is_address(key)]
    if counts:
        return counts
    for key in ("reports", "results", "rows", "data", "pages"):
        if found := _in_value(_named(value) if key == "results" else value.get(key)):
            return found
    return []


def _named(answer: Mapping[str, object]) -> object:
    """Version 2 of Plausible's API has ``dimensions`` and ``metrics`` as lists, named by the query that it repeats."""
    query, results = answer.get("query"), answer.get("results")
    if not isinstance(query, Mapping) or not isinstance(results, list):
        return results
    return [
        dict(zip(_words_of(query.get("dimensions")), _list(row.get("dimensions")), strict=False))
        | dict(zip(_words_of(query.get("metrics")), _list(row.get("metrics")), strict=False))
        for row in results
        if isinstance(row, Mapping)
    ]


def _words_of(names: object) -> list[str]:
    """``event:page`` is ``page``, ``visit:entry_page`` ``entry page``."""
    return [str(name).rpartition(":")[2] for name in _list(names)]


def _in_report(report: Mapping[str, object]) -> list[Visit]:
    """An answer of ``runReport``: values stand in lists, named by the headers."""
    names = [
        _field(header, "name") for key in ("dimensionHeaders", "metricHeaders") for header in _list(report.get(key))
    ]
    rows = [
        [_field(cell, "value") for key in ("dimensionValues", "metricValues") for cell in _list(_item(row, key))]
        for row in _list(report.get("rows"))
    ]
    return _in_rows([names, *rows])


def _in_records(records: Sequence[object]) -> list[Visit]:
    """Objects of equal keys, or lists of equal length with or without a first one of names."""
    rows = [item for item in records if isinstance(item, Mapping)]
    names = list(dict.fromkeys(str(key) for row in rows for key in row))
    if rows:
        return _in_rows([names, *([_cell(row.get(name)) for name in names] for row in rows)])
    return _in_rows([[_cell(cell) for cell in item] for item in records if isinstance(item, list)])


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _item(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, Mapping) else None


def _field(value: object, key: str) -> Cell:
    return _cell(_item(value, key))


def _cell(value: object) -> Cell:
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


# --- tables ---------------------------------------------------------------------------------------


def _in_tables(lines: Iterator[str]) -> list[Visit]:
    """The first table of the file with a column of paths and one of counts: exports may hold others before it."""
    parted = [(line, not line.strip() or line.startswith("#")) for line in lines]
    for is_border, block in itertools.groupby(parted, key=lambda item: item[1]):
        if is_border:
            continue
        table = [line for line, _ in block]
        delimiter = max(_DELIMITERS, key=table[0].count)
        if found := _in_rows(list(csv.reader(table, delimiter=delimiter))):
            return found
    raise UnreadableVisitsError("no column of paths and none of counts was recognised")


def _in_rows(rows: Sequence[Sequence[Cell]]) -> list[Visit]:
    """By the names in the first row; else, as in other languages, by what the columns hold."""
    width = max(map(len, rows), default=0)
    columns = [[row[index] if index < len(row) else "" for row in rows] for index in range(width)]
    names = [_words(column[0]) for column in columns]
    addresses = _chosen(_ADDRESSES, names, [[_is_address(cell) for cell in column] for column in columns])
    numbers = [_numbers(column) for column in columns]
    counts = _chosen(_COUNTS, names, [[number is not None for number in column] for column in numbers])
    if addresses is None or counts is None:
        return []
    pairs = zip(columns[addresses], numbers[counts], strict=True)
    return [(str(path), visits) for path, visits in pairs if _is_address(path) and visits is not None]


def _chosen(wanted: Sequence[str], names: Sequence[str], fits: Sequence[Sequence[bool]]) -> int | None:
    """The column of the first wanted name that holds anything that fits, else the first of which half or more does."""
    named = (index for name in wanted for index in range(len(names)) if names[index] == name and any(fits[index]))
    half = (index for index, cells in enumerate(fits) if sum(cells) * 2 >= len(cells))
    return next(itertools.chain(named, half), None)


def _words(name: Cell) -> str:
    """``screenPageViews``, ``Screen page views`` and ``screen_page_views`` are one name."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(name).strip())
    return " ".join(re.split(r"[\s_-]+", apart.lower()))


def _is_address(cell: Cell) -> bool:
    """A path from the root, a whole URL or the name of a page; not ``(not set)`` or ``Total``."""
    return isinstance(cell, str) and _ADDRESS.match(cell) is not None


def _numbers(cells: Sequence[Cell]) -> list[float | None]:
    """Counts as people and programs write them: ``1,234``, ``1.234``, ``1 234``; None for anything else."""
    texts = [_SPACES.sub("", cell.strip()) if isinstance(cell, str) else cell for cell in cells]
    for mark in _MARKS:
        grouped = re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+(?:[.,]\d+)?")
        marked = [text for text in texts if isinstance(text, str) and _NUMBER.fullmatch(text) and mark in text]
        between = "" if all(grouped.fullmatch(text) for text in marked) else "."
        texts = [text.replace(mark, between) if isinstance(text, str) else text for text in texts]
    return [_count(text) for text in texts]


def _count(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None
