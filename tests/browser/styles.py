"""What every visible element of a page looks like, to compare a built page with the page as it was written."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from playwright.sync_api import Page

Styles = dict[str, dict[str, str]]

#: Elements by their place in the tree, since builds hash class names and URLs. Left out: elements that a build adds or
#: removes, custom properties (text until something uses them), and the place of a background that is none.
_COLLECT = """() => {
  for (const animation of document.getAnimations()) {
    if (animation.effect.getComputedTiming().endTime === Infinity) animation.cancel(); else animation.finish();
  }
  const unseen = new Set(["SCRIPT", "STYLE", "LINK", "META", "TITLE", "TEMPLATE", "NOSCRIPT", "BASE"]);
  const named = (element) => {
    const siblings = [...element.parentElement?.children ?? []].filter((other) => !unseen.has(other.tagName));
    return element.localName + (siblings.length > 1 ? siblings.indexOf(element) : "");
  };
  const place = (element) => element.parentElement ? place(element.parentElement) + ">" + named(element) : "html";
  const counts = (name) => !/^--|(^|-)(block|inline)(-|$)/.test(name);  // logical ones are said twice
  const names = [...getComputedStyle(document.documentElement)].filter(counts);
  const look = (style) => {
    const found = {};
    for (const name of names) found[name] = style.getPropertyValue(name);
    if (found["background-image"] === "none") delete found["background-position"];
    return found;
  };
  const found = {};
  for (const element of document.querySelectorAll("*")) {
    if (unseen.has(element.tagName) || element.parentElement?.closest("head")) continue;
    if (!element.checkVisibility()) { found[place(element)] = { hidden: "true" }; continue; }
    const box = element.getBoundingClientRect();
    found[place(element)] = {
      ...look(getComputedStyle(element)),
      box: [box.x, box.y + scrollY, box.width, box.height].map((side) => side.toFixed(1)).join(" "),
    };
    for (const pseudo of ["::before", "::after", "::marker", "::placeholder", "::selection"]) {
      const style = getComputedStyle(element, pseudo);
      if (pseudo === "::selection" || pseudo === "::marker") found[place(element) + pseudo] = { color: style.color,
      content: style.content };
      else if (pseudo === "::placeholder" ? element.placeholder : style.content !== "none") found[place(element) +
      pseudo] = look(style);
    }
  }
  return found;
}"""

_URL = re.compile(r'url\("(?:data:[^"]*|[^"]*?([^/"]+))"\)')
_HASHED = re.compile(r"-[\w-]{8}(?=\.\w+$)")


def collect(page: Page) -> Styles:
    """Every computed property and the box of every element, and of its pseudo-elements; animations are at their end."""
    page.evaluate("document.fonts.ready")
    found: dict[str, dict[str, Any]] = page.evaluate(_COLLECT)
    return found


def differences(before: Styles, after: Styles) -> list[str]:
    """One line a property that differs. URLs count as the same when they name the same file, or hold it."""
    lines = [
        f"{place}: only {'before' if place in before else 'after'}" for place in sorted(before.keys() ^ after.keys())
    ]
    for place in sorted(before.keys() & after.keys()):
        one, other = before[place], after[place]
        for name in sorted(one.keys() | other.keys()):
            if not _same(one.get(name, ""), other.get(name, "")):
                lines.append(f"{place} {{ {name}: {one.get(name)} -> {other.get(name)} }}")
    return lines


def _same(before: str, after: str) -> bool:
    if before == after:
        return True
    if _URL.sub("url()", before) != _URL.sub("url()", after):
        return False
    pairs = zip(_URL.findall(before), _URL.findall(after), strict=True)
    return all(not new or _plain(old) == _plain(new) for old, new in pairs)


def _plain(name: str) -> str:
    return re.sub(r"[^\w.]|_+", "_", _HASHED.sub("", unquote(name)), flags=re.ASCII).replace("_.", ".")
