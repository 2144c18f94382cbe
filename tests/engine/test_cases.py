"""Every case of ``fixtures/cases`` builds as its folder says."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from .case import CASES, PREVIOUS, Case, Outcome, as_toml, build_case, installed, read_case, run_output, shown, tree

FOLDERS = sorted(path.parent for path in CASES.glob("*/case.toml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_case(folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    case = read_case(folder)
    if case.needs and not installed(case.needs):
        reason = f"{case.needs} is not installed: run `npm ci` in tests/engine/tools"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    outcome = build_case(case, tmp_path)
    if request.config.getoption("--update-expected"):
        _update(case, outcome)
        case = read_case(folder)
    _check_diagnostics(case, outcome)
    if case.fails:
        assert outcome.failed, "the build should have failed"
        assert tree(outcome.out, with_state=True) == PREVIOUS, "the output of the build before was touched"
        return
    _check_files(case, outcome)
    if case.run:
        assert run_output(outcome.out, case) == case.prints


def test_there_are_cases() -> None:
    assert len(FOLDERS) > 50


def _check_diagnostics(case: Case, outcome: Outcome) -> None:
    assert sorted(map(shown, outcome.diagnostics)) == sorted(case.diagnostics), "\n".join(
        f"{shown(one)}: {one.message}" for one in outcome.diagnostics
    )
    said = "\n".join(f"{one.message}\n{one.hint}" for one in outcome.diagnostics)
    assert [text for text in case.says if text not in said] == [], said


def _check_files(case: Case, outcome: Outcome) -> None:
    actual = tree(outcome.out)
    for text in case.absent:
        assert [path for path, content in actual.items() if text.encode() in content] == [], f"{text} is in the output"
    left = case.folder / "_actual"
    shutil.rmtree(left, ignore_errors=True)
    expected = tree(case.folder / "expected")
    if actual != expected:
        shutil.copytree(outcome.out, left, ignore=shutil.ignore_patterns(".perfbuild"))
    assert sorted(actual) == sorted(expected)
    assert actual == expected


def _update(case: Case, outcome: Outcome) -> None:
    """Writes what the build did into the case, for a reader to judge."""
    if not outcome.failed:
        shutil.rmtree(case.folder / "expected", ignore_errors=True)
        shutil.copytree(outcome.out, case.folder / "expected", ignore=shutil.ignore_patterns(".perfbuild"))
    if case.run and not outcome.failed:
        file = case.folder / "case.toml"
        text = re.sub(
            r"^prints = \[.*?^\]\n|^prints = \[.*?\]\n", "", file.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
        )
        prints = f"prints = {as_toml(run_output(outcome.out, case))}\n"
        head, table, rest = text.partition("\n[options]")
        file.write_text(head.rstrip("\n") + "\n" + prints + table + rest, "utf-8")
