"""Web application manifests: their icons and screenshots are files of the project, named relative to the manifest.

Source: W3C Web Application Manifest, sections on ``icons``, ``screenshots``, ``shortcuts``, ``start_url`` and
``scope``.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator
from typing import Any


def rewrite_manifest(text: str, source: str, base: str, place: Callable[[str, str], str | None]) -> str:
    """The manifest as it is written to ``assets/``.

    ``place(url, source)`` gives the file name in ``assets/`` for a local URL in the manifest at ``source``, or None
    to leave it.
    Relative ``start_url`` and ``scope`` keep meaning what they meant where the manifest stood. Raises
    :class:`ValueError`
    where the text is not JSON.
    """
    manifest = json.loads(text)
    if not isinstance(manifest, dict):
        raise ValueError("a manifest is a JSON object")
    for image in _images(manifest):
        url = image.get("src")
        if isinstance(url, str) and (file := place(url, source)):
            image["src"] = file
    folder = posixpath.dirname(source)
    for key in ("start_url", "scope"):
        if isinstance(url := manifest.get(key), str):
            manifest[key] = _from_root(url, folder, base)
    return json.dumps(manifest, ensure_ascii=False, separators=(",", ":"))


def _images(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    lists = [manifest.get("icons"), manifest.get("screenshots")]
    lists += [shortcut.get("icons") for shortcut in manifest.get("shortcuts") or [] if isinstance(shortcut, dict)]
    for images in lists:
        yield from (image for image in images or [] if isinstance(image, dict))


def _from_root(url: str, folder: str, base: str) -> str:
    if url.startswith("/") or ":" in url.partition("/")[0]:
        return url
    path, mark, rest = url.partition("?")
    joined = posixpath.normpath(posixpath.join(folder, path))
    joined = "" if joined == "." else joined + ("/" if path.endswith("/") else "")
    return ("../" if base == "./" else base) + joined + mark + rest
