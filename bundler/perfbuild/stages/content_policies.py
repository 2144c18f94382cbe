"""Content-Security-Policies: what a page's own, in a ``<meta>``, keeps a build from putting into the page, and what
others need to allow it.

Source: Content Security Policy Level 3 (https://www.w3.org/TR/CSP3/), section 6.7, "Does a source list allow all inline
behavior for type?".
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from perfbuild.html.tokens import Attribute, Token, attributes, tokens
from perfbuild.model import Page

_SCRIPTS = ("script-src-elem", "script-src", "default-src")
_STYLES = ("style-src-elem", "style-src", "default-src")


def blocks_inline_scripts(page: Page) -> bool:
    """Whether the page's policy keeps inline scripts that it does not know from running."""
    return any(_forbids(policy, _SCRIPTS) for policy in _policies(page))


def blocks_inline_styles(page: Page) -> bool:
    """Whether the page's policy keeps ``<style>`` elements that it does not know from counting."""
    return any(_forbids(policy, _STYLES) for policy in _policies(page))


def inline_hash(code: str) -> str:
    """The source expression by which a Content-Security-Policy allows an inline script or style, without its quotes."""
    return f"sha256-{b64encode(sha256(code.encode()).digest()).decode()}"


def _policies(page: Page) -> Iterator[str]:
    for token in head_tags(page):
        if token.name == "meta":
            tag = attributes(page.text, token.start, token.end)
            if says(tag.get("http-equiv"), "content-security-policy"):
                yield tag["content"].value if "content" in tag else ""


def _forbids(policy: str, names: tuple[str, ...]) -> bool:
    directives: dict[str, list[str]] = {}
    for directive in policy.split(";"):
        name, *sources = directive.lower().split() or [""]
        directives.setdefault(name, sources)
    applied = (directives[name] for name in names if name in directives)
    sources = next(applied, ["'unsafe-inline'"])
    strict = any(source.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-")) for source in sources)
    return "'unsafe-inline'" not in sources or strict or "'strict-dynamic'" in sources


def head_tags(page: Page) -> Iterator[Token]:
    """Start tags before the end of the page's head."""
    for token in tokens(page.text):
        if token.start >= page.anchors.head_end:
            return
        if token.kind == "start":
            yield token


def says(attribute: Attribute | None, value: str) -> bool:
    """Whether the attribute is there with that value, in whatever case."""
    return attribute is not None and attribute.value.strip().lower() == value
