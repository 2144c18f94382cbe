"""Scripts that the tests run in the engine's Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from perfbuild.engine.process import node_binary

LOOK_UP = """
const { SourceMap } = await import("node:module");
const { map, line, column } = JSON.parse(await new Response(process.stdin).text());
const { originalSource, originalLine } = new SourceMap(JSON.parse(map)).findEntry(line, column);
console.log(JSON.stringify([originalSource, originalLine + 1]));
"""


def node(arguments: Sequence[str], data: Any) -> Any:
    """What a script that is given ``data`` as JSON on standard input writes as JSON."""
    run = subprocess.run(
        [node_binary(), *arguments], input=json.dumps(data), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def source_of(script: Path, before: str) -> tuple[str, int]:
    """The source and the line in it, from 1, that the source map beside ``script`` has for what follows ``before``."""
    position = {"line": before.count("\n"), "column": len(before) - before.rfind("\n") - 1}
    entry = {"map": script.with_name(f"{script.name}.map").read_text(), **position}
    source, line = node(["--input-type=module", "-e", LOOK_UP], entry)
    return source.rpartition("/")[2], line
