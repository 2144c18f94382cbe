"""Releases rebuilt from a git history: what is counted, what is left out, and a repository that stays as it was."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostics, PerfbuildError
from perfbuild.planning_report import Replay
from perfbuild.replay import replay

PAGE = '<!doctype html><title>t</title><script type="module" src="/src/main.js"></script>'
SOURCES = {
    "index.html": PAGE,
    "src/main.js": 'import { big } from "big"; import("./lazy.js"); console.log(big, 1);',
    "src/lazy.js": 'console.log("lazy one");',
    "package.json": '{"type": "module"}',
    "package-lock.json": '{"packages": {"node_modules/big": {"version": "1.0.0"}}}',
    ".gitignore": "node_modules\n.perfbuild\ndist\n",
}
BIG = "export const big = " + repr([f"{n * 7919 % 100_003:x}" for n in range(2000)]).replace("'", '"') + ";\n"


class Repository:
    """A project with a history."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet")

    def git(self, *arguments: str) -> str:
        settings = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
        command = ["git", *settings, *arguments]
        return subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True).stdout

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, files: Mapping[str, str]) -> None:
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "release")

    def state(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in (self.root / ".git").rglob("*") if path.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Repository:
    """Three releases: the second changes the lazy module, the third nothing that is built."""
    repository = Repository(tmp_path / "project")
    repository.write({"node_modules/big/package.json": '{"name": "big", "type": "module", "main": "index.js"}',
                      "node_modules/big/index.js": BIG})  # fmt: skip
    repository.commit(SOURCES)
    repository.commit({"src/lazy.js": 'console.log("lazy two");'})
    repository.commit({"README.md": "notes"})
    return repository


def replayed(root: Path, count: int) -> tuple[Replay | None, dict[str, str], list[str]]:
    config, _ = load_config(root, CliOptions())
    diagnostics = Diagnostics()
    said: list[str] = []
    found = replay(config, count, diagnostics, said.append)
    return found, {one.code: one.message for one in diagnostics}, said


def test_a_changed_leaf_is_downloaded_again_and_what_it_left_alone_is_not(project: Repository) -> None:
    found, problems, said = replayed(project.root, 10)
    assert not problems
    assert found is not None
    assert found.releases == 2
    assert len(said) == 3
    for strategy in ("split", "auto"):
        assert 0 < found.bytes[strategy] < 2000  # the library has some 4 kB
    fewer, _, _ = replayed(project.root, 1)
    assert fewer is not None
    assert fewer.bytes == dict.fromkeys(("groups", "split", "auto"), 0)


def test_the_repository_and_the_temporary_folder_are_left_as_they_were(project: Repository) -> None:
    before = project.state()
    folders = set(Path(tempfile.gettempdir()).glob("perfbuild-replay-*"))
    replayed(project.root, 2)
    assert project.state() == before
    assert project.git("status", "--porcelain") == ""
    assert set(Path(tempfile.gettempdir()).glob("perfbuild-replay-*")) <= folders


def test_a_second_replay_builds_nothing(project: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _, _ = replayed(project.root, 2)
    monkeypatch.setenv("PERFBUILD_NODE", "/nowhere/node")
    again, problems, _ = replayed(project.root, 2)
    assert not problems
    assert again == first


def test_a_commit_with_other_packages_is_left_out(project: Repository) -> None:
    project.commit({"package-lock.json": '{"packages": {"node_modules/big": {"version": "2.0.0"}}}'})
    project.commit({"src/lazy.js": 'console.log("lazy three");'})
    found, problems, _ = replayed(project.root, 10)
    assert found is not None
    assert found.releases == 1
    assert "other packages" in problems["release-skipped"]


def test_a_commit_that_does_not_build_is_left_out_and_its_change_counts_later(project: Repository) -> None:
    project.commit({"src/lazy.js": "console.log(;"})
    project.commit({"src/lazy.js": 'console.log("lazy three, mended");'})
    found, problems, _ = replayed(project.root, 2)
    assert found is not None
    assert found.releases == 1
    assert found.bytes["split"] > 0
    assert "release-skipped" in problems


def test_a_project_below_the_repository_counts_its_own_commits_and_finds_packages_above(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.write({"node_modules/big/package.json": '{"name": "big", "type": "module", "main": "index.js"}',
                      "node_modules/big/index.js": BIG})  # fmt: skip
    inside = {f"apps/shop/{name}": text for name, text in SOURCES.items() if "lock" not in name}
    repository.commit({**inside, "package-lock.json": SOURCES["package-lock.json"], ".gitignore": "node_modules\n"})
    repository.commit({"apps/other.txt": "not of the shop"})
    repository.commit({"apps/shop/src/lazy.js": 'console.log("lazy two");'})
    found, problems, said = replayed(repository.root / "apps/shop", 10)
    assert not problems
    assert found is not None
    assert found.releases == 1
    assert len(said) == 2


def test_packages_of_the_workspace_are_those_of_the_release(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "workspace")
    repository.write({"node_modules/.keep": ""})
    (repository.root / "node_modules/tool").symlink_to("../packages/tool")
    own = {
        "packages/tool/package.json": '{"name": "tool", "type": "module", "main": "index.js"}',
        "packages/tool/index.js": 'export const tool = "one";',
        "apps/shop/index.html": PAGE,
        "apps/shop/src/main.js": 'import { tool } from "tool"; console.log(tool);',
        "package.json": '{"type": "module", "workspaces": ["apps/*", "packages/*"]}',
        ".gitignore": "node_modules\n.perfbuild\n",
    }
    repository.commit(own)
    repository.commit({"packages/tool/index.js": 'export const tool = "two";', "apps/shop/notes.txt": "new tool"})
    found, problems, _ = replayed(repository.root / "apps/shop", 1)
    assert not problems
    assert found is not None
    assert found.bytes["split"] > 0


def test_a_shallow_clone_says_that_it_ends(project: Repository, tmp_path: Path) -> None:
    url = project.root.as_uri()
    subprocess.run(["git", "clone", "--quiet", "--depth", "2", url, tmp_path / "shallow"], check=True)
    shutil.copytree(project.root / "node_modules", tmp_path / "shallow/node_modules")
    found, problems, _ = replayed(tmp_path / "shallow", 10)
    assert "1 of the 10" in problems["releases-cut-off"]
    assert found is not None
    assert found.releases == 1


def test_without_a_history_there_is_nothing_to_replay(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(PAGE)
    with pytest.raises(PerfbuildError, match="in no git repository"):
        replayed(tmp_path, 3)
    Repository(tmp_path)
    with pytest.raises(PerfbuildError, match="has no commit"):
        replayed(tmp_path, 3)
