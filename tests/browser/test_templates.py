"""fixtures/templates built, rendered by Jinja and Django, and loaded: the servers' own parts still work."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from perfbuild.serve import Server

from .building import FIXTURES, Built
from .visiting import Visit

pytestmark = pytest.mark.browser

SPRITE = '<svg xmlns="http://www.w3.org/2000/svg"><symbol id="user"><path d="M0 0h9v9z"/></symbol></svg>'
#: What the servers have beside the build, under names that they make themselves.
OWN = {"css/account.css": "", "css/theme.css": "", "img/icons.svg": SPRITE}
VALUES = [3, 1, 2]


@pytest.fixture
def site(built: Callable[..., Built], tmp_path: Path) -> Path:
    """A document root: the build's output and the server's static files."""
    root = tmp_path / "site"
    shutil.copytree(built("templates").out, root)
    shutil.copytree(FIXTURES / "templates/static", root / "static")
    for path, text in OWN.items():
        (root / "static" / path).write_text(text)
    return root


@pytest.fixture
def load(site: Path, visit: Callable[..., Visit]) -> Callable[[str], Page]:
    """Serves a rendered page beside the build and opens it."""
    with ExitStack() as stack:

        def open_page(html: str) -> Page:
            (site / "rendered.html").write_text(html, "utf-8")
            server = stack.enter_context(Server(site).start())
            return visit().open(server.url + "rendered.html")

        yield open_page


def manifest_of(site: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((site / ".perfbuild/manifest.json").read_bytes())
    return manifest


def assert_drawn(page: Page) -> None:
    """The entry of the manifest has run, with the lazy part and its stylesheet."""
    bars = page.locator("[data-chart] i")
    expect(bars).to_have_count(len(VALUES))
    assert page.locator("[data-chart]").evaluate("(chart) => getComputedStyle(chart).display") == "flex"
    assert bars.first.evaluate("(bar) => getComputedStyle(bar).flexGrow") == "1"
    broken = page.evaluate("[...document.images].filter((image) => !image.naturalWidth).map((image) => image.src)")
    assert broken == []


def test_jinja_pages_show_what_they_extend_import_and_name(site: Path, load: Callable[[str], Page]) -> None:
    page = load(render_jinja(site))
    expect(page).to_have_title("Hello, Ada")
    assert page.evaluate("document.documentElement.className") == "x-fast"
    assert page.evaluate("limit") == 20
    assert page.evaluate("settings.beep") is True
    assert page.locator(".meter span").get_attribute("style") == "width: 40%"
    expect(page.locator("tr")).to_have_count(2)
    assert "banner.jpg" in page.locator(".hero").evaluate("(hero) => getComputedStyle(hero).backgroundImage")
    assert page.evaluate("typeof toggleMenu") == "function"
    assert_drawn(page)


def render_jinja(site: Path) -> str:
    from jinja2 import Environment, FileSystemLoader

    manifest = manifest_of(site)
    environment = Environment(loader=FileSystemLoader(site / "jinja/templates"), autoescape=True)
    environment.globals.update(
        url_for=lambda name, filename="", **_rest: f"/static/{filename}" if name == "static" else f"/{name}",
        vite_css=lambda name: manifest[name].get("css", ()),
        vite_file=lambda name: manifest[name]["file"],
        csp_nonce=lambda: "abc",
        current_user=SimpleNamespace(name="Ada", id=7),
        g=SimpleNamespace(experiments=["fast"]),
        settings={"beep": True},
        palette={"sky": "#08f"},
        hero="banner.jpg",
    )
    invoices = [SimpleNamespace(number=number, open=True, due=number, amount=9.5) for number in (1, 2)]
    return environment.get_template("account/index.html").render(invoices=invoices, today=2, pct=40, history=VALUES)


def test_django_pages_show_what_they_extend_include_and_name(site: Path, load: Callable[[str], Page]) -> None:
    page = load(render_django(site))
    expect(page.locator("h1")).to_have_text("Orders")
    expect(page).to_have_title("#5 \N{EN DASH} Kelp")
    assert page.evaluate("window.app.flags") == ["a", "b"]
    expect(page.locator("nav")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.locator("nav a.on")).to_have_text("Home")
    expect(page.locator("footer small")).to_contain_text("2030")
    assert page.locator(".meter span").get_attribute("style") == "width: 30%; background: #b00"
    assert page.evaluate("JSON.parse(document.getElementById('columns').textContent).page") == 2
    assert "{{ icon }}" in (page.locator("#row").text_content() or "")
    assert_drawn(page)


def render_django(site: Path) -> str:
    import django
    from django.conf import settings
    from django.template import Context, Engine
    from django.test import override_settings

    if not settings.configured:
        settings.configure(DJANGO_VITE={"default": {"dev_mode": True}})
        django.setup()
    from django.urls import path
    from django_vite.core.asset_loader import DjangoViteAssetLoader

    routes = ModuleType("template_routes")
    routes.urlpatterns = [path("", print, name="home"), path("orders/<int:pk>", print, name="order")]  # type: ignore[attr-defined]
    vite = {"dev_mode": False, "manifest_path": site / ".perfbuild/manifest.json", "static_url_prefix": "/"}
    with override_settings(DJANGO_VITE={"default": vite}, STATIC_URL="/static/", ROOT_URLCONF=routes):
        DjangoViteAssetLoader._instance = None
        libraries = {
            "static": "django.templatetags.static",
            "i18n": "django.templatetags.i18n",
            "humanize": "django.contrib.humanize.templatetags.humanize",
            "django_vite": "django_vite.templatetags.django_vite",
        }
        engine = Engine(dirs=[site / "django/templates"], libraries=libraries)
        return engine.get_template("orders/list.html").render(Context(django_values()))


def django_values() -> dict[str, Any]:
    picture = SimpleNamespace(url="/static/img/banner.jpg")
    order = SimpleNamespace(
        pk=5, kind="gift", image=picture, image_large=picture, status="../empty", percent=30, late=True, total=1500
    )
    return {
        "orders": [order],
        "site": {"name": "Kelp"},
        "flags": ["a", "b"],
        "menu": [{"url": "/", "active": True, "title": "Home"}, {"url": "/x", "title": "Other"}],
        "totals": json.dumps(VALUES),
        "columns": "[]",
        "page": {"number": 2},
        "request": {"user": {}},
        "user": {"pk": 1, "username": "ada"},
    }


@pytest.mark.parametrize("kind", ["django", "jinja", "php", "erb", "handlebars"])
def test_nothing_of_a_template_changes_but_plain_references_and_static_code(
    kind: str, built: Callable[..., Built]
) -> None:
    """Every statement and placeholder of the source is in the output, in its order."""
    import re

    statements = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<\?.*?\?>|<%.*?%>", re.DOTALL)
    pages = sorted((FIXTURES / "templates" / kind).rglob("*.html"))
    assert pages
    for page in pages:
        before = page.read_text("utf-8")
        after = (built("templates").out / page.relative_to(FIXTURES / "templates")).read_text("utf-8")
        assert statements.findall(after) == statements.findall(before), page.name
        assert before.count("\n") == after.count("\n"), page.name
