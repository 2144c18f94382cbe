"""Import maps: chunks name other files by names that stay, and the page says which file a name means today.

Without them a changed file gets a new name, so does every chunk that mentions it, and so on up: one changed module
renames most of a build, and every returning visitor downloads it again. Source: HTML Standard, "Import maps".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from perfbuild.config import Config
from perfbuild.model import Linked, Page, Project

_DOCUMENT = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html)\b", re.IGNORECASE | re.DOTALL)
_POLICY = re.compile(r"http-equiv\s*=\s*[\"']?content-security-policy", re.IGNORECASE)


def takes_import_maps(project: Project, pages: Iterable[Page], config: Config) -> bool:
    """Whether every page that loads chunks can be given an import map.

    A back end's own pages cannot (entries of the configuration), nor can fragments that a template puts into a page
    with scripts of its own, a map that could not be read, or a page whose policy forbids inline scripts.
    """
    scripted = [page for page in pages if page.module_scripts]
    return config.output.import_map and not project.entries and all(_can_hold_map(page) for page in scripted)


def _can_hold_map(page: Page) -> bool:
    if page.has_import_map:
        return page.import_map_start is not None
    return _DOCUMENT.match(page.text) is not None and _POLICY.search(page.text) is None


def import_map_entries(linked: Linked, chunks: Iterable[str], url: Callable[[str], str]) -> dict[str, str]:
    """Stable URL -> URL of today, for what the ``chunks`` name by the first. ``url`` makes URLs for the page."""
    named: dict[str, str] = {}
    for chunk in chunks:
        named |= linked.stable_names.get(chunk, {})
    return {_address(url(stable)): _address(url(file)) for stable, file in sorted(named.items())}


def import_map_text(entries: dict[str, str]) -> str:
    """JSON that is safe inside a script element."""
    return json.dumps({"imports": entries}, separators=(",", ":")).replace("<", "\\u003c")


def import_map_members(entries: dict[str, str]) -> str:
    """The entries as they are added to an object that may have others."""
    return import_map_text(entries)[len('{"imports":{') : -2]


def _address(url: str) -> str:
    """A relative URL as import maps take it: one without a leading dot would be a bare name."""
    return url if url.startswith((".", "/")) or "://" in url else f"./{url}"
