"""The build, stage by stage: :func:`build` reads like the table in docs/architecture.md."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from perfbuild.cache import open_cache
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.model import EncodedFile, Finding, Rendered, Run, Stats
from perfbuild.report import render_report, render_summary
from perfbuild.stages.account import account, wanted_encodings
from perfbuild.stages.compress import Compressor
from perfbuild.stages.discover import discover
from perfbuild.stages.emit import check_out, emit, lock_out
from perfbuild.stages.import_maps import takes_import_maps
from perfbuild.stages.judge import judge
from perfbuild.stages.link import link, open_engine
from perfbuild.stages.manifest import MANIFEST_PATH, manifest
from perfbuild.stages.names import name_files
from perfbuild.stages.optimise import optimise
from perfbuild.stages.render import render
from perfbuild.stages.scan import scan
from perfbuild.stats_file import write_stats

Progress = Callable[[str], None]

_NO_RUN = Run(started="", seconds=0, stages={}, root="", out="")


def build(config: Config, diagnostics: Diagnostics, progress: Progress, engine: Engine) -> Stats:
    """Builds ``config.root`` into ``config.out`` and writes the account to ``config.report_dir``.

    The engine comes from the caller, who can start it before anything else is imported. Raises
    :class:`~perfbuild.diagnostics.PerfbuildError` when it cannot; the previous output is then as it was.
    """
    clock = _Clock(progress)
    check_out(config)
    with (
        lock_out(config),
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="perfbuild-aside") as aside,
        closing(open_cache(config, diagnostics)) as cache,
        Compressor(config, cache, diagnostics, wanted_encodings(config)) as compressor,
    ):
        clock.enter("discover")
        project = discover(config, diagnostics)
        check_out(config, project)
        clock.enter("scan")
        pages = scan(project, config, diagnostics)
        diagnostics.stop_on_errors()
        clock.enter("link")
        with _staging(config, aside) as staging:
            open_engine(engine, config, pages, staging)
            linked = link(project, pages, config, engine, staging, diagnostics)
        aside.submit(engine.close)
        diagnostics.stop_on_errors()
        clock.enter("optimise")
        linked = optimise(linked, config, cache, diagnostics)
        linked = name_files(linked, import_maps=takes_import_maps(project, pages, config))
        for file in linked.files.values():
            compressor.submit(file)
        clock.enter("render")
        rendered = render(project, pages, linked, config, diagnostics)
        diagnostics.stop_on_errors()
        clock.enter("compress")
        for file in rendered.files:
            if file.path not in linked.files:
                compressor.submit(file)
        encoded = compressor.results()
        reports = aside.submit(_report, rendered, encoded, config, _findings(diagnostics))
        clock.enter("emit")
        emit(rendered.files, encoded, config, {MANIFEST_PATH: manifest(rendered, config)})
        clock.enter("account")
        stats, texts = reports.result()
    stats = replace(stats, run=clock.run(config))
    write_stats(stats, config.report_dir / "stats.json")
    for name, text in texts.items():
        (config.report_dir / name).write_text(text, "utf-8")
    return stats


def _report(
    rendered: Rendered, encoded: Mapping[str, EncodedFile], config: Config, findings: tuple[Finding, ...]
) -> tuple[Stats, Mapping[str, str]]:
    """Account and judgement, with the reports by file name; pure, so that it can go on while the output is written."""
    stats = account(rendered, encoded, config, findings, _NO_RUN)
    stats = replace(stats, budgets=judge(stats, config.budgets))
    return stats, {"report.html": render_report(stats), "summary.md": render_summary(stats)}


class _Clock:
    """Says which stage runs, and how long each took."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started = datetime.now(UTC)
        self._begin = time.perf_counter()
        self._marks: list[tuple[str, float]] = []

    def enter(self, stage: str) -> None:
        self._marks.append((stage, time.perf_counter()))
        self._progress(stage)

    def run(self, config: Config) -> Run:
        """The times so far; the stage that was entered last is still running and not among them."""
        pairs = zip(self._marks, self._marks[1:], strict=False)
        return Run(
            started=self._started.isoformat(timespec="seconds"),
            seconds=round(time.perf_counter() - self._begin, 3),
            stages={name: round(end - begin, 3) for (name, begin), (_, end) in pairs},
            root=str(config.root),
            out=str(config.out),
        )


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


def _findings(diagnostics: Diagnostics) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code=one.code,
            severity=one.severity,
            message=one.message,
            hint=one.hint,
            file=str(one.location) if one.location else None,
        )
        for one in diagnostics
    )
