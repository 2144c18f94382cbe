"""``data-priority`` on scripts and links: what is asked for earlier, and what waits until the page has loaded.

A script or stylesheet that waits keeps its element and all attributes, but its URL stands in ``data-url``: without
``src`` and content a script does nothing, whatever its type, and so does a link without ``href``.
``perfbuild/resources`` puts a copy with the URL beside it, so that order and cascade stay. docs/runtime.md has the
rules for authors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from perfbuild.html.editing import Edit, insertion
from perfbuild.html.tokens import Attribute, attributes, raw_text_end
from perfbuild.model import Page, PriorityMark, Span

#: What a preload of an element says that it fetches.
_PRELOADED = {
    "script": ' rel="preload" as="script"',
    "module": ' rel="modulepreload"',
    "link": ' rel="preload" as="style"',
}
#: What a preload must say as the element does, or the browser fetches twice.
_SHARED = ("crossorigin", "integrity", "media", "nonce", "referrerpolicy")


def priority_edits(page: Page, removed: Collection[int]) -> Iterator[Edit]:
    """The marked elements in their places. ``removed`` are offsets of elements that the page loses.

    The URL of what waits goes into ``data-url``; what comes first or early gets ``fetchpriority``.
    """
    for mark in page.priorities:
        if mark.tag.start in removed:
            continue
        tag = attributes(page.text, mark.tag.start, mark.tag.end)
        if mark.waits:
            yield from _put_off(page.text, mark, tag)
        elif "fetchpriority" not in tag:
            value = "low" if mark.priority == "low" else "high"
            own = tag["data-priority"]
            yield insertion(own.end + len(own.quote), f' fetchpriority="{value}"')


def _put_off(text: str, mark: PriorityMark, tag: dict[str, Attribute]) -> Iterator[Edit]:
    own = tag["data-priority"]
    if own.raw != mark.priority:
        yield Edit(span=Span(start=own.start, end=own.end), text=mark.priority)
    url = tag.get(mark.attribute)
    if url is None:
        return  # an inline module, which is given one with its chunk
    yield Edit(span=Span(start=url.name_start, end=url.name_start + len(mark.attribute)), text="data-url")
    if mark.attribute == "src":
        end = raw_text_end(text, "script", mark.tag.end)
        if end > mark.tag.end:
            yield Edit(span=Span(start=mark.tag.end, end=end), text="")  # it would run now


def waiting(page: Page) -> frozenset[int]:
    """Offsets of the elements that are put off."""
    return frozenset(mark.tag.start for mark in page.priorities if mark.waits)


def critical(page: Page) -> tuple[PriorityMark, ...]:
    """The marks of scripts and stylesheets that are asked for at the head's beginning."""
    return tuple(mark for mark in page.priorities if mark.priority == "critical" and mark.preloaded is not None)


def early_preload(page: Page, mark: PriorityMark, url: str | None, digest: str | None) -> str | None:
    """The link that asks for a critical element's file; None where the element has no URL.

    ``url`` is the new URL and ``digest`` the new integrity, as written in an attribute in double quotes; None where the
    element's own stay.
    """
    tag = attributes(page.text, mark.tag.start, mark.tag.end)
    assert mark.preloaded is not None
    shared = "".join(
        f' integrity="{digest}"' if name == "integrity" and digest is not None else tag[name].written(name)
        for name in _SHARED
        if name in tag
    )
    if url is None and mark.attribute not in tag:
        return None
    href = f' href="{url}"' if url is not None else tag[mark.attribute].written("href")
    return f'<link{_PRELOADED[mark.preloaded]} fetchpriority="high"{shared}{href}>'
