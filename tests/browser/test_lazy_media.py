"""Images and frames in Chromium after ``perfbuild build``: what is fetched when, and that nothing moves or changes."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from .building import build
from .recorder import Recorder
from .visiting import Visit

pytestmark = pytest.mark.browser

TEXT = "<p>" + "Some words of a paragraph that goes on for a while. " * 20 + "</p>"
#: Browsers fetch lazy images within 2,500 px of the viewport on slow connections.
FAR = TEXT * 60
BOXES = """() => [...document.querySelectorAll("img, .box")].map((element) => {
  const box = element.getBoundingClientRect();
  return [element.id || element.alt, box.x, box.y + scrollY, box.width, box.height].map((side) =>
    typeof side === "number" ? side.toFixed(0) : side).join(" ");
})"""
LOADED = "() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)"


def image(width: int, height: int, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(stream, kind, **options)
    return stream.getvalue()


class Site:
    """A page with images beside it: as it is written, and built."""

    def __init__(self, root: Path) -> None:
        self.project = root / "project"
        self.out = root / "dist"
        self.project.mkdir()

    def write(self, body: str, head: str = "", path: str = "index.html", **files: bytes | str) -> Site:
        page = f'<!doctype html><html lang="en"><head><title>t</title><link rel="icon" href="data:,">{head}</head>'
        (self.project / path).write_text(f"{page}<body>{body}</body></html>", "utf-8")
        for name, content in files.items():
            path = self.project / ".".join(name.rsplit("_", 1))
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def build(self) -> Path:
        return build(self.project, self.out).out


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def names(tab: Visit) -> list[str]:
    """The images and pages that were asked for, without their hashes."""
    files = (path.rpartition("/")[2] for path in tab.paths())
    return [name.partition("-")[0].partition(".")[0] for name in files if name]


# --- what is fetched when -------------------------------------------------------------------------


def test_only_the_first_screenful_is_fetched_before_anybody_scrolls(
    site: Site, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    far = '<img src="two.png" alt=""><picture><source srcset="three.png"><img src="two.png" alt=""></picture>'
    site.write(
        f'<img src="one.png" alt="">{FAR}{far}<iframe src="frame.html" title="f"></iframe>',
        one_png=image(600, 300),
        two_png=image(61, 40),
        three_png=image(62, 40),
        frame_html="<!doctype html><title>f</title><p>In the frame",
    )
    tab = visit()
    page = tab.open(serve(site.build()))
    assert names(tab) == ["one"]
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.frame_locator("iframe").get_by_text("In the frame").wait_for()
    page.wait_for_function(LOADED)
    assert sorted(names(tab)) == ["frame", "one", "three", "two"]


def test_the_author_s_wishes_are_kept(site: Site, serve: Callable[[Path], str], visit: Callable[..., Visit]) -> None:
    site.write(
        f'<div data-perfbuild="eager">{FAR}<img src="one.png" alt=""></div><img src="two.png" loading="eager" alt="">'
        '<img src="three.png" alt="">',
        one_png=image(600, 300),
        two_png=image(61, 40),
        three_png=image(62, 40),
    )
    tab = visit()
    tab.open(serve(site.build()))
    assert sorted(names(tab)) == ["one", "two"]


def priorities(page: Page, url: str) -> dict[str, str]:
    """The first priority of each request, by the file's name."""
    found: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.requestWillBeSent",
        lambda event: found.setdefault(
            event["request"]["url"].rpartition("/")[2].partition("-")[0].partition(".")[0],
            event["request"]["initialPriority"],
        ),
    )
    page.goto(url)
    page.wait_for_function(LOADED)
    return found


# A heading that is painted before the image is the largest until the image is there: what counts is the last entry.
LARGEST = """() => new PerformanceObserver((list) => { self.largest = list.getEntries().at(-1).element?.id; })
  .observe({ type: "largest-contentful-paint", buffered: true })"""


def test_the_largest_image_is_asked_for_first(
    site: Site, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    site.write(
        '<h1>Hello</h1><img id="small" src="small.png" alt=""><img id="hero" src="hero.png" alt="">',
        small_png=image(200, 150),
        hero_png=image(900, 500),
    )
    before, after = visit().page, visit().page
    assert priorities(before, serve(site.project))["hero"] != "High"
    found = priorities(after, serve(site.build()))
    assert found["hero"] == "High"
    assert found["small"] != "High"
    after.evaluate(LARGEST)
    after.wait_for_function('self.largest === "hero"')


# --- sizes ----------------------------------------------------------------------------------------


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def test_every_format_gets_the_size_that_the_browser_shows(
    site: Site, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    files = {f"{kind.lower()}_{kind.lower()}": image(120, 80, kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "AVIF")}
    files |= {f"turned-{kind.lower()}_{kind.lower()}": image(120, 80, kind, exif=turned()) for kind in ("JPEG", "AVIF")}
    files["vector_svg"] = b'<svg xmlns="http://www.w3.org/2000/svg" width="1in" height="40" viewBox="0 0 9 9"/>'
    files["half_svg"] = b'<svg xmlns="http://www.w3.org/2000/svg" width="90" viewBox="0 0 30 10"/>'
    body = "".join(f'<img src="{".".join(name.rsplit("_", 1))}" alt="{name}">' for name in files)
    site.write(body, **files)
    page = visit().open(serve(site.build()))
    page.evaluate("for (const image of document.images) image.loading = 'eager'")
    page.wait_for_function(LOADED)
    shown = page.evaluate(
        "[...document.images].map((image) => [image.alt, image.getAttribute('width'), image.getAttribute('height'),"
        " String(image.naturalWidth), String(image.naturalHeight)])"
    )
    assert len(shown) == len(files)
    assert [each for each in shown if each[1:3] != each[3:5]] == []
    assert {tuple(each[1:3]) for each in shown if "turned" in each[0]} == {("80", "120")}


#: Styles with which width and height as attributes would distort an image or move it, and others.
SET_UPS = {
    "none": "",
    "fluid": "img { max-width: 100%; height: auto }",
    "no height": "img { max-width: 100% }",
    "full width": "img { width: 100% }",
    "fixed height": "img { height: 60px }",
    "highest": "img { max-height: 60px; max-width: 100% }",
    "cover": "img { width: 100%; height: 150px; object-fit: cover }",
    "framed": "* { box-sizing: border-box } img { padding: 9px; border: 3px solid; max-width: 100%; height: auto }",
    "column": ".box { display: flex; flex-direction: column } img { max-width: 100%; height: auto }",
    "row": ".box { display: flex; height: 90px }",
    "grid": ".box { display: grid; grid-template-columns: 1fr 2fr } img { max-width: 100%; height: auto }",
    "shrunk": ".box { float: left } .box { max-width: 50% } img { max-width: 100%; height: auto }",
    "table": ".box { display: table } .cell { display: table-cell } img { max-width: 100%; height: auto }",
    "placed": ".box { position: relative; height: 200px } img { position: absolute; inset: 0; height: auto }",
    "narrow screens": "@media (max-width: 600px) { img { width: 100% } }",
    "ratio": "img { width: 50%; aspect-ratio: 1 }",
    "nested": ".box { & img { width: 70%; height: auto } }",
    "zoomed": "body { zoom: 1.5 } img { height: auto }",
}


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A page for each set-up, as written and built."""
    site = Site(tmp_path_factory.mktemp("styled"))
    images = '<img src="wide.png" alt="wide"><span class="cell">Text</span><img src="high.png" alt="high">'
    around = '<p class="box">After</p><a><img src="wide.png" alt="in a link"></a>'
    body = f'<main class="box">{images}</main>{around}<figure>{images}</figure>'
    for name, style in SET_UPS.items():
        site.write(body, f"<style>{style}</style>", f"{name}.html")
    site.write("", wide_png=image(700, 300), high_png=image(200, 420))
    return site.project, site.build()


@pytest.mark.parametrize("name", SET_UPS)
def test_a_size_changes_nothing_once_images_are_loaded(
    styled: tuple[Path, Path], serve: Callable[[Path], str], visit: Callable[..., Visit], name: str
) -> None:
    before, after = map(serve, styled)
    for width in (412, 1280):
        boxes = []
        for url in (before, after):
            page = visit(width=width).open(f"{url}/{name}.html")
            page.evaluate("for (const image of document.images) image.loading = 'eager'")
            page.wait_for_function(LOADED)
            boxes.append(page.evaluate(BOXES))
        assert boxes[0] == boxes[1]


SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const shift of list.getEntries()) sum += shift.value; })
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum), 100)));
})"""


def test_nothing_moves_when_images_arrive(site: Site, visit: Callable[..., Visit]) -> None:
    styles = {"none": "", "fluid": "img { max-width: 100%; height: auto }", "wide": "img { width: 80%; height: auto }"}
    for name, style in styles.items():
        body = f'<h1>Hello</h1><img src="a.png" alt="">{TEXT}<img src="b.png" alt="">{TEXT}'
        site.write(body, f"<style>{style}</style>", f"{name}.html")
    site.write("", a_png=image(600, 300), b_png=image(500, 200))
    moved: dict[str, list[float]] = {name: [] for name in styles}
    for folder in (site.project, site.build()):
        with Recorder(folder, delay=lambda path: 0.4 if path.endswith(".png") else 0.0) as server:
            for name, sums in moved.items():
                page = visit(width=412).page
                page.goto(f"{server.url}{name}.html", wait_until="domcontentloaded")
                page.wait_for_function(LOADED)
                sums.append(page.evaluate(SHIFTS))
    assert all(before > 0.05 and after == 0 for before, after in moved.values()), moved


# --- options --------------------------------------------------------------------------------------


def test_options_come_from_the_configuration(
    site: Site, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    site.write(
        f'<img src="one.png" alt="">{FAR}<img src="two.png" alt="">',
        one_png=image(600, 300),
        two_png=image(61, 40),
        perfbuild_toml="[plugins.lazy-media]\nlazy = false\npriority = false\nsizes = false\n",
    )
    tab = visit()
    page = tab.open(serve(site.build()))
    assert sorted(names(tab)) == ["one", "two"]
    assert page.locator("img[width], img[fetchpriority]").count() == 0
