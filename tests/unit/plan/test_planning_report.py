"""The table of plans: what each row costs, and what was measured beside it."""

from __future__ import annotations

import io
from functools import cache

import pytest
from rich.console import Console

from perfbuild.chunking.costs import cost_of
from perfbuild.config import Chunks
from perfbuild.console import print_plans
from perfbuild.model import ArrangedChunk, Arrangement, Atom
from perfbuild.planning_report import PlanReport, PlanRow, Replay, compare_plans, part_by_package, report_on
from perfbuild.replay import Written, downloads


def atom(file: str, *modules: tuple[str, int], facade: str | None = None, entry: bool = False, **changes) -> Atom:
    fields = {"imports": (), "dynamic_imports": (), "pure": True}
    return Atom(
        file=f"assets/{file}.js",
        size=sum(size for _, size in modules),
        is_entry=entry,
        facade=facade,
        modules=modules,
        **(fields | changes),
    )


def application() -> tuple[Atom, ...]:
    """An entry with a framework in it, two lazy routes with a library between them, and a library of one route."""
    return (
        atom("main", ("node_modules/react/index.js", 90_000), ("src/main.js", 6_000),
             facade="src/main.js", entry=True, dynamic_imports=(1, 2)),
        atom("sales", ("src/sales.js", 4_000), facade="src/sales.js", imports=(0, 3, 4)),
        atom("stock", ("src/stock.js", 4_000), facade="src/stock.js", imports=(0, 3)),
        atom("chart", ("node_modules/chart/index.js", 200_000), ("src/chart.js", 2_000)),
        atom("forms", ("node_modules/forms/index.js", 50_000)),
    )  # fmt: skip


@cache
def plans() -> tuple[PlanRow, ...]:
    return compare_plans(application(), {}, {}, Chunks())


def rows() -> dict[str, PlanRow]:
    return {row.plan: row for row in plans()}


def test_one_bundle_is_one_request_of_everything_for_every_visit():
    bundle = rows()["one bundle"]
    assert (bundle.chunks, bundle.first_visit.mean_requests, bundle.first_visit.p95_requests) == (1, 1, 1)
    assert bundle.first_visit.mean_bytes == bundle.first_visit.p95_bytes
    assert bundle.first_visit.mean_bytes > rows()["engine's split"].first_visit.mean_bytes


def test_groups_make_every_visitor_of_a_lazy_part_pay_for_all_packages():
    found = rows()
    assert found["vendor + common"].first_visit.mean_bytes > found["engine's split"].first_visit.mean_bytes * 1.2
    assert found["vendor + common"].strategy == "groups"


def test_a_chunk_per_package_parts_the_framework_from_the_entry():
    found = rows()
    assert found["chunk per package"].chunks == 7  # of 5 atoms, two have modules of both kinds
    assert found["chunk per package"].release_bytes < found["engine's split"].release_bytes


def test_auto_costs_no_more_than_any_other_row_that_is_linkable():
    found = rows()
    settings = Chunks()

    def cost(row) -> float:
        return row.first_visit.mean_bytes + settings.request_cost * row.first_visit.mean_requests

    assert cost(found["auto"]) <= cost(found["engine's split"])


def test_atoms_parted_by_package_load_the_same_bytes_when_they_stay_together():
    atoms = application()
    parted = part_by_package(atoms)
    assert [piece.facade for piece in parted[:3]] == ["src/main.js", "src/sales.js", "src/stock.js"]
    assert sorted(module for piece in parted for module in piece.modules) == sorted(
        module for each in atoms for module in each.modules
    )
    together = {0: (0, 5), 3: (3, 6)}
    arrangement = Arrangement(
        chunks=tuple(ArrangedChunk(name="c", atoms=together.get(place, (place,))) for place in range(5))
    )
    split = Arrangement(chunks=tuple(ArrangedChunk(name="c", atoms=(place,)) for place in range(5)))
    parted_cost = cost_of(parted, arrangement, {}, {}, Chunks())
    assert parted_cost.mean_bytes == pytest.approx(cost_of(atoms, split, {}, {}, Chunks()).mean_bytes)
    assert parted_cost.mean_requests == cost_of(atoms, split, {}, {}, Chunks()).mean_requests


def test_a_root_of_a_package_keeps_its_facade_with_the_package():
    lazy = atom("chart", ("node_modules/chart/index.js", 10), ("node_modules/color/index.js", 90),
                facade="node_modules/chart/index.js")  # fmt: skip
    kept, taken = part_by_package((lazy,))
    assert kept.modules == (("node_modules/chart/index.js", 10),)
    assert (taken.facade, taken.modules) == (None, (("node_modules/color/index.js", 90),))
    assert kept.imports == (1,)


def test_weights_turn_the_mean_towards_what_is_visited():
    even = plans()[3]
    home = compare_plans(application(), {0: 98.0, 1: 1.0, 2: 1.0}, {}, Chunks())[3]
    assert home.first_visit.mean_bytes < even.first_visit.mean_bytes


def test_measured_bytes_stand_with_the_strategies_that_were_built():
    replay = Replay(releases=3, bytes={"groups": 900, "split": 800, "auto": 0})
    report = report_on(plans(), replay)
    assert [(row.plan, row.replayed) for row in report.rows] == [
        ("one bundle", None),
        ("vendor + common", 900),
        ("chunk per package", None),
        ("engine's split", 800),
        ("auto", 0),
    ]
    assert report.releases == 3


def test_new_names_and_new_contents_are_downloaded_again_and_the_rest_is_not():
    first = {"index.html": Written("p1", 10), "main-a.js": Written("a", 100), "lib-b.js": Written("b", 1000)}
    second = {"index.html": Written("p2", 11), "main-c.js": Written("c", 101), "lib-b.js": Written("b", 1000)}
    third = dict(second)
    releases = [dict.fromkeys(("groups", "split", "auto"), files) for files in (first, second, third)]
    assert downloads(releases) == Replay(releases=2, bytes=dict.fromkeys(("groups", "split", "auto"), 112))


@pytest.mark.parametrize("replay", [None, Replay(releases=12, bytes={"groups": 123_456, "split": 9, "auto": 0})])
def test_the_table_fits_eighty_columns_with_every_name_in_full(replay):
    console = Console(file=io.StringIO(), width=80, highlight=False, markup=False, emoji=False)
    report = report_on(plans(), replay)
    print_plans(report, console)
    text = console.file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert all(row.plan in text for row in report.rows)
    assert ("replayed" in text) == (replay is not None)


def test_nothing_to_plan_prints_nothing():
    console = Console(file=io.StringIO(), width=80)
    print_plans(PlanReport(rows=(), releases=None), console)
    assert console.file.getvalue() == ""
