"""What the written reports hold, without a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from msgspec.structs import replace

from perfbuild.model import BudgetResult, FileStats, Finding, ReturningStats, Run, Sizes
from perfbuild.report import escape_markdown, render_report, render_summary

from . import builders as make

HOSTILE = "</script><!--<img src=x onerror=alert(1)>|`**@team** #1 www.evil.example http://evil.example [a](b)"


def embedded(html: str):
    (block,) = re.findall(r'<script id="stats" type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(block)


def named(name: str):
    sizes = Sizes(raw=4000, gzip=900, brotli=800, zstd=900)
    return make.stats(
        base=f"/{name}/",
        tool=name,
        files=(FileStats(path=name, type="script", sizes=sizes, sources=(name,), note=name),),
        routes=(make.route_stats(name, files=(name,), requests=1, sizes=sizes, by_type=make.type_sizes(script=sizes)),),
        findings=(Finding(code="x", severity="error", message=name, hint=name, file=name),),
    )


def test_the_report_is_one_file_that_asks_for_nothing():
    html = render_report(make.large_stats(modules=100, chunks=5, routes=3))
    assert re.findall(r'(?:src|href)="([^"#][^"]*)"', html) == re.findall(r'href="(data:image/svg[^"]*)"', html)
    assert "@import" not in html
    assert "url(" not in html
    assert not re.search(r"\son\w+=", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))


def test_the_policy_names_the_very_style_and_script():
    html = render_report(make.stats())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for directive, tag in (("style-src", "style"), ("script-src", 'script type="module"')):
        (source,) = re.findall(rf"<{tag}>(.*?)</{tag.split()[0]}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy


def test_no_name_ends_the_data_or_reaches_the_markup():
    html = render_report(named(HOSTILE))
    assert html.count("<script") == 2
    assert "<img" not in html
    assert "<!--" not in html
    assert embedded(html)["files"][0][0] == HOSTILE


def test_the_report_keeps_to_the_account_and_leaves_the_run_out():
    stats = make.large_stats(modules=100, chunks=5, routes=3)
    run = Run(started="2031-05-05T05:05:05Z", seconds=77.7, stages={"link": 70.0}, root="/elsewhere", out="/else/dist")
    later = replace(stats, run=run)
    assert render_report(stats) == render_report(later)
    assert render_summary(stats) == render_summary(later)


def test_modules_refer_to_each_other_by_index():
    stats = make.large_stats(modules=100, chunks=5, routes=3)
    data = embedded(render_report(stats))
    ids = data["modules"]["ids"]
    assert ids == [module.id for module in stats.modules]
    assert [ids[index] for index in data["modules"]["importers"][7]] == list(stats.modules[7].importers)
    chunk = data["chunks"][0]
    assert data["files"][chunk[0]][0] == stats.chunks[0].file
    assert [ids[index] for index in chunk[4]] == list(stats.chunks[0].modules)
    assert data["encodings"] == ["brotli", "gzip", "zstd", "raw"]


def test_encodings_that_were_not_computed_are_not_offered():
    file = FileStats(path="a.js", type="script", sizes=Sizes(raw=9, gzip=None, brotli=None, zstd=None), sources=())
    assert embedded(render_report(make.stats(files=(file,))))["encodings"] == ["raw"]
    assert "9 B raw" in render_summary(make.stats(files=(file,)))
    assert "brotli" not in render_summary(make.stats(files=(file,)))


def test_the_summary_is_a_screenful_of_tables():
    text = render_summary(make.large_stats(modules=2000, chunks=60, routes=40))
    assert text.startswith("## Build: 1 budget check over\n")
    assert len(text.splitlines()) < 75
    assert text.count("<code>/") == 16
    assert "and 25 more." in text
    assert "and 45 more." in text
    assert "\n\n\n" not in text


def cells(text: str) -> list[list[str]]:
    """The cells of all tables, as a Markdown reader sees them."""
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    rows = re.findall(r"<tr>(.*?)</tr>", markdown.render(text), re.DOTALL)
    return [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]


def test_the_summary_lines_its_tables_up():
    stats = make.large_stats(modules=2000, chunks=60, routes=40)
    rows = cells(render_summary(stats))
    assert ["Budget", "On", "Limit", "Actual", "Over by"] in rows
    assert ["Chunk", "Reason", "Modules", "raw", "gzip", "brotli"] in rows
    heaviest = max(stats.routes, key=lambda route: route.sizes.brotli)
    (row,) = [row for row in rows if row[0] == f"<code>{heaviest.path}</code>"]
    assert row[1] == str(heaviest.requests)
    assert row[-1].startswith("<strong>")
    assert {len(row) for row in rows} <= {5, 6, 8}


def test_no_name_writes_markdown_or_html_into_the_summary():
    text = render_summary(named(HOSTILE))
    (row,) = [row for row in cells(text) if row[0].startswith("<code>&lt;/script")]
    assert len(row) == 4
    assert "<img" not in text
    assert "@team" not in text
    assert "http:" not in text
    assert "www." not in text
    assert escape_markdown("a\n| b") == "a &#124; b"


def test_the_summary_says_by_how_much_budgets_are_missed():
    over = BudgetResult(
        name="js", type="script", encoding="brotli", level="error", limit=100_000, actual=120_500, ok=False, route="/"
    )
    count = replace(over, name="few", type="requests", limit=10, actual=14, level="warn")
    rows = cells(render_summary(make.stats(budgets=(count, over))))
    assert rows[1] == ["js", "<code>/</code>", "100 kB", "120 kB", "20.5 kB"]
    assert rows[2] == ["few (warning)", "<code>/</code>", "10", "14", "4"]


def test_the_summary_says_what_a_returning_visitor_downloads():
    returning = ReturningStats(files=3, deltas=2, bytes=12_100, bytes_with_deltas=1_240)
    lines = render_summary(make.stats(returning=returning)).split("\n")
    assert "Again for a visitor who has all of the release before: 3 files, 12.1 kB, or 1.24 kB with deltas." in lines
    assert "Again" not in render_summary(make.stats())


def test_the_summary_of_a_build_within_budget_says_so():
    held = BudgetResult(
        name="js", type="script", encoding="brotli", level="error", limit=10, actual=5, ok=True, route="/"
    )
    assert render_summary(make.stats(budgets=(held,))).startswith("## Build: within budget\n")
    assert render_summary(make.stats()).startswith("## Build: 0 files\n")
