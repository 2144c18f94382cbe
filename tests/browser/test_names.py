"""Files with names that URLs, HTML, CSS and JavaScript write otherwise: the build finds them, and so does Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from perfbuild.serve import Server

from .building import build
from .visiting import Visit

pytestmark = pytest.mark.browser

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h{}v9z"/></svg>'
NAMES = (
    "a b",
    "a#b",
    "a?b",
    "50%",
    "a%20b",
    "größe",
    "ne\u0301e",
    "名前",
    "it's",
    'a"b',
    "a&amp;b",
    "(a)",
    "a+b=c",
    "~$a,b;",
    "-a",
    "[a]",
)
#: In a module's specifier everything after a question mark is a query.
MODULES = tuple(name for name in NAMES if "?" not in name)


def in_url(name: str) -> str:
    """As an author writes it: escaped where it must be, and no further."""
    return "".join(f"%{ord(sign):02X}" if sign in "%#?&\"' ()" else sign for sign in name)


@pytest.mark.parametrize("base", ["/", "./"])
def test_every_name_is_found_again(base: str, tmp_path: Path, visit: Callable[..., Visit]) -> None:
    root = tmp_path / "a project"
    (root / "src").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        (root / f"{name}.svg").write_text(PICTURE.format(number + 1))
        (root / "src" / f"{name}.css").write_text(f'#n{number} {{ background: url("../{in_url(name)}.svg") }}')
    for number, name in enumerate(MODULES):
        (root / "src" / f"{name}.js").write_text(f"export default {number};")
    (root / "src/lazy part #1.js").write_text('import "./lazy part #1.css"; document.body.dataset.lazy = "yes";')
    (root / "src/lazy part #1.css").write_text("body { outline: 3px solid }")
    (root / "größe & co.html").write_text(page(), "utf-8")
    built = build(root, tmp_path / "dist", "--base", base, "--no-compress")
    with Server(built.out).start() as server:
        tab = visit().open(server.url + "gr%C3%B6%C3%9Fe%20%26%20co.html")
        assert tab.evaluate("window.sum") == sum(range(len(MODULES)))
        assert tab.evaluate("[...document.images].filter((image) => !image.naturalWidth).length") == 0
        backgrounds = tab.evaluate(
            "[...document.querySelectorAll('p')].map((one) => getComputedStyle(one).backgroundImage)"
        )
        assert len(set(backgrounds)) == len(NAMES)
        expect(tab.locator("body")).to_have_attribute("data-lazy", "yes")
        assert tab.evaluate("getComputedStyle(document.body).outlineStyle") == "solid"


def page() -> str:
    imports = "\n".join(f"import n{number} from {quoted(f'./src/{name}.js')};" for number, name in enumerate(MODULES))
    names = ", ".join(f"n{number}" for number in range(len(MODULES)))
    sheets = "\n".join(f'<link rel="stylesheet" href="src/{in_url(name)}.css">' for name in NAMES)
    pictures = "\n".join(f'<p id="n{number}"><img src="{in_url(name)}.svg">' for number, name in enumerate(NAMES))
    return f"""<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
{sheets}
<script type="module">
{imports}
window.sum = [{names}].reduce((sum, number) => sum + number);
import("./src/lazy part #1.js");
</script>
{pictures}
"""


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
