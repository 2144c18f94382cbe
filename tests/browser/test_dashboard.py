"""fixtures/dashboard in Chromium: every lazy route of the build, by address and by link, however the chunks are cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from perfbuild.serve import Server

from .building import FIXTURES, Built, build
from .recorder import Recorder
from .visiting import Visit

pytestmark = pytest.mark.browser

DASHBOARD = FIXTURES / "dashboard"
GROUPS = ("-c", str(DASHBOARD / "perfbuild.groups.toml"))
SECRET = b"never-in-the-browser-7d41c2"


class Route(NamedTuple):
    """A row of the table in fixtures/dashboard/README.md: how many elements of which test ids show what."""

    name: str
    shows: dict[str, tuple[int, str]]


ROUTES = (
    Route("overview", {"widget-berths": (1, ""), "widget-queue": (1, ""), "widget-tide": (1, "")}),
    Route("shipments", {"shipment-count": (1, "12 shipments")}),
    Route("customers", {"customer-count": (1, "")}),
    Route("analytics", {"forecast": (1, "174 · 168 · 163")}),
    Route("revenue", {}),
    Route("inventory", {"yard-curve": (1, "")}),
    Route("team", {"person": (6, "")}),
    Route("calendar", {"month": (1, "")}),
    Route("reports", {"tariff": (6, ""), "cover": (1, ""), "yard-rose": (1, "")}),
    Route("settings", {"language-row": (4, ""), "release": (1, "Harbour 4.2: quieter nights")}),
)
CHARTS = {"overview": "chart-throughput", "analytics": "chart-calls", "revenue": "chart-services"}
BUILDS = ("/", "groups", "./", "/office/", "cdn")

by_route = pytest.mark.parametrize("route", ROUTES, ids=[route.name for route in ROUTES])


def address(route: Route) -> str:
    return "" if route.name == "overview" else route.name


@pytest.fixture(scope="module")
def served(built: Callable[..., Built], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The URL of a build of the dashboard, with a slash at its end."""
    urls: dict[str, str] = {}
    with ExitStack() as stack:

        def start(kind: str) -> str:
            if kind == "cdn":
                built("dashboard")
                folder = tmp_path_factory.mktemp("cdn")
                cdn = stack.enter_context(Recorder(folder / "dist", cors=True))
                out = build(DASHBOARD, folder / "dist", "--base", cdn.url, "--no-compress").out
                return stack.enter_context(Server(out, spa=True).start()).url
            options = {"/": (), "groups": (*GROUPS, "--no-compress")}.get(kind, ("--base", kind, "--no-compress"))
            base = {"./": "/deep/er/", "/office/": "/office/"}.get(kind, "/")
            return stack.enter_context(Server(built("dashboard", *options).out, base=base, spa=True).start()).url

        yield lambda kind: urls.get(kind) or urls.setdefault(kind, start(kind))


def assert_shown(page: Page, route: Route) -> None:
    section = page.get_by_test_id(f"route-{route.name}")
    expect(section).to_be_visible()
    expect(section.locator("h1")).to_have_text(route.name.capitalize())
    for test_id, (count, text) in route.shows.items():
        expect(page.get_by_test_id(test_id)).to_have_count(count)
        expect(page.get_by_test_id(test_id).first).to_be_visible()
        expect(page.get_by_test_id(test_id).first).to_contain_text(text)
    if chart := CHARTS.get(route.name):
        expect(page.get_by_test_id(chart)).to_have_attribute("data-drawn", "true")
    broken = page.evaluate("[...document.images].filter((image) => image.complete && !image.naturalWidth).length")
    assert broken == 0


# --- every route ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["/", "groups", "/office/"])
@by_route
def test_a_route_opens_by_its_address(
    route: Route, kind: str, visit: Callable[..., Visit], served: Callable[[str], str]
) -> None:
    tab = visit(clock=True)
    page = tab.open(served(kind) + address(route))
    assert_shown(page, route)
    expect(page.get_by_test_id("app-name")).to_have_text("Harbour")
    expect(page.get_by_test_id("mode")).to_have_text("production")
    tab.settle()


@pytest.mark.parametrize("kind", BUILDS)
def test_every_route_opens_by_its_link(kind: str, visit: Callable[..., Visit], served: Callable[[str], str]) -> None:
    tab = visit(clock=True)
    page = tab.open(served(kind))
    for route in (*ROUTES[1:], ROUTES[0]):
        page.get_by_role("link", name=route.name.capitalize(), exact=True).click()
        assert_shown(page, route)
        assert page.url == served(kind) + address(route)
    tab.settle()


GREETINGS = {
    "de": "Guten Morgen, Hafenmeisterin",
    "el": "Καλημέρα, λιμενάρχη",
    "fr": "Bonjour, capitaine du port",
    "en": "Good morning, harbour master",
}


def test_languages_are_loaded_when_they_are_chosen(visit: Callable[..., Visit], served: Callable[[str], str]) -> None:
    tab = visit()
    page = tab.open(served("/"))
    for code, greeting in GREETINGS.items():
        assert not any(re.search(rf"/{code}-", path) for path in tab.paths())
        page.get_by_test_id("language").select_option(code)
        expect(page.locator("html")).to_have_attribute("lang", code)
        expect(page.get_by_test_id("greeting")).to_have_text(greeting)


def test_forms_judge_by_the_library_that_two_routes_share(
    visit: Callable[..., Visit], served: Callable[[str], str]
) -> None:
    page = visit().open(served("/") + "customers")
    page.get_by_test_id("add-customer").click()
    expect(page.get_by_role("alert")).to_have_count(2)
    page.get_by_role("link", name="Settings").click()
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("saved")).to_have_text("Saved")


def test_an_unknown_path_shows_the_applications_own_answer(
    visit: Callable[..., Visit], served: Callable[[str], str]
) -> None:
    page = visit().open(served("/") + "nowhere")
    expect(page.get_by_test_id("route-missing")).to_be_visible()


# --- how they come --------------------------------------------------------------------------------

STYLED = """() => {
  // What a route looked like at the moment in which it came into the page.
  window.__seen = {};
  new MutationObserver(() => {
    for (const section of document.querySelectorAll("[data-testid^=route-]")) {
      window.__seen[section.dataset.testid] ??= [...document.styleSheets].map((sheet) => sheet.href);
    }
  }).observe(document, { childList: true, subtree: true });
}"""
TIMINGS = """() => performance.getEntriesByType("resource").map((entry) =>
  [new URL(entry.name).pathname.slice(1), entry.startTime, entry.responseEnd])"""


@pytest.mark.parametrize("options", [(), (*GROUPS, "--no-compress")], ids=["plain", "groups"])
def test_a_route_asks_for_all_it_needs_at_once_and_shows_with_its_styles(
    options: tuple[str, ...], visit: Callable[..., Visit], built: Callable[..., Built]
) -> None:
    """Scripts take a little, stylesheets longer: what waits for another file would be asked for after that one came."""
    dashboard = built("dashboard", *options)
    delays = {".js": 0.15, ".css": 0.3}
    with Recorder(dashboard.out, spa=True) as recorder:
        tab = visit(clock=True)
        page = tab.open(recorder.url + "nowhere")
        page.evaluate(STYLED)
        recorder.delay = lambda path: next((delays[end] for end in delays if path.endswith(end)), 0.0)
        for route in (*ROUTES[1:], ROUTES[0]):
            before = set(recorder.paths())
            page.get_by_role("link", name=route.name.capitalize(), exact=True).click()
            expect(page.get_by_test_id(f"route-{route.name}")).to_be_visible()
            tab.settle()
            assert_one_wave(page, dashboard.route(f"/{address(route)}")["files"], before)
            assert_came_styled(page, route, dashboard)
        fetched = [path for path in recorder.paths() if path.startswith("assets/")]
        assert len(fetched) == len(set(fetched)), "nothing is fetched twice"


def assert_one_wave(page: Page, files: list[str], before: set[str]) -> None:
    """All of a route's files that were not there yet are asked for before the first of them has come."""
    wanted = {file for file in files if file.endswith((".js", ".css"))} - before
    asked: dict[str, tuple[float, float]] = {}
    for path, start, end in page.evaluate(TIMINGS):
        asked.setdefault(path, (start, end))
    assert sorted(wanted) == sorted(wanted & asked.keys())
    if wanted:
        first_end = min(asked[file][1] for file in wanted)
        assert [file for file in sorted(wanted) if asked[file][0] >= first_end] == []


def assert_came_styled(page: Page, route: Route, dashboard: Built) -> None:
    files = dashboard.route(f"/{address(route)}")["files"]
    seen: list[str] = page.evaluate("(name) => window.__seen[name]", f"route-{route.name}")
    loaded = {url.rsplit("/", 1)[-1] for url in seen if url}
    assert {file.rsplit("/", 1)[-1] for file in files if file.endswith(".css")} <= loaded


def test_stylesheets_of_a_route_stand_in_the_order_of_their_imports(
    visit: Callable[..., Visit], served: Callable[[str], str], built: Callable[..., Built]
) -> None:
    """However a visitor gets there: what two stylesheets set both is decided by their order in the document."""
    looks: list[Any] = []
    for way in ([], ["Team", "Calendar", "Inventory"], ["Reports", "Customers"]):
        page = visit().open(served("/") + ("shipments" if not way else ""))
        for name in (*way, "Shipments"):
            page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_test_id("route-shipments")).to_be_visible()
        looks.append(
            page.get_by_test_id("route-shipments").evaluate(
                """(section) => [...section.querySelectorAll("*")].map((element) =>
                  [...getComputedStyle(element)].map((name) => getComputedStyle(element)[name]).join(";"))"""
            )
        )
    assert looks[0] == looks[1] == looks[2]


def test_hints_lead_to_what_the_comments_in_the_sources_say(built: Callable[..., Built]) -> None:
    from selectolax.lexbor import LexborHTMLParser

    dashboard = built("dashboard")
    page = LexborHTMLParser((dashboard.out / "index.html").read_bytes())
    hrefs = {
        rel: [(link.attributes["href"] or "").lstrip("/") for link in page.css(f"link[rel={rel}]")]
        for rel in ("modulepreload", "prefetch", "preload")
    }
    routes = [chunk for chunk in dashboard.stats["chunks"] if chunk["reason"] == "route"]
    # A chunk of several routes has the names of all.
    own = {name: chunk["file"] for chunk in routes for name in chunk["name"].split("-")}
    assert own["overview"] in hrefs["modulepreload"], "webpackPreload: true"
    assert own["shipments"] in hrefs["prefetch"], "webpackPrefetch: true"
    hinted = {file for path in ("/", "/shipments") for file in dashboard.route(path)["files"]}
    assert {*hrefs["modulepreload"], *hrefs["prefetch"], *hrefs["preload"]} <= hinted, "and what those need"
    assert {"shipments", "overview", "customers", "analytics"} <= own.keys(), "webpackChunkName"


def test_a_prefetched_route_is_not_fetched_again(visit: Callable[..., Visit], built: Callable[..., Built]) -> None:
    dashboard = built("dashboard")
    with Recorder(dashboard.out, spa=True) as recorder:
        tab = visit(clock=True)
        page = tab.open(recorder.url)
        shipments = [path for path in recorder.paths() if "shipments" in path and path.endswith(".js")]
        assert shipments, "it was prefetched"
        page.get_by_role("link", name="Shipments").click()
        assert_shown(page, ROUTES[1])
        tab.settle()
        assert all(recorder.paths().count(path) == 1 for path in shipments)


# --- what must not be there -----------------------------------------------------------------------


@pytest.mark.parametrize("options", [(), (*GROUPS, "--no-compress")], ids=["plain", "groups"])
def test_no_secret_of_the_environment_is_in_the_build(options: tuple[str, ...], built: Callable[..., Built]) -> None:
    files = built("dashboard", *options).files()
    assert SECRET in (DASHBOARD / ".env").read_bytes(), "the test looks for what is there"
    assert [path for path, content in files.items() if SECRET in content or b"SECRET_TOKEN" in content] == []
    assert [path for path in files if path.rsplit("/", 1)[-1].startswith(".env")] == []


def test_groups_put_the_npm_packages_into_one_chunk(built: Callable[..., Built]) -> None:
    dashboard = built("dashboard", *GROUPS, "--no-compress")
    vendors = [chunk for chunk in dashboard.stats["chunks"] if chunk.get("group") == "vendors"]
    assert len(vendors) == 1
    outside = [
        module
        for chunk in dashboard.stats["chunks"]
        if chunk["file"] != vendors[0]["file"]
        for module in chunk["modules"]
        if "node_modules/" in module
    ]
    assert outside == []
