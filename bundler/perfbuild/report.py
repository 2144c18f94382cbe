"""The account for people: report.html, one self-contained page, and summary.md, a screenful for a pull request.

Both are made from the stats alone, so ``perfbuild report`` gives what the build gave. Neither holds times or absolute
paths: the same account gives the same bytes. The page's parts and their order are in templates/perfbuild_templates.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from perfbuild.model import BudgetResult, FileStats, Finding, RouteStats, Sizes, Stats
from perfbuild.sizes import downloaded_again, format_bytes, plural

if TYPE_CHECKING:
    from jinja2 import Environment

#: The page's script in parts, in the order in which they build on each other.
_SCRIPTS = ("model", "dom", "table", "treemap", "sections", "main")
#: Rows of a table of the summary.
_ROWS = 15
_ENCODINGS = ("brotli", "gzip", "zstd", "raw")


def render_report(stats: Stats) -> str:
    """The HTML report: no requests, no inline handlers, a policy that allows its own script and style alone.

    Everything from the build stands in one JSON block, with ``<`` escaped, and reaches the page as text only.
    """
    style, script = _style(), _script()
    from markupsafe import Markup

    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            base=stats.base,
            tool=stats.tool,
            files=len(stats.files),
            total=format_bytes(sum(file.sizes.raw for file in stats.files)),
            style=Markup(style),  # noqa: S704 - ours, and its hash is in the policy
            script=Markup(script),  # noqa: S704 - ours, and its hash is in the policy
            style_hash=_source_hash(style),
            script_hash=_source_hash(script),
            data=Markup(_embedded(stats)),  # noqa: S704 - JSON without "<" cannot end its element
        )
    )


def load_templates() -> None:
    """Compiles the templates ahead of time; the first use does it otherwise."""
    for name in ("report.html.j2", "summary.md.j2"):
        _environment().get_template(name)


def render_summary(stats: Stats) -> str:
    """The summary in GitHub-flavoured Markdown, everything from the build escaped."""
    encoding = "brotli" if _known(stats, "brotli") else "raw"
    routes = sorted(stats.routes, key=lambda route: (-_weight(route.sizes, encoding), route.path))
    chunks = sorted(stats.chunks, key=lambda chunk: (-_weight(chunk.sizes, encoding), chunk.file))
    return (
        _environment()
        .get_template("summary.md.j2")
        .render(
            stats=stats,
            again=_again(stats),
            encoding=encoding,
            encodings=[name for name in ("raw", "gzip", "brotli") if _known(stats, name)],
            totals=[
                (name, sum(_weight(file.sizes, name) for file in stats.files))
                for name in _ENCODINGS
                if _known(stats, name)
            ],
            routes=routes[:_ROWS],
            chunks=chunks[:_ROWS],
            over=[result for result in _worst_first(stats.budgets) if not result.ok][:_ROWS],
            over_count=sum(not result.ok for result in stats.budgets),
            findings=_by_severity(stats.findings)[:_ROWS],
            types=_types(stats.routes),
        )
    )


# --- the page -------------------------------------------------------------------------------------


@cache
def _style() -> str:
    return _part("report/report.css")


@cache
def _script() -> str:
    return "\n".join(_part(f"report/{name}.js") for name in _SCRIPTS)


def _part(name: str) -> str:
    return files("perfbuild_templates").joinpath(name).read_text("utf-8")


def _source_hash(text: str) -> str:
    """A hash source of a Content-Security-Policy."""
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


def _embedded(stats: Stats) -> str:
    """The account as compact JSON: names once, everything else by their index. Read by report/model.js."""
    import msgspec

    file_index = {file.path: index for index, file in enumerate(stats.files)}
    module_index = {module.id: index for index, module in enumerate(stats.modules)}
    packages = sorted({module.package for module in stats.modules if module.package is not None})
    package_index: dict[str | None, int] = {name: index for index, name in enumerate(packages)}
    document = {
        "encodings": [name for name in _ENCODINGS if _known(stats, name)],
        "files": [
            (file.path, file.type, _row(file.sizes), file.sources, file.note, _largest_delta(file))
            for file in stats.files
        ],
        "chunks": [
            (
                file_index[chunk.file],
                chunk.name,
                chunk.reason,
                chunk.group,
                _places(chunk.modules, module_index),
                _places(chunk.imports, file_index),
                _places(chunk.dynamic_imports, file_index),
            )
            for chunk in stats.chunks
            if chunk.file in file_index
        ],
        "packages": packages,
        "modules": {
            "ids": [module.id for module in stats.modules],
            "packages": [package_index.get(module.package, -1) for module in stats.modules],
            "bytes": [module.bytes for module in stats.modules],
            "importers": [_places(module.importers, module_index) for module in stats.modules],
        },
        "routes": [(route.path, route.kind, route.source, _places(route.files, file_index)) for route in stats.routes],
        "images": stats.images,
        "budgets": stats.budgets,
        "findings": stats.findings,
        "returning": stats.returning,
    }
    return msgspec.json.encode(document).decode("utf-8").replace("<", "\\u003c")


def _largest_delta(file: FileStats) -> int | None:
    """Bytes of what comes in the file's place at most, for who has one of the releases that it has deltas from."""
    return max((delta.bytes for delta in file.deltas), default=None)


def _places(names: Iterable[str], index: dict[str, int]) -> list[int]:
    """Names by index; one that is not in the account (an edited stats file) is left out."""
    return [index[name] for name in names if name in index]


def _row(sizes: Sizes) -> tuple[int, int | None, int | None, int | None]:
    return (sizes.raw, sizes.gzip, sizes.brotli, sizes.zstd)


def _known(stats: Stats, encoding: str) -> bool:
    return all(getattr(file.sizes, encoding) is not None for file in stats.files)


# --- the summary ----------------------------------------------------------------------------------


def _weight(sizes: Sizes, encoding: str) -> int:
    weight: int | None = getattr(sizes, encoding)
    return sizes.raw if weight is None else weight


def _again(stats: Stats) -> str | None:
    new = stats.returning
    return None if new is None else downloaded_again(new.files, new.bytes, new.bytes_with_deltas)


def _types(routes: Sequence[RouteStats]) -> list[tuple[str, str]]:
    names = (
        ("document", "HTML"),
        ("script", "JS"),
        ("style", "CSS"),
        ("image", "Images"),
        ("font", "Fonts"),
        ("other", "Other"),
    )
    return [(name, label) for name, label in names if any(getattr(route.by_type, name).raw for route in routes)]


def _worst_first(results: Iterable[BudgetResult]) -> list[BudgetResult]:
    def rank(result: BudgetResult) -> tuple[bool, bool, float]:
        measured = result.actual is not None
        return (result.level != "error", measured, -(result.actual or 0) / max(result.limit, 1))

    return sorted(results, key=rank)


def _by_severity(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: ("error", "warning", "info").index(finding.severity))


#: What Markdown or GitHub would act on; of links that GitHub makes by itself the colon, or the dot after ``www``.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~@&:]|(?<=www)\.", re.IGNORECASE)


def escape_markdown(text: str) -> str:
    """Text that GitHub shows as it is, in a paragraph or a table cell: no markup, link, mention, emoji or HTML."""
    flat = " ".join(text.split())
    return _MARKDOWN.sub(lambda match: f"&#{ord(match.group())};", flat)


def _code(text: str) -> str:
    """A code span for a table cell; in HTML, since no count of backticks holds against every name."""
    return f"<code>{escape_markdown(text)}</code>"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FunctionLoader(_part),
        # Markdown escapes by its own filter.
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Any] = {
        "size": format_bytes,
        "plural": plural,
        "weight": _weight,
        "markdown": escape_markdown,
        "code": _code,
    }
    environment.filters.update(filters)
    return environment
