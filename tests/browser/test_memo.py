"""perfbuild/memo in a page that was built with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .building import build
from .visiting import Visit

pytestmark = pytest.mark.browser

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Memo</title><link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:"></head>
<body><p>one</p><p>two</p><script type="module" src="main.js"></script></body>
</html>
"""
EVERYTHING = """
import { computed, invalidate, memoize } from "perfbuild/memo";

let measured = 0;
const widthOf = memoize((element, options) => { measured++; return element.getBoundingClientRect().width; });
const requests = [];
const load = memoize(async (path, init) => {
  requests.push(path);
  const answer = await fetch(path, init);
  if (!answer.ok) throw new Error(answer.status);
  return answer.text();
});
const user = { first: "Ada", last: "L" };
const name = () => computed(user, "name", ({ first, last }) => `${first} ${last}`, ["user.first", "user.last"]);

const [one, two] = document.querySelectorAll("p");
widthOf(one, { box: "border", unit: "px" });
widthOf(one, { unit: "px", box: "border" });
widthOf(two, { unit: "px", box: "border" });
const there = [load("there.txt", { cache: "no-store" }), load("there.txt", { cache: "no-store" })];
const texts = await Promise.all(there);
const missing = await Promise.allSettled([load("missing.txt"), load("missing.txt")]);
await load("missing.txt").catch(() => {});
const names = [name()];
user.last = "Lovelace";
names.push(name());
invalidate(user, "user");
names.push(name());
globalThis.answer = {
  measured, texts, requests, names, same: there[0] === there[1], failed: missing.map(({ reason }) => reason.message),
};
document.documentElement.dataset.ready = "yes";
"""
COMPUTED = """
import { computed } from "perfbuild/memo";
globalThis.answer = [computed(document.body, "n", () => 1), computed(document.body, "n", () => 2)];
document.documentElement.dataset.ready = "yes";
"""


def project(folder: Path, code: str) -> Path:
    folder.mkdir()
    for path, text in {"index.html": PAGE, "main.js": code, "public/there.txt": "it is there"}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def test_results_are_kept_by_element_by_content_and_until_they_are_invalid(
    tmp_path: Path, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    built = build(project(tmp_path / "project", EVERYTHING), tmp_path / "out", "--no-compress")
    tab = visit()
    page = tab.open(f"{serve(built.out)}/", ready="yes")
    assert page.evaluate("answer") == {
        "measured": 2,
        "texts": ["it is there", "it is there"],
        "same": True,
        "requests": ["there.txt", "missing.txt", "missing.txt"],
        "failed": ["404", "404"],
        "names": ["Ada L", "Ada L", "Ada Lovelace"],
    }
    assert len([fault for fault in tab.faults if "404" in fault]) == len(tab.faults) == 4, (
        "two requests, told twice each"
    )
    tab.faults.clear()


def test_a_page_is_given_what_it_uses(
    tmp_path: Path, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    built = build(project(tmp_path / "project", COMPUTED), tmp_path / "out", "--no-compress")
    page = visit().open(f"{serve(built.out)}/", ready="yes")
    assert page.evaluate("answer") == [1, 1]
    [script] = (built.out / "assets").glob("*.js")
    assert "keyFn" not in script.read_text("utf-8")
    assert "RegExp" not in script.read_text("utf-8")
    assert script.stat().st_size < 500
