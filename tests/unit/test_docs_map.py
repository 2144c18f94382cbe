"""The map of the code and the list of diagnostics name what there is, no less and no more."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT / "bundler/perfbuild/messages.py"
DIAGNOSTICS = (ROOT / "docs/diagnostics.md").read_text("utf-8")
NAMED_PATHS = [
    (page.name, path)
    for page in (ROOT / "docs/architecture.md", *sorted((ROOT / "docs/design").glob("*.md")))
    for path in re.findall(
        r"`((?:bundler|plugins|templates|tests|fixtures|benchmarks)/[\w./-]+)`", page.read_text("utf-8")
    )
]


@pytest.mark.parametrize(("page", "path"), NAMED_PATHS)
def test_every_path_that_a_page_names_exists(page: str, path: str) -> None:
    assert (ROOT / path).exists(), f"docs: {page} names {path}"


def codes() -> set[str]:
    calls = (node for node in ast.walk(ast.parse(MESSAGES.read_text("utf-8"))) if isinstance(node, ast.Call))
    keywords = (word for call in calls for word in call.keywords if word.arg == "code")
    return {ast.literal_eval(word.value) for word in keywords if isinstance(word.value, ast.Constant)}


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_is_documented(code: str) -> None:
    assert f"| `{code}` |" in DIAGNOSTICS


def test_no_code_is_documented_that_does_not_exist() -> None:
    documented = set(re.findall(r"^\| `([\w-]+)` \|", DIAGNOSTICS, re.MULTILINE))
    assert documented == codes()
