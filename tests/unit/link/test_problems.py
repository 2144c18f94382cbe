"""The engine's problems as diagnostics: codes, places and hints."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.engine.protocol import Problem
from perfbuild.stages.link.problems import mention, report_problems


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "src/main.js": 'import a from "./helper.ts";\nimport { b } from "../lib/other";\n',
        "src/helpers.ts": "export default 1;\n",
        "package.json": '{"dependencies": {"react-dom": "*", "declared": "*"}}',
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def reported(root: Path, *problems: Problem) -> list[Diagnostic]:
    diagnostics = Diagnostics()
    report_problems(problems, root, {}, diagnostics)
    return list(diagnostics)


def problem(root: Path, code: str, **rest: object) -> Problem:
    given = {"severity": "error", "message": "text", "file": str(root / "src/main.js"), "line": 1, "column": 15}
    return Problem(code=code, **{**given, **rest})  # type: ignore[arg-type]


def test_a_place_is_relative_to_the_project_and_shows_its_line(root: Path) -> None:
    [found] = reported(root, problem(root, "parse-error"))
    assert str(found.location) == "src/main.js:1:15"
    assert found.location
    assert found.location.line_text == 'import a from "./helper.ts";'
    assert (found.code, found.message) == ("syntax-error", "text")


def test_a_missing_file_names_its_neighbours(root: Path) -> None:
    [found] = reported(root, problem(root, "unresolved-import", specifier="./helper.ts"))
    assert "./helpers.ts" in found.hint


@pytest.mark.parametrize(
    ("specifier", "lock", "hint"),
    [
        ("react-don", None, "react-dom"),
        ("@acme/kit/sub.js", "yarn.lock", "yarn add @acme/kit"),
        ("left-pad", None, "npm install left-pad"),
        ("declared/sub", "pnpm-lock.yaml", "pnpm install"),
    ],
)
def test_a_missing_package_says_how_to_get_it(root: Path, specifier: str, lock: str | None, hint: str) -> None:
    if lock:
        (root / lock).touch()
    [found] = reported(root, problem(root, "unresolved-import", specifier=specifier))
    assert hint in found.hint


def test_the_order_does_not_depend_on_the_engine(root: Path) -> None:
    problems = [problem(root, "parse-error", line=line, message=text) for line in (2, 1) for text in ("b", "a")]
    first = reported(root, *problems)
    assert first == reported(root, *reversed(problems))
    places = [(one.location.line, one.message) for one in first if one.location]
    assert places == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]


def test_a_code_that_nobody_knows_keeps_its_text(root: Path) -> None:
    [found] = reported(root, problem(root, "odd-thing", severity="warning"))
    assert (found.code, found.severity, found.message) == ("engine/odd-thing", "warning", "text")


def test_where_a_module_names_another(root: Path) -> None:
    specifier, location = mention(root, "src/main.js", "lib/other.js")
    assert (specifier, str(location)) == ("../lib/other", "src/main.js:2:19")
    assert str(mention(root, "src/main.js", "lib/absent.js")[1]) == "src/main.js"
