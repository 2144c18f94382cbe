"""The command line: parse, call, show, exit. This is the only place that turns errors into exit codes.

0: done and within budget. 1: the command failed. 2: a usage or configuration error. 3: built, but over budget.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from perfbuild import __version__, messages
from perfbuild.diagnostics import Diagnostic, Diagnostics, PerfbuildError

if TYPE_CHECKING:
    from subprocess import Popen

    from perfbuild.config import Config
    from perfbuild.model import Stats

FAILED = 1
USAGE = 2
OVER_BUDGET = 3

_Command = TypeVar("_Command", bound=Callable[..., Any])
_PATH = click.Path(path_type=Path)


@dataclass(slots=True)
class Session:
    """What one run of the command line has said and found, for showing it whatever happens."""

    root: Path = field(default_factory=Path.cwd)
    """Where the locations of diagnostics lie."""
    starting: Popen[bytes] | None = None
    """The engine, where it was started before anything else."""
    verbosity: int = 0
    quiet: bool = False
    diagnostics: Diagnostics = field(default_factory=Diagnostics)

    def show(self, diagnostics: Iterable[Diagnostic]) -> None:
        from perfbuild.console import print_diagnostics

        print_diagnostics(diagnostics, self.root, verbose=self.verbosity > 0, quiet=self.quiet)


def main(starting: Popen[bytes] | None = None) -> NoReturn:
    """The command line of this process; ``starting`` is the engine of the build that it asks for."""
    # A build makes millions of objects that all live to its end: collecting garbage is time for nothing.
    gc.disable()
    code = run(sys.argv[1:], starting)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # what was to be shown is lost: nobody shall take that for success
            code = code or FAILED
    os._exit(code)  # taking them apart one by one is time for nothing, too


def run(arguments: list[str], starting: Popen[bytes] | None = None) -> int:
    """Run one command line and return its exit code; errors are shown on standard error."""
    session = Session(starting=starting)
    try:
        code = commands.main(arguments, prog_name="perfbuild", obj=session, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return USAGE
    except PerfbuildError as error:
        return _failed(session, error.diagnostics, error.exit_code)
    except BrokenPipeError:
        # Whoever read the output has gone; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (Exception, KeyboardInterrupt) as error:
        return _failed(session, [_described(error)])


def _described(error: BaseException) -> Diagnostic:
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return messages.interrupted()
    if isinstance(error, OSError):
        path = None if error.filename is None else os.fsdecode(error.filename)
        return messages.system_failure(path, error.strerror or str(error))
    return messages.internal_error(type(error).__name__, str(error))


def _failed(session: Session, found: Iterable[Diagnostic], code: int = FAILED) -> int:
    session.show(dict.fromkeys((*session.diagnostics, *found)))
    if session.verbosity > 1:
        import traceback

        traceback.print_exc()
    return code


# --- commands -------------------------------------------------------------------------------------


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Builds a web project so that every route downloads what it needs, and shows the proof."""


def _set_verbosity(context: click.Context, _parameter: click.Parameter, value: int) -> None:
    context.ensure_object(Session).verbosity = value


def _set_quiet(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    context.ensure_object(Session).quiet = value


def _output_options(command: _Command) -> _Command:
    verbose = click.option(
        "-v", count=True, expose_value=False, callback=_set_verbosity, help="Show every row; -vv also tracebacks."
    )
    quiet = click.option("-q", is_flag=True, expose_value=False, callback=_set_quiet, help="Show errors alone.")
    return verbose(quiet(command))


_config_option = click.option("-c", "--config", type=_PATH, metavar="FILE", help="The configuration file.")


@commands.command()
@click.argument("project", type=_PATH, default=".")
@click.option("-o", "--out", type=_PATH, metavar="DIR", help="The folder to write. [default: PROJECT/dist]")
@click.option("--base", metavar="URL", help="Where the output will be served: a path, an origin or ./ [default: /]")
@_config_option
@click.option("--report-dir", type=_PATH, metavar="DIR", help="For the account. [default: PROJECT/.perfbuild]")
@click.option("--target", metavar="QUERY", help="Browsers to build for, as a browserslist query.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Files to work on at a time.")
@click.option("--no-compress", is_flag=True, help="Write no .br, .gz and .zst files.")
@click.option("--no-cache", is_flag=True, help="Neither use nor fill the cache.")
@click.option("--sourcemap", is_flag=True, help="Write source maps.")
@click.option("--force", is_flag=True, help="Replace an output folder that perfbuild did not write.")
@click.option("--previous", type=_PATH, multiple=True, metavar="DIR", help="A past release to write deltas from.")
@click.option("--json", "as_json", is_flag=True, help="Write the stats to standard output.")
@_output_options
@click.pass_obj
def build(session: Session, /, project: Path, as_json: bool, **options: Any) -> int:
    """Builds PROJECT, a folder of HTML pages and what they use."""
    from perfbuild.engine.client import Engine

    with _termination_interrupts(), Engine(session.starting) as engine:
        config = _load(session, project, **_build_options(**options))
        from perfbuild.console import load_tables, stage_progress
        from perfbuild.pipeline import build as build_project

        with stage_progress(enabled=not session.quiet) as progress:

            def enter(stage: str) -> None:
                progress(stage)
                if stage == "link" and not session.quiet:  # the engine works now, and we only wait
                    threading.Thread(target=load_tables, daemon=True).start()

            stats = build_project(config, session.diagnostics, enter, engine)
    session.show(session.diagnostics)
    return _show_stats(session, stats, as_json=as_json)


def _build_options(*, no_compress: bool, no_cache: bool, sourcemap: bool, force: bool, **given: Any) -> dict[str, Any]:
    """A flag that was not given leaves the word to the configuration file."""
    return given | {
        "compress": False if no_compress else None,
        "cache": False if no_cache else None,
        "sourcemap": sourcemap or None,
        "force": force or None,
    }


def _show_stats(session: Session, stats: Stats, *, as_json: bool) -> int:
    from perfbuild.console import print_budgets, print_summary, terminal
    from perfbuild.stages.judge import over_budget
    from perfbuild.stats_file import encode_stats

    over = over_budget(stats.budgets)
    if as_json:
        _write(encode_stats(stats))
    if not as_json and not session.quiet:
        print_summary(stats, verbose=session.verbosity > 0)
    elif over:
        print_budgets(stats.budgets, terminal(stderr=True))
    return OVER_BUDGET if over else 0


@commands.command()
@click.argument("stats", type=_PATH, required=False)
@click.option("--project", type=_PATH, default=".", help="The folder whose configuration has the budgets.")
@_config_option
@click.option("--json", "as_json", is_flag=True, help="Write the results to standard output.")
@_output_options
@click.pass_obj
def check(session: Session, /, stats: Path | None, project: Path, config: Path | None, as_json: bool) -> int:
    """Judges STATS, a stats.json that a build wrote, by the configured budgets."""
    loaded = _load(session, project, config=config)
    from perfbuild.console import print_budgets, terminal
    from perfbuild.stages.judge import judge, over_budget
    from perfbuild.stats_file import read_stats

    if not loaded.budgets:
        raise PerfbuildError(messages.no_budgets(), exit_code=USAGE)
    results = judge(read_stats(stats or loaded.report_dir / "stats.json"), loaded.budgets)
    session.show(session.diagnostics)
    over = over_budget(results)
    if as_json:
        _write_json(results)
    elif over or not session.quiet:
        print_budgets(results, terminal(stderr=session.quiet), verbose=session.verbosity > 0)
    return OVER_BUDGET if over else 0


@commands.command()
@click.argument("stats", type=_PATH, required=False)
@click.option("-o", "--out", type=_PATH, metavar="FILE", help="[default: report.html beside STATS]")
@click.option("--open", "show", is_flag=True, help="Open the report in the browser.")
@_output_options
@click.pass_obj
def report(session: Session, /, stats: Path | None, out: Path | None, show: bool) -> int:
    """Writes the HTML report of STATS, a stats.json that a build wrote."""
    source = stats or _load(session, Path()).report_dir / "stats.json"
    from perfbuild.report import render_report
    from perfbuild.stats_file import read_stats

    target = (out or source.with_name("report.html")).resolve()
    target.write_text(render_report(read_stats(source)), encoding="utf-8", newline="\n")
    if not session.quiet:
        click.echo(target)
    if show:
        import webbrowser

        webbrowser.open(target.as_uri())
    return 0


@commands.command()
@click.argument("project", type=_PATH, default=".")
@_config_option
@click.option("--replay", "releases", type=click.IntRange(min=1), metavar="N", help="Rebuild the last N releases, too.")
@click.option("--json", "as_json", is_flag=True, help="Write the comparison to standard output as JSON.")
@_output_options
@click.pass_obj
def plan(session: Session, /, project: Path, config: Path | None, releases: int | None, as_json: bool) -> int:
    """Compares what the ways of making chunks of PROJECT would cost its visitors."""
    loaded = _load(session, project, config=config)
    from perfbuild.console import print_plans, stage_progress
    from perfbuild.plan import plan as plan_project

    with _termination_interrupts(), stage_progress(enabled=not session.quiet) as progress:
        report = plan_project(loaded, releases, session.diagnostics, progress)
    session.show(session.diagnostics)
    if as_json:
        _write_json(report)
    elif not session.quiet:
        print_plans(report)
    return 0


@commands.command()
@click.argument("target")
@click.option("--project", type=_PATH, default=".", help="The folder that was built.")
@_config_option
@click.option("--json", "as_json", is_flag=True, help="Write the answer to standard output as JSON.")
@_output_options
@click.pass_obj
def explain(session: Session, /, target: str, project: Path, config: Path | None, as_json: bool) -> int:
    """Says why TARGET, a module, chunk, file or route of the last build, is there, and which routes pay for it."""
    loaded = _load(session, project, config=config)
    from perfbuild.console import print_explanation
    from perfbuild.explanation import Ambiguous, Unknown
    from perfbuild.explanation import explain as explain_target
    from perfbuild.stats_file import read_stats

    stats = read_stats(loaded.report_dir / "stats.json")
    answer = explain_target(stats, _name_of(target, loaded))
    if isinstance(answer, Unknown):
        raise PerfbuildError(messages.unknown_target(target, answer.near), exit_code=USAGE)
    if isinstance(answer, Ambiguous):
        raise PerfbuildError(messages.ambiguous_target(target, answer.names), exit_code=USAGE)
    session.show(session.diagnostics)
    if as_json:
        _write_json(answer)
    elif not session.quiet:
        print_explanation(answer, verbose=session.verbosity > 0)
    return 0


def _name_of(target: str, config: Config) -> str:
    """The name in the stats of what the shell completes to a path; any other target as it is."""
    path = Path(target)
    if not target or not path.exists():
        return target
    place = path.resolve()
    for folder in (config.out, config.root):
        if place != folder.resolve() and place.is_relative_to(folder.resolve()):
            return place.relative_to(folder.resolve()).as_posix()
    return target


@commands.command()
@click.argument("project", type=_PATH, default=".")
@_config_option
@click.option("--report-dir", type=_PATH, metavar="DIR", help="The folder to write to. [default: PROJECT/.perfbuild]")
@_output_options
@click.pass_obj
def types(session: Session, /, project: Path, config: Path | None, report_dir: Path | None) -> int:
    """Writes declarations of what modules of PROJECT can import from perfbuild, for editors and tsc."""
    loaded = _load(session, project, config=config, report_dir=report_dir)
    from perfbuild.declarations import include_line, write_declarations

    file = write_declarations(loaded)
    session.show(session.diagnostics)
    if not session.quiet:
        shown = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
        click.echo(f"{shown}\nIn tsconfig.json: {include_line(loaded, file)}")
    return 0


@commands.command()
@click.argument("folder", metavar="[DIR]", type=_PATH, required=False)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 for any free one.")
@click.option("--spa", is_flag=True, help="Answer paths that no file has with the start page.")
@click.option("--base", metavar="PATH", help="The path that the folder was built for. [default: as configured, or /]")
@_output_options
@click.pass_obj
def serve(session: Session, /, folder: Path | None, port: int, spa: bool, base: str | None) -> int:
    """Serves DIR, a folder that a build wrote, on 127.0.0.1 as a good host would."""
    from perfbuild.serve import serve as serve_folder

    if folder is None:
        config = _load(session, Path())
        folder, base = config.out, base or _path_of(config.base)
    with suppress(KeyboardInterrupt):
        serve_folder(folder, port=port, spa=spa, base=base or "/")
    return 0


def _path_of(base: str) -> str:
    """The path of a base; of a relative one, and of an origin's, the root."""
    from urllib.parse import urlsplit

    path = urlsplit(base).path
    return path if path.startswith("/") else "/"


# --- shared ---------------------------------------------------------------------------------------


def _load(session: Session, project: Path, **options: Any) -> Config:
    from perfbuild.config import CliOptions, load_config

    session.root = project.resolve()
    config, warnings = load_config(project, CliOptions(**options))
    for warning in warnings:
        session.diagnostics.report(warning)
    return config


def _write_json(value: object) -> None:
    import msgspec

    _write(msgspec.json.encode(value) + b"\n")


def _write(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


@contextmanager
def _termination_interrupts() -> Iterator[None]:
    """A runner that cancels a job sends SIGTERM: what Ctrl-C tidies up is tidied up then too."""

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
