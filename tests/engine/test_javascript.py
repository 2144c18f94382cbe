"""The JavaScript of perfbuild itself: its types hold, and what it adds to a page is small."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import brotli
import pytest

import perfbuild
from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.engine.process import node_binary
from perfbuild.pipeline import build

from .case import TOOLS, installed

PACKAGE = Path(perfbuild.__file__).parent
HELPER_LIMIT = 500


def test_the_types_of_the_engine_and_the_runtime_hold() -> None:
    if not installed("typescript"):
        reason = "typescript is not installed: run `npm ci` in tests/engine/tools"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    compiler = TOOLS / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run(
        [node_binary(), str(compiler), "-p", str(TOOLS)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_browser_snippet_declares_its_types() -> None:
    folder = PACKAGE / "runtime"
    scripts = (*folder.glob("*.js"), *folder.glob("islands/*.js"))
    snippets = sorted(path.relative_to(folder).with_suffix("").as_posix() for path in scripts)
    assert snippets
    for name in snippets:
        declared = (PACKAGE / "runtime" / f"{name}.d.ts").read_text("utf-8")
        code = (PACKAGE / "runtime" / f"{name}.js").read_text("utf-8")
        assert re.findall(r"export declare (?:function|const|class) (\w+)", declared) == re.findall(
            r"export (?:async )?(?:function|class) (\w+)", code
        )


def test_the_preload_helper_is_small(tmp_path: Path) -> None:
    """Measured on the file that two entries share, minified as it is delivered."""
    files = {
        "a.html": '<!doctype html><script type="module" src="a.js"></script>',
        "b.html": '<!doctype html><script type="module" src="b.js"></script>',
        "a.js": 'console.log("a"); import("./lazy.js");',
        "b.js": 'console.log("b"); import("./lazy.js");',
        "lazy.js": 'import "./lazy.css"; console.log("lazy");',
        "lazy.css": "a { color: red }",
    }
    for path, text in files.items():
        (tmp_path / path).write_text(text, "utf-8")
    config, _ = load_config(tmp_path, CliOptions(compress=False, cache=False))
    with Engine() as engine:
        build(config, Diagnostics(), lambda _stage: None, engine)
    [helper] = (tmp_path / "dist" / "assets").glob("preload-*.js")
    assert len(brotli.compress(helper.read_bytes(), quality=11)) <= HELPER_LIMIT
