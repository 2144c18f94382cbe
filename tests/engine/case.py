"""Cases: one behaviour each, as a folder with what goes in and what must come out.

``fixtures/cases/<case>/case.toml`` says

- ``description``: the behaviour, in a sentence;
- ``project``: the folder of ``input/`` that is built, where it is not ``input/`` itself (a package of a monorepo);
- ``[options]``: what the command line says, by the names of :class:`perfbuild.config.CliOptions`;
- ``diagnostics``: every diagnostic of the build as ``code file:line:column``; one that is not listed fails the case;
- ``says``: texts that the diagnostics' messages and hints must hold;
- ``fails``: the build must fail, and leave the output of the build before as it was;
- ``absent``: texts that no file of the output may hold;
- ``run``: a glob of scripts of the output that are run in Node, in this order, each as a module of one page;
- ``document``: false for scripts that run in a worker;
- ``prints``: what they print. Hashes in file names read ``*`` there.
- ``needs``: a package that the case wants from the tools of ``tests/engine/tools``.

``expected/`` is the whole output but for ``.perfbuild``.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostic, Diagnostics, PerfbuildError
from perfbuild.engine.client import Engine
from perfbuild.engine.process import node_binary
from perfbuild.pipeline import build

CASES = Path(__file__).parents[2] / "fixtures" / "cases"
TOOLS = Path(__file__).parent / "tools"
RUNNER = Path(__file__).with_name("run_modules.mjs")
RUN_TIMEOUT = 20.0
LISTS = ("diagnostics", "says", "absent", "run", "prints")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    folder: Path
    description: str
    project: str = "."
    options: dict[str, Any] = field(default_factory=dict)
    diagnostics: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    fails: bool = False
    absent: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    document: bool = True
    prints: tuple[str, ...] | None = None
    needs: str | None = None


def read_case(folder: Path) -> Case:
    """Raises :class:`TypeError` for a key that no case has."""
    table = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    lists: dict[str, Any] = {name: tuple(table.pop(name)) for name in LISTS if name in table}
    return Case(folder=folder, **lists, **table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one build of a case did."""

    out: Path
    diagnostics: tuple[Diagnostic, ...]
    failed: bool


def build_case(case: Case, work: Path) -> Outcome:
    """Builds a copy of the case's input below ``work``, without encodings."""
    shutil.copytree(case.folder / "input", work / "input", symlinks=True)
    root = work / "input" / case.project
    if case.needs:
        modules = root / "node_modules"
        modules.mkdir(exist_ok=True)
        for package in sorted((TOOLS / "node_modules").iterdir()):
            if not (modules / package.name).exists():
                (modules / package.name).symlink_to(package)
    out = work / "out"
    config, warnings = load_config(root, CliOptions(out=out, compress=False, cache=False, **case.options))
    collector = Diagnostics()
    for warning in warnings:
        collector.report(warning)
    if case.fails:
        _previous_output(out)
    try:
        with Engine() as engine:
            build(config, collector, lambda _stage: None, engine)
    except PerfbuildError as error:
        found = tuple(dict.fromkeys((*collector, *error.diagnostics)))
        return Outcome(out=out, diagnostics=found, failed=True)
    return Outcome(out=out, diagnostics=tuple(collector), failed=False)


PREVIOUS = {".perfbuild/files.json": b'{"hashed": []}', "index.html": b"the build before"}


def _previous_output(out: Path) -> None:
    for path, content in PREVIOUS.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content)


def tree(folder: Path, *, with_state: bool = False) -> dict[str, bytes]:
    """Every file of the folder by its path; ``.perfbuild`` only on request."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if with_state or not name.startswith(".perfbuild/")}


def shown(diagnostic: Diagnostic) -> str:
    """As ``case.toml`` writes it."""
    return f"{diagnostic.code} {diagnostic.location}" if diagnostic.location else diagnostic.code


def run_output(out: Path, case: Case) -> tuple[str, ...]:
    """Lines that the scripts print when they run as the modules of one page; hashes read ``*``."""
    scripts = [str(path) for glob in case.run for path in sorted(out.glob(glob))]
    assert scripts, f"nothing in the output matches {case.run}"
    done = subprocess.run(
        [node_binary(), str(RUNNER), "page" if case.document else "worker", str(out), *scripts],
        capture_output=True,
        text=True,
        timeout=RUN_TIMEOUT,
        check=False,
    )
    assert "never finished" in done.stdout or done.returncode == 0, done.stderr
    return tuple(re.sub(r"-[0-9A-Za-z_-]{8}\.", "-*.", line) for line in done.stdout.splitlines())


def installed(package: str) -> bool:
    return (TOOLS / "node_modules" / package / "package.json").is_file()


def as_toml(values: tuple[str, ...]) -> str:
    """A TOML array, one string a line."""
    return "[\n" + "".join(f"  {json.dumps(value, ensure_ascii=False)},\n" for value in values) + "]"
