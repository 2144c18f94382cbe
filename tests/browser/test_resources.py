"""Files by their priority, in Chromium: what code asks for by ``load``, what pages mark with ``data-priority``."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from .building import Built, build
from .recorder import Recorder
from .visiting import Visit

pytestmark = pytest.mark.browser

HEAD = '<meta charset="utf-8"><title>Files</title><link rel="icon" href="data:,">'
MAIN = 'import { load, loadMarked } from "perfbuild/resources"; Object.assign(window, { load, loadMarked });'


class Site:
    """A built project that is served."""

    def __init__(self, built: Built, recorder: Recorder) -> None:
        self.built = built
        self.recorder = recorder
        self.url = recorder.url

    def asked(self) -> list[str]:
        """The names of files without their hashes, in the order of the requests."""
        hits = sorted(self.recorder.hits, key=lambda hit: hit.asked)
        names = [hit.path.rpartition("/")[2] for hit in hits]
        return [name.rpartition("-")[0] + name[name.rindex(".") :] if "-" in name else name for name in names]

    def hit(self, name: str) -> Any:
        return next(hit for hit in self.recorder.hits if hit.path.endswith(name))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Builds and serves a page: ``site(head, body, {"a.js": ...})``."""
    servers = ExitStack()

    def make(head: str, body: str, files: dict[str, str], config: str = "") -> Site:
        project = tmp_path / "project"
        page = f'<!doctype html><html lang="en"><head>{HEAD}{head}</head><body>{body}</body></html>'
        for name, text in {"index.html": page, "perfbuild.toml": config, **files}.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(text, "utf-8")
        built = build(project, tmp_path / "dist", "--no-compress")
        return Site(built, servers.enter_context(Recorder(built.out)))

    with servers:
        yield make


@pytest.fixture
def library(site: Callable[..., Site]) -> Site:
    """A page that has ``load``, with files in its public folder: scripts that note that they ran, and others."""
    scripts = {f"public/{name}.js": f'(window.ran ||= []).push("{name}");' for name in "abcdefg"}
    module = {"public/m.js": '(window.ran ||= []).push("m"); export {};'}
    styles = {"public/s.css": "body { margin: 7px }", "public/f.woff2": "font", "public/i.svg": SVG}
    return site("", '<script type="module" src="main.js"></script>', {"main.js": MAIN, **scripts, **module, **styles})


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


def opened(library: Site, visit: Callable[..., Visit]) -> Page:
    page = visit().open(library.url)
    page.wait_for_function("window.load != null")
    return page


# --- load() ---------------------------------------------------------------------------------------


def test_critical_ones_come_before_the_others_and_low_ones_after_all(
    library: Site, visit: Callable[..., Visit]
) -> None:
    page = opened(library, visit)
    library.recorder.delay = lambda path: {"b.js": 0.4, "c.js": 0.3, "a.js": 0.2}.get(path, 0.0)
    result = page.evaluate(
        """() => load([
          { url: "/d.js", type: "script", priority: "low" },
          { url: "/c.js", type: "script" },
          { url: "/b.js", type: "script", priority: "high" },
          { url: "/a.js", type: "script", priority: "critical" },
        ])"""
    )
    assert sorted(result["loaded"]) == ["/a.js", "/b.js", "/c.js", "/d.js"]
    assert result["failed"] == []
    assert page.evaluate("ran.join()") == "a,c,b,d"  # of one turn in the order of the list
    a, b, c, d = (library.hit(f"{name}.js") for name in "abcd")
    assert a.answered <= min(b.asked, c.asked)
    assert max(b.asked, c.asked) < min(b.answered, c.answered), "high and normal ones together"
    assert d.asked >= max(b.answered, c.answered)


def test_fetch_priorities(library: Site, visit: Callable[..., Visit]) -> None:
    page = opened(library, visit)
    found = page.evaluate(
        """async () => {
          const list = ["critical", "high", "normal", "low", undefined]
            .map((priority, at) => ({ url: `/${"abcde"[at]}.js`, type: "script", priority }));
          const { each } = load(list);
          const elements = await Promise.all(each.values());
          return elements.map((element) => [new URL(element.src).pathname, element.fetchPriority]);
        }"""
    )
    assert dict(found) == {"/a.js": "high", "/b.js": "high", "/c.js": "auto", "/d.js": "low", "/e.js": "auto"}


def test_every_type_takes_effect(library: Site, visit: Callable[..., Visit]) -> None:
    page = opened(library, visit)
    tags = page.evaluate(
        """async () => {
          const { each } = load([
            { url: "/a.js", type: "script", properties: { id: "mine" } },
            { url: "/m.js", type: "module" },
            { url: "/s.css", type: "style" },
            { url: "/f.woff2", type: "font" },
            { url: "/i.svg", type: "image" },
          ]);
          return (await Promise.all(each.values())).map((element) =>
            [element.localName, element.id || element.as || element.rel || element.type].join());
        }"""
    )
    assert tags == ["script,mine", "script,module", "link,stylesheet", "link,font", "link,image"]
    assert sorted(page.evaluate("ran")) == ["a", "m"]
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "7px"
    page.evaluate("document.body.append(Object.assign(new Image(), { src: '/i.svg' }))")
    assert sorted(library.asked()[2:]) == ["a.js", "f.woff2", "i.svg", "m.js", "s.css"]


def test_each_url_once_and_a_promise_each(library: Site, visit: Callable[..., Visit]) -> None:
    page = opened(library, visit)
    same = page.evaluate(
        """async () => {
          const script = { url: "/a.js", type: "script" };
          const first = load([{ ...script, priority: "low" }, { ...script, priority: "critical" }]);
          const second = load([script]);
          await Promise.all([first, second]);
          return first.each.get("/a.js") === second.each.get("/a.js");
        }"""
    )
    assert same
    assert page.evaluate("ran.join()") == "a"


def test_a_failure_is_tried_again_and_then_reported_while_the_others_go_on(
    library: Site, visit: Callable[..., Visit]
) -> None:
    tab = visit()
    page = tab.open(library.url)
    page.wait_for_function("window.load != null")
    failures = {"b.js": 1, "c.js": 9}
    tries: list[str] = []

    def answer(route: Any) -> None:
        name = route.request.url.rpartition("/")[2]
        tries.append(name)
        failures[name] -= 1
        route.fulfill(status=503) if failures[name] >= 0 else route.continue_()

    pattern = re.compile(r"/[bc]\.js$")
    page.route(pattern, answer)
    result = page.evaluate(
        """async () => {
          window.seen = [];
          const loading = load(
            ["b", "c", "a"].map((name) => ({ url: `/${name}.js`, type: "script", priority: name > "b" && "critical" })),
            { retries: 1, onError: (error) => seen.push(error.message) },
          );
          const { loaded, failed } = await loading;
          const each = await Promise.allSettled(loading.each.values());
          const errors = failed.map(({ url, error }) => [url, error.message]);
          return [loaded.sort(), errors, seen, each.map(({ status }) => status)];
        }"""
    )
    message = "Could not load /c.js"
    assert result[:3] == [["/a.js", "/b.js"], [["/c.js", message]], [message]]
    assert sorted(result[3]) == ["fulfilled", "fulfilled", "rejected"]
    assert sorted(tries) == ["b.js", "b.js", "c.js", "c.js"]
    assert page.locator("script[src='/c.js']").count() == 0
    page.unroute(pattern)
    assert page.evaluate("load([{ url: '/c.js', type: 'script' }])")["loaded"] == ["/c.js"], "a later call tries anew"
    tab.faults = [fault for fault in tab.faults if "503" not in fault and not re.search("/[bc].js", fault)]


def test_it_can_be_ended(library: Site, visit: Callable[..., Visit]) -> None:
    tab = visit()
    page = tab.open(library.url)
    page.wait_for_function("window.load != null")
    held = threading.Event()
    library.recorder.delay = lambda path: float(held.wait(10) and 0) if path == "a.js" else 0.0
    result = page.evaluate(
        """async () => {
          const controller = new AbortController();
          const loading = load(
            [{ url: "/a.js", type: "script" }, { url: "/b.js", type: "script", priority: "low" }],
            { signal: controller.signal },
          );
          setTimeout(() => controller.abort(new Error("left")), 100);
          const { loaded, failed } = await loading;
          const left = document.querySelectorAll("script[src='/a.js']").length;
          return [loaded, failed.map(({ url, error }) => url + error.message), left];
        }"""
    )
    held.set()
    assert result == [[], ["/a.jsleft", "/b.jsleft"], 0]
    assert "b.js" not in library.asked()


@pytest.mark.parametrize("missing", ["", "scheduler", "scheduler requestIdleCallback"])
def test_idle_time_by_what_the_browser_has(missing: str, library: Site, visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.page.add_init_script(f"for (const name of '{missing}'.split(' ')) delete window[name];")
    page = tab.open(library.url)
    page.wait_for_function("window.load != null")
    took = page.evaluate(
        """async () => {
          const start = performance.now();
          await load([{ url: "/a.js", type: "script", priority: "low" }]);
          return performance.now() - start;
        }"""
    )
    assert page.evaluate("ran.join()") == "a"
    assert (took >= 1000) == ("requestIdleCallback" in missing)


# --- data-priority --------------------------------------------------------------------------------

SCRIPTS = {
    f"{name}.js": f'(window.ran ||= []).push("{name}");' for name in ("first", "second", "third", "module", "high")
}
STYLES = {"early.css": "body { color: rgb(1, 1, 1) }", "late.css": "body { margin: 3px; color: rgb(2, 2, 2) }"}


def test_what_is_low_comes_after_the_page_has_loaded_and_in_order(
    site: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    head = (
        '<link rel="stylesheet" href="late.css" data-priority="low"><link rel="stylesheet" href="early.css">'
        '<script src="first.js" data-priority="low">document.title = "run too soon"</script>'
        '<script type="module" src="module.js" data-priority="Low"></script>'
        '<script type="module" data-priority="low">import "./third.css"; (window.ran ||= []).push("inline");</script>'
    )
    body = '<img alt="" src="slow.svg"><script src="second.js" data-priority="low" async></script>'
    files = {**SCRIPTS, **STYLES, "slow.svg": SVG, "third.css": "body { padding: 4px }"}
    built = site(head, body, files, "inline_limit = 0")
    built.recorder.delay = lambda path: 0.5 if "slow" in path else 0.3 if "first" in path else 0.0
    page = visit().open(built.url)
    page.wait_for_function("window.ran?.length == 4")
    asked = built.asked()
    low = {"late.css", "first.js", "module.js", "index.js", "third.css", "index.css", "second.js"} & set(asked)
    assert len(low) >= 6
    slow = built.hit(next(hit.path for hit in built.recorder.hits if "slow" in hit.path))
    assert all(
        hit.asked >= slow.answered
        for hit in built.recorder.hits
        if any(hit.path.startswith(f"assets/{name.split('.')[0]}-") for name in low)
    )
    ran = page.evaluate("ran")
    assert ran.index("first") < ran.index("second")
    assert page.title() == "Files"
    page.wait_for_function("getComputedStyle(document.body).padding == '4px'")
    style = page.evaluate("(({ color, margin }) => [color, margin])(getComputedStyle(document.body))")
    assert style == ["rgb(1, 1, 1)", "3px"], "the late stylesheet is there, and its place in the cascade is its own"


def test_what_is_critical_or_high_is_asked_for_first(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    body = (
        '<img alt="" src="a.svg"><script src="high.js" data-priority="high" defer></script>'
        '<link rel="stylesheet" href="early.css" data-priority="critical">'
        '<script src="second.js" data-priority="critical"></script>'
        '<script type="module" src="module.js" data-priority="critical"></script>'
    )
    files = {
        **SCRIPTS,
        **STYLES,
        "a.svg": SVG,
        "module.js": 'import "./part.js"; window.done = true;',
        "part.js": "part();\n",
    }
    files["part.js"] = "export {}; (window.ran ||= []).push('part');"
    built = site('<script src="first.js"></script>', body, files, "inline_limit = 0")
    tab = visit()
    priorities = watch_priorities(tab)
    page = tab.open(built.url)
    page.wait_for_function("window.done")
    tab.settle()
    sent = list(priorities)  # the browser's own order: on connections side by side, the server may see another
    assert sent.index("early.css") < sent.index("first.js")
    asked = built.asked()
    assert sorted(asked) == sorted(set(asked)), "nothing is asked for twice"
    assert {priorities[name] for name in ("high.js", "second.js", "module.js")} == {"High"}
    assert priorities["early.css"] == "VeryHigh"


def watch_priorities(tab: Visit) -> dict[str, str]:
    """The priority with which each file is first asked for, in the order of the requests, as Chromium tells it."""
    found: dict[str, str] = {}
    session = tab.page.context.new_cdp_session(tab.page)

    def note(event: dict[str, Any]) -> None:
        name = event["request"]["url"].rpartition("/")[2]
        plain = name.rpartition("-")[0] + name[name.rindex(".") :] if "-" in name else name
        found.setdefault(plain, event["request"]["initialPriority"])

    session.on("Network.requestWillBeSent", note)
    session.send("Network.enable")
    return found


def test_where_it_is_switched_off_all_stays_as_it_is(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    head = (
        '<script src="first.js" data-priority="low"></script><script src="second.js" data-priority="critical"></script>'
    )
    built = site(head, "", SCRIPTS, "[runtime]\npriority = false")
    text = (built.built.out / "index.html").read_text("utf-8")
    assert "data-url" not in text and "fetchpriority" not in text and "preload" not in text
    page = visit().open(built.url)
    assert page.evaluate("ran.join()") == "first,second"


def test_a_strict_policy_lets_the_copy_run(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="script-src \'nonce-abc\'">'
    scripts = '<script nonce="abc" src="first.js" data-priority="low"></script>'
    built = site(policy + scripts, "", SCRIPTS)
    page = visit().open(built.url)
    page.wait_for_function("window.ran?.join() == 'first'")
