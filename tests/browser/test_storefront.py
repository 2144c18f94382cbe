"""fixtures/storefront in Chromium: built, every page does and shows what it does and shows as written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from perfbuild.serve import Server

from .building import FIXTURES, Built, build
from .recorder import Recorder
from .styles import collect, differences
from .visiting import Visit

pytestmark = pytest.mark.browser

STOREFRONT = FIXTURES / "storefront"


class Expected(NamedTuple):
    """A row of the table in fixtures/storefront/README.md."""

    page: str
    ready: str
    order: str
    islands: int = 0
    built_only: bool = False


PAGES = (
    Expected(
        "index.html",
        "home",
        "analytics theme cart-store header home currency banner greeting home-inline",
        islands=2,
    ),
    Expected("products.html", "products", "analytics theme currency cart-store header filters products"),
    Expected(
        "products/lamp.html",
        "lamp",
        "analytics theme zoom zoom-start cart-store header product recent lamp-inline",
        islands=3,
    ),
    Expected(
        "products/chair.html",
        "chair",
        "analytics theme cart-store header product recent chair-inline",
        islands=2,
    ),
    Expected("cart.html", "cart", "analytics theme cart-store header cart"),
    Expected("about.html", "about", "analytics theme cart-store header timeline about", islands=1),
    Expected("contact.html", "contact", "analytics theme hours hours-inline cart-store header contact"),
    Expected("404.html", "404", "analytics theme cart-store header lost"),
    Expected(
        "archive.html", "archive", "analytics theme cart-store header archive visitors", islands=1, built_only=True
    ),
    Expected("gift-finder.html", "gift-finder", "analytics theme cart-store header gift-finder", built_only=True),
)
AS_WRITTEN = [expected for expected in PAGES if not expected.built_only]


def named(pages: list[Expected] | tuple[Expected, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("expected", pages, ids=[each.page for each in pages])


# --- where the build is served --------------------------------------------------------------------

BASES = ("/", "./", "/shop/", "cdn")


@pytest.fixture(scope="module")
def served(built: Callable[..., Built], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The URL of the shop's build for a base, with a slash at its end."""
    urls: dict[str, str] = {}
    with ExitStack() as stack:

        def start(base: str) -> str:
            if base == "cdn":
                return _on_two_origins(tmp_path_factory.mktemp("cdn"), stack)
            options = () if base == "/" else ("--base", base, "--no-compress")
            path = {"/": "/", "./": "/deep/er/", "/shop/": "/shop/"}[base]
            return stack.enter_context(Server(built("storefront", *options).out, base=path).start()).url

        yield lambda base: urls.get(base) or urls.setdefault(base, start(base))


def _on_two_origins(folder: Path, stack: ExitStack) -> str:
    """The pages come from one origin, and everything that has a hash from another, which has nothing else."""
    cdn = stack.enter_context(Recorder(folder / "cdn", cors=True))
    out = build(STOREFRONT, folder / "dist", "--base", cdn.url, "--no-compress").out
    for path in out.iterdir():
        if path.suffix != ".html" and path.name != "products":
            (folder / "cdn").mkdir(exist_ok=True)
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, folder / "cdn" / path.name)
    return stack.enter_context(Server(out).start()).url


@pytest.fixture(scope="module")
def unbuilt() -> Iterator[str]:
    with Recorder(STOREFRONT) as recorder:
        yield recorder.url


@pytest.fixture
def shop(visit: Callable[..., Visit], served: Callable[[str], str]) -> Callable[[str], Page]:
    """Opens a page of the build for ``/``."""
    return lambda path: visit().open(served("/") + path)


# --- every page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("base", BASES)
@named(PAGES)
def test_a_page_runs_its_modules_in_order_and_shows_all_of_it(
    expected: Expected,
    base: str,
    visit: Callable[..., Visit],
    served: Callable[[str], str],
    built: Callable[..., Built],
) -> None:
    tab = visit()
    page = tab.open(served(base) + expected.page, ready=expected.ready)
    if base == "/":
        assert_it_downloads_what_the_account_says(built("storefront"), expected.page, tab.paths())
    look_at_all_of(page)
    page.wait_for_function("(order) => window.__order.join(' ') == order", arg=expected.order)
    assert page.locator("[data-component]").count() == expected.islands
    expect(page.locator("h1")).to_be_visible()
    assert unpainted(page) == []
    assert page.evaluate("document.fonts.ready.then((fonts) => [...fonts].map((each) => each.status))") == ["loaded"]


def look_at_all_of(page: Page) -> None:
    """Goes through the page, so that its lazy pictures load and its islands mount."""
    page.evaluate(
        """async () => {
          for (const element of document.querySelectorAll("img, [data-bg], [data-component]")) {
            element.scrollIntoView({ behavior: "instant" });
            await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
          }
          scrollTo({ top: 0, behavior: "instant" });
        }"""
    )
    page.wait_for_function(
        """() => document.querySelectorAll("[data-component]:not([data-mounted])").length == 0
          && [...document.images].every((image) => image.complete && image.naturalWidth)"""
    )


def mount_islands(page: Page) -> None:
    """What the runtime does in the build."""
    page.evaluate(
        """() => Promise.all([...document.querySelectorAll("[data-component]")].map(async (element) => {
          const { default: Component } = await import(`/src/components/${element.dataset.component}.js`);
          Component(element, JSON.parse(element.dataset.props));
          element.dataset.mounted = "";
        }))"""
    )


ISLANDS = re.compile(r"/(Newsletter|Rating|StockLevel|Swatches)-")


def assert_it_downloads_what_the_account_says(shop: Built, page: str, paths: list[str]) -> None:
    """Scripts and styles of the route, no more and no less, but for islands; pictures depend on the screen."""
    loaded = {path.lstrip("/") for path in paths if path.endswith((".js", ".css"))}
    islands = {file for file in loaded if ISLANDS.search(file)}
    files = shop.route("/" + page.removesuffix("index.html"))["files"]
    counted = {file for file in files if file.endswith((".js", ".css"))}
    assert counted <= loaded
    assert loaded - counted <= static_closure(shop, islands)


def unpainted(page: Page) -> list[str]:
    """Pictures that have no size of their own, symbols that lead nowhere, videos and backgrounds that do not load."""
    found: list[str] = page.evaluate(
        """async () => {
          const pictures = [...document.images].filter((image) => !image.naturalWidth).map((image) => image.outerHTML);
          const symbols = [...document.querySelectorAll("use")].filter((use) => !use.getBBox().width);
          const urls = [...document.querySelectorAll("*")].flatMap((element) =>
            [...getComputedStyle(element).backgroundImage.matchAll(/url\\("([^"]+)"\\)/g)].map(([, url]) => url));
          const posters = [...document.querySelectorAll("[poster]")].map((video) => video.poster);
          const sources = [...document.querySelectorAll("video source")].map((source) => source.src);
          const icons = [...document.querySelectorAll("link[rel*=icon], link[rel=manifest]")].map((link) => link.href);
          const broken = await Promise.all([...new Set([...urls, ...posters, ...sources, ...icons])].map(async (url) =>
            (await fetch(url).catch(() => ({}))).ok ? [] : [url]));
          return [...pictures, ...symbols.map((use) => use.outerHTML), ...broken.flat()];
        }"""
    )
    return found


@pytest.mark.parametrize("look", ["wide", "narrow-dark", "print"])
@named(AS_WRITTEN)
def test_every_element_looks_as_it_does_as_written(
    expected: Expected, look: str, visit: Callable[..., Visit], served: Callable[[str], str], unbuilt: str
) -> None:
    looks = []
    for url in (unbuilt, served("/")):
        tab = visit(width=390 if look == "narrow-dark" else 1280)
        fill_cart(tab.page, url)
        if look == "narrow-dark":
            tab.page.add_init_script("localStorage.setItem('tallow-theme', 'dark')")
        tab.page.emulate_media(media="print" if look == "print" else "screen")
        page = tab.open(url + expected.page, ready=expected.ready)
        assert page.evaluate("window.__order") == expected.order.split(), "the table of the README holds for both"
        if url == unbuilt:
            mount_islands(page)
        look_at_all_of(page)
        looks.append(collect(page))
    assert len(looks[0]) > 60, "there is something to compare"
    assert differences(*looks) == []


def fill_cart(page: Page, url: str) -> None:
    page.add_init_script("localStorage.setItem('tallow-cart', '[[\"lamp\", 2], [\"mug\", 1]]')")


@pytest.mark.parametrize("base", BASES)
def test_no_link_of_the_shop_is_dead(base: str, served: Callable[[str], str]) -> None:
    """Where all is on one host; links that begin with a slash are the author's, and lead to the root of it."""
    from selectolax.lexbor import LexborHTMLParser

    start = served(base)
    for expected in PAGES:
        page = LexborHTMLParser(urlopen(start + expected.page).read())
        inner = page.css_first("base")
        here = urljoin(start + expected.page, inner.attributes["href"] if inner else "")
        for link in page.css("a[href]"):
            href = link.attributes["href"] or ""
            if not href.startswith("/"):
                assert urlopen(urljoin(here, href)).status == 200, (expected.page, href)


# --- what a visitor does --------------------------------------------------------------------------


def test_what_is_added_on_one_page_is_in_the_cart_of_another(shop: Callable[[str], Page]) -> None:
    page = shop("index.html")
    for product in ("lamp", "lamp", "mug"):
        page.locator(f"#{product} [data-add]").click()
    expect(page.locator("[data-cart-count]")).to_have_text("3")
    page.get_by_label("Cart").click()
    page.wait_for_selector("html[data-ready=cart]")
    expect(page.locator("[data-line=lamp] input")).to_have_value("2")
    expect(page.locator("[data-total]")).to_have_text("€406.00")
    page.locator("[data-line=lamp] input").fill("0")
    page.locator("[data-line=lamp] input").blur()
    expect(page.locator("[data-total]")).to_have_text("€28.00")
    assert unpainted(page) == []


def test_classic_scripts_and_markup_share_their_names(shop: Callable[[str], Page]) -> None:
    page = shop("index.html")
    expect(page.locator("[data-free-shipping]")).to_have_text("Free delivery from €120 (EUR)")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_label("Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert page.evaluate("[typeof toggleTheme, typeof formatPrice, typeof track, CURRENCY]") == [
        "function",
        "function",
        "function",
        "EUR",
    ]


def test_a_class_and_a_let_of_a_classic_script_reach_the_inline_script_after_it(shop: Callable[[str], Page]) -> None:
    page = shop("products/lamp.html")
    page.locator(".thumbs img").first.click()
    expect(page.locator(".thumbs img").first).to_have_class("zoomed")
    page = shop("contact.html")
    expect(page.locator("[data-open]")).to_have_text("Open from 9 to 17, Monday to Friday: come in.")
    expect(page.locator("#notice")).to_be_hidden()


def test_inline_modules_do_what_they_did(shop: Callable[[str], Page]) -> None:
    page = shop("index.html")
    expect(page.locator("[data-greeting]")).to_have_text("Good afternoon")
    shop_page = shop("products/lamp.html")
    assert shop_page.evaluate("localStorage['tallow-recent']") == '["lamp"]'
    expect(shop_page.locator("[data-price]")).to_have_text("€189.00")


def test_islands_get_their_props_and_are_alive(shop: Callable[[str], Page]) -> None:
    page = shop("index.html")
    look_at_all_of(page)
    expect(page.locator("[data-component=Rating]")).to_contain_text("4.7 from 128 reviews")
    page.locator("[data-component=Newsletter] input").fill("a@example.com")
    page.get_by_role("button", name="Send it to me").click()
    expect(page.locator("[data-component=Newsletter]")).to_contain_text("See you on Sunday")
    page = shop("products/lamp.html")
    page.get_by_label("Moss").click()
    expect(page.locator("[data-component=Swatches]")).to_contain_text("Moss")
    expect(page.locator("[data-component=StockLevel]")).to_have_text("Only 4 left")


def test_the_filter_shows_what_it_says(shop: Callable[[str], Page]) -> None:
    page = shop("products.html")
    page.locator("[data-filter]").select_option("table")
    expect(page.locator("[data-status]")).to_have_text("3 objects")
    assert page.locator(".card:visible").count() == 3
    page.locator("[data-filter]").select_option("garden")
    assert page.locator(".card:visible").count() == 0


def test_the_gift_finder_has_its_styles_json_and_pictures(shop: Callable[[str], Page]) -> None:
    page = shop("gift-finder.html")
    gifts = page.locator("[data-gift]")
    expect(gifts.first).to_be_visible()
    before = gifts.count()
    page.get_by_label("Up to, in euro").fill("40")
    assert 0 < gifts.count() < before
    page.get_by_label("Bright").check()
    assert page.locator(".gift .ribbon").first.evaluate("(image) => getComputedStyle(image).position") == "absolute"
    assert unpainted(page) == []


# --- parts that come later ------------------------------------------------------------------------


def test_quick_view_brings_its_styles_with_it(visit: Callable[..., Visit], served: Callable[[str], str]) -> None:
    tab = visit()
    page = tab.open(served("/") + "products.html", ready="products")
    assert not any("quick-view" in path for path in tab.paths())
    page.locator("[data-quick-view=clock]").click()
    dialog = page.locator("dialog.quick-view")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("(node) => getComputedStyle(node).gridTemplateColumns").count("px") == 2
    assert "rings" in dialog.evaluate("(node) => getComputedStyle(node, '::backdrop').backgroundImage")
    assert page.evaluate("window.__order.at(-1)") == "quick-view"
    assert unpainted(page) == []
    dialog.get_by_role("button", name="Add to cart").click()
    expect(page.locator("[data-cart-count]")).to_have_text("1")
    dialog.get_by_role("button", name="Close").click()
    page.locator("[data-quick-view=mug]").click()
    expect(dialog.locator("h2")).to_have_text("Morning Mug")


@pytest.mark.parametrize("base", BASES)
def test_the_delivery_estimate_comes_with_both_of_its_stylesheets(
    base: str, visit: Callable[..., Visit], served: Callable[[str], str]
) -> None:
    tab = visit()
    page = tab.open(served(base) + "cart.html", ready="cart")
    page.get_by_role("button", name="Estimate delivery").click()
    choices = page.locator("[data-estimate] .choices.shipping")
    expect(choices).to_be_visible()
    # controls.css lays .choices out in a row, shipping.css comes after it and makes a column of it.
    assert choices.evaluate("(node) => getComputedStyle(node).flexDirection") == "column"
    assert choices.evaluate("(node) => getComputedStyle(node).display") == "flex"
    assert page.evaluate("window.__order.at(-1)") == "shipping"


def test_lazy_parts_ask_for_all_they_need_at_once_and_run_after_their_styles(
    visit: Callable[..., Visit], built: Callable[..., Built]
) -> None:
    """Every stylesheet and script takes its time; the styles of the lazy part the longest."""
    shop = built("storefront")
    lazy = [path for path in shop.route("shipping")["files"] if path not in shop.route("/cart.html")["files"]]
    assert sorted(Path(path).suffix for path in lazy) == sorted([".js"] * (len(lazy) - 2) + [".css", ".css"])
    with Recorder(shop.out, delay=lambda path: 0.6 if path in lazy and path.endswith(".css") else 0.0) as recorder:
        page = visit(clock=True).open(recorder.url + "cart.html", ready="cart")
        slow_scripts = recorder.delay
        recorder.delay = lambda path: slow_scripts(path) or (0.3 if path in lazy else 0.0)
        page.evaluate(
            """() => new MutationObserver(() => {
              const choices = document.querySelector(".choices");
              window.__first ??= choices && getComputedStyle(choices).flexDirection;
            }).observe(document, { childList: true, subtree: true })"""
        )
        page.get_by_role("button", name="Estimate delivery").click()
        expect(page.locator(".choices.shipping")).to_be_visible()
        assert page.evaluate("window.__first") == "column", "it never showed without its styles"
        timings = page.evaluate(
            """() => performance.getEntriesByType("resource").map((entry) =>
              [new URL(entry.name).pathname.slice(1), entry.startTime, entry.responseEnd])"""
        )
        asked = {path: (start, end) for path, start, end in timings if path in lazy}
        assert sorted(asked) == sorted(lazy)
        assert max(start for start, _ in asked.values()) < min(end for _, end in asked.values())
        assert len(recorder.paths()) == len(set(recorder.paths())), "nothing is fetched twice"


def test_a_stylesheet_that_fails_once_does_not_break_the_part_for_good(
    visit: Callable[..., Visit], served: Callable[[str], str]
) -> None:
    tab = visit()
    page = tab.open(served("/") + "cart.html", ready="cart")
    page.evaluate(
        "addEventListener('perfbuild:chunk-error', (event) => event.preventDefault())"
    )  # or it is loaded again
    page.route("**/shipping-*.css", lambda route: route.abort())
    page.get_by_role("button", name="Estimate delivery").click()
    expect(page.locator("[data-estimate]")).to_have_text("We work out delivery at the checkout.")
    page.unroute("**/shipping-*.css")
    page.get_by_role("button", name="Estimate delivery").click()
    expect(page.locator(".choices.shipping")).to_be_visible()
    assert len(tab.faults) == 2, tab.faults
    tab.faults.clear()


# --- the pages as files ---------------------------------------------------------------------------


@named(PAGES)
def test_a_page_names_the_whole_static_closure(expected: Expected, built: Callable[..., Built]) -> None:
    """Every script that a module imports statically has its modulepreload, so none waits for another."""
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser((built("storefront").out / expected.page).read_bytes())
    hinted = {link.attributes["href"] for link in page.css("link[rel=modulepreload]")}
    entries = {script.attributes["src"] for script in page.css("script[type=module]")}
    closure = static_closure(built("storefront"), {(url or "").lstrip("/") for url in entries})
    assert entries
    assert hinted == {f"/{file}" for file in closure} - entries


def static_closure(shop: Built, files: set[str]) -> set[str]:
    imports = {chunk["file"]: chunk["imports"] for chunk in shop.stats["chunks"]}
    pending = list(files)
    for file in pending:  # the module of the runtime that a page is given is no chunk, and imports nothing
        pending.extend(other for other in imports.get(file, ()) if other not in pending)
    return set(pending)


def test_what_nothing_uses_is_not_in_the_build(built: Callable[..., Built]) -> None:
    scripts = b"".join(content for path, content in built("storefront").files().items() if path.endswith(".js"))
    assert b"moneyInWords" not in scripts
    assert b"sizes.map" not in scripts, "an island that no page names"
