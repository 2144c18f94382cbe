"""Builds an application with perfbuild and its peers, and counts what a browser fetches on each of its routes.

    python -m benchmarks.chunks app                            # benchmarks/chunks_app, all tools
    python -m benchmarks.chunks dashboard --tools vite perfbuild-auto
    python -m benchmarks.chunks FOLDER --routes ROUTES.json    # any project: [{"path": "/", "heading": "Home"}, …]
    python -m benchmarks.chunks app --releases 10 --time 5

Results are kept in the working folder (``--work``); a tool is built and visited again when ``--again`` names it.
"""

from __future__ import annotations

import argparse
import fcntl
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks import chunk_releases, chunk_tables
from benchmarks.chunk_results import BuildFailure, Results, RouteVisit, Snapshot, read, snapshot, styles_in_page, write
from benchmarks.chunk_tools import PEERS, Folders, Tool, all_tools
from benchmarks.chunk_visits import RouteCase, VisitError, chromium, fetched, served, shown_after
from benchmarks.portable import copy_project, make_portable
from benchmarks.processes import CommandFailedError, install, measure

HERE = Path(__file__).parent
CASES = {"app": HERE / "chunks_app", "dashboard": HERE.parent / "fixtures" / "dashboard", "vue": HERE / "chunks_vue"}
ROUTES = HERE / "chunks_routes"


def main() -> None:
    arguments = _arguments()
    # Ended from outside, a run still puts back the modules that it changed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    project = CASES.get(arguments.project) or Path(arguments.project).resolve()
    routes = _routes(arguments.routes or ROUTES / f"{arguments.project}.json", arguments.only)
    tools = [tool for tool in all_tools() if not arguments.tools or tool.key in arguments.tools]
    bench = Bench(project, arguments.work.resolve() / project.name, routes)
    with alone_in(bench.work):
        _fill(bench, tools, arguments)
    results = {tool: bench.results(tool) for tool in all_tools()}
    print(chunk_tables.report({tool: found for tool, found in results.items() if found}, routes, arguments.seed))


def _fill(bench: Bench, tools: Sequence[Tool], arguments: argparse.Namespace) -> None:
    """Builds, visits and measures what has no result yet."""
    bench.prepare(renew=arguments.copy)
    install(PEERS)
    for tool in tools:
        if tool.key in arguments.again or "all" in arguments.again:
            shutil.rmtree(bench.folder(tool), ignore_errors=True)
        bench.visit(tool)
    if arguments.releases:
        for tool in tools:
            bench.release(tool, arguments.releases, arguments.seed)
    if arguments.time:
        bench.clock(tools, arguments.time)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Waits until no other run works in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Counts what a browser fetches on each route, tool by tool.")
    parser.add_argument("project", help=f"{', '.join(CASES)}, or the folder of a project")
    parser.add_argument("--tools", nargs="*", default=(), metavar="TOOL", help=", ".join(t.key for t in all_tools()))
    parser.add_argument("--routes", type=Path, help="a JSON list of routes, each with path and heading")
    parser.add_argument("--only", nargs="*", default=(), metavar="PATH", help="visit these routes alone")
    parser.add_argument("--releases", type=int, default=0, metavar="N", help="rebuild after N changes of one module")
    parser.add_argument("--time", type=int, default=0, metavar="ROUNDS", help="time until content shows, slow line")
    parser.add_argument("--again", nargs="*", default=(), metavar="TOOL", help="forget these tools' results, or all")
    parser.add_argument("--copy", action="store_true", help="copy the project again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=HERE / "work", help="where copies, outputs and results are kept")
    return parser.parse_args()


def _routes(file: Path, only: Sequence[str]) -> list[RouteCase]:
    if not file.is_file():
        raise SystemExit(f"{file} is missing: --routes names a JSON list of routes, each with path and heading.")
    routes = msgspec.json.decode(file.read_bytes(), type=list[RouteCase])
    return [route for route in routes if not only or route.path in only]


class Bench:
    """One project, its copies and its results, in a working folder."""

    def __init__(self, project: Path, work: Path, routes: Sequence[RouteCase]) -> None:
        self.project = project
        self.work = work
        self.routes = routes

    def prepare(self, *, renew: bool) -> None:
        if not renew and (self.work / "portable").exists():
            return
        install(self.project)
        copy_project(self.project, self.work / "project")
        copy_project(self.project, self.work / "portable")
        make_portable(self.work / "portable")

    def folder(self, tool: Tool) -> Path:
        return self.work / tool.key

    def source(self, tool: Tool) -> Path:
        return self.work / ("portable" if tool.portable else "project")

    def results(self, tool: Tool) -> Results | None:
        return read(self.folder(tool))

    def build(self, tool: Tool, previous: Path | None = None) -> Snapshot:
        """Builds into the tool's empty ``out`` folder. Raises CommandFailedError."""
        folder = self.folder(tool)
        folders = Folders(project=self.source(tool), out=folder / "out", cache=folder / "cache", previous=previous)
        shutil.rmtree(folders.out, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        run = measure(tool.command(folders), env=tool.env)
        _say(f"{tool.name}: built in {run.wall:.1f} s")
        return snapshot(folders.out)

    def visit(self, tool: Tool) -> None:
        """A first visit to every route; what failed is kept as the tool's result too."""
        if self.results(tool):
            return
        try:
            files = self.build(tool)
            visits = self._visits(tool, files)
        except (CommandFailedError, VisitError) as failure:
            _say(f"{tool.name} failed: {failure}")
            self.folder(tool).mkdir(parents=True, exist_ok=True)
            write(self.folder(tool), Results(failure=_first_line(failure)))
            return
        write(self.folder(tool), Results(files=files, visits=visits))

    def _visits(self, tool: Tool, files: Snapshot) -> list[RouteVisit]:
        with served(self.folder(tool) / "out") as origin, chromium() as browser:
            visits = []
            styles = styles_in_page(self.folder(tool) / "out")
            for route in self.routes:
                paths = [path.lstrip("/") for path in fetched(browser, origin, route)]
                sizes = {path: files[path].brotli for path in paths}
                visits.append(RouteVisit(path=route.path, files=styles | sizes))
        return visits

    def release(self, tool: Tool, count: int, seed: int) -> None:
        """Rebuilds after each of ``count`` changes of one module, the same ones for every tool."""
        results = self.results(tool)
        if results is None or results.failure or len(results.releases) >= count:
            return
        changes = chunk_releases.choose(self.work / "project", count, seed)
        out, kept = self.folder(tool) / "out", self.folder(tool) / "first"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(out, kept)
        try:
            with chunk_releases.restored(self.source(tool), changes):
                outcomes = chunk_releases.run(self.source(tool), changes, results, self._builder(tool))
        except (CommandFailedError, BuildFailure) as failure:
            _say(f"{tool.name}: {failure}")
            return
        finally:
            shutil.rmtree(out, ignore_errors=True)
            shutil.rmtree(self._previous(tool), ignore_errors=True)
            kept.rename(out)
        write(self.folder(tool), msgspec.structs.replace(results, releases=outcomes))

    def _builder(self, tool: Tool) -> Callable[[], Snapshot]:
        """Each build has the output of the one before as its previous release."""

        def build() -> Snapshot:
            previous = self._previous(tool)
            shutil.rmtree(previous, ignore_errors=True)
            (self.folder(tool) / "out").rename(previous)
            return self.build(tool, previous)

        return build

    def _previous(self, tool: Tool) -> Path:
        return self.folder(tool) / "previous"

    def clock(self, tools: Sequence[Tool], rounds: int) -> None:
        """Times every route of every tool once a round, so that a slow minute of the machine falls on all of them."""
        ready = [tool for tool in tools if (found := self.results(tool)) and not found.failure]
        missing = {tool.key: rounds - self._rounds_kept(tool) for tool in ready}
        for number in range(max(missing.values(), default=0)):
            for tool in ready:
                if missing[tool.key] > number:
                    self._clock_round(tool)

    def _rounds_kept(self, tool: Tool) -> int:
        found = self.results(tool)
        kept = found.times if found else {}
        return min((len(kept.get(route.path, ())) for route in self.routes), default=0)

    def _clock_round(self, tool: Tool) -> None:
        results = self.results(tool)
        if results is None:
            return
        times = {path: list(kept) for path, kept in results.times.items()}
        with served(self.folder(tool) / "out", encoded=True) as origin, chromium() as browser:
            for route in self.routes:
                times.setdefault(route.path, []).append(shown_after(browser, origin, route))
        _say(f"{tool.name}: timed")
        write(self.folder(tool), msgspec.structs.replace(results, times=times))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _first_line(failure: Exception) -> str:
    lines = [line.strip() for line in str(failure).splitlines() if line.strip()]
    telling = [line for line in lines if "rror" in line or "cannot" in line.lower()]
    return (telling or lines or ["no word"])[0][:200]


if __name__ == "__main__":
    main()
