"""The outline of a page: parents as a browser would make them, text where it stands."""

from __future__ import annotations

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from perfbuild.html.outline import outline


def shape(text: str) -> list[str]:
    """``parent>child`` of every element in source order."""
    found = outline(text)
    return [
        f"{found[each.parent].token.name}>{each.token.name}" if each.parent is not None else each.token.name
        for each in found
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<div><p>a<p>b<img></div><b>", ["div", "div>p", "div>p", "p>img", "b"]),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", ["ul", "ul>li", "li>ul", "ul>li", "ul>li"]),
        ("<dl><dt>a<dd>b<dt>c</dl>", ["dl", "dl>dt", "dl>dd", "dl>dt"]),
        ("<table><tr><td>a<td>b<tr><td>c</table>", ["table", "table>tr", "tr>td", "tr>td", "table>tr", "tr>td"]),
        ("<p>a<button><div>b</div></button></p>", ["p", "p>button", "button>div"]),
        ("<svg><path/><g><path/></g></svg><p>", ["svg", "svg>path", "svg>g", "g>path", "p"]),
        ("</div><div></p><i></div></i><b>", ["div", "div>i", "b"]),
        ("<div/><p>", ["div", "div>p"]),
    ],
)
def test_parents(text: str, expected: list[str]) -> None:
    assert shape(text) == expected


def test_text_is_counted_where_it_stands_and_code_is_none() -> None:
    found = outline("<main>\n  one  two <b>three</b>\n<script>var four</script><svg><text>five</text></svg></main>")
    assert {each.token.name: each.text for each in found} == {
        "main": len("one two "),
        "b": len("three "),
        "script": 0,
        "svg": 0,
        "text": 0,
    }


def test_a_well_formed_page_has_the_parents_of_a_browser_s_tree() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>t</title></head><body><header><nav><a href=#>x</a></nav></header>"
        "<main><section><h1>A</h1><p>b <em>c</em><ul><li>d<li><a><img></a></ul><p>e</section></main></body></html>"
    )
    root = LexborHTMLParser(page).root
    assert root is not None
    tree = [f"{node.parent.tag}>{node.tag}" for node in root.traverse() if node.tag != "html" and node.parent]
    assert shape(page) == ["html", *tree]


@pytest.mark.parametrize("text", ["<div>" * 20_000, "<p><button>" * 10_000, "<b></i>" * 20_000, "<li><b>" * 10_000])
def test_any_page_takes_linear_time(text: str) -> None:
    started = time.perf_counter()
    outline(text)
    assert time.perf_counter() - started < 5
