"""Atoms whose effects wait until an importer asks for them: their code, and which of them may wait."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from tests.engine.node import node, source_of
from tests.unit.chunking.atoms import Page, atoms_of, program_order, roots_of

from perfbuild.chunking.planner import arrange
from perfbuild.config import Chunks, CliOptions, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.engine.process import HOST
from perfbuild.model import ArrangedChunk, Arrangement, Atom
from perfbuild.pipeline import build

RUNNER = Path(__file__).with_name("run_deferred.mjs")
ENGINE = HOST.parent.as_uri() + "/"
#: Each exports what must be the same afterwards; functions are called.
FORMS = {
    "expression": 'log("a");\nexport {};\n',
    "const": 'const a = log("a");\nexport { a };\n',
    "several": 'const a = log("a"), b = 2, c = [a, b];\nlet d, e = log("e");\nexport { a, b, c, d, e };\n',
    "let": 'let a = 1;\nlog(a);\na = log("b");\nlet b;\nb = a;\nexport { a, b };\n',
    "var": 'var a = 1;\nvar a = log("a");\nvar a;\nexport { a };\n',
    "object pattern": 'const { a, b: [c, ...d], e = log("e"), ...f } = log({ a: 1, b: [2, 3], g: 4 });\n'
    "export { a, c, d, e, f };\n",
    "array pattern": 'log("z");\nconst [a, , b = 2] = [log(1)], c = 3;\nexport { a, b, c };\n',
    "class": 'class A {\n\tstatic x = log("x");\n\tstatic y() {\n\t\treturn A.x;\n\t}\n}\n'
    "const y = A.y();\nexport { A, y };\n",
    "superclass": "const B = log(class {\n});\nclass A extends B {\n\tz = 1;\n}\nconst { z } = new A();\n"
    "export { A as default, z };\n",
    "static block": 'class A {\n\tstatic {\n\t\tvar own = log("block");\n\t\tthis.x = own;\n\t}\n}\n'
    "const x = A.x;\nexport { x };\n",
    "names": 'log("a");\nconst f = () => f.name;\nconst g = log(function() {\n\treturn g.name;\n});\n'
    "export { f, g };\n",
    "for": "for (var i = 0, n = 2; i < n; i++) log(i);\nfunction last() {\n\treturn [i, n];\n}\nexport { last };\n",
    "for of": "for (var [a, b] of [[1, 2], [3, 4]]) log(a + b);\nfor (const c of [a]) log(c);\nexport { a, b };\n",
    "for in": "for (var key in { a: 1, b: 2 }) log(key);\nexport { key };\n",
    "for without start": "for (var i; (i ??= 0) < 2; i++) log(i);\nexport { i };\n",
    "for with pattern": "for (var { a } = { a: 0 }; a < 2; a++) log(a);\nexport { a };\n",
    "if": 'if (log(1)) var a = "yes";\nelse {\n\tvar b = "no", { c } = {};\n}\n'
    "function all() {\n\treturn [a, b, c];\n}\nexport { all };\n",
    "try": 'try {\n\tvar a = log("a");\n\tthrow a;\n} catch (error) {\n\tvar b = error;\n} finally {\n\tvar c = 1;\n}\n'
    "export { a, b, c };\n",
    "switch": 'switch (log(1)) {\n\tcase 1:\n\t\tvar a = "one";\n\tdefault: var b;\n}\nexport { a, b };\n',
    "loops": "while (log(false)) {\n\tvar a = 1;\n}\ndo {\n\tvar b = log(2);\n} while (false);\nouter: for (;;) {\n"
    "\tvar c = 3;\n\tbreak outer;\n}\nexport { a, b, c };\n",
    "block": "{\n\tlet own = log(1);\n\tvar a = own;\n\tfunction inner() {\n\t\tvar deep = 1;\n\t}\n}\nexport { a };\n",
    "functions": 'const a = log("a");\nfunction one() {\n\treturn a;\n}\n'
    "async function two() {}\nconst three = () => one();\nexport { one, three };\n",
    "this": "const self = log(typeof this);\nexport { self };\n",
    "read after an effect": "const table = { a: 1 };\ntable.a = log(2);\nconst a = table.a, copy = { ...table };\n"
    "const text = `${table.a}`;\nexport { a, copy, text };\n",
    "length after an effect": 'const list = [];\nlist.push(log("a"));\n'
    "const all = [...list], first = new Set(list).size;\nexport { all, first };\n",
    "annotated after an effect": 'let count = 0;\nfunction next() {\n\treturn ++count;\n}\nnext(log("a"));\n'
    "const a = /* @__PURE__ */ next();\nexport { a };\n",
    "helpers that a package brings": 'log("a");\nvar __defProp = Object.defineProperty;\nvar __exportAll = (all) => {\n'
    "\tlet target = {};\n\tfor (var name in all) __defProp(target, name, { get: all[name], enumerable: true });\n"
    "\treturn target;\n};\nvar all = /* @__PURE__ */ __exportAll({ a: () => 1 });\nconst keys = Object.keys(all);\n"
    "export { keys };\n",
    "names that a package gives": 'log("a");\nvar __defProp = Object.defineProperty;\n'
    'var __name = (target, value) => {\n\treturn __defProp(target, "name", { value });\n};\n'
    'function a() {\n\treturn a.name;\n}\n__name(a, "other");\nexport { a };\n',
    "components of a package that brings helpers": 'import { require_a } from "./plain.js";\nlog("a");\n'
    "var copy = Object.assign;\nvar __toESM = (module) => {\n\treturn copy({}, module);\n};\n"
    'var import_react = /* @__PURE__ */ __toESM(require_a());\nconst made = (0, import_react.memo)("b");\n'
    "export { made };\n",
    "global after an effect": 'globalThis.mark = log("a");\nconst mark = globalThis.mark;\nexport { mark };\n',
    "property of its own": 'function A() {\n\treturn A.label;\n}\nA.label = "a";\n'
    'log(A.label);\nA.label = "b";\nexport { A };\n',
    "imports of a deferred one": 'import { ready as r } from "./deferred.js";\nconst a = [r];\nconst b = () => r;\n'
    "export { a, b };\n",
    "namespace of a deferred one": 'import * as all from "./deferred.js";\n'
    "const a = { ...all }.ready;\nexport { a };\n",
    "changed by a deferred one": 'import { config } from "./deferred.js";\nimport { plain } from "./plain.js";\n'
    "const a = plain.value;\nconst b = config.size;\nexport { a, b };\n",
    "only loads a deferred one": 'import "./deferred.js";\nfunction a() {\n\treturn 1;\n}\nexport { a };\n',
    "template": "const a = `\nconst x = 1;\n${log('a')}`;\nexport { a };\n",
    "other characters": 'const a = "žluťoučký 🐎";\nlog(a);\nconst b = log(`🐎${a}`);\nexport { a, b };\n',
    "comments": '// src/a.js\nconst a = log("a"); // the end\n'
    '/* before */ const b = log("b") /* in */;\n// after\nexport { a, b };\n',
    "default": "var a_default = log({ x: 1 });\nexport { a_default as default };\n",
    "throws later": "const a = () => {\n\tthrow log(1);\n};\nlog(typeof a);\nexport {};\n",
}
#: What surely is the same at any time stays where it is, so that it costs no bytes.
STAYS = {
    "literal": 'const a = "a";\nlog(1);\nconst b = "b";\nlet c = -1;\n',
    "functions": "log(1);\nfunction a() {}\nconst b = () => log(2);\nconst c = { b };\nconst d = [c, undefined];\n",
    "classes": "log(1);\nclass A {\n\tx = log(2);\n}\nclass B extends A {}\n",
    "packages": 'import { require_a } from "./plain.js";\nlog(1);\nvar a = require_a();\n',
    "makers": 'import { require_a as require_react } from "./plain.js";\nlog(1);\nvar import_react = require_react();\n'
    "const C = (0, import_react.memo)(() => null);\nconst seen = new Map();\n",
}
NOT_DEFERRED = {
    "exported declaration": "export const a = log(1);\n",
    "exported default": "export default log(1);\n",
    "no JavaScript": "const = 1;\n",
    "using": "using a = log({ [Symbol.dispose]() {} });\nexport {};\n",
    "own name": 'const __perfbuild_run = log("a");\nexport { __perfbuild_run };\n',
}
DECIDE = """
const { Deferral } = await import(process.argv[1]);
const programs = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(programs.map((nodes) => {
  const deferral = new Deferral(nodes.map((node) => ({ ...node, canWait: () => node.canWait })));
  return { deferred: [...deferral.deferred], runs: nodes.map((_, place) => deferral.runsOf(place)) };
})));
"""
#: Requests dearer than anything: whatever can be merged is.
DEAR = Chunks(request_cost=10_000_000, returning=0.0)


def test_every_form_of_statement_runs_as_it_did_but_later(tmp_path: Path) -> None:
    answers = node([str(RUNNER), ENGINE, str(tmp_path)], FORMS)
    for name, code in FORMS.items():
        wanted, actual = answers[name].get("wanted"), answers[name].get("actual")
        assert actual is not None, code
        shown = answers[name]["code"]
        assert (actual["loaded"], actual["again"]) == ("", ""), shown
        assert (actual["ran"], actual["exports"]) == (wanted["loaded"], wanted["exports"]), shown


def test_what_is_always_the_same_stays_where_it_is(tmp_path: Path) -> None:
    for name, answer in node([str(RUNNER), ENGINE, str(tmp_path)], STAYS).items():
        deferred = answer["code"].partition("__perfbuild_run = () => {\n")[2].partition("\n};\n")[0]
        assert [line for line in deferred.splitlines() if line] == ["__perfbuild_run = () => {};", "log(1);"], name


def test_what_cannot_be_put_into_a_function_is_not(tmp_path: Path) -> None:
    answers = node([str(RUNNER), ENGINE, str(tmp_path)], NOT_DEFERRED)
    assert {name: answer["code"] for name, answer in answers.items()} == dict.fromkeys(NOT_DEFERRED)


class Decision(NamedTuple):
    deferred: set[int]
    runs: list[list[int]]


def decisions(programs: Sequence[tuple[tuple[Atom, ...], set[int]]]) -> list[Decision]:
    """For each list of atoms, of which some cannot wait."""
    answers = node(
        ["--input-type=module", "-e", DECIDE, f"{ENGINE}deferral.mjs"],
        [
            [
                {
                    "imports": atom.imports,
                    "dynamicImports": atom.dynamic_imports,
                    "isEntry": atom.is_entry,
                    "isFacade": place in roots_of(atoms),
                    "isPure": atom.pure,
                    "canWait": place not in unable,
                    "waits": atom.awaits,
                }
                for place, atom in enumerate(atoms)
            ]
            for atoms, unable in programs
        ],
    )
    return [Decision(set(answer["deferred"]), answer["runs"]) for answer in answers]


def decided(atoms: tuple[Atom, ...], unable: str = "") -> dict[str, str]:
    """The deferred atoms and those that call others, each with what it calls, by their names."""
    names = [atom.file.partition("-_")[0] for atom in atoms]
    (decision,) = decisions([(atoms, {names.index(name) for name in unable.split()})])
    return {
        name: ("deferred " if place in decision.deferred else "") + " ".join(names[one] for one in decision.runs[place])
        for place, name in enumerate(names)
        if place in decision.deferred or decision.runs[place]
    }


def test_what_some_routes_share_waits_and_what_all_or_one_need_does_not() -> None:
    atoms = atoms_of(
        {"main": "all", "a": "all own some", "b": "some", "c": ""}, lazy={"main": "a b c"}, impure="all some own"
    )
    assert decided(atoms) == {"some": "deferred ", "a": "some", "b": "some"}


def test_who_imports_what_waits_waits_too_and_calls_each_once() -> None:
    atoms = atoms_of(
        {"a": "low page high", "b": "page", "page": "low", "high": "low"},
        lazy={"main": "a b c"},
        impure="low high",
    )
    assert decided(atoms) == {
        "low": "deferred ",
        "page": "deferred low",
        "high": "low",
        "a": "page",
        "b": "page",
    }


def test_what_stands_in_the_way_of_others_waits_if_it_can() -> None:
    atoms = atoms_of({"a": "some own", "b": "some", "c": ""}, lazy={"main": "a b c"}, impure="some own")
    assert decided(atoms) == {"some": "deferred ", "own": "deferred ", "a": "some own", "b": "some"}
    assert decided(atoms, unable="own") == {}
    assert decided(atoms, unable="some") == {}


def test_what_shares_a_root_with_a_top_level_await_does_not_wait() -> None:
    atoms = atoms_of({"a": "some slow", "b": "some", "c": ""}, lazy={"main": "a b c"}, impure="some", awaits="slow")
    assert decided(atoms) == {}


def test_order_holds_wherever_visitors_go() -> None:
    """Random programs: effects happen in the order of the split, whatever the plan makes of the atoms."""
    draw = random.Random(7)
    programs = [program(draw) for _ in range(400)]
    found = decisions(programs)
    for (atoms, _), decision in zip(programs, found, strict=True):
        sent = tuple(
            msgspec.structs.replace(atom, pure=place in decision.deferred or (atom.pure and not decision.runs[place]))
            for place, atom in enumerate(atoms)
        )
        apart = Arrangement(chunks=tuple(ArrangedChunk(name="", atoms=(place,)) for place in range(len(atoms))))
        planned = arrange(sent, {}, {}, DEAR)
        for way in (ways(atoms, draw) for _ in range(3)):
            wanted = Visitor(atoms, apart, Decision(set(), [[] for _ in atoms])).effects_on(way)
            assert Visitor(atoms, apart, decision).effects_on(way) == wanted
            assert Visitor(atoms, planned, decision).effects_on(way) == wanted
    assert sum(bool(decision.deferred) for decision in found) > 60


def program(draw: random.Random) -> tuple[tuple[Atom, ...], set[int]]:
    """Atoms without cycles, one entry, lazy roots; and those that cannot wait."""
    count = draw.randint(5, 14)
    lazy = sorted(draw.sample(range(1, count), draw.randint(3, min(6, count - 1))))
    files = [f"{place}.js" for place in range(count)]
    atoms = tuple(
        Atom(
            file=file,
            size=draw.choice([100, 20_000, 90_000]),
            imports=tuple(
                draw.sample(range(place + 1, count), min(draw.randint(0, 3 if place else 1), count - place - 1))
            ),
            dynamic_imports=tuple(lazy if place == 0 else draw.sample(lazy, draw.randint(0, 1))),
            is_entry=place == 0,
            facade=file if place == 0 or place in lazy else None,
            modules=((file, 1),),
            pure=draw.random() < 0.5,
        )
        for place, file in enumerate(files)
    )
    return atoms, {place for place in range(count) if draw.random() < 0.1}


def ways(atoms: tuple[Atom, ...], draw: random.Random) -> list[int]:
    """Roots in an order in which a visitor can reach them: each from what is loaded by then."""
    way, loaded = [0], closure(atoms, 0)
    while known := [t for place in loaded for t in atoms[place].dynamic_imports if t not in way]:
        way.append(draw.choice(sorted(known)))
        loaded |= closure(atoms, way[-1])
    return way


def closure(atoms: tuple[Atom, ...], start: int) -> set[int]:
    found = {start}
    pending = [start]
    while pending:
        new = set(atoms[pending.pop()].imports) - found
        found |= new
        pending.extend(new)
    return found


class Visitor:
    """Loads roots and has deferred atoms run as their importers ask for it."""

    def __init__(self, atoms: tuple[Atom, ...], arrangement: Arrangement, decision: Decision) -> None:
        self._atoms = atoms
        self._page = Page(atoms, arrangement, arrangement.order or program_order(atoms))
        self._decision = decision
        self._done: set[int] = set()
        self._effects: list[int] = []

    def effects_on(self, way: list[int]) -> list[list[int]]:
        """What has had an effect after each step."""
        return [self._visit(root) for root in way]

    def _visit(self, root: int) -> list[int]:
        evaluated = len(self._page.ran)
        self._page.visit(root)
        for atom in self._page.ran[evaluated:]:
            if atom not in self._decision.deferred:
                self._run(atom)
        return list(self._effects)

    def _run(self, atom: int) -> None:
        if atom in self._done:
            return
        self._done.add(atom)
        for one in self._decision.runs[atom]:
            self._run(one)
        if not self._atoms[atom].pure:
            self._effects.append(atom)


SOURCES = {
    "index.html": '<!doctype html><html lang="en"><head><title>x</title></head><body>'
    '<script type="module" src="/src/main.js"></script>',
    "src/main.js": "[() => import('./a.js'), () => import('./b.js'), () => import('./c.js')].map((load) => load());\n",
    "src/a.js": 'import { shared } from "./shared.js";\nconsole.log("a", shared);\n',
    "src/b.js": 'import { shared } from "./shared.js";\nconsole.log("b", shared);\n',
    "src/c.js": 'console.log("c");\n',
    "src/shared.js": "// It stands\n// on line three.\nexport const shared = console.log('effect of shared');\n",
}


def test_source_maps_lead_to_where_the_effect_was_written(tmp_path: Path) -> None:
    for name, text in SOURCES.items():
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(text)
    options = CliOptions(out=tmp_path / "out", compress=False, cache=False, sourcemap=True)
    config, _ = load_config(tmp_path / "project", options)
    with Engine() as engine:
        build(config, Diagnostics(), lambda _stage: None, engine)
    (script,) = [path for path in (tmp_path / "out/assets").glob("*.js") if "effect of shared" in path.read_text()]
    before = script.read_text().partition("console.log(`effect of shared`")[0]
    assert "=()=>{" in before, "the effect was not put off"
    assert source_of(script, before) == ("shared.js", 3)
