from __future__ import annotations

import pytest

from perfbuild.globs import any_matcher, matcher


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("*.html", "index.html", True),
        ("*.html", "docs/index.html", False),
        ("**/*.html", "index.html", True),
        ("docs/**/*.html", "docs/a.html", True),
        ("docs/**/*.html", "docs/a/b/c.html", True),
        ("docs/**/*.html", "docs2/a.html", False),
        ("docs/**", "docs", True),
        ("docs/**", "docs/a", True),
        ("page?.html", "page1.html", True),
        ("page?.html", "page/.html", False),
        ("{a,b/*}.html", "b/c.html", True),
        ("[id].html", "[id].html", True),
        ("[id].html", "i.html", False),
        ("a.html", "axhtml", False),
    ],
)
def test_globs(glob: str, path: str, matches: bool) -> None:
    assert matcher(glob)(path) is matches


def test_any_of_several() -> None:
    matches = any_matcher(["a*", "b*"])
    assert (matches("ab"), matches("ba"), matches("c")) == (True, True, False)
    assert any_matcher([])("a") is False
