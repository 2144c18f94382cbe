"""Web application manifests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from perfbuild.stages.link.web_manifest import rewrite_manifest


def rewritten(manifest: dict[str, Any], *, source: str = "app/site.webmanifest", base: str = "/") -> dict[str, Any]:
    def place(url: str, source: str) -> str | None:
        return None if url.startswith("https:") else f"{source}+{url}"

    found: dict[str, Any] = json.loads(rewrite_manifest(json.dumps(manifest), source, base, place))
    return found


def test_every_image_is_placed_and_remote_ones_are_left() -> None:
    manifest = {
        "icons": [{"src": "icon.png", "sizes": "1x1"}, {"src": "https://cdn.invalid/icon.png"}],
        "screenshots": [{"src": "/shot.png"}],
        "shortcuts": [{"name": "Cart", "url": "/cart", "icons": [{"src": "cart.png"}]}],
    }
    found = rewritten(manifest)
    assert [icon["src"] for icon in found["icons"]] == ["app/site.webmanifest+icon.png", "https://cdn.invalid/icon.png"]
    assert found["icons"][0]["sizes"] == "1x1"
    assert found["screenshots"][0]["src"] == "app/site.webmanifest+/shot.png"
    assert found["shortcuts"][0]["icons"][0]["src"] == "app/site.webmanifest+cart.png"


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("/", "/", "/"),
        ("./", "/", "/app/"),
        (".", "/shop/", "/shop/app"),
        ("index.html?from=icon", "/", "/app/index.html?from=icon"),
        ("../", "/", "/"),
        ("index.html", "./", "../app/index.html"),
        ("https://remote.invalid/", "/", "https://remote.invalid/"),
    ],
)
def test_where_the_application_starts_means_what_it_meant(url: str, base: str, expected: str) -> None:
    found = rewritten({"start_url": url, "scope": url}, base=base)
    assert (found["start_url"], found["scope"]) == (expected, expected)


@pytest.mark.parametrize("text", ["[]", "nothing", '"text"'])
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        rewrite_manifest(text, "site.webmanifest", "/", lambda _url, _source: None)


@pytest.mark.parametrize(
    "odd", [{"icons": None}, {"icons": "x"}, {"icons": [1]}, {"shortcuts": [None]}, {"start_url": 3}]
)
def test_odd_values_pass_through(odd: dict[str, Any]) -> None:
    assert rewritten(odd) == odd
