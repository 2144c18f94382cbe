"""Links fetched ahead, in Chromium: by the script, by speculation rules, and the routes of an application."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from .building import Built, build
from .recorder import Recorder
from .visiting import Visit

pytestmark = pytest.mark.browser

PATIENCE = 10_000
HEAD = '<!doctype html><html lang="en"><head><title>Links</title><link rel="icon" href="data:,"></head><body>'
FAR = '<div style="height: 4000px"></div>'


class Site:
    """A built project that is served, and what of it was asked for."""

    def __init__(self, built: Built, recorder: Recorder) -> None:
        self.built = built
        self.recorder = recorder
        self.url = recorder.url

    def asked(self) -> Counter[str]:
        """Paths below ``assets`` by their names without hash, the start page and the page's own script left out."""
        names = (path.removeprefix("assets/") for path in self.recorder.paths())
        plain = (name.rpartition("-")[0] + name[name.rindex(".") :] if "-" in name else name for name in names)
        return Counter(name for name in plain if name not in ("", "main.js", "runtime.js"))

    def wait(self, page: Page, *names: str) -> None:
        for _ in range(PATIENCE // 20):
            if set(names) <= set(self.asked()):
                return
            page.wait_for_timeout(20)
        raise AssertionError(f"{names} were not asked for, but {dict(self.asked())}")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Builds and serves: ``site(body, "policy = ...")``; pages a to e are there, further files by their names."""
    servers = ExitStack()

    def make(body: str, runtime: str, *options: str, files: dict[str, str] | None = None, spa: bool = False) -> Site:
        project = tmp_path / "project"
        project.mkdir()
        pages = {f"{name}.html": f"{HEAD}<p>{name}</p>" for name in "abcde"}
        for name, text in {**pages, "index.html": HEAD + body, **(files or {})}.items():
            (project / name).parent.mkdir(exist_ok=True)
            (project / name).write_text(text, "utf-8")
        (project / "perfbuild.toml").write_text(f"[runtime]\nrecover = false\n{runtime}", "utf-8")
        built = build(project, tmp_path / "dist", "--no-compress", *options)
        return Site(built, servers.enter_context(Recorder(built.out, spa=spa)))

    with servers:
        yield make


SCRIPT = 'speculation = "none"\n'


# --- documents, by the script ---------------------------------------------------------------------


def test_a_link_is_fetched_once_when_the_pointer_rests_on_it(
    site: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    built = site(
        '<a href="a.html">a</a><p><a href="a.html#part">a</a></p><p><a href="b.html">b</a></p>',
        SCRIPT + 'prefetch = "hover"',
    )
    page = visit().open(built.url)
    assert built.asked() == {}
    page.hover("a >> nth=0")
    built.wait(page, "a.html")
    page.hover("a >> nth=1")
    page.hover("p >> nth=0")
    page.hover("a >> nth=2")
    built.wait(page, "b.html")
    assert built.asked() == {"a.html": 1, "b.html": 1}


def test_a_pointer_that_passes_by_fetches_nothing(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    built = site(
        '<a href="a.html">a</a><p>between</p><a href="b.html">b</a>',
        f'{SCRIPT}prefetch = "hover"\nprefetch_delay = 600',
    )
    page = visit().open(built.url)
    page.hover("a >> nth=0")
    page.hover("p")
    page.hover("a >> nth=1")  # its delay begins later, so that it would come second
    built.wait(page, "b.html")
    assert built.asked() == {"b.html": 1}


@pytest.mark.parametrize(("policy", "events"), [("hover", "abcd"), ("tap", "ab")])
def test_what_a_policy_waits_for(
    policy: str, events: str, site: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    links = "".join(f'<a href="{name}.html"><b id="{name}">{name}</b></a>' for name in "abcde")
    built = site(links, f'{SCRIPT}prefetch = "{policy}"\nprefetch_delay = 0')
    page = visit().open(built.url)
    for name, event in zip("abcd", ("touchstart", "mousedown", "focusin", "pointerenter"), strict=True):
        page.dispatch_event(f"#{name}", event)
    page.dispatch_event("#e", "mousedown")
    built.wait(page, "e.html")
    assert built.asked() == {f"{name}.html": 1 for name in f"{events}e"}


def test_what_is_left_out(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    links = (
        '<a href="a.html" data-no-prefetch>a</a>',
        '<div data-no-prefetch><a href="b.html">b</a></div>',
        '<a href="c.html" download>c</a>',
        '<a href="d.html" target="_blank">d</a>',
        '<a href="#part">part</a>',
        '<a href="/?x#part">other query</a>',
        '<a href="mailto:x@example.com">mail</a>',
        '<a href="http://localhost:1/">elsewhere</a>',
        '<svg width="50" height="20"><a href="e.html"><text y="15">svg</text></a></svg>',
        '<a id="last" href="e.html" target="_self">e</a>',
    )
    built = site("".join(f"<p>{link}</p>" for link in links), f'{SCRIPT}prefetch = "hover"\nprefetch_delay = 0')
    page = visit().open(built.url + "?x")
    before = built.recorder.paths()
    for number in range(len(links)):
        page.hover(f"a >> nth={number}")
    built.wait(page, "e.html")
    assert built.recorder.paths() == [*before, "e.html"]


def test_other_origins_where_they_are_asked_for(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    built = site(
        '<p><a href="mailto:x@example.com">mail</a></p><a id="other" href="http://localhost:1/">other</a>',
        f'{SCRIPT}prefetch = "hover"\nprefetch_delay = 0\nprefetch_cross_origin = true',
    )
    page = visit().open(built.url)
    page.evaluate(
        "(url) => (document.querySelector('#other').href = url)", built.url.replace("127.0.0.1", "localhost") + "a.html"
    )
    page.hover("a >> nth=0")
    page.hover("#other")
    built.wait(page, "a.html")


@pytest.mark.parametrize(
    "connection", ["{ saveData: true }", '{ effectiveType: "2g" }', '{ effectiveType: "slow-2g" }']
)
def test_visitors_who_save_data_are_spared(
    connection: str, site: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    built = site(
        '<p><a href="a.html">a</a></p><a href="b.html">b</a>', f'{SCRIPT}prefetch = "hover"\nprefetch_delay = 0'
    )
    tab = visit()
    tab.page.add_init_script(
        f"let now = {connection}; Object.defineProperty(navigator, 'connection', {{ get: () => now }});"
        "addEventListener('click', () => (now = { effectiveType: '4g' }));"
    )
    page = tab.open(built.url)
    page.hover("a >> nth=0")
    page.dispatch_event("body", "click")
    page.hover("a >> nth=1")
    built.wait(page, "b.html")
    assert built.asked() == {"b.html": 1}


def test_links_in_view_and_links_added_later(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    built = site(f'<a href="a.html">a</a>{FAR}<a href="b.html">b</a>', SCRIPT + 'prefetch = "visible"')
    page = visit().open(built.url)
    built.wait(page, "a.html")
    page.evaluate("document.body.insertAdjacentHTML('afterbegin', '<p><a href=c.html>c</a></p>')")
    built.wait(page, "c.html")
    assert built.asked() == {"a.html": 1, "c.html": 1}
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    built.wait(page, "b.html")


def test_all_links_but_no_more_at_once_than_the_limit(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    links = "".join(f'<a href="{name}.html" hidden>{name}</a>' for name in "abcd")
    built = site(links, SCRIPT + 'prefetch = "eager"\nprefetch_limit = 2')
    built.recorder.delay = lambda path: 0.3 if path.endswith(".html") else 0.0
    page = visit().open(built.url)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<a hidden href=e.html>e</a>')")
    built.wait(page, "a.html", "b.html", "c.html", "d.html", "e.html")
    hits = [hit for hit in built.recorder.hits if hit.path.endswith(".html")]
    assert len(hits) == 5
    assert max(sum(other.asked <= hit.asked < other.answered for other in hits) for hit in hits) == 2


def test_browsers_without_prefetch_links_fetch(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    built = site('<a href="a.html">a</a>', SCRIPT + 'prefetch = "hover"')
    tab = visit()
    tab.page.add_init_script("DOMTokenList.prototype.supports = () => false;")
    page = tab.open(built.url)
    page.hover("a")
    built.wait(page, "a.html")
    assert page.locator("link[rel=prefetch]").count() == 0


def test_a_page_that_leads_nowhere_is_given_nothing(site: Callable[..., Site]) -> None:
    built = site('<a href="#part">part</a><a href="mailto:x@example.com">mail</a>', 'prefetch = "hover"')
    text = (built.built.out / "index.html").read_text("utf-8")
    assert "<script" not in text


# --- speculation rules ----------------------------------------------------------------------------


def rules(built: Site, path: str = "index.html") -> str:
    text = (built.built.out / path).read_text("utf-8")
    return text.partition('<script type="speculationrules">')[2].partition("</script>")[0]


@pytest.mark.parametrize("base", ["/", "./"])
def test_pages_are_left_to_the_rules_and_the_rest_to_the_script(
    base: str, site: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    body = (
        '<p><a href="a.html?page=2">a</a></p><p><a href="b.html" data-no-prefetch>b</a></p>'
        '<p><a href="sub/">sub</a></p><p><a href="/sub/server">unknown to the build</a></p>'
    )
    built = site(body, 'prefetch = "hover"', "--base", base, files={"sub/index.html": HEAD}, spa=True)
    assert "a.html" in rules(built)
    tab = visit()
    page = tab.open(built.url)
    page.hover("a >> nth=1")
    for number, name in ((0, "a.html"), (2, "sub/"), (3, "sub/server")):
        page.hover(f"a >> nth={number}")
        built.wait(page, name)
    assert built.asked() == {"a.html": 1, "sub/": 1, "sub/server": 1}
    assert [
        link.rpartition("/")[2]
        for link in page.eval_on_selector_all("link[rel=prefetch]", "all => all.map(({ href }) => href)")
    ] == ["server"]


def test_prerendering_where_it_is_asked_for(site: Callable[..., Site]) -> None:
    built = site('<a href="a.html">a</a><a href="index.html">self</a>', 'prefetch = "eager"\nspeculation = "prerender"')
    [rule] = json.loads(rules(built))["prerender"]
    assert rule["eagerness"] == "eager"
    assert rule["where"]["and"][0] == {"href_matches": ["/a.html"]}


def test_a_strict_policy_allows_the_rules_by_the_hash_of_the_manifest(
    site: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    built = site('<a href="a.html">a</a>', 'prefetch = "hover"')
    manifest = json.loads((built.built.out / ".perfbuild/manifest.json").read_bytes())
    hashes = manifest["routes"]["inlineScripts"]["index.html"]
    policy = "script-src 'self' " + " ".join(f"'{each}'" for each in hashes)

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": policy})

    tab = visit()
    tab.page.route("**/", answer)
    page = tab.open(built.url)
    page.hover("a")
    built.wait(page, "a.html")
    assert page.locator("link[rel=prefetch]").count() == 0


def test_a_page_that_forbids_inline_scripts_is_left_to_the_script(
    site: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
    strict = HEAD.replace("<title>", f"{policy}<title>") + '<a href="a.html">a</a>'
    built = site("", 'prefetch = "hover"', files={"index.html": strict})
    assert rules(built) == ""
    page = visit().open(built.url)
    page.hover("a")
    built.wait(page, "a.html")


# --- routes ---------------------------------------------------------------------------------------

ROUTES = """
function Entry() { return "of the entry"; }
const show = (name) => (document.body.dataset.shown = name);
export const routes = [
  { path: "/", component: () => import("./home.js") },
  { path: "/users", component: () => import("./users.js") },
  { path: "/ahead/:id", preload: true, component: () => import("./ahead.js") },
  { path: "/entry", component: Entry },
  { path: "*", component: () => import("./missing.js") },
];
const path = location.hash.slice(1) || location.pathname;
(path == "/users" ? routes[1] : routes[0]).component().then((module) => module.show(show));
"""
LINKS = (
    '<script type="module" src="main.js"></script><p><a href="/users">users</a></p><p><a href="/ahead/7">ahead</a></p>'
    '<p><a href="#/users">users</a></p><p><a href="#/ahead/7">ahead</a></p><p><a href="/entry">entry</a></p>'
    '<p><a href="/a.html">a page</a></p>'
)


def application() -> dict[str, str]:
    names = ("home", "users", "ahead", "missing")
    modules = {f"{name}.js": f'import "./{name}.css"; export const show = (as) => as("{name}");' for name in names}
    return {
        "main.js": ROUTES,
        **modules,
        **{f"{name}.css": f".{name} {{ color: red }} /* {'x' * 3000} */" for name in names},
    }


def test_routes_are_fetched_by_their_chunks_and_not_as_documents(
    site: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    built = site(LINKS, f'{SCRIPT}prefetch = "hover"\nprefetch_delay = 0', files=application(), spa=True)
    page = visit().open(built.url)
    start = built.asked()
    for number in (0, 2, 4, 5):
        page.hover(f"a >> nth={number}")
    built.wait(page, "users.js", "users.css", "a.html")
    assert built.asked() - start == {"users.js": 1, "users.css": 1, "a.html": 1}


@pytest.mark.parametrize("policy", ["none", "tap"])
@pytest.mark.parametrize("link", [1, 3])
def test_routes_that_ask_for_it_are_fetched_on_hover_in_any_case(
    policy: str, link: int, site: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    built = site(LINKS, f'prefetch = "{policy}"\nprefetch_delay = 0', files=application(), spa=True)
    page = visit().open(built.url)
    start = built.asked()
    for number in (0, 2, 4, link):
        page.hover(f"a >> nth={number}")
    built.wait(page, "ahead.js", "ahead.css")
    assert built.asked() - start == {"ahead.js": 1, "ahead.css": 1}


def test_what_was_fetched_ahead_is_what_the_route_loads(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    files = application()
    files["main.js"] += """
      document.querySelector("a").onclick = (event) => {
        event.preventDefault();
        routes[1].component().then((module) => module.show(show));
      };"""
    built = site(LINKS, f'{SCRIPT}prefetch = "hover"\nprefetch_delay = 0', files=files, spa=True)
    tab = visit()
    page = tab.open(built.url)
    page.hover("a >> nth=0")
    built.wait(page, "users.js", "users.css")
    page.click("a >> nth=0")
    page.wait_for_selector("body[data-shown=users]")
    tab.settle()
    assert (built.asked()["users.js"], built.asked()["users.css"]) == (1, 1)


def test_routes_below_another_base(site: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    """A link outside the base leads to no route of the application."""
    links = '<p><a href="/users">other</a></p><p><a href="/app/ahead/7">x</a></p>'
    built = site(
        f'<script type="module" src="main.js"></script>{links}',
        'prefetch = "none"\nprefetch_delay = 0',
        "--base",
        "/app/",
        files=application(),
    )
    with Recorder(_below(built.built.out, "app"), spa=False) as recorder:
        served = Site(built.built, recorder)
        page = visit().open(f"{recorder.url}app/")
        page.hover("a >> nth=0")
        page.hover("a >> nth=1")
        served.wait(page, "app/assets/ahead.js")
    assert "app/assets/users.js" not in served.asked()


def _below(out: Path, name: str) -> Path:
    parent = out.with_name("root")
    parent.mkdir()
    (parent / name).symlink_to(out, target_is_directory=True)
    return parent


def test_without_deep_links_there_is_no_table_and_no_script_for_routes(site: Callable[..., Site]) -> None:
    files = application()
    built = site(LINKS, "[output]\ndeep_links = false", files=files)
    assert "runtime-" not in (built.built.out / "index.html").read_text("utf-8")
