"""Which stylesheets stand in the pages themselves, and how they read there."""

from __future__ import annotations

import random
import zlib
from base64 import b64encode
from bisect import bisect_right
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from tests.unit.chunks import chunk

from perfbuild.config import Config, Output
from perfbuild.diagnostics import Diagnostics
from perfbuild.html.editing import insertion
from perfbuild.model import Linked, OutputFile, Project, PublicFile, Rendered
from perfbuild.stages.render import render
from perfbuild.stages.scan import scan

LINK = '<link rel="stylesheet" href="site.css">'
SCRIPT = '<script type="module" src="main.js"></script>'
LINKED = '<link rel="stylesheet" crossorigin href="/assets/main-1.css">'


class Site:
    """Pages that may link ``site.css`` and load ``main.js``, whose entry brings ``main-1.css``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.css = {"assets/site-1.css": "p{color:red}", "assets/main-1.css": "b{color:blue}"}
        self.script = ""
        """The code of the entry."""
        self.stable_names: dict[str, dict[str, str]] = {}
        for name in ("site.css", "main.js"):
            (root / name).write_text("", "utf-8")

    def render(
        self, *bodies: str, name: str = "index.html", base: str = "/", limit: int | None = None, **options: Any
    ) -> Rendered:
        names = [name, *(f"page{number}.html" for number in range(1, len(bodies)))]
        for path, body in zip(names, bodies, strict=True):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(f"<!doctype html><head><title>x</title>{body}</head><p>x</p>", "utf-8")
        public = PublicFile(path="logo.png", source=self.root / "site.css")
        project = Project(root=self.root, pages=tuple(names), entries=(), public=(public,))
        output = Output(inline_styles=limit)
        config = Config(root=self.root, out=self.root / "dist", report_dir=self.root / "r", base=base, output=output)
        pages = scan(project, config, Diagnostics())
        runs = {f"{page.path}#0": "assets/main-1.js" for page in pages if page.module_scripts}
        return render(project, pages, self._linked(runs), config, Diagnostics(), **options)

    def head(self, *bodies: str, **options: Any) -> str:
        rendered = self.render(*bodies, **options)
        name = options.get("name", "index.html")
        text = next(file.content or b"" for file in rendered.files if file.path == name).decode()
        return text.partition("</title>")[2].partition("</head>")[0]

    def _linked(self, runs: dict[str, str]) -> Linked:
        main = chunk("main", reason="entry", is_entry=True, css=("assets/main-1.css",))
        files = {path: OutputFile(path=path, type="style", content=css.encode()) for path, css in self.css.items()}
        files["assets/main-1.js"] = OutputFile(path="assets/main-1.js", type="script", content=self.script.encode())
        files["assets/dot-1.png"] = OutputFile(path="assets/dot-1.png", type="image", content=b"")
        return Linked(
            chunks=(main,),
            modules=(),
            files=files,
            entries=runs,
            references={"site.css": "assets/site-1.css", "main.js": "assets/main-1.js"},
            inline=(),
            assets_of={},
            stable_names=self.stable_names,
        )


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def noise(compressed: int) -> str:
    """A rule that compresses to so many bytes, or just less."""
    letters = "".join(random.Random(1).choices("abcdefghijklmnop", k=3 * compressed))
    sizes = range(len(letters))
    fits = bisect_right(sizes, compressed, key=lambda size: len(zlib.compress(_rule(letters[:size]).encode(), 9)))
    return _rule(letters[: fits - 1])


def _rule(name: str) -> str:
    return f".{name}{{top:0}}"


# --- what moves in ----------------------------------------------------------------------------------------------------


def test_a_small_stylesheet_stands_where_its_link_stood(site: Site) -> None:
    assert site.head(f"<!-- a -->{LINK}<!-- b -->") == "<!-- a --><style>p{color:red}</style><!-- b -->"


def test_that_of_an_entry_stands_where_its_link_would(site: Site) -> None:
    assert site.head(SCRIPT).endswith("</script><style>b{color:blue}</style>")


def test_none_does_with_a_limit_of_nothing(site: Site) -> None:
    assert site.head(LINK, limit=0) == '<link rel="stylesheet" href="/assets/site-1.css">'
    assert site.head(SCRIPT, limit=0).endswith(LINKED)


@pytest.mark.parametrize(("pages", "most"), [(1, 6000), (2, 6000), (3, 3000), (5, 1500), (9, 1500)])
def test_the_more_pages_share_one_the_smaller_it_must_be(site: Site, pages: int, most: int) -> None:
    site.css["assets/site-1.css"] = noise(most)
    assert "<style>" in site.head(*[LINK] * pages)
    site.css["assets/site-1.css"] = noise(most + 50)
    assert "<style>" not in site.head(*[LINK] * pages)


def test_a_limit_of_the_project_holds_for_any_number_of_pages(site: Site) -> None:
    site.css["assets/site-1.css"] = noise(2000)
    assert "<style>" in site.head(*[LINK] * 9, limit=2000)
    assert "<style>" not in site.head(LINK, limit=1000)


def test_one_that_a_script_asks_for_too_stays_a_file(site: Site) -> None:
    site.script = 'preload(load, ["main-1.css"])'
    assert site.head(SCRIPT).endswith(LINKED)
    site.script = 'preload(load, ["main-________.css"])'
    site.stable_names = {"assets/main-1.js": {"assets/main-________.css": "assets/main-1.css"}}
    assert site.head(SCRIPT).endswith(LINKED)


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="stylesheet" href="site.css" id="theme">',
        '<link rel="stylesheet" href="site.css" disabled>',
        '<link rel="alternate stylesheet" title="dark" href="site.css">',
        '<link rel="stylesheet" href="site.css" media="print" onload="this.media=\'all\'">',
        f"<noscript>{LINK}</noscript>",
        f'<link rel="preload" as="style" href="site.css">{LINK}',
        f'{LINK}<a href="site.css">the stylesheet</a>',
    ],
)
def test_a_link_that_says_more_stays(site: Site, link: str) -> None:
    assert site.head(link) == link.replace("site.css", "/assets/site-1.css")


def test_a_link_that_a_plugin_marks_stays(site: Site) -> None:
    at = len("<!doctype html><head><title>x</title><link")
    edits = MappingProxyType({"index.html": (insertion(at, " data-marked"),)})
    assert site.head(LINK, page_edits=edits) == '<link data-marked rel="stylesheet" href="/assets/site-1.css">'


def test_media_and_nonce_are_kept(site: Site) -> None:
    link = '<link nonce="n1" rel=stylesheet media="(width > 9em)" href=site.css integrity="sha256-x" crossorigin>'
    assert site.head(link) == '<style media="(width > 9em)" nonce="n1">p{color:red}</style>'


@pytest.mark.parametrize(
    "before",
    [
        "{% load static %}",
        "<meta http-equiv=Content-Security-Policy content=\"style-src 'self'\">",
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">",
    ],
)
def test_a_template_and_a_page_that_forbids_it_hold_none(site: Site, before: str) -> None:
    assert "<style>" not in site.head(before + LINK)


def test_a_policy_of_scripts_alone_forbids_no_style(site: Site) -> None:
    assert "<style>" in site.head("<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">" + LINK)


def test_xhtml_holds_none(site: Site) -> None:
    assert "<style>" not in site.head(LINK, name="index.xhtml")


# --- how it reads -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "dot", "logo"),
    [
        ("/", "/assets/dot-1.png", "/logo.png"),
        ("/shop/", "/shop/assets/dot-1.png", "/shop/logo.png"),
        ("./", "../assets/dot-1.png", "../logo.png"),
        ("https://cdn.example/", "https://cdn.example/assets/dot-1.png", "https://cdn.example/logo.png"),
    ],
)
def test_files_are_named_as_from_the_page(site: Site, base: str, dot: str, logo: str) -> None:
    site.css["assets/site-1.css"] = (
        "/*! it's */a{background:url(dot-1.png?v#x),url('../logo.png')}b{background:image-set(\"dot-1.png\" 2x)}"
        'i{content:"dot";background:url(#g),url(data:image/gif;base64,R0)}'
    )
    assert site.head(LINK.replace("site", "../site"), name="docs/a.html", base=base) == (
        f"<style>/*! it's */a{{background:url({dot}?v#x),url('{logo}')}}b{{background:image-set(\"{dot}\" 2x)}}"
        'i{content:"dot";background:url(#g),url(data:image/gif;base64,R0)}</style>'
    )


def test_one_that_names_a_file_that_is_not_known_stays(site: Site) -> None:
    site.css["assets/site-1.css"] = "a{background:url(gone.png)}"
    assert "<style>" not in site.head(LINK)


def test_one_that_counts_from_the_root_of_another_origin_stays(site: Site) -> None:
    site.css["assets/site-1.css"] = "a{background:url(/gone.png)}"
    assert "<style>" not in site.head(LINK, base="https://cdn.example/")
    assert "<style>" in site.head(LINK)


def test_it_can_not_end_the_element_and_needs_no_charset(site: Site) -> None:
    site.css["assets/site-1.css"] = '@charset "UTF-8";a{content:"</style>é"}'
    ended = r"<\/style>"
    assert site.head('<meta charset="utf-8">' + LINK).endswith(f'<style>a{{content:"{ended}é"}}</style>')
    assert site.head('<meta charset="shift_jis">' + LINK).endswith(f'<style>a{{content:"{ended}\\e9 "}}</style>')


def test_line_ends_are_those_of_the_parsed_page_so_that_the_hash_holds(site: Site) -> None:
    site.css["assets/site-1.css"] = "/*! a\r\nb\rc */p{top:0}"
    assert site.head(LINK) == "<style>/*! a\nb\nc */p{top:0}</style>"


# --- what is said of it -----------------------------------------------------------------------------------------------


def test_the_route_asks_for_no_file_and_the_hash_is_told(site: Site) -> None:
    rendered = site.render(LINK + SCRIPT, LINK)
    route = next(route for route in rendered.routes if route.source == "index.html")
    assert route.files == ("index.html", "assets/main-1.js")
    digests = [b64encode(sha256(text).digest()).decode() for text in (b"p{color:red}", b"b{color:blue}")]
    assert sorted(rendered.inline_styles["index.html"]) == sorted(f"sha256-{digest}" for digest in digests)
    notes = {file.path: file.note for file in rendered.files if file.note}
    assert notes == {"assets/site-1.css": "inline in 2 pages", "assets/main-1.css": "inline in 1 page"}
