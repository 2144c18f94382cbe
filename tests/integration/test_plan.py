"""``perfbuild plan`` on the command line, and the output that docs/plan.md shows of both its commands.

``--update-expected`` writes what they print into the page.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "perfbuild")
ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "fixtures" / "dashboard"
PAGE = ROOT / "docs" / "plan.md"
EXAMPLE = re.compile(r"```console\n\$ perfbuild ([^\n]*)\n(.*?)```", re.DOTALL)
RELEASES = (
    ("src/routes/team.tsx", 'data-testid="person"', 'data-testid="person" data-release="2"'),
    ("src/components/card.tsx", "<article ", '<article data-release="2" '),
)


def start(*arguments: str, cwd: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    with start(*arguments, cwd=cwd) as process:
        stdout, stderr = process.communicate(timeout=240)
    assert "Traceback" not in stderr
    return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)


def git(folder: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory, dashboard_packages: Path) -> Path:
    """The fixture with three releases, each but the first a change of one module, and a build of the last."""
    root = tmp_path_factory.mktemp("plan") / "dashboard"
    shutil.copytree(DASHBOARD, root, ignore=shutil.ignore_patterns("node_modules", "dist", ".perfbuild"))
    (root / "node_modules").symlink_to(dashboard_packages)
    (root / ".gitignore").write_text("node_modules\ndist\n.perfbuild\n")
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "first")
    for name, old, new in RELEASES:
        source = (root / name).read_text(encoding="utf-8")
        assert old in source
        (root / name).write_text(source.replace(old, new, 1), encoding="utf-8")
        git(root, "commit", "--quiet", "--all", "--message", name)
    assert run("build", "-q", cwd=root).returncode == 0
    return root


def test_the_plan_has_every_row_and_measures_the_strategies(dashboard: Path) -> None:
    done = run("plan", "--replay", "2", "--json", cwd=dashboard)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    rows = {row["plan"]: row for row in report["rows"]}
    assert list(rows) == ["one bundle", "vendor + common", "chunk per package", "engine's split", "auto"]
    assert report["releases"] == 2
    assert rows["auto"]["first_visit"]["mean_bytes"] < rows["one bundle"]["first_visit"]["mean_bytes"]
    for row in rows.values():
        assert (row["replayed"] is None) == (row["strategy"] is None)
    # Two changed lines: never all of what the dashboard has.
    assert 0 < rows["auto"]["replayed"] < rows["one bundle"]["first_visit"]["mean_bytes"]


def test_no_output_is_written_and_the_last_build_stays(dashboard: Path) -> None:
    before = {path: path.read_bytes() for path in (dashboard / "dist").rglob("*") if path.is_file()}
    stats = (dashboard / ".perfbuild/stats.json").read_bytes()
    assert run("plan", "-q", cwd=dashboard).stdout == ""
    assert {path: path.read_bytes() for path in (dashboard / "dist").rglob("*") if path.is_file()} == before
    assert (dashboard / ".perfbuild/stats.json").read_bytes() == stats
    assert not list((dashboard / ".perfbuild").glob("staging-*"))


def test_ctrl_c_removes_the_rebuilt_releases(dashboard: Path, tmp_path: Path) -> None:
    (tmp_path / "perfbuild.toml").write_text('inline_limit = "2 kB"\n')  # no release is remembered under this
    with start(
        "plan", "--replay", "2", "-c", str(tmp_path / "perfbuild.toml"), cwd=dashboard, TMPDIR=str(tmp_path)
    ) as (process):
        _wait_for(lambda: list(tmp_path.glob("perfbuild-replay-*/copy/src")))
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "error[interrupted]" in stderr
    assert not list(tmp_path.glob("perfbuild-replay-*"))


def _wait_for(condition: object) -> None:
    assert callable(condition)
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("nothing was checked out")


def test_a_project_without_modules_has_nothing_to_plan(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>t</title><p>text")
    done = run("plan", "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"rows": [], "releases": None}
    assert "warning[nothing-to-plan]" in done.stderr


def test_a_replay_without_a_repository_fails_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<!doctype html><script type="module">console.log(1)</script>')
    done = run("plan", "--replay", "3", cwd=tmp_path)
    assert done.returncode == 1
    assert "error[no-releases]" in done.stderr


def test_the_page_shows_what_the_commands_print(dashboard: Path, request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    printed = {
        command: run(*command.split(), cwd=dashboard).stdout.rstrip("\n") for command, _ in EXAMPLE.findall(text)
    }
    assert len(printed) == 5
    assert all(printed.values()), printed
    if request.config.getoption("--update-expected"):
        PAGE.write_text(EXAMPLE.sub(lambda found: _block(found[1], printed[found[1]]), text), encoding="utf-8")
        return
    for command, shown in EXAMPLE.findall(text):
        assert _shape(shown) == _shape(printed[command]), command


def _block(command: str, output: str) -> str:
    lines = "\n".join(line.rstrip() for line in output.splitlines())
    return f"```console\n$ perfbuild {command}\n{lines}\n```"


def _shape(output: str) -> list[str]:
    """The lines without figures, hashes, and the widths and the order that come from them."""
    lines = (re.sub(r"-[\w-]{8}\d*\.(\w+)\b", r"-#.\1", line) for line in output.strip().splitlines())
    return sorted(re.sub(r"[─\s]+", " ", re.sub(r"[\d.,]*\d", "#", line)).strip() for line in lines)
