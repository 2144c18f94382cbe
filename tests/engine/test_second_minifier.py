"""The second minifier: what it makes of scripts, when it is left out, and that source maps lead through it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.engine.node import source_of

from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.model import Stats
from perfbuild.pipeline import build

PAGE = '<!doctype html><html lang="en"><head><title>x</title></head><body><script type="module" src="main.js"></script>'
# What is used once, and by whom: the bundler's minifier keeps such a function.
MAIN = """import { table } from "./table.js";
function loudly(text, times) {
  let all = "";
  for (let done = 0; done < times; done++) all += text + "!";
  return all;
}
console.log(loudly(document.title, table.length), table);
"""


#: Two modules with what a compiler left in each, of a package or not.
HELPER = """function joined(parts, between) {
  for (var index = 0, all = ""; index < parts.length; index++) all += `${parts[index]}\\n-\\n` + between;
  return all;
}
"""


def twice(folder: str) -> dict[str, str]:
    last = 'console.log(joined([3], "other"));\nconsole.log(joined([4], "last"));\n'
    first = 'console.log(joined(globalThis.table, "+"), joined([1], "first"));\n'
    return {
        "main.js": 'import { table } from "./table.js";\nglobalThis.table = table;\n'
        + f'import "./{folder}first.js";\nimport "./{folder}other.js";\n',
        f"{folder}first.js": HELPER + first,
        f"{folder}other.js": HELPER + last,
    }


def built(
    tmp_path: Path, config: str = "", *, rows: int = 3, sources: Mapping[str, str] | None = None, **options: bool
) -> tuple[str, Path, Stats]:
    """The entry's code, its path, and the account."""
    root, out = tmp_path / "project", tmp_path / "out"
    root.mkdir(parents=True, exist_ok=True)
    table = "".join(f'  "row {number} of {rows}",\n' for number in range(rows))
    files = {"index.html": PAGE, "main.js": MAIN, "table.js": f"export const table = [\n{table}];\n"}
    for name, text in {**files, **(sources or {}), "perfbuild.toml": config}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    loaded, _ = load_config(root, CliOptions(out=out, report_dir=tmp_path / "report", **options))
    diagnostics = Diagnostics()
    with Engine() as engine:
        stats = build(loaded, diagnostics, lambda _stage: None, engine)
    assert not list(diagnostics)
    (script,) = (out / "assets").glob("*.js")
    return script.read_text(), script, stats


def test_a_function_that_is_used_once_stands_where_it_is_used(tmp_path: Path) -> None:
    code, _, _ = built(tmp_path)
    assert "console.log(function(" in code


@pytest.mark.parametrize(
    ("config", "options"), [('minify = "quick"\n', {}), ("encodings = []\n", {}), ("", {"compress": False})]
)
def test_it_is_left_out_where_a_build_is_to_be_quick(tmp_path: Path, config: str, options: dict[str, bool]) -> None:
    thorough, _, _ = built(tmp_path / "thorough")
    quick, _, _ = built(tmp_path / "quick", config, **options)
    assert len(thorough) < len(quick)
    assert "console.log(function(" not in quick


def test_modules_have_their_parts_of_what_is_left(tmp_path: Path) -> None:
    code, script, stats = built(tmp_path)
    (chunk,) = [one for one in stats.chunks if one.file.endswith(script.name)]
    assert chunk.sizes.raw == len(code.encode())
    assert sum(one.bytes for one in stats.modules) == pytest.approx(len(code.encode()), abs=2)


@pytest.mark.parametrize("rows", [3, 400], ids=["short", "below a compile hint"])
def test_source_maps_lead_to_the_sources(tmp_path: Path, rows: int) -> None:
    code, script, _ = built(tmp_path, rows=rows, sourcemap=True)
    assert code.rstrip().endswith(f"//# sourceMappingURL={script.name}.map")
    assert code.startswith("//# allFunctionsCalledOnLoad\n") == (rows > 3)
    before = code.partition("for(")[0]
    assert source_of(script, before) == ("main.js", 4)
    contents = json.loads(script.with_name(f"{script.name}.map").read_text())["sourcesContent"]
    assert MAIN in contents


def test_source_maps_lead_past_functions_that_are_there_once_now(tmp_path: Path) -> None:
    code, script, _ = built(tmp_path, rows=400, sources=twice("node_modules/joined/"), sourcemap=True)
    assert code.count("for(") == 1
    assert source_of(script, code.partition('"last"')[0]) == ("other.js", 6)
    assert source_of(script, code.partition('"other"')[0]) == ("other.js", 5)
    assert source_of(script, code.partition('"first"')[0]) == ("first.js", 5)


def test_functions_are_looked_for_twice_in_chunks_with_modules_of_packages(tmp_path: Path) -> None:
    packaged, own = "node_modules/joined/", "src/"
    assert built(tmp_path / "packaged", rows=400, sources=twice(packaged))[0].count("for(") == 1
    assert built(tmp_path / "own", rows=400, sources=twice(own))[0].count("for(") == 2
    quick = built(tmp_path / "quick", 'minify = "quick"\n', rows=400, sources=twice(packaged))[0]
    assert quick.count("for(") == 2


def test_a_rebuild_takes_results_from_the_cache_and_writes_the_same(tmp_path: Path) -> None:
    first, script, _ = built(tmp_path)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "report/cache/minify").rglob("*") if path.is_file()}
    again, same, _ = built(tmp_path)
    assert kept
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert (again, same) == (first, script)
