"""Chromium for the tests, and servers for what they load."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Generator, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from .building import FIXTURES, Built, build
from .visiting import Visit

#: The shell without windows first: a page opens in a third of the time.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def executable() -> str:
    """The machine's Chromium. Where it is missing, tests are skipped, and fail in CI."""
    executable = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if executable is None:
        reason = f"no Chromium on PATH (looked for {', '.join(CHROMIUM)})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return executable


@pytest.fixture(scope="session")
def browser(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        browser.close()


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Keep the test's output to what the test says."""


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves folders on 127.0.0.1 while the test runs: ``serve(folder)`` gives the URL, without a slash at its end."""
    servers: list[ThreadingHTTPServer] = []

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Built]:
    """Builds fixtures, each once a session for the same options: ``built("storefront", "--base", "./")``."""
    builds: dict[tuple[str, ...], Built] = {}

    def make(project: str, *options: str) -> Built:
        key = (project, *options)
        if key not in builds:
            _needs_packages(FIXTURES / project)
            builds[key] = build(FIXTURES / project, tmp_path_factory.mktemp(project) / "dist", *options)
        return builds[key]

    return make


def _needs_packages(project: Path) -> None:
    if (project / "package-lock.json").is_file() and not (project / "node_modules").is_dir():
        reason = f"the npm packages of {project.name} are missing: run `npm ci` in fixtures/{project.name}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """Opens tabs in a fresh profile each: ``visit(width=390)``. At the end of the test no tab may have had a fault.

    The clock of every page stands still, on a Wednesday at noon, unless it is given one. A test that fails leaves a
    picture of each tab in ``_actual``.
    """
    visits: list[Visit] = []

    def start(width: int = 1280, height: int = 900, *, clock: bool = False) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", timezone_id="Europe/Athens"
        )
        started = Visit(context)
        if not clock:
            started.page.clock.set_fixed_time("2025-03-12T12:00:00+02:00")
        visits.append(started)
        return started

    yield start
    faults = [fault for each in visits for fault in each.faults]
    for number, each in enumerate(visits):
        if faults or getattr(request.node, "failed", False):
            each.keep_screenshot(f"{request.node.name}-{number}")
        each.page.context.close()
    assert faults == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets fixtures see whether their test failed."""
    report = yield
    if call.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    return report
