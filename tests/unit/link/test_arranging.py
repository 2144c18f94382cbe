"""What chunks are planned by, besides what the configuration says of chunks."""

from __future__ import annotations

from pathlib import Path

from tests.unit.chunking.atoms import atoms_of, named

from perfbuild.chunking.planner import arrange
from perfbuild.config import Config, Output
from perfbuild.stages.link.arranging import chunk_settings

ROOT = Path("/project")


def planned(output: Output) -> set[frozenset[str]]:
    atoms = atoms_of(
        {"main": "@react", "a": "@react"}, lazy={"main": "a"}, sizes={"@react": 400_000, "main": 4000, "a": 90_000}
    )
    settings = chunk_settings(Config(root=ROOT, out=ROOT / "dist", report_dir=ROOT / ".perfbuild", output=output))
    return named(atoms, arrange(atoms, {}, {"src/main.js": 0.9}, settings))


def test_what_rarely_changes_stays_apart_for_visitors_who_return() -> None:
    assert frozenset({"react"}) in planned(Output())


def test_it_need_not_where_a_change_costs_a_delta() -> None:
    assert frozenset({"main", "react"}) in planned(Output(previous=(Path("/live"),)))
