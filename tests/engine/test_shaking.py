"""What is dropped of packages after the bundler's tree shaking: what nothing uses, and running it could not tell."""

from __future__ import annotations

import json
import subprocess

import pytest

from perfbuild.engine.process import HOST, node_binary

SCRIPT = """
const { shake } = await import(process.argv[1]);
console.log(JSON.stringify([...shake(JSON.parse(process.argv[2])).changed]));
"""
GONE = {
    "class whose static property reads another": "var A = class {\n\tstatic d = { a: table.x };\n};\n",
    "class with marks on its prototype": "var A = class {\n\tstatic {\n\t\tthis.prototype.isA = true;\n\t}\n};\n",
    "properties of a class": "class A {\n\tgo() {}\n}\nA.id = 1;\nA.prototype.isA = true;\n",
    "properties of a function": "function A() {}\nA.prototype.go = function() {\n\tlog();\n};\nA.next = table.x;\n",
    "component with a name": 'const A = (0, React.forwardRef)(() => null);\nA.displayName = "A";\n',
    "circle": "function A() {\n\treturn B;\n}\nA.x = 1;\nfunction B() {\n\treturn A;\n}\n",
    "function that makes a function": "const A = (function custom(p) {\n\tfunction go() {}\n\tgo.with = custom;\n"
    "\treturn go;\n})(1);\n",
    "what its own function makes": "function make(a) {\n\ta = +a;\n\treturn () => log(a);\n}\nvar A = make(1);\n",
    "what only the dropped uses": "const A = { a: 1 };\nvar B = class {\n\tstatic a = A.a;\n};\n",
}
KEPT = {
    "used": "var A = class {\n\tstatic d = table.x;\n};\nlog(A);\n",
    "used in a function that is": "const A = { a: 1 };\nA.b = table.x;\nfunction go() {\n\treturn A;\n}\nlog(go);\n",
    "call": "var A = make();\n",
    "call in a property": "function A() {}\nA.x = log();\n",
    "property of another's object": "const A = table.x;\nA.y = 1;\n",
    "property of what a function gives": "function give() {\n\treturn table;\n}\nconst A = give();\nA.y = 1;\n",
    "property of what a function on the spot gives": "const A = (() => table)();\nA.y = 1;\n",
    "property with a setter": "class A {\n\tstatic set x(a) {\n\t\tlog(a);\n\t}\n}\nA.x = 1;\n",
    "property of a property": "const A = {};\nA.b = table;\nA.b.c = 1;\n",
    "changed property": "const A = { n: 1 };\nA.n += log();\n",
    "several names": "var A = 1, B = 2;\nlog(B);\n",
    "destructuring": "const { A } = table;\n",
    "function that does something": "function make(a) {\n\tlog(a);\n\treturn a;\n}\nvar A = make(1);\n",
    "function that changes another's": "function make(a) {\n\ta.x = 1;\n\treturn a;\n}\nvar A = make(table);\n",
    "function that calls itself": "function make(a) {\n\treturn make(a);\n}\nvar A = make(1);\n",
    "static block": "class A {\n\tstatic {\n\t\tlog(this);\n\t}\n}\n",
    "template behind a quote": "const A = /'/.source + `it's\nvar b = 1;\n`;\nlog('`', A);\n",
    "template over lines": "const A = `\nvar b = 1;\n${log()}`;\n",
}


def shaken(*chunks: dict[str, object]) -> dict[str, str]:
    """The code of the chunks that change, by file."""
    given = [
        {"imports": [], "isOfPackages": True, "keepsExports": False, **chunk, "file": f"assets/{chunk['file']}"}
        for chunk in chunks
    ]
    command = [
        node_binary(), "--input-type=module", "-e", SCRIPT, HOST.with_name("shaking.mjs").as_uri(), json.dumps(given)
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, check=True, text=True)
    return {file.removeprefix("assets/"): code for file, code in json.loads(run.stdout)}


@pytest.mark.parametrize("name", GONE)
def test_what_nothing_uses_is_dropped(name: str) -> None:
    code = f"log(1);\n{GONE[name]}log(2);"
    left = shaken({"file": "a.js", "code": code})["a.js"]
    assert left.split() == ["log(1);", "log(2);"]
    assert left.count("\n") == code.count("\n")


def test_what_does_something_or_is_used_stays() -> None:
    files = {f"{place}.js": name for place, name in enumerate(KEPT)}
    chunks = [{"file": file, "code": KEPT[name]} for file, name in files.items()]
    assert [files[file] for file in shaken(*chunks)] == []


def test_a_project_s_own_code_is_left_alone() -> None:
    assert shaken({"file": "a.js", "code": GONE["properties of a class"], "isOfPackages": False}) == {}


LIBRARY = "function A() {}\nA.x = table.x;\nfunction B() {}\nB.x = table.x;\nexport { A as a, B as t };"


def test_exports_that_importers_ask_for_stay() -> None:
    main = {"file": "main.js", "imports": ["assets/b.js"], "isOfPackages": False}
    app = {**main, "code": 'import { t as go } from "./b.js";\ngo();'}
    library = {"file": "b.js", "code": LIBRARY}
    assert shaken(library, app) == {"b.js": "\n\nfunction B() {}\nB.x = table.x;\nexport { B as t };"}
    assert shaken({**library, "keepsExports": True}, app) == {}


def test_what_only_dropped_code_imports_goes_too() -> None:
    user = 'import { a as A, t as B } from "./b.js";\nlog(B);\nvar C = class {\n\tstatic a = A.x;\n};\n'
    found = shaken({"file": "b.js", "code": LIBRARY}, {"file": "user.js", "code": user, "imports": ["assets/b.js"]})
    assert found["user.js"].split("\n")[:2] == ['import { t as B } from "./b.js";', "log(B);"]
    assert found["b.js"].endswith("export { B as t };")


def test_an_import_of_which_nothing_is_left_still_runs_what_it_imports() -> None:
    user = 'import { a as A } from "./b.js";\nvar C = class {\n\tstatic a = A.x;\n};\n'
    found = shaken({"file": "b.js", "code": LIBRARY}, {"file": "user.js", "code": user, "imports": ["assets/b.js"]})
    assert found["user.js"].rstrip() == 'import {  } from "./b.js";'
    assert found["b.js"].strip() == "export {  };"
