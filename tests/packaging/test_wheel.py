"""The wheel, built from the source distribution as an installer would: what is in it, and that it does the main job."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bundler/perfbuild", "plugins/perfbuild_plugins", "templates/perfbuild_templates")
ENGINE = "perfbuild/engine/"
NODE_MODULES = f"{ENGINE}node_modules/"
#: Required by swc's package, and asked for by none of its code.
NEVER_LOADED = {"@swc/counter", "@swc/types"}
METADATA = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
#: Files of the packages' folders that are for those who work on them.
NOT_SHIPPED = (f"{ENGINE}.npmrc",)
#: What would be dead weight among the npm packages.
DEAD_WEIGHT = re.compile(r"\.d\.[cm]?ts$|\.map$|\.flow$|(?<!LICENSE)\.md$|/\.bin/|/\.package-lock\.json$")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What the command wrote to its standard output; its errors fail the test as it wrote them."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def ignore(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("node_modules", "__pycache__", "dist", ".perfbuild")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution and the wheel made from it, out of a checkout without npm packages."""
    checkout, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("built")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, checkout / package, ignore=ignore)
    for file in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / file, checkout)
    run(sys.executable, "-m", "build", "--outdir", out, checkout, cwd=out)
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def contents(wheel: Path) -> frozenset[str]:
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


def sources() -> frozenset[str]:
    """The files of the packages in the checkout, as the wheel names them."""
    found = set()
    for package in PACKAGES:
        folder = ROOT / package
        for file in folder.rglob("*"):
            path = file.relative_to(folder.parent).as_posix()
            if file.is_file() and "/node_modules/" not in path and "/__pycache__/" not in path:
                found.add(path)
    return frozenset(found)


def test_the_wheel_holds_the_packages_and_nothing_else_of_the_checkout(contents: frozenset[str]) -> None:
    ours = {name for name in contents if not name.startswith(NODE_MODULES) and ".dist-info/" not in name}
    assert ours == sources().difference(NOT_SHIPPED)
    assert {name.split(".dist-info/")[1] for name in contents if ".dist-info/" in name} == set(METADATA)


def test_the_engine_brings_its_npm_packages_with_their_licences(contents: frozenset[str]) -> None:
    names = {name.removeprefix(NODE_MODULES) for name in contents if name.startswith(NODE_MODULES)}
    packages = {re.match(r"(@[^/]+/)?[^/]+", name)[0] for name in names}  # type: ignore[index]
    lock = json.loads((ROOT / "bundler/perfbuild/engine/package-lock.json").read_text())["packages"]
    required = {
        path.removeprefix("node_modules/") for path, entry in lock.items() if path and not entry.get("optional")
    }
    assert required - packages == NEVER_LOADED
    assert packages <= {path.removeprefix("node_modules/") for path in lock}
    for native in ("rolldown-binding.", "lightningcss.", "swc."):
        assert sum(name.endswith(".node") and native in name for name in names) == 1
    for package in packages:
        licences = [name for name in names if name.startswith(f"{package}/") and "license" in name.lower()]
        assert licences or package.startswith("@rolldown/binding-"), f"{package} has no licence"
    assert [name for name in contents if name.startswith(NODE_MODULES) and DEAD_WEIGHT.search(name)] == []


def test_the_wheel_is_for_this_platform_and_of_moderate_size(wheel: Path) -> None:
    assert re.fullmatch(r"perfbuild-[\d.]+-py3-none-(?!any)\w+\.whl", wheel.name)
    assert wheel.stat().st_size < 26_000_000


def test_the_installed_wheel_does_the_main_job_without_node_on_the_machine(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "fresh", cwd=tmp_path)
    binaries = tmp_path / "fresh/bin"
    run(binaries / "pip", "install", "-q", wheel, cwd=tmp_path)
    shutil.copytree(ROOT / "fixtures/storefront", tmp_path / "shop", ignore=ignore)
    bare = {"PATH": str(binaries), "PYTHONPATH": ""}
    assert run(binaries / "perfbuild", "--version", cwd=tmp_path, **bare).startswith("perfbuild ")
    stats = json.loads(run(binaries / "perfbuild", "build", "shop", "--json", cwd=tmp_path, **bare))
    assert {route["path"] for route in stats["routes"]} >= {"/", "/products.html"}
    manifest = json.loads((tmp_path / "shop/dist/.perfbuild/manifest.json").read_text())
    assert manifest["routes"]
    assert (tmp_path / "shop/.perfbuild/report.html").stat().st_size > 10_000
