"""What a person sees in the terminal: tables of the account, budgets, diagnostics with code frames, progress.

Everything printed may come from file names and sources, so control characters are made visible and nothing is read
as markup. Where the output is no terminal, tables keep to 80 columns (or ``COLUMNS``) and no progress is shown.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from perfbuild.diagnostics import Diagnostic, Location, Severity
from perfbuild.model import BudgetResult, ChunkStats, RouteStats, Sizes, Stats
from perfbuild.sizes import downloaded_again, format_bytes, format_kilobytes, plural

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from perfbuild.explanation import (
        ChunkExplanation,
        Explanation,
        FileExplanation,
        ModuleExplanation,
        RouteCost,
        RouteExplanation,
        Step,
    )
    from perfbuild.planning_report import PlanReport

#: Rows of a table before "and N more"; two tables and their frames then fit a screen.
_ROWS = 12
_WARNINGS = 20
_ERRORS = 50
#: Columns between two cells of a table, and the least that a name is cut to.
_GAP = 3
_NARROWEST = 8
_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan"}
_ORDER: tuple[Severity, ...] = ("info", "warning", "error")
_TYPES = ("document", "script", "style", "image", "font", "other")

#: Control characters and those that turn the direction of writing: a name must not rewrite the screen.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def terminal(*, stderr: bool = False) -> Console:
    """A console on standard output, or on standard error."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def load_tables() -> None:
    """Import what tables need, which takes longer than to print them."""
    importlib.import_module("rich.table")
    importlib.import_module("rich.console")


# --- the account ----------------------------------------------------------------------------------


def print_summary(stats: Stats, console: Console | None = None, *, verbose: bool = False) -> None:
    """Print chunks, routes, budgets that do not hold, and the totals; all rows when verbose, else a screenful."""
    console = console or terminal()
    limit = None if verbose else _ROWS
    if stats.chunks:
        _print_chunks(stats.chunks, console, limit)
    if stats.routes:
        _print_routes(stats.routes, console, limit)
    print_budgets(stats.budgets, console, verbose=verbose)
    if again := stats.returning:
        amount = downloaded_again(again.files, again.bytes, again.bytes_with_deltas)
        console.print(f"again for a returning visitor: {amount}", soft_wrap=True)
        console.print()
    console.print(_totals(stats), soft_wrap=True)


def _print_chunks(chunks: Sequence[ChunkStats], console: Console, limit: int | None) -> None:
    ordered = sorted(chunks, key=lambda chunk: (-_weight(chunk.sizes), chunk.file))
    columns = [("raw", [chunk.sizes.raw for chunk in ordered])]
    for name in ("gzip", "brotli"):
        values = [getattr(chunk.sizes, name) for chunk in ordered]
        if any(value is not None for value in values):
            columns.append((name, values))
    rows = [
        (
            chunk.file,
            f"group {chunk.group}" if chunk.group else chunk.reason,
            f"{len(chunk.modules):,}",
            *(format_kilobytes(values[index]) for _, values in columns),
        )
        for index, chunk in enumerate(ordered[:limit])
    ]
    header = ("chunks, kB", "reason", "modules", *(name for name, _ in columns))
    _print_table(console, header, rows, len(ordered), left=2)


def _print_routes(routes: Sequence[RouteStats], console: Console, limit: int | None) -> None:
    ordered = sorted(routes, key=lambda route: (-_weight(route.sizes), route.path))
    shown = [name for name in _TYPES if any(getattr(route.by_type, name).raw for route in routes)]
    unit = "brotli" if all(route.sizes.brotli is not None for route in routes) else "raw"
    rows = [
        (
            route.path,
            str(route.requests),
            *(format_kilobytes(_weight(getattr(route.by_type, name))) for name in shown),
            format_kilobytes(_weight(route.sizes)),
        )
        for route in ordered[:limit]
    ]
    _print_table(console, (f"routes, kB {unit}", "requests", *shown, "total"), rows, len(ordered))


def print_budgets(results: Sequence[BudgetResult], console: Console | None = None, *, verbose: bool = False) -> None:
    """Print the budgets that do not hold and by how much, the worst first; one line when all hold."""
    if not results:
        return
    console = console or terminal()
    over = sorted((result for result in results if not result.ok), key=_severity_of_budget)
    if not over:
        console.print(f"{plural(len(results), 'budget check')}, all within.", style="green")
        console.print()
        return
    rows = [_budget_row(result) for result in (over if verbose else over[:_ROWS])]
    reasons = sorted({result.reason for result in over if result.reason})
    _print_table(console, ("over budget", "on", "limit", "actual", "over by"), rows, len(over), reasons, left=2)


def _severity_of_budget(result: BudgetResult) -> tuple[bool, bool, float, str, str]:
    """Errors before warnings, what could not be measured before the rest, then by how far over."""
    excess = 0.0 if result.actual is None else result.actual / max(result.limit, 1)
    where = result.route or result.file or ""
    return (result.level != "error", result.actual is not None, -excess, result.name, where)


def _budget_row(result: BudgetResult) -> tuple[str, ...]:
    where = result.route or result.file or ""
    name = f"{result.name} (warning)" if result.level == "warn" else result.name
    write = str if result.type == "requests" else format_bytes
    if result.actual is None:
        return (name, where, write(result.limit), "none", "unmet")
    excess = result.actual - result.limit
    share = f" ({excess / result.limit:.0%})" if result.limit else ""
    return (name, where, write(result.limit), write(result.actual), f"{write(excess)}{share}")


def _totals(stats: Stats) -> Text:
    from rich.text import Text

    raw = sum(file.sizes.raw for file in stats.files)
    parts = [plural(len(stats.files), "file"), f"{format_bytes(raw)} raw"]
    encoded = [file.sizes.brotli for file in stats.files if file.sizes.brotli is not None]
    if stats.files and len(encoded) == len(stats.files):
        parts.append(f"{format_bytes(sum(encoded))} brotli")
    line = Text(", ".join(parts))
    line.append(f" in {stats.run.seconds:.2f} s", style="dim")
    line.append(f" -> {visible(stats.run.out)}", style="dim")
    return line


def _weight(sizes: Sizes) -> int:
    """What a visitor downloads: brotli, or raw where that was not computed."""
    return sizes.raw if sizes.brotli is None else sizes.brotli


def _print_table(
    console: Console,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    total: int,
    notes: Sequence[str] = (),
    *,
    left: int = 1,
) -> None:
    """The first ``left`` columns are text, the others figures; names give way where the width does not suffice."""
    from rich.text import Text

    room = _room(console.width, header, rows, left)
    table = _table(header, left)
    for row in rows:
        names = [_shorten(visible(cell), width) for cell, width in zip(row[:left], room, strict=True)]
        table.add_row(*(Text(cell, no_wrap=True) for cell in (*names, *row[left:])))
    console.print(table)
    if total > len(rows):
        console.print(f"and {total - len(rows):,} more", style="dim")
    for note in notes:
        console.print(visible(note), style="dim", soft_wrap=True)
    console.print()


def _table(header: Sequence[str], left: int) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for index, name in enumerate(header):
        table.add_column(name, justify="left" if index < left else "right", overflow="ellipsis", no_wrap=True)
    return table


def _room(width: int, header: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> list[int]:
    """How many characters each text column gets: what it needs, else an equal part of what the others leave."""
    needs = [max(len(visible(cell)) for cell in column) for column in zip(header, *rows, strict=True)]
    free = width - sum(needs[left:]) - _GAP * (len(header) - 1)
    room = [0] * left
    for waiting, index in zip(range(left, 0, -1), sorted(range(left), key=needs.__getitem__), strict=True):
        room[index] = min(needs[index], max(_NARROWEST, free // waiting))
        free -= room[index]
    return room


def _shorten(text: str, width: int) -> str:
    """Cut the middle, since names tell apart by both their ends."""
    if len(text) <= width:
        return text
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail]}…{text[len(text) - tail :]}"


def visible(text: str) -> str:
    """The text with every character that would act on the terminal written out as an escape."""
    return _UNSAFE.sub(lambda match: match.group().encode("unicode_escape", "surrogatepass").decode("ascii"), text)


# --- plans ----------------------------------------------------------------------------------------


def print_plans(report: PlanReport, console: Console | None = None) -> None:
    """Print what each way of making chunks would cost; what was measured has a column of its own."""
    if not report.rows:
        return
    console = console or terminal()
    console.print("Estimates of the cost model: scripts in kB brotli, requests, over first visits;", style="dim")
    console.print("what a visitor with a full cache downloads again after a release.", style="dim")
    console.print()
    rows = [
        (
            row.plan,
            f"{row.chunks:,}",
            format_kilobytes(row.first_visit.mean_bytes),
            format_kilobytes(row.first_visit.p95_bytes),
            f"{row.first_visit.mean_requests:.1f}",
            str(row.first_visit.p95_requests),
            format_kilobytes(row.release_bytes),
            *((format_kilobytes(row.replayed) or "0",) if report.releases else ()),
        )
        for row in report.rows
    ]
    header = (
        "plan",
        "chunks",
        "mean",
        "p95",
        "requests",
        "p95",
        "a release",
        *(("replayed",) if report.releases else ()),
    )
    notes = [f"replayed: measured, over {plural(report.releases, 'release')}"] if report.releases else []
    _print_table(console, header, rows, len(rows), notes)


# --- explanations ---------------------------------------------------------------------------------


def print_explanation(explanation: Explanation, console: Console | None = None, *, verbose: bool = False) -> None:
    """Print why something is in the build: what it is, why it is there, and which routes pay for it."""
    from perfbuild import explanation as kinds

    console = console or terminal()
    limit = None if verbose else _ROWS
    match explanation:
        case kinds.ModuleExplanation():
            _print_module(explanation, console, limit)
        case kinds.ChunkExplanation():
            _print_chunk(explanation, console, limit)
        case kinds.FileExplanation():
            _print_file(explanation, console, limit)
        case kinds.RouteExplanation():
            _print_route(explanation, console, limit)


def _print_module(module: ModuleExplanation, console: Console, limit: int | None) -> None:
    facts = [f"package {module.package}"] if module.package else []
    if module.chunks:
        facts.append(f"{format_bytes(module.minified)} minified, about {format_bytes(module.bytes)} {module.unit}")
    elif not module.files:
        facts.append("tree shaking removed it: nothing of it is used")
    _print_head(console, f"module {module.id}", facts)
    if module.chain:
        pages = f"entry of {_some(module.pages)}" if module.pages else "entry"
        rows = [(step.id, pages if step.how == "entry" else _way(step)) for step in module.chain]
        _print_table(console, ("why it is in the build", "by"), rows, len(rows), left=2)
    others = [name for name in module.importers if name not in {step.id for step in module.chain}]
    _print_list(console, "imported as well by", others, limit)
    for place in module.chunks:
        console.print(f"in {visible(place.file)}", soft_wrap=True)
        for reason in place.because.split("; "):
            console.print(f"  {visible(reason)}", soft_wrap=True)
    for file in module.files:
        console.print(f"made into {visible(file.path)}, {format_bytes(file.bytes)} {module.unit}", soft_wrap=True)
    if module.chunks or module.files:
        console.print()
    _print_costs(console, module.routes, module.unit, limit)


def _way(step: Step) -> str:
    return f"{step.how}: the route {step.route}" if step.route else step.how


def _print_chunk(chunk: ChunkExplanation, console: Console, limit: int | None) -> None:
    size = f"{plural(len(chunk.modules), 'module')}, {_both_sizes(chunk.sizes)}"
    _print_head(console, f"chunk {chunk.file}", [size, *chunk.because.split("; ")])
    rows = [
        (module.id, module.package or "", format_kilobytes(module.minified) or "0") for module in chunk.modules[:limit]
    ]
    _print_table(console, ("modules, kB minified", "package", "size"), rows, len(chunk.modules), left=2)
    importers = [(one.file, one.how) for one in chunk.imported_by]
    if importers:
        _print_table(console, ("imported by", "with"), importers[:limit], len(importers), left=2)
    _print_list(console, "imports", chunk.imports, limit)
    _print_costs(console, chunk.routes, chunk.unit, limit)


def _print_file(file: FileExplanation, console: Console, limit: int | None) -> None:
    facts = [f"{file.type}, {_both_sizes(file.sizes)}", *([file.note] if file.note else [])]
    _print_head(console, f"file {file.path}", facts)
    _print_list(console, "made of", [source for source in file.sources if source != file.path], limit)
    _print_costs(console, file.routes, file.unit, limit)


def _print_route(route: RouteExplanation, console: Console, limit: int | None) -> None:
    from perfbuild.explanation import weight

    total = f"{format_bytes(route.bytes)} {route.unit} in {plural(route.requests, 'request')}"
    shared = f"{format_bytes(route.shared)} of it in files of other routes too"
    _print_head(console, f"route {route.path}", [f"{route.type} of {route.source}", f"{total}, {shared}"])
    kinds = [(name, weight(getattr(route.by_type, name), route.unit)) for name in _TYPES]
    by_type = [(name, format_kilobytes(size)) for name, size in kinds if size]
    _print_table(console, (f"by type, kB {route.unit}", "size"), by_type, len(by_type))
    rows = [
        (file.path, file.type, str(file.shared_with or ""), format_kilobytes(file.bytes) or "0")
        for file in route.files[:limit]
    ]
    header = (f"files in order, kB {route.unit}", "type", "other routes", "size")
    _print_table(console, header, rows, len(route.files), left=2)


def _print_costs(console: Console, costs: Sequence[RouteCost], unit: str, limit: int | None) -> None:
    if not costs:
        console.print("No route downloads it on a first visit.", style="dim")
        console.print()
        return
    rows = [
        (
            cost.path,
            format_kilobytes(cost.bytes) or "0",
            format_kilobytes(cost.total),
            f"{cost.bytes / cost.total:.1%}" if cost.total else "",
        )
        for cost in costs[:limit]
    ]
    _print_table(console, (f"routes that pay for it, kB {unit}", "pays", "of", "share"), rows, len(costs))


def _print_head(console: Console, title: str, facts: Sequence[str]) -> None:
    console.print(visible(title), style="bold", soft_wrap=True)
    for fact in facts:
        console.print(f"  {visible(fact)}", soft_wrap=True)
    console.print()


def _print_list(console: Console, title: str, names: Sequence[str], limit: int | None) -> None:
    if names:
        _print_table(console, (title,), [(name,) for name in names[:limit]], len(names))


def _both_sizes(sizes: Sizes) -> str:
    raw = f"{format_bytes(sizes.raw)} raw"
    return raw if sizes.brotli is None else f"{raw}, {format_bytes(sizes.brotli)} brotli"


def _some(names: Sequence[str]) -> str:
    """The first of several, and how many more there are."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


# --- diagnostics ----------------------------------------------------------------------------------


def print_diagnostics(
    diagnostics: Iterable[Diagnostic],
    root: Path,
    console: Console | None = None,
    *,
    verbose: bool = False,
    quiet: bool = False,
) -> None:
    """Print diagnostics to standard error, the errors last, where the eye is.

    ``root`` is where locations lie, for the code frames. Quiet prints errors alone; without verbose, of many the first.
    """
    console = console or terminal(stderr=True)
    by_severity: dict[Severity, list[Diagnostic]] = {severity: [] for severity in _ORDER}
    for diagnostic in diagnostics:
        by_severity[diagnostic.severity].append(diagnostic)
    for severity in _ORDER:
        found = by_severity[severity]
        if quiet and severity != "error":
            continue
        limit = len(found) if verbose else _ERRORS if severity == "error" else _WARNINGS
        for diagnostic in found[:limit]:
            _print_diagnostic(diagnostic, root, console)
        if len(found) > limit:
            console.print(f"and {plural(len(found) - limit, f'more {severity}')} (-v shows all)\n", style="dim")
    counts = [
        plural(len(by_severity[severity]), severity) for severity in ("error", "warning") if by_severity[severity]
    ]
    if counts and not quiet:
        console.print(", ".join(counts))


def _print_diagnostic(diagnostic: Diagnostic, root: Path, console: Console) -> None:
    from rich.text import Text

    head = Text(f"{diagnostic.severity}[{diagnostic.code}]", style=_STYLES[diagnostic.severity])
    head.append(f": {visible(diagnostic.message)}", style="bold")
    if diagnostic.plugin:
        head.append(f" (plugin {visible(diagnostic.plugin)})", style="dim")
    console.print(head, soft_wrap=True)
    if diagnostic.location is not None:
        console.print(Text(f"  --> {visible(str(diagnostic.location))}", style="cyan"), soft_wrap=True)
        for line in code_frame(diagnostic.location, root, console.width):
            console.print(Text(line, style="bold red" if line.rstrip().endswith("^") else "dim"), soft_wrap=True)
    if diagnostic.hint:
        console.print(Text(f"  {visible(diagnostic.hint)}"), soft_wrap=True)
    console.print()


def code_frame(location: Location, root: Path, width: int = 80) -> list[str]:
    """The line of a location with its neighbours and a caret below the column; empty where the line is not known.

    Long lines are cut around the column to fit ``width``; tabs count as one column and are shown as one space.
    """
    if location.line is None:
        return []
    lines = _lines_around(location, root)
    if not lines:
        return []
    gutter = len(str(max(lines)))
    room = max(width - gutter - 5, 20)
    column = location.column or 1
    start = max(0, column - 1 - room * 2 // 3) if len(lines.get(location.line, "")) > room else 0
    frame = []
    for number, text in sorted(lines.items()):
        shown = visible_line(text)[start : start + room]
        frame.append(f"  {number:>{gutter}} | {shown}".rstrip())
        if number == location.line and location.column is not None:
            frame.append(f"  {'':>{gutter}} | {' ' * (column - 1 - start)}^")
    return frame


def visible_line(text: str) -> str:
    """A source line with every character in one cell of its own, so that columns stay true."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\t", " "))


def _lines_around(location: Location, root: Path) -> dict[int, str]:
    """The line before, the line, the line after, by number; the line alone where the file cannot be read."""
    assert location.line is not None
    lines = _read_lines(root, location.file)
    first = max(location.line - 1, 1)
    around = {number: lines[number - 1] for number in range(first, location.line + 2) if number <= len(lines)}
    if location.line_text is not None and around.get(location.line) != location.line_text:
        # The file is not what was compiled (generated, or changed since): its other lines would mislead.
        return {location.line: location.line_text.rstrip("\r\n")}
    return around


def _read_lines(root: Path, name: str) -> list[str]:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        return []
    try:
        lines = re.split("\r\n|\n|\r", path.read_bytes().decode("utf-8", errors="replace"))
    except (OSError, ValueError):
        return []
    return lines[:-1] if lines[-1] == "" else lines


# --- progress -------------------------------------------------------------------------------------


@contextmanager
def stage_progress(console: Console | None = None, *, enabled: bool = True) -> Iterator[Callable[[str], None]]:
    """Show on standard error which stage is running; a no-op where that is no terminal.

    Yields the function to call at the start of each stage with the stage's name.
    """
    if not enabled or (console is None and not sys.stderr.isatty()):
        yield lambda stage: None
        return
    console = console or terminal(stderr=True)
    if not console.is_terminal:
        yield lambda stage: None
        return
    with console.status("starting") as status:
        yield lambda stage: status.update(visible(stage))
