"""The plan: always a sound one, never a dearer one, and far cheaper where there is something to gain."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from perfbuild.chunking.comparison import as_split, chunk_per_package, single_chunk, vendor_and_common
from perfbuild.chunking.costs import cost_of
from perfbuild.chunking.planner import arrange
from perfbuild.chunking.transfer import transfer_size
from perfbuild.config import Chunks
from perfbuild.model import Arrangement, Atom

from .atoms import Page, application, atoms_of, named, program_order, programs, roots_of, shuffled

DEFAULTS = Chunks()
#: Merges everything that may be merged, so that only soundness is in the way.
EAGER = Chunks(request_cost=10_000_000)

PLANS = st.sampled_from((DEFAULTS, EAGER, Chunks(returning=50.0), Chunks(min_size=3000), Chunks(max_async_requests=2)))


@st.composite
def weights_of(draw: st.DrawFn, atoms: tuple[Atom, ...]) -> dict[int, float]:
    roots = roots_of(atoms)
    amounts = st.floats(0, 1e6, allow_nan=False)
    return draw(st.dictionaries(st.sampled_from(roots), amounts, max_size=len(roots))) if draw(st.booleans()) else {}


def plan(atoms: tuple[Atom, ...], chosen: Chunks = DEFAULTS) -> Arrangement:
    return arrange(atoms, {}, {}, chosen)


# --- any program ----------------------------------------------------------------------------------


@given(programs(), PLANS)
def test_every_atom_is_in_exactly_one_chunk(atoms: tuple[Atom, ...], chosen: Chunks) -> None:
    placed = [atom for chunk in plan(atoms, chosen).chunks for atom in chunk.atoms]
    assert sorted(placed) == list(range(len(atoms)))


@given(programs(), PLANS)
def test_chunks_import_one_another_without_cycles(atoms: tuple[Atom, ...], chosen: Chunks) -> None:
    assert_acyclic(atoms, plan(atoms, chosen))


@given(programs())
def test_what_people_configure_by_hand_is_without_cycles_too(atoms: tuple[Atom, ...]) -> None:
    for strategy in (as_split, single_chunk, vendor_and_common, chunk_per_package):
        arrangement = strategy(atoms)
        assert sorted(atom for chunk in arrangement.chunks for atom in chunk.atoms) == list(range(len(atoms)))
        assert_acyclic(atoms, arrangement)


@settings(max_examples=200)
@given(programs(), PLANS, st.data())
def test_a_visit_runs_the_same_effects_in_the_same_order(
    atoms: tuple[Atom, ...], chosen: Chunks, data: st.DataObject
) -> None:
    """Along any way from an entry: what runs with effects, and when, is as if nothing had been merged."""
    planned = plan(atoms, chosen)
    assert sorted(planned.order) == list(range(len(atoms)))
    merged, apart = Page(atoms, planned, planned.order), Page(atoms, as_split(atoms), planned.order)
    at: set[int] = set()
    choices = [place for place, atom in enumerate(atoms) if atom.is_entry]
    while choices and len(at) < 8:
        root = data.draw(st.sampled_from(choices))
        at.add(root)
        merged.visit(root)
        apart.visit(root)
        assert merged.effects() == apart.effects()
        # What can be reached next is what the program itself has run, not what was merged into its chunks.
        choices = sorted({target for atom in apart.ran for target in atoms[atom].dynamic_imports} - at)


@given(programs(), PLANS)
def test_groups_stay_as_they_are_and_entries_apart(atoms: tuple[Atom, ...], chosen: Chunks) -> None:
    for chunk in plan(atoms, chosen).chunks:
        if any(atoms[atom].group for atom in chunk.atoms):
            assert len(chunk.atoms) == 1
        assert sum(atoms[atom].is_entry for atom in chunk.atoms) <= 1


@given(programs(), st.data())
def test_a_plan_never_costs_more_than_the_engines_split(atoms: tuple[Atom, ...], data: st.DataObject) -> None:
    weights = data.draw(weights_of(atoms))
    chosen = data.draw(st.sampled_from((DEFAULTS, EAGER, Chunks(returning=50.0), Chunks(max_size=9000))))
    planned = cost_of(atoms, arrange(atoms, weights, {}, chosen), weights, {}, chosen)
    apart = cost_of(atoms, as_split(atoms), weights, {}, chosen)
    assert planned.total <= apart.total * (1 + 1e-9)


@given(programs(), PLANS, st.data())
def test_the_order_of_the_atoms_does_not_matter(atoms: tuple[Atom, ...], chosen: Chunks, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(atoms))))
    weights = data.draw(weights_of(atoms))
    again = arrange(shuffled(atoms, order), {order.index(root): weight for root, weight in weights.items()}, {}, chosen)
    back = [(chunk.name, tuple(order[atom] for atom in chunk.atoms), chunk.why) for chunk in again.chunks]
    first = arrange(atoms, weights, {}, chosen)
    assert back == [(chunk.name, chunk.atoms, chunk.why) for chunk in first.chunks]
    assert tuple(order[atom] for atom in again.order) == first.order


@given(programs(), st.integers(0, 40_000))
def test_no_merged_chunk_is_above_max_size(atoms: tuple[Atom, ...], most: int) -> None:
    for chunk in plan(atoms, replace(EAGER, max_size=most)).chunks:
        size = transfer_size(sum(atoms[atom].size for atom in chunk.atoms))
        assert len(chunk.atoms) == 1 or size <= most


@given(programs(), st.floats(0, 1), st.floats(0, 1))
def test_the_cost_is_the_sum_of_its_parts(atoms: tuple[Atom, ...], rate: float, returning: float) -> None:
    """Without weights and with one rate for all: bytes and requests can be counted on the pages."""
    assume(any(atom.is_entry for atom in atoms))
    chosen = Chunks(returning=returning)
    arrangement = plan(atoms, chosen)
    cost = cost_of(atoms, arrangement, {}, {module: rate for atom in atoms for module, _ in atom.modules}, chosen)
    entry = next(route for route in cost.routes if atoms[route.root].is_entry)
    page = Page(atoms, arrangement, program_order(atoms))
    page.visit(entry.root)
    assert entry.requests == len(page.loaded)
    sizes = [sum(atoms[atom].size for atom in arrangement.chunks[chunk].atoms) for chunk in page.loaded]
    assert entry.bytes == pytest.approx(sum(map(transfer_size, sizes)))
    assert cost.release_bytes <= cost.mean_bytes * (1 + 1e-9)


def assert_acyclic(atoms: tuple[Atom, ...], arrangement: Arrangement) -> None:
    home = {atom: place for place, chunk in enumerate(arrangement.chunks) for atom in chunk.atoms}
    edges = {place: set[int]() for place in range(len(arrangement.chunks))}
    for place, atom in enumerate(atoms):
        edges[home[place]].update({home[target] for target in atom.imports} - {home[place]})
    while edges:
        ends = {chunk for chunk, targets in edges.items() if not targets & edges.keys()}
        assert ends, f"chunks wait for each other: {edges}"
        for chunk in ends:
            del edges[chunk]


# --- what it decides ------------------------------------------------------------------------------


def test_what_the_entry_has_loaded_for_every_route_goes_into_the_entry() -> None:
    atoms = atoms_of({"main": "@react", "a": "@react", "b": "@react"}, lazy={"main": "a b"}, sizes={"a": 90_000})
    stable = arrange(atoms, {}, {"src/main.js": 0.0, "node_modules/react/index.js": 0.0}, DEFAULTS)
    assert frozenset({"main", "react"}) in named(atoms, stable)


def test_what_rarely_changes_stays_apart_where_visitors_return() -> None:
    atoms = atoms_of(
        {"main": "@react", "a": "@react"}, lazy={"main": "a"}, sizes={"@react": 400_000, "main": 4000, "a": 90_000}
    )
    chosen = Chunks(returning=3.0)
    assert frozenset({"react"}) in named(atoms, arrange(atoms, {}, {"src/main.js": 0.5}, chosen))
    assert frozenset({"main", "react"}) in named(atoms, arrange(atoms, {}, {"src/main.js": 0.0}, chosen))


def test_a_route_that_many_visit_is_not_made_to_load_what_few_need() -> None:
    atoms = atoms_of(
        {"main": "", "hot": "both", "cold": "both own", "warm": "own"},
        lazy={"main": "hot cold warm"},
        sizes={"main": 900_000, "hot": 300_000, "cold": 300_000, "warm": 300_000, "both": 20_000, "own": 20_000},
    )
    place = {atom.file.partition("-_")[0]: index for index, atom in enumerate(atoms)}
    often = {place["main"]: 1.0, place["hot"]: 1000.0, place["cold"]: 1.0, place["warm"]: 1.0}
    cold = {place["main"]: 1.0, place["hot"]: 1.0, place["cold"]: 1000.0, place["warm"]: 1.0}
    assert frozenset({"both", "own"}) not in named(atoms, arrange(atoms, often, {}, DEFAULTS))
    assert frozenset({"both", "own"}) in named(atoms, arrange(atoms, cold, {}, DEFAULTS))


def test_an_effect_is_not_loaded_where_it_is_not_needed() -> None:
    graph = {"main": "", "a": "one two", "b": "one", "c": "two"}
    lazy = {"main": "a b c"}
    sizes = {"main": 900_000, "a": 90_000, "b": 90_000, "c": 90_000, "one": 100, "two": 100}
    pure = atoms_of(graph, lazy=lazy, sizes=sizes)
    # With many returning visitors nothing joins the entry.
    assert frozenset({"one", "two"}) in named(pure, plan(pure, Chunks(returning=0.5)))
    with_effect = atoms_of(graph, lazy=lazy, sizes=sizes, impure="two")
    assert frozenset({"two"}) in named(with_effect, plan(with_effect, Chunks(returning=0.5)))


def test_effects_that_two_entries_run_in_opposite_orders_stay_apart() -> None:
    atoms = atoms_of({"main": "x y", "other": "y x"}, entries="main other", impure="x y")
    assert named(atoms, plan(atoms, EAGER)) == {frozenset({each}) for each in ("main", "other", "x", "y")}
    agreed = atoms_of({"main": "x y", "other": "x y"}, entries="main other", impure="x y")
    assert frozenset({"x", "y"}) in named(agreed, plan(agreed, EAGER))


def test_atoms_that_already_import_one_another_in_a_cycle_stay_as_they_are() -> None:
    atoms = atoms_of({"main": "x", "a": "x", "x": "y", "y": "x z"}, lazy={"main": "a"})
    assert {frozenset({"x"}), frozenset({"y"})} <= named(atoms, plan(atoms, EAGER))


def test_nothing_comes_into_a_chunk_that_waits() -> None:
    """``main`` awaits ``import("a")``, and ``a`` needs ``shared``: in one chunk they would wait for each other."""
    atoms = atoms_of({"main": "shared", "a": "shared"}, lazy={"main": "a"}, impure="a")
    assert frozenset({"main", "shared"}) in named(atoms, plan(atoms, EAGER))
    waiting = atoms_of({"main": "shared", "a": "shared"}, lazy={"main": "a"}, impure="a", awaits="main")
    assert frozenset({"main"}) in named(waiting, plan(waiting, EAGER))
    below = atoms_of({"main": "setup shared", "a": "shared"}, lazy={"setup": "a"}, awaits="setup")
    assert {frozenset({"main"}), frozenset({"setup"})} <= named(below, plan(below, EAGER))


def test_a_configured_group_stays_alone() -> None:
    atoms = atoms_of({"main": "v s", "a": "v s"}, lazy={"main": "a"}, groups={"v": "vendor"})
    chunks = {chunk.name: chunk for chunk in plan(atoms).chunks}
    assert chunks["vendor"].why == "cache group vendor"
    assert len(chunks["vendor"].atoms) == 1


# --- limits -----------------------------------------------------------------------------------------

#: Each of the libraries is shared by other routes, so that nothing is merged for nothing.
SPREAD = atoms_of(
    {"main": "", "a": "one two three", "b": "one two", "c": "two three", "d": "one three"},
    lazy={"main": "a b c d"},
    sizes={"main": 90_000, **dict.fromkeys("abcd", 50_000), **dict.fromkeys(("one", "two", "three"), 150_000)},
)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_lazy_route_loads_at_most_max_async_requests_further_files(most: int) -> None:
    free = cost_of(SPREAD, plan(SPREAD), {}, {}, DEFAULTS)
    assert max(route.requests for route in free.routes) == 5
    chosen = Chunks(max_async_requests=most)
    cost = cost_of(SPREAD, plan(SPREAD, chosen), {}, {}, chosen)
    entry = next(route for route in cost.routes if SPREAD[route.root].is_entry)
    assert max(route.requests for route in cost.routes) - entry.requests <= most


def test_an_entry_loads_at_most_max_initial_requests_files() -> None:
    atoms = atoms_of(
        {"main": "one two", "other": "two three", "third": "one three"},
        entries="main other third",
        sizes=dict.fromkeys(("one", "two", "three"), 400_000),
    )
    free = cost_of(atoms, plan(atoms), {}, {}, DEFAULTS)
    assert max(route.requests for route in free.routes) == 3
    chosen = Chunks(max_initial_requests=2)
    cost = cost_of(atoms, plan(atoms, chosen), {}, {}, chosen)
    assert max(route.requests for route in cost.routes) == 2


def test_shared_chunks_below_min_size_are_merged() -> None:
    sizes = {"main": 900_000, "a": 90_000, "b": 90_000, "c": 90_000, "one": 30_000, "two": 30_000}
    atoms = atoms_of({"main": "", "a": "one two", "b": "one", "c": "two"}, lazy={"main": "a b c"}, sizes=sizes)
    cheap = Chunks(request_cost=0)
    assert frozenset({"one"}) in named(atoms, plan(atoms, cheap))
    large = named(atoms, plan(atoms, replace(cheap, min_size=5500)))
    assert not {frozenset({"one"}), frozenset({"two"})} & large


def test_limits_that_are_kept_are_not_told_of() -> None:
    assert plan(SPREAD, Chunks(max_async_requests=2, min_size=1000)).breaches == ()


def test_limits_that_cannot_be_kept_are_told_of() -> None:
    groups = {"one": "one", "two": "two", "three": "three"}
    atoms = tuple(replace_group(atom, groups.get(atom.file.partition("-")[0])) for atom in SPREAD)
    [breach] = plan(atoms, Chunks(max_async_requests=2)).breaches
    assert (breach.limit, breach.wanted, breach.found, breach.count) == ("max_async_requests", 2, 4, 4)
    assert atoms[breach.atom].facade == "src/a.js"
    sizes = {"main": 900_000, "a": 90_000, "b": 90_000, "one": 30_000}
    large = atoms_of({"main": "", "a": "one", "b": "one"}, lazy={"main": "a b"}, sizes=sizes)
    [small] = plan(large, Chunks(min_size=5500, max_size=10_000)).breaches
    assert (small.limit, small.wanted, large[small.atom].modules[0][0]) == ("min_size", 5500, "src/one.js")
    assert small.found == round(transfer_size(30_000)) < 5500


def replace_group(atom: Atom, group: str | None) -> Atom:
    return msgspec.structs.replace(atom, group=group)


# --- names, reasons -----------------------------------------------------------------------------------


def test_chunks_are_called_as_people_would_call_them() -> None:
    atoms = (
        *atoms_of({"main": ""}, lazy={"main": "About"}),
        Atom(
            file="x.js",
            size=400_000,
            imports=(),
            dynamic_imports=(),
            is_entry=False,
            facade=None,
            modules=(("node_modules/@mui/material/Button.js", 1), ("node_modules/@mui/material/Card.js", 1)),
            pure=True,
        ),
    )
    assert {chunk.name for chunk in as_split(atoms).chunks} == {"main", "About", "mui-material"}


def test_the_reason_says_for_whom_and_what_it_saves() -> None:
    atoms = atoms_of(
        {"main": "", "a": "one two", "b": "one two", "c": "two"},
        lazy={"main": "a b c"},
        sizes={"main": 900_000, "a": 90_000, "b": 90_000, "c": 90_000, "one": 4000, "two": 4000},
    )
    chunks = plan(atoms, Chunks(returning=0.5)).chunks
    chunk = next(chunk for chunk in chunks if len(chunk.atoms) == 2 and chunk.name.startswith("shared-"))
    assert chunk.why == "shared by 3 of 4 routes; merging saves 0.7 requests a visit for 150 B"
    alone = next(chunk for chunk in chunks if chunk.name == "a")
    assert alone.why == "for 1 of 4 routes"


# --- quality, time --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_a_visit_to_an_application_of_thirteen_routes_costs_far_less(seed: int) -> None:
    atoms = application(13, 60, seed)
    planned = cost_of(atoms, plan(atoms), {}, {}, DEFAULTS)
    apart = cost_of(atoms, as_split(atoms), {}, {}, DEFAULTS)
    assert planned.total < 0.93 * apart.total
    assert planned.mean_requests < 0.8 * apart.mean_requests
    assert planned.mean_bytes < 1.02 * apart.mean_bytes
    before = {route.root: route.bytes for route in apart.routes}
    assert all(route.bytes < 1.018 * before[route.root] for route in planned.routes)


def test_what_guides_recommend_costs_more_than_either() -> None:
    atoms = application(13, 60, 1)
    planned, apart, vendor, whole = (
        cost_of(atoms, arrangement, {}, {}, DEFAULTS)
        for arrangement in (plan(atoms), as_split(atoms), vendor_and_common(atoms), single_chunk(atoms))
    )
    assert planned.total < apart.total < vendor.total < whole.total
    assert whole.mean_requests == 1
