"""Speculation rules: browsers that know them fetch or render the pages that a page links to by themselves.

They are document rules, which a browser holds against the links that there are: such a rule respects
``data-no-prefetch``, takes links with a query, and finds links that a script added. The pages in them are named one by
one, those that the page links to, since the build knows these for documents. A pattern for the whole site would be
shorter, but would also take the routes of an application, which have no document of their own, and addresses of a back
end that do something (``/logout``). What is not named is left to ``perfbuild/prefetch``. docs/runtime.md tells what the
policies become.

Source: the Speculation Rules and Document Rules drafts of the WICG (https://wicg.github.io/nav-speculation/).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Literal

from perfbuild.config import Runtime
from perfbuild.model import Page
from perfbuild.stages.content_policies import blocks_inline_scripts
from perfbuild.stages.deep_links import literal

Eagerness = Literal["moderate", "eager", "immediate"]

_EAGERNESS: dict[str, Eagerness] = {"hover": "moderate", "tap": "moderate", "visible": "eager", "eager": "immediate"}
_KEPT_OUT = "[data-no-prefetch],[data-no-prefetch] *"
#: What a URL pattern would read, of the characters that ``quote_path`` leaves.
_SPECIAL = re.compile(r"[*+?:(){}\\]")


def speculation_rules(page: Page, runtime: Runtime, url: Callable[[str], str]) -> str | None:
    """The text of the page's rules; None where none are wanted, it links to no other page or may hold no inline script.

    ``url`` makes the URL of a page of its output path.
    """
    if runtime.prefetch == "none" or runtime.speculation == "none":
        return None
    linked = [link for link in page.links if link != page.path]
    if not linked or blocks_inline_scripts(page):
        return None
    urls = dict.fromkeys(form for link in linked for form in _forms(link, url(link)))
    where = {"and": [{"href_matches": list(urls)}, {"not": {"selector_matches": _KEPT_OUT}}]}
    return literal({runtime.speculation: [{"where": where, "eagerness": eagerness(runtime)}]})


def eagerness(runtime: Runtime) -> Eagerness:
    """When a browser begins. To render every linked page at once would cost a visitor more than it gains."""
    found = _EAGERNESS[runtime.prefetch]
    return "eager" if found == "immediate" and runtime.speculation == "prerender" else found


def _forms(path: str, url: str) -> Iterator[str]:
    """The patterns of a page's URL: the start page of a folder is linked to by either."""
    pattern = _SPECIAL.sub(r"\\\g<0>", url)
    if posixpath.basename(path) == "index.html":
        yield pattern.removesuffix("index.html") or "./"
    yield pattern
