"""Visits to the routes of a built application in Chromium: what each one fetches, and when its content shows."""

from __future__ import annotations

import json
import mimetypes
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import brotli  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Error, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-headless-shell")
COUNTED = (".js", ".mjs", ".css")
ENCODED = (*COUNTED, ".html", ".svg", ".json")
PATIENCE = 60_000
"""Milliseconds until a route whose heading does not show has failed."""

#: The slow phone of the project's figures: bytes a second, milliseconds, times slower.
DOWN, UP, LATENCY, SLOWDOWN = 1.6e6 / 8, 0.75e6 / 8, 150, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteCase:
    """A route to visit, and the heading (an ``h1``) that says its content is there."""

    path: str
    heading: str


class VisitError(Exception):
    """A route that did not come up as it should."""


# --- The server ------------------------------------------------------------------------------------------------------


class Site:
    """The files of a built application, encoded once; a path without a file is the application's page."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._encoded: dict[Path, bytes] = {}
        self._lock = threading.Lock()

    def find(self, url: str) -> Path | None:
        path = unquote(urlsplit(url).path).lstrip("/")
        file = (self._root / path).resolve()
        if not file.is_relative_to(self._root):
            return None
        if path and file.is_file():
            return file
        page = self._root / "index.html"
        return page if not Path(path).suffix and page.is_file() else None

    def encoded(self, file: Path) -> bytes:
        """Brotli 11, as a good host serves it, and as sizes are counted."""
        with self._lock:
            if file not in self._encoded:
                self._encoded[file] = brotli.compress(file.read_bytes(), quality=11)
            return self._encoded[file]

    def encode_all(self) -> None:
        """Before anything is timed, so that no visit waits for the encoder."""
        for file in sorted(self._root.rglob("*")):
            if file.is_file() and file.suffix in ENCODED:
                self.encoded(file)


@contextmanager
def served(root: Path, *, encoded: bool = False) -> Iterator[str]:
    """The origin of a server on this machine that runs while entered; with ``encoded``, it serves brotli 11."""
    site = Site(root)
    if encoded:
        site.encode_all()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            file = site.find(self.path)
            if file is None:
                self.send_error(404)
                return
            text = encoded and file.suffix in ENCODED
            body = site.encoded(file) if text else file.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", _type_of(file))
            if text:
                self.send_header("Content-Encoding", "br")
            fresh = "no-cache" if file.suffix == ".html" else "public, max-age=31536000, immutable"
            self.send_header("Cache-Control", fresh)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        # Another name of the same address: brotli is asked for on trustworthy origins alone, and this is one.
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _type_of(file: Path) -> str:
    if file.suffix in (".js", ".mjs"):
        return "text/javascript"
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


# --- The browser -----------------------------------------------------------------------------------------------------


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def fetched(browser: Browser, origin: str, route: RouteCase) -> list[str]:
    """The paths of the scripts and stylesheets that a first visit to a route fetches, each once, in order.

    Raises :class:`VisitError` where the heading does not show, a request fails or the console has an error.
    """
    context = browser.new_context()
    try:
        page = context.new_page()
        problems = _problems_of(page)
        paths: dict[str, None] = {}
        page.on("request", lambda request: paths.setdefault(urlsplit(request.url).path))
        page.goto(origin + route.path, wait_until="load", timeout=PATIENCE)
        _wait_for_heading(page, route, problems)
        page.wait_for_load_state("networkidle", timeout=PATIENCE)
        if problems:
            raise VisitError(f"{route.path}: {problems[0]}")
    finally:
        context.close()
    return [path for path in paths if path.endswith(COUNTED)]


def _problems_of(page: Page) -> list[str]:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("response", lambda got: problems.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    return problems


def _wait_for_heading(page: Page, route: RouteCase, problems: list[str]) -> None:
    try:
        page.get_by_role("heading", level=1, name=route.heading, exact=True).first.wait_for(timeout=PATIENCE)
    except Error:
        raise VisitError(f"{route.path}: no heading {route.heading!r}; {problems[:1] or 'no error'}") from None


#: Runs in the page before any of its scripts: when a heading with the given text is first there to be drawn.
_CLOCK = """
(heading) => {
  const look = (now) => {
    for (const element of document.querySelectorAll("h1")) {
      if (element.textContent.trim() === heading) { window.shownAfter = performance.now(); return; }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""


def shown_after(browser: Browser, origin: str, route: RouteCase) -> float:
    """Seconds from the start of a first visit until the route's heading shows, on a slow phone's line and processor."""
    context = browser.new_context()
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        conditions = {"offline": False, "latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP}
        session.send("Network.emulateNetworkConditions", conditions)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        page.add_init_script(f"({_CLOCK})({json.dumps(route.heading)});")
        page.goto(origin + route.path, wait_until="commit", timeout=PATIENCE)
        page.wait_for_function("() => window.shownAfter", polling=100, timeout=PATIENCE)
        milliseconds: float = page.evaluate("() => window.shownAfter")
    finally:
        context.close()
    return milliseconds / 1e3
