"""What runs, and in which order, is as the sources say, however they are put into chunks.

Generated applications: modules with side effects, cycles, and dynamic imports on which the entry calls one after the
other. The reference is the unbundled modules in the same runtime. Across chunks the engine keeps "imported before
importer", but not the order of modules that do not depend on each other (a limit that the README states), so that is
what is compared with the sources. The plan must not change anything against the engine's own split, unless all runs in
the very order of the sources.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings

from perfbuild.engine.process import node_binary

from .applications import Module, applications, write_modules
from .evaluation import DEAR, Graph, build_with, check_dependencies, graphs, steps, write

RUNNER = Path(__file__).with_name("run_modules.mjs")


def run(root: Path, script: Path) -> list[str]:
    done = subprocess.run(
        [node_binary(), str(RUNNER), "page", str(root), str(script)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not re.search(r"failed|unhandled|never finished", done.stdout), done.stdout
    return [line for line in done.stdout.splitlines() if not line.startswith(("link ", "loaded "))]


def built(folder: Path, strategy: str, extra: str = "") -> list[str]:
    return run(*build_with(folder, strategy, extra))


#: Nobody uses what of module 1 and its imports loads lazily, so nothing of it is left but the lazy chunks themselves.
FORGOTTEN: Graph = [
    ({1}, set(), False, 0),
    ({2}, set(), True, 0),
    (set(), {1, 3}, False, 0),
    (set(), {1, 4}, False, 0),
    (set(), set(), False, 0),
]
#: The engine's split runs module 1 before 2, the sources do not; joined chunks run in their order.
UNRELATED: Graph = [
    ({2, 3, 5}, {2, 5, 7}, True, 200),
    (set(), {2, 4, 5}, True, 3),
    (set(), {5, 7}, True, 0),
    ({8}, {2, 5, 6}, True, 200),
    (set(), {6}, True, 200),
    ({2, 7}, {2, 3, 8}, False, 0),
    (set(), {1, 3, 5}, False, 200),
    ({2}, {4, 5}, True, 3),
    ({1, 4, 7}, set(), True, 200),
]


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@example(FORGOTTEN)
@example(UNRELATED)
@given(graphs())
def test_every_strategy_runs_what_the_sources_run(graph: Graph) -> None:
    folder = Path(tempfile.mkdtemp(prefix="evaluation-"))
    try:
        write(graph, folder / "project")
        wanted = run(folder / "project", folder / "project/src/m0.js")
        split = built(folder / "project", "split")
        assert steps(split) == steps(wanted)
        check_dependencies(graph, split)
        groups = built(folder / "project", "groups")
        assert steps(groups) == steps(wanted)
        check_dependencies(graph, groups)
        assert built(folder / "project", "auto") in (split, wanted)
        assert built(folder / "project", "auto", DEAR) in (split, wanted)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_what_can_wait_runs_when_and_as_it_did() -> None:
    deferred: list[int] = []

    @settings(max_examples=16, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(applications())
    def hold(modules: list[Module]) -> None:
        folder = Path(tempfile.mkdtemp(prefix="evaluation-"))
        try:
            deferred.append(check_deferral(modules, folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    hold()
    assert sum(count > 0 for count in deferred) >= 5


def check_deferral(modules: list[Module], folder: Path) -> int:
    """How many deferred atoms the output has, where what runs is right."""
    write_modules(modules, folder / "project")
    wanted = run(folder / "project", folder / "project/src/m0.js")
    split = built(folder / "project", "split")
    assert steps(split) == steps(wanted)
    assert built(folder / "project", "auto") in (split, wanted)
    assert built(folder / "project", "auto", DEAR) in (split, wanted)
    assert run(*build_with(folder / "project", "auto", sourcemap=True)) in (split, wanted)
    scripts = (folder / f"out-auto{len(DEAR)}").glob("assets/*.js")
    # A function that runs once, minified.
    return sum(len(re.findall(r"([\w$]+)=\(\)=>\{\1=\(\)=>\{\}", script.read_text())) for script in scripts)
