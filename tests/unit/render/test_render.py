"""Pages out: what an edited page says, byte for byte, what is written beside it, and what each route downloads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.unit.chunks import chunk

from perfbuild.config import Config, Output
from perfbuild.diagnostics import Diagnostics
from perfbuild.model import Chunk, Entry, InlineResult, Linked, OutputFile, Page, Project, PublicFile, Rendered
from perfbuild.stages.render import render
from perfbuild.stages.scan import scan


def entry(name: str = "main", **options: Any) -> Chunk:
    return chunk(name, reason="entry", is_entry=True, facade=f"src/{name}.ts", **options)


class Site:
    """A project on disk with a stand-in for the linker: each referenced file is named ``assets/<name>-1.<ext>``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.diagnostics = Diagnostics()
        self.pages: dict[str, bytes] = {}
        self.public: tuple[str, ...] = ()
        self.entries: tuple[Entry, ...] = ()
        self.inline: Mapping[str, str] = {}
        """Minified code by source code."""
        self.stable_names: Mapping[str, Mapping[str, str]] = {}

    def add(self, page: str | bytes, *files: str, path: str = "index.html") -> Site:
        self.pages[path] = page if isinstance(page, bytes) else page.encode()
        for name, content in ((path, self.pages[path]), *((name, b"") for name in files)):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_bytes(content)
        self.public += tuple(name.removeprefix("public/") for name in files if name.startswith("public/"))
        return self

    def render(self, *chunks: Chunk, runs: Mapping[str, str] | None = None, base: str = "/") -> Rendered:
        public = tuple(PublicFile(path=name, source=self.root / "public" / name) for name in self.public)
        project = Project(root=self.root, pages=tuple(self.pages), entries=self.entries, public=public)
        output = Output(inline_styles=0)  # test_inline_styles.py has what moves into pages
        report_dir = self.root / ".perfbuild"
        config = Config(root=self.root, out=self.root / "dist", report_dir=report_dir, base=base, output=output)
        pages = scan(project, config, self.diagnostics)
        entries = runs or ({"index.html#0": chunks[0].file} if chunks else {})
        return render(project, pages, self._linked(pages, chunks, entries), config, self.diagnostics)

    def page(self, *chunks: Chunk, path: str = "index.html", **options: Any) -> str:
        rendered = self.render(*chunks, **options)
        content = next(file.content for file in rendered.files if file.path == path)
        assert content is not None
        return content.decode()

    def _linked(self, pages: tuple[Page, ...], chunks: tuple[Chunk, ...], entries: Mapping[str, str]) -> Linked:
        references = {}
        for reference in (each for page in pages for each in page.references):
            stem, dot, extension = reference.target.rpartition("/")[2].rpartition(".")
            references[reference.target] = f"assets/{stem}-1{dot}{extension}"
        results = tuple(
            InlineResult(page=page.path, span=code.span, syntax=code.syntax, code=self.inline[code.code])
            for page in pages
            for code in page.inline
            if code.code in self.inline
        )
        files = [OutputFile(path=each.file, type="script", content=b"", hashed=True) for each in chunks]
        files += [
            OutputFile(path=path, type="other", content=b"new", hashed=True)
            for path in references.values()
            if path.endswith((".css", ".js"))
        ]
        return Linked(
            chunks=chunks,
            modules=(),
            files={file.path: file for file in files},
            entries=entries,
            references=references,
            inline=results,
            assets_of={},
            stable_names=self.stable_names,
        )


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


# --- references -----------------------------------------------------------------------------------


def test_urls_are_replaced_and_nothing_else(site: Site) -> None:
    before = "<!DOCTYPE html>\r\n<IMG  SRC=a.png  alt='x'  srcset=\"a.png 1x,  b.png?v=1&amp;w 2x\" >\r\n<p>&nbsp;</P>"
    assert site.add(before, "a.png", "b.png").page() == (
        "<!DOCTYPE html>\r\n<IMG  SRC=/assets/a-1.png  alt='x'  "
        'srcset="/assets/a-1.png 1x,  /assets/b-1.png?v=1&amp;w 2x" >\r\n<p>&nbsp;</P>'
    )


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("/", "/assets/a-1.png"),
        ("/app/", "/app/assets/a-1.png"),
        ("https://cdn.example/x/", "https://cdn.example/x/assets/a-1.png"),
        ("./", "../assets/a-1.png"),
    ],
)
def test_bases(site: Site, base: str, expected: str) -> None:
    site.add('<img src="../a.png">', "a.png", path="docs/index.html")
    assert site.page(path="docs/index.html", base=base) == f'<img src="{expected}">'


@pytest.mark.parametrize("base", ["https://cdn.example/", "//cdn.example/x/"])
def test_symbols_stay_on_the_origin_of_the_page_since_browsers_take_no_other(site: Site, base: str) -> None:
    site.add('<svg><use href="../i.svg#a"/><use href="/i.svg#b"/><use href="/p.svg#c"/></svg>', path="docs/index.html")
    site.add("", "i.svg", "public/p.svg")
    assert site.page(path="docs/index.html", base=base) == (
        '<svg><use href="../assets/i-1.svg#a"/><use href="/assets/i-1.svg#b"/><use href="/p.svg#c"/></svg>'
    )


def test_a_digest_is_that_of_the_new_file(site: Site) -> None:
    digest = "sha384-oQtuWMZdTbA7ICPQ0wcDbydp9VuhdkkSo0MLQoRb042nIb0DSe05+ibZ76lqtnU7"
    html = (
        '<link rel="stylesheet" href="a.css" integrity="sha256-old"><script integrity=sha512-old src="a.js"></script>'
    )
    html += '<script integrity="sha256-kept" src="p.js"></script><script integrity="" src="b.js"></script>'
    assert site.add(html, "a.css", "a.js", "b.js", "public/p.js").page() == (
        f'<link rel="stylesheet" href="/assets/a-1.css" integrity="{digest}">'
        f'<script integrity={digest} src="/assets/a-1.js"></script>'
        '<script integrity="sha256-kept" src="p.js"></script><script integrity="" src="/assets/b-1.js"></script>'
    )


def test_a_relative_base_counts_from_the_pages_own_base_href(site: Site) -> None:
    site.add('<base href="/"><img src="a.png">', "a.png", path="docs/index.html")
    assert site.page(path="docs/index.html", base="./") == '<base href="/"><img src="assets/a-1.png">'


def test_names_are_written_as_urls(site: Site) -> None:
    page = site.add('<img src="b%C3%A4r%20%231.png"><img src=bär#x>', "bär #1.png", "bär").page()
    assert page == '<img src="/assets/b%C3%A4r%20%231-1.png"><img src=/assets/-1b%C3%A4r#x>'


def test_an_unquoted_value_gets_quotes_when_it_needs_them(site: Site) -> None:
    assert site.add("<img src=a.png?v=1>", "a.png").page() == '<img src="/assets/a-1.png?v=1">'


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("/a.png", "/", "/a.png"),
        ("a.png", "/app/", "a.png"),
        ("/a.png", "/app/", "/app/a.png"),
        ("/app/a.png", "/app/", "/app/a.png"),
        ("/a.png?x", "https://cdn.example/", "https://cdn.example/a.png?x"),
        ("/a.png", "./", "a.png"),
    ],
)
def test_public_files_keep_their_names(site: Site, url: str, base: str, expected: str) -> None:
    rendered = site.add(f'<img src="{url}">', "public/a.png").render(base=base)
    files = {file.path: file for file in rendered.files}
    assert files["index.html"].content == f'<img src="{expected}">'.encode()
    assert (files["a.png"].copy_of, files["a.png"].type, files["a.png"].hashed) == (
        site.root / "public/a.png",
        "image",
        False,
    )
    assert [route.files for route in rendered.routes] == [("index.html", "a.png")]


def test_pages_in_frames_and_links_are_left(site: Site) -> None:
    before = '<iframe src="/about.html"></iframe><a href="about.html">x</a>'
    site.add(before).add("<p>", path="about.html")
    assert site.page(base="/app/") == before


def test_two_files_for_one_path_are_an_error(site: Site) -> None:
    site.add("<p>", "public/index.html").render()
    (reported,) = site.diagnostics
    assert (reported.code, reported.severity) == ("output-twice", "error")
    assert reported.message == "index.html and public/index.html would both be written to index.html"


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ('<meta charset="windows-1252">', "cp1252"),
        ("<meta charset=Shift_JIS>", "cp932"),
        ("\ufeff", "utf-16-le"),
        ("\ufeff", "utf-8"),
    ],
)
def test_a_page_keeps_its_encoding(site: Site, declared: str, codec: str) -> None:
    text = 'テスト<img src="a.png">' if codec == "cp932" else 'é<img src="a.png">'
    rendered = site.add((declared + text).encode(codec), "a.png").render()
    assert rendered.files[0].content == (declared + text.replace("a.png", "/assets/a-1.png")).encode(codec)


# --- module scripts -------------------------------------------------------------------------------

PAGE = """<!doctype html>
<html>
  <head>
    <title>Shop</title>
    <link rel="stylesheet" href="site.css">
    <script type="module" src="/src/main.ts"></script>
  </head>
  <body></body>
</html>
"""


def test_the_entry_brings_its_stylesheets_and_its_static_closure(site: Site) -> None:
    main = entry(
        imports=("assets/vendors-1.js", "assets/common-1.js"), css=("assets/common-1.css", "assets/main-1.css")
    )
    vendors = chunk("vendors", imports=("assets/deep-1.js",))
    page = site.add(PAGE, "site.css", "src/main.ts").page(main, vendors, chunk("common"), chunk("deep"))
    assert (
        page
        == """<!doctype html>
<html>
  <head>
    <title>Shop</title>
    <link rel="stylesheet" href="/assets/site-1.css">
    <link rel="modulepreload" crossorigin href="/assets/vendors-1.js">
    <link rel="modulepreload" crossorigin href="/assets/common-1.js">
    <link rel="modulepreload" crossorigin href="/assets/deep-1.js">
    <script type="module" crossorigin src="/assets/main-1.js"></script>
    <link rel="stylesheet" crossorigin href="/assets/common-1.css">
    <link rel="stylesheet" crossorigin href="/assets/main-1.css">
  </head>
  <body></body>
</html>
"""
    )


def test_a_stylesheet_that_the_page_links_itself_is_not_linked_again(site: Site) -> None:
    page = site.add(PAGE, "site.css", "src/main.ts").page(entry(css=("assets/site-1.css",)))
    assert page.count("site-1.css") == 1


def test_webpack_hints_become_links(site: Site) -> None:
    main = entry(preload=("assets/soon-1.js",), prefetch=("assets/later-1.js",))
    page = site.add(PAGE, "site.css", "src/main.ts").page(
        main, chunk("soon", imports=("assets/dep-1.js",)), chunk("dep"), chunk("later", imports=("assets/dep-1.js",))
    )
    lines = [line.strip() for line in page.splitlines() if "crossorigin" in line]
    assert lines == [
        '<link rel="modulepreload" crossorigin href="/assets/soon-1.js">',
        '<link rel="modulepreload" crossorigin href="/assets/dep-1.js">',
        '<script type="module" crossorigin src="/assets/main-1.js"></script>',
        '<link rel="prefetch" crossorigin href="/assets/later-1.js">',
    ]


def test_a_run_becomes_one_script_and_the_others_go_with_their_lines(site: Site) -> None:
    html = (
        "<body>\n  <p>a</p>\n  <script type=module src=src/main.ts></script>\n  <p>b</p>\n"
        '  <script type="module">\n    import "./x.js"\n  </script>\n</body>\n'
    )
    assert site.add(html, "src/main.ts").page(entry()) == (
        "<body>\n  <p>a</p>\n  <script type=module crossorigin src=/assets/main-1.js></script>\n  <p>b</p>\n</body>\n"
    )


def test_an_inline_module_becomes_a_linked_one_and_keeps_its_attributes(site: Site) -> None:
    html = "<script id=app nonce='{{ nonce(\"s\") }}' type='module' data-x>\n import './a.js'\n</script>"
    page = site.add(f"<head>{html}</head>").page(entry(css=("assets/main-1.css",)))
    assert page == (
        "<head><script id=app nonce='{{ nonce(\"s\") }}' type='module' crossorigin"
        ' src="/assets/main-1.js" data-x></script>'
        '<link rel="stylesheet" crossorigin nonce=\'{{ nonce("s") }}\' href="/assets/main-1.css"></head>'
    )


def test_an_own_crossorigin_is_kept_and_shared_and_an_old_integrity_dropped(site: Site) -> None:
    html = '<script crossorigin="use-credentials" integrity="sha256-x" type="module" src="a.js"></script>'
    page = site.add(f"<head>{html}</head>", "a.js").page(entry(imports=("assets/dep-1.js",)), chunk("dep"))
    assert page == (
        '<head><link rel="modulepreload" crossorigin="use-credentials" href="/assets/dep-1.js">'
        '<script crossorigin="use-credentials" type="module" src="/assets/main-1.js"></script></head>'
    )


def test_module_preloads_stand_after_the_import_map(site: Site) -> None:
    html = (
        '<head>\n  <script type="importmap">{"imports": {}}</script>\n</head>\n'
        '<script type="module" src="a.js"></script>\n'
    )
    page = site.add(html, "a.js").page(entry(imports=("assets/dep-1.js",)), chunk("dep"))
    assert page.index("</script>") < page.index("modulepreload") < page.index("</head>")
    assert '\n  <link rel="modulepreload" crossorigin href="/assets/dep-1.js">\n</head>' in page


def test_an_import_map_in_the_body_holds_the_preloads_back(site: Site) -> None:
    html = (
        '<body>\n<script type="importmap">{"imports": {"p": "/p.js"}}</script>\n'
        '<script type="module" src="a.js"></script>\n'
    )
    page = site.add(html, "a.js", "public/p.js").page(entry(imports=("assets/dep-1.js",)), chunk("dep"), base="./")
    assert page == (
        '<body>\n<script type="importmap">{"imports": {"p": "./p.js"}}</script>\n'
        '<link rel="modulepreload" crossorigin href="assets/dep-1.js">\n'
        '<script type="module" crossorigin src="assets/main-1.js"></script>\n'
    )


@pytest.mark.parametrize(
    ("base", "folder"),
    [("/", "/assets/"), ("./", "../assets/"), ("https://cdn.example/v/", "https://cdn.example/v/assets/")],
)
def test_the_import_map_holds_what_the_pages_chunks_name(site: Site, base: str, folder: str) -> None:
    site.stable_names = {
        "assets/main-1.js": {"assets/lazy-_.js": "assets/lazy-1.js", "assets/lazy-_.css": "assets/lazy-1.css"},
        "assets/lazy-1.js": {"assets/photo-_.png": "assets/photo-1.png"},
        "assets/other-1.js": {"assets/gone-_.png": "assets/gone-1.png"},
    }
    site.add('<!doctype html>\n<script type="module" src="../a.js"></script>', path="docs/index.html").add("", "a.js")
    main = entry(dynamic_imports=("assets/lazy-1.js",))
    chunks = (main, chunk("lazy"), chunk("other"))
    page = site.page(*chunks, path="docs/index.html", runs={"docs/index.html#0": main.file}, base=base)
    names = {"lazy-_.css": "lazy-1.css", "lazy-_.js": "lazy-1.js", "photo-_.png": "photo-1.png"}
    imports = {folder + name: folder + file for name, file in names.items()}
    written = json.dumps({"imports": imports}, separators=(",", ":"))
    assert page.splitlines()[1] == f'<script type="importmap">{written}</script>'


def test_the_pages_own_preloads_follow_the_bundle(site: Site) -> None:
    html = (
        "<head>\n"
        '  <link rel="modulepreload" href="/src/main.ts">\n'
        '  <link rel="modulepreload" href="/src/gone.ts">\n'
        '  <link rel="modulepreload" integrity="sha256-x" href="/src/lazy.ts">\n'
        '</head>\n<script type="module" src="/src/main.ts"></script>'
    )
    lazy = chunk("lazy", reason="route", facade="src/lazy.ts")
    page = site.add(html, "src/main.ts", "src/gone.ts", "src/lazy.ts").page(entry(imports=("assets/lazy-1.js",)), lazy)
    assert page == (
        '<head>\n  <link rel="modulepreload" href="/assets/main-1.js">\n'
        '  <link rel="modulepreload" href="/assets/lazy-1.js">\n</head>\n'
        '<script type="module" crossorigin src="/assets/main-1.js"></script>'
    )


def test_two_runs_share_what_they_share(site: Site) -> None:
    html = (
        '<head>\n<script type="module" src="a.js"></script>\n<script defer src="c.js"></script>\n'
        '<script type="module" src="b.js"></script>\n</head>'
    )
    one = entry("one", imports=("assets/dep-1.js",), css=("assets/x-1.css",))
    two = entry("two", imports=("assets/dep-1.js",), css=("assets/x-1.css", "assets/y-1.css"))
    runs = {"index.html#0": one.file, "index.html#1": two.file}
    rendered = site.add(html, "a.js", "b.js", "c.js").render(one, two, chunk("dep"), runs=runs)
    page = (rendered.files[-1].content or b"").decode()
    assert [page.count(name) for name in ("dep-1.js", "x-1.css", "y-1.css", "one-1.js", "two-1.js")] == [1, 1, 1, 1, 1]
    assert rendered.routes[0].files == (
        "index.html",
        "assets/one-1.js",
        "assets/dep-1.js",
        "assets/c-1.js",
        "assets/two-1.js",
        "assets/x-1.css",
        "assets/y-1.css",
    )


def test_part_of_a_template_gets_everything_beside_its_script(site: Site) -> None:
    html = '{% extends "base.html" %}\n{% block js %}\n  <script type="module" src="/a.js"></script>\n{% endblock %}\n'
    page = site.add(html, "a.js").page(entry(css=("assets/main-1.css",), imports=("assets/dep-1.js",)), chunk("dep"))
    assert page == (
        '{% extends "base.html" %}\n{% block js %}\n'
        '  <link rel="stylesheet" crossorigin href="/assets/main-1.css">\n'
        '  <link rel="modulepreload" crossorigin href="/assets/dep-1.js">\n'
        '  <script type="module" crossorigin src="/assets/main-1.js"></script>\n{% endblock %}\n'
    )


# --- inline code ----------------------------------------------------------------------------------


def test_inline_code_is_escaped_as_its_place_asks(site: Site) -> None:
    site.inline = {
        "let a = 1": 'let a="</script>"',
        "p { a: b }": 'p{a:"</STYLE>"}',
        "background: url(a.png)": 'background:url("/assets/a-1.png?x&y")',
    }
    html = '<script>let a = 1</script><style>p { a: b }</style><p style="background: url(a.png)">'
    assert site.add(html).page() == (
        '<script>let a="<\\/script>"</script><style>p{a:"<\\/STYLE>"}</style>'
        '<p style="background:url(&quot;/assets/a-1.png?x&amp;y&quot;)">'
    )


def test_an_unquoted_style_gets_quotes(site: Site) -> None:
    site.inline = {"a:url(x.png)": "a:url(/assets/x-1.png) b"}
    assert site.add("<p style=a:url(x.png)>").page() == '<p style="a:url(/assets/x-1.png) b">'


@pytest.mark.parametrize("code", ["a<!--b", 'x="<script>"'])
def test_a_script_that_the_parser_would_misread_stays_as_it_was(site: Site, code: str) -> None:
    site.inline = {"let a = 1": code}
    assert site.add("<script>let a = 1</script>").page() == "<script>let a = 1</script>"


def test_inline_code_fits_the_pages_encoding(site: Site) -> None:
    site.inline = {"a": "'é→😀'", "b": "'→'"}
    page = site.add(b"<meta charset=windows-1252><script>a</script><style>b</style>").render().files[0].content
    assert page == b"<meta charset=windows-1252><script>'\xe9\\u2192\\ud83d\\ude00'</script><style>'\\2192 '</style>"


# --- routes ---------------------------------------------------------------------------------------


def test_a_page_route_counts_what_a_first_visit_downloads(site: Site) -> None:
    html = (
        '<head><link rel="icon" href="i.ico"><link rel="manifest" href="m.json"><link rel="stylesheet" href="s.css">'
        '<meta property="og:image" content="o.png"></head><body>'
        '<picture><source srcset="p.avif"><img src="p.png" loading="lazy"></picture>'
        '<img src="s.png" srcset="t.png 2x"><script src="c.js"></script><a href="d.pdf">d</a>'
        '<video src="v.mp4"></video>'
        '<script type="module" src="a.js"></script><img src="s.png">'
    )
    names = ("i.ico", "m.json", "s.css", "o.png", "p.avif", "p.png", "s.png", "t.png", "c.js", "d.pdf", "v.mp4", "a.js")
    main = entry(imports=("assets/dep-1.js",), css=("assets/main-1.css",), assets=("assets/logo-1.svg",))
    (route,) = site.add(html, *names).render(main, chunk("dep")).routes
    assert (route.path, route.kind, route.source) == ("/", "page", "index.html")
    assert route.files == (
        "index.html",
        "assets/s-1.css",
        "assets/main-1.css",
        "assets/p-1.png",
        "assets/s-1.png",
        "assets/c-1.js",
        "assets/main-1.js",
        "assets/dep-1.js",
    )


def test_a_frame_adds_its_page(site: Site) -> None:
    site.add('<img src="a.png"><iframe src="in.html"></iframe>', "a.png").add(
        '<img src="b.png"><iframe src="/">', "b.png", path="in.html"
    )
    routes = site.render().routes
    assert routes[0].files == ("index.html", "assets/a-1.png", "in.html", "assets/b-1.png")
    assert routes[1].files == ("in.html", "assets/b-1.png", "index.html", "assets/a-1.png")


def test_each_lazy_route_is_counted_once_with_its_first_page(site: Site) -> None:
    html = '<script type="module" src="a.js"></script>'
    site.add(html, "a.js").add(html, path="two.html")
    main = entry(dynamic_imports=("assets/cart-1.js", "assets/widget-1.js"), css=("assets/main-1.css",))
    cart = chunk(
        "cart",
        reason="route",
        facade="src/cart.ts",
        imports=("assets/dep-1.js", main.file),
        css=("assets/cart-1.css",),
        dynamic_imports=("assets/pay-1.js",),
    )
    widget = chunk("widget", reason="component", facade="src/widget.ts")
    pay = chunk("pay", reason="route", facade="src/pay.ts")
    runs = {"index.html#0": main.file, "two.html#0": main.file}
    routes = site.render(main, cart, widget, pay, chunk("dep"), runs=runs).routes
    assert [(route.path, route.kind, route.source) for route in routes] == [
        ("/", "page", "index.html"),
        ("/two.html", "page", "two.html"),
        ("cart", "lazy", "src/cart.ts"),
        ("pay", "lazy", "src/pay.ts"),
    ]
    assert routes[2].files == (
        "index.html",
        "assets/main-1.js",
        "assets/main-1.css",
        "assets/cart-1.css",
        "assets/cart-1.js",
        "assets/dep-1.js",
    )


def test_without_pages_lazy_routes_start_at_configured_entries(site: Site) -> None:
    site.entries = (Entry(name="admin", path="src/admin.ts"),)
    admin = entry("admin", dynamic_imports=("assets/users-1.js",))
    users = chunk("users", reason="route", facade="src/users.ts")
    (route,) = site.render(admin, users, runs={"admin": admin.file}).routes
    assert (route.path, route.files) == ("users", ("assets/admin-1.js", "assets/users-1.js"))


# --- every page -----------------------------------------------------------------------------------

_fragment = st.sampled_from(
    (
        b"<p>",
        b"</p>\r\n",
        b"{% if a < b %}",
        b"{{ x|default('<b>') }}",
        b"<?php echo '<img src=\"gone.png\">' ?>",
        b"<!-- c -->",
        b"\xff\xe9",
        b"&amp;",
        b"<a href=#x",
        b"<script>a<b</script>",
        b"<% x %>",
        b"'\"",
        b"text",
        b"<img alt=x src={{ y }}>",
        b"</head>",
        b"<body>",
        b"\n\n",
        b"{{#each a}}<li>{{this}}</li>{{/each}}",
        b"<svg><path/></svg>",
        b"<template>",
        b"</template>",
        b"<textarea><img></textarea>",
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(before=st.lists(_fragment, max_size=8), after=st.lists(_fragment, max_size=8))
def test_a_page_without_references_keeps_every_byte_and_one_reference_changes_only_itself(
    tmp_path: Path, before: list[bytes], after: list[bytes]
) -> None:
    plain = b"".join((*before, *after))
    assert Site(tmp_path).add(plain).render().files[0].content == plain
    head, tail = b"".join(before), b"".join(after)
    content = Site(tmp_path).add(head + b'<img src="a.png">' + tail, "a.png").render().files[0].content
    # Inside an unfinished tag or a template's own string the image is no image, and then nothing may change.
    assert content in (head + b'<img src="/assets/a-1.png">' + tail, head + b'<img src="a.png">' + tail)


def test_the_same_input_gives_the_same_bytes(site: Site) -> None:
    site.add(PAGE, "site.css", "src/main.ts", "public/z.txt", "public/a.txt")
    main = entry(imports=("assets/dep-1.js",))
    first, second = site.render(main, chunk("dep")), site.render(replace(main), chunk("dep"))
    assert first == second
    assert [file.path for file in first.files] == sorted(file.path for file in first.files)
