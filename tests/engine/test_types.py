"""`perfbuild types`: tsc knows what modules can import, in a project that does as the command says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import perfbuild
from perfbuild.declarations import runtime_modules
from perfbuild.engine.process import node_binary

from .case import TOOLS, installed

PACKAGE = Path(perfbuild.__file__).parent

MAIN = """
import { lazy, observe } from "perfbuild/lazy";
import { computed, invalidate, memoize } from "perfbuild/memo";
import { recover } from "perfbuild/recover";
import { VirtualList } from "perfbuild/virtual-list";
import classes from "./card.module.css";
import "./page.css";
import logo from "./logo.svg";
import text from "./terms.txt?raw";
import place from "./logo.png?url";
import data from "./logo.png?inline";
import Counter from "./counter.ts?worker";

lazy({ rootMargin: "10px" });
observe(document.body);
recover();
const sum = memoize((a: number, b: number) => a + b, { maxSize: 5, keyFn: (a) => a });
const three: number = sum(1, 2);
const gone: boolean = sum.delete(1, 2);
const name: string = computed({ first: "A" }, "name", (person) => person.first, ["first"]);
invalidate({}, "name");
new VirtualList<string>(document.body, { items: ["a"], renderItem: (item) => document.createElement(item) });
new Counter({ name: "counter" }).postMessage(0);
const words: string[] = [classes.card, logo, text, place, data, import.meta.env.MODE, import.meta.env.VITE_NAME];
const pages: Record<string, () => Promise<{ title: string }>> = import.meta.glob<{ title: string }>("./pages/*.ts");
const titles: Record<string, string> = import.meta.glob<string>(["./pages/*.ts"], { eager: true, import: "title" });
if (import.meta.hot) import.meta.hot.accept();
console.log(three, gone, name, words, pages, titles);

// @ts-expect-error a function of numbers
sum("1", 2);
// @ts-expect-error no such option
memoize(() => 1, { size: 5 });
// @ts-expect-error text
const wrong: number = logo;
// @ts-expect-error no such module
import "perfbuild/nothing";
// @ts-expect-error not for others
import { watch } from "perfbuild/watch";
"""
REACT = """
import { VirtualList } from "perfbuild/virtual-list/react";
export const list = VirtualList({ items: [1, 2], children: (item) => ({ type: "p", props: { item }, key: null }) });
// @ts-expect-error no items
VirtualList({ children: () => null });
"""


def types(project: Path, *options: str) -> tuple[Path, str]:
    """The file, and the line for tsconfig.json."""
    done = subprocess.run(
        [sys.executable, "-m", "perfbuild", "types", str(project), *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    written, line = done.stdout.splitlines()
    return Path(written), line.removeprefix("In tsconfig.json: ")


def assert_checks(project: Path, include: str) -> None:
    """tsc finds nothing, not in the declarations themselves either."""
    if not installed("typescript"):
        reason = "typescript is not installed: run `npm ci` in tests/engine/tools"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    options = {
        "target": "es2022",
        "module": "esnext",
        "moduleResolution": "bundler",
        "lib": ["es2023", "dom", "dom.iterable"],
        "types": [],
        "strict": True,
        "noEmit": True,
        "noUncheckedSideEffectImports": True,
        "allowImportingTsExtensions": True,
    }
    config = f'{{ "compilerOptions": {json.dumps(options)}, {include} }}'
    (project / "tsconfig.json").write_text(config, "utf-8")
    compiler = TOOLS / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run(
        [node_binary(), str(compiler), "-p", str(project)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout


def test_what_modules_import_has_types(tmp_path: Path) -> None:
    (tmp_path / "main.ts").write_text(MAIN, "utf-8")
    file, include = types(tmp_path)
    assert file == tmp_path / ".perfbuild" / "types" / "perfbuild.d.ts"
    assert_checks(tmp_path, include)


def test_what_needs_a_package_is_declared_where_the_package_is(tmp_path: Path, dashboard_packages: Path) -> None:
    project = tmp_path / "packages" / "shop"
    project.mkdir(parents=True)
    (project / "list.ts").write_text(REACT, "utf-8")
    without, _ = types(project)
    assert "virtual-list/react" not in without.read_text("utf-8")
    for name in ("@types/react", "csstype"):
        (tmp_path / "node_modules" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "node_modules" / name).symlink_to(dashboard_packages / name)
    file, include = types(project, "--report-dir", str(tmp_path / "reports"))
    assert file == tmp_path / "reports" / "types" / "perfbuild.d.ts"
    assert '"../../reports/types"' in include
    assert_checks(project, include)


def test_every_module_that_can_be_imported_is_declared() -> None:
    known = re.search(r"MODULES = new Set\(\[(.*?)\]\)", (PACKAGE / "engine" / "runtime.mjs").read_text("utf-8"), re.S)
    assert known is not None
    assert set(runtime_modules()) == set(re.findall(r'"([^"]+)"', known[1]))


def test_every_kind_of_file_that_becomes_a_url_is_declared() -> None:
    code = (PACKAGE / "engine" / "assets.mjs").read_text("utf-8")
    known = re.search(r"ASSET_EXTENSIONS = \[(.*?)\]", code, re.S)
    assert known is not None
    declared = (PACKAGE / "runtime" / "client.d.ts").read_text("utf-8")
    assert re.findall(r'"\*\.(\w+)" \{ const url', declared) == sorted(re.findall(r'"(\w+)"', known[1]))


def test_the_same_again(tmp_path: Path) -> None:
    file, _ = types(tmp_path)
    first = file.read_bytes()
    types(tmp_path)
    assert file.read_bytes() == first
