"""The monorepo around a project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perfbuild.stages.link.workspace import is_commonjs, is_workspace_package, workspace_of


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    manifests = {
        "repo": {"workspaces": ["apps/*", "packages/*"]},
        "repo/apps/web": {"name": "web"},
        "repo/packages/ui": {"name": "@acme/ui"},
    }
    for folder, manifest in manifests.items():
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "package.json").write_text(json.dumps(manifest), "utf-8")
    return tmp_path / "repo"


def test_the_workspace_is_the_folder_that_declares_it(monorepo: Path) -> None:
    assert workspace_of(monorepo / "apps/web") == monorepo
    assert workspace_of(monorepo) == monorepo


def test_pnpm_declares_it_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "pnpm-workspace.yaml").write_text("packages: [web]\n", "utf-8")
    (tmp_path / "web").mkdir()
    assert workspace_of(tmp_path / "web") == tmp_path


def test_without_one_the_project_stands_alone(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    assert workspace_of(project) == project


def test_only_modules_of_its_named_packages_may_be_built_in(monorepo: Path) -> None:
    assert is_workspace_package(monorepo / "packages/ui/src/index.ts", monorepo)
    assert not is_workspace_package(monorepo / "scripts/stray.js", monorepo)
    assert not is_workspace_package(monorepo / "stray.js", monorepo)
    assert not is_workspace_package(monorepo.parent / "elsewhere/index.js", monorepo)


def test_a_damaged_manifest_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{ not json", "utf-8")
    assert not is_commonjs(tmp_path)
    (tmp_path / "package.json").write_text("[]", "utf-8")
    assert not is_commonjs(tmp_path)
    (tmp_path / "package.json").write_text('{"type": "commonjs"}', "utf-8")
    assert is_commonjs(tmp_path)
