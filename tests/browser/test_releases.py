"""Files that modules name, found by names that stay: pictures show, lazy stylesheets apply, workers run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .building import FIXTURES, Built, build
from .visiting import Visit

pytestmark = pytest.mark.browser

PAGES = ("", "docs/")
#: Of `logo`, `photo` and `banner`: their widths tell them apart.
PICTURES = {"logo": 11, "photo": 12, "banner": 15}
STYLE = ("outlineWidth", "paddingTop", "textIndent", "letterSpacing")

Serve = Callable[[Path], str]


@pytest.mark.parametrize("options", [("--base", "/"), ("--base", "./"), ("--target", "chrome 100")], ids=" ".join)
def test_all_that_modules_name_is_there(
    options: tuple[str, ...], built: Callable[..., Built], serve: Serve, visit: Callable[..., Visit]
) -> None:
    """The last one has no import map."""
    out = built("releases", *options).out
    assert ("________" in (out / "index.html").read_text("utf-8")) == (options[0] == "--base")
    origin = serve(out)
    for page in PAGES:
        assert_works(visit(), f"{origin}/{page}")


@pytest.mark.parametrize("base", ["/", "./"])
def test_a_page_of_today_works_with_files_of_before(
    base: str, tmp_path: Path, serve: Serve, visit: Callable[..., Visit]
) -> None:
    """As a browser's cache mixes them: what a release did not rename is taken from the build before."""
    project = shutil.copytree(FIXTURES / "releases", tmp_path / "project")
    before = build(project, tmp_path / "before", "--base", base, "--no-compress").files()
    for source, old, new in (
        ("src/images/logo.svg", 'width="11"', 'width="21"'),
        ("src/route.css", "3px", "4px"),
        ("src/leaf.js", "leaf of", "LEAF of"),
        ("src/worker-titled.js", "title:", "TITLE:"),
    ):
        text = (project / source).read_text("utf-8")
        (project / source).write_text(text.replace(old, new), "utf-8")
    today = build(project, tmp_path / "today", "--base", base, "--no-compress")
    kept = before.keys() & today.files().keys() - {"index.html", "docs/index.html"}
    assert any(path.startswith("assets/main-") and path.endswith(".js") for path in kept)
    for path in kept:
        if not path.startswith(".perfbuild/"):
            (today.out / path).write_bytes(before[path])
    origin = serve(today.out)
    for page in PAGES:
        tab = assert_works(
            visit(),
            f"{origin}/{page}",
            pictures=PICTURES | {"logo": 21},
            style=["4px", "7px", "5px", "1px"],
            log="title: main;LEAF of route;LEAF of panel;",
            worker="TITLE: worker 200",
        )
        paths = tab.paths()
        assert len(paths) == len(set(paths)), "nothing is fetched twice, by the name that stays or today's"
        assert not any("________" in path for path in paths)


def assert_works(
    tab: Visit,
    url: str,
    *,
    pictures: dict[str, int] = PICTURES,
    style: list[str] | None = None,
    log: str = "title: main;leaf of route;leaf of panel;",
    worker: str = "title: worker 200",
) -> Visit:
    page = tab.open(url, ready="yes")
    page.wait_for_selector("html[data-worker][data-classic]", state="attached")
    tab.settle()
    widths = page.evaluate("Object.fromEntries([...document.images].map((one) => [one.id, one.naturalWidth]))")
    assert widths == pictures
    computed = page.evaluate("(names) => names.map((name) => getComputedStyle(document.body)[name])", list(STYLE))
    assert computed == (style or ["3px", "7px", "5px", "1px"])
    data = page.evaluate("({ ...document.documentElement.dataset })")
    assert data == {"log": log, "worker": worker, "classic": "classic 200", "ready": "yes"}
    return tab
