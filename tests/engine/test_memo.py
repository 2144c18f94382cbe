"""What perfbuild/memo takes for the same call, and how long it keeps results."""

from __future__ import annotations

import json
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import perfbuild
from perfbuild.engine.process import node_binary

MEMO = Path(perfbuild.__file__).parent / "runtime" / "memo.js"
KEYS = Path(__file__).with_name("memo_keys.mjs")
TIMEOUT = 60.0

#: The arguments in a row are the same call; those of two rows are not.
CALLS = [
    ["", ""],
    ["undefined"],
    ["undefined, undefined"],
    ["null"],
    ["1", "1.0", "2 - 1"],
    ["'1'", '"1"'],
    ["1n", "BigInt(1)"],
    ["true"],
    ["'true'"],
    ["0"],
    ["-0"],
    ["NaN", "0 / 0"],
    ["'NaN'"],
    ["Infinity"],
    ["-Infinity"],
    ["''"],
    ["'a', 'b'"],
    ["'a,b'"],
    ["['a', 'b']"],
    ["'undefined'"],
    ["'null'"],
    ["[]"],
    ["[[]]"],
    ["[,]", "new Array(1)"],
    ["[undefined]"],
    ["[undefined, undefined]"],
    ["[, undefined]"],
    ["[null]"],
    ["[1, 2]", "Array.of(1, 2)"],
    ["[2, 1]"],
    ["[1], 2"],
    ["'1,2'"],
    ["Object.assign([1, 2], { name: 'x' })"],
    ["{}", "new Object()"],
    ["Object.create(null)"],
    ["{ 0: 1, 1: 2, length: 2 }"],
    ["{ a: undefined }"],
    ["{ a: null }"],
    ["{ a: 1, b: 2 }", "{ b: 2, a: 1 }", "({ a: 0, ...{ b: 2, a: 1 } })"],
    ["{ a: 1 }, { b: 2 }"],
    ["{ a: { b: 2 } }"],
    ["{ 'a:b': 2 }"],
    ["{ [Symbol.iterator]: 1 }"],
    ["{ [Symbol.iterator]: 2 }"],
    ["{ constructor: 1 }"],
    ["JSON.parse('{\"__proto__\": 1}')"],
    ["new Map()"],
    ["new Set()"],
    ["new Map([[1, 2]])"],
    ["new Map([['1', 2]])"],
    ["new Map([[1, new Map()]])"],
    ["new Map([[1, 2], [3, 4]])"],
    ["new Map([[3, 4], [1, 2]])"],
    ["new Set([1, 2])", "new Set([1, 2, 2])"],
    ["new Set([[1, 2]])"],
    ["new Set(['1', '2'])"],
    ["new Date(0)", "new Date('1970-01-01')"],
    ["new Date(1)"],
    ["new Date(NaN)", "new Date('never')"],
    ["'1970-01-01T00:00:00.000Z'"],
    ["/a/", "new RegExp('a')"],
    ["/a/g", "Object.assign(/a/g, { lastIndex: 1 })"],
    ["/b/"],
    ["'/a/'"],
    ["'^0'"],
    ["Symbol.iterator"],
    ["Symbol.for('a')", "Symbol.for('a')"],
    ["Symbol('a')"],
    ["Symbol('a')"],
    ["() => 1"],
    ["() => 1"],
    ["Math.max", "Math.max"],
    ["new (class { a = 1 })()"],
    ["new (class { a = 1 })()"],
    ["Object.create({ a: 1 })"],
    ["Object.create({ a: 2 })"],
    ["new (class extends Map {})()"],
    ["new Error('a')"],
    ["new Error('a')"],
    ["new Uint8Array([1])"],
    ["new DataView(new ArrayBuffer(1))"],
    ["new DataView(new ArrayBuffer(1))"],
    ["Promise.resolve(1)"],
    ["Promise.resolve(1)"],
    ["((a) => (a.a = a))({})", "((a) => (a.a = a))({})"],
    ["((a) => { a.push(a); return a; })([])"],
    ["((a) => ({ b: (a.a = a) }))({})"],
    ["((a) => { a.b.c = a; return a; })({ b: {} })", "((a) => { a.b.c = a; return a; })({ b: {} })"],
    ["((a) => { a.b.c = a.b; return a; })({ b: {} })"],
    ["((map) => map.set(1, map))(new Map())"],
    ["((a) => [a, a])({})", "[{}, {}]"],
]


def numbers(expressions: list[str]) -> list[int]:
    """For each call a number that it shares with those that memoize takes for the same."""
    done = subprocess.run(
        [node_binary(), "--no-warnings", str(KEYS), str(MEMO)],
        input=json.dumps(expressions),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: list[int] = json.loads(done.stdout)
    return result


def test_which_calls_are_the_same() -> None:
    rows = [(row, call) for row, calls in enumerate(CALLS) for call in calls]
    of_row: dict[int, set[int]] = {}
    row_of: dict[int, set[str]] = {}
    for (row, call), number in zip(rows, numbers([call for _, call in rows]), strict=True):
        of_row.setdefault(row, set()).add(number)
        row_of.setdefault(number, set()).add(f"{row}: {call}")
    assert {row: found for row, found in of_row.items() if len(found) > 1} == {}, "taken for different calls"
    shared = [calls for calls in row_of.values() if len({call.split(":")[0] for call in calls}) > 1]
    assert shared == [], "taken for the same call"


# --- any values -----------------------------------------------------------------------------------

#: A JavaScript expression, and something that is equal for equal values.
Value = tuple[str, Any]
_TEXTS = st.text(st.sampled_from('a1,:"[]{}^-@ 0n\u2028é'), max_size=4)
_LEAVES = st.one_of(
    st.sampled_from([("undefined", "undefined"), ("null", "null"), ("NaN", "NaN"), ("-0", "-0")]),
    st.booleans().map(lambda value: ("true" if value else "false", ("boolean", value))),
    st.integers(-12, 120).map(lambda value: (str(value), ("number", value))),
    st.integers(-12, 120).map(lambda value: (f"{value}n", ("bigint", value))),
    st.integers(0, 120).map(lambda value: (f"new Date({value})", ("date", value))),
    _TEXTS.map(lambda value: (json.dumps(value), ("string", value))),
)


def _array(items: list[Value]) -> Value:
    return f"[{', '.join(code for code, _ in items)}]", ("array", tuple(same for _, same in items))


def _object(members: list[tuple[str, Value]]) -> Value:
    code = ", ".join(f"[{json.dumps(name)}]: {code}" for name, (code, _) in members)
    return f"{{ {code} }}", ("object", frozenset((name, same) for name, (_, same) in members))


def _map(members: list[tuple[str, Value]]) -> Value:
    code = ", ".join(f"[{json.dumps(name)}, {code}]" for name, (code, _) in members)
    return f"new Map([{code}])", ("map", tuple((name, same) for name, (_, same) in members))


def _set(items: list[str]) -> Value:
    return f"new Set({json.dumps(items)})", ("set", tuple(items))


def _containers(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    members = st.lists(st.tuples(_TEXTS, values), max_size=3, unique_by=lambda member: member[0])
    return st.one_of(
        st.lists(values, max_size=3).map(_array),
        members.map(_object),
        members.map(_map),
        st.lists(_TEXTS, max_size=3, unique=True).map(_set),
    )


@given(st.lists(st.recursive(_LEAVES, _containers, max_leaves=6), min_size=2, max_size=150))
@example([("1", 1), ("'1'", "1")])
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_values_have_a_key_in_common_just_where_they_are_equal(values: list[Value]) -> None:
    found = numbers([code for code, _ in values])
    for (one, number), (other, another) in combinations(zip(values, found, strict=True), 2):
        assert (number == another) == (one[1] == other[1]), f"{one[0]} and {other[0]}"


# --- what is kept ---------------------------------------------------------------------------------


def run(code: str) -> Any:
    """What the code, a module with the functions of perfbuild/memo and a clock at ``now``, gives to ``answer``."""
    module = f"""
        import {{ memoize, computed, invalidate }} from {json.dumps(MEMO.as_uri())};
        let now = 1000;
        Date.now = () => now;
        const answer = (value) => process.stdout.write(JSON.stringify(value));
        {code}
    """
    done = subprocess.run(
        [node_binary(), "--no-warnings", "--input-type=module", "-e", module],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_was_used_longest_ago_goes_first() -> None:
    code = """
        const calls = [];
        const double = memoize((n) => (calls.push(n), n * 2), { maxSize: 2 });
        answer([[1, 2, 1, 3, 1, 2, 3].map((n) => double(n)), calls]);
    """
    assert run(code) == [[2, 4, 2, 6, 2, 4, 6], [1, 2, 3, 2, 3]]


def test_a_use_costs_the_same_however_much_is_kept() -> None:
    code = """
        const time = (size) => {
          const f = memoize((n) => n, { maxSize: size });
          for (let n = 0; n < size; n++) f(n);
          const start = performance.now();
          for (let n = 0; n < 20_000; n++) f(size + n);
          return performance.now() - start;
        };
        time(1000);
        answer([time(1000), time(200_000)]);
    """
    few, many = run(code)
    assert many < few * 20, "with a list to search it would be 200 times"


def test_results_are_made_again_when_they_are_old() -> None:
    code = """
        let made = 0;
        const next = memoize(() => ++made, { maxAge: 100 });
        const seen = [];
        for (const time of [1000, 1099, 1100, 1150, 1199, 1200]) { now = time; seen.push(next()); }
        answer(seen);
    """
    assert run(code) == [1, 1, 2, 2, 2, 3]


def test_an_old_result_that_is_made_again_counts_as_used() -> None:
    code = """
        const calls = [];
        const f = memoize((n) => void calls.push(n), { maxAge: 100, maxSize: 2 });
        f(1); f(2); now += 100; f(1); f(3); f(1);
        answer(calls);
    """
    assert run(code) == [1, 2, 1, 3]


def test_a_promise_is_shared_while_it_is_pending() -> None:
    """Its age counts from when it is there: a slow answer is not asked for twice."""
    code = """
        const open = [];
        const load = memoize((name) => new Promise((resolve) => open.push(() => resolve(name))), { maxAge: 10 });
        const first = load("a");
        now += 1000;
        const same = load("a") === first;
        open[0]();
        await first;
        now += 9;
        const kept = load("a") === first;
        now += 1;
        answer([same, kept, load("a") === first, open.length, await first]);
    """
    assert run(code) == [True, True, False, 2, "a"]


@pytest.mark.parametrize(("options", "calls"), [("{}", 2), ("{ cacheRejections: true }", 1)])
def test_what_failed_is_tried_again_unless_failures_are_kept(options: str, calls: int) -> None:
    code = f"""
        let calls = 0;
        const load = memoize(async () => {{ calls++; throw new Error("gone"); }}, {options});
        const said = [];
        const [one, two] = [load(), load()];
        for (const each of [one, two]) await each.catch((error) => said.push(error.message));
        await load().catch((error) => said.push(error.message));
        answer([one === two, said, calls]);
    """
    assert run(code) == [True, ["gone"] * 3, calls]


def test_a_failure_leaves_a_newer_result_alone() -> None:
    code = """
        const ends = [];
        const load = memoize(() => new Promise((resolve, reject) => ends.push({ resolve, reject })));
        const first = load().catch(() => "failed");
        load.clear();
        const second = load();
        ends[0].reject(new Error());
        await first;
        answer([await first, load() === second]);
    """
    assert run(code) == ["failed", True]


def test_a_call_that_throws_leaves_nothing() -> None:
    code = """
        let calls = 0;
        const f = memoize(() => { if (++calls < 2) throw new Error("not yet"); return calls; });
        let said;
        try { f(); } catch (error) { said = error.message; }
        answer([said, f(), f()]);
    """
    assert run(code) == ["not yet", 2, 2]


def test_this_is_passed_on_and_results_can_be_forgotten() -> None:
    code = """
        let calls = 0;
        const counter = { step: 5, next: memoize(function (n, options) { calls++; return this.step + n; }) };
        const seen = [counter.next(1, { a: 1 }), counter.next(2), counter.next(1, { a: 1 })];
        const { next } = counter;
        const gone = [next.delete(1, { a: 1 }), next.delete(1, { a: 1 }), next.delete(3)];
        counter.next(1, { a: 1 }); counter.next(2);
        const before = calls;
        next.clear();
        counter.next(1, { a: 1 }); counter.next(2);
        answer([seen, gone, before, calls]);
    """
    assert run(code) == [[6, 7, 6], [True, False, False], 3, 5]


def test_a_key_function_decides() -> None:
    code = """
        const calls = [];
        const f = memoize((user) => calls.push(user.id), { keyFn: (user) => user.id });
        f({ id: 1, name: "a" }); f({ id: 1, name: "b" }); f({ id: "1" });
        answer([calls, f.delete({ id: 1 }), f.delete({ id: 1 })]);
    """
    assert run(code) == [[1, "1"], True, False]


def test_a_memoized_function_may_call_itself() -> None:
    code = """
        const sum = memoize((n) => (n ? n + sum(n - 1) : 0), { maxSize: 3 });
        answer([sum(100), sum(100)]);
    """
    assert run(code) == [5050, 5050]


def test_computed_values_are_kept_by_object_and_name() -> None:
    code = """
        const calls = [];
        const [one, two] = [{ n: 1 }, { n: 2 }];
        const get = (target, key) => computed(target, key, ({ n }) => (calls.push(`${n}.${key}`), undefined));
        get(one, "a"); get(one, "a"); get(two, "a"); get(one, "b"); get(two, "a");
        answer(calls);
    """
    assert run(code) == ["1.a", "2.a", "1.b"]


@pytest.mark.parametrize(
    ("key", "again"),
    [
        ('"user"', ["user", "greeting", "page", "initials"]),
        ('"user.name"', ["initials"]),
        ('"initials"', ["initials"]),
        ('"use"', []),
        ('"cart"', ["total"]),
        ('"cart.items"', []),
        ("undefined", ["user", "greeting", "page", "initials", "total", "users"]),
    ],
)
def test_what_depends_on_something_is_forgotten_with_it(key: str, again: list[str]) -> None:
    """By its own name, by what it depends on or on something within that, and by values that it is made from."""
    code = f"""
        const all = {{
          user: [], greeting: ["user"], page: ["greeting"],
          initials: ["user.name"], total: ["cart"], users: ["users.all"],
        }};
        const [target, other] = [{{}}, {{}}];
        const calls = [];
        const ask = (of) => {{
          for (const [name, on] of Object.entries(all)) {{
            computed(of, name, () => calls.push(of === other ? "other" : name), on);
          }}
        }};
        ask(target); ask(other);
        calls.length = 0;
        invalidate(target, {key});
        ask(target); ask(other);
        answer(calls);
    """
    assert run(code) == again


def test_computed_values_may_ask_for_others_and_in_a_circle_be_forgotten() -> None:
    code = """
        const target = {};
        const calls = [];
        const inner = () => computed(target, "inner", () => calls.push("inner"), ["outer"]);
        const outer = () => computed(target, "outer", () => (calls.push("outer"), inner()), ["inner"]);
        outer(); outer(); inner();
        invalidate(target, "inner");
        outer();
        invalidate({}, "inner");
        answer(calls);
    """
    assert run(code) == ["outer", "inner", "outer", "inner"]
