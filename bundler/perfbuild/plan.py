"""``perfbuild plan``: links the project once, and compares what could be made of it."""

from __future__ import annotations

from dataclasses import replace

from perfbuild import messages
from perfbuild.clock import Progress
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.pipeline import link_project
from perfbuild.planning_report import PlanReport, compare_plans, report_on
from perfbuild.replay import replay
from perfbuild.stages.link.arranging import chunk_settings


def plan(config: Config, releases: int | None, diagnostics: Diagnostics, progress: Progress) -> PlanReport:
    """The comparison, and with ``releases`` what returning visitors really download again over so many.

    Raises :class:`~perfbuild.diagnostics.PerfbuildError` when the project cannot be linked, or has no history.
    """
    auto = replace(config, chunks=replace(config.chunks, strategy="auto"))
    with Engine() as engine:
        linked = link_project(auto, diagnostics, progress, engine)
    if not linked.atoms:
        diagnostics.report(messages.nothing_to_plan())
        return report_on((), None)
    rows = compare_plans(linked.atoms, linked.root_weights, linked.change_rates, chunk_settings(config))
    return report_on(rows, replay(config, releases, diagnostics, progress) if releases else None)
