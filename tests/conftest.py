"""What all tests stand on: unit tests start no process."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

# How long an example takes says more about the machine's other work than about the code.
settings.register_profile("perfbuild", deadline=None)
settings.load_profile("perfbuild")

UNIT = Path(__file__).parent / "unit"
DASHBOARD = Path(__file__).parents[1] / "fixtures" / "dashboard"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-expected", action="store_true", help="write what the cases give into their folders")


@pytest.fixture(scope="session")
def dashboard_packages() -> Path:
    """The npm packages of the dashboard. Where they are missing, what needs them is skipped; in CI it fails."""
    packages = DASHBOARD / "node_modules"
    if not packages.is_dir():
        reason = "the npm packages of dashboard are missing: run `npm ci` in fixtures/dashboard"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return packages


@pytest.fixture(autouse=True)
def unit_tests_start_no_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.path.is_relative_to(UNIT):
        return

    def refuse(*_arguments: Any, **_options: Any) -> NoReturn:
        pytest.fail("a unit test started a process: move it to tests/engine, or give it a fake")

    monkeypatch.setattr(subprocess.Popen, "__init__", refuse)
    for name in ("fork", "forkpty", "posix_spawn", "posix_spawnp", "system"):
        monkeypatch.setattr(os, name, refuse, raising=False)
