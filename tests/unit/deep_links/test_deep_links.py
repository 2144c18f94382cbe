"""Which files a page asks for at an address, before its entry has run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from perfbuild.config import Config, Runtime
from perfbuild.model import ChunkModule
from perfbuild.stages.manifest import manifest

from .sites import PAGE, Application, lazy, main, record

SCRIPT = re.compile(r"<script([^>]*)>(\{.*?\})</script>")


@pytest.fixture
def app(tmp_path: Path) -> Application:
    return Application(tmp_path).add("index.html", PAGE)


def asked(page: str, path: str) -> list[str]:
    """What the page's script would ask for at a path below its base; the expression means the same to Python."""
    found = SCRIPT.search(page)
    if found is None:
        return []
    pattern = re.search(r"\(/(\^.*?)/i\.exec", found[2])
    tables = re.search(r"t=(\[.*?\]),n=.*of (\[\"\".*?\])\[i\]\)", found[2])
    assert pattern and tables, found[2]
    names, routes = json.loads(tables[1]), json.loads(tables[2])
    matched = re.search(pattern[1], path, re.IGNORECASE)
    fitting = [] if matched is None else [n + 1 for n, group in enumerate(matched.groups()) if group is not None]
    return [names[place] for number in fitting for place in routes[number]]


def test_a_route_brings_its_chunks_and_stylesheets(app: Application) -> None:
    users = lazy("users", imports=("assets/table-1.js",), css=("assets/users.css",))
    page = app.page(main(users, lazy("table", reason="shared", facade=None)), [record("/users", "users")])
    assert asked(page, "/users") == ["/assets/users.css", "/assets/users-1.js", "/assets/table-1.js"]
    assert asked(page, "/users/") == asked(page, "/users")
    assert asked(page, "/users/7") == asked(page, "/") == asked(page, "/usersx") == []


def test_what_the_page_loads_anyway_is_not_asked_for_twice(app: Application) -> None:
    users = lazy("users", imports=("assets/main-1.js", "assets/react-1.js"), css=("assets/a.css", "assets/b.css"))
    home = lazy("home", imports=("assets/react-1.js",))
    react = lazy("react", reason="shared", facade=None)
    chunks = main(users, home, react, imports=(react.file,), css=("assets/a.css",), preload=(home.file,))
    page = app.page(chunks, [record("/users", "users"), record("/", "home")])
    assert asked(page, "/users") == ["/assets/b.css", "/assets/users-1.js"]
    assert asked(page, "/") == []


def test_it_waits_for_four_fifths_of_the_pages_own_scripts(app: Application) -> None:
    """Kilobits, at 0.28 compressed bytes a byte; the route's own files are not among them."""
    app.contents = {"assets/main-1.js": b"a" * 10_000, "assets/react-1.js": b"b" * 90_000, "assets/users-1.js": b"c"}
    react = lazy("react", reason="shared", facade=None)
    page = app.page(main(lazy("users"), react, imports=(react.file,)), [record("/users", "users")])
    assert f"setTimeout(document.perfbuildPreload,{round(100 * 0.28 * 8 * 0.8)}/" in page


def test_layouts_come_with_their_routes_and_an_index_with_its_layout(app: Application) -> None:
    chunks = main(lazy("layout"), lazy("list"), lazy("one"))
    records = [record("/users", "layout"), record("/users", "layout", "list"), record("/users/:id", "layout", "one")]
    page = app.page(chunks, records)
    assert asked(page, "/users") == ["/assets/layout-1.js", "/assets/list-1.js"]
    assert asked(page, "/users/1") == ["/assets/layout-1.js", "/assets/one-1.js"]


def test_of_two_records_of_one_pattern_the_first_counts(app: Application) -> None:
    page = app.page(main(lazy("a"), lazy("b")), [record("/x/:id", "a"), record("/x/:name", "b")])
    assert asked(page, "/x/1") == ["/assets/a-1.js"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/users/new", "static"),
        ("/users/1", "parameter"),
        ("/users/1/a/b", "rest"),
        ("/users", "rest"),
        ("/", None),
        ("/x-1/y", "mixed"),
        ("/opt", "optional"),
        ("/opt/1", "optional"),
        ("/opt/1/2", "all"),
        ("/en/about", "language"),
        ("/about", "language"),
        ("/other", "all"),
        ("/num/12", "number"),
        ("/many/a/b", "many"),
    ],
)
def test_the_most_specific_pattern_counts_whatever_the_order(app: Application, path: str, name: str | None) -> None:
    records = [
        record("/*", "all"),
        record("/users/*", "rest"),
        record("/users/:id", "parameter"),
        record("/users/new", "static"),
        record("/x-:id/y", "mixed"),
        record("/opt/:id?", "optional"),
        record("/:lang?/about", "language"),
        record("/num/:id(\\d+)", "number"),
        record("/many/:path+", "many"),
        record("/", "home"),
    ]
    names = [each.components[0][4:-3] for each in records]
    chunks = main(*(lazy(each) for each in names if each != "home"))
    page = app.page(chunks, records)
    assert asked(page, path) == ([f"/assets/{name}-1.js"] if name else [])


def test_a_route_that_is_no_lazy_one_keeps_others_from_its_address(app: Application) -> None:
    records = [record("/:page", "page"), record("/login")]
    page = app.page(main(lazy("page")), records)
    assert asked(page, "/x") == ["/assets/page-1.js"]
    assert asked(page, "/login") == []


def test_paths_are_matched_as_browsers_write_them(app: Application) -> None:
    page = app.page(main(lazy("a")), [record("/größe & (co).x/a b", "a")])
    assert asked(page, "/gr%C3%B6%C3%9Fe%20&%20(co).x/a%20b") == ["/assets/a-1.js"]
    assert asked(page, "/gr%C3%B6%C3%9Fe%20&%20(co)yx/a%20b") == []


def test_a_chunk_of_several_roots_is_found_by_its_modules(app: Application) -> None:
    both = lazy(
        "both", facade="src/a.js", modules=(ChunkModule(id="src/a.js", bytes=1), ChunkModule(id="src/b.js", bytes=1))
    )
    assert asked(app.page(main(both), [record("/b", "b")]), "/b") == ["/assets/both-1.js"]


def test_every_page_knows_the_routes_of_its_own_entries_alone(tmp_path: Path) -> None:
    app = Application(tmp_path).add("index.html", PAGE)
    app.add("admin/index.html", PAGE.replace("/main.js", "/admin.js")).add("about.html", "<p>x</p>")
    chunks = (*main(lazy("shop")), *main(lazy("users"), name="admin"))
    texts = app.texts(chunks, [record("/shop", "shop"), record("/users", "users")])
    assert asked(texts["index.html"], "/shop") == ["/assets/shop-1.js"]
    assert asked(texts["index.html"], "/users") == []
    assert asked(texts["admin/index.html"], "/admin/users") == ["/assets/users-1.js"]
    assert asked(texts["admin/index.html"], "/users") == ["/assets/users-1.js"]
    assert texts["about.html"] == "<p>x</p>"


def test_a_table_that_names_the_pages_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    app = Application(tmp_path).add("admin/index.html", PAGE)
    page = app.page(main(lazy("a"), lazy("b")), [record("/admin/a", "a"), record("/*", "b")])
    assert asked(page, "/admin/a") == ["/assets/a-1.js"]
    assert asked(page, "/a") == ["/assets/b-1.js"]


# --- where and how it stands ----------------------------------------------------------------------


def test_the_script_stands_before_stylesheets_and_after_the_charset(app: Application) -> None:
    react = lazy("react", reason="shared", facade=None)
    page = app.page(main(lazy("a"), react, imports=(react.file,)), [record("/a", "a")])
    lines = [line.strip()[:30] for line in page.splitlines()]
    assert lines[3:8] == [
        '<meta charset="utf-8">',
        "<script>{let{nonce:e}=document",
        "<title>App</title>",
        '<link rel="stylesheet" href="/',
        '<link rel="modulepreload" cros',
    ]


def test_a_charset_and_a_base_further_down_come_first(tmp_path: Path) -> None:
    page = PAGE.replace("    <title>App</title>\n", "").replace(
        '    <meta charset="utf-8">\n', '    <title>App</title>\n    <meta charset="utf-8">\n    <base href="/">\n'
    )
    text = Application(tmp_path).add("index.html", page).page(main(lazy("a")), [record("/a", "a")])
    assert re.search(r'<base href="/">\n    <script>\{', text)


def test_the_import_map_stays_in_front(app: Application) -> None:
    app.stable_names = {"assets/main-1.js": {"assets/a-_.js": "assets/a-1.js"}}
    page = app.page(main(lazy("a")), [record("/a", "a")])
    assert re.search(r'<meta charset="utf-8">\n    <script type="importmap">.*</script>\n    <script>\{', page)


def test_an_own_import_map_stays_in_front(tmp_path: Path) -> None:
    own = PAGE.replace("    <script type", '    <script type="importmap">{"imports":{}}</script>\n    <script type')
    page = Application(tmp_path).add("index.html", own).page(main(lazy("a")), [record("/a", "a")])
    assert page.index("importmap") < page.index("<script>{") < page.index('<script type="module"')


def test_a_template_that_decides_on_the_charset_gets_the_script_beside_its_module(tmp_path: Path) -> None:
    template = PAGE.replace("    <meta", "    {% if old %}<meta").replace('"utf-8">', '"utf-8">{% endif %}')
    page = Application(tmp_path).add("index.html", template).page(main(lazy("a")), [record("/a", "a")])
    assert re.search(r'<link rel="stylesheet"[^\n]*\n    <script>\{[^\n]*\n    <script type="module"', page)


def test_part_of_a_template_gets_it_beside_its_module(tmp_path: Path) -> None:
    template = '{% extends "x" %}\n{% block js %}\n<script type="module" src="/main.js"></script>\n{% endblock %}\n'
    page = Application(tmp_path).add("index.html", template).page(main(lazy("a")), [record("/a", "a")])
    assert re.search(r'\{% block js %\}\n<script>\{.*\n<script type="module"', page)


def test_nothing_in_it_is_read_by_html_or_a_template(tmp_path: Path) -> None:
    records = [
        record('/a&b"<c>{{d}}/[[e]]', "a"),
        record("/{% x %}/</script>", "b"),
        record("/${x}/<?php", "c"),
    ]
    page = Application(tmp_path).add("index.html", PAGE).page(main(lazy("a"), lazy("b"), lazy("c")), records)
    found = SCRIPT.search(page)
    assert found is not None
    assert not re.search(r"[&<]|\{[{%#]|\[\[|\$\{|<\?|[^\0-\x7f]", found[2])
    assert asked(page, "/a&b%22%3Cc%3E%7B%7Bd%7D%7D/[[e]]") == ["/assets/a-1.js"]


def levels(page: str) -> list[str]:
    """The digits of the table's routes, in its order."""
    found = re.search(r'o>"(\d+)"\[i\]', page)
    assert found is not None
    assert found[1][0] == "0"
    return list(found[1][1:])


def test_the_table_says_which_routes_links_fetch_ahead(app: Application) -> None:
    chunks = main(lazy("a"), lazy("b"), lazy("layout"), lazy("index"), lazy("rest"))
    records = [
        record("/a", "a"),
        record("/b/:id", "b", preload=True),
        record("/c", "layout", preload=True),
        record("/c", "layout", "index"),
        record("*", "rest", preload=True),
    ]
    page = app.page(chunks, records)
    assert levels(page) == ["1", "2", "2", "0"]
    assert asked(page, "/c") == ["/assets/layout-1.js", "/assets/index-1.js"]


@pytest.mark.parametrize(("policy", "count"), [("none", 1), ("hover", 2)])
def test_where_links_are_fetched_routes_without_files_are_known_too(tmp_path: Path, policy: Any, count: int) -> None:
    """Or their documents would be fetched, which nobody asks for."""
    app = Application(tmp_path).add("index.html", PAGE)
    app.runtime = Runtime(prefetch=policy)
    page = app.page(main(lazy("a")), [record("/a", "a"), record("/in-the-entry")])
    assert len(levels(page)) == count


def test_the_nonce_of_the_module_allows_it(tmp_path: Path) -> None:
    template = PAGE.replace("<script ", '<script nonce="{{ nonce }}" ')
    page = Application(tmp_path).add("index.html", template).page(main(lazy("a")), [record("/a", "a")])
    assert '<script nonce="{{ nonce }}">{let' in page


def test_the_manifest_gets_the_hash_of_the_text(app: Application) -> None:
    from base64 import b64encode
    from hashlib import sha256

    rendered = app.render(main(lazy("a")), [record("/a", "a")])
    page = next(file.content or b"" for file in rendered.files if file.path == "index.html")
    found = SCRIPT.search(page.decode())
    assert found is not None
    digest = b64encode(sha256(found[2].encode()).digest()).decode()
    assert rendered.inline_scripts == {"index.html": (f"sha256-{digest}",)}


@pytest.mark.parametrize(
    ("base", "folder", "root", "name"),
    [
        ("/app/", "", "/app/", "/app/assets/a-1.js"),
        ("https://cdn.example/x/", "", "https://cdn.example/x/", "https://cdn.example/x/assets/a-1.js"),
        ("./", "", "./", "assets/a-1.js"),
        ("./", "docs/", "../", "../assets/a-1.js"),
    ],
)
def test_bases(tmp_path: Path, base: str, folder: str, root: str, name: str) -> None:
    page = PAGE.replace('    <link rel="stylesheet" href="/public.css">\n', "")
    text = Application(tmp_path).add(f"{folder}index.html", page).page(main(lazy("a")), [record("/a", "a")], base=base)
    assert f'n=document.baseURI,r=new URL("{root}",n)' in text
    assert asked(text, "/a") == [name]


def test_an_xhtml_page_stays_well_formed(tmp_path: Path) -> None:
    from lxml import etree

    page = PAGE.replace("<!doctype html>\n<html>", '<html xmlns="http://www.w3.org/1999/xhtml">')
    page = page.replace('charset="utf-8">', 'charset="utf-8"/>').replace('css">', 'css"/>')
    text = Application(tmp_path).add("index.html", page).page(main(lazy("a")), [record("/a&b/:c", "a")])
    assert "<script>{let" in text
    etree.fromstring(text.replace(" crossorigin ", " "))


# --- where there is none --------------------------------------------------------------------------


def test_it_is_left_out_where_the_configuration_says_so(app: Application) -> None:
    page = app.page(main(lazy("a")), [record("/a", "a")], deep_links=False)
    assert "<script>" not in page


@pytest.mark.parametrize("path", ["/a", "/*"])
def test_a_page_without_lazy_routes_has_none(app: Application, path: str) -> None:
    page = app.page((*main(imports=("assets/a-1.js",)), lazy("a")), [record(path, "a")])
    assert "<script>" not in page


def test_scripts_fetched_with_credentials_are_not_preloaded_without(tmp_path: Path) -> None:
    page = PAGE.replace("<script ", '<script crossorigin="use-credentials" ')
    text = Application(tmp_path).add("index.html", page).page(main(lazy("a")), [record("/a", "a")])
    assert "<script>" not in text


POLICY = '<meta http-equiv="Content-Security-Policy" content="{}">\n    <title>'


@pytest.mark.parametrize(
    ("policy", "runs"),
    [
        ("default-src 'self'", False),
        ("script-src 'self' 'sha256-AAAA' 'unsafe-inline'", False),
        ("script-src 'none'; script-src-elem 'self' 'unsafe-inline'", True),
        ("img-src 'self'; style-src 'none'", True),
        ("SCRIPT-SRC 'self' 'UNSAFE-INLINE'", True),
    ],
)
def test_a_policy_of_the_page_that_forbids_it_is_respected_and_told(app: Application, policy: str, runs: bool) -> None:
    app.add("index.html", PAGE.replace("<title>", POLICY.format(policy)))
    app.pages.pop()
    page = app.page(main(lazy("a")), [record("/a", "a")])
    assert ("<script>{" in page) == runs
    assert app.codes() == ([] if runs else ["deep-links-blocked"])
    assert not runs or page.index("http-equiv") < page.index("<script>{")


def test_the_manifest_names_the_hashes_where_readers_of_vites_format_pass_over_them(app: Application) -> None:
    rendered = app.render(main(lazy("a")), [record("/a", "a")])
    config = Config(root=app.root, out=app.root / "dist", report_dir=app.root / ".perfbuild")
    written = json.loads(manifest(rendered, config))
    assert written["routes"]["inlineScripts"] == {"index.html": list(rendered.inline_scripts["index.html"])}
    assert all("file" in each for each in written.values())
