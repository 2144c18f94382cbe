"""How often files and packages change, by real git repositories."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from perfbuild.config import Chunks, Config
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.stages import history
from perfbuild.stages.history import change_rates, rate_of

USER = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@shop.example", "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z"}
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    **USER,
    **{name.replace("AUTHOR", "COMMITTER"): value for name, value in USER.items()},
    "GIT_CONFIG_GLOBAL": os.devnull,
}


class Repository:
    """Commits are gathered and made at once, when git is asked for something."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stream: list[bytes] = []
        folder.mkdir(exist_ok=True)
        self._run("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> None:
        self.make()
        self._run(*arguments)

    def commit(
        self,
        files: Mapping[str, str],
        *,
        branch: str = "main",
        start: str | None = None,
        merge: str | None = None,
        tag: str | None = None,
    ) -> None:
        """An empty text removes the file; ``start`` is where a new branch begins."""
        head = f"commit refs/heads/{branch}\ncommitter A <a@shop.example> 1767225600 +0000\ndata 6\nChange\n"
        self._stream.append(head.encode())
        self._stream += [
            f"{word} refs/heads/{name}\n".encode() for word, name in (("from", start), ("merge", merge)) if name
        ]
        for name, text in files.items():
            data = text.encode()
            self._stream.append(
                b"M 100644 inline %s\ndata %d\n%s\n" % (name.encode(), len(data), data)
                if text
                else b"D %s\n" % name.encode()
            )
        if tag:
            self._stream.append(f"reset refs/tags/{tag}\nfrom refs/heads/{branch}\n".encode())

    def make(self) -> None:
        if self._stream:
            self._run("fast-import", "--quiet", given=b"".join(self._stream))
            self._stream.clear()
            self._run("reset", "-q", "--hard", "main")

    def _run(self, *arguments: str, given: bytes = b"") -> None:
        subprocess.run(("git", *arguments), cwd=self.folder, env=ENVIRONMENT, check=True, input=given)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "shop")


def rates(repository: Repository, folder: str = ".") -> Mapping[str, float]:
    repository.make()
    found, problems = rates_and_problems(repository.folder / folder)
    assert problems == []
    return found


def rates_and_problems(root: Path, *, use: bool = True) -> tuple[Mapping[str, float], list[Diagnostic]]:
    diagnostics = Diagnostics()
    root = root.resolve()
    config = Config(root=root, out=root / "dist", report_dir=root / ".perfbuild", chunks=Chunks(history=use))
    return change_rates(config, diagnostics), list(diagnostics)


def test_files_have_the_rate_at_which_commits_changed_them(repository: Repository) -> None:
    repository.commit({"src/often.ts": "0", "src/half.ts": "0", "src/never.ts": "0", "src/ü b.ts": "0"})
    for number in range(1, 31):
        half = {"src/half.ts": str(number), "src/ü b.ts": str(number)} if number % 2 else {}
        repository.commit({"src/often.ts": str(number), **half})
    found = rates(repository)
    assert rate_of(found, "src/often.ts") == 1.0
    assert rate_of(found, "src/half.ts") == rate_of(found, "src/ü b.ts") == 0.5
    assert rate_of(found, "src/never.ts") == found[history.ANY_SOURCE] < 0.02


def test_a_new_file_is_held_against_the_releases_since_it_came(repository: Repository) -> None:
    for number in range(40):
        repository.commit({"old.ts": str(number)} if number in (5, 7) else {"other.ts": str(number)})
    repository.commit({"new.ts": "0"})
    for number in range(10):
        repository.commit(
            {"new.ts": f"{number}!", "old.ts": "!" * (number + 1)} if number < 8 else {"other.ts": f"{number}!"}
        )
    found = rates(repository)
    assert found["new.ts"] > found["old.ts"]


def test_removed_files_have_no_rate(repository: Repository) -> None:
    for number in range(12):
        repository.commit({"a.ts": str(number), "gone.ts": str(number)})
    repository.commit({"gone.ts": ""})
    assert "gone.ts" not in rates(repository)


def test_releases_are_between_tags_of_versions(repository: Repository) -> None:
    repository.commit({"a.ts": "-", "b.ts": "-"})
    for release in range(12):
        for number in range(4):
            repository.commit({"a.ts": f"{release} {number}"})
        repository.commit({"b.ts": str(release)} if release % 2 else {"c.ts": str(release)}, tag=f"v1.{release}.0")
    tagged = rates(repository)
    assert (rate_of(tagged, "a.ts"), rate_of(tagged, "b.ts")) == (0.5, 0.25)
    repository.git("tag", "-d", *(f"v1.{release}.0" for release in range(12)))
    by_commit = rates(repository)
    assert by_commit["b.ts"] < tagged["b.ts"]


def test_a_merged_branch_is_one_release(repository: Repository) -> None:
    repository.commit({"a.ts": "-", "b.ts": "-"})
    for number in range(12):
        topic = f"topic{number}"
        for step in range(5):
            repository.commit({"a.ts": f"{number} {step}"}, branch=topic, start=None if step else "main")
        repository.commit({"a.ts": f"{number} 4"}, merge=topic)
        repository.commit({"b.ts": str(number)})
    found = rates(repository)
    assert rate_of(found, "a.ts") == rate_of(found, "b.ts") == 0.5


def lock(**versions: str) -> str:
    packages = {f"node_modules/{name}": {"version": version} for name, version in sorted(versions.items())}
    return json.dumps({"lockfileVersion": 3, "packages": {"": {"name": "shop"}, **packages}}, indent=2)


def test_packages_have_the_rate_of_their_versions(repository: Repository) -> None:
    for number in range(24):
        text = lock(react="18.0.0", chart=f"1.{number // 3}.0", antd=f"5.{number}.0")
        repository.commit({"package-lock.json": text, ".gitattributes": "package-lock.json -diff"})
    found = rates(repository)
    assert found[history.ANY_PACKAGE] < found["node_modules/chart/"] < found["node_modules/antd/"] == 0.5
    assert rate_of(found, "node_modules/react/index.js") == found[history.ANY_PACKAGE]
    assert rate_of(found, "node_modules/.pnpm/antd@5.1.0/node_modules/antd/es/index.js") == 0.5


def test_a_lock_file_of_which_little_was_read_counts_for_that_part_alone(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        repository.commit({"package-lock.json": lock(antd=f"5.{number}.0")})
    monkeypatch.setattr(history, "MOST_LOCK_COMMITS", 20)
    assert rate_of(rates(repository), "node_modules/antd/a.js") == 0.5
    monkeypatch.setattr(history, "MOST_LOCK_COMMITS", 5)
    found = rates(repository)
    assert rate_of(found, "node_modules/antd/a.js") is None
    assert rate_of(found, "package-lock.json") == 1.0


def test_a_project_in_a_monorepo_with_its_packages_and_the_lock_file_above(repository: Repository) -> None:
    repository.commit({"package.json": '{"workspaces": ["apps/*", "packages/*"]}'})
    for number in range(12):
        repository.commit({"packages/ui/index.ts": str(number), "apps/other/main.ts": str(number)})
        repository.commit({"apps/shop/main.ts": str(number), "package-lock.json": lock(antd=f"5.{number}.0")})
    for number in range(30):
        repository.commit({"apps/other/main.ts": f"later {number}"})
    found = rates(repository, "apps/shop")
    assert rate_of(found, "main.ts") == rate_of(found, "../../packages/ui/index.ts") == 0.5
    assert rate_of(found, "../../node_modules/antd/index.js") == 0.5


def test_the_working_tree_and_the_settings_of_the_user_do_not_matter(repository: Repository) -> None:
    for number in range(12):
        repository.commit({"src/a.ts": str(number), "b.ts": str(number // 4)})
    before = rates(repository)
    (repository.folder / "b.ts").write_text("dirty")
    marker = repository.folder.parent / "ran"
    settings = {
        "core.fsmonitor": f"touch {marker}",
        "core.pager": f"touch {marker}",
        "diff.external": f"touch {marker}",
        "gpg.program": f"touch {marker}",
        "log.showSignature": "true",
        "log.follow": "true",
        "log.showRoot": "false",
        "log.excludeDecoration": "refs/tags/*",
        "diff.relative": "true",
        "diff.renames": "copies",
        "color.ui": "always",
    }
    for name, value in settings.items():
        repository.git("config", name, value)
    assert rates(repository) == before
    assert not marker.exists()


def test_a_hook_that_runs_the_build_does_not_lead_to_another_repository(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        repository.commit({"src/a.ts": str(number)})
    other = Repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    assert rate_of(rates(repository), "src/a.ts") == 0.5


def test_nothing_is_written(repository: Repository) -> None:
    for number in range(12):
        repository.commit({"src/a.ts": str(number)})
    repository.make()
    (repository.folder / "src/a.ts").touch()
    before = {path: path.stat().st_mtime_ns for path in sorted(repository.folder.rglob("*"))}
    rates(repository)
    assert {path: path.stat().st_mtime_ns for path in sorted(repository.folder.rglob("*"))} == before


def test_a_shallow_clone_has_no_rates_and_says_so(repository: Repository, tmp_path: Path) -> None:
    for number in range(30):
        repository.commit({"src/a.ts": str(number)})
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth=20", f"file://{repository.folder}", str(clone))
    found, (problem,) = rates_and_problems(clone)
    assert found == {}
    assert (problem.code, problem.severity) == ("history-cut-off", "info")
    assert rates_and_problems(clone, use=False) == ({}, [])


def test_a_partial_clone_fetches_nothing(repository: Repository, tmp_path: Path) -> None:
    for number in range(12):
        repository.commit({"package-lock.json": lock(antd=f"5.{number}.0"), "src/a.ts": str(number)})
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--filter=blob:none", f"file://{repository.folder}", str(clone))
    packs = sorted((clone / ".git/objects").rglob("*"))
    found, _ = rates_and_problems(clone)
    assert rate_of(found, "src/a.ts") == 0.5
    assert rate_of(found, "node_modules/antd/index.js") is None
    assert sorted((clone / ".git/objects").rglob("*")) == packs


def test_few_releases_no_commit_no_repository_no_git(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rates(repository) == {}
    for number in range(4):
        repository.commit({"src/a.ts": str(number)})
    assert rates(repository) == {}
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "plain").mkdir()
    assert rates_and_problems(tmp_path / "plain") == ({}, [])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert rates(repository) == {}


def test_a_project_that_an_outer_repository_ignores_has_no_rates(repository: Repository) -> None:
    for number in range(12):
        repository.commit({"src/a.ts": str(number), ".gitignore": "build"})
    (repository.folder / "build").mkdir()
    assert rates(repository, "build") == {}


def test_the_history_is_not_waited_for_without_end(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        repository.commit({"src/a.ts": str(number)})
    repository.make()
    slow = tmp_path / "bin/git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(slow.parent), prepend=os.pathsep)
    monkeypatch.setattr(history, "MOST_SECONDS", 0.2)
    start = time.monotonic()
    assert rates(repository) == {}
    assert time.monotonic() - start < 30


def test_a_long_log_is_read_to_whole_commits(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        repository.commit({"src/a.ts": str(number)} if number < 12 else {"src/b.ts": str(number)})
    monkeypatch.setattr(history, "MOST_LOG_BYTES", 1000)
    found = rates(repository)
    assert "src/a.ts" not in found
    assert found["src/b.ts"] == 0.5
