"""Cache groups take the modules that webpack's cache groups of the same words take."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from perfbuild.config import ChunkGroup, CliOptions, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.engine.process import node_binary
from perfbuild.pipeline import build
from perfbuild.stages.link.planning import WELL_KNOWN_GROUPS

from .case import TOOLS, installed

#: Two pages and four lazy routes over packages and own modules that one, two or all of them use.
PROJECT = {
    "src/a.js": 'import "./polyfill"; import { kit } from "kit"; import { util } from "./util";'
    ' console.log(kit, util); globalThis.open = [() => import("./routes/chart"), () => import("./routes/table")];',
    "src/b.js": 'import "./polyfill"; import { util } from "./util"; import { own } from "./own";'
    ' console.log(util, own); globalThis.open = () => import("./routes/settings");',
    "src/polyfill.js": 'console.log("polyfill");',
    "src/util.js": 'import { deep } from "./deep"; export const util = () => deep() + 1;',
    "src/deep.js": "export const deep = () => Date.now();",
    "src/own.js": "export const own = () => Date.now();",
    "src/routes/chart.js": 'import { plot } from "plot"; import { axis } from "./axis"; import { util } from "../util";'
    ' console.log(plot, axis, util); globalThis.more = () => import("./detail");',
    "src/routes/table.js": 'import { grid } from "@acme/grid"; import { axis } from "./axis"; console.log(grid, axis);',
    "src/routes/settings.js": 'import { kit } from "kit"; import { form } from "./form";'
    ' import { axis } from "./axis"; console.log(kit, form, axis);',
    "src/routes/detail.js": 'import { form } from "./form"; import { axis } from "./axis"; console.log(form, axis);',
    "src/routes/axis.js": "export const axis = () => Date.now();",
    "src/routes/form.js": "export const form = () => Date.now();",
    "node_modules/kit/index.js": 'import { inner } from "./inner"; export const kit = () => inner();',
    "node_modules/kit/inner.js": "export const inner = () => Date.now();",
    "node_modules/plot/index.js": 'import { kit } from "kit"; export const plot = () => kit();',
    "node_modules/@acme/grid/index.js": "export const grid = () => Date.now();",
}
ENTRIES = {"a": "src/a.js", "b": "src/b.js"}
GROUPS = {
    "well-known": WELL_KNOWN_GROUPS,
    "priorities turned": (
        ChunkGroup(name="vendors", test=r"[\\/]node_modules[\\/]", priority=5),
        ChunkGroup(name="common", min_chunks=2, priority=10, reuse_existing_chunk=True),
    ),
    "three users": (ChunkGroup(name="common", min_chunks=3, enforce=True),),
    "initial and async": (
        ChunkGroup(name="start", test=r"[\\/]node_modules[\\/]", priority=10, type="initial"),
        ChunkGroup(name="later", test="plot|grid", priority=5, type="async"),
    ),
    "too small": (
        ChunkGroup(name="tiny", test="deep", priority=10, min_size=100_000),
        ChunkGroup(name="common", min_chunks=2),
    ),
}


@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
def test_the_same_modules_land_together(groups: tuple[ChunkGroup, ...], tmp_path: Path) -> None:
    if not installed("webpack"):
        reason = "webpack is not installed: run `npm ci` in tests/engine/tools"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    _write_project(tmp_path, groups)
    theirs = _webpack(tmp_path, groups)
    assert any(theirs.values()), "the project should give the groups something to take"
    assert _perfbuild(tmp_path, groups) == theirs


def _write_project(root: Path, groups: tuple[ChunkGroup, ...]) -> None:
    files = dict(PROJECT)
    for package in ("kit", "plot", "@acme/grid"):
        manifest = {"name": package, "version": "1.0.0", "module": "index.js"}
        files[f"node_modules/{package}/package.json"] = json.dumps(manifest)
    config = {"pages": [], "entries": ENTRIES, "chunks": {"groups": [_given(group) for group in groups]}}
    files["package.json"] = json.dumps({"name": "shop", "perfbuild": config})
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def _given(group: ChunkGroup) -> dict[str, object]:
    return {name: value for name, value in asdict(group).items() if value is not None}


def _perfbuild(root: Path, groups: tuple[ChunkGroup, ...]) -> dict[str, list[str]]:
    config, _ = load_config(root, CliOptions(compress=False, cache=False))
    with Engine() as engine:
        stats = build(config, Diagnostics(), lambda _stage: None, engine)
    found: dict[str, list[str]] = {group.name: [] for group in groups}
    for chunk in stats.chunks:
        if chunk.group:
            found[chunk.group] = sorted([*found[chunk.group], *chunk.modules])
    return found


def _webpack(root: Path, groups: tuple[ChunkGroup, ...]) -> dict[str, list[str]]:
    words = {
        "name": "name",
        "test": "test",
        "priority": "priority",
        "min_chunks": "minChunks",
        "min_size": "minSize",
        "reuse_existing_chunk": "reuseExistingChunk",
        "enforce": "enforce",
        "type": "chunks",
    }
    given = [{words[name]: value for name, value in _given(group).items()} for group in groups]
    script = TOOLS / "webpack_groups.mjs"
    done = subprocess.run(
        [node_binary(), str(script), str(root), json.dumps(ENTRIES), json.dumps(given)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return answer
