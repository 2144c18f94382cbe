"""A visit of a page in Chromium, with everything that went wrong in it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request, Response

ACTUAL = Path(__file__).with_name("_actual")


class Visit:
    """One tab. ``faults`` are console errors and warnings, exceptions, failed requests and answers of 400 or more."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.requests: list[str] = []
        self._under_way = 0
        self.page.on(
            "console", lambda line: self._note(line.type, line.text) if line.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self._note("exception", str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        self.page.on("request", self._asked)
        self.page.on("requestfinished", self._done)

    def open(self, url: str, *, ready: str | None = None) -> Page:
        """Loads a page until nothing is on its way, and with ``ready`` until the page says that it is."""
        self.page.goto(url)
        if ready is not None:
            self.page.wait_for_selector(f'html[data-ready="{ready}"]', state="attached")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Waits until no request has been under way for a moment; islands and lazy parts ask late."""
        quiet = 0
        while quiet < 3:
            self.page.wait_for_timeout(30)
            quiet = 0 if self._under_way > 0 else quiet + 1

    def paths(self) -> list[str]:
        """What was asked for so far, in order, without the origin."""
        return [urlsplit(url).path for url in self.requests if url.startswith("http")]

    def keep_screenshot(self, name: str) -> None:
        ACTUAL.mkdir(exist_ok=True)
        plain = re.sub(r"[^\w-]+", "_", name)
        self.page.screenshot(path=str(ACTUAL / f"{plain}.png"), full_page=True)

    def _note(self, kind: str, text: str) -> None:
        self.faults.append(f"{kind}: {text}")

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        self._under_way += 1

    def _done(self, _request: Request) -> None:
        self._under_way -= 1

    def _failed(self, request: Request) -> None:
        self._under_way -= 1
        self._note("failed", f"{request.url} ({request.failure})")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._note(str(response.status), response.url)
