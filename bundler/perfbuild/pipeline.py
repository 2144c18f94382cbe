"""The build, stage by stage: :func:`build` and then :func:`perfbuild.delivery.deliver` read like the
table in docs/architecture.md.

The halves are two modules because the engine is asked as soon as the first is imported, and works while the second
one is.
"""

from __future__ import annotations

import importlib
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from msgspec.structs import replace

from perfbuild.clock import Clock, Progress
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics, PerfbuildError
from perfbuild.engine.client import Engine
from perfbuild.model import Linked, Stats
from perfbuild.stages.compile_hints import with_compile_hints
from perfbuild.stages.discover import discover
from perfbuild.stages.emit import check_out, lock_out
from perfbuild.stages.injection import inject
from perfbuild.stages.islands import with_islands
from perfbuild.stages.link import link, open_engine
from perfbuild.stages.previous import read_previous
from perfbuild.stages.scan import scan


def build(config: Config, diagnostics: Diagnostics, progress: Progress, engine: Engine) -> Stats:
    """Builds ``config.root`` into ``config.out`` and writes the account to ``config.report_dir``.

    The engine comes from the caller, who can start it before anything else is imported. Raises
    :class:`~perfbuild.diagnostics.PerfbuildError` when it cannot; the previous output is then as it was.
    """
    clock = Clock(progress)
    _check_options(config)
    check_out(config)
    with (
        lock_out(config),
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="perfbuild-aside") as aside,
    ):
        clock.enter("discover")
        project = discover(config, diagnostics)
        check_out(config, project)
        project = replace(project, previous=read_previous(config, diagnostics))
        clock.enter("scan")
        pages = with_islands(scan(project, config, diagnostics), config, diagnostics)
        diagnostics.stop_on_errors()
        clock.enter("link")
        with _staging(config, aside) as staging:
            open_engine(engine, config, project, pages, staging)
            aside.submit(_load_second_half)
            linked = link(project, pages, config, engine, staging, diagnostics)
            diagnostics.stop_on_errors()
            if config.minify == "thorough" and config.compress and config.encodings:
                clock.enter("minify")
                linked = _minified_again(linked, config, engine, staging, diagnostics)
            if config.output.compile_hints:
                linked = with_compile_hints(linked)
            linked = inject(pages, linked, config, engine)
        aside.submit(engine.close)
        from perfbuild.delivery import deliver

        return deliver(project, pages, linked, config, diagnostics, clock)


def _minified_again(linked: Linked, config: Config, engine: Engine, staging: Path, diagnostics: Diagnostics) -> Linked:
    from perfbuild.cache import open_cache  # quick builds do without
    from perfbuild.stages.second_minifier import minify_again

    with closing(open_cache(config, diagnostics)) as cache:
        return minify_again(linked, engine, cache, staging, diagnostics, jobs=config.jobs)


def link_project(config: Config, diagnostics: Diagnostics, progress: Progress, engine: Engine) -> Linked:
    """The first half of :func:`build`, for commands that look at the plan and write no output.

    Raises :class:`~perfbuild.diagnostics.PerfbuildError` as ``build`` does.
    """
    progress("discover")
    project = discover(config, diagnostics)
    progress("scan")
    pages = with_islands(scan(project, config, diagnostics), config, diagnostics)
    diagnostics.stop_on_errors()
    progress("link")
    with (
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="perfbuild-aside") as aside,
        _staging(config, aside) as staging,
    ):
        open_engine(engine, config, project, pages, staging)
        linked = link(project, pages, config, engine, staging, diagnostics)
    diagnostics.stop_on_errors()
    return linked


def _check_options(config: Config) -> None:
    """Options of plugins are a part of the configuration that only the plugins know, so their mistakes end it too."""
    if not config.plugins.tables:
        return
    from perfbuild.plugin_host import option_problems

    problems = tuple(option_problems(config.plugins))
    if problems:
        raise PerfbuildError(*problems, exit_code=2)


def _load_second_half() -> None:
    importlib.import_module("perfbuild.delivery").prepare()


@contextmanager
def _staging(config: Config, aside: Executor) -> Iterator[Path]:
    """A folder for what the engine writes, removed aside afterwards. It lies in the report folder: nothing else may be
    written to."""
    config.report_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="staging-", dir=config.report_dir)).resolve()
    try:
        yield folder
    finally:
        aside.submit(shutil.rmtree, folder, ignore_errors=True)
