"""The engine's life: it greets, ends with whoever started it, and its death is said and touches nothing."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from perfbuild.diagnostics import PerfbuildError
from perfbuild.engine.client import Engine, EngineRequestError
from perfbuild.engine.protocol import VERSION

from .case import PREVIOUS, tree

PATIENCE = 20.0
COMMAND = [sys.executable, "-c", "from perfbuild.__main__ import main; main()", "build", "--no-compress"]


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}


def test_it_greets_and_ends_with_its_block() -> None:
    with Engine() as engine:
        engine.shake_hands()
        pid = engine.pid
        assert is_alive(pid)
    wait_until(lambda: not is_alive(pid))


def test_a_request_that_it_does_not_know_is_refused_and_the_next_one_answered() -> None:
    with Engine() as engine:
        with pytest.raises(EngineRequestError, match="unknown method dance"):
            engine.request("dance", {}).result(PATIENCE)
        answer = msgspec.json.decode(engine.request("initialize", {}).result(PATIENCE))
        assert answer["protocol"] == VERSION


def test_open_requests_fail_when_it_dies_and_so_do_later_ones() -> None:
    with Engine() as engine:
        engine.shake_hands()
        os.kill(engine.pid, signal.SIGSTOP)
        waiting = engine.request("initialize", {})
        os.kill(engine.pid, signal.SIGKILL)
        for future in (waiting, engine.request("initialize", {})):
            with pytest.raises(PerfbuildError) as error:
                future.result(PATIENCE)
            assert [one.code for one in error.value.diagnostics] == ["engine-stopped"]


def test_a_defect_of_the_engine_is_told_as_one() -> None:
    with Engine() as engine, pytest.raises(PerfbuildError) as error:
        engine.ask("staged", {})  # no project was opened
    assert [one.code for one in error.value.diagnostics] == ["engine-failed"]


def test_a_node_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PERFBUILD_NODE", str(tmp_path / "no-node"))
    with pytest.raises(PerfbuildError) as error:
        Engine()
    assert [one.code for one in error.value.diagnostics] == ["engine-not-started"]


def greeting(protocol: int, node: str) -> str:
    """A line of shell that answers the first request."""
    answer = {"jsonrpc": "2.0", "id": 1, "result": {"protocol": protocol, "node": node}}
    return f"read request; echo '{json.dumps(answer)}'; cat >&2"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("echo no bytecode for you >&2; exit 3", "engine-stopped"),
        ("exec cat", "engine-protocol"),
        (greeting(999, "v24.1.0"), "engine-protocol"),
        (greeting(VERSION, "v18.20.4"), "engine-not-started"),
    ],
    ids=["fails", "echoes", "other protocol", "too old"],
)
def test_a_node_that_is_none(script: str, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    node.chmod(0o755)
    monkeypatch.setenv("PERFBUILD_NODE", str(node))
    with Engine() as engine, pytest.raises(PerfbuildError) as error:
        engine.shake_hands()
    assert [one.code for one in error.value.diagnostics] == [code]
    if code == "engine-stopped":
        assert "no bytecode for you" in error.value.diagnostics[0].message


def test_output_that_is_no_message_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    node = tmp_path / "node"
    script = greeting(VERSION, "v24.1.0").replace("echo", "echo a native library says hello; echo", 1)
    node.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    node.chmod(0o755)
    monkeypatch.setenv("PERFBUILD_NODE", str(node))
    with Engine() as engine:
        engine.shake_hands()


# --- while a build runs -------------------------------------------------------------------------


@pytest.fixture
def stuck(tmp_path: Path) -> Path:
    """A project whose build never ends: its PostCSS configuration says the engine's process id, and waits."""
    files = {
        "index.html": '<!doctype html><title>Stuck</title><link rel="stylesheet" href="site.css">',
        "site.css": "a { color: red }",
        "postcss.config.mjs": 'import fs from "node:fs";\n'
        'fs.writeFileSync(new URL("pid.part", import.meta.url), String(process.pid));\n'
        'fs.renameSync(new URL("pid.part", import.meta.url), new URL("pid", import.meta.url));\n'
        "export default await new Promise(() => {});\n",
    }
    for path, text in files.items():
        (tmp_path / path).write_text(text, "utf-8")
    for path, content in PREVIOUS.items():
        (tmp_path / "dist" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "dist" / path).write_bytes(content)
    return tmp_path


@contextlib.contextmanager
def building(project: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A build under way, in a process group of its own, and the process id of its engine."""
    process = subprocess.Popen(
        [*COMMAND, str(project)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        wait_until((project / "pid").exists)
        yield process, int((project / "pid").read_text("ascii"))
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream
            stream.close()


def test_an_engine_that_is_killed_fails_the_build_with_one_diagnostic(stuck: Path) -> None:
    with building(stuck) as (process, engine):
        os.kill(engine, signal.SIGKILL)
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert errors.count("error[") == 1
    assert "error[engine-stopped]" in errors
    assert tree(stuck / "dist", with_state=True) == PREVIOUS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupted_build_leaves_no_engine_and_no_trace(stuck: Path, number: signal.Signals) -> None:
    with building(stuck) as (process, engine):
        os.killpg(process.pid, number)
        _, errors = process.communicate(timeout=PATIENCE)
        wait_until(lambda: not is_alive(engine))
    assert process.returncode == 1
    assert "Traceback" not in errors
    assert tree(stuck / "dist", with_state=True) == PREVIOUS
    assert [path.name for path in (stuck / ".perfbuild").glob("staging-*")] == []


def test_a_killed_build_takes_its_engine_along(stuck: Path) -> None:
    with building(stuck) as (process, engine):
        process.kill()
        process.wait(PATIENCE)
        wait_until(lambda: not is_alive(engine))
    assert tree(stuck / "dist", with_state=True) == PREVIOUS
