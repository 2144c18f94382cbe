"""The same input gives the same bytes: at another path, with other jobs and hash seeds, with and without a cache."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"
TIMEOUT = 180.0


def build(fixture: str, folder: Path, *options: str, seed: str) -> Path:
    """Builds a copy of the fixture below ``folder``."""
    source = FIXTURES / fixture
    if (source / "package-lock.json").is_file() and not (source / "node_modules").is_dir():
        reason = f"the npm packages of {fixture} are missing: run `npm ci` in fixtures/{fixture}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    root = folder / fixture
    written = {"dist", ".perfbuild"}  # by builds of the fixture itself; packages have folders of these names too
    shutil.copytree(source, root, ignore=lambda folder, _names: written if Path(folder) == source else set())
    done = subprocess.run(
        [sys.executable, "-m", "perfbuild", "build", str(root), *options],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return root


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def account(root: Path) -> dict[str, Any]:
    stats: dict[str, Any] = json.loads((root / ".perfbuild/stats.json").read_bytes())
    assert stats.pop("run")["root"] == str(root)
    return stats


@pytest.mark.parametrize(
    ("fixture", "options"),
    [
        ("storefront", ()),
        ("storefront", ("--base", "./", "--sourcemap")),
        ("templates", ()),
        ("dashboard", ()),
        ("dashboard", ("-c", "perfbuild.groups.toml", "--sourcemap")),
    ],
    ids=["storefront", "storefront-relative-maps", "templates", "dashboard", "dashboard-groups-maps"],
)
def test_two_builds_write_the_same_bytes(fixture: str, options: tuple[str, ...], tmp_path: Path) -> None:
    # A configuration is named from where the command runs.
    given = tuple(str(FIXTURES / fixture / option) if option.endswith(".toml") else option for option in options)
    first = build(fixture, tmp_path / "a", *given, "--jobs", "1", seed="1")
    second = build(fixture, tmp_path / "another/and longer", *given, "--jobs", "4", "--no-cache", seed="2")
    built, again = contents(first / "dist"), contents(second / "dist")
    assert sorted(built) == sorted(again)
    assert [path for path in built if built[path] != again[path]] == []
    assert account(first) == account(second)
    assert_free_of_place_and_time(built, tmp_path)


def assert_free_of_place_and_time(files: dict[str, bytes], place: Path) -> None:
    today = datetime.now(UTC).strftime("%Y-%m-%d").encode()
    for path, content in files.items():
        assert str(place).encode() not in content, path
        assert str(FIXTURES).encode() not in content, path
        assert today not in content, path
        if path.endswith(".gz"):
            assert content[4:8] == bytes(4), f"{path} holds a time"


def test_a_second_build_with_what_the_first_one_kept_is_the_same(tmp_path: Path) -> None:
    root = build("storefront", tmp_path, seed="1")
    before, stats = contents(root / "dist"), account(root)
    command = [sys.executable, "-m", "perfbuild", "build", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr
    assert contents(root / "dist") == before
    assert account(root) == stats
