"""Deep links in Chromium: the files of the route in the address are asked for before the entry has run, and once."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from perfbuild.serve import Server

from .building import FIXTURES, Built, build
from .recorder import Recorder
from .visiting import Visit

pytestmark = pytest.mark.browser

DASHBOARD = FIXTURES / "dashboard"
#: Those whose chunks the document does not name; it preloads the overview and prefetches the shipments.
# Those of the dashboard of which the document names not all: team needs nothing that the preloaded overview does not.
ROUTES = ("customers", "analytics", "revenue", "inventory", "calendar", "reports", "settings")
PATIENCE = 15.0
"""Seconds after which the entry is answered anyway."""
CONFIG = """
[output]
route_documents = true
[[routes]]
path = "/"
component = "home.js"
[[routes]]
path = "/a/deep"
component = "deep.js"
[[routes]]
path = "/a/:id"
component = "one.js"
"""
MAIN = """
const shown = location.hash.slice(1) || location.pathname.replace(/^\\/app/, "").replace(/(.)\\/$/, "$1");
const load = shown == "/" ? () => import("./home.js") : shown == "/a/deep" ? () => import("./deep.js")
  : () => import("./one.js");
load().then(({ show }) => show(document.body));
"""


class Gate:
    """Holds the entry back until something was asked for that the document does not name, such as a route's chunk."""

    def __init__(self, document: str) -> None:
        self.named = frozenset(re.findall(r'(?:href|src)="/(assets/[^"]+)"', document))
        self.asked = threading.Event()
        self.in_time = False

    def delay(self, path: str) -> float:
        if path.startswith("assets/main-") and path.endswith(".js"):
            self.in_time = self.asked.wait(PATIENCE)
        elif path.endswith(".js") and path not in self.named:
            self.asked.set()
        return 0.0


@pytest.mark.parametrize("route", ROUTES)
def test_the_chunk_is_asked_for_before_the_entry_has_come(
    route: str, built: Callable[..., Built], visit: Callable[..., Visit]
) -> None:
    out = built("dashboard", "--no-compress").out
    gate = Gate((out / "index.html").read_text("utf-8"))
    with Recorder(out, spa=True, delay=gate.delay) as recorder:
        tab = visit()
        expect(tab.open(recorder.url + route).get_by_test_id(f"route-{route}")).to_be_visible()
        tab.settle()
        assert gate.in_time
        assert {path: count for path, count in Counter(recorder.paths()).items() if count > 1} == {}


def test_no_preload_stays_unused(built: Callable[..., Built], visit: Callable[..., Visit]) -> None:
    """Chromium tells of them some seconds after the page has loaded, and the fixture counts that as a fault."""
    with Recorder(built("dashboard", "--no-compress").out, spa=True) as recorder:
        tab = visit()
        tab.open(recorder.url + "customers")
        tab.page.wait_for_timeout(5000)
        assert tab.faults == []


# --- a small application --------------------------------------------------------------------------


def write_application(root: Path) -> Path:
    root.mkdir()
    (root / "perfbuild.toml").write_text(CONFIG)
    (root / "index.html").write_text(
        '<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,"></head>'
        '<body><script type="module" src="main.js"></script></body></html>'
    )
    (root / "main.js").write_text(MAIN)
    for name in ("home", "deep", "one"):
        (root / f"{name}.js").write_text(
            f'import "./{name}.css"; export const show = (body) => (body.dataset.shown = "{name}");'
        )
        (root / f"{name}.css").write_text(f"body {{ --{name}: 1; outline: 1px solid }} /* {'x' * 2000} */")
    return root


def preloads(page: Page) -> list[str]:
    """What the document asks for ahead, by name without hash."""
    links: list[str] = page.evaluate(
        "[...document.querySelectorAll('link[rel$=preload]')].map((link) => link.href.split('/').pop())"
    )
    return sorted(link.rpartition("-")[0] + link[link.rindex(".") :] for link in links)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    folder = tmp_path_factory.mktemp("small")
    project = write_application(folder / "project")
    return lambda base: build(project, folder / f"dist{base.strip('/')}", "--base", base, "--no-compress")


@pytest.mark.parametrize(
    ("base", "path", "shown"),
    [
        ("/", "", "home"),
        ("/", "a/7", "one"),
        ("/", "#/a/deep", "deep"),
        ("/", "#/a/7", "one"),
        ("/app/", "", "home"),
        ("/app/", "a/deep/", "deep"),
        ("/app/", "a/7", "one"),
    ],
)
def test_addresses(
    base: str, path: str, shown: str, small: Callable[[str], Built], visit: Callable[..., Visit]
) -> None:
    with Server(small(base).out, base=base, spa=True).start() as server:
        page = visit().open(server.url + path)
        expect(page.locator("body")).to_have_attribute("data-shown", shown)
        assert preloads(page) == [f"{shown}.css", f"{shown}.js"]


def test_a_document_of_a_route_needs_neither_fallback_nor_script(
    small: Callable[[str], Built], visit: Callable[..., Visit]
) -> None:
    out = small("/").out
    assert "<script>" not in (out / "a/deep/index.html").read_text()
    with Server(out).start() as server:
        page = visit().open(server.url + "a/deep/")
        expect(page.locator("body")).to_have_attribute("data-shown", "deep")
        assert preloads(page) == ["deep.css", "deep.js"]


def test_the_hashes_of_the_manifest_let_a_strict_policy_allow_all(
    small: Callable[[str], Built], visit: Callable[..., Visit]
) -> None:
    out = small("/").out
    hashes = json.loads((out / ".perfbuild/manifest.json").read_bytes())["routes"]["inlineScripts"]["index.html"]
    policy = "script-src 'self' " + " ".join(f"'{each}'" for each in hashes)
    with Server(out, spa=True).start() as server:
        tab = visit()
        tab.page.route("**/a/7", lambda route: fulfil(route, policy))
        page = tab.open(server.url + "a/7")
        expect(page.locator("body")).to_have_attribute("data-shown", "one")
        assert preloads(page) == ["one.css", "one.js"]


def fulfil(route: object, policy: str) -> None:
    response = route.fetch()  # type: ignore[attr-defined]
    route.fulfill(response=response, headers={**response.headers, "content-security-policy": policy})  # type: ignore[attr-defined]


# --- a slow line ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The small application with an entry that takes a while on a slow line."""
    folder = tmp_path_factory.mktemp("large")
    project = write_application(folder / "project")
    text = "".join(f"{number:x} " for number in range(20_000))
    (project / "main.js").write_text(f'document.body.title = "{text}";\n{MAIN}')
    return build(project, folder / "dist", "--no-compress")


class Observer:
    """Holds the entry back for a moment, and says whether a route's script was asked for before or meanwhile."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.early: bool | None = None

    def delay(self, path: str) -> float:
        if path.startswith("assets/main-"):
            self.early = self.asked.wait(1)
        elif path.startswith("assets/one-"):
            self.asked.set()
        return 0.0


@pytest.mark.parametrize(("downlink", "early"), [(0.001, False), (10, True), (None, True)])
def test_the_entry_comes_first_where_the_line_is_slow(
    downlink: float | None, early: bool, large: Built, visit: Callable[..., Visit]
) -> None:
    """Megabits a second, as the browser estimates them; the wait would be longer than the test."""
    observer = Observer()
    with Recorder(large.out, spa=True, delay=observer.delay) as recorder:
        tab = visit()
        line = json.dumps(downlink and {"downlink": downlink})
        tab.page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{ value: {line} }})")
        page = tab.open(recorder.url + "a/7")
        expect(page.locator("body")).to_have_attribute("data-shown", "one")
        assert observer.early is early
        # The entry has asked for all: nothing comes twice, and no preload is left that nothing uses.
        page.wait_for_timeout(4000)
        assert {path: count for path, count in Counter(recorder.paths()).items() if count > 1} == {}
        assert preloads(page) == ["one.css", "one.js"]
