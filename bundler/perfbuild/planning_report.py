"""The comparison of ``perfbuild plan``: what each way of making chunks would cost the project's visitors.

Rows are estimates of the planner's own cost model (docs/design/chunk-planning.md) over the engine's atoms, but for
:class:`Replay`, which is measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from perfbuild.chunking.comparison import as_split, chunk_per_package, single_chunk, vendor_and_common
from perfbuild.chunking.costs import PlanCost, cost_of
from perfbuild.chunking.planner import arrange
from perfbuild.chunking.releases import package_of
from perfbuild.config import Chunks
from perfbuild.model import Arrangement, Atom

Strategy = Literal["groups", "split", "auto"]
#: Strategies that a build can be made with, and so be replayed.
REPLAYED: tuple[Strategy, ...] = ("groups", "split", "auto")


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What visitors of every route download again over some releases, in brotli bytes, by strategy."""

    releases: int
    bytes: Mapping[Strategy, int]


class FirstVisit(msgspec.Struct, frozen=True, kw_only=True):
    """Scripts of first visits to the entries and lazy parts, weighted by visits; bytes in brotli."""

    mean_bytes: int
    p95_bytes: int
    mean_requests: float
    p95_requests: int


class PlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """One way of making chunks. ``strategy`` is the configuration's, where there is one that does it."""

    plan: str
    strategy: Strategy | None
    chunks: int
    first_visit: FirstVisit
    release_bytes: int
    """Expected to be downloaded again after a release, by a visitor who has everything."""
    replayed: int | None = None
    """Really downloaded again, over :attr:`PlanReport.releases`."""


class PlanReport(msgspec.Struct, frozen=True, kw_only=True):
    rows: tuple[PlanRow, ...]
    releases: int | None
    """How many releases were replayed; None where none were."""


def compare_plans(
    atoms: tuple[Atom, ...], weights: Mapping[int, float], change: Mapping[str, float], settings: Chunks
) -> tuple[PlanRow, ...]:
    """The rows of the table, estimated; arguments as for :func:`perfbuild.chunking.planner.arrange`."""
    parted = part_by_package(atoms)
    plans: tuple[tuple[str, Strategy | None, tuple[Atom, ...], Arrangement], ...] = (
        ("one bundle", None, atoms, single_chunk(atoms)),
        ("vendor + common", "groups", parted, vendor_and_common(parted)),
        ("chunk per package", None, parted, chunk_per_package(parted)),
        ("engine's split", "split", atoms, as_split(atoms)),
        ("auto", "auto", atoms, arrange(atoms, weights, change, settings)),
    )
    return tuple(
        _row(name, strategy, cost_of(pieces, arrangement, weights, change, settings))
        for name, strategy, pieces, arrangement in plans
    )


def part_by_package(atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The atoms, each with the modules of one package or of the sources alone; what was taken out follows them.

    Plans that go by package part modules that are always loaded together. An atom imports what was taken out of it, so
    that is loaded when the atom is: costs come out right, but the order of evaluation does not, so these are not to be
    linked. Indices of roots stay.
    """
    kept: list[Atom] = []
    taken: list[Atom] = []
    for atom in atoms:
        parts = _packages(atom)
        own = package_of(atom.facade) if atom.facade else None
        if own not in parts:
            own = max(parts, key=lambda package: (sum(size for _, size in parts[package]), package or ""), default=None)
        places = [len(atoms) + len(taken) + place for place in range(len(parts) - 1)]
        kept.append(_piece(atom, parts.get(own, ()), imports=(*atom.imports, *places)))
        taken += [
            replace(
                _piece(atom, modules, imports=()),
                file=f"{atom.file}/{package or ''}",
                dynamic_imports=(),
                is_entry=False,
                facade=None,
            )
            for package, modules in parts.items()
            if package != own
        ]
    return (*kept, *taken)


def _packages(atom: Atom) -> dict[str | None, tuple[tuple[str, int], ...]]:
    """The atom's modules by package, with None for the sources and what the engine made."""
    parts: dict[str | None, tuple[tuple[str, int], ...]] = {}
    for module in atom.modules:
        package = package_of(module[0])
        key = None if package == "\0" else package
        parts[key] = (*parts.get(key, ()), module)
    return parts


def _piece(atom: Atom, modules: tuple[tuple[str, int], ...], imports: tuple[int, ...]) -> Atom:
    return replace(atom, modules=modules, size=sum(size for _, size in modules), imports=imports, group=None)


def _row(name: str, strategy: Strategy | None, cost: PlanCost) -> PlanRow:
    return PlanRow(
        plan=name,
        strategy=strategy,
        chunks=cost.chunks,
        first_visit=FirstVisit(
            mean_bytes=round(cost.mean_bytes),
            p95_bytes=round(cost.p95_bytes),
            mean_requests=round(cost.mean_requests, 2),
            p95_requests=cost.p95_requests,
        ),
        release_bytes=round(cost.release_bytes),
    )


def report_on(rows: Sequence[PlanRow], replay: Replay | None) -> PlanReport:
    """The rows, with what was measured where something was."""
    if replay is None:
        return PlanReport(rows=tuple(rows), releases=None)
    measured = (row if row.strategy is None else replace(row, replayed=replay.bytes.get(row.strategy)) for row in rows)
    return PlanReport(rows=tuple(measured), releases=replay.releases)
