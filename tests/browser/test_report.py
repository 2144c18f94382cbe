"""report.html in Chromium: it opens fast, shows the account, and nothing in the account can act on it."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from perfbuild.model import ChunkStats, DeltaStats, FileStats, Finding, ModuleStats, ReturningStats, Sizes
from perfbuild.report import render_report

pytestmark = pytest.mark.browser

BUILDERS = Path(__file__).parents[1] / "unit" / "account" / "builders.py"
HOSTILE = "</script><script>window.owned = 1</script><img src=x onerror='window.owned = 1'>.js"


@pytest.fixture(scope="session")
def make():
    spec = spec_from_file_location("account_builders", BUILDERS)
    module = sys.modules["account_builders"] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def open_report(browser, tmp_path):
    """Writes the report of an account and loads it; at the end nothing may have gone wrong in the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    faults: list[str] = []
    requests: list[str] = []

    def load(stats) -> Page:
        path = tmp_path / "report.html"
        path.write_text(render_report(stats), "utf-8")
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_function("document.documentElement.dataset.treemap === 'painted'")
        return page

    yield load
    context.close()
    assert faults == []
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []


@pytest.fixture
def page(open_report, make):
    return open_report(make.large_stats(modules=1500, chunks=30, routes=12))


def weight(chunk) -> int:
    return chunk.sizes.brotli


def test_twenty_thousand_modules_open_within_two_seconds(open_report, make):
    stats = make.large_stats(modules=20_000, chunks=500, routes=50)
    # The best of three: what else the machine is doing is not the report's.
    painted = []
    while len(painted) < 3 and min(painted, default=2000) >= 2000:
        page = open_report(stats)
        painted.append(page.evaluate("performance.getEntriesByName('treemap-painted')[0].startTime"))
        assert page.locator("*").count() < 5000
        page.close()
    print(f"treemap painted after {min(painted):.0f} ms")
    assert min(painted) < 2000


def test_the_overview_says_what_the_account_says(page, make):
    stats = make.large_stats(modules=1500, chunks=30, routes=12)
    tiles = page.locator(".tile")
    expect(tiles.filter(has_text="JavaScript")).to_contain_text("30 chunks, 1,500 modules")
    expect(tiles.filter(has_text="Whole build")).to_contain_text(f"{len(stats.files)} files")
    heaviest = max(stats.routes, key=lambda route: route.sizes.brotli)
    expect(tiles.filter(has_text="Heaviest route")).to_contain_text(heaviest.path)


def test_what_a_returning_visitor_downloads_is_told(open_report, make):
    stats = make.large_stats(modules=20, chunks=4, routes=2)
    tile = open_report(stats).locator(".tile").filter(has_text="Returning visitor")
    expect(tile).to_have_count(0)
    returning = ReturningStats(files=2, deltas=1, bytes=52_000, bytes_with_deltas=1300)
    deltas = tuple(DeltaStats(previous=f"old{number}.js", bytes=number * 1000) for number in (1, 2))
    files = (replace(stats.files[0], deltas=deltas), *stats.files[1:])
    page = open_report(replace(stats, returning=returning, files=files))
    tile = page.locator(".tile").filter(has_text="Returning visitor")
    expect(tile).to_contain_text("1.3 kB")
    expect(tile).to_contain_text("2 files, 52 kB without deltas")
    page.get_by_role("tab", name="Files").click()
    row = page.locator("#tables [role=row]").filter(has_text=files[0].path)
    expect(row.first).to_contain_text("2 kB")


def test_the_encoding_is_switched_everywhere(page):
    total = page.locator(".tile").filter(has_text="Whole build").locator(".value")
    before = total.text_content()
    crumb = page.locator(".crumbs .size")
    expect(crumb).to_contain_text("brotli")
    page.get_by_role("radio", name="Raw").click()
    expect(crumb).to_contain_text("raw")
    assert total.text_content() != before
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("radio", name="Zstd")).to_be_focused()
    expect(crumb).to_contain_text("zstd")


def test_a_route_shows_its_files_and_leads_to_the_treemap(page, make):
    stats = make.large_stats(modules=1500, chunks=30, routes=12)
    route = sorted(stats.routes, key=lambda route: -route.sizes.brotli)[3]
    page.locator("#routes .row").filter(has_text=route.path).first.click()
    detail = page.get_by_role("region", name="The chosen route")
    expect(detail.locator("h3")).to_have_text(route.path)
    assert sorted(detail.locator("li .path").all_text_contents()) == sorted(route.files)
    detail.get_by_role("button", name="Show in the treemap").click()
    expect(page.locator(".crumbs [aria-current]")).to_have_text(route.path)
    scripts = [file for file in route.files if file.endswith(".js")]
    assert sorted(page.locator(".treemap-side li .path").all_text_contents()) == sorted(
        file + (" (group vendors)" if "vendors" in file else "") for file in scripts
    )


def test_the_treemap_zooms_by_mouse_crumbs_and_keys(page, make):
    stats = make.large_stats(modules=1500, chunks=30, routes=12)
    largest = max(stats.chunks, key=weight)
    canvas = page.get_by_role("application", name="Treemap")
    canvas.scroll_into_view_if_needed()
    crumb = page.locator(".crumbs [aria-current]")
    canvas.click(position={"x": 40, "y": 60})
    expect(crumb).to_contain_text(largest.file)
    page.locator(".crumbs button").first.click()
    expect(crumb).to_have_text("All chunks")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_contain_text(largest.file)
    page.keyboard.press("Enter")
    expect(crumb).to_contain_text(largest.file)
    page.keyboard.press("Escape")
    expect(crumb).to_have_text("All chunks")


def test_pointing_at_the_treemap_names_what_is_there(page):
    canvas = page.get_by_role("application", name="Treemap")
    canvas.scroll_into_view_if_needed()
    canvas.hover(position={"x": 60, "y": 90})
    tip = page.locator("#tip")
    expect(tip).to_be_visible()
    assert "Brotli" in tip.text_content()
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()


def test_the_search_finds_modules_by_text_and_by_expression(page, make):
    stats = make.large_stats(modules=1500, chunks=30, routes=12)
    modules = [module.id for module in stats.modules]
    search = page.get_by_role("searchbox", name="Search modules")
    side = page.locator(".treemap-side")
    search.fill("src/billing/hooks")
    expected = [name for name in modules if "src/billing/hooks" in name]
    expect(side.locator(".detail p")).to_contain_text(f"{len(expected)} match")
    page.get_by_role("button", name="Search by regular expression").click()
    search.fill(r"three/.*part-\d*1\.js$")
    expected = [name for name in modules if name.endswith("1.js") and "/three/" in name]
    expect(side.locator(".detail p")).to_contain_text(f"{len(expected)} match")
    search.fill("three/(")
    expect(side.locator(".detail p")).to_have_text("This is not a regular expression.")
    search.fill("")
    expect(side.locator("h3")).to_have_text("All chunks")


def test_a_module_says_who_imports_it_and_which_routes_pay(page, make):
    stats = make.large_stats(modules=1500, chunks=30, routes=12)
    entry = stats.chunks[0]
    module = next(module for module in stats.modules if module.chunks == (entry.file,))
    page.get_by_role("tab", name="Modules").click()
    page.get_by_role("searchbox", name="Filter", exact=True).fill(module.id)
    page.locator("#tables .row").filter(has_text=module.id).click()
    side = page.locator(".treemap-side")
    expect(side.locator("h3")).to_have_text(module.id)
    expect(side).to_contain_text("every route (12)")
    expect(side).to_contain_text(f"Imported by {len(module.importers)} modules")
    importer = module.importers[0]
    side.get_by_role("button", name=importer).click()
    expect(side.locator("h3")).to_have_text(importer)


def test_tables_sort_filter_and_keep_few_rows_in_the_document(page, make):
    stats = make.large_stats(modules=1500, chunks=30, routes=12)
    page.get_by_role("tab", name="Modules").click()
    rows = page.locator("#tables .row")
    assert rows.count() < 60
    expect(page.locator("#tables [role=table]")).to_have_attribute("aria-rowcount", "1501")
    heaviest = max(stats.modules, key=lambda module: module.bytes)
    page.locator("#tables").get_by_role("button", name="Raw").click()
    expect(page.locator("#tables [aria-sort=descending]")).to_contain_text("Raw")
    expect(rows.first).to_contain_text(heaviest.id)
    page.locator("#tables .rows").evaluate("node => { node.scrollTop = node.scrollHeight; }")
    lightest = min(stats.modules, key=lambda module: module.bytes)
    expect(page.locator("#tables .row[data-place='1499']")).to_contain_text(lightest.id)


def test_budgets_and_findings_are_shown(page):
    expect(page.locator("#verdict")).to_have_text("! 1 budget warning")
    budgets = page.locator("#budgets")
    expect(budgets.locator(".row")).to_have_count(1)
    expect(budgets.locator(".row")).to_contain_text('no route matches "/checkout/**"')
    budgets.get_by_role("radio", name="All").click()
    expect(budgets.locator("[role=table]")).to_have_attribute("aria-rowcount", "14")
    expect(page.locator("#findings")).to_contain_text("saves 120 kB")
    expect(page.locator("#findings")).to_contain_text("Run npm dedupe.")


def test_names_cannot_run_or_break_out(open_report, make):
    sizes = Sizes(raw=4000, gzip=1000, brotli=900, zstd=1000)
    chunk = ChunkStats(
        file=HOSTILE,
        name=HOSTILE,
        reason="entry",
        group=HOSTILE,
        modules=(HOSTILE, "__proto__", "constructor", "\0virtual", "a\u202egnp.js"),
        imports=(),
        dynamic_imports=(),
        css=(),
        sizes=sizes,
    )
    stats = make.stats(
        base="/<script>alert(1)</script>/",
        tool=HOSTILE,
        chunks=(chunk,),
        files=(FileStats(path=HOSTILE, type="script", sizes=sizes, sources=(HOSTILE,), note=HOSTILE),),
        modules=tuple(
            ModuleStats(id=name, package=package, bytes=700, chunks=(HOSTILE,), importers=(HOSTILE,))
            for name, package in zip(chunk.modules, (HOSTILE, "__proto__", "toString", None, None), strict=True)
        ),
        routes=(make.route_stats(f"/{HOSTILE}", source=HOSTILE, files=(HOSTILE,), requests=1, sizes=sizes),),
        findings=(Finding(code=HOSTILE, severity="error", message=HOSTILE, hint=HOSTILE, file=HOSTILE),),
    )
    page = open_report(stats)
    for name in ("Chunks", "Modules", "Packages", "Files"):
        page.get_by_role("tab", name=name).click()
    page.get_by_role("searchbox", name="Search modules").fill("script")
    page.wait_for_timeout(150)
    canvas = page.get_by_role("application", name="Treemap")
    canvas.hover(position={"x": 100, "y": 100})
    canvas.click(position={"x": 100, "y": 100})
    assert page.evaluate("window.owned") is None
    assert page.locator("script").count() == 2
    assert page.locator("img").count() == 0
    expect(page.locator("#findings")).to_contain_text("</script><script>window.owned")
    expect(page.locator("#routes")).to_contain_text("<img src=x onerror=")


def test_the_policy_refuses_other_scripts_and_requests(browser, tmp_path, make):
    path = tmp_path / "report.html"
    path.write_text(render_report(make.stats()), "utf-8")
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(path.as_uri())
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.owned = 1";
          document.body.append(script);
          const image = document.createElement("img");
          image.src = "http://127.0.0.1:9/pixel.png";
          document.body.append(image);
        }"""
    )
    assert page.evaluate("window.owned") is None
    assert any("Content Security Policy" in text and "script-src" in text for text in refused)
    assert any("Content Security Policy" in text and "img-src" in text for text in refused)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_screen_in_both_themes(browser, tmp_path, make, scheme, width):
    path = tmp_path / "report.html"
    path.write_text(render_report(make.large_stats(modules=300, chunks=12, routes=8)), "utf-8")
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(path.as_uri())
    page.wait_for_function("document.documentElement.dataset.treemap === 'painted'")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.get_by_role("button", name="Colour theme").click()
    page.get_by_role("button", name="Colour theme: light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert contrast_of(page, ".muted") >= 4.5
    assert contrast_of(page, "h2:not(.hidden)") >= 7
    page.close()


def contrast_of(page: Page, selector: str) -> float:
    """WCAG contrast of an element's text against the nearest painted background."""
    return page.evaluate(
        """(selector) => {
          const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
          const light = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(channel);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const node = document.querySelector(selector);
          let behind = node;
          while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
          const pair = [light(getComputedStyle(node).color), light(getComputedStyle(behind).backgroundColor)];
          return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        }""",
        selector,
    )


def test_an_empty_account_and_one_without_encodings_open(open_report, make):
    page = open_report(make.stats())
    expect(page.locator("#routes")).to_contain_text("no pages")
    expect(page.locator("#budgets")).to_contain_text("No budgets are set")
    raw = Sizes(raw=5000, gzip=None, brotli=None, zstd=None)
    stats = make.large_stats(modules=100, chunks=5, routes=3)
    stats = replace(
        stats,
        files=tuple(replace(file, sizes=replace(raw, raw=file.sizes.raw)) for file in stats.files),
    )
    page = open_report(stats)
    expect(page.locator("#encoding button")).to_have_text("Raw")


def test_a_site_without_modules_and_budgets_shows_its_files_and_no_verdict(open_report, make):
    stats = make.large_stats(modules=20, chunks=4, routes=2)
    page = open_report(replace(stats, chunks=(), modules=(), budgets=()))
    expect(page.get_by_role("button", name="Other files too")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#treemap .crumbs")).to_contain_text("All files")
    expect(page.locator("#verdict")).to_be_hidden()


def raw_alone(raw: int) -> Sizes:
    return Sizes(raw=raw, gzip=None, brotli=None, zstd=None)


def test_without_scripts_the_report_still_says_what_it_is(browser, tmp_path, make):
    context = browser.new_context(java_script_enabled=False)
    path = tmp_path / "report.html"
    path.write_text(render_report(make.large_stats(modules=50, chunks=5, routes=3)), "utf-8")
    page = context.new_page()
    page.goto(path.as_uri())
    expect(page.get_by_text("need JavaScript")).to_be_visible()
    context.close()
