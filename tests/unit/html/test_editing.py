"""Edits change their spans and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbuild.html.editing import Edit, apply_edits, escape, insert_lines, insertion, previous_indent, removal
from perfbuild.model import Span, Syntax


def edit(start: int, end: int, text: str) -> Edit:
    return Edit(span=Span(start=start, end=end), text=text)


def test_edits_apply_in_source_order_whatever_their_own() -> None:
    assert apply_edits("abcdef", [edit(4, 5, "E"), edit(0, 2, "")]) == "cdEf"


def test_insertions_at_one_offset_keep_their_order_and_stand_first() -> None:
    assert apply_edits("abc", [edit(1, 2, "X"), insertion(1, "1"), insertion(1, "2")]) == "a12Xc"


@pytest.mark.parametrize(
    "edits", [[edit(0, 3, ""), edit(2, 4, "")], [edit(0, 3, ""), insertion(1, "x")], [edit(5, 9, "")]]
)
def test_overlapping_edits_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlaps"):
        apply_edits("abcdef", edits)


@given(st.text(max_size=40), st.data())
def test_what_is_not_edited_stays(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    edited = apply_edits(text, [edit(start, end, "\0") for start, end in spans])
    kept, position = [], 0
    for start, end in spans:
        kept.append(text[position:start])
        position = end
    kept.append(text[position:])
    assert edited == "\0".join(kept)
    assert apply_edits(text, []) == text


@pytest.mark.parametrize(
    ("text", "syntax", "quote", "expected"),
    [
        ("/a?b=1&c=2", "attribute", '"', "/a?b=1&amp;c=2"),
        ("/a", "unquoted", "", "/a"),
        ("/a?b=1", "unquoted", "", '"/a?b=1"'),
        ('url("a")', "css-attribute", '"', "url(&quot;a&quot;)"),
        ('url("a")', "css-attribute", "'", 'url("a")'),
        ("url(a)", "css-attribute", "", '"url(a)"'),
        ('a"</script>', "text", "", 'a\\"\\u003c/script>'),
    ],
)
def test_text_is_escaped_as_its_place_asks(text: str, syntax: Syntax, quote: str, expected: str) -> None:
    assert escape(text, syntax, quote) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n  <x></x>\nb", "a\nb"),
        ("a\r\n\t<x></x> \r\nb", "a\r\nb"),
        ("a\n  <x></x><p>\nb", "a\n  <p>\nb"),
        ("a <x></x>\nb", "a \nb"),
        ("a\n<x></x>", "a\n"),
    ],
)
def test_a_removed_element_takes_its_own_line_along(text: str, expected: str) -> None:
    start = text.index("<x>")
    assert apply_edits(text, [removal(text, Span(start=start, end=start + 7))]) == expected


def inserted(text: str, before: str, *lines: str) -> str:
    offset = text.index(before)
    indent = previous_indent(text, offset) if before.startswith("</") else None
    added = insert_lines(text, offset, lines, indent=indent)
    return apply_edits(text, [added] if added else [])


def test_lines_follow_their_neighbours() -> None:
    assert inserted("<head>\n    <title>\n  </head>", "</head>", "<a>", "<b>") == (
        "<head>\n    <title>\n    <a>\n    <b>\n  </head>"
    )
    assert inserted("<head>\r\n\t<s>\r\n", "<s>", "<a>") == "<head>\r\n\t<a>\r\n\t<s>\r\n"
    assert inserted("<html>\n<head>\n</head>", "</head>", "<a>") == "<html>\n<head>\n  <a>\n</head>"
    assert inserted("<head><title></head>", "</head>", "<a>", "<b>") == "<head><title><a><b></head>"
    assert inserted("<head></head>", "</head>") == "<head></head>"
