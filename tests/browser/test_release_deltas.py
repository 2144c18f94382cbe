"""A visitor who comes back after a release downloads the difference alone (RFC 9842), and runs the new code."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Request

from perfbuild.serve import Server

from .building import build
from .conftest import ARGUMENTS
from .visiting import Visit

pytestmark = pytest.mark.browser

CHANCE = random.Random(1)
WORDS = ["".join(CHANCE.choices("abcdefghijklmnop", k=8)) for _ in range(6000)]
PAGE = """<!doctype html><html lang="en"><head><title>Releases</title><link rel="icon" href="data:,">
<script type="module" src="main.js"></script></head><body><h1>Releases</h1></body></html>
"""
MAIN = """import "./style.css";
import { words } from "./words.js";
document.documentElement.dataset.main = "RELEASE " + words.length;
import("./route.js").then(({ show }) => show(words));
"""
ROUTE = """import { others } from "./others.js";
export function show(words) {
  Object.assign(document.documentElement.dataset, { route: "RELEASE " + (others.length + words.length), ready: "yes" });
}
"""
STYLE = "h1 { padding-top: RELEASEpx }" + "".join(f".{word} {{ margin: 1px }}" for word in WORDS[:900])
FILES = {"main.js", "main.css", "route.js"}
HASH = re.compile(r"-\w{8}(?=\.)")


class Answer(NamedTuple):
    """How a file came over the wire: its coding, and its bytes without the headers."""

    coding: str | None
    size: int


class Visitor:
    """A browser that is started for each visit, with a profile that stays."""

    def __init__(self, browser: Browser, executable: str, profile: Path) -> None:
        self._type, self._executable, self._profile = browser.browser_type, executable, profile

    def visit(self, url: str) -> tuple[dict[str, Answer], tuple[str, ...]]:
        """What came, by name without hash (nothing that was in the cache), and what the page shows."""
        context = self._type.launch_persistent_context(
            self._profile, executable_path=self._executable, args=list(ARGUMENTS)
        )
        finished: dict[str, Request] = {}
        context.on("requestfinished", lambda request: finished.setdefault(request.url, request))
        try:
            tab = Visit(context)
            page = tab.open(url, ready="yes")
            shown = page.evaluate(
                "[document.documentElement.dataset.main, document.documentElement.dataset.route,"
                " getComputedStyle(document.querySelector('h1')).paddingTop]"
            )
            sent = page.evaluate(
                "performance.getEntriesByType('resource').filter((one) => one.transferSize > 0).map((one) => one.name)"
            )
            assert tab.faults == []
            return {_name(url): _answer(one) for url, one in finished.items() if url in sent}, tuple(shown)
        finally:
            context.close()


def _name(url: str) -> str:
    return HASH.sub("", url.rpartition("/")[2])


def _answer(request: Request) -> Answer:
    response = request.response()
    assert response is not None
    return Answer(response.header_value("content-encoding"), request.sizes()["responseBodySize"])


def release(root: Path, number: int, base: str, *options: str) -> dict[str, int]:
    """Builds the project's release of this number; the sizes of its files in brotli, by name without hash."""
    project = root / "project"
    project.mkdir(exist_ok=True)
    for name, text in {
        "index.html": PAGE,
        "main.js": MAIN,
        "route.js": ROUTE,
        "words.js": f"export const words = {WORDS[:4000]};",
        "others.js": f"export const others = {WORDS[4000:]};",
        "style.css": STYLE,
        "perfbuild.toml": "[output]\ninline_styles = 0\n",
    }.items():
        (project / name).write_text(text.replace("RELEASE", str(number)), "utf-8")
    built = build(project, root / "out", "--base", base, *options)
    return {_name(file["path"]): file["sizes"]["brotli"] for file in built.stats["files"]}


@pytest.mark.parametrize("base", ["/", "/shop+(new)/"])
def test_a_returning_visitor_downloads_the_difference(
    base: str, tmp_path: Path, browser: Browser, executable: str
) -> None:
    visitor = Visitor(browser, executable, tmp_path / "profile")
    sizes = release(tmp_path, 1, base)
    out = tmp_path / "out"
    with Server(out, base=base).start() as server:
        first, shown = visitor.visit(server.url)
        assert shown == ("1 4000", "1 6000", "1px")
        assert first == {name: Answer("br", sizes[name]) for name in FILES}

        whole = release(tmp_path, 2, base, "--previous", str(out))
        second, shown = visitor.visit(server.url)
        assert shown == ("2 4000", "2 6000", "2px")
        assert {name: answer.coding for name, answer in second.items()} == dict.fromkeys(FILES, "dcz")
        assert all(answer.size < whole[name] / 20 for name, answer in second.items())

        again, shown = visitor.visit(server.url)
        assert shown == ("2 4000", "2 6000", "2px")
        assert again == {}, "what came as a delta is in the cache like any other file"

        release(tmp_path, 3, base, "--previous", str(out))
        third, shown = visitor.visit(server.url)
        assert shown == ("3 4000", "3 6000", "3px")
        assert {answer.coding for answer in third.values()} == {"dcz"}, "and a dictionary for the next one"


def test_who_missed_a_release_downloads_what_changed_since(tmp_path: Path, browser: Browser, executable: str) -> None:
    """The second release changes everything, the third nothing: its files keep the deltas from the first."""
    visitor = Visitor(browser, executable, tmp_path / "profile")
    out = tmp_path / "out"
    release(tmp_path, 1, "/")
    with Server(out).start() as server:
        visitor.visit(server.url)
        release(tmp_path, 2, "/", "--previous", str(out))
        release(tmp_path, 2, "/", "--previous", str(out))
        found, shown = visitor.visit(server.url)
    assert shown == ("2 4000", "2 6000", "2px")
    assert {name: answer.coding for name, answer in found.items()} == dict.fromkeys(FILES, "dcz")
