"""The configuration: its shape, and how it is read from perfbuild.toml, pyproject.toml or package.json.

Keys in the file have the names of the fields below; tables are the nested dataclasses.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Literal

from perfbuild import messages
from perfbuild.config_reader import BYTES, FURTHER_TABLES, RawTable, Reader, Source, find_source, is_below
from perfbuild.diagnostics import Diagnostic, PerfbuildError
from perfbuild.model import ENCODINGS, Encoding

Size = Annotated[int, BYTES]
#: Marks a field that no configuration file can set.
NOT_A_KEY: Mapping[str, bool] = {"key": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkGroup:
    """A cache group in webpack's vocabulary (``optimization.splitChunks.cacheGroups``)."""

    name: str
    """The name of the chunk; groups of one name share it."""
    test: str | None = None
    """A regular expression searched for in the module's id (root-relative, POSIX, a slash before it)."""
    priority: int = 0
    """A module that several groups want goes to the one of the highest priority."""
    min_chunks: int = 1
    """How many chunks must use a module before the group takes it."""
    min_size: Size = 0
    """A group whose modules have fewer bytes than this is not made."""
    max_size: Size | None = None
    """A group with more bytes than this is parted."""
    reuse_existing_chunk: bool = False
    """Use a chunk that already has just these modules in place of a new one."""
    enforce: bool = False
    """Make the group whatever ``min_chunks`` and ``min_size`` say."""
    type: Literal["all", "initial", "async"] = "all"
    """Which chunks count as users: all of them, those of entries, or those behind dynamic imports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunks:
    strategy: Literal["auto", "split", "groups"] = "auto"
    """``auto``: the engine's split, merged where that costs visitors least. ``split``: the engine's own split, after
    the configured groups. ``groups``: the same, and where no group is configured, the well-known ``vendors`` and
    ``common`` groups."""
    groups: tuple[ChunkGroup, ...] = ()
    """Cache groups, honoured first under every strategy."""
    request_cost: Size = 6000
    """What one more request costs a visitor, in bytes: ``auto`` merges chunks when that is more than it adds."""
    returning: float = 0.3
    """How many returning visitors, who have the last release in the cache, come on one first visit, under ``auto``."""
    min_size: Size = 0
    """``auto`` merges shared chunks of fewer compressed bytes than this wherever it can."""
    max_size: Size | None = None
    """``auto`` makes no merged chunk of more compressed bytes than this."""
    max_initial_requests: int | None = None
    """The most scripts that ``auto`` lets an entry load at once."""
    max_async_requests: int | None = None
    """The most further scripts that ``auto`` lets a lazy route load at once."""
    analytics: str | None = None
    """A file of visits by path (CSV or JSON, as analytics services export it, or a server's access log), relative to
    the project: ``auto`` weighs routes by it."""
    history: bool = True
    """Take how often files change from the project's git history, where there is one, under ``auto``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A client-side route that the sources do not state where it can be read, or one whose weight is known."""

    path: str
    """The pattern: ``/users/:id``."""
    component: str | None = None
    """The module that it loads, relative to the project; without it, the route that the sources state."""
    weight: float | None = None
    """Its share of visits, to those of other routes; it stands above ``chunks.analytics``."""


BudgetType = Literal["script", "stylesheet", "image", "font", "document", "other", "total", "requests"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A limit on a route glob or on a file glob (exactly one of them)."""

    max: Size
    """The most that is allowed: a size, or a plain count for ``requests``."""
    name: str = ""
    """How reports call it; without one, what it limits."""
    route: str | None = None
    """A glob of route paths; every route that matches is held to the limit."""
    file: str | None = None
    """A glob of output files; every file that matches is held to the limit."""
    type: BudgetType = "total"
    """The type of resource that counts on a route."""
    encoding: Literal["brotli", "gzip", "zstd", "raw"] = "brotli"
    """The encoding whose size counts."""
    level: Literal["error", "warn"] = "error"
    """``error`` ends an over-budget build with exit code 3, ``warn`` only says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    import_map: bool = True
    """Let chunks name each other by stable names that an import map in the page resolves, so that a changed chunk
    renames no other. Only where every entry belongs to a page; see docs/design/naming.md."""
    deep_links: bool = True
    """Let pages of an application with lazy routes fetch the chunks of the route in the address at once, by a small
    inline script whose hash for a Content-Security-Policy is in the manifest."""
    compile_hints: bool = True
    """Let Chromium compile scripts off the main thread while they come, by a comment in their first line."""
    inline_styles: Size | None = None
    """Stylesheets of at most this many compressed bytes stand in the pages that link them; 0 for none. Without it: of
    at most what a request costs, and of less where several pages share one."""
    route_documents: bool = False
    """Write a copy of the page for each route without parameters, with its chunks preloaded, for static hosts."""
    previous: tuple[Path, ...] = ()
    """Folders of releases that perfbuild wrote, the latest first: who has visited them downloads the difference alone
    where browser and server know compression dictionaries (RFC 9842)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """The browser runtime: what pages are given because their elements ask for it."""

    lazy: bool = True
    """Give pages with ``data-src``, ``data-srcset``, ``data-poster`` or ``data-bg`` the loader of lazy media."""
    lazy_margin: str = "50px"
    """How far from the viewport lazy media are loaded; ``data-margin`` on an element stands above it."""
    islands: bool = True
    """Mount the components that ``data-component`` names."""
    islands_folder: str | None = None
    """Where the components are; without it ``src/components``, or else ``components``."""
    islands_margin: str = "200px"
    """How far from the viewport an island is mounted."""
    prefetch: Literal["none", "hover", "visible", "tap", "eager"] = "none"
    """When links to pages and routes fetch what they lead to. Routes with ``preload: true`` are fetched on hover in any
    case."""
    prefetch_delay: int = 65
    """Milliseconds that a pointer rests on a link before ``hover`` fetches."""
    prefetch_limit: int = 2
    """How many fetches run at once."""
    prefetch_cross_origin: bool = False
    """Fetch pages of other origins too."""
    speculation: Literal["none", "prefetch", "prerender"] = "prefetch"
    """What browsers that know speculation rules do with linked pages in place of the script, where ``prefetch`` asks
    for it at all."""
    priority: bool = True
    """Honour ``data-priority`` on scripts and stylesheets of pages."""
    recover: bool = True
    """Reload an old page once when a release has taken away a chunk that it loads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginOptions:
    disabled: tuple[str, ...] = ()
    """Names of installed plugins that are left out."""
    tables: Mapping[str, RawTable] = field(default_factory=dict, metadata=FURTHER_TABLES)
    """The options of single plugins, by their names; the plugins say what they know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that a build may be told, defaults filled in, command-line options merged over the file's."""

    root: Path = field(metadata=NOT_A_KEY)
    out: Path
    """The folder that is written, relative to the project; ``dist`` without it."""
    report_dir: Path
    """Where the account, the reports and the cache go, relative to the project; ``.perfbuild`` without it."""
    file: str | None = field(default=None, metadata=NOT_A_KEY)
    """The configuration file that was read, root-relative where it lies below the root."""
    base: str = "/"
    """Where the output will be served: a path, an origin with a path, or ``./``. A final slash is added if missing."""
    pages: tuple[str, ...] | None = None
    """Globs of the pages; without it, every HTML page outside ignored folders."""
    entries: Mapping[str, str] = field(default_factory=dict)
    """JavaScript or CSS files that are built without a page, by name."""
    public_dir: str = "public"
    """The folder whose files are copied as they are; an empty string for none."""
    target: str | None = None
    """A browserslist query; without it, Baseline widely available."""
    missing_file: Literal["error", "warn"] = "error"
    """What a reference to a missing local file is; ``warn`` leaves the reference as it is."""
    inline_limit: Size = 1024
    """Assets of at most this many bytes become data URLs in modules and stylesheets."""
    define: Mapping[str, str] = field(default_factory=dict)
    """Global names and the JavaScript expressions that replace them."""
    alias: Mapping[str, str] = field(default_factory=dict)
    """Import specifiers and what they stand for: a path from the project root, or a package."""
    external: tuple[str, ...] = ()
    """Import specifiers that stay in the output for the browser to resolve."""
    mode: str = "production"
    """The value of ``import.meta.env.MODE``; it also names the ``.env.<mode>`` files that are read."""
    env_prefixes: tuple[str, ...] = ("VITE_", "PUBLIC_")
    """Only environment variables that start with one of these reach the browser."""
    ignore: tuple[str, ...] = ()
    """Further globs of folders and files in which no page is looked for."""
    sourcemap: bool = False
    """Write source maps beside scripts."""
    minify: Literal["thorough", "quick"] = "thorough"
    """``thorough``: two minifiers go over scripts, one after the other. ``quick``: the faster one alone, as in all
    builds that write no encodings."""
    chunks: Chunks = Chunks()
    """How modules are put into chunks."""
    routes: tuple[Route, ...] = ()
    """Client-side routes, besides those that the sources state."""
    budgets: tuple[Budget, ...] = ()
    """Limits that the build is judged by."""
    output: Output = Output()
    """How files refer to each other."""
    runtime: Runtime = Runtime()
    """What of the browser runtime pages are given."""
    plugins: PluginOptions = PluginOptions()
    """Which plugins run, and with which options."""
    encodings: tuple[Encoding, ...] = ENCODINGS
    """The encodings that are written beside each compressible file."""
    compress: bool = True
    """Write encodings at all."""
    cache: bool = True
    """Keep results in the report folder's ``cache`` for the next build."""
    cache_max: Size = 1_000_000_000
    """How much the cache may hold."""
    jobs: int = 1
    """How many files are worked on at a time; without it, one for each core."""
    force: bool = field(default=False, metadata=NOT_A_KEY)
    """Replace an output folder that perfbuild did not write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CliOptions:
    """What the command line said; None where it said nothing. Paths are relative to the working directory."""

    config: Path | None = None
    out: Path | None = None
    report_dir: Path | None = None
    base: str | None = None
    target: str | None = None
    jobs: int | None = None
    compress: bool | None = None
    cache: bool | None = None
    sourcemap: bool | None = None
    force: bool | None = None
    previous: tuple[Path, ...] = ()

    def given(self) -> tuple[str, ...]:
        """The names of the configuration's own fields that the command line set."""
        names = (option.name for option in fields(self) if option.name not in ("config", "previous"))
        return tuple(name for name in names if getattr(self, name) is not None)


def load_config(project: Path, options: CliOptions) -> tuple[Config, tuple[Diagnostic, ...]]:
    """The configuration of the project, and warnings about how it was found.

    Raises :class:`PerfbuildError` with exit code 2 and every mistake that was found.
    """
    root = project.resolve()
    if not root.is_dir():
        raise PerfbuildError(messages.project_not_a_folder(str(project)), exit_code=2)
    source, warnings = find_source(root, options.config)
    reader = Reader(root, source, overridden=options.given())
    values = reader.read_table(Config, source.table, ()) if source is not None else {}
    config = _merge(root, source, values, options)
    config = _checked(config, reader)
    if reader.problems:
        raise PerfbuildError(*reader.problems, exit_code=2)
    return config, warnings


def _merge(root: Path, source: Source | None, values: dict[str, object], options: CliOptions) -> Config:
    given: dict[str, object] = {"out": root / "dist", "report_dir": root / ".perfbuild", "jobs": available_cores()}
    given |= values
    for name in options.given():
        value = getattr(options, name)
        given[name] = value.resolve() if isinstance(value, Path) else value
    if options.previous:
        output = values.get("output")
        previous = tuple(folder.resolve() for folder in options.previous)
        given["output"] = replace(output if isinstance(output, Output) else Output(), previous=previous)
    return Config(root=root, file=source.file if source else None, **given)  # type: ignore[arg-type]


def available_cores() -> int:
    """The cores this process may use, which a container's limits make fewer than the machine's."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _checked(config: Config, reader: Reader) -> Config:
    """The configuration with its values brought into one form; what no type can say is reported."""
    _check_folders(config, reader)
    if config.jobs < 1:
        reader.bad_value(("jobs",), "jobs", "must be at least 1")
    _check_chunks(config, reader)
    _check_runtime(config, reader)
    _check_routes(config, reader)
    for index, budget in enumerate(config.budgets):
        _check_budget(budget, reader, ("budgets", index))
    for index, glob in enumerate(config.pages or ()):
        if glob.startswith("/") or ".." in glob.split("/"):
            reader.bad_value(("pages", index), glob, "leaves the project; globs are relative to it")
    for name in config.entries:
        if not re.fullmatch(r"[\w.@~-]+(?:/[\w.@~-]+)*", name) or ".." in name.split("/"):
            reader.bad_value(("entries", name), name, "is no name for an entry: use letters, digits and . _ - @ ~ /")
    return replace(config, base=_normal_base(config.base, reader))


def _check_folders(config: Config, reader: Reader) -> None:
    if is_below(config.root, config.out):
        reader.bad_value(("out",), "out", "is the project, or holds it")
    elif is_below(config.report_dir, config.out):
        reader.bad_value(("report_dir",), "report_dir", "is inside the output folder")
    elif is_below(config.root, config.report_dir):
        reader.bad_value(("report_dir",), "report_dir", "is the project, or holds it")
    if config.public_dir and not is_below(config.root / config.public_dir, config.root):
        reader.bad_value(("public_dir",), config.public_dir, "leaves the project")
    elif config.public_dir and (config.root / config.public_dir).resolve() == config.root:
        reader.bad_value(("public_dir",), config.public_dir, "is the project itself")


def _check_chunks(config: Config, reader: Reader) -> None:
    chunks = config.chunks
    for index, group in enumerate(chunks.groups):
        _check_group(group, reader, ("chunks", "groups", index))
    if chunks.returning < 0:
        reader.bad_value(("chunks", "returning"), "returning", "is a count of visits: 0 or more")
    if chunks.max_size is not None and chunks.max_size < max(chunks.min_size, 1):
        reason = "is below min_size" if chunks.max_size else "must be at least 1 byte"
        reader.bad_value(("chunks", "max_size"), "max_size", reason)
    for name in ("max_initial_requests", "max_async_requests"):
        limit: int | None = getattr(chunks, name)
        if limit is not None and limit < 1:
            reader.bad_value(("chunks", name), name, "must be at least 1")
    if chunks.analytics is not None:
        _check_file(chunks.analytics, ("chunks", "analytics"), config, reader)


def _check_runtime(config: Config, reader: Reader) -> None:
    runtime = config.runtime
    for name in ("lazy_margin", "islands_margin"):
        if not re.fullmatch(r"-?\d+(?:\.\d+)?(?:px|%)(?: -?\d+(?:\.\d+)?(?:px|%)){0,3}", getattr(runtime, name)):
            reader.bad_value(("runtime", name), name, 'must be lengths in px or %, as in "50px" or "10% 0px"')
    if runtime.prefetch_delay < 0:
        reader.bad_value(("runtime", "prefetch_delay"), "prefetch_delay", "is a time: 0 or more")
    if runtime.prefetch_limit < 1:
        reader.bad_value(("runtime", "prefetch_limit"), "prefetch_limit", "must be at least 1")
    folder = runtime.islands_folder
    if folder is not None and not is_below(config.root / folder, config.root):
        reader.bad_value(("runtime", "islands_folder"), folder, "leaves the project")


def _check_routes(config: Config, reader: Reader) -> None:
    seen: set[str] = set()
    for index, route in enumerate(config.routes):
        place = ("routes", index)
        if not re.fullmatch(r"\*|/[^?#\s]*", route.path):
            reader.bad_value((*place, "path"), route.path or "path", 'must be "*" or a path from "/", without query')
        path = route.path.rstrip("/") or "/"
        if path in seen:
            reader.bad_value((*place, "path"), route.path, "is here twice")
        seen.add(path)
        if route.component is None and route.weight is None:
            reader.bad_value(place, route.path, "needs a component or a weight")
        if route.component is not None:
            _check_file(route.component, (*place, "component"), config, reader)
        if route.weight is not None and route.weight < 0:
            reader.bad_value((*place, "weight"), "weight", "is a share of visits: 0 or more")


def _check_file(file: str, path: tuple[str | int, ...], config: Config, reader: Reader) -> None:
    """Names a file of the project; whether it is there is told by who reads it."""
    if not file.strip():
        reader.bad_value(path, str(path[-1]), "must name a file")
    elif not is_below(config.root / file, config.root):
        reader.bad_value(path, file, "leaves the project")


def _check_group(group: ChunkGroup, reader: Reader, path: tuple[str | int, ...]) -> None:
    if not re.fullmatch(r"[\w.@~-]+", group.name):
        reader.bad_value((*path, "name"), group.name or "name", "must be letters, digits and . _ - @ ~")
    try:
        re.compile(group.test or "")
    except re.error as error:
        reader.bad_value((*path, "test"), group.test or "", f"is no regular expression: {error}")
    if group.min_chunks < 1:
        reader.bad_value((*path, "min_chunks"), "min_chunks", "must be at least 1")
    if group.max_size is not None and group.max_size < group.min_size:
        reader.bad_value((*path, "max_size"), "max_size", "is below min_size")


def _check_budget(budget: Budget, reader: Reader, path: tuple[str | int, ...]) -> None:
    if (budget.route is None) == (budget.file is None):
        reader.bad_value(path, "a budget", "needs exactly one of route and file")
    if budget.type == "requests" and not isinstance(reader.raw((*path, "max")), int):
        reader.bad_value((*path, "max"), "max", "is a count of requests: write it without a unit")
    if budget.type == "requests" and budget.file is not None:
        reader.bad_value((*path, "type"), "requests", "counts what a route loads: give a route")


_BASE = re.compile(r"(?:(?:https?:)?//[^/?#\s]+)?(?:/[^?#\s]*)?")


def _normal_base(base: str, reader: Reader) -> str:
    if base in ("", ".", "./"):
        return "./"
    if not _BASE.fullmatch(base):
        reason = 'must be a path such as "/shop/", an origin such as "https://cdn.example/", or "./"'
        reader.bad_value(("base",), base, reason)
    return base if base.endswith("/") else f"{base}/"
