"""The second half of the build: from the linked files to the output folder, the account and the reports."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from msgspec.structs import replace

from perfbuild.cache import open_cache
from perfbuild.clock import Clock
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.model import EncodedFile, Finding, Linked, Page, PreviousRelease, Project, Rendered, Run, Stats
from perfbuild.plugin_host import load_plugins
from perfbuild.report import load_templates, render_report, render_summary
from perfbuild.stages.account import account, returning, wanted_encodings
from perfbuild.stages.compress import Compressor
from perfbuild.stages.deltas import dictionaries_for, kept_for
from perfbuild.stages.emit import emit
from perfbuild.stages.judge import judge
from perfbuild.stages.manifest import MANIFEST_PATH, manifest
from perfbuild.stages.names import name_files
from perfbuild.stages.optimise import optimise
from perfbuild.stages.page_edits import edit_pages
from perfbuild.stages.render import render
from perfbuild.stats_file import write_stats


def prepare() -> None:
    """What can be made ready before there is anything to deliver."""
    load_templates()


def deliver(
    project: Project,
    pages: tuple[Page, ...],
    linked: Linked,
    config: Config,
    diagnostics: Diagnostics,
    clock: Clock,
) -> Stats:
    """Optimises, names, renders and compresses what was linked, swaps it in, and accounts for it."""
    clock.enter("optimise")
    with (
        closing(open_cache(config, diagnostics)) as cache,
        Compressor(config, cache, diagnostics, wanted_encodings(config)) as compressor,
    ):
        plugins = load_plugins(config.plugins, diagnostics)
        linked = optimise(linked, plugins, config, cache, diagnostics)
        linked = name_files(linked)
        for file in linked.files.values():
            compressor.submit(file, dictionaries_for(file, project.previous), kept_for(file, project.previous))
        clock.enter("render")
        page_edits = edit_pages(project, pages, linked, plugins, config, diagnostics)
        rendered = render(project, pages, linked, config, diagnostics, page_edits)
        diagnostics.stop_on_errors()
        clock.enter("compress")
        for file in rendered.files:
            if file.path not in linked.files:
                compressor.submit(file)
        encoded = compressor.results()
    clock.enter("emit")
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="perfbuild-account") as aside:  # emit waits for the disk
        findings, run = _findings(diagnostics), clock.run(config)
        accounted = aside.submit(_account, rendered, encoded, project.previous, config, findings, run)
        emit(rendered.files, encoded, config, {MANIFEST_PATH: manifest(rendered, config, encoded)})
        clock.enter("account")
        stats, report, summary = accounted.result()
    stats = replace(stats, run=clock.run(config))
    write_stats(stats, config.report_dir / "stats.json")
    (config.report_dir / "report.html").write_text(report, "utf-8")
    (config.report_dir / "summary.md").write_text(summary, "utf-8")
    return stats


def _account(
    rendered: Rendered,
    encoded: Mapping[str, EncodedFile],
    previous: tuple[PreviousRelease, ...],
    config: Config,
    findings: tuple[Finding, ...],
    run: Run,
) -> tuple[Stats, str, str]:
    """The account with its verdict, and the two reports of it, in which the run does not appear."""
    stats = account(rendered, encoded, config, findings, run)
    stats = replace(stats, budgets=judge(stats, config.budgets), returning=returning(stats, rendered, previous))
    return stats, render_report(stats), render_summary(stats)


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
