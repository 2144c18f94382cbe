"""What the command line promises: exit codes, what goes to which stream, what is passed on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from msgspec.structs import replace

from perfbuild import messages
from perfbuild.cli import run
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics, PerfbuildError
from perfbuild.model import FileStats, RouteStats, Run, Sizes, Stats, TypeSizes
from perfbuild.stages.judge import judge
from perfbuild.stats_file import write_stats

Build = Callable[[Config, Diagnostics, Callable[[str], None]], Stats]
OVER = '[[budgets]]\nroute = "/**"\nmax = 10\n'
WITHIN = '[[budgets]]\nroute = "/**"\nmax = "1 kB"\n'


def sample_stats() -> Stats:
    sizes = Sizes(raw=100, gzip=60, brotli=50, zstd=55)
    empty = Sizes()
    by_type = TypeSizes(script=empty, style=empty, image=empty, font=empty, document=sizes, other=empty)
    route = RouteStats(
        path="/", kind="page", source="index.html", files=("index.html",), requests=1, sizes=sizes, by_type=by_type
    )
    return Stats(
        schema=1,
        tool="perfbuild 0.1.0",
        base="/",
        run=Run(started="2020-01-01T00:00:00Z", seconds=0.1, stages={}, root="/project", out="/project/dist"),
        routes=(route,),
        chunks=(),
        modules=(),
        files=(FileStats(path="index.html", type="document", sizes=sizes, sources=("index.html",)),),
        images=(),
        budgets=(),
        findings=(),
    )


def judging_build(config: Config, diagnostics: Diagnostics, progress: Callable[[str], None]) -> Stats:
    progress("judge")
    stats = sample_stats()
    return replace(stats, budgets=judge(stats, config.budgets))


class FakeEngine:
    """Stands in for the process: knows how many are running."""

    running = 0

    def __init__(self, _process: object = None) -> None:
        pass

    def __enter__(self) -> FakeEngine:
        FakeEngine.running += 1
        return self

    def __exit__(self, *_error: object) -> None:
        FakeEngine.running -= 1


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("perfbuild.engine.client.Engine", FakeEngine)
    yield
    assert FakeEngine.running == 0


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Callable[[Build], list[Config]]:
    """Puts a function in the place of the pipeline; gives the configurations that it was called with."""

    def install(build: Build) -> list[Config]:
        calls: list[Config] = []

        def recording(
            config: Config, diagnostics: Diagnostics, progress: Callable[[str], None], engine: FakeEngine
        ) -> Stats:
            assert engine.running == 1
            calls.append(config)
            return build(config, diagnostics, progress)

        fake = ModuleType("perfbuild.pipeline")
        fake.build = recording  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "perfbuild.pipeline", fake)
        return calls

    return install


def test_a_build_within_budget_exits_0_and_shows_its_routes(
    tmp_path: Path, pipeline: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "perfbuild.toml").write_text(WITHIN)
    pipeline(judging_build)
    assert run(["build", str(tmp_path)]) == 0
    assert "routes" in capsys.readouterr().out


def test_options_reach_the_configuration(tmp_path: Path, pipeline: Any) -> None:
    calls = pipeline(judging_build)
    folders = ["-o", str(tmp_path / "o"), "--report-dir", str(tmp_path / "r")]
    values = ["--base", "/x", "--target", "defaults", "--jobs", "3"]
    flags = ["--no-compress", "--no-cache", "--sourcemap", "--force", "-q"]
    assert run(["build", str(tmp_path), *folders, *values, *flags]) == 0
    (config,) = calls
    assert (config.out, config.report_dir) == (tmp_path / "o", tmp_path / "r")
    assert (config.base, config.target, config.jobs) == ("/x/", "defaults", 3)
    assert (config.compress, config.cache, config.sourcemap, config.force) == (False, False, True, True)


def test_flags_that_are_not_given_leave_the_word_to_the_file(tmp_path: Path, pipeline: Any) -> None:
    (tmp_path / "perfbuild.toml").write_text("compress = false\ncache = false\nsourcemap = true")
    calls = pipeline(judging_build)
    run(["build", str(tmp_path)])
    assert (calls[0].compress, calls[0].cache, calls[0].sourcemap, calls[0].force) == (False, False, True, False)


def test_an_over_budget_build_exits_3_and_says_by_how_much(
    tmp_path: Path, pipeline: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "perfbuild.toml").write_text(OVER)
    pipeline(judging_build)
    assert run(["build", str(tmp_path)]) == 3
    assert "over budget" in capsys.readouterr().out
    assert run(["build", str(tmp_path), "-q"]) == 3
    quiet = capsys.readouterr()
    assert quiet.out == ""
    assert "over budget" in quiet.err


def test_a_budget_that_only_warns_exits_0(tmp_path: Path, pipeline: Any) -> None:
    (tmp_path / "perfbuild.toml").write_text(OVER + 'level = "warn"')
    pipeline(judging_build)
    assert run(["build", str(tmp_path)]) == 0


@pytest.mark.parametrize(("budget", "code"), [(WITHIN, 0), (OVER, 3)])
def test_json_puts_the_stats_alone_on_standard_output(
    tmp_path: Path, pipeline: Any, capfdbinary: pytest.CaptureFixture[bytes], budget: str, code: int
) -> None:
    (tmp_path / "perfbuild.toml").write_text(budget)
    pipeline(judging_build)
    assert run(["build", str(tmp_path), "--json"]) == code
    assert json.loads(capfdbinary.readouterr().out)["schema"] == 1


def test_warnings_of_a_good_build_are_shown(tmp_path: Path, pipeline: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "perfbuild.toml").write_text("")
    (tmp_path / "package.json").write_text('{"perfbuild": {}}')
    pipeline(judging_build)
    assert run(["build", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert "second-config" in captured.err
    assert "second-config" not in captured.out
    run(["build", str(tmp_path), "-q"])
    assert capsys.readouterr().err == ""


def raising(error: BaseException) -> Build:
    def build(config: Config, diagnostics: Diagnostics, progress: Callable[[str], None]) -> Stats:
        diagnostics.report(messages.public_file_shadowed("early.html"))
        raise error

    return build


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PerfbuildError(messages.empty_project("pages")), "empty-project"),
        (KeyboardInterrupt(), "interrupted"),
        (OSError(28, "No space left on device", "/x/dist"), "system-failure"),
        (RuntimeError("a defect"), "internal-error"),
    ],
)
def test_every_failure_exits_1_with_a_diagnostic_and_no_traceback(
    tmp_path: Path, pipeline: Any, capsys: pytest.CaptureFixture[str], error: BaseException, code: str
) -> None:
    pipeline(raising(error))
    assert run(["build", str(tmp_path), "--json"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"error[{code}]" in captured.err
    assert "public-file-shadowed" in captured.err
    assert "Traceback" not in captured.err
    assert run(["build", str(tmp_path), "-vv"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--no-such-option"],
        ["build", "--jobs", "0"],
        ["no-such-command"],
        [],
        ["build", "no-such-folder"],
        ["build", "-c", "no-such-file.toml"],
        ["serve", "--port", "70000"],
    ],
)
def test_usage_errors_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err != ""


def test_configuration_errors_exit_2_with_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "perfbuild.toml").write_text('base = "/"\nbaze = 1\n')
    assert run(["build", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert "perfbuild.toml:2" in err
    assert '"base"' in err


def test_help_and_version_exit_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("perfbuild ")
    assert run(["build", "--help"]) == 0
    assert "--base" in capsys.readouterr().out


@pytest.mark.parametrize(("budget", "code"), [(WITHIN, 0), (OVER, 3)])
def test_check_judges_the_stats_of_the_last_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], budget: str, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "perfbuild.toml").write_text(budget)
    write_stats(sample_stats(), tmp_path / ".perfbuild/stats.json")
    assert run(["check"]) == code
    capfdbinary.readouterr()
    assert run(["check", ".perfbuild/stats.json", "--json"]) == code
    (result,) = json.loads(capfdbinary.readouterr().out)
    assert (result["actual"], result["ok"]) == (50, code == 0)


def test_check_without_budgets_or_stats_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_stats(sample_stats(), tmp_path / "stats.json")
    assert run(["check", "stats.json"]) == 2
    assert "no-budgets" in capsys.readouterr().err
    (tmp_path / "perfbuild.toml").write_text(WITHIN)
    assert run(["check", "absent.json"]) == 1


def test_report_is_written_beside_the_stats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.chdir(tmp_path)
    write_stats(sample_stats(), tmp_path / ".perfbuild/stats.json")
    assert run(["report", "--open"]) == 0
    written = tmp_path / ".perfbuild/report.html"
    assert "<html" in written.read_text()
    assert opened == [written.as_uri()]
    assert capsys.readouterr().out == f"{written}\n"
    assert run(["report", ".perfbuild/stats.json", "-o", "elsewhere.html", "-q"]) == 0
    assert (tmp_path / "elsewhere.html").read_bytes() == written.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "toml", "expected"),
    [
        ([], 'base = "/shop/"', ("dist", 8000, False, "/shop/")),
        ([], 'base = "https://cdn.example/a/"', ("dist", 8000, False, "/a/")),
        ([], 'base = "./"', ("dist", 8000, False, "/")),
        (["site", "--port", "0", "--spa"], 'base = "/shop/"', ("site", 0, True, "/")),
        (["site", "--base", "/b/"], "", ("site", 8000, False, "/b/")),
    ],
)
def test_serve_serves_the_configured_or_the_named_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], toml: str, expected: tuple[object, ...]
) -> None:
    served: list[tuple[object, ...]] = []

    def serve(folder: Path, *, port: int, spa: bool, base: str) -> None:
        served.append((folder.name, port, spa, base))
        raise KeyboardInterrupt

    fake = ModuleType("perfbuild.serve")
    fake.serve = serve  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "perfbuild.serve", fake)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "perfbuild.toml").write_text(toml)
    assert run(["serve", *arguments]) == 0
    assert served == [expected]
