"""What scan finds in pages: files, scripts, inline code, islands, links, and what it reports."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbuild.config import Config, Runtime
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.html.reading import read_page
from perfbuild.model import Page, Project, PublicFile
from perfbuild.stages.scan import scan

Scan = Callable[..., tuple[Page, list[Diagnostic]]]


@pytest.fixture
def scanned(tmp_path: Path) -> Scan:
    """Writes a page and empty files beside it, scans, and gives the first page and what was reported."""

    def run(page: str | bytes, *files: str, path: str = "index.html", **options: Any) -> tuple[Page, list[Diagnostic]]:
        content = page if isinstance(page, bytes) else page.encode()
        for name in files:
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"")
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        pages = (path, *(name for name in files if name.endswith(".html") and not name.startswith("public/")))
        public = tuple(
            PublicFile(path=name.removeprefix("public/"), source=tmp_path / name)
            for name in files
            if name.startswith("public/")
        )
        project = Project(root=tmp_path, pages=pages, entries=(), public=public)
        config = Config(root=tmp_path, out=tmp_path / "dist", report_dir=tmp_path / ".perfbuild", **options)
        diagnostics = Diagnostics()
        return scan(project, config, diagnostics)[0], list(diagnostics)

    return run


def targets(page: Page) -> list[tuple[str, str]]:
    return [(reference.kind, reference.target) for reference in page.references]


@pytest.mark.parametrize(
    ("html", "kind", "loads"),
    [
        ('<link rel="stylesheet" href="F">', "stylesheet", True),
        ('<link rel="alternate stylesheet" href="F">', "stylesheet", False),
        ('<img src="F">', "image", True),
        ('<img src="F" loading="lazy">', "image", True),
        ("<img src=F>", "image", True),
        ('<picture><source srcset="F 2x"></picture>', "image", False),
        ('<video poster="F"></video>', "image", True),
        ('<video src="F"></video>', "media", False),
        ('<video src="F" autoplay muted></video>', "media", True),
        ('<video autoplay><source src="F"></video>', "media", True),
        ('<audio><source src="F"></audio>', "media", False),
        ('<video><track src="F"></video>', "media", False),
        ('<input type="image" src="F">', "image", True),
        ('<object data="F"></object>', "other", True),
        ('<embed src="F">', "other", True),
        ('<link rel="icon" href="F">', "icon", False),
        ('<link rel="SHORTCUT ICON" href="F">', "icon", False),
        ('<link rel="apple-touch-icon" href="F">', "icon", False),
        ('<link rel="mask-icon" href="F">', "icon", False),
        ('<link rel="manifest" href="F">', "manifest", False),
        ('<link rel="preload" as="font" href="F" crossorigin>', "font", True),
        ('<link rel="preload" as="image" imagesrcset="F 1x">', "image", True),
        ('<link rel="preload" as="style" href="F">', "stylesheet", True),
        ('<link rel="preload" as="script" href="F">', "script", True),
        ('<link rel="preload" as="fetch" href="F">', "other", True),
        ('<link rel="prefetch" as="script" href="F">', "script", False),
        ('<script src="F"></script>', "script", True),
        ('<script nomodule src="F"></script>', "script", False),
        ('<script type="text/javascript" defer src="F"></script>', "script", True),
        ('<svg><image href="F"/></svg>', "image", True),
        ('<svg><image xlink:href="F"/></svg>', "image", True),
        ('<svg><use href="F#cart"/></svg>', "image", True),
        ('<meta property="og:image" content="F">', "image", False),
        ('<meta name="twitter:image" content="F">', "image", False),
        ('<meta property="og:video" content="F">', "media", False),
        ('<meta name="msapplication-TileImage" content="F">', "icon", False),
        ('<a href="F">Download</a>', "other", False),
        ('<iframe src="F"></iframe>', "other", True),
        ('<body background="F">', "image", True),
        ('<noscript><img src="F"></noscript>', "image", False),
        ('<template><img src="F"></template>', "image", False),
    ],
)
def test_references(scanned: Scan, html: str, kind: str, loads: bool) -> None:
    page, reported = scanned(html.replace("F", "files/x.bin"), "files/x.bin")
    (reference,) = page.references
    assert (reference.kind, reference.target, reference.loads) == (kind, "files/x.bin", loads)
    assert page.text[reference.span.start : reference.span.end] == "files/x.bin" + reference.suffix
    assert reported == []


def test_files_decide_what_an_object_or_a_script_attribute_is(scanned: Scan) -> None:
    page, _ = scanned(
        '<object data="a.svg"></object><div data-setbg="b.jpg" data-clip="c.mp4" data-gone="no.jpg"></div>',
        "a.svg",
        "b.jpg",
        "c.mp4",
    )
    assert targets(page) == [("image", "a.svg"), ("image", "b.jpg"), ("media", "c.mp4")]


def test_open_graph_urls_want_to_be_absolute(scanned: Scan) -> None:
    page, _ = scanned('<meta property="og:image" content="a.png"><img src="a.png">', "a.png")
    assert [reference.absolute for reference in page.references] == [True, False]


def test_each_srcset_candidate_is_a_reference(scanned: Scan) -> None:
    page, _ = scanned('<img src="a.png" srcset="a.png 1x, img/b.png 2x,https://x.y/c.png 3x">', "a.png", "img/b.png")
    assert targets(page) == [("image", "a.png"), ("image", "a.png"), ("image", "img/b.png")]
    assert [reference.loads for reference in page.references] == [True, False, False]


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.example/x.js",
        "//cdn.example/x.js",
        "data:text/javascript,1",
        "{{ url }}",
        "{% static 'x.js' %}",
        "<?= $x ?>/x.js",
        "<%= x %>",
        "${x}/x.js",
        "%PUBLIC_URL%/x.js",
        "[[@{/x.js}]]",
        "#x",
        "",
    ],
)
def test_what_is_not_local_is_left_alone(scanned: Scan, url: str) -> None:
    page, reported = scanned(f'<script src="{url}"></script><script type="module" src="{url}"></script>')
    assert (page.references, page.module_scripts, reported) == ((), (), [])


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("a%20b.png", "a b.png"),
        ("a b.png", "a b.png"),
        ("a%23b.png", "a#b.png"),
        ("a%3Fb.png", "a?b.png"),
        ("100%25.png", "100%.png"),
        ("b&auml;r.png", "bär.png"),
        ("b%C3%A4r.png", "bär.png"),
        ("a&amp;b.png", "a&b.png"),
        ("./x/../a.png", "a.png"),
        ("/a.png", "a.png"),
    ],
)
def test_names_with_special_characters(scanned: Scan, url: str, name: str) -> None:
    page, reported = scanned(f'<img src="{url}">', name)
    assert targets(page) == [("image", name)]
    assert reported == []


def test_query_and_fragment_are_kept_apart(scanned: Scan) -> None:
    page, _ = scanned('<img src="a.svg?v=2&amp;w#icon">', "a.svg")
    assert (page.references[0].target, page.references[0].suffix) == ("a.svg", "?v=2&w#icon")


def test_public_files_come_first_for_rooted_urls(scanned: Scan) -> None:
    page, _ = scanned('<img src="/a.png"><img src="a.png"><img src="/b.png">', "a.png", "public/a.png", "public/b.png")
    assert [(reference.target, reference.public) for reference in page.references] == [
        ("a.png", True),
        ("a.png", False),
        ("b.png", True),
    ]


def test_base_href_is_honoured(scanned: Scan) -> None:
    page, _ = scanned('<base href="/assets/"><img src="a.png">', "assets/a.png", "a.png", path="docs/index.html")
    assert targets(page) == [("image", "assets/a.png")]
    assert page.base_href == "/assets/"


def test_everything_is_remote_below_a_remote_base(scanned: Scan) -> None:
    page, reported = scanned('<base href="https://x.example/"><img src="a.png"><img src="/a.png">')
    assert (page.references, reported) == ((), [])


def test_relative_urls_are_unknown_below_a_templated_base(scanned: Scan) -> None:
    page, reported = scanned('<base href="{{ root }}"><img src="b.png"><img src="/a.png">', "a.png")
    assert targets(page) == [("image", "a.png")]
    assert reported == []


def test_the_configured_base_is_accepted_in_pages(scanned: Scan) -> None:
    page, reported = scanned('<img src="/app/a.png"><a href="/app/b.html">', "a.png", "b.html", base="/app/")
    assert (targets(page), page.links, reported) == ([("image", "a.png")], ("b.html",), [])


def test_a_missing_file_is_an_error_with_its_place_and_near_names(scanned: Scan) -> None:
    page, (reported,) = scanned('<p>\n  <img src="img/heroo.png">\n', "img/hero.png", "img/other.css")
    assert page.references == ()
    assert (reported.code, reported.severity, str(reported.location)) == ("missing-file", "error", "index.html:2:13")
    assert reported.location is not None
    assert reported.location.line_text == '  <img src="img/heroo.png">'
    assert reported.hint == "Did you mean img/hero.png?"


def test_a_missing_file_may_be_tolerated(scanned: Scan) -> None:
    page, (reported,) = scanned('<script src="/gone.js"></script>', missing_file="warn")
    assert (page.references, reported.severity) == ((), "warning")


def test_a_missing_download_is_nobodys_error(scanned: Scan) -> None:
    page, reported = scanned('<a href="gone.pdf">x</a><a href="/api/users">y</a><a href="../up">z</a>')
    assert (page.references, page.links, reported) == ((), (), [])


@pytest.mark.parametrize("url", ["../secret.png", "/../secret.png", "a/../../secret.png", "%2e%2e/secret.png"])
def test_a_reference_may_not_leave_the_root(scanned: Scan, url: str) -> None:
    page, (reported,) = scanned(f'<img src="{url}">', missing_file="warn")
    assert (page.references, reported.code, reported.severity) == ((), "outside-root", "error")


def test_a_symlink_may_not_leave_the_root(
    scanned: Scan, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.png"
    secret.write_bytes(b"x")
    (tmp_path / "a.png").symlink_to(secret)
    page, (reported,) = scanned('<img src="a.png">')
    assert (page.references, reported.code) == ((), "outside-root")


def test_links_lead_to_pages_as_a_static_host_serves_them(scanned: Scan) -> None:
    page, _ = scanned(
        '<a href="/">1</a><a href="docs/">2</a><a href="docs">3</a><a href="about?x#y">4</a><a href="no">5</a>'
        '<iframe src="/about.html"></iframe>',
        "docs/index.html",
        "about.html",
    )
    assert page.links == ("index.html", "docs/index.html", "about.html")
    assert targets(page) == [("document", "about.html")]


# --- scripts --------------------------------------------------------------------------------------


def test_module_scripts(scanned: Scan) -> None:
    html = '<script type="module" src="/src/a.ts"></script>\n<script type=module>import "./b.js"</script >'
    page, _ = scanned(html, "src/a.ts", "b.js")
    first, second = page.module_scripts
    assert (first.target, first.code, first.run) == ("src/a.ts", None, 0)
    assert (second.target, second.code, second.run) == (None, 'import "./b.js"', 0)
    assert first.src is not None
    assert html[first.src.start : first.src.end] == "/src/a.ts"
    assert html[first.element.start : first.element.end] == '<script type="module" src="/src/a.ts"></script>'
    assert html[second.element.start : second.element.end] == '<script type=module>import "./b.js"</script >'
    assert page.references == ()


@pytest.mark.parametrize(
    ("between", "runs"),
    [
        ("", [0, 0]),
        ("<p>text</p><script>inline()</script><script src=c.js></script>", [0, 0]),
        ("<script async src=c.js></script>", [0, 0]),
        ("<script nomodule defer src=c.js></script>", [0, 0]),
        ("{{ title }}", [0, 0]),
        ("<script defer src=c.js></script>", [0, 1]),
        ("<script defer src=https://x.example/c.js></script>", [0, 1]),
        ("<script type=module src=https://x.example/c.js></script>", [0, 1]),
        ("<script type=module src=/p.js></script>", [0, 1]),
        ("<script type=module async src=c.js></script>", [0, 1, 2]),
        ("<template><script type=module src=c.js></script></template>", [0, 1, 2]),
        ("{% endblock %}{% block more %}", [0, 1]),
        ("<?php if ($x): ?>", [0, 1]),
        ("{{#if user}}", [0, 1]),
    ],
)
def test_what_parts_module_scripts_into_runs(scanned: Scan, between: str, runs: list[int]) -> None:
    html = f"<script type=module src=a.js></script>{between}<script type=module src=b.js></script>"
    page, reported = scanned(html, "a.js", "b.js", "c.js", "public/p.js")
    assert [script.run for script in page.module_scripts] == runs
    assert reported == []


def test_a_module_in_the_public_folder_is_only_named(scanned: Scan) -> None:
    page, _ = scanned('<script type="module" src="/p.js"></script>', "public/p.js")
    assert page.module_scripts == ()
    assert [(reference.kind, reference.public) for reference in page.references] == [("script", True)]


def test_preloads_of_bundled_modules_are_kept_apart(scanned: Scan) -> None:
    page, _ = scanned(
        '<link rel="modulepreload" href="/src/a.js"><link rel="modulepreload" href="/src/b.js">'
        '<link rel="preload" as="script" href="/src/a.js"><link rel="preload" as="script" href="/src/c.js">'
        '<script type="module" src="/src/a.js"></script>',
        "src/a.js",
        "src/b.js",
        "src/c.js",
    )
    assert [preload.target for preload in page.module_preloads] == ["src/a.js", "src/b.js", "src/a.js"]
    assert targets(page) == [("script", "src/c.js")]


def test_inline_code(scanned: Scan) -> None:
    page, _ = scanned(
        "<script>var a = 1</script><style>a { color: red }</style><p style=\"background: url('a.png')\"></p>"
        '<p style="color: red" onclick="go()"></p>',
        "a.png",
    )
    assert [(code.kind, code.code, code.syntax) for code in page.inline] == [
        ("script", "var a = 1", "text"),
        ("style", "a { color: red }", "text"),
        ("style-attribute", "background: url('a.png')", "css-attribute"),
    ]
    assert [page.text[code.span.start : code.span.end] for code in page.inline] == [code.code for code in page.inline]


@pytest.mark.parametrize(
    "html",
    [
        "<script>var user = {{ user|tojson }}</script>",
        "<script>{% if debug %}log(){% endif %}</script>",
        "<script>var x = <?= json_encode($x) ?></script>",
        "<style>a { color: {{ color }} }</style>",
        '<p style="background: url({{ image }})"></p>',
        '<p style="background: url(data:image/png;base64,AA==)"></p>',
        '<p style="background: url(https://x.example/a.png)"></p>',
        '<script type="application/json">{"a": "b.png"}</script>',
        '<script type="application/ld+json">{"image": "b.png"}</script>',
        '<script type="text/x-template"><img src="gone.png"></script>',
        '<script type="text/babel">const a = <b/></script>',
        '<script type="speculationrules">{}</script>',
        '<script language="vbscript">x</script>',
        "<script><!-- hidden from old browsers\ngo()\n// --></script>",
        "<script> </script><style></style>",
        '<style type="text/less">a { b { c: d } }</style>',
        "<svg><style><![CDATA[a{}]]></style></svg>",
        '<!-- <img src="gone.png"> --><!--[if IE]><script src="gone.js"></script><![endif]-->',
        '<textarea><img src="gone.png"></textarea><title><img src="gone.png"></title>',
        '{# <img src="gone.png"> #}{{!-- <img src="gone.png"> --}}{% comment %}<img src="gone.png">{% endcomment %}',
        "<script type=module></script>",
        '<img src="{% static "img/a.png" %}">',
        '<link rel="canonical" href="/gone"><link rel="next" href="/gone"><link rel="preconnect" href="/gone">',
        '<img alt="no source"><script data-x="y"></script>',
    ],
)
def test_what_is_not_touched(scanned: Scan, html: str) -> None:
    page, reported = scanned(html)
    assert (page.references, page.module_scripts, page.inline, reported) == ((), (), (), [])


def test_javascript_template_literals_are_no_placeholders(scanned: Scan) -> None:
    page, _ = scanned("<script>const a = `${b}`, c = [[1, 2], [3]]</script>")
    assert len(page.inline) == 1


def test_a_templated_module_that_imports_is_reported(scanned: Scan) -> None:
    page, (reported,) = scanned('<script type="module">import { a } from "/a.js"; a({{ data }})</script>')
    assert (page.module_scripts, reported.code) == ((), "templated-module")


def test_import_maps(scanned: Scan) -> None:
    html = (
        '<script type="importmap">{"imports": {"react": "https://esm.example/react", "own": "./lib/own.js",'
        ' "pub": "/p.js", "dir/": "/dir/"}}</script>'
    )
    page, reported = scanned(html, "lib/own.js", "public/p.js")
    assert page.import_map == {
        "react": "https://esm.example/react",
        "own": "/lib/own.js",
        "pub": "/p.js",
        "dir/": "/dir/",
    }
    assert [(reference.target, reference.syntax) for reference in page.references] == [("p.js", "text")]
    assert page.anchors.modulepreload == len(html)
    assert reported == []


def test_an_unreadable_import_map_is_reported(scanned: Scan) -> None:
    page, (reported,) = scanned('<script type="importmap">{"imports": {{ map }}}</script>')
    assert (page.import_map, reported.code, reported.severity) == (None, "import-map-unreadable", "warning")


def test_islands(scanned: Scan) -> None:
    html = (
        '<div data-component="cart" data-props=\'{"n": 1}\'><div>a</div></div>'
        '<p><img data-component="zoom"></p><section data-component="x" data-props="{{ props }}"></section>'
    )
    page, _ = scanned(html)
    assert [(island.component, island.props) for island in page.islands] == [
        ("cart", '{"n": 1}'),
        ("zoom", None),
        ("x", None),
    ]
    first, second, _ = page.islands
    assert html[first.element.start : first.element.end].endswith("<div>a</div></div>")
    assert html[second.element.start : second.element.end] == '<img data-component="zoom">'


# --- encodings ------------------------------------------------------------------------------------


def test_a_page_in_its_own_encoding(scanned: Scan) -> None:
    page, reported = scanned('<meta charset="windows-1252"><img src="bär.png">'.encode("cp1252"), "bär.png")
    assert targets(page) == [("image", "bär.png")]
    assert reported == []


def test_damaged_bytes_are_a_warning(scanned: Scan) -> None:
    page, (reported,) = scanned(b'<p>\n caf\xe9 <img src="a.png">', "a.png")
    assert targets(page) == [("image", "a.png")]
    assert (reported.code, reported.severity, str(reported.location)) == (
        "undecodable-page",
        "warning",
        "index.html:2:5",
    )
    assert reported.location is not None
    (reported.location.line_text or "").encode()


def test_crlf_and_a_byte_order_mark(scanned: Scan) -> None:
    page, _ = scanned(b'\xef\xbb\xbf<p>\r\n<img src="a.png">\r\n', "a.png")
    assert page.text == '<p>\r\n<img src="a.png">\r\n'
    assert page.bom == b"\xef\xbb\xbf"


_snippet = st.sampled_from(
    (
        '<img src="a.png">',
        "<img srcset='a.png 1x, b.png 2x'",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "{{ x }}",
        "{% if %}",
        "<?php",
        "?>",
        "<a href=x>",
        "</a>",
        "<style>a{}</style>",
        '<script type=module src="a.js"></script>',
        "<svg>",
        "</svg>",
        "<head>",
        "</head>",
        "<body>",
        '"',
        "'",
        "<",
        ">",
        "é",
        "\r\n",
        "<div data-component=x>",
        "</div>",
        "<template>",
        '<p style="a:url(b.png)">',
        "<base href=/>",
    )
)


@given(st.lists(_snippet, max_size=25).map("".join))
def test_reading_never_fails_and_its_spans_hold(text: str) -> None:
    reading = read_page(text)
    for use in reading.urls:
        assert text[use.span.start : use.span.end].strip() == text[use.span.start : use.span.end] != ""
    spans = sorted([use.span for use in reading.urls] + [code.span for code in reading.inline])
    assert all(left.end <= right.start for left, right in pairwise(spans))
    anchors = reading.anchors
    assert 0 <= anchors.head_start <= anchors.head_end <= len(text)
    assert anchors.head_end <= anchors.body_end <= len(text)


def test_lazy_media_are_references_that_a_first_visit_does_not_fetch(scanned: Scan) -> None:
    page, reported = scanned(
        '<img data-src="a.png" data-srcset="a.png 1x, b.png 2x" alt="">'
        '<picture><source data-srcset="c.avif"><img data-src="{{ url }}" alt=""></picture>'
        '<video data-poster="d.jpg"><source data-src="e.mp4"></video><iframe data-src="f.html"></iframe>'
        '<section data-bg="g.jpg">',
        *("a.png", "b.png", "c.avif", "d.jpg", "e.mp4", "f.html", "g.jpg"),
    )
    assert targets(page) == [
        ("image", "a.png"),
        ("image", "a.png"),
        ("image", "b.png"),
        ("image", "c.avif"),
        ("image", "d.jpg"),
        ("media", "e.mp4"),
        ("document", "f.html"),
        ("image", "g.jpg"),
    ]
    assert not any(reference.loads for reference in page.references)
    assert page.pieces == ("lazy",)
    assert reported == []


def test_missing_lazy_media_are_reported_unless_another_script_loads_them(scanned: Scan) -> None:
    html = '<img data-src="gone.png" alt="">'
    _, reported = scanned(html)
    assert [each.code for each in reported] == ["missing-file"]
    _, reported = scanned(html, runtime=Runtime(lazy=False))
    assert reported == []
