"""stats.json survives a round trip, and bad ones are refused with the reason."""

from __future__ import annotations

import json

import pytest

from perfbuild.diagnostics import PerfbuildError
from perfbuild.stats_file import encode_stats, read_stats, write_stats

from . import builders as make


def test_what_is_written_is_read_back(tmp_path):
    stats = make.large_stats(modules=200, chunks=12, routes=4)
    path = tmp_path / "new" / "stats.json"
    write_stats(stats, path)
    assert read_stats(path) == stats
    assert [entry.name for entry in path.parent.iterdir()] == ["stats.json"]


def test_the_top_level_is_the_published_schema():
    document = json.loads(encode_stats(make.large_stats(modules=20, chunks=6, routes=2)))
    assert list(document) == [
        "schema", "tool", "base", "run", "routes", "chunks", "modules", "files", "images", "budgets", "findings",
        "returning",
    ]  # fmt: skip
    assert document["schema"] == 1
    assert set(document["routes"][0]["by_type"]) == {"script", "style", "image", "font", "document", "other"}


def test_a_failed_write_leaves_the_previous_stats(tmp_path, monkeypatch):
    path = tmp_path / "stats.json"
    write_stats(make.stats(base="/old/"), path)
    monkeypatch.setattr("perfbuild.stats_file.encode_stats", lambda stats: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_stats(make.stats(base="/new/"), path)
    assert read_stats(path).base == "/old/"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "stats-damaged", "truncated"),
        (b"{", "stats-damaged", "truncated"),
        (b"[]", "stats-damaged", "object"),
        (b"{}", "stats-damaged", "schema"),
        (b'{"schema": "one"}', "stats-damaged", "int"),
        (b'{"schema": 1, "tool": 3}', "stats-damaged", "$.tool"),
        (b'{"schema": 2, "anything": true}', "stats-schema", "schema 2"),
        (b"\xff\xfe{}", "stats-damaged", ""),
    ],
)
def test_bad_stats_are_refused_with_the_reason(tmp_path, content, code, says):
    path = tmp_path / "stats.json"
    path.write_bytes(content)
    with pytest.raises(PerfbuildError) as failure:
        read_stats(path)
    (diagnostic,) = failure.value.diagnostics
    assert diagnostic.code == code
    assert says in diagnostic.message
    assert str(path) == diagnostic.location.file


def test_missing_stats_are_refused_with_the_way_out(tmp_path):
    with pytest.raises(PerfbuildError) as failure:
        read_stats(tmp_path / "stats.json")
    (diagnostic,) = failure.value.diagnostics
    assert diagnostic.code == "stats-unreadable"
    assert "perfbuild build" in diagnostic.hint
