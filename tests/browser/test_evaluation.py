"""What runs in Chromium, and in which order, is as the sources say, however they are put into chunks.

As tests/engine/test_evaluation.py holds it for Node: here the browser loads the unbundled modules, and then each
output.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Browser
from tests.engine.evaluation import DEAR, Graph, build_with, check_dependencies, graphs, steps, write

from perfbuild.serve import Server

from .visiting import Visit

pytestmark = pytest.mark.browser


def test_every_strategy_runs_what_the_sources_run(browser: Browser) -> None:
    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(graphs())
    def hold(graph: Graph) -> None:
        folder = Path(tempfile.mkdtemp(prefix="evaluation-"))
        try:
            check(graph, folder, browser)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    hold()


def check(graph: Graph, folder: Path, browser: Browser) -> None:
    project = folder / "project"
    write(graph, project)
    wanted = log_of(project, browser)
    split = built(project, "split", browser)
    assert steps(split) == steps(wanted)
    check_dependencies(graph, split)
    assert steps(built(project, "groups", browser)) == steps(wanted)
    assert built(project, "auto", browser) in (split, wanted)
    assert built(project, "auto", browser, DEAR) in (split, wanted)


def built(project: Path, strategy: str, browser: Browser, extra: str = "") -> list[str]:
    out, _ = build_with(project, strategy, extra)
    return log_of(out, browser)


def log_of(folder: Path, browser: Browser) -> list[str]:
    """What the page of a folder says until it has called on all that is lazy."""
    lines: list[str] = []
    with Server(folder, base="/").start() as server, browser.new_context() as context:
        tab = Visit(context)
        tab.page.on("console", lambda line: lines.append(line.text))
        with tab.page.expect_console_message(lambda line: line.text == "end"):
            tab.page.goto(server.url)
        assert tab.faults == []
    return lines
