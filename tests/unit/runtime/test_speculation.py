"""Speculation rules: which pages they name, by which URLs, and when there are none."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from perfbuild.config import Runtime

from .sites import Site

HOVER = Runtime(prefetch="hover")
LINKS = '<a href="about.html">a</a><a href="docs/">d</a><a href="/about.html?x">a</a><a href="index.html">self</a>'


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return (
        Site(tmp_path).add(LINKS).add("<p>", path="about.html").add('<a href="../about">up</a>', path="docs/index.html")
    )


def text_of(page: str) -> str:
    return page.partition('<script type="speculationrules">')[2].partition("</script>")[0]


def named(page: str) -> list[str]:
    text = text_of(page)
    rules: dict[str, list[dict[str, Any]]] = json.loads(text)
    [[rule]] = rules.values()
    urls: list[str] = rule["where"]["and"][0]["href_matches"]
    return urls


@pytest.mark.parametrize(
    ("base", "index", "docs"),
    [
        ("/", ["/about.html", "/docs/", "/docs/index.html"], ["/about.html"]),
        ("/app/", ["/app/about.html", "/app/docs/", "/app/docs/index.html"], ["/app/about.html"]),
        ("./", ["about.html", "docs/", "docs/index.html"], ["../about.html"]),
        ("https://cdn.example/x/", ["about.html", "docs/", "docs/index.html"], ["../about.html"]),
    ],
)
def test_the_pages_that_a_page_links_to(site: Site, base: str, index: list[str], docs: list[str]) -> None:
    assert named(site.page(HOVER, base=base)) == index
    assert named(site.page(HOVER, path="docs/index.html", base=base)) == docs
    assert "speculationrules" not in site.page(HOVER, path="about.html", base=base)


@pytest.mark.parametrize(
    ("policy", "speculation", "eagerness"),
    [
        ("hover", "prefetch", "moderate"),
        ("tap", "prefetch", "moderate"),
        ("visible", "prefetch", "eager"),
        ("eager", "prefetch", "immediate"),
        ("hover", "prerender", "moderate"),
        ("eager", "prerender", "eager"),
    ],
)
def test_policies(site: Site, policy: Any, speculation: Any, eagerness: str) -> None:
    rules = json.loads(text_of(site.page(Runtime(prefetch=policy, speculation=speculation))))
    assert list(rules) == [speculation]
    assert rules[speculation][0]["eagerness"] == eagerness
    assert rules[speculation][0]["where"]["and"][1] == {
        "not": {"selector_matches": "[data-no-prefetch],[data-no-prefetch] *"}
    }


@pytest.mark.parametrize("runtime", [Runtime(), Runtime(prefetch="hover", speculation="none")])
def test_none_where_they_are_not_asked_for(site: Site, runtime: Runtime) -> None:
    assert "speculationrules" not in site.page(runtime)


def test_none_where_the_page_forbids_inline_scripts(tmp_path: Path) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
    site = Site(tmp_path).add(policy + LINKS).add("<p>", path="about.html")
    assert "speculationrules" not in site.page(HOVER)


def test_names_are_patterns_that_match_them_alone(tmp_path: Path) -> None:
    name = "c+d*{e}&<\"'>?.html"
    quoted = "c+d*%7Be%7D&amp;%3C%22%27%3E%3F.html"
    page = Site(tmp_path).add(f'<a href="{quoted}">x</a>').add("<p>", path=name).page(HOVER)
    assert named(page) == [r"/c\+d\*%7Be%7D%26%3C%22%27%3E%3F.html"]
    assert not any(mark in text_of(page) for mark in ("<", "&", "{{", "[["))


def test_the_manifest_gets_the_hash_and_the_element_the_nonce(tmp_path: Path) -> None:
    site = Site(tmp_path).add(f'{LINKS}<script nonce="{{{{ n }}}}">x()</script>').add("<p>", path="about.html")
    rendered = site.render(HOVER)
    page = next((file.content or b"").decode() for file in rendered.files if file.path == "index.html")
    start = '<script type="speculationrules" nonce="{{ n }}">'
    text = page.partition(start)[2].partition("</script>")[0]
    digest = b64encode(sha256(text.encode()).digest()).decode()
    assert rendered.inline_scripts == {"index.html": (f"sha256-{digest}",)}


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ('<a href="/back-end">x</a>', True),
        ('<a href="https://example.com/">x</a>', True),
        ('<a href="{{ url }}">x</a>', True),
        ("<script>add()</script>", True),
        ('<a href="#x">x</a><a href="mailto:x@example.com">x</a><a name="x">x</a>', False),
        ('<script type="application/ld+json">{}</script>', False),
    ],
)
def test_pages_without_links_and_scripts_need_no_script_for_them(tmp_path: Path, html: str, wanted: bool) -> None:
    assert ("prefetch" in Site(tmp_path).add(html).scan()[0].pieces) == wanted
