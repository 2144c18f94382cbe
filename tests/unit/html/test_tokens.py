"""Tags and attributes are found where a browser finds them, and templates do not lead the search astray."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from perfbuild.html.tokens import attributes, decode_references, tokens


def names(text: str) -> list[str]:
    return [("/" if token.kind == "end" else "") + token.name for token in tokens(text) if token.name]


def values(tag: str) -> dict[str, str]:
    return {name: attribute.value for name, attribute in attributes(tag, 0, len(tag)).items()}


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('<img src="a.png" alt="">', {"src": "a.png", "alt": ""}),
        ("<img src='a b.png'>", {"src": "a b.png"}),
        ("<img src=a.png>", {"src": "a.png"}),
        ("<img src=a/>", {"src": "a/"}),
        ("<img src = \n 'a.png'/>", {"src": "a.png"}),
        ("<IMG SRC=a.png Src=b.png>", {"src": "a.png"}),
        ("<input disabled value=x>", {"disabled": "", "value": "x"}),
        ('<a href="?a=1&copy=2&amp;b=3&lt;">', {"href": "?a=1&copy=2&b=3<"}),
        ('<a title="a > b"class=c>', {"title": "a > b", "class": "c"}),
        ("<p =a=b>", {"=a": "b"}),
        ('<use xlink:href="#x"/>', {"xlink:href": "#x"}),
    ],
)
def test_attributes_are_read_as_the_standard_says(tag: str, expected: dict[str, str]) -> None:
    assert values(tag) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('<a href="{% url "shop:home" %}" id="x">', {"href": '{% url "shop:home" %}', "id": "x"}),
        (
            '<img src="{{ url_for(\'static\', filename="a.png") }}">',
            {"src": "{{ url_for('static', filename=\"a.png\") }}"},
        ),
        ('<html{{#if dark}} class="dark"{{/if}} lang=en>', {"class": "dark", "lang": "en"}),
        ('<img {% if a > 3 %}src="a.png"{% endif %} alt="x">', {"src": "a.png", "alt": "x"}),
        (
            '<img class="<?= $a > $b ? "x" : "y" ?>" src="b.png">',
            {"class": '<?= $a > $b ? "x" : "y" ?>', "src": "b.png"},
        ),
        ("<img src=<%= image_path('a.png') %> alt=y>", {"src": "<%= image_path('a.png') %>", "alt": "y"}),
    ],
)
def test_placeholders_are_atoms_in_tags(tag: str, expected: dict[str, str]) -> None:
    (token,) = tokens(tag)
    assert (token.name in ("a", "html", "img"), token.end) == (True, len(tag))
    assert values(tag) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<script>if (a<b) '<img>'</script><p>", ["script", "/script", "p"]),
        ("<script><!-- <script> </script> --></script><p>", ["script", "/script", "p"]),
        ("<script><!--></script><p>", ["script", "/script", "p"]),
        ("<style>a::after{content:'<img>'}</style>", ["style", "/style"]),
        ("<textarea><img></textarea><title><b></title>", ["textarea", "/textarea", "title", "/title"]),
        ("<!-- <img> --><p>", ["p"]),
        ("<!--[if lt IE 9]><script src=a.js></script><![endif]--><p>", ["p"]),
        ("<!--><p>--><b>", ["p", "b"]),
        ("<![if !IE]><p><![endif]>", ["p"]),
        ("<svg><title>x</title><style/><image/></svg><b>", ["svg", "title", "/title", "style", "image", "/svg", "b"]),
        ("<?php if ($a->b): echo '<img>'; ?><p>", ["p"]),
        ("<% if a > b %><p><% end %>", ["p"]),
        ("{# <img> #}{% comment %}<img>{% endcomment %}{{!-- <img> --}}<p>", ["p"]),
        ("a < b and <p>", ["p"]),
        ("<p><img src='unclosed", ["p"]),
        ("<script>never closed", ["script"]),
        ("<ul><li>one<li>two", ["ul", "li", "li"]),
    ],
)
def test_only_real_tags_are_tags(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        ("a&amp;b", "a&b"),
        ("a&ampb", "a&ampb"),
        ("a&amp=b", "a&amp=b"),
        ("&#x2F;&#47", "//"),
        ("&nosuch;", "&nosuch;"),
        ("&amp", "&"),
    ],
)
def test_references_decode_as_in_attributes(raw: str, decoded: str) -> None:
    assert decode_references(raw) == decoded


@pytest.mark.parametrize(
    "piece",
    ["<a ", "<p a='", "{{", "{% ", "<? ", "<% ", "{{!--", "{# ", "</a ", "<!x", "<!--", "<script><!--", "<p a{"],
)
def test_broken_text_takes_no_more_than_linear_time(piece: str) -> None:
    start = time.process_time()
    for _ in tokens(piece * 20_000):
        pass
    assert time.process_time() - start < 5  # a search that starts over at each piece takes minutes


# No "<" and "{": there the tokenizer deliberately knows templates, which a browser does not.
_name = st.text("abcXYZ-:=\"'.1", min_size=1, max_size=6)
_value = st.text("ab \t\n/='\"&;#x3c>ü", max_size=8)


@st.composite
def _tag(draw: st.DrawFn) -> str:
    pieces = []
    for _ in range(draw(st.integers(0, 4))):
        name, value = draw(_name), draw(_value)
        form = draw(st.sampled_from(("bare", "double", "single", "empty")))
        pieces.append(draw(st.sampled_from((" ", "\n", " / "))) + name.replace("=", "") + "x")
        if form == "double":
            pieces.append('="' + value.replace('"', "") + '"')
        elif form == "single":
            pieces.append(" = '" + value.replace("'", "") + "'")
        elif form == "bare":
            pieces.append("=" + ("v" + "".join(value.split()).replace(">", "")))
    return "<div" + "".join(pieces) + draw(st.sampled_from((">", " >", "\n/>")))


@given(_tag())
def test_attributes_agree_with_a_standard_parser(tag: str) -> None:
    body = LexborHTMLParser(f"<!doctype html><body>{tag}</div>").css_first("div")
    assert body is not None
    theirs = {name: value or "" for name, value in body.attributes.items()}
    assert values(tag[: next(tokens(tag)).end]) == theirs


@given(_tag())
def test_spans_hold_the_raw_values(tag: str) -> None:
    for attribute in attributes(tag, 0, len(tag)).values():
        assert tag[attribute.start : attribute.end] == attribute.raw
