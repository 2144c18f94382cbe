"""Bad input on the command line: what is said and where, the exit code, and a previous output that stays as it was."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "perfbuild")
TIMEOUT = 60.0

Files = Mapping[str, str | bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    code: int
    stdout: str
    stderr: str

    def says(self, code: str, place: str | None = None, severity: str = "error") -> None:
        """Fails unless standard error has this diagnostic, at this place when one is given."""
        found = re.search(rf"^{severity}\[{code}\].*(?:\n +--> (\S.*))?$", self.stderr, re.MULTILINE)
        assert found, self.stderr
        assert place is None or found[1] == place, self.stderr


class Project:
    """A folder to build, next to nothing else."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, files: Files) -> Project:
        for path, content in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.root,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> Done:
        with self.start(*arguments) as process:
            stdout, stderr = process.communicate(timeout=TIMEOUT)
        assert "Traceback" not in stderr
        return Done(code=process.returncode, stdout=stdout, stderr=stderr)

    def build(self, *options: str) -> Done:
        return self.run("build", "--no-compress", *options)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def beside(folder: Path) -> set[str]:
    """What a build may have left next to the output."""
    return {path.name for path in folder.parent.iterdir() if path.name.startswith(f".{folder.name}")}


@pytest.fixture(scope="session")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a good build of an earlier day wrote."""
    project = Project(tmp_path_factory.mktemp("previous"))
    project.write({"index.html": "<script type=module src=a.js></script><p>before", "a.js": "console.log('before')"})
    done = project.build()
    assert (done.code, done.stderr) == (0, "")
    return project.root / "dist"


@pytest.fixture
def project(tmp_path: Path, previous: Path) -> Iterator[Project]:
    """A project that was built before. At the end that output must be whole, and nothing may lie beside it."""
    project = Project(tmp_path / "project")
    shutil.copytree(previous, project.root / "dist")
    yield project
    assert snapshot(project.root / "dist") == snapshot(previous)
    assert beside(project.root / "dist") == set()


@pytest.fixture
def good(tmp_path: Path) -> Project:
    """A project that will build."""
    (tmp_path / "project").mkdir()
    return Project(tmp_path / "project")


# --- sources --------------------------------------------------------------------------------------

MODULE = '<!doctype html>\n<script type="module" src="src/main.ts"></script>\n'

SOURCES: dict[str, tuple[Files, str, str]] = {
    "a missing picture": ({"index.html": "<p>\n<img src=gone.png>"}, "missing-file", "index.html:2:10"),
    "a missing module": ({"index.html": MODULE}, "missing-file", "index.html:2:28"),
    "a missing stylesheet": ({"index.html": '<link rel="stylesheet" href="a.css">'}, "missing-file", "index.html:1:30"),
    "a missing import": (
        {"index.html": MODULE, "src/main.ts": 'export {};\nimport "./near";'},
        "unresolved-import",
        "src/main.ts:2:8",
    ),
    "a missing picture in a stylesheet": (
        {"index.html": '<link rel="stylesheet" href="a.css">', "a.css": "a {\n  background: url(gone.png);\n}"},
        "missing-file",
        "a.css:2:19",
    ),
    "TypeScript": (
        {"index.html": MODULE, "src/main.ts": "let fine = 1;\nlet x: = 3;"},
        "syntax-error",
        "src/main.ts:2:8",
    ),
    "CSS": (
        {"index.html": '<link rel="stylesheet" href="a.css">', "a.css": "a { color: red }\n} b {{"},
        "syntax-error",
        "a.css:2:1",
    ),
    "CSS of a module": (
        {"index.html": MODULE, "src/main.ts": 'import "./a.css"', "src/a.css": "\n\n} b {{"},
        "syntax-error",
        "src/a.css:3:1",
    ),
    "JSON": (
        {"index.html": MODULE, "src/main.ts": 'import "./d.json"', "src/d.json": '{\n  "a": }'},
        "syntax-error",
        "src/d.json:2:8",
    ),
    "a package that is not installed": (
        {"index.html": MODULE, "src/main.ts": 'import "reactt"'},
        "unresolved-import",
        "src/main.ts:1:8",
    ),
    "a reference that leaves the project": (
        {"index.html": '<img src="../../etc/hostname">'},
        "outside-root",
        "index.html:1:11",
    ),
    "a stylesheet that leaves the project": (
        {"index.html": '<link rel="stylesheet" href="a.css">', "a.css": "a { background: url(../../x.png) }"},
        "outside-root",
        "a.css:1:21",
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_bad_source_is_named_with_its_place(name: str, project: Project) -> None:
    files, code, place = SOURCES[name]
    done = project.write(files).build()
    assert done.code == 1
    done.says(code, place)
    assert done.stdout == ""


def test_every_bad_source_of_a_kind_is_named_at_once(project: Project) -> None:
    done = project.write({"index.html": "<img src=a.png>", "b.html": "<img src=b.png>"}).build()
    assert re.findall(r"--> (\S+)", done.stderr) == ["b.html:1:10", "index.html:1:10"]
    assert done.stderr.rstrip().endswith("2 errors")


def test_an_unknown_package_has_near_names_and_the_command_to_install_it(project: Project) -> None:
    project.write({"index.html": MODULE, "src/main.ts": 'import "reactt"; import "left-pad/x"'})
    project.write({"package.json": '{"dependencies": {"react": "19"}}'})
    done = project.build()
    assert "Did you mean react?" in done.stderr
    assert "npm install left-pad`" in done.stderr


def test_a_symbolic_link_may_not_leave_the_project(project: Project, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    project.write({"index.html": '<img src="link.png">'})
    (project.root / "link.png").symlink_to(tmp_path / "secret.txt")
    done = project.build()
    assert done.code == 1
    done.says("outside-root", "index.html:1:11")


def test_a_symbolic_link_among_public_files_may_not_leave_the_project(project: Project, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    project.write({"index.html": "<p>", "public/robots.txt": ""})
    (project.root / "public/link.txt").symlink_to(tmp_path / "secret.txt")
    done = project.build()
    assert done.code == 1
    assert "link.txt" in done.stderr


def test_an_empty_project_says_what_it_lacks(project: Project) -> None:
    done = project.build()
    assert done.code == 1
    done.says("empty-project")


# --- sources that look bad and are good -----------------------------------------------------------

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(b"\xef\xbb\xbf<!doctype html><img src=a.png>\xc3\xa9", id="a byte order mark"),
        pytest.param(b"<!doctype html>\r\n<img\r\n src=a.png>\r\n<p>x\r\n", id="CRLF"),
        pytest.param(b'<meta charset="windows-1252"><img src=a.png><p>caf\xe9 \x80 5', id="windows-1252"),
        pytest.param(b'<meta charset="shift_jis"><img src=a.png><p>\x93\xfa\x96{', id="shift_jis"),
        pytest.param(b"<p>no head<img src=a.png>", id="no head"),
        pytest.param(b"<table><tr><td>a<td><b><img src=a.png><tr><p>unclosed", id="unclosed tags"),
        pytest.param("<img src=a.png>é".encode("utf-16"), id="UTF-16"),
    ],
)
def test_the_bytes_of_an_unusual_page_are_kept(page: bytes, good: Project) -> None:
    config = '[plugins]\ndisabled = ["lazy-media"]\n'  # which adds the picture's size to its tag
    done = good.write({"index.html": page, "a.png": PNG, "perfbuild.toml": config}).build()
    assert (done.code, done.stderr) == (0, "")
    wide = "utf-16-le" if page.startswith(b"\xff\xfe") else "ascii"
    (url,) = (f"/assets/{path.name}" for path in (good.root / "dist/assets").glob("a-*.png"))
    assert (good.root / "dist/index.html").read_bytes() == page.replace("a.png".encode(wide), url.encode(wide))


def test_names_with_characters_that_urls_reserve_are_built(good: Project) -> None:
    """That a browser finds them again is shown in tests/browser/test_names.py."""
    names = ("a b.png", "a#b.png", "a?b.png", "a%20b.png", "ünï.png")
    urls = ("a%20b.png", "a%23b.png", "a%3Fb.png", "a%2520b.png", "ünï.png")
    page = "".join(f'<img src="{url}">' for url in urls)
    done = good.write({"größe 1.html": page, **{name: PNG + name.encode() for name in names}}).build()
    assert (done.code, done.stderr) == (0, "")
    built = (good.root / "dist/größe 1.html").read_text("utf-8")
    assert len(set(re.findall(r'src="/assets/[!-~]+?-[\w-]{8}\.png"', built))) == len(names)


# --- the output folder ----------------------------------------------------------------------------


@pytest.mark.parametrize("out", [".", "..", "/"])
def test_the_output_may_not_be_the_project_nor_hold_it(out: str, project: Project) -> None:
    before = snapshot(project.write({"index.html": "<p>"}).root)
    done = project.build("-o", out)
    assert done.code == 2
    assert "the project" in done.stderr
    assert snapshot(project.root) == before


def test_a_folder_that_perfbuild_did_not_write_is_replaced_by_force_alone(project: Project) -> None:
    project.write({"index.html": "<p>", "site/letter.txt": "dear"})
    done = project.build("-o", "site")
    assert done.code == 2
    done.says("out-not-ours")
    assert (project.root / "site/letter.txt").read_text() == "dear"
    assert project.build("-o", "site", "--force").code == 0
    assert not (project.root / "site/letter.txt").exists()
    assert project.build("-o", "site").code == 0, "now it is perfbuild's"


def test_an_empty_folder_is_fine_and_a_file_is_not(project: Project) -> None:
    project.write({"index.html": "<p>", "file": "x"})
    (project.root / "empty").mkdir()
    assert project.build("-o", "empty").code == 0
    done = project.build("-o", "file")
    assert done.code == 2
    done.says("out-is-file")
    assert (project.root / "file").read_text() == "x"


def test_an_output_inside_the_public_folder_is_refused(project: Project) -> None:
    done = project.write({"index.html": "<p>", "public/a.txt": ""}).build("-o", "public/site")
    assert done.code == 2
    done.says("out-inside-public")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 600 kB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small file system can only be mounted by root on Linux")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "none", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("full", ["the output's disk", "the project's disk"])
def test_a_disk_that_fills_up_leaves_the_previous_output(
    full: str, small_disk: Path, good: Project, previous: Path
) -> None:
    """On the project's disk it is the engine that finds no room for what it writes."""
    project = Project(small_disk / "project") if full == "the project's disk" else good
    out = small_disk / "dist"
    shutil.copytree(previous, out)
    text = "\n".join(f"console.log('line {number} of a long script')" for number in range(9_000))
    project.write({"index.html": "<script type=module src=a.js></script>", "a.js": text})
    if project is good:
        project.write({"public/film.mp4": bytes(900_000)})
    done = project.build("-o", str(out))
    assert done.code == 1
    done.says("disk-full")
    assert snapshot(out) == snapshot(previous)
    assert beside(out) == set()


# --- builds that are cut short --------------------------------------------------------------------


def long_build(project: Project) -> None:
    """Makes a project whose build takes a while in any case: brotli has millions of digits to go through."""
    digits = "".join(str(number * number) for number in range(500_000))
    project.write({"index.html": MODULE, "src/main.ts": "console.log(1)", "public/digits.txt": digits})


def child_of(process: subprocess.Popen[str]) -> int:
    """The process id of the engine, as soon as there is one."""
    if sys.platform != "linux":
        pytest.skip("children are looked for in /proc")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_until(lambda: bool(children.read_text().split()), process)
    return int(children.read_text().split()[0])


def wait_until(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    ends = time.monotonic() + TIMEOUT
    while not happened():
        assert process.poll() is None, "the build has ended already"
        assert time.monotonic() < ends
        time.sleep(0.01)


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_leaves_no_process_and_no_files(number: signal.Signals, project: Project) -> None:
    long_build(project)
    reports = project.root / ".perfbuild"
    with project.start("build") as process:
        engine = child_of(process)
        wait_until(lambda: any(reports.glob("staging-*/output")), process)
        process.send_signal(number)
        asked = time.monotonic()
        stdout, stderr = process.communicate(timeout=TIMEOUT)
    assert time.monotonic() - asked < 5
    assert process.returncode == 1
    Done(code=1, stdout=stdout, stderr=stderr).says("interrupted")
    assert "Traceback" not in stderr
    assert not runs(engine)
    assert list(reports.glob("staging-*")) == []


def test_an_engine_that_dies_is_said_once(project: Project) -> None:
    long_build(project)
    with project.start("build") as process:
        os.kill(child_of(process), signal.SIGKILL)
        stdout, stderr = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 1
    assert stderr.count("error[") == 1
    Done(code=1, stdout=stdout, stderr=stderr).says("engine-stopped")
    assert list((project.root / ".perfbuild").glob("staging-*")) == []


def test_an_engine_that_does_not_exist_is_said_with_its_name(project: Project) -> None:
    project.write({"index.html": MODULE, "src/main.ts": ""})
    with project.start("build", PERFBUILD_NODE="/nowhere/node") as process:
        _, stderr = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 1
    assert "/nowhere/node" in stderr
    assert "Traceback" not in stderr


def test_of_two_builds_into_one_folder_the_second_gives_way(project: Project) -> None:
    long_build(project)
    with project.start("build") as first:
        wait_until((project.root / ".dist.perfbuild.lock").exists, first)
        second = project.build()
        assert second.code == 1
        second.says("out-locked")
        assert str(first.pid) in second.stderr
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=TIMEOUT)


# --- configuration and budgets --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('# mine\nbas = "/"\n', "unknown-config-key", "perfbuild.toml:2"),
        ('[[budgets]]\nroute = "/**"\nmax = "ten"\n', "bad-config-type", "perfbuild.toml:3"),
        ("base = \n", "config-syntax", "perfbuild.toml:1:8"),
        ("[plugins.lazy-media]\nfolds = 1\n", "unknown-config-key", "perfbuild.toml:2"),
        ("[plugins.lazy-media]\neager = -1\n", "bad-plugin-option", "perfbuild.toml:2"),
        ("[plugins]\n[plugins.lazy-medai]\n", "unknown-config-key", "perfbuild.toml:2"),
    ],
)
def test_a_bad_configuration_ends_the_command_before_it_starts(
    text: str, code: str, place: str, project: Project
) -> None:
    done = project.write({"index.html": "<p>", "perfbuild.toml": text}).build()
    assert done.code == 2
    done.says(code, place)


def test_a_key_with_a_typing_error_names_the_nearest(project: Project) -> None:
    done = project.write({"index.html": "<p>", "perfbuild.toml": 'bas = "/"'}).build()
    assert 'Did you mean "base"?' in done.stderr


@pytest.mark.parametrize(
    "arguments", [("build", "nowhere"), ("build", "--jobs", "0"), ("build", "--colour"), ("bild",)]
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...], project: Project) -> None:
    done = project.write({"index.html": "<p>"}).run(*arguments)
    assert done.code == 2
    assert done.stdout == ""
    assert done.stderr


BUDGET = '[[budgets]]\nname = "small pages"\nroute = "/**"\ntype = "document"\nencoding = "raw"\nmax = "{}"\n'


def test_a_build_over_budget_is_written_and_says_by_how_much(good: Project) -> None:
    good.write({"index.html": "x" * 150, "perfbuild.toml": BUDGET.format("100 B")})
    done = good.build()
    assert done.code == 3
    assert (good.root / "dist/index.html").read_bytes() == b"x" * 150
    assert re.search(r"small pages\s+/\s+100 B\s+150 B\s+50 B \(50%\)", done.stdout), done.stdout
    quiet = good.build("-q")
    assert quiet.code == 3
    assert "small pages" in quiet.stderr
    assert quiet.stdout == ""


def test_check_judges_the_build_that_is_there(good: Project) -> None:
    good.write({"index.html": "x" * 150, "perfbuild.toml": BUDGET.format("200 B")})
    assert good.build().code == 0
    assert good.run("check").code == 0
    good.write({"perfbuild.toml": BUDGET.format("100 B")})
    done = good.run("check")
    assert done.code == 3
    assert "small pages" in done.stdout
    results = json.loads(good.run("check", "--json").stdout)
    assert [(result["actual"], result["ok"]) for result in results] == [(150, False)]


def test_a_budget_that_matches_nothing_fails(good: Project) -> None:
    good.write({"index.html": "x", "perfbuild.toml": '[[budgets]]\nfile = "assets/gone-*.js"\nmax = "1 kB"\n'})
    done = good.build()
    assert done.code == 3
    assert "gone-" in done.stdout


def test_check_without_stats_or_budgets_says_so(good: Project) -> None:
    good.write({"index.html": "x"})
    assert good.run("check").code == 2
    good.write({"perfbuild.toml": BUDGET.format("1 kB")})
    done = good.run("check")
    assert done.code == 1
    done.says("stats-unreadable")


@pytest.mark.parametrize("limit", ["200 B", "100 B"])
def test_json_writes_the_stats_to_standard_output_and_nothing_else_there(limit: str, good: Project) -> None:
    good.write({"index.html": '<base href="/"><base href="/x">' + "x" * 120, "perfbuild.toml": BUDGET.format(limit)})
    done = good.build("--json")
    assert done.code == (0 if limit == "200 B" else 3)
    assert json.loads(done.stdout)["schema"] == 1
    assert done.stdout.encode() == (good.root / ".perfbuild/stats.json").read_bytes()


def test_json_of_a_failed_build_is_empty(project: Project) -> None:
    done = project.write({"index.html": "<img src=gone.png>"}).build("--json")
    assert done.code == 1
    assert done.stdout == ""
    done.says("missing-file", "index.html:1:10")


def test_a_failed_build_with_missing_files_allowed_warns_and_builds(good: Project) -> None:
    good.write({"index.html": "<img src=gone.png>", "perfbuild.toml": 'missing_file = "warn"'})
    done = good.build()
    assert done.code == 0
    done.says("missing-file", "index.html:1:10", "warning")
    assert (good.root / "dist/index.html").read_text() == "<img src=gone.png>"
