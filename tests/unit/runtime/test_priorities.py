"""``data-priority`` in pages: what the elements become, what stands in the head, and what is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfbuild.config import Runtime

from .sites import Site

HEAD = '<!doctype html><html><head><meta charset="utf-8"><title>x</title>'
SHARED = '<link rel="modulepreload" crossorigin href="/assets/shared-1.js">'
EMPTY_DIGEST = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<script src=a.js data-priority=low></script>", "<script data-url=/assets/a-1.js data-priority=low></script>"),
        (
            '<script DATA-PRIORITY=" LOW " async SRC="a.js">fallback()</script>',
            '<script DATA-PRIORITY="low" async data-url="/assets/a-1.js"></script>',
        ),
        (
            '<link href="a.css" rel="stylesheet" media="print" data-priority="low">',
            '<link data-url="/assets/a-1.css" rel="stylesheet" media="print" data-priority="low">',
        ),
        (
            '<script src="https://cdn.example/a.js" data-priority="low"></script>',
            '<script data-url="https://cdn.example/a.js" data-priority="low"></script>',
        ),
        (
            '<script src="{{ url }}" data-priority="low"></script>',
            '<script data-url="{{ url }}" data-priority="low"></script>',
        ),
        (
            '<script src="a.js" data-priority="high" defer></script>',
            '<script src="/assets/a-1.js" data-priority="high" fetchpriority="high" defer></script>',
        ),
        (
            '<link rel="preload" as="image" href="a.png" data-priority="high">',
            '<link rel="preload" as="image" href="/assets/a-1.png" data-priority="high" fetchpriority="high">',
        ),
        (
            '<link rel="preload" as="image" href="a.png" data-priority="low">',
            '<link rel="preload" as="image" href="/assets/a-1.png" data-priority="low" fetchpriority="low">',
        ),
        (
            '<script src="a.js" data-priority="high" fetchpriority="auto"></script>',
            '<script src="/assets/a-1.js" data-priority="high" fetchpriority="auto"></script>',
        ),
    ],
)
def test_elements_in_their_places(site: Site, before: str, after: str) -> None:
    site.add(before, "a.js", "a.css", "a.png")
    assert site.page() == after
    assert list(site.diagnostics) == []


@pytest.mark.parametrize(
    "element",
    [
        '<script src="/assets/a-1.js" data-priority="normal"></script>',
        '<script src="/assets/a-1.js" data-priority="{{ priority }}"></script>',
        '<script nomodule src="/assets/a-1.js" data-priority="low"></script>',
        '<script data-priority="low">inline()</script>',
        '<template><script src="/assets/a-1.js" data-priority="low"></script></template>',
        '<noscript><link rel="stylesheet" href="/assets/a-1.css" data-priority="low"></noscript>',
        '<link rel="icon" href="/assets/a-1.png" data-priority="low">',
        '<img alt="" src="/assets/a-1.png" data-priority="low">',
    ],
)
def test_what_is_left_as_it_is(site: Site, element: str) -> None:
    site.add(element.replace("/assets/a-1", "a"), "a.js", "a.css", "a.png")
    assert site.page() == element
    assert "resources" not in site.scan()[0].pieces
    assert list(site.diagnostics) == []


def test_an_element_with_a_url_of_its_own_in_that_attribute_is_fetched_late_but_not_put_off(site: Site) -> None:
    site.add('<script data-url="mine" src="a.js" data-priority="low"></script>', "a.js")
    assert site.page() == (
        '<script data-url="mine" src="/assets/a-1.js" data-priority="low" fetchpriority="low"></script>'
    )


def test_only_a_low_one_asks_for_the_loader(site: Site) -> None:
    site.add('<script src="a.js" data-priority="high"></script>', "a.js")
    site.add('<script src="a.js" data-priority="low"></script>', path="b.html")
    assert ["resources" in page.pieces for page in site.scan()] == [False, True]


def test_low_modules_are_runs_of_their_own_that_nothing_preloads(site: Site) -> None:
    module = '<script type="module" src="{}.js"{}></script>'
    low = ' data-priority="low"'
    scripts = module.format("a", "") + module.format("b", low) + module.format("c", "")
    site.add(f'{HEAD}{scripts}<script type="module"{low}>inline()</script></head>', "a.js", "b.js", "c.js")
    waits = 'crossorigin data-priority="low" data-url'
    assert site.page() == (
        f'{HEAD}{SHARED}<script type="module" crossorigin src="/assets/run0-1.js"></script>'
        '<script type="module" crossorigin data-url="/assets/run1-1.js" data-priority="low"></script>'
        '<script type="module" crossorigin src="/assets/run2-1.js"></script>'
        '<script type="module" crossorigin data-url="/assets/run3-1.js" data-priority="low"></script>'
        '<link rel="stylesheet" crossorigin href="/assets/run0-1.css">'
        '<link rel="stylesheet" crossorigin href="/assets/run2-1.css">'
        f'<link rel="stylesheet" {waits}="/assets/run1-1.css">'
        f'<link rel="stylesheet" {waits}="/assets/run3-1.css"></head>'
    )


def test_a_low_deferred_script_no_longer_parts_the_modules_beside_it(site: Site) -> None:
    module = '<script type="module" src="a.js"></script>'
    for path, priority in (("index.html", "low"), ("b.html", "normal")):
        site.add(
            f'{module}<script defer src="d.js" data-priority="{priority}"></script>{module}', "a.js", "d.js", path=path
        )
    assert [[script.run for script in page.module_scripts] for page in site.scan()] == [[0, 0], [0, 1]]


def test_critical_ones_are_asked_for_first_and_as_the_element_asks(site: Site) -> None:
    script = '<script src="a.js" data-priority="critical" crossorigin nonce="{{ n }}" integrity="sha256-old"></script>'
    sheet = "<link rel=stylesheet href=a.css media=screen data-priority=critical>"
    remote = '<script src="https://cdn.example/a.js?x&amp;y" data-priority="critical"></script>'
    page = site.add(f'{HEAD}<script src="b.js"></script>{script}{sheet}{remote}</head>', "a.js", "b.js", "a.css").page()
    early = page.partition("<title>")[0].partition('"utf-8">')[2]
    assert early == (
        f'<link rel="preload" as="script" fetchpriority="high" crossorigin integrity="{EMPTY_DIGEST}"'
        ' nonce="{{ n }}" href="/assets/a-1.js">'
        '<link rel="preload" as="style" fetchpriority="high" media="screen" href="/assets/a-1.css">'
        '<link rel="preload" as="script" fetchpriority="high" href="https://cdn.example/a.js?x&amp;y">'
    )
    assert '<script src="/assets/a-1.js" data-priority="critical" fetchpriority="high" crossorigin' in page


def test_a_critical_module_brings_what_it_imports(site: Site) -> None:
    page = site.add(f'{HEAD}<script type="module" src="a.js" data-priority="critical"></script></head>', "a.js").page()
    assert page.startswith(
        '<!doctype html><html><head><meta charset="utf-8">'
        '<link rel="modulepreload" fetchpriority="high" crossorigin href="/assets/run0-1.js">'
        '<link rel="modulepreload" fetchpriority="high" crossorigin href="/assets/shared-1.js"><title>'
    )


def test_of_joined_modules_the_marks_of_the_removed_ones_go_with_them(site: Site) -> None:
    module = '<script type="module" src="{}.js" data-priority="{}"></script>'
    page = site.add(f"{HEAD}{module.format('a', 'high')}{module.format('b', 'critical')}</head>", "a.js", "b.js").page()
    assert page.count("fetchpriority") == 1
    assert page.count("<script") == 1


def test_an_unknown_value_is_reported_with_the_nearest(site: Site) -> None:
    site.add(
        '<p>\n<script src="a.js" data-priority="hihg"></script><script src="a.js" data-priority="7"></script>', "a.js"
    )
    before = site.page()
    first, second = site.diagnostics
    assert (first.code, first.severity, first.hint) == ("unknown-priority", "warning", 'Did you mean "high"?')
    assert first.location is not None
    assert (first.location.line, first.location.column) == (2, 35)
    assert second.hint == "Known here: critical, high, normal, low."
    assert "fetchpriority" not in before


def test_the_switch(site: Site) -> None:
    html = (
        '<script src="/a.js" data-priority="low"></script><script src="/a.js" data-priority="oops"></script>'
        '<link rel="stylesheet" href="/a.css" data-priority="critical">'
    )
    site.add(html, "a.js", "a.css")
    assert site.page(Runtime(priority=False)) == html.replace("/a.", "/assets/a-1.")
    assert list(site.diagnostics) == []
