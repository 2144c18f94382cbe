"""Candidates of a srcset, where they stand."""

from __future__ import annotations

import pytest

from perfbuild.html.srcset import candidates


@pytest.mark.parametrize(
    ("value", "urls"),
    [
        ("a.png", ["a.png"]),
        ("a.png 1x, b.png 2x", ["a.png", "b.png"]),
        (" a.png 320w,\n\tb.png 640w , c.png", ["a.png", "b.png", "c.png"]),
        ("a,b.png 1x, c.png", ["a,b.png", "c.png"]),
        ("a.png, b.png", ["a.png", "b.png"]),
        ("data:image/png;base64,AA== 1x, b.png 2x", ["data:image/png;base64,AA==", "b.png"]),
        ("a.png calc(1, 2)x, b.png", ["a.png", "b.png"]),
        ("{{ image(1, 2) }} 1x, b.png 2x", ["b.png"]),
        ("{% static 'a.png' %} 1x, b.png 2x", ["b.png"]),
        (" , ", []),
        ("", []),
    ],
)
def test_candidates(value: str, urls: list[str]) -> None:
    found = candidates(value)
    assert [candidate.url for candidate in found] == urls
    assert [value[candidate.start : candidate.end] for candidate in found] == urls
