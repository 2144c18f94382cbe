"""The manifest is Vite's, and the tags that django-vite renders from it are the right ones."""

from __future__ import annotations

import json
import re

import pytest

from perfbuild.model import RouteFiles
from perfbuild.stages.manifest import MANIFEST_PATH, manifest

from . import builders as make

CSS = ("assets/base-b1.css", "assets/main-m1.css")


@pytest.fixture
def built():
    chunks = (
        make.chunk(
            "assets/main-m1.js",
            name="main",
            reason="entry",
            facade="src/main.ts",
            is_entry=True,
            imports=("assets/shared-s1.js",),
            dynamic_imports=("assets/lazy-l1.js", "assets/virtual-v1.js"),
            css=CSS,
            assets=("assets/logo-g1.svg",),
        ),
        make.chunk("assets/shared-s1.js"),
        make.chunk(
            "assets/lazy-l1.js",
            reason="route",
            facade="src/routes.ts",
            name="routes",
            imports=("assets/main-m1.js", "assets/shared-s1.js"),
        ),
        make.chunk("assets/virtual-v1.js", reason="route", facade="\0glob"),
    )
    files = (
        *(make.output(chunk.file, b"x") for chunk in chunks),
        make.output(CSS[0], b"x", "style", sources=("src/base.css", "src/reset.css")),
        make.output(CSS[1], b"x", "style", sources=("src/main.css",)),
        make.output("assets/logo-g1.svg", b"x", "image", sources=("img/logo.svg",)),
        make.output("assets/print-p1.css", b"x", "style", sources=("css/print.css",)),
        make.output("index.html", b"x", "document", sources=("index.html",)),
    )
    route = RouteFiles(path="/", kind="page", source="index.html", files=("index.html", "assets/main-m1.js"))
    return make.rendered(files=files, chunks=chunks, routes=(route,))


@pytest.fixture
def document(built):
    return json.loads(manifest(built, make.config(entries={"print": "css/print.css"})))


def test_an_entry_is_written_as_vite_writes_it(document):
    assert document["src/main.ts"] == {
        "file": "assets/main-m1.js",
        "name": "main",
        "src": "src/main.ts",
        "isEntry": True,
        "imports": ["_shared-s1.js"],
        "dynamicImports": ["src/routes.ts", "_virtual-v1.js"],
        "css": list(CSS),
        "assets": ["assets/logo-g1.svg"],
    }
    assert document["_shared-s1.js"] == {"file": "assets/shared-s1.js", "name": "shared"}
    assert document["src/routes.ts"]["isDynamicEntry"] is True
    assert document["src/routes.ts"]["imports"] == ["src/main.ts", "_shared-s1.js"]


def test_a_page_leads_to_its_entry_chunk(document):
    assert document["index.html"]["file"] == "assets/main-m1.js"
    assert document["index.html"]["src"] == "index.html"
    assert document["index.html"]["css"] == list(CSS)


def test_single_files_are_found_by_their_source(document):
    assert document["img/logo.svg"] == {"file": "assets/logo-g1.svg", "src": "img/logo.svg"}
    assert document["css/print.css"] == {"file": "assets/print-p1.css", "src": "css/print.css", "isEntry": True}
    assert document["_base-b1.css"]["file"] == CSS[0]


def test_every_import_is_a_key_and_virtual_modules_are_none(document):
    for entry in document.values():
        for key in (*entry.get("imports", ()), *entry.get("dynamicImports", ())):
            assert key in document
    assert not any("\0" in key for key in document)


def test_the_routes_come_first_in_an_entry_of_their_own(document):
    assert next(iter(document)) == "routes"
    assert document["routes"] == {
        "file": MANIFEST_PATH,
        "paths": {"/": {"source": "index.html", "files": ["index.html", "assets/main-m1.js"]}},
    }


def test_the_inline_script_of_a_page_is_found_by_the_page():
    chunk = make.chunk("assets/about-1.js", facade="about.html?script=1098", is_entry=True)
    route = RouteFiles(path="/about.html", kind="page", source="about.html", files=("about.html", chunk.file))
    document = json.loads(manifest(make.rendered(chunks=(chunk,), routes=(route,)), make.config()))
    assert sorted(document) == ["_about-1.js", "about.html", "routes"]
    assert document["about.html"] == {"file": chunk.file, "name": "about", "isEntry": True, "src": "about.html"}


def test_two_chunks_of_one_source_keep_apart():
    chunks = (
        make.chunk("assets/a-1.js", facade="src/a.ts", is_entry=True),
        make.chunk("assets/a-2.js", facade="src/a.ts"),
    )
    document = json.loads(manifest(make.rendered(chunks=chunks), make.config()))
    assert document["src/a.ts"]["file"] == "assets/a-1.js"
    assert document["_a-2.js"] == {"file": "assets/a-2.js", "name": "a"}


def test_the_manifest_does_not_depend_on_the_order_of_files(built):
    turned = make.rendered(files=reversed(built.files), chunks=built.chunks, modules=built.modules, routes=built.routes)
    assert manifest(built, make.config()) == manifest(turned, make.config())


@pytest.fixture
def render(built, tmp_path):
    """Renders a Django template with django-vite's tags, which read the manifest."""
    import django
    from django.conf import settings
    from django.template import Context, Engine
    from django.test import override_settings

    if not settings.configured:
        settings.configure(DJANGO_VITE={"default": {"dev_mode": True}})
        django.setup()
    from django_vite.core.asset_loader import DjangoViteAssetLoader

    path = tmp_path / "manifest.json"
    path.write_bytes(manifest(built, make.config()))
    application = {"dev_mode": False, "manifest_path": path, "static_url_prefix": "/static"}
    engine = Engine(libraries={"django_vite": "django_vite.templatetags.django_vite"})
    with override_settings(DJANGO_VITE={"default": application}):
        DjangoViteAssetLoader._instance = None
        assert DjangoViteAssetLoader.instance().check() == []
        yield lambda tag: engine.from_string("{% load django_vite %}" + tag).render(Context())
    DjangoViteAssetLoader._instance = None


def test_django_vite_renders_an_entry(render):
    html = render("{% vite_asset 'src/main.ts' %}")
    assert re.findall(r'(?:href|src)="([^"]+)"', html) == [
        "/static/assets/base-b1.css",
        "/static/assets/main-m1.css",
        "/static/assets/main-m1.js",
        "/static/assets/shared-s1.js",
    ]
    assert html.count('rel="stylesheet"') == 2
    assert 'type="module"' in html


def test_django_vite_renders_a_page_a_preload_and_a_url(render):
    assert 'src="/static/assets/main-m1.js"' in render("{% vite_asset 'index.html' %}")
    assert 'rel="modulepreload"' in render("{% vite_preload_asset 'src/main.ts' %}")
    assert render("{% vite_asset_url 'img/logo.svg' %}") == "/static/assets/logo-g1.svg"


def test_a_chunk_named_routes_is_still_found_by_its_name(render):
    assert 'src="/static/assets/lazy-l1.js"' in render("{% vite_asset 'routes' %}")
