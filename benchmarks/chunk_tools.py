"""The tools that benchmarks.chunks compares: how each one builds a project into a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.processes import node, program

PEERS = Path(__file__).parent / "chunks_peers"

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where a tool reads and writes: absolute paths. ``cache`` stays between two builds, ``out`` is written anew.

    ``previous`` is what ``out`` was at the release before, which perfbuild makes deltas from and peers do not know.
    """

    project: Path
    out: Path
    cache: Path
    previous: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One way to build: a command that reads the project and writes ``index.html`` and all it loads to ``out``."""

    key: str
    """How the command line calls it, and its folder."""
    name: str
    command: Callable[[Folders], Command] = field(compare=False)
    env: Mapping[str, str] = field(default_factory=dict, compare=False)
    portable: bool = True
    """It gets the sources with what only Vite and perfbuild know written out; see benchmarks/portable.py."""

    @property
    def is_peer(self) -> bool:
        return not self.key.startswith("perfbuild")


def all_tools() -> tuple[Tool, ...]:
    """perfbuild's own ways first, then the peers."""
    return (
        perfbuild("auto"),
        perfbuild_with_deltas(),
        perfbuild("split"),
        Tool(key="vite", name="Vite 8", command=_vite, portable=False),
        Tool(key="rolldown", name="rolldown API", command=_script("rolldown.mjs")),
        Tool(key="rspack-unnamed", name="Rspack, groups", command=_script("rspack.mjs", "unnamed")),
        Tool(key="rspack-runtime", name="Rspack, groups, runtime", command=_script("rspack.mjs", "unnamed-runtime")),
        Tool(key="rspack-named", name="Rspack, named groups", command=_script("rspack.mjs", "named")),
        Tool(key="webpack-unnamed", name="webpack 5, groups", command=_script("webpack.mjs", "unnamed")),
        Tool(key="webpack-named", name="webpack 5, named groups", command=_script("webpack.mjs", "named")),
        Tool(key="webpack-default", name="webpack 5, as it comes", command=_script("webpack.mjs", "default")),
        Tool(key="parcel", name="Parcel 2", command=_parcel, env={"BROWSERSLIST": BASELINE}),
        Tool(key="esbuild", name="esbuild, splitting", command=_script("esbuild.mjs")),
    )


BASELINE = "chrome 111, edge 111, firefox 114, safari 16.4, ios_saf 16.4"
"""Vite's default target, which is also perfbuild's, as a browserslist query."""


def perfbuild(strategy: str) -> Tool:
    return Tool(
        key=f"perfbuild-{strategy}",
        name=f"perfbuild, {strategy}",
        command=lambda folders: _perfbuild(folders, strategy),
        portable=False,
    )


def perfbuild_with_deltas() -> Tool:
    """As a site is built whose releases come with deltas: also the first, which has no release before it."""

    def command(folders: Folders) -> Command:
        return [*_perfbuild(folders, "auto"), "--previous", folders.previous or folders.cache / "no-release"]

    return Tool(key="perfbuild-deltas", name="perfbuild, auto, deltas", command=command, portable=False)


def _perfbuild(folders: Folders, strategy: str) -> Command:
    """A configuration of its own in place of the project's, whose budgets could end the build. Scripts are minified as
    for a site that is served with encodings; the files are encoded here, those of all tools alike."""
    folders.cache.mkdir(parents=True, exist_ok=True)
    config = folders.cache / "perfbuild.toml"
    config.write_text(f'encodings = ["gzip"]\n[chunks]\nstrategy = "{strategy}"\n', encoding="utf-8")
    places: Command = ["-o", folders.out, "--report-dir", folders.cache / "report"]
    return [program("perfbuild"), "build", folders.project, "--no-cache", "--force", "-c", config, *places]


def _script(file: str, *variant: str) -> Callable[[Folders], Command]:
    return lambda folders: [node(), PEERS / file, folders.project, folders.out, folders.cache, *variant]


def _vite(folders: Folders) -> Command:
    start: Command = [node(), PEERS / "node_modules/vite/bin/vite.js", "build", folders.project]
    config: Command = ["--config", PEERS / "vite.config.mjs", "--configLoader", "native"]
    return [*start, *config, "--emptyOutDir", "--outDir", folders.out]


def _parcel(folders: Folders) -> Command:
    start: Command = [node(), PEERS / "node_modules/parcel/lib/bin.js", "build", folders.project / "index.html"]
    places: Command = ["--dist-dir", folders.out, "--cache-dir", folders.cache / "parcel"]
    return [*start, *places, "--no-source-maps", "--no-autoinstall", "--log-level", "error"]
