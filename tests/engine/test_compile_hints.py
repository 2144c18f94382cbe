"""Which scripts ask to be compiled while they are downloaded, and that their source maps go by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.pipeline import build

HINT = b"//# allFunctionsCalledOnLoad\n"
PAGE = '<!doctype html><html lang="en"><head><title>x</title></head><body><script type="module" src="main.js"></script>'
LONG = "".join(f'export const text{number} = () => "{"text " * 20}{number}";\n' for number in range(60))
MAIN = 'import * as texts from "./long.js";\nconsole.log(texts);\nimport("./small.js");\n'


def scripts(tmp_path: Path, config: str = "", *, sourcemap: bool = False) -> dict[str, bytes]:
    """The built files by name without hash: an entry of some 7 kB that loads a small lazy chunk."""
    root, out = tmp_path / "project", tmp_path / "out"
    root.mkdir()
    files = {"index.html": PAGE, "main.js": MAIN, "long.js": LONG, "small.js": "console.log(1);\n"}
    for name, text in {**files, "perfbuild.toml": config}.items():
        (root / name).write_text(text)
    options = CliOptions(out=out, compress=False, cache=False, sourcemap=sourcemap)
    loaded, _ = load_config(root, options)
    with Engine() as engine:
        build(loaded, Diagnostics(), lambda _stage: None, engine)
    found = {}
    for file in (out / "assets").iterdir():
        stem, _, rest = file.name.partition("-")
        found[stem + rest[rest.index(".") :]] = file.read_bytes()
    return found


@pytest.mark.parametrize("strategy", ["auto", "split"])
def test_long_scripts_have_the_hint_in_their_first_line(tmp_path: Path, strategy: str) -> None:
    found = scripts(tmp_path, f'[chunks]\nstrategy = "{strategy}"\n')
    assert found["main.js"].startswith(HINT)
    assert HINT not in found["small.js"]


def test_it_can_be_left_out(tmp_path: Path) -> None:
    assert HINT not in scripts(tmp_path, "[output]\ncompile_hints = false\n")["main.js"]


@pytest.mark.parametrize("strategy", ["auto", "split"])
def test_a_source_map_begins_below_the_hint(tmp_path: Path, strategy: str) -> None:
    found = scripts(tmp_path, f'[chunks]\nstrategy = "{strategy}"\n', sourcemap=True)
    assert found["main.js"].startswith(HINT)
    assert json.loads(found["main.js.map"])["mappings"].startswith(";")
    assert not json.loads(found["small.js.map"])["mappings"].startswith(";")
