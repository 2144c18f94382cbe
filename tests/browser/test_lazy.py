"""Lazy media in Chromium: what ``perfbuild build`` gives a page whose elements have ``data-src`` and their like."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .building import build
from .visiting import Visit

pytestmark = pytest.mark.browser

FAR = '<div style="height: 4000px"></div>'
NEAR = "() => window.scrollTo(0, document.body.scrollHeight)"


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


@pytest.fixture
def site(tmp_path: Path, serve: Callable[[Path], str]) -> Callable[..., str]:
    """Builds a page with pictures beside it and serves it: ``site(body)``; further files by name."""

    def make(body: str, head: str = "", **files: str) -> str:
        project = tmp_path / "project"
        project.mkdir()
        head = f'<title>Lazy</title><link rel="icon" href="data:,">{head}'
        page = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'
        (project / "index.html").write_text(page, "utf-8")
        for name, colour in {"red": (255, 0, 0), "blue": (0, 0, 255), "green": (0, 128, 0)}.items():
            (project / f"{name}.png").write_bytes(png(60, 40, colour))
        for name, text in files.items():
            (project / name.replace("_", ".")).write_text(text, "utf-8")
        return serve(build(project, tmp_path / "dist").out)

    return make


def _pictures(visit: Visit) -> list[str]:
    """Names of the pictures that were asked for."""
    return [path.rpartition("/")[2].partition("-")[0] for path in visit.paths() if path.endswith(".png")]


def _is_shown(page: Page, selector: str) -> None:
    page.wait_for_function("(at) => document.querySelector(at).naturalWidth > 0", arg=selector)


def test_an_image_is_loaded_when_it_comes_near(site: Callable[..., str], visit: Callable[..., Visit]) -> None:
    url = site(f'<img id="first" data-src="red.png" alt="">{FAR}<img id="last" data-src="blue.png" alt="">')
    tab = visit()
    page = tab.open(url)
    _is_shown(page, "#first")
    assert _pictures(tab) == ["red"]
    page.evaluate(NEAR)
    expect(page.locator("#last")).to_have_class("loaded")
    _is_shown(page, "#last")
    assert _pictures(tab) == ["red", "blue"]


def test_an_element_can_have_its_own_margin(site: Callable[..., str], visit: Callable[..., Visit]) -> None:
    tab = visit(height=500)
    page = tab.open(
        site(
            '<div style="height: 1000px"></div>'
            '<img id="wide" data-src="red.png" data-margin="900px" alt=""><img id="usual" data-src="blue.png" alt="">'
        )
    )
    expect(page.locator("#wide")).to_have_class("loaded")
    assert _pictures(tab) == ["red"]


def test_the_candidates_of_a_set_and_the_sources_of_a_picture(
    site: Callable[..., str], visit: Callable[..., Visit]
) -> None:
    tab = visit(width=600)
    page = tab.open(
        site(
            '<img id="set" data-srcset="red.png 300w, blue.png 900w" data-sizes="(max-width: 700px) 9em, 900px" alt="">'
            '<picture><source media="(max-width: 700px)" data-srcset="green.png">'
            '<img id="picture" data-src="blue.png" alt=""></picture>'
        )
    )
    expect(page.locator("#set")).to_have_class("loaded")
    expect(page.locator("#picture")).to_have_class("loaded")
    assert sorted(_pictures(tab)) == ["green", "red"]
    assert "green" in page.locator("#picture").evaluate("(image) => image.currentSrc")


def test_backgrounds_frames_and_posters(site: Callable[..., str], visit: Callable[..., Visit]) -> None:
    frame = '<!doctype html><html lang="en"><title>Frame</title><p id="inside">framed</p></html>'
    tab = visit()
    page = tab.open(
        site(
            f'{FAR}<section data-bg="red.png">text</section><iframe data-src="frame.html" title="f"></iframe>'
            '<video data-poster="green.png" width="60" height="40"></video>',
            frame_html=frame,
        )
    )
    assert _pictures(tab) == []
    page.evaluate(NEAR)
    expect(page.locator("section")).to_have_class("loaded")
    assert "/assets/red-" in page.locator("section").evaluate("(one) => getComputedStyle(one).backgroundImage")
    expect(page.frame_locator("iframe").locator("#inside")).to_have_text("framed")
    expect(page.locator("iframe")).to_have_class("loaded")
    expect(page.locator("video")).to_have_class("loaded")
    assert sorted(_pictures(tab)) == ["green", "red"]


def test_an_image_is_decoded_before_it_is_swapped_in(site: Callable[..., str], visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.page.add_init_script(
        """
        const { decode } = HTMLImageElement.prototype;
        self.decoded = [];
        HTMLImageElement.prototype.decode = function () {
          return decode.call(this).then(() => decoded.push(document.querySelector("#one").hasAttribute("src")));
        };
        """
    )
    page = tab.open(site('<img id="one" data-src="red.png" alt="">'))
    expect(page.locator("#one")).to_have_class("loaded")
    assert page.evaluate("decoded") == [False]


def test_a_failure_is_marked_and_tried_once_more_when_online_again(
    site: Callable[..., str], visit: Callable[..., Visit]
) -> None:
    tab = visit()
    asked: list[str] = []
    tab.page.route("**/red-*.png", lambda route: (asked.append(route.request.url), route.abort())[-1])
    page = tab.open(site('<img id="one" data-src="red.png" alt="">'))
    expect(page.locator("#one")).to_have_class("error")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function("() => true")
    tab.settle()
    assert len(asked) == 2
    page.evaluate("dispatchEvent(new Event('online'))")
    tab.settle()
    assert len(asked) == 2, "only one retry"
    assert len(tab.faults) >= 2
    tab.faults.clear()  # those that the test asked for


def test_a_retry_that_works_takes_the_mark_away(site: Callable[..., str], visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.page.route("**/red-*.png", lambda route: route.abort())
    page = tab.open(site('<img id="one" data-src="red.png" alt="">'))
    expect(page.locator("#one")).to_have_class("error")
    page.unroute("**/red-*.png")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#one")).to_have_class("loaded")
    tab.faults.clear()  # those that the test asked for


def test_later_elements_are_found_and_removed_ones_let_go(
    site: Callable[..., str], visit: Callable[..., Visit]
) -> None:
    tab = visit()
    page = tab.open(site(f'{FAR}<img id="gone" data-src="red.png" alt="">'))
    names = page.evaluate(
        """() => {
          const gone = document.querySelector("#gone");
          gone.remove();
          const added = `<img id="added" alt="" data-src="${gone.dataset.src}">`;
          document.body.insertAdjacentHTML("afterbegin", `<p>${added}</p>`);
          self.gone = gone;
          document.body.append(gone);
          gone.remove();
        }"""
    )
    assert names is None
    expect(page.locator("#added")).to_have_class("loaded")
    page.evaluate(NEAR)
    tab.settle()
    assert page.evaluate("gone.className") == ""


def test_printing_loads_everything(site: Callable[..., str], visit: Callable[..., Visit]) -> None:
    tab = visit()
    page = tab.open(site(f'{FAR}<img id="last" data-src="blue.png" alt="">'))
    assert _pictures(tab) == []
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    _is_shown(page, "#last")


def test_without_intersection_observers_everything_is_loaded(
    site: Callable[..., str], visit: Callable[..., Visit]
) -> None:
    tab = visit()
    tab.page.add_init_script("delete self.IntersectionObserver")
    page = tab.open(site(f'{FAR}<img id="last" data-src="blue.png" alt="">'))
    expect(page.locator("#last")).to_have_class("loaded")


def test_a_strict_policy_and_the_loader_agree(site: Callable[..., str], visit: Callable[..., Visit]) -> None:
    policy = "default-src 'none'; script-src 'self'; img-src 'self'; style-src 'self'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    tab = visit()
    page = tab.open(site('<img id="one" data-src="red.png" alt=""><p data-bg="blue.png">text</p>', head))
    expect(page.locator("#one")).to_have_class("loaded")
    expect(page.locator("p")).to_have_class("loaded")


def test_from_code_one_element_and_the_end(site: Callable[..., str], visit: Callable[..., Visit]) -> None:
    """In a shadow root nothing is found by itself; after ``disconnect`` nothing is looked for any more."""
    main = """
      import { disconnect, lazy, observe } from "perfbuild/lazy";
      import red from "./red.png";
      const root = document.querySelector("#host").attachShadow({ mode: "open" });
      root.innerHTML = `<img data-src="${red}" alt="">`;
      observe(root.firstChild);
      lazy();
      self.add = () => document.body.insertAdjacentHTML("beforeend", `<img class="later" data-src="${red}" alt="">`);
      self.stop = disconnect;
    """
    tab = visit()
    page = tab.open(
        site(
            '<div id="host"></div><script type="module" src="main.js"></script>',
            main_js=main,
        )
    )
    page.wait_for_function("() => document.querySelector('#host').shadowRoot.firstChild.className == 'loaded'")
    page.evaluate("stop(), add()")
    tab.settle()
    expect(page.locator(".later")).to_have_class("later")
    page.evaluate("document.querySelector('.later').remove()")


def test_the_configuration_turns_it_off(site: Callable[..., str], visit: Callable[..., Visit]) -> None:
    tab = visit()
    page = tab.open(site('<img id="one" data-src="red.png" alt="">', perfbuild_toml="[runtime]\nlazy = false\n"))
    assert page.locator("script").count() == 0
    assert _pictures(tab) == []


def test_a_page_without_lazy_media_gets_nothing(site: Callable[..., str], visit: Callable[..., Visit]) -> None:
    tab = visit()
    page = tab.open(site('<img src="red.png" data-size="1" alt="">'))
    assert page.locator("script").count() == 0
