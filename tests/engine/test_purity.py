"""Which chunks a route may load that does not need them: those that surely do nothing but make their exports."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from perfbuild.engine.process import HOST, node_binary

PURE = {
    "declarations": 'import { t } from "./x.js";\n'
    'function go() {\n\tlog("x");\n}\nclass A extends t {\n\tx = log();\n}\n'
    "export { A, go };\n",
    "literals": 'const a = 1;\nlet b = "two", c = [1, { d: -1 }];\nvar e;\nconst f = `${a}!`;\n',
    "arrows": "const go = (a) => {\n\treturn log(a);\n};\nconst other = async () => log();\n",
    "annotated": "const a = /* @__PURE__ */ make({\n\tb: 1\n});\n/* @__PURE__ */ make();\n",
    "makers": "const C = (0, import_react.createContext)(null);\nconst M = React.memo(() => null);\n"
    'C.displayName = "C";\n',
    "collections": "const seen = new Map([[1, 2]]);\nconst keys = Object.keys({ a: 1 });\n"
    "const o = Object.freeze({ a: 1 });\n",
    "packages": "//#region node_modules/a/index.js\nvar require_a = /* @__PURE__ */ "
    "__commonJSMin((() => {\n\tlog();\n}));\n//#endregion\n"
    "var import_a = /* @__PURE__ */ __toESM(require_a());\n",
    "packages of another chunk": 'import { t as require_a } from "./package.js";\nvar a = require_a();\n',
    "function that says so": "// @__NO_SIDE_EFFECTS__\nfunction make(a) {\n\treturn log(a);\n}\n"
    "const made = make({ a: 1 });\n/* #__NO_SIDE_EFFECTS__ */\nasync function other() {}\nother();\n",
    "arrow that says so": "const make = /* @__NO_SIDE_EFFECTS__ */ (a) => log(a);\nconst made = make(1);\n",
    "another chunk's that says so": 'import { m as make, o as other } from "./silent.js";\nvar a = make(1);\n',
    "formats": 'const numbers = new Intl.NumberFormat("en", { style: "percent" });\n',
    "static block of marks": "class A {\n\tstatic {\n\t\tthis.prototype.isA = true;\n\t}\n}\n",
    "function that makes one": "const a = (function(p) {\n\tp = +p;\n\tfunction go() {}\n\tgo.p = p;\n"
    "\treturn go;\n})(1);\n",
    "comments": "function go() {}\n//#region src/a.js\nconst a = 1;\n//#endregion\n",
}
IMPURE = {
    "called mapper": "const rows = Array.from([1], (x) => log(x));\n",
    "own function of a maker's name": "function memo(a) {\n\tlog(a);\n}\nconst x = memo(1);\n",
    "method of another's": "const a = reactor.memo(1);\n",
    "own CommonJS of another chunk": 'import { t as require_a } from "./own.js";\nvar a = require_a();\n',
    "beside a function that says so": "// @__NO_SIDE_EFFECTS__\nfunction make() {}\nfunction other() {}\nother();\n",
    "argument of one that says so": "/* @__NO_SIDE_EFFECTS__ */\nfunction make() {}\nmake(log());\n",
    "other function of another chunk": 'import { m as make, o as other } from "./silent.js";\nvar a = other(1);\n',
    "parameter of its name": "// @__NO_SIDE_EFFECTS__\nfunction make() {}\nconst a = (function(make) {\n"
    "\treturn make();\n})(log);\n",
    "made by a method": "const a = new table.Row();\n",
    "call": "const a = make();\n",
    "statement": "globalThis.x = 1;\n",
    "nested call": "const table = {\n\ta: 1,\n\tb: make()\n};\n",
    "after a function": "const go = () => {\n\treturn 1;\n}, x = make();\n",
    "static field": "class A {\n\tstatic x = make();\n}\n",
    "static block": "class A {\n\tstatic {\n\t\tlog();\n\t}\n}\n",
    "made superclass": "class A extends make() {}\n",
    "loop": "for (const x of [1]) log(x);\n",
    "destructuring": "const { a } = source;\n",
    "template": "const a = `${make()}`;\n",
    "template over lines": "const a = `\n${make()}\nfunction x() {}`;\n",
    "foreign property": "Array.prototype.last = function() {};\n",
    "own CommonJS": "//#region src/a.cjs\nvar require_a = /* @__PURE__ */ __commonJSMin((() => {\n\tlog();\n}));\n"
    "//#endregion\nvar import_a = require_a();\n",
    "await": "await ready();\n",
    "argument of an annotated call": "const a = /* @__PURE__ */ make(log());\n",
    "immediately invoked": "(() => {\n\tlog();\n})();\n",
    "static block that marks another": "class A {\n\tstatic {\n\t\tother.isA = true;\n\t}\n}\n",
    "function that changes another": "const a = (function(p) {\n\tp.x = 1;\n\treturn p;\n})(other);\n",
    "function that sets a name": "const a = (() => {\n\tother = 1;\n})();\n",
    "function then call": "function a() {}\na();\n",
}
SCRIPT = """
const { Purity } = await import(process.argv[1]);
const { silentExports } = await import(new URL("annotations.mjs", process.argv[1]));
const declared = "// @__NO_SIDE_EFFECTS__\\nfunction make() {}\\nfunction other() {}\\n";
const exported = { "silent.js": silentExports(`${declared}export { make as m, other as o };`) };
const purity = new Purity(process.argv[2], {
  isOfPackages: (file) => file.startsWith("package"),
  silentOf: (file) => exported[file] ?? new Set(),
});
const answers = JSON.parse(process.argv[3]).map(([code, ids]) => purity.isPure(code, ids));
console.log(JSON.stringify(answers));
"""


def answers(root: Path, questions: list[tuple[str, list[str]]]) -> list[bool]:
    run = subprocess.run(
        [
            node_binary(),
            "--input-type=module",
            "-e",
            SCRIPT,
            HOST.with_name("purity.mjs").as_uri(),
            str(root),
            json.dumps(questions),
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    found: list[bool] = json.loads(run.stdout)
    return found


def test_code_without_effects_is_pure(tmp_path: Path) -> None:
    found = answers(tmp_path, [(code, [str(tmp_path / "a.js")]) for code in PURE.values()])
    assert [name for name, pure in zip(PURE, found, strict=True) if not pure] == []


def test_code_with_effects_is_not(tmp_path: Path) -> None:
    found = answers(tmp_path, [(code, [str(tmp_path / "a.js")]) for code in IMPURE.values()])
    assert [name for name, pure in zip(IMPURE, found, strict=True) if pure] == []


@pytest.mark.parametrize(
    ("flag", "file", "pure"),
    [
        (False, "x.js", True),
        (True, "x.js", False),
        (["*.css", "./poly.js"], "x.js", True),
        (["*.css", "./poly.js"], "poly.js", False),
        (["./lib/**/*.js"], "lib/a/b.js", False),
        (["**/setup.js"], "deep/er/setup.js", False),
    ],
)
def test_a_package_that_promises_no_side_effects_is_believed(
    tmp_path: Path, flag: object, file: str, pure: bool
) -> None:
    package = tmp_path / "node_modules/a"
    package.mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"name": "a", "sideEffects": flag}))
    (package / "dist").mkdir()
    (package / "dist/package.json").write_text('{"type": "module"}')
    assert answers(tmp_path, [("register();\n", [str(package / file)])]) == [pure]
    assert answers(tmp_path, [("register();\n", [str(package / file), str(tmp_path / "own.js")])]) == [False]


def test_of_a_chunk_only_modules_are_looked_at_whose_packages_promise_nothing(tmp_path: Path) -> None:
    package = tmp_path / "node_modules/a"
    package.mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"name": "a", "sideEffects": False}))
    ids = [str(package / "x.js"), str(tmp_path / "own.js")]
    promised, own = "// node_modules/a/x.js\nconst a = make();\n", "// own.js\nconst b = {0};\n"
    end = "\nexport { a, b };"
    questions = [own.replace("{0}", "1") + promised + end, promised + own.replace("{0}", "make()") + end]
    assert answers(tmp_path, [(code, ids) for code in questions]) == [True, False]
    assert answers(tmp_path, [(promised + end, ids[1:])]) == [False]
