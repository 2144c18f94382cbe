"""Virtual lists in Chromium: ``perfbuild/virtual-list`` in a built page whose policy allows no inline code or style."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .building import build
from .visiting import Visit

pytestmark = pytest.mark.browser

POLICY = "default-src 'self'; img-src data:; style-src 'self'; script-src 'self'"
PAGE = f"""<!doctype html><html lang="en"><head><title>List</title>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="list.css">
<script type="module" src="main.js"></script></head>
<body></body></html>"""
STYLE = """
* { box-sizing: content-box }
body { margin: 0; font: 16px/20px monospace }
#box { height: 400px; width: 300px; overflow: auto; border: 3px solid; scrollbar-width: none }
.row { padding: 0 4px; border-bottom: 1px solid }
"""
#: What the tests say in the page: a list in a box of 400 pixels, and what of it can be seen.
LAB = """
import { VirtualList } from "perfbuild/virtual-list";

const lab = {
  VirtualList,
  rendered: 0,
  row(text) {
    const node = document.createElement("div");
    node.className = "row";
    node.textContent = text;
    lab.rendered++;
    return node;
  },
  list(options, style = {}) {
    const box = document.createElement("div");
    box.id = "box";
    Object.assign(box.style, style);
    document.body.append(box);
    lab.box = box;
    const begun = performance.now();
    lab.made = new VirtualList(box, { renderItem: (item, index) => lab.row("row " + index), ...options });
    lab.took = performance.now() - begun;
    return lab.made;
  },
  // Where the view is, inside the border of the box.
  view(box = lab.box) {
    const { left, top } = box.getBoundingClientRect();
    return { left: left + box.clientLeft, top: top + box.clientTop, width: box.clientWidth, height: box.clientHeight };
  },
  rows() {
    const { left, top } = lab.view();
    return [...lab.made.canvas.children].map((node) => {
      const box = node.getBoundingClientRect();
      return { text: node.textContent, left: box.left - left, top: box.top - top, width: box.width,
        height: box.height };
    });
  },
  seen() {
    const { height, width } = lab.view();
    return lab.rows().filter((row) => row.top + row.height > 0 && row.top < height
      && row.left + row.width > 0 && row.left < width);
  },
  top: (text) => lab.rows().find((row) => row.text == text)?.top,
  // Pixels of the view that no row covers.
  blank() {
    let end = 0;
    let blank = 0;
    for (const { top, height } of lab.rows().sort((a, b) => a.top - b.top)) {
      if (top > end) blank += Math.min(top, 400) - Math.min(end, 400);
      end = Math.max(end, top + height);
    }
    return blank + Math.max(0, 400 - end);
  },
  frames: async (count = 2) => {
    while (count--) await new Promise(requestAnimationFrame);
  },
  async rest() {
    let last;
    do {
      last = JSON.stringify([lab.box?.scrollTop, scrollY, lab.rows()]);
      await new Promise((done) => setTimeout(done, 250));
    } while (last != JSON.stringify([lab.box?.scrollTop, scrollY, lab.rows()]));
  },
  async scroll(top) {
    lab.box.scrollTop = top;
    await lab.frames();
  },
};
window.lab = lab;
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("list") / "project"
    project.mkdir()
    for name, text in {"index.html": PAGE, "list.css": STYLE, "main.js": LAB}.items():
        (project / name).write_text(text, "utf-8")
    return build(project, project.with_name("dist")).out


@pytest.fixture
def page(built: Path, serve: Callable[[Path], str], visit: Callable[..., Visit]) -> Page:
    page = visit(width=800, height=600).open(serve(built))
    wait(page, "window.lab")
    return page


def wait(page: Page, condition: str) -> None:
    """Asks from outside: the page's policy allows no code from strings, which Playwright's own waiting needs."""
    deadline = time.monotonic() + 10
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(20)


def seen(page: Page) -> list[str]:
    return [row["text"] for row in page.evaluate("lab.seen()")]


def rows(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("lab.rows()")
    return found


def assert_contiguous(found: list[dict[str, Any]], side: str = "top", extent: str = "height") -> None:
    for one, other in itertools.pairwise(found):
        assert other[side] == pytest.approx(one[side] + one[extent], abs=0.01)


# --- What is in the document --------------------------------------------------------------------------------


def test_the_rows_in_view_and_the_buffer_are_in_the_document(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 100_000 }, itemHeight: 40 }) && null")
    assert [row["text"] for row in rows(page)] == [f"row {index}" for index in range(15)]
    page.evaluate("lab.scroll(2_000_020)")
    assert seen(page) == [f"row {index}" for index in range(50_000, 50_011)]
    assert page.evaluate("lab.top('row 50000')") == -20
    assert len(rows(page)) == 11 + 2 * 5
    page.evaluate("lab.rest()")
    assert [row["text"] for row in rows(page)] == [f"row {index}" for index in range(49_995, 50_016)]
    assert_contiguous(rows(page))
    page.evaluate("lab.scroll(1e9)")
    assert seen(page)[-1] == "row 99999"
    assert page.evaluate("lab.box.scrollHeight") == 4_000_000


@pytest.mark.parametrize("height", ["40", "(item, index) => 20 + index % 3", "undefined"])
def test_a_million_rows_make_no_more_elements_than_a_few(page: Page, height: str) -> None:
    page.evaluate(f"lab.list({{ items: {{ length: 1_000_000 }}, itemHeight: {height} }}) && null")
    assert page.evaluate("lab.blank()") == 0
    visible = len(seen(page))
    assert visible <= len(rows(page)) <= visible + 2 * 5


def test_rows_have_the_heights_that_are_given(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 10_000 }, itemHeight: (item, index) => 20 + index % 5 * 10 }) && null")
    assert [row["height"] for row in rows(page)][:6] == [20, 30, 40, 50, 60, 20]
    assert_contiguous(rows(page))
    page.evaluate("lab.scroll(200 * 1000)")
    assert page.evaluate("lab.top('row 5000')") == 0
    assert page.evaluate("lab.box.scrollHeight") == 400_000


def test_rows_without_a_height_are_measured(page: Page) -> None:
    page.evaluate("""() => { lab.list({
      items: { length: 1000 },
      estimate: 30,
      renderItem: (item, index) => lab.row(`row ${index}` + "\\n".repeat(index % 4)),
    }); for (const sheet of document.styleSheets) sheet.insertRule(".row { white-space: pre }"); }""")
    page.evaluate("lab.made.setItems({ length: 1000 })")
    page.evaluate("lab.rest()")
    assert [row["height"] for row in rows(page)][:5] == [21, 21, 41, 61, 21]
    assert_contiguous(rows(page))
    page.evaluate("lab.made.scrollToIndex(600, { align: 'start' })")
    assert page.evaluate("lab.top('row 600')") == 0
    assert_contiguous(rows(page))
    assert page.evaluate("lab.blank()") == 0
    page.evaluate("lab.made.scrollToIndex(999, { align: 'end' })")
    last = rows(page)[-1]
    assert last["text"].strip() == "row 999"
    assert last["top"] + last["height"] == 400
    page.evaluate("lab.rest()")
    assert page.evaluate("lab.box.scrollTop + 400 == lab.box.scrollHeight")


def test_some_rows_can_have_a_height_and_others_be_measured(page: Page) -> None:
    page.evaluate(
        "lab.list({ items: { length: 100 }, itemHeight: (item, index) => index % 2 ? 70 : undefined }) && null"
    )
    assert [row["height"] for row in rows(page)][:4] == [21, 70, 21, 70]
    assert_contiguous(rows(page))


def test_there_is_no_blank_frame_at_5000_pixels_a_second(page: Page) -> None:
    blank = page.evaluate("""async () => {
      lab.list({ items: { length: 100_000 }, itemHeight: 40 });
      const { port1, port2 } = new MessageChannel();
      const painted = () => new Promise((done) => {
        port1.onmessage = done;
        port2.postMessage(0);
      });
      let worst = 0, last = await new Promise(requestAnimationFrame), frames = 0;
      for (const begun = last; last - begun < 1500; frames++) {
        const now = await new Promise(requestAnimationFrame);
        lab.box.scrollTop += Math.min(now - last, 20) * 5;  // a machine that is slow does not scroll faster
        last = now;
        // Once it scrolls, the rows are there before the list hears of it: a compositor paints without asking.
        if (frames > 5) worst = Math.max(worst, lab.blank());
        await painted();
        worst = Math.max(worst, lab.blank());
      }
      return { worst, frames, at: lab.box.scrollTop };
    }""")
    assert blank["frames"] > 20
    assert blank["at"] > 500
    assert blank["worst"] == 0


# --- Rows that stay --------------------------------------------------------------------------------------------------

FORM = """lab.list({ items: Array.from({ length: 1000 }, (_, id) => ({ id })), itemHeight: 40, key: ({ id }) => id,
  renderItem({ id }, index, node) {
    if (node) return node;
    const row = lab.row("");
    const input = document.createElement("input");
    input.id = "input" + id;
    input.onclick = () => lab.clicked = id;
    row.append(input);
    return row;
  } }) && null"""


def test_a_row_in_the_document_keeps_what_was_done_to_it(page: Page) -> None:
    page.evaluate(FORM)
    page.locator("#input4").fill("hello")
    page.locator("#input4").evaluate("(input) => { input.setSelectionRange(1, 3); lab.kept = input; }")
    page.evaluate("lab.scroll(120)")
    page.evaluate("lab.made.setItems([{ id: -1 }, { id: -2 }, ...Array.from({ length: 500 }, (_, id) => ({ id }))])")
    page.evaluate("lab.rest()")
    assert page.evaluate(
        "document.activeElement == lab.kept && [lab.kept.value, lab.kept.selectionStart, lab.kept.selectionEnd]"
    ) == [
        "hello",
        1,
        3,
    ]
    page.locator("#input4").click()
    assert page.evaluate("lab.clicked") == 4


def test_a_row_with_the_focus_stays_until_it_loses_it(page: Page) -> None:
    page.evaluate(FORM)
    page.locator("#input2").fill("kept")
    page.evaluate("lab.scroll(20_000)")
    page.evaluate("lab.rest()")
    assert page.locator(".row").count() == 10 + 2 * 5 + 1
    assert page.locator(".row").first.locator("input").get_attribute("id") == "input2"
    page.keyboard.type("!")
    assert page.locator("#input2").input_value() == "kept!"
    page.evaluate("lab.scroll(20_000)")
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("#input2")).to_have_count(0)


def test_rows_of_other_items_alone_are_rendered_again(page: Page) -> None:
    page.evaluate("""() => {
      const items = Array.from({ length: 100 }, (_, id) => ({ id, text: "item " + id }));
      lab.items = items;
      lab.list({ items, itemHeight: 40, key: ({ id }) => id, renderItem({ text }, index, node) {
        if (!node) return lab.row(text);
        lab.rendered++;
        node.textContent = text;
        return node;
      } });
      lab.rendered = 0;
      lab.node = lab.made.canvas.children[3];
    }""")
    page.evaluate("lab.made.setItems(lab.items.map((item) => item.id == 3 ? { id: 3, text: 'changed' } : item))")
    assert page.evaluate("lab.rendered") == 1
    assert page.evaluate("lab.made.canvas.children[3] == lab.node && lab.node.textContent") == "changed"
    page.evaluate("() => { lab.made.setItems(lab.items); lab.items[5].text = 'in itself'; lab.rendered = 0; }")
    page.evaluate("lab.made.setItems(lab.items)")
    assert page.evaluate("lab.rendered") == 15
    assert seen(page)[5] == "in itself"


def test_rows_are_in_the_order_of_their_items(page: Page) -> None:
    page.evaluate("""() => {
      lab.items = Array.from({ length: 12 }, (_, id) => ({ id }));
      lab.list({ items: lab.items, itemHeight: 40, key: ({ id }) => id, renderItem: ({ id }, index,
        node) => node ?? lab.row(id) });
      lab.made.setItems(lab.items.toReversed());
    }""")
    assert [row["text"] for row in rows(page)] == [str(index) for index in reversed(range(12))]
    assert_contiguous(rows(page))
    page.evaluate("lab.made.setItems([])")
    assert rows(page) == []
    page.evaluate("lab.made.setItems(lab.items)")
    assert len(rows(page)) == 12


# --- Anchoring ----------------------------------------------------------------------------------------------

KEYED = """() => {
  lab.items = Array.from({ length: 1000 }, (_, id) => ({ id }));
  lab.list({ items: lab.items, itemHeight: HEIGHT, key: ({ id }) => id, renderItem: ({ id }, index,
    node) => node ?? lab.row("item " + id) });
}"""


@pytest.mark.parametrize("height", ["40", "undefined"])
def test_rows_in_view_stay_where_they_are_when_others_come_and_go_before_them(page: Page, height: str) -> None:
    page.evaluate(KEYED.replace("HEIGHT", height))
    page.evaluate("lab.made.scrollToIndex(500, { align: 'start' })")
    page.evaluate("lab.box.scrollTop += 7")
    page.evaluate("lab.rest()")
    assert page.evaluate("lab.top('item 500')") == -7
    page.evaluate(
        "lab.made.setItems([...Array.from({ length: 37 }, (_, index) => ({ id: -1 - index })), ...lab.items])"
    )
    assert page.evaluate("lab.top('item 500')") == -7
    page.evaluate("lab.rest()")
    assert page.evaluate("lab.top('item 500')") == -7
    page.evaluate("lab.made.setItems(lab.items.filter(({ id }) => id > 300 && id != 500))")
    assert page.evaluate("lab.top('item 501')") == pytest.approx(33 if height == "40" else 14)
    page.evaluate("lab.rest()")
    assert page.evaluate("lab.top('item 501')") == pytest.approx(33 if height == "40" else 14)
    assert page.evaluate("lab.blank()") == 0


def test_a_list_at_its_start_shows_what_is_put_before_it(page: Page) -> None:
    page.evaluate(KEYED.replace("HEIGHT", "40"))
    page.evaluate("lab.made.setItems([{ id: 'new' }, ...lab.items])")
    assert seen(page)[0] == "item new"


def test_rows_in_view_stay_where_they_are_when_one_before_them_grows(page: Page) -> None:
    page.evaluate(KEYED.replace("HEIGHT", "undefined"))
    page.evaluate("lab.made.scrollToIndex(500, { align: 'start' })")
    page.evaluate("lab.rest()")
    page.evaluate("lab.made.canvas.firstChild.style.minHeight = '200px'")
    page.evaluate("lab.rest()")
    assert page.evaluate("lab.top('item 500')") == 0
    assert_contiguous(rows(page))
    page.evaluate(
        "[...lab.made.canvas.children].find((node) => node.textContent == 'item 502').style.minHeight = '90px'"
    )
    page.evaluate("lab.rest()")
    assert page.evaluate("lab.top('item 503') - lab.top('item 502')") == 90
    assert page.evaluate("lab.top('item 500')") == 0


def test_rows_in_view_stay_where_they_are_while_one_scrolls_back_over_rows_of_unknown_height(page: Page) -> None:
    page.evaluate(KEYED.replace("HEIGHT", "undefined"))
    page.evaluate("lab.made.scrollToIndex(500, { align: 'start' })")
    page.evaluate("lab.rest()")
    steps = page.evaluate("""async () => {
      const steps = [];
      for (let step = 0; step < 60; step++) {
        const row = lab.seen()[2].text, before = lab.top(row);
        lab.box.scrollTop -= 35;
        await lab.frames();
        steps.push(lab.top(row) - before);
      }
      return steps;
    }""")
    assert set(steps) == {35}
    assert page.evaluate("lab.blank()") == 0


def test_a_list_that_becomes_shorter_shows_its_end(page: Page) -> None:
    page.evaluate(KEYED.replace("HEIGHT", "40"))
    page.evaluate("lab.scroll(30_000)")
    page.evaluate("lab.made.setItems(lab.items.slice(0, 20))")
    assert seen(page) == [f"item {index}" for index in range(10, 20)]
    assert page.evaluate("lab.blank()") == 0


# --- Longer than an element can be --------------------------------------------------------------------------


def test_ten_million_rows_can_all_be_reached(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 10_000_000 }, itemHeight: 40 }) && null")
    page.evaluate("lab.scroll(1e9)")
    assert seen(page)[-1] == "row 9999999"
    page.evaluate("lab.rest()")
    last = rows(page)[-1]
    assert (last["text"], last["top"] + last["height"]) == ("row 9999999", 400)
    page.evaluate("lab.made.scrollToIndex(7_654_321, { align: 'start' })")
    assert page.evaluate("lab.top('row 7654321')") == 0
    page.evaluate("lab.rest()")
    assert page.evaluate("lab.top('row 7654321')") == 0
    page.evaluate("lab.scroll((lab.box.scrollHeight - 400) / 2)")
    middle = int(seen(page)[0].split()[1])
    assert abs(middle - 5_000_000) < 1000
    page.evaluate("lab.scroll(0)")
    assert seen(page)[0] == "row 0"


@pytest.mark.parametrize("index", [0, 1500, 5_000_000, 9_999_000])
def test_small_scrolls_of_ten_million_rows_are_exact(page: Page, index: int) -> None:
    page.evaluate("lab.list({ items: { length: 10_000_000 }, itemHeight: 40 }) && null")
    page.evaluate("(index) => lab.made.scrollToIndex(index, { align: 'start' })", index)
    page.evaluate("lab.rest()")
    page.mouse.move(100, 100)
    for step in range(1, 31):
        page.evaluate("lab.scroll(lab.box.scrollTop + 100)")
        assert page.evaluate("lab.blank()") == 0
        if step == 10:
            page.evaluate("lab.rest()")
    shown = index + 3000 // 40
    assert page.evaluate("(text) => lab.top(text)", f"row {shown}") == 0
    for _ in range(30):
        page.evaluate("lab.scroll(lab.box.scrollTop - 100)")
    page.evaluate("lab.rest()")
    assert page.evaluate("(text) => lab.top(text)", f"row {index}") == 0


def test_ten_million_rows_can_be_turned_with_the_wheel(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 10_000_000 }, itemHeight: 40 }) && null")
    page.evaluate("lab.made.scrollToIndex(4_000_000, { align: 'start' })")
    page.mouse.move(100, 100)
    page.mouse.wheel(0, 400)
    wait(page, "lab.top('row 4000010') == 0")
    page.evaluate("lab.rest()")
    assert page.evaluate("lab.top('row 4000010')") == 0


# --- Grids, horizontal lists, windows -----------------------------------------------------------------------


def test_a_grid_has_items_beside_each_other(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 1000 }, itemHeight: 50, columns: 3 }) && null")
    cells = [(row["left"], row["top"], row["width"]) for row in rows(page)]
    assert cells[:4] == [(0, 0, 100), (100, 0, 100), (200, 0, 100), (0, 50, 100)]
    assert len(cells) == (8 + 5) * 3
    page.evaluate("lab.made.scrollToIndex(500, { align: 'start' })")
    assert seen(page)[0] == "row 498"
    page.evaluate("lab.scroll(1e6)")
    assert seen(page)[-1] == "row 999"
    assert page.evaluate("lab.box.scrollHeight") == 334 * 50


def test_a_line_of_measured_items_is_as_high_as_the_highest(page: Page) -> None:
    page.evaluate("""() => { lab.list({ items: { length: 99 }, columns: 3, renderItem: (item, index) => {
      const row = lab.row("row " + index);
      row.style.minHeight = index % 3 * 30 + "px";
      return row;
    } }) }""")
    assert [row["top"] for row in rows(page)][:7] == [0, 0, 0, 60, 60, 60, 120]


def test_columns_can_depend_on_the_room_there_is(page: Page) -> None:
    page.evaluate(
        "lab.list({ items: { length: 1000 }, itemHeight: 50, columns: (width) => Math.floor(width / 90) }) && null"
    )
    assert [row["left"] for row in rows(page)][:4] == [0, 100, 200, 0]
    page.evaluate("lab.made.scrollToIndex(600, { align: 'start' })")
    page.evaluate("lab.box.style.width = '200px'")
    wait(page, "lab.rows()[1].left == 100 && lab.rows()[2].left == 0")
    page.evaluate("lab.rest()")
    assert seen(page)[0] == "row 600"
    assert page.evaluate("lab.top('row 600')") == 0


def test_a_grid_runs_as_its_text_does(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 100 }, itemHeight: 50, columns: 3 }, { direction: 'rtl' }) && null")
    assert [row["left"] for row in rows(page)][:3] == [200, 100, 0]


def test_a_list_can_be_horizontal(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 100_000 }, itemHeight: 60, horizontal: true }) && null")
    assert [(row["left"], row["width"], row["height"]) for row in rows(page)][:2] == [(0, 60, 400), (60, 60, 400)]
    assert len(rows(page)) == 5 + 5
    page.evaluate("lab.made.scrollToIndex(5000, { align: 'end' })")
    assert seen(page) == [f"row {index}" for index in range(4996, 5001)]
    assert page.evaluate("lab.box.scrollWidth") == 6_000_000


def test_a_list_can_scroll_with_the_page(page: Page) -> None:
    page.evaluate("""() => {
      const before = document.createElement("div"), after = document.createElement("div");
      before.style.height = "1000px";
      after.style.height = "700px";
      document.body.append(before);
      lab.list({ items: { length: 10_000 }, itemHeight: 40, window: true }, { height: "auto" });
      document.body.append(after);
      lab.onscreen = () => [...lab.made.canvas.children].map((node) => [node.textContent,
        node.getBoundingClientRect().top])
        .filter(([, top]) => top > -40 && top < innerHeight);
    }""")
    assert page.evaluate("lab.onscreen()") == []
    assert page.evaluate("document.documentElement.scrollHeight") == 1000 + 400_000 + 6 + 700
    page.evaluate("scrollTo(0, 1003 + 200_000)")
    wait(page, "lab.onscreen()[0]?.[0] == 'row 5000'")
    assert page.evaluate("lab.onscreen()") == [[f"row {5000 + index}", 40 * index] for index in range(15)]
    page.evaluate("lab.made.scrollToIndex(200, { align: 'center' })")
    wait(page, "scrollY == 1003 + 8000 + 20 - 300")
    page.evaluate("scrollTo(0, 1e9)")
    wait(page, "lab.made.canvas.lastChild.textContent == 'row 9999'")
    assert page.evaluate("lab.made.canvas.lastChild.getBoundingClientRect().bottom") == 600 - 700 - 3
    page.set_viewport_size({"width": 800, "height": 1600})
    wait(page, "lab.onscreen().length > 15")


def test_a_header_in_the_container_is_scrolled_with_the_list(page: Page) -> None:
    page.evaluate("""() => {
      const { VirtualList } = lab;
      const box = Object.assign(document.createElement("div"), { id: "box" });
      const header = document.createElement("h1");
      header.style.cssText = "height: 90px; margin: 0";
      box.append(header);
      document.body.append(box);
      lab.box = box;
      lab.made = new VirtualList(box, { items: { length: 1000 }, itemHeight: 40, renderItem: (item,
        index) => lab.row("row " + index) });
    }""")
    assert page.evaluate("lab.top('row 0')") == 90
    page.evaluate("lab.made.scrollToIndex(100, { align: 'start' })")
    assert page.evaluate("[lab.top('row 100'), lab.box.scrollTop]") == [0, 4090]


def test_a_list_that_was_hidden_comes_up_when_it_is_shown(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 1000 } }, { display: 'none' }) && null")
    assert rows(page) == []
    page.evaluate("lab.box.style.display = ''")
    wait(page, "lab.made.canvas.children.length > 10")
    page.evaluate("lab.rest()")
    assert page.evaluate("lab.blank()") == 0


def test_a_container_can_be_as_high_as_its_list_up_to_a_limit(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 3 }, itemHeight: 40 }, { height: 'auto', maxHeight: '300px' }) && null")
    assert page.evaluate("lab.box.clientHeight") == 120
    page.evaluate("lab.made.setItems({ length: 1000 })")
    page.evaluate("lab.rest()")
    assert page.evaluate("[lab.box.clientHeight, lab.seen().length]") == [300, 8]


# --- Scrolling to a row -------------------------------------------------------------------------------------


@pytest.mark.parametrize("height", ["40", "undefined"])
@pytest.mark.parametrize(("align", "place"), [("start", 0), ("center", 0.5), ("end", 1)])
def test_a_row_is_scrolled_to_where_it_is_to_be(page: Page, height: str, align: str, place: float) -> None:
    page.evaluate(KEYED.replace("HEIGHT", height))
    page.evaluate("(align) => lab.made.scrollToIndex(700, { align })", align)
    [row] = [row for row in rows(page) if row["text"] == "item 700"]
    assert row["top"] == pytest.approx((400 - row["height"]) * place, abs=1)
    page.evaluate("lab.rest()")
    assert page.evaluate("lab.top('item 700')") == pytest.approx(row["top"], abs=1)


def test_the_nearest_place_is_that_of_the_box_before_any_event_tells_of_it(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 1000 }, itemHeight: 40 }) && null")
    page.evaluate("lab.box.scrollTop = 1000, lab.made.scrollToIndex(30)")
    assert page.evaluate("lab.box.scrollTop") == 1000


def test_a_row_in_view_is_not_scrolled_to_the_nearest_place(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 1000 }, itemHeight: 40 }) && null")
    page.evaluate("lab.scroll(1000)")
    page.evaluate("lab.made.scrollToIndex(30, { align: 'nearest' })")
    assert page.evaluate("lab.box.scrollTop") == 1000
    page.evaluate("lab.made.scrollToIndex(40)")
    assert page.evaluate("lab.box.scrollTop") == 41 * 40 - 400
    page.evaluate("lab.made.scrollToIndex(2)")
    assert page.evaluate("lab.box.scrollTop") == 80


def test_a_row_can_be_scrolled_to_smoothly(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 1000 }, itemHeight: 40 }) && null")
    page.evaluate("lab.made.scrollToIndex(25, { align: 'start', behavior: 'smooth' })")
    assert page.evaluate("lab.box.scrollTop") < 1000
    wait(page, "lab.box.scrollTop == 1000")
    page.evaluate("lab.rest()")
    assert seen(page)[0] == "row 25"


# --- Keyboard and screen readers ----------------------------------------------------------------------------

FOCUSABLE = """lab.list({ items: { length: 1000 }, itemHeight: 40, COLUMNS renderItem: (item, index) => {
  const row = lab.row("row " + index);
  row.tabIndex = 0;
  return row;
} }) && null"""


def focused(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.textContent")
    return text


def test_keys_move_the_focus_between_rows(page: Page) -> None:
    page.evaluate(FOCUSABLE.replace("COLUMNS", ""))
    page.keyboard.press("Tab")
    if focused(page) != "row 0":  # the box itself can have the focus where nothing in it could
        page.keyboard.press("Tab")
    steps = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "PageDown", "End", "PageUp", "ArrowDown", "Home", "ArrowUp"):
        page.keyboard.press(key)
        steps.append(focused(page))
    assert steps == ["row 1", "row 2", "row 1", "row 11", "row 999", "row 989", "row 990", "row 0", "row 0"]
    assert page.evaluate("lab.top('row 0')") == 0


def test_one_row_is_a_stop_of_the_tab_key(page: Page) -> None:
    page.evaluate(FOCUSABLE.replace("COLUMNS", ""))
    page.locator(".row", has_text="row 3").click()
    wait(page, "lab.made.canvas.children[3].tabIndex == 0")
    assert page.locator(".row[tabindex='0']").all_text_contents() == ["row 3"]
    page.evaluate("document.activeElement.blur()")
    page.evaluate("lab.scroll(4000)")
    page.evaluate("lab.rest()")
    assert page.locator(".row[tabindex='0']").all_text_contents() == ["row 100"]


def test_a_row_that_scrolled_out_with_the_focus_is_where_keys_begin(page: Page) -> None:
    page.evaluate(FOCUSABLE.replace("COLUMNS", ""))
    page.locator(".row", has_text="row 3").click()
    page.evaluate("lab.scroll(20_000)")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "row 4"
    assert "row 4" in seen(page)


def test_keys_move_in_both_directions_of_a_grid(page: Page) -> None:
    page.evaluate(FOCUSABLE.replace("COLUMNS", "columns: 3,"))
    page.locator(".row", has_text="row 4").first.click()
    steps = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        steps.append(focused(page))
    assert steps == ["row 5", "row 8", "row 7", "row 4"]


def test_keys_inside_a_row_are_left_alone(page: Page) -> None:
    page.evaluate(FORM)
    page.locator("#input4").fill("abc")
    page.keyboard.press("Home")
    page.keyboard.type("x")
    assert page.locator("#input4").input_value() == "xabc"


def test_a_screen_reader_is_told_how_many_rows_there_are(page: Page) -> None:
    page.evaluate("lab.list({ items: { length: 100_000 }, itemHeight: 40 }) && null")
    page.evaluate("lab.made.canvas.ariaLabel = 'Numbers'")
    page.evaluate("lab.scroll(40_000)")
    page.evaluate("lab.rest()")
    assert page.get_by_role("list", name="Numbers").count() == 1
    row = page.get_by_role("listitem").nth(5)
    assert row.text_content() == "row 1000"
    assert row.get_attribute("aria-posinset") == "1001"
    assert row.get_attribute("aria-setsize") == "100000"


def test_a_row_keeps_the_role_it_was_given(page: Page) -> None:
    page.evaluate("""() => {
      lab.list({ items: { length: 5 }, itemHeight: 40, renderItem: () => Object.assign(lab.row("x"),
        { role: "option" }) });
      lab.made.canvas.role = "listbox";
    }""")
    assert page.get_by_role("option").count() == 5


# --- More items, and the end --------------------------------------------------------------------------------


def test_more_items_are_asked_for_once_when_the_last_are_near(page: Page) -> None:
    page.evaluate("""() => {
      lab.asked = [];
      lab.list({ items: { length: 100 }, itemHeight: 40, endThreshold: 20, onEnd: (count) => lab.asked.push(count) });
    }""")
    page.evaluate("lab.scroll(2700)")
    assert page.evaluate("lab.asked") == []
    page.evaluate("lab.scroll(2900)")
    page.evaluate("lab.scroll(3300)")
    page.evaluate("lab.frames()")
    assert page.evaluate("lab.asked") == [100]
    page.evaluate("lab.made.setItems({ length: 150 })")
    page.evaluate("lab.scroll(5600)")
    page.evaluate("lab.frames()")
    assert page.evaluate("lab.asked") == [100, 150]


def test_an_empty_list_asks_for_its_first_items(page: Page) -> None:
    page.evaluate("""() => {
      const list = lab.list({ itemHeight: 40, onEnd: (count) => count || list.setItems({ length: 30 }) });
    }""")
    wait(page, "lab.made.canvas.children.length == 15")


def test_what_is_destroyed_leaves_the_container_as_it_was(page: Page) -> None:
    page.evaluate("""() => {
      const box = Object.assign(document.createElement("div"), { id: "box", innerHTML: "<p>before</p>" });
      document.body.append(box);
      lab.box = box;
      lab.html = box.outerHTML;
      lab.made = new lab.VirtualList(box, { items: { length: 1000 }, renderItem: (item,
        index) => lab.row("row " + index) });
    }""")
    page.evaluate("lab.scroll(5000)")
    page.evaluate("() => { lab.made.destroy(); lab.rendered = 0; lab.box.hidden = true; }")
    page.evaluate("() => { dispatchEvent(new Event('resize')); lab.box.dispatchEvent(new Event('scroll')); }")
    page.evaluate("lab.frames(3)")
    page.evaluate("() => { lab.box.hidden = false; }")
    assert page.evaluate("lab.box.outerHTML") == page.evaluate("lab.html")
    assert page.evaluate("lab.rendered") == 0


# --- React --------------------------------------------------------------------------------------------------

REACT = """
import { createElement, useRef, useState, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { VirtualList } from "perfbuild/virtual-list/react";

function Row({ item, mark }) {
  const [clicks, setClicks] = useState(0);
  return createElement("button", { className: "row", tabIndex: 0, onClick: () => setClicks(clicks + 1) },
    `${item.name} ${clicks}${mark}`);
}

function App() {
  const [items, setItems] = useState(Array.from({ length: 100_000 }, (_, id) => ({ id, name: "item " + id })));
  const [mark, setMark] = useState("");
  const list = useRef(null);
  window.app = { setItems, items, list, setMark };
  return items && createElement(VirtualList, { id: "box", items, list, options: { itemHeight: 40,
    key: ({ id }) => id } },
    (item) => createElement(Row, { item, mark }));
}
createRoot(document.body).render(createElement(StrictMode, null, createElement(App)));
"""


def test_rows_can_be_react_s(
    tmp_path: Path, dashboard_packages: Path, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "node_modules").symlink_to(dashboard_packages)
    for name, text in {"index.html": PAGE, "list.css": STYLE, "main.js": REACT}.items():
        (project / name).write_text(text, "utf-8")
    page = visit().open(serve(build(project, tmp_path / "dist").out))
    row = page.locator(".row")
    expect(row.first).to_have_text("item 0 0")
    row.nth(2).click()
    expect(row.nth(2)).to_have_text("item 2 1")
    page.evaluate("app.setMark('!')")
    expect(row.nth(2)).to_have_text("item 2 1!")
    page.evaluate("app.setMark('')")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('#box').scrollTop = 40_000")
    expect(row.nth(10)).to_have_text("item 1005 0")
    assert row.nth(5).evaluate("(node) => node.getBoundingClientRect().top") == 3
    assert row.count() == 20
    row.nth(6).click()
    page.evaluate(
        "app.setItems([{ id: -1, name: 'new' }, ...app.items.map((item) => ({ ...item, name: 'other ' + item.id }))])"
    )
    expect(row.nth(6)).to_have_text("other 1001 1")
    assert row.nth(5).evaluate("(node) => node.getBoundingClientRect().top") == 3
    page.evaluate("app.list.current.scrollToIndex(100_000, { align: 'end' })")
    expect(row.last).to_have_text("other 99999 0")
    page.evaluate("app.setItems([])")
    expect(row).to_have_count(0)
    page.evaluate("app.setItems(Array.from({ length: 3 }, (_, id) => ({ id, name: 'few ' + id })))")
    expect(row).to_have_text(["few 0 0", "few 1 0", "few 2 0"])
    page.evaluate("app.setItems(null)")
    expect(page.locator("#box")).to_have_count(0)
