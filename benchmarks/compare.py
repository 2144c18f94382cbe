"""Builds one project with perfbuild, rolldown's own API and Vite 8 in turn, and prints what each took.

    python -m benchmarks.compare 1000 5000 10000
    python -m benchmarks.compare 1000 --encodings
    python -m benchmarks.compare 1000 --split
    python -m benchmarks.compare 1000 --rebuild

Every round builds with each tool once, so that a slow minute of the machine falls on all of them; ratios are taken
within a round, and the median of the rounds is shown. Each build is a whole process with an empty output folder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.make_project import make_project
from benchmarks.processes import CommandFailedError, Run, install, measure, node, program

PEERS = Path(__file__).parent / "peers"
SPLIT = Path(__file__).with_name("split.toml")
ENCODINGS = (".br", ".gz", ".zst")

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One way to build: given the project and a folder to work in, a command that writes to ``out`` in that folder."""

    name: str
    command: Callable[[Path, Path], Command]
    env: dict[str, str] = field(default_factory=dict)
    rebuilds: bool = False
    """It goes on in the folder of the tool before it, after a change in one module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a build wrote: counts and bytes."""

    files: int
    script: int
    encoded_files: int
    encoded: int


@dataclass(slots=True, kw_only=True)
class Entrant:
    """A tool with its runs, one a round, and what it wrote last."""

    tool: Tool
    runs: list[Run] = field(default_factory=list)
    output: Output | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description="Compares perfbuild with rolldown's API and Vite 8.")
    parser.add_argument("sizes", type=int, nargs="*", default=[1000], help="how many modules")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--encodings", action="store_true", help="with .br, .gz and .zst, against Vite with a plugin")
    kind.add_argument("--split", action="store_true", help="perfbuild with the strategy `split`, without encodings")
    kind.add_argument("--rebuild", action="store_true", help="perfbuild after a change in one module, against cold")
    parser.add_argument("--peers-only", action="store_true", help="leave perfbuild out")
    arguments = parser.parse_args()

    tools = chosen_tools(arguments)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        for size in arguments.sizes:
            work = Path(scratch) / f"{size}"
            make_project(size, work / "project", seed=arguments.seed)
            try:
                entrants = run_rounds(work / "project", work, tools, arguments.rounds)
            except CommandFailedError as failure:
                raise SystemExit(str(failure)) from None
            print(f"\n{size:,} modules, {arguments.rounds} rounds:\n")
            print(table(entrants))


# --- The tools -------------------------------------------------------------------------------------------------------


def chosen_tools(arguments: argparse.Namespace) -> list[Tool]:
    if arguments.rebuild:
        return [perfbuild("perfbuild, cold"), perfbuild("perfbuild, one module changed", rebuilds=True)]
    install(PEERS)
    if arguments.encodings:
        own, peers = perfbuild(), [vite_with_encodings()]
    elif arguments.split:
        own, peers = perfbuild("perfbuild, split", options=("--no-compress", "--config", SPLIT)), [rolldown(), vite()]
    else:
        own, peers = perfbuild(options=("--no-compress",)), [rolldown(), vite()]
    return peers if arguments.peers_only else [own, *peers]


def perfbuild(name: str = "perfbuild", *, options: Command = (), rebuilds: bool = False) -> Tool:
    """Its cache lies in the report folder, so a fresh working folder makes a cold build."""
    executable = program("perfbuild")

    def command(project: Path, folder: Path) -> Command:
        return [executable, "build", project, *options, "-o", folder / "out", "--report-dir", folder / "report"]

    return Tool(name=name, command=command, rebuilds=rebuilds)


def rolldown() -> Tool:
    runtime = node()
    return Tool(
        name="rolldown API",
        command=lambda project, folder: [runtime, PEERS / "rolldown.mjs", project, folder / "out"],
    )


def vite(name: str = "Vite 8", env: dict[str, str] | None = None) -> Tool:
    """The command that people run, less the bundling of its configuration file."""
    start: Command = [node(), PEERS / "node_modules/vite/bin/vite.js", "build"]
    options: Command = ["--config", PEERS / "vite.config.mjs", "--configLoader", "native", "--emptyOutDir", "--outDir"]
    return Tool(
        name=name,
        command=lambda project, folder: [*start, project, *options, folder / "out"],
        env=env or {},
    )


def vite_with_encodings() -> Tool:
    return vite("Vite 8, vite-plugin-compression2", {"PEER_ENCODINGS": "1"})


# --- The rounds ------------------------------------------------------------------------------------------------------


def run_rounds(project: Path, scratch: Path, tools: Sequence[Tool], rounds: int) -> list[Entrant]:
    """Builds with each tool in turn, ``rounds`` times after one round that warms the machine's file cache.

    Every build has a folder of its own, and nothing is removed before the end: for some seconds after files were
    removed, ext4 takes about half a millisecond longer for each new one, and so the tools that write many of them.
    """
    entrants = [Entrant(tool=tool) for tool in tools]
    folder = scratch
    for number in range(rounds + 1):
        for place, entrant in enumerate(entrants):
            if not entrant.tool.rebuilds:
                folder = scratch / f"{number}-{place}"
                folder.mkdir()
            run = build(entrant.tool, project, folder, f"round {number}")
            if number:
                entrant.runs.append(run)
            entrant.output = read_output(folder / "out")
            print(f"round {number}: {entrant.tool.name} {run.wall:.2f} s", file=sys.stderr)
    return entrants


def build(tool: Tool, project: Path, folder: Path, mark: str) -> Run:
    with changed_module(project, mark) if tool.rebuilds else nullcontext():
        return measure(tool.command(project, folder), env=tool.env)


@contextmanager
def changed_module(project: Path, mark: str) -> Iterator[None]:
    """One component shows another heading for a while: in the middle of the list, to stand for any."""
    modules = sorted((project / "src/routes").rglob("*.tsx"))
    module = modules[len(modules) // 2]
    before = module.read_text(encoding="utf-8")
    after = before.replace("</h3>", f" ({mark})</h3>")
    if after == before:
        raise RuntimeError(f"{module.name} has no heading to change")
    module.write_text(after, encoding="utf-8")
    try:
        yield
    finally:
        module.write_text(before, encoding="utf-8")


def read_output(out: Path) -> Output:
    files = [path for path in out.rglob("*") if path.is_file()]
    sizes = {path: path.stat().st_size for path in files}
    encoded = [path for path in files if path.suffix in ENCODINGS]
    return Output(
        files=len(files) - len(encoded),
        script=sum(size for path, size in sizes.items() if path.suffix == ".js"),
        encoded_files=len(encoded),
        encoded=sum(sizes[path] for path in encoded),
    )


# --- The table -------------------------------------------------------------------------------------------------------


def table(entrants: Sequence[Entrant]) -> str:
    """A Markdown table: medians of each tool, and how it stands to each of the others round by round."""
    references = entrants[1:] if len(entrants) > 1 else []
    if entrants[-1].tool.rebuilds:
        references = entrants[:1]
    head = ["tool", "wall s", "lowest", "CPU s", "largest process MB", "all processes MB", "files", "script kB"]
    encoded = any(entrant.output and entrant.output.encoded for entrant in entrants)
    if encoded:
        head += ["encodings", "encoded kB"]
    head += [f"{what} to {entrant.tool.name}" for entrant in references for what in ("time", "memory")]
    rows = [row(entrant, references, encoded=encoded) for entrant in entrants]
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def row(entrant: Entrant, references: Sequence[Entrant], *, encoded: bool) -> list[str]:
    runs, output = entrant.runs, entrant.output
    if output is None:
        raise RuntimeError(f"{entrant.tool.name} was not run")
    cells = [
        entrant.tool.name,
        f"{median(run.wall for run in runs):.2f}",
        f"{min(run.wall for run in runs):.2f}",
        f"{median(run.cpu for run in runs):.2f}",
        f"{median(run.largest for run in runs) / 1e6:.0f}",
        f"{median(run.together for run in runs) / 1e6:.0f}",
        f"{output.files}",
        f"{output.script / 1e3:.0f}",
    ]
    ratios = [
        f"{median(of(run) / of(other) for run, other in zip(runs, reference.runs, strict=True)):.2f}"
        for reference in references
        for of in (wall, memory)
    ]
    if encoded:
        cells += [f"{output.encoded_files}", f"{output.encoded / 1e3:.0f}"]
    return [*cells, *ratios]


def wall(run: Run) -> float:
    return run.wall


def memory(run: Run) -> float:
    return run.together


if __name__ == "__main__":
    main()
