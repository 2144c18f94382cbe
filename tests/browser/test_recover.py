"""Pages that were open before a release: chunks that are gone are found again, once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from .building import Built, build
from .visiting import Visit

pytestmark = pytest.mark.browser

Serve = Callable[[Path], str]

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"></head>
<body>
<nav><a href="#/list">List</a> <a href="#/help">Help</a> <a href="#/broken">Broken</a></nav>
<main></main>
<script type="module" src="main.js"></script>
</body>
</html>
"""
MAIN = """
import { release } from "./release.js";
const routes = {
  list: () => import("./list.js"),
  help: () => import("./help.js"),
  broken: () => import("./broken.js"),
};
const main = document.querySelector("main");
async function show(name) {
  try {
    const { render } = await routes[name]();
    render(main, release);
  } catch (error) {
    main.textContent = `cannot show ${name}: ${error.message}`;
  }
}
addEventListener("hashchange", () => show(location.hash.slice(2)));
// Content comes after a request for data, so that the page is as tall as it was long after it was loaded.
if (location.hash) setTimeout(() => show(location.hash.slice(2)), 300);
else main.innerHTML = "<div style='height: 3000px'>Start</div>";
document.documentElement.dataset.ready = "yes";
"""
LIST = """
import "./list.css";
import { label } from "./shared.js";
export function render(main, release) {
  main.innerHTML = `<h1>${label()} LIST of ${release}</h1><div style="height: 5000px"></div>`;
}
"""
FILES = {
    "index.html": PAGE,
    "main.js": MAIN,
    "release.js": 'export const release = "one";',
    "list.js": LIST,
    "list.css": "h1 { outline: 1px solid red }",
    "shared.js": 'export function label() { return document.title ? "our" : "their"; }',
    "help.js": """
        import { label } from "./shared.js";
        export function render(main, release) { main.innerHTML = `<h1>${label()} HELP of ${release}</h1>`; }
    """,
    "broken.js": 'export function render() {} throw new TypeError("a mistake");',
}


def release(folder: Path, number: str, options: tuple[str, ...] = (), *, toml: str = "", **changed: str) -> Built:
    """A build of the application in which every chunk is another than in the release before."""
    project = folder / f"project-{number}"
    project.mkdir()
    files = {path: text.replace("one", number).replace("LIST", f"LIST {number}") for path, text in FILES.items()}
    files["help.js"] = FILES["help.js"].replace("HELP", f"HELP {number}")
    for path, text in {**files, **{name.replace("_", "."): text for name, text in changed.items()}}.items():
        (project / path).write_text(text, "utf-8")
    (project / "perfbuild.toml").write_text(toml, "utf-8")
    return build(project, folder / number, "--no-compress", *options)


def put(built: Built, live: Path, *, time: int = 1) -> None:
    """Serves the release from now on, and nothing of another. The server tells releases apart by the second."""
    shutil.rmtree(live, ignore_errors=True)
    shutil.copytree(built.out, live)
    os.utime(live / "index.html", (time, time))


def take_away(live: Path, glob: str) -> None:
    found = list((live / "assets").glob(glob))
    assert found, f"no chunk is called {glob}"
    for file in found:
        file.unlink()


class Tab:
    """A tab with its loads of the document counted. What fails on purpose is no fault of the page's."""

    def __init__(self, visit: Visit, url: str) -> None:
        self.visit = visit
        self.page: Page = visit.page
        self.loads = 0
        self.page.on("domcontentloaded", lambda _page: self._loaded())
        visit.open(url, ready="yes")

    def _loaded(self) -> None:
        self.loads += 1

    def text(self, words: str) -> None:
        """Waits for what the page shows."""
        self.page.wait_for_function("(words) => document.querySelector('main').textContent.includes(words)", arg=words)

    def expect_faults(self, *words: str) -> None:
        left = [fault for fault in self.visit.faults if not any(word in fault for word in words)]
        assert left == []
        assert self.visit.faults, "something should have failed"
        self.visit.faults.clear()


GONE = ("404", "ERR_ABORTED")


def follow(page: Page, route: str) -> None:
    """Follows a link of the page, without scrolling to it first."""
    page.evaluate("(route) => document.querySelector(`[href='#/${route}']`).click()", route)


@pytest.fixture
def tab(visit: Callable[..., Visit]) -> Callable[[str], Tab]:
    return lambda url: Tab(visit(), url)


@pytest.mark.parametrize("options", [("--base", "/"), ("--base", "./"), ("--target", "chrome 100")], ids=" ".join)
def test_an_old_page_is_loaded_again_once_and_shows_the_new_release(
    options: tuple[str, ...], tmp_path: Path, serve: Serve, tab: Callable[[str], Tab]
) -> None:
    """The last one has no import map."""
    live = tmp_path / "live"
    releases = [release(tmp_path, number, options) for number in ("one", "two", "three")]
    assert not [path for path in releases[0].files() if "runtime" in path], "what does it stands in the page"
    put(releases[0], live)
    old = tab(f"{serve(live)}/?from=mail")
    page = old.page
    page.evaluate("scrollTo(0, 1500)")
    put(releases[1], live, time=2)
    follow(page, "list")
    old.text("our LIST two of two")
    page.wait_for_function("scrollY === 1500")
    assert old.loads == 2
    assert page.url.endswith("/?from=mail#/list")
    old.expect_faults(*GONE)

    put(releases[2], live, time=3)
    follow(page, "help")
    old.text("our HELP three of three")
    assert old.loads == 3, "the next release is recovered from too"
    assert page.url.endswith("/?from=mail#/help")
    old.expect_faults(*GONE)


@pytest.mark.parametrize("missing", ["list", "shared", "styles"])
def test_a_file_that_stays_missing_is_not_loaded_for_again_and_again(
    missing: str, tmp_path: Path, serve: Serve, tab: Callable[[str], Tab]
) -> None:
    """The chunk, what it imports, or its stylesheet."""
    built = release(tmp_path, "one", toml='[chunks]\nstrategy = "split"')
    live = tmp_path / "live"
    put(built, live)
    glob = "list-*.css" if missing == "styles" else f"{missing}-*.js"
    take_away(live, glob)
    old = tab(f"{serve(live)}/")
    for _ in range(2):
        follow(old.page, "list")
        old.text("cannot show list")
        old.visit.settle()
        assert old.loads == 2
        old.page.evaluate("history.replaceState(null, '', '/')")
    follow(old.page, "help")
    old.visit.settle()
    old.page.reload()
    old.page.wait_for_selector("html[data-ready]", state="attached")
    follow(old.page, "list")
    old.text("cannot show list")
    old.visit.settle()
    assert old.loads == 3, "nor when the visitor loads the page again"
    old.expect_faults(*GONE)


@pytest.mark.parametrize(
    "keeps",
    [
        'addEventListener("perfbuild:chunk-error", (event) => event.preventDefault());',
        # Later than the listener of the build, whose turn it is first.
        'setTimeout(() => addEventListener("perfbuild:chunk-error", (event) => event.preventDefault()));',
        'Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("", "SecurityError"); } });',
        'Object.defineProperty(window, "sessionStorage", { value: null });',
        'Object.defineProperty(navigator, "onLine", { value: false });',
        """for (let size = 2 ** 23; size > 0; size >>= 1) {
          try { while (true) sessionStorage[`${size} ${Math.random()}`] = "x".repeat(size); } catch {}
        }""",
    ],
    ids=["prevented", "prevented-late", "storage-forbidden", "no-storage", "offline", "storage-full"],
)
def test_the_application_goes_on_where_it_cannot_or_must_not_be_loaded_again(
    keeps: str, tmp_path: Path, serve: Serve, tab: Callable[[str], Tab]
) -> None:
    changed = 'addEventListener("perfbuild:chunk-error", ({ detail }) => (document.title = detail.message));\n'
    built = release(tmp_path, "one", main_js=f"{keeps}\n{changed}{MAIN}")
    live = tmp_path / "live"
    put(built, live)
    old = tab(f"{serve(live)}/")
    take_away(live, "list-*.js")
    follow(old.page, "list")
    old.text("cannot show list")
    assert "list-" in old.page.title()
    old.visit.settle()
    assert old.loads == 1
    old.expect_faults(*GONE, "exceeded the quota")


def test_a_mistake_in_a_chunk_loads_nothing_again_but_is_told(
    tmp_path: Path, serve: Serve, tab: Callable[[str], Tab]
) -> None:
    broken = 'export function render() {} throw new RangeError("a mistake");'
    told = 'addEventListener("perfbuild:chunk-error", ({ detail }) => (document.title = detail.message));\n'
    built = release(tmp_path, "one", broken_js=broken, main_js=told + MAIN)
    page = tab(f"{serve(built.out)}/")
    follow(page.page, "broken")
    page.text("cannot show broken: a mistake")
    page.visit.settle()
    assert page.loads == 1
    assert page.page.title() == "a mistake"


def test_a_rejection_that_nobody_handles_is_reported_as_before(
    tmp_path: Path, serve: Serve, tab: Callable[[str], Tab]
) -> None:
    changed = """
        addEventListener("unhandledrejection", (event) => {
          event.preventDefault();
          document.querySelector("main").textContent = event.reason.message;
        });
        document.documentElement.dataset.ready = "yes";
        document.querySelector("a").addEventListener("click", () => import("./broken.js"));
    """
    broken = 'throw new RangeError("nobody handles this");'
    built = release(tmp_path, "one", broken_js=broken, main_js=changed)
    page = tab(f"{serve(built.out)}/")
    follow(page.page, "list")
    page.text("nobody handles this")


def test_a_page_that_scrolled_sideways_and_grows_late_is_where_it_was(
    tmp_path: Path, serve: Serve, tab: Callable[[str], Tab]
) -> None:
    wide = "div { width: 4000px }"
    live = tmp_path / "live"
    releases = [release(tmp_path, number, list_css=f"h1 {{ order: {number!r} }}\n{wide}") for number in ("one", "two")]
    put(releases[0], live)
    old = tab(f"{serve(live)}/")
    old.page.evaluate("document.querySelector('main').firstChild.style.width = '4000px'")
    old.page.evaluate("scrollTo(700, 1200)")
    put(releases[1], live, time=2)
    follow(old.page, "list")
    old.text("LIST two")
    old.page.wait_for_function("scrollX === 700 && scrollY === 1200")
    old.expect_faults(*GONE)


def test_a_visitor_who_moves_the_page_meanwhile_is_left_there(
    tmp_path: Path, serve: Serve, tab: Callable[[str], Tab]
) -> None:
    later = MAIN.replace("setTimeout(() => show(location.hash.slice(2)), 300)", "window.arrive = show")
    live = tmp_path / "live"
    releases = [release(tmp_path, number, main_js=later) for number in ("one", "two")]
    put(releases[0], live)
    old = tab(f"{serve(live)}/")
    old.page.evaluate("scrollTo(0, 1200)")
    put(releases[1], live, time=2)
    with old.page.expect_event("load"):
        follow(old.page, "list")
    old.page.wait_for_function("window.arrive")
    old.page.keyboard.press("ArrowDown")
    old.page.evaluate("arrive('list')")
    old.text("LIST two")
    old.page.wait_for_timeout(400)  # several of the looks that it would take at the height
    assert old.page.evaluate("scrollY") < 100
    old.expect_faults(*GONE)


def test_it_can_be_switched_off(tmp_path: Path, serve: Serve, tab: Callable[[str], Tab]) -> None:
    built = release(tmp_path, "one", toml="[runtime]\nrecover = false")
    text = b"".join(built.files().values())
    assert b"chunk-error" not in text
    live = tmp_path / "live"
    put(built, live)
    old = tab(f"{serve(live)}/")
    take_away(live, "list-*.js")
    follow(old.page, "list")
    old.text("cannot show list")
    old.visit.settle()
    assert old.loads == 1
    old.expect_faults(*GONE)
