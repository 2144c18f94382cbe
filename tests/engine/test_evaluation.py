"""What runs, and in which order, is as the sources say, however they are put into chunks.

Generated applications: modules with side effects, cycles, and dynamic imports on which the entry calls one after the
other. The reference is the unbundled modules in the same runtime. Across chunks the engine keeps "imported before
importer", but not the order of modules that do not depend on each other (a limit that the README states), so that is
what is compared with the sources; the plan must not change anything at all against the engine's own split.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.engine.process import node_binary
from perfbuild.pipeline import build

from .applications import Module, applications, write_modules

RUNNER = Path(__file__).with_name("run_modules.mjs")
PAGE = (
    '<!doctype html><html lang="en"><head><title>x</title></head><body><script type="module" src="/src/m0.js"></script>'
)
#: Calls on every dynamic import that becomes known, in order; what a step evaluates stands between two lines.
DRIVER = """
const seen = new Set();
async function visit(lazy) {
  for (const [name, load] of lazy) {
    if (seen.has(name)) continue;
    seen.add(name);
    console.log(`step ${name}`);
    const loaded = await load();
    await visit(loaded.lazy);
  }
}
await visit(lazy);
"""
#: Requests dearer than anything: whatever can be merged is.
DEAR = 'request_cost = "10 MB"\nreturning = 0\n'

Graph = list[tuple[set[int], set[int], bool, int]]
"""Of each module: static imports, dynamic imports, whether it has a side effect, its size in lines."""


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    count = draw(st.integers(2, 9))
    others = st.sets(st.integers(1, count - 1), max_size=3)
    return [
        (draw(others) - {number}, draw(others) - {number}, draw(st.booleans()), draw(st.sampled_from([0, 3, 200])))
        for number in range(count)
    ]


def write(graph: Graph, folder: Path) -> None:
    (folder / "src").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "package.json").write_text('{"type": "module"}')
    for number, (static, lazy, effect, size) in enumerate(graph):
        imports = "".join(f'import {{ value as v{one} }} from "./m{one}.js";\n' for one in sorted(static))
        loads = ", ".join(f'["m{one}", () => import("./m{one}.js")]' for one in sorted(lazy))
        table = ", ".join(f'"{number} {line}"' for line in range(size))
        uses = "".join(f" + typeof v{one}" for one in sorted(static))
        code = (
            f"{imports}export const lazy = [{loads}];\n"
            f"export function value() {{\n  return [{table}].length{uses};\n}}\n"
        )
        if effect:
            code += f'console.log("run m{number}");\n'
        if number == 0:
            code += f"console.log(typeof value());\n{DRIVER}"
        (folder / "src" / f"m{number}.js").write_text(code)


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
    (folder / "perfbuild.toml").write_text(f'[chunks]\nstrategy = "{strategy}"\nhistory = false\n{extra}')
    out = folder.parent / f"out-{strategy}{len(extra)}"
    config, _ = load_config(folder, CliOptions(out=out, compress=False, cache=False))
    with Engine() as engine:
        build(config, Diagnostics(), lambda _stage: None, engine)
    page = (out / "index.html").read_text()
    script = re.search(r'src="/(assets/[^"]+\.js)"', page)
    assert script, page
    return run(out, out / script[1])


def steps(lines: list[str]) -> list[tuple[str, frozenset[str]]]:
    """What each step ran, and each module once."""
    ran = [line for line in lines if line.startswith("run ")]
    assert len(ran) == len(set(ran))
    found: list[tuple[str, set[str]]] = [("start", set())]
    for line in lines:
        if line.startswith("step "):
            found.append((line, set()))
        else:
            found[-1][1].add(line)
    return [(name, frozenset(lines)) for name, lines in found]


def check_dependencies(graph: Graph, lines: list[str]) -> None:
    """Imported modules run before their importers, where neither is in a cycle with the other."""
    place = {line: number for number, line in enumerate(lines)}
    reach = [reached(graph, number) for number in range(len(graph))]
    for number in range(len(graph)):
        for one in reach[number] - {number}:
            if number not in reach[one] and {f"run m{number}", f"run m{one}"} <= place.keys():
                assert place[f"run m{one}"] < place[f"run m{number}"]


def reached(graph: Graph, start: int) -> set[int]:
    found = {start}
    pending = [start]
    while pending:
        new = graph[pending.pop()][0] - found
        found |= new
        pending.extend(new)
    return found


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
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
        assert built(folder / "project", "auto") == split
        assert built(folder / "project", "auto", DEAR) == split
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
    assert built(folder / "project", "auto") == split
    assert built(folder / "project", "auto", DEAR) == split
    scripts = (folder / f"out-auto{len(DEAR)}").glob("assets/*.js")
    # A function that runs once, minified.
    return sum(len(re.findall(r"([\w$]+)=\(\)=>\{\1=\(\)=>\{\}", script.read_text())) for script in scripts)
