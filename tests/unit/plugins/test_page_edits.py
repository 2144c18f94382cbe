"""What plugins see of a page, and what becomes of their edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from perfbuild.api import Context, PageElement, PageView, PixelSize, Plugin, SetAttributes

from .pages import PageSite

Hook = Callable[[PageView], Iterable[SetAttributes]]


class Editor(Plugin):
    name = "editor"
    version = "1"
    elements = ("img",)

    def __init__(self, hook: Hook) -> None:
        self.hook = hook
        self.pages: list[PageView] = []

    def edit_page(self, page: PageView, context: Context) -> Iterable[SetAttributes]:
        self.pages.append(page)
        return self.hook(page)


def setting(**attributes: str) -> Editor:
    """Sets attributes on every image."""

    def hook(page: PageView) -> Iterable[SetAttributes]:
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [SetAttributes(element=each, attributes=named) for each in page.elements if each.name == "img"]

    return Editor(hook)


@pytest.fixture
def site(tmp_path: Path) -> PageSite:
    return PageSite(tmp_path)


# --- edits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<img>", '<img data-x="1">'),
        ("<img/>", '<img data-x="1"/>'),
        ("<IMG\n  alt=a>", '<IMG data-x="1"\n  alt=a>'),
        ("<img data-x>", "<img data-x>"),
        ("<img DATA-X=5><p>", "<img DATA-X=5><p>"),
        ("<p>&nbsp;<img alt='>'></P>\r\n", "<p>&nbsp;<img data-x=\"1\" alt='>'></P>\r\n"),
        ("<!-- <img> --><script>'<img>'</script>", "<!-- <img> --><script>'<img>'</script>"),
    ],
)
def test_missing_attributes_are_added_and_nothing_else_changes(site: PageSite, before: str, after: str) -> None:
    assert site.edited(before, setting(data_x="1")) == after


def test_values_are_escaped_and_characters_that_the_page_lacks_are_references(site: PageSite) -> None:
    page = '<meta charset="iso-8859-1"><img>'
    edited = site.edited(page, setting(alt='"><script>&\u65e5', title="", data_z="\xe9"))
    assert edited.endswith(
        '<img alt="&quot;>&lt;script>&amp;&#26085;" title data-z="\xe9">'.replace(">&lt;", "&gt;&lt;", 0)
    )


def test_of_two_plugins_the_first_counts_and_both_may_add(site: PageSite) -> None:
    edited = site.edited("<img>", setting(alt="one"), setting(alt="two", title="three"))
    assert edited == '<img alt="one" title="three">'


def test_a_page_without_its_elements_is_not_given_to_a_plugin(site: PageSite) -> None:
    editor = setting(alt="x")
    site.edited("<imgx><p>img</p>", editor)
    assert editor.pages == []


def broken(page: PageView) -> Iterable[SetAttributes]:
    yield SetAttributes(element=page.elements[0], attributes={"alt": "half"})
    raise ZeroDivisionError("division by zero")


def foreign(page: PageView) -> Iterable[SetAttributes]:
    element = page.elements[0]
    other = PageElement(
        name="img", attributes={}, position=0, parent=None, text=0, files={}, templated=element.templated
    )
    return [SetAttributes(element=other, attributes={})]


def named(name: str, value: object = "") -> Hook:
    return lambda page: [SetAttributes(element=page.elements[0], attributes={name: value})]  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("hook", "reason"),
    [
        (broken, "ZeroDivisionError: division by zero"),
        (foreign, "none of the page's"),
        (named("on load"), "'on load'"),
        (named('x"><script'), "lower-case name"),
        (named("ALT"), "'ALT'"),
        (named("alt", 5), "to 5"),
        (lambda page: ["alt"], "it gave str in place of SetAttributes"),
        (lambda page: None, "NoneType"),
    ],
)
def test_a_plugin_that_fails_leaves_the_page_as_it_was_with_a_warning(site: PageSite, hook: Hook, reason: str) -> None:
    assert site.edited("<img>", Editor(hook), setting(title="kept")) == '<img title="kept">'
    (warning,) = site.diagnostics
    assert (warning.code, warning.severity, warning.plugin) == ("plugin-failed", "warning", "editor")
    assert "index.html" in warning.message and reason in warning.message


# --- the view -------------------------------------------------------------------------------------


def seen(site: PageSite, page: str) -> PageView:
    editor = Editor(lambda page: [])
    site.edited(page, editor)
    return editor.pages[0]


def test_elements_have_their_parents_their_files_and_decoded_attributes(site: PageSite) -> None:
    site.add(a_png=(4, 3), public__b_png=(2, 5))
    view = seen(site, "<p title='1 &lt; 2'>Text<img src=a.png srcset='a.png 1x, /b.png?v=1 2x' alt={{x}}><img src=c:d>")
    paragraph, image, other = view.elements
    assert (paragraph.attributes["title"], paragraph.text, paragraph.parent) == ("1 < 2", 5, None)
    assert [each.name for each in view.ancestors(image)] == ["p"]
    assert [(file.path, file.url) for file in image.files["srcset"]] == [("a.png", "a.png"), ("b.png", "/b.png?v=1")]
    file = image.files["src"][0]
    assert file.size == (site.root / "a.png").stat().st_size
    assert file.measure() == PixelSize(width=4, height=3)
    assert image.files["srcset"][1].measure() == PixelSize(width=2, height=5)
    assert (image.templated, other.templated) == (True, False)
    assert other.files == {}


def test_stylesheets_are_told_with_their_text_where_it_is_known(site: PageSite) -> None:
    site.add(a_css="p{}", public__b_css="q{}")
    styles = "<link rel=stylesheet href=a.css><link rel='Stylesheet preload' href=/b.css><link rel=icon href=//x/y>"
    styles += "<link rel=stylesheet href=//x/c.css><style>i{}</style><style>{{ theme }}</style>"
    view = seen(site, f"{styles}<img>")
    assert [(style.url, style.text) for style in view.styles()] == [
        ("a.css", "p{}"),
        ("/b.css", "q{}"),
        ("//x/c.css", None),
        ("", "i{}"),
        ("", None),
    ]


@pytest.mark.parametrize(
    ("page", "templated"),
    [
        ("<!DOCTYPE html><img>", False),
        ("<!DOCTYPE html>{{ x }}<img>", False),
        ("<!DOCTYPE html><script>'{% x %}'</script><img>", False),
        ("<!DOCTYPE html>{% if x %}<img>{% endif %}", True),
        ("<!DOCTYPE html>{{#each x}}<img>{{/each}}", True),
        ("{{ x }}<img>", True),
    ],
)
def test_a_page_is_templated_where_a_server_decides_about_parts_of_it(
    site: PageSite, page: str, templated: bool
) -> None:
    assert seen(site, page).templated is templated
