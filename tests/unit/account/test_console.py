"""What the terminal shows: the figures that matter, in 80 columns, and nothing that a name could inject."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from perfbuild.console import code_frame, print_budgets, print_diagnostics, print_summary, stage_progress, visible
from perfbuild.diagnostics import Diagnostic, Location
from perfbuild.model import BudgetResult, ChunkStats, ReturningStats, Sizes
from perfbuild.sizes import format_bytes, format_kilobytes, plural

from . import builders as make


def paper(width: int = 80, **options) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False, **options)


def printed(console: Console) -> str:
    return console.file.getvalue()


def chunk(file: str, sizes: Sizes) -> ChunkStats:
    return ChunkStats(
        file=file,
        name="x",
        reason="entry",
        group=None,
        modules=("a", "b"),
        imports=(),
        dynamic_imports=(),
        css=(),
        sizes=sizes,
    )


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1234, "1.23 kB"),
        (99_940, "99.9 kB"),
        (99_960, "100 kB"),
        (170_000, "170 kB"),
        (999_499, "999 kB"),
        (999_600, "1 MB"),
        (3_414_000, "3.41 MB"),
        (2_000_000_000, "2 GB"),
    ],
)
def test_bytes_are_written_with_three_figures(count, text):
    assert format_bytes(count) == text


def test_cells_tell_unknown_from_nothing():
    assert [format_kilobytes(count) for count in (None, 0, 3, 12_440, 99_940, 99_960, 1_022_000)] == [
        "-", "", "0.1", "12.4", "99.9", "100", "1,022",
    ]  # fmt: skip
    assert [plural(count, "file") for count in (0, 1, 1200)] == ["0 files", "1 file", "1,200 files"]


def test_the_summary_fits_eighty_columns_and_a_screen():
    console = paper()
    print_summary(make.large_stats(modules=2000, chunks=60, routes=30), console)
    lines = printed(console).splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) < 50
    assert "and 48 more" in lines
    assert any(
        "assets/main-" in line and line.split()[-1].replace(",", "").replace(".", "").isdigit() for line in lines
    )


def test_verbose_shows_every_chunk():
    console = paper()
    print_summary(make.large_stats(modules=500, chunks=40, routes=5), console, verbose=True)
    assert printed(console).count("assets/") == 40
    assert "more" not in printed(console)


def test_long_names_lose_their_middle_and_keep_their_hash():
    console = paper()
    print_summary(make.stats(chunks=(chunk("assets/" + "very-" * 30 + "long-1a2b3c4d.js", make.sizes(9000)),)), console)
    (line,) = [line for line in printed(console).splitlines() if "assets/" in line]
    assert "long-1a2b3c4d.js" in line
    assert "…" in line
    assert len(line) <= 80


def test_columns_that_were_not_computed_are_left_out():
    console = paper()
    unknown = Sizes(raw=5000, gzip=None, brotli=None, zstd=None)
    by_type = make.type_sizes(script=unknown)
    route = make.route_stats("/", sizes=unknown, by_type=by_type)
    print_summary(make.stats(chunks=(chunk("assets/a-1.js", unknown),), routes=(route,)), console)
    assert "gzip" not in printed(console)
    assert "routes, kB raw" in printed(console)
    assert "5.0" in printed(console)


@pytest.mark.parametrize(
    ("returning", "line"),
    [
        (
            ReturningStats(files=3, deltas=2, bytes=12_100, bytes_with_deltas=1_240),
            "3 files, 12.1 kB, or 1.24 kB with deltas",
        ),
        (ReturningStats(files=1, deltas=0, bytes=900, bytes_with_deltas=900), "1 file, 900 B"),
        (ReturningStats(files=0, deltas=0, bytes=0, bytes_with_deltas=0), "no file but the page"),
    ],
)
def test_what_a_returning_visitor_downloads_takes_one_line(returning, line):
    console = paper()
    print_summary(make.stats(returning=returning), console)
    assert printed(console).split("\n")[0] == f"again for a returning visitor: {line}"


def test_without_a_release_before_nothing_is_said_of_returning_visitors():
    console = paper()
    print_summary(make.stats(), console)
    assert "returning" not in printed(console)


def budget(**changes) -> BudgetResult:
    fields = {
        "name": "script",
        "type": "script",
        "encoding": "brotli",
        "level": "error",
        "limit": 100_000,
        "actual": 150_000,
        "ok": False,
        "route": "/",
    }
    return BudgetResult(**(fields | changes))


def test_budgets_say_by_how_much():
    console = paper()
    over = budget()
    requests = budget(name="requests", type="requests", limit=10, actual=12)
    unmatched = budget(name="gone", actual=None, route="/gone", reason='no route matches "/gone"')
    print_budgets((budget(name="fine", ok=True), over, requests, unmatched), console)
    text = printed(console)
    assert "50 kB (50%)" in text
    assert "2 (20%)" in text
    assert 'no route matches "/gone"' in text
    assert "fine" not in text


def test_budgets_that_hold_take_one_line():
    console = paper()
    print_budgets((budget(ok=True), budget(ok=True)), console)
    assert printed(console).split("\n")[0] == "2 budget checks, all within."


def test_errors_come_last_and_are_counted(tmp_path):
    console = paper()
    found = [
        Diagnostic(code="bad", severity="error", message="broken", hint="mend it"),
        Diagnostic(code="odd", severity="warning", message="strange", plugin="images"),
        Diagnostic(code="note", severity="info", message="by the way"),
    ]
    print_diagnostics(found, tmp_path, console)
    text = printed(console)
    assert text.index("info[note]") < text.index("warning[odd]: strange (plugin images)") < text.index("error[bad]")
    assert "mend it" in text
    assert text.splitlines()[-1] == "1 error, 1 warning"


def test_quiet_prints_errors_alone_and_many_warnings_are_capped(tmp_path):
    warnings = [Diagnostic(code="odd", severity="warning", message=f"number {n}") for n in range(30)]
    quiet, normal, verbose = paper(), paper(), paper()
    print_diagnostics(warnings, tmp_path, quiet, quiet=True)
    print_diagnostics(warnings, tmp_path, normal)
    print_diagnostics(warnings, tmp_path, verbose, verbose=True)
    assert printed(quiet) == ""
    assert "and 10 more warnings" in printed(normal)
    assert "number 29" in printed(verbose)


def test_the_code_frame_points_at_the_column(tmp_path):
    (tmp_path / "a.ts").write_text("one\n\tconst x = ;\nthree\nfour\n")
    frame = code_frame(Location(file="a.ts", line=2, column=12), tmp_path)
    assert frame == ["  1 | one", "  2 |  const x = ;", "    |            ^", "  3 | three"]


def test_the_code_frame_cuts_a_minified_line_around_the_column(tmp_path):
    (tmp_path / "a.js").write_text("x" * 500 + "!" + "y" * 500)
    line, caret = code_frame(Location(file="a.js", line=1, column=501), tmp_path, width=80)
    assert len(line) <= 80
    assert line[caret.index("^")] == "!"


def test_the_code_frame_prefers_the_line_that_was_compiled(tmp_path):
    (tmp_path / "a.js").write_text("changed\nsince\n")
    location = Location(file="a.js", line=2, column=1, line_text="as compiled")
    assert code_frame(location, tmp_path) == ["  2 | as compiled", "    | ^"]


def test_no_frame_is_read_from_outside_the_root(tmp_path):
    (tmp_path / "secret").write_text("token\n")
    (tmp_path / "project").mkdir()
    assert code_frame(Location(file="../secret", line=1), tmp_path / "project") == []
    assert code_frame(Location(file="a.js"), tmp_path) == []


def test_names_cannot_drive_the_terminal(tmp_path):
    console = paper(force_terminal=True, no_color=True)
    (tmp_path / "a.js").write_text("x\x1b]0;owned\x07y\n")
    name = "\x1b[2Ja\u202e.js"
    print_diagnostics(
        [Diagnostic(code="c", severity="error", message=f"[red]{name}", location=Location(file="a.js", line=1))],
        tmp_path,
        console,
    )
    print_summary(make.stats(chunks=(chunk(name, make.sizes(10)),)), console)
    text = printed(console)
    assert "\x1b[2J" not in text
    assert "\x1b]" not in text
    assert "\u202e" not in text
    assert "[red]\\x1b[2Ja\\u202e.js" in text


def test_a_name_that_is_not_utf8_is_printable():
    assert visible(b"caf\xe9.js".decode("utf-8", "surrogateescape")).encode() == b"caf\\udce9.js"


def test_progress_is_silent_where_there_is_no_terminal():
    console = paper()
    with stage_progress(console) as stage:
        stage("link")
    assert printed(console) == ""


def test_progress_names_the_stage_on_a_terminal():
    console = paper(force_terminal=True)
    with stage_progress(console) as stage:
        stage("link")
        console.print("a line")
    assert "link" in printed(console)
