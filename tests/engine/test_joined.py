"""Chunks of several atoms: what the bundler would put into a chunk beside them."""

from __future__ import annotations

from pathlib import Path

from tests.engine.node import node

from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.pipeline import build

RUN = """
globalThis.lines = [];
for (const file of JSON.parse(await new Response(process.stdin).text())) await import(file);
console.log(JSON.stringify(await Promise.all(globalThis.lines)));
"""
PAGE = '<!doctype html><html lang="en"><head><title>x</title></head><body><script type="module" src="{}.js"></script>'
CONFIG = """encodings = []
[chunks]
request_cost = "10 MB"
returning = 0
[output]
import_map = false
"""


def test_helpers_stand_in_the_chunks_that_use_them(tmp_path: Path) -> None:
    """Both entries share a chunk with what they load later, whose exports must be an object each."""
    root = tmp_path / "project"
    root.mkdir()
    files = {"perfbuild.toml": CONFIG}
    for entry, lazy in {"one": "ab", "two": "cd"}.items():
        files[f"{entry}.html"] = PAGE.format(entry)
        files[f"{entry}.js"] = "".join(
            f'globalThis.lines?.push(import("./{name}.js").then((all) => Object.keys(all).join()));\n' for name in lazy
        )
        for name in lazy:
            files[f"{name}.js"] = f"export const first{name} = 1;\nexport function last{name}() {{}}\n"
    for name, text in files.items():
        (root / name).write_text(text)
    config, _ = load_config(root, CliOptions(out=tmp_path / "out", report_dir=tmp_path / "report"))
    with Engine() as engine:
        stats = build(config, Diagnostics(), lambda _stage: None, engine)
    scripts = sorted((tmp_path / "out/assets").glob("*.js"))
    assert len(scripts) == 2
    assert all(chunk.modules for chunk in stats.chunks)
    assert sum("Symbol.toStringTag" in script.read_text() for script in scripts) == 2
    shown = node(["--input-type=module", "-e", RUN], [script.as_uri() for script in scripts])
    assert sorted(shown) == [f"first{name},last{name}" for name in "abcd"]
