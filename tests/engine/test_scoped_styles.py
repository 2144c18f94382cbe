"""Which stylesheets a route may load that it does not need: those whose every selector asks for a class of its own."""

from __future__ import annotations

import json
from pathlib import Path

from tests.engine.node import node

from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.engine.process import HOST
from perfbuild.model import Stats
from perfbuild.pipeline import build

SCRIPT = """
const { isScoped } = await import(process.argv[1]);
const sheets = JSON.parse(await new Response(process.stdin).text());
const answers = sheets.map(([id, code, exports]) => isScoped(id, { code, assets: [], exports }));
console.log(JSON.stringify(answers));
"""
MODULE = {"box": {"name": "_box_1", "composes": [], "isReferenced": False}}
ELEMENT = "/p/node_modules/element-plus/theme-chalk/x.css"
HIGHLIGHT = "/p/node_modules/@scope/highlight.js/styles/github.css"

SCOPED = {
    "module": ("/p/src/a.module.css", "._box_1 { color: red } ._box_1 > p, p ._box_1 { & em { top: 0 } }", MODULE),
    "package": (ELEMENT, ".el-button{color:red}.el-button.is-on:hover,p .el-button__text{top:0}", None),
    "package whose name is cut short": (HIGHLIGHT, "pre code.hljs{top:0}.hljs-title.class_{top:0}", None),
    "custom properties": (ELEMENT, ":root{--el-size:1px;--el-gap:2px}.el-x{animation:el-fade 1s}", None),
    "animation": (ELEMENT, ".el-x{animation:el-fade 1s}@keyframes el-fade{0%,50%{top:0}to{top:1px}}", None),
    "conditions": (ELEMENT, "@media (width > 9px){.el-x{top:0}@supports (top:0){.el-y{top:0}}}", None),
    "other class that it must not have": (ELEMENT, ".el-x:not(.is-on){top:0}", None),
}
GLOBAL = {
    "element in a module": ("/p/src/a.module.css", "._box_1 { top: 0 } p { top: 0 }", MODULE),
    "global class in a module": ("/p/src/a.module.css", ".box { top: 0 }", MODULE),
    "own class that it must not have": ("/p/src/a.module.css", "p:not(._box_1) { top: 0 }", MODULE),
    "own class not in a list": ("/p/src/a.module.css", "p:not(:is(._box_1, em)) { top: 0 }", MODULE),
    "sources of the project": ("/p/src/a.css", ".a-box { top: 0 }", None),
    "element of a package": (ELEMENT, ".el-x{top:0}body{margin:0}", None),
    "class of another word": (ELEMENT, ".el-x{top:0}.elevated{top:0}", None),
    "classes that are anybody's": ("/p/node_modules/bootstrap/b.css", ".card{top:0}.card-body{top:0}", None),
    "one letter": ("/p/node_modules/vuetify/v.css", ".v-card{top:0}", None),
    "animation of any name": (ELEMENT, ".el-x{top:0}@keyframes fade{to{top:0}}", None),
    "custom properties of others": (ELEMENT, ":root{--size:1px}.el-x{top:0}", None),
    "property of the root": (ELEMENT, ":root{--el-size:1px;font-size:9px}.el-x{top:0}", None),
    "font": (ELEMENT, ".el-x{top:0}@font-face{font-family:el}", None),
    "layer": (ELEMENT, "@layer el{.el-x{top:0}}", None),
    "no rules": (ELEMENT, "", None),
}


def answers(sheets: list[tuple[str, str, object]]) -> list[bool]:
    script = HOST.with_name("scoped-styles.mjs").as_uri()
    found: list[bool] = node(["--input-type=module", "-e", SCRIPT, script], sheets)
    return found


def test_what_asks_for_a_class_of_its_own_is_scoped() -> None:
    assert [name for name, scoped in zip(SCOPED, answers(list(SCOPED.values())), strict=True) if not scoped] == []


def test_what_could_touch_anything_else_is_not() -> None:
    assert [name for name, scoped in zip(GLOBAL, answers(list(GLOBAL.values())), strict=True) if scoped] == []


PAGE = '<!doctype html><html lang="en"><head><title>x</title></head><body><script type="module" src="main.js"></script>'
SHEETS = {
    "base.css": "/* nothing yet */",
    "button.css": ":root{--el-gap:1px}.el-button{margin:var(--el-gap)}",
    "input.css": ".el-input{margin:0}",
    "dialog.css": ".el-dialog{margin:1px}",
}
ROUTES = {"a": ("base", "button", "input"), "b": ("base", "button", "input", "dialog"), "c": ("button", "input")}


def built(tmp_path: Path, package: str) -> tuple[Stats, Path]:
    root = tmp_path / "project"
    folder = root / "node_modules" / package
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": package, "sideEffects": ["*.css"]}))
    for name, css in SHEETS.items():
        (folder / name).write_text(css)
    for route, sheets in ROUTES.items():
        lines = [f'import "{package}/{sheet}.css";\n' for sheet in sheets]
        (root / f"{route}.js").write_text("".join(lines) + f'console.log("{route}");\n')
    table = "".join(f'  "/{route}": () => import("./{route}.js"),\n' for route in ROUTES)
    (root / "main.js").write_text(f"const pages = {{\n{table}}};\npages[location.pathname]?.();\n")
    (root / "index.html").write_text(PAGE)
    config, _ = load_config(root, CliOptions(out=tmp_path / "out", report_dir=tmp_path / "report", compress=False))
    with Engine() as engine:
        stats = build(config, Diagnostics(), lambda _stage: None, engine)
    return stats, tmp_path / "out"


def test_stylesheets_of_a_package_are_joined_where_that_saves_requests(tmp_path: Path) -> None:
    _, out = built(tmp_path / "named", "element-plus")
    (sheet,) = (out / "assets").glob("*.css")
    assert [name for name in (".el-button", ".el-input", ".el-dialog") if name in sheet.read_text()] == [
        ".el-button",
        ".el-input",
        ".el-dialog",
    ]
    _, out = built(tmp_path / "unnamed", "components")  # whose classes those are, nobody can tell
    assert len(list((out / "assets").glob("*.css"))) == 2


def test_a_stylesheet_without_rules_is_no_file(tmp_path: Path) -> None:
    stats, out = built(tmp_path, "components")
    assert all(sheet.stat().st_size > 10 for sheet in (out / "assets").glob("*.css"))
    assert not [file.path for file in stats.files if "base" in file.path]
