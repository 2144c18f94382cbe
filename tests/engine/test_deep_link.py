"""The inline script for deep links is what its source says, and small."""

from __future__ import annotations

import subprocess
from pathlib import Path

import brotli

import perfbuild
from perfbuild.engine.process import node_binary
from perfbuild.stages.deep_links import RouteTable, deep_link_script

PACKAGE = Path(perfbuild.__file__).parent
MINIFY = """
import fs from "node:fs";
import { minifySync } from "rolldown/utils";
const code = fs.readFileSync(process.argv[1], "utf8");
process.stdout.write(minifySync("deep-link.js", code, { module: false }).code);
"""
LIMIT = 400


def test_the_script_is_its_source_minified() -> None:
    done = subprocess.run(
        [node_binary(), "--input-type=module", "-e", MINIFY, str(PACKAGE / "runtime" / "deep-link.js")],
        cwd=PACKAGE / "engine",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    from perfbuild.stages import deep_links

    assert done.stdout.strip() == deep_links._SCRIPT, "put what Node printed into stages/deep_links.py"


def test_it_is_small() -> None:
    empty = RouteTable(pattern="", files=(), routes=())
    size = len(brotli.compress(deep_link_script(empty, "/", str).encode(), quality=11))
    print(f"the script without a table: {size} bytes of brotli")
    assert size <= LIMIT
