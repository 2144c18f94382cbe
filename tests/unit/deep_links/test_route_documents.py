"""Copies of a page for single routes: which there are, what they preload, and where their URLs lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfbuild.stages.route_documents import moved

from .sites import PAGE, Application, lazy, main, record


@pytest.fixture
def app(tmp_path: Path) -> Application:
    return Application(tmp_path).add("index.html", PAGE)


def test_every_address_without_parameters_gets_a_document(app: Application) -> None:
    names = ("home", "list", "one", "deep", "all", "maybe")
    paths = ("/", "/users", "/users/:id", "/a/b", "/*", "/maybe/:id?")
    records = [record(path, name) for path, name in zip(paths, names, strict=True)]
    texts = app.texts(main(*map(lazy, names)), records, route_documents=True)
    assert sorted(texts) == ["a/b/index.html", "index.html", "maybe/index.html", "users/index.html"]
    assert app.codes() == []


def test_a_document_preloads_the_files_of_its_route_and_has_no_script(app: Application) -> None:
    users = lazy("users", css=("assets/users.css",), imports=("assets/main-1.js",))
    texts = app.texts(
        main(users, lazy("other")), [record("/users", "users"), record("/o", "other")], route_documents=True
    )
    lines = [line.strip() for line in texts["users/index.html"].splitlines()]
    assert lines[3:7] == [
        '<meta charset="utf-8">',
        '<link rel="preload" as="style" crossorigin href="/assets/users.css">',
        '<link rel="modulepreload" crossorigin href="/assets/users-1.js">',
        "<title>App</title>",
    ]
    assert "<script>" in texts["index.html"]
    assert "<script>" not in texts["users/index.html"]


def test_without_deep_links_there_are_documents_all_the_same(app: Application) -> None:
    texts = app.texts(main(lazy("a")), [record("/a", "a")], route_documents=True, deep_links=False)
    assert "assets/a-1.js" in texts["a/index.html"]
    assert "assets/a-1.js" not in texts["index.html"]


def test_import_maps_come_first_and_their_hashes_are_told(app: Application) -> None:
    app.stable_names = {"assets/main-1.js": {"assets/a-_.js": "assets/a-1.js"}}
    rendered = app.render(main(lazy("a")), [record("/a", "a")], route_documents=True)
    page = next((file.content or b"").decode() for file in rendered.files if file.path == "a/index.html")
    assert 0 < page.index("importmap") < page.index("modulepreload")
    assert [len(rendered.inline_scripts[path]) for path in ("index.html", "a/index.html")] == [2, 1]


def test_a_page_in_a_folder_has_its_routes_below_it(tmp_path: Path) -> None:
    app = Application(tmp_path).add("admin/index.html", PAGE)
    assert "admin/a/index.html" in app.texts(main(lazy("a")), [record("/a", "a")], route_documents=True)


@pytest.mark.parametrize(
    ("taken", "route"),
    [
        ("a/index.html", "/a"),
        ("public/a/index.html", "/a"),
        ("public/a", "/a"),
        ("public/a", "/a/b"),
        ("index.html", "/.perfbuild"),
        ("index.html", "/a/../b"),
        ("index.html", "/a/c|d"),
    ],
)
def test_no_other_file_is_ever_replaced(tmp_path: Path, taken: str, route: str) -> None:
    app = Application(tmp_path).add("index.html", PAGE)
    if taken != "index.html":
        app.add(taken, "<p>mine</p>")
    texts = app.texts(main(lazy("a")), [record(route, "a")], route_documents=True)
    assert set(texts) <= {"index.html", "a/index.html"}
    assert texts.get("a/index.html", "<p>mine</p>") in ("<p>mine</p>", "")
    assert app.codes() == ["route-document-skipped"]


def test_a_relative_base_is_refused_where_the_application_could_not_find_its_root(tmp_path: Path) -> None:
    app = Application(tmp_path).add("index.html", PAGE)
    assert list(app.texts(main(lazy("a")), [record("/a", "a")], base="./", route_documents=True)) == ["index.html"]
    assert app.codes() == ["route-documents-relative"]


def test_a_base_element_keeps_a_relative_base_right(tmp_path: Path) -> None:
    page = PAGE.replace("<title>", '<base href="./">\n    <title>').replace("/public.css", "public.css")
    texts = (
        Application(tmp_path)
        .add("index.html", page)
        .texts(main(lazy("a")), [record("/a/b", "a")], base="./", route_documents=True)
    )
    assert '<base href="../.././">' in texts["a/b/index.html"]
    assert 'href="assets/a-1.js"' in texts["a/b/index.html"]
    assert 'href="public.css"' in texts["a/b/index.html"]


def test_relative_urls_of_the_page_lead_where_they_led(app: Application) -> None:
    app.add("about.html", "<p>")
    app.add("public/logo.svg", "")
    app.pages.remove("index.html")
    app.add("index.html", PAGE.replace("<body>", '<body><a href="about.html"><img src="logo.svg"></a><a href="#x">'))
    text = app.texts(main(lazy("a")), [record("/a", "a")], route_documents=True)["a/index.html"]
    assert '<a href="../about.html"><img src="../logo.svg"></a><a href="#x">' in text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<a href=b.html>", "<a href=../b.html>"),
        ("<A HREF=' b.html?x#y'>", "<A HREF=' ../b.html?x#y'>"),
        ('<img srcset="a.png 1x, /b.png 2x, c.png 3x">', '<img srcset="../a.png 1x, /b.png 2x, ../c.png 3x">'),
        ('<p style="background:url(a.png)">', '<p style="background:url(../a.png)">'),
        (
            '<p style="background:url(&quot;a.png&quot;),url(data:x)">',
            '<p style="background:url(&quot;../a.png&quot;),url(data:x)">',
        ),
        (
            "<style>@import 'a.css';b{c:url( \"d.png\" )}</style>",
            "<style>@import '../a.css';b{c:url( \"../d.png\" )}</style>",
        ),
        ("<style>a{b:url(#c) url(/d) url(https://e)}</style>", None),
        (
            '<script type="importmap">{"imports":{"a":"./a.js","./b":"/b"}}</script>',
            '<script type="importmap">{"imports":{"a":".././a.js",".././b":"/b"}}</script>',
        ),
        ('<a href="">', None),
        ('<a href="#top"><a href="?q"><a href="mailto:x"><a href="//x/y"><a href="/x">', None),
        ('<a href="{{ url }}">', None),
        ("<script>x = '<a href=\"b\">'</script><!-- <a href=b> -->", None),
        ('<object data="a.svg"></object><p data="a">', '<object data="../a.svg"></object><p data="a">'),
        ('<base href="sub/"><a href="b">', '<base href="../sub/"><a href="b">'),
        ('<base href="/"><a href="b">', None),
    ],
)
def test_moved(before: str, after: str | None) -> None:
    assert moved(before, "../") == (before if after is None else after)
