"""Which URLs are local, what they name, and how output files are named."""

from __future__ import annotations

import pytest

from perfbuild.html.urls import base_folder, join, local_url, output_url, page_url


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "#top",
        "?page=2",
        "https://a.example/x.js",
        "//cdn.example/x.js",
        "data:,x",
        "mailto:a@b.c",
        "\\\\host\\x",
        "java\nscript:alert(1)",
        "blob:x",
    ],
)
def test_urls_that_are_not_local(url: str) -> None:
    assert local_url(url) is None


@pytest.mark.parametrize(
    ("url", "path", "suffix"),
    [
        ("a.png", "a.png", ""),
        (" a.png\n", "a.png", ""),
        ("/img/a%20b.png?v=1#x", "/img/a b.png", "?v=1#x"),
        ("icons.svg#cart", "icons.svg", "#cart"),
        ("a%23b%3Fc%25.png", "a#b?c%.png", ""),
        ("100%.png", "100%.png", ""),
        ("img\\a.png", "img/a.png", ""),
        ("b%C3%A4r.png", "bär.png", ""),
        ("bär.png", "bär.png", ""),
    ],
)
def test_paths_and_suffixes(url: str, path: str, suffix: str) -> None:
    local = local_url(url)
    assert local is not None
    assert (local.path, local.suffix) == (path, suffix)


@pytest.mark.parametrize(
    ("folder", "path", "expected"),
    [
        ("", "a.png", "a.png"),
        ("docs", "../a.png", "a.png"),
        ("docs", "./x/./y/../a.png", "docs/x/a.png"),
        ("docs", "/a.png", "a.png"),
        ("docs", "guide/", "docs/guide/"),
        ("docs", "..", ""),
        ("docs", "../../a.png", None),
        ("", "/../a.png", None),
    ],
)
def test_join(folder: str, path: str, expected: str | None) -> None:
    assert join(folder, path) == expected


@pytest.mark.parametrize(
    ("base", "folder", "expected"),
    [
        ("/", "docs", "/assets/a-1.js"),
        ("/app/", "docs", "/app/assets/a-1.js"),
        ("https://cdn.example/x/", "docs", "https://cdn.example/x/assets/a-1.js"),
        ("./", "", "assets/a-1.js"),
        ("./", "docs/guide", "../../assets/a-1.js"),
        ("./", "assets", "a-1.js"),
    ],
)
def test_output_urls(base: str, folder: str, expected: str) -> None:
    assert output_url("assets/a-1.js", base=base, folder=folder) == expected


def test_output_urls_are_ascii_and_need_no_quotes() -> None:
    assert output_url("a b/c#d?e%f,g\"'<é.png", base="/", folder="") == "/a%20b/c%23d%3Fe%25f%2Cg%22%27%3C%C3%A9.png"


@pytest.mark.parametrize(
    ("href", "base", "expected"),
    [
        (None, "/", "docs"),
        ("", "/", "docs"),
        ("/", "/", ""),
        ("guide/", "/", "docs/guide"),
        ("/docs/guide/x.html", "/", "docs/guide"),
        ("/shop/", "/", ""),
        ("/shop/docs/", "/shop/", "docs"),
        ("https://a.example/", "/", None),
        ("{{ root }}", "/", None),
    ],
)
def test_base_folder(href: str | None, base: str, expected: str | None) -> None:
    assert base_folder("docs/index.html", href, base, {"", "docs", "docs/guide"}.__contains__) == expected


@pytest.mark.parametrize(
    ("page", "url"), [("index.html", "/"), ("docs/index.html", "/docs/"), ("about.html", "/about.html")]
)
def test_page_urls(page: str, url: str) -> None:
    assert page_url(page) == url
