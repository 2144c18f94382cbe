"""Generated modules with side effects, cycles and dynamic imports; their builds; what their logs have in common."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import strategies as st

from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.pipeline import build

from .applications import PAGE

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
console.log("end");
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


def build_with(folder: Path, strategy: str, extra: str = "", *, sourcemap: bool = False) -> tuple[Path, Path]:
    """The output folder, beside the project, and the entry's script in it. With source maps all chunks are linked
    again; else those of one atom are not."""
    (folder / "perfbuild.toml").write_text(f'[chunks]\nstrategy = "{strategy}"\nhistory = false\n{extra}')
    out = folder.parent / f"out-{strategy}{len(extra)}"
    config, _ = load_config(folder, CliOptions(out=out, cache=False, sourcemap=sourcemap))
    with Engine() as engine:
        build(config, Diagnostics(), lambda _stage: None, engine)
    page = (out / "index.html").read_text()
    script = re.search(r'src="/(assets/[^"]+\.js)"', page)
    assert script, page
    return out, out / script[1]


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
    """Imported modules run before their importers. In a cycle, one runs before what another of the cycle imports."""
    place = {line: number for number, line in enumerate(lines)}
    reach = [reached(graph, number) for number in range(len(graph))]
    for number in range(len(graph)):
        if any(number in reach[one] for one in graph[number][0]):
            continue
        for one in reach[number] - {number}:
            if {f"run m{number}", f"run m{one}"} <= place.keys():
                assert place[f"run m{one}"] < place[f"run m{number}"]


def reached(graph: Graph, start: int) -> set[int]:
    found = {start}
    pending = [start]
    while pending:
        new = graph[pending.pop()][0] - found
        found |= new
        pending.extend(new)
    return found
