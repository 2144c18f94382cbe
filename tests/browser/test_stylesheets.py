"""Stylesheets of routes that became part of the entry's: a visitor sees what each stylesheet of its own would show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .building import Built, build
from .styles import Styles, collect, differences
from .visiting import Visit

pytestmark = pytest.mark.browser

# The same declarations again and again, so that their order decides: of the entry, of the routes, of the page itself.
PROJECT = {
    "index.html": """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Order</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css"></head>
<body><style>.note { outline: 2px solid teal }</style><main></main><script type="module" src="main.js"></script></body>
</html>
""",
    "page.css": ".box { color: red; padding: 1px; margin: 1px }\n",
    "base.css": ".box { color: orange; padding: 2px; border: 2px solid }\n",
    "shell.module.css": ".shell { color: olive; display: grid }\n",
    "page.module.css": ".page { color: green; padding: 3px; outline: 1px dotted }\n.page > * { margin: 3px }\n",
    "extra.module.css": ".extra { color: blue; border: 4px dashed }\n.extra > * { margin: 4px }\n",
    "two.css": ".box { padding: 5px } .note { margin: 5px }\n",
    "layout.module.css": ".layout > * { color: purple; margin: 6px; outline: 6px solid }\n",
    "main.js": """import "./base.css";
import shell from "./shell.module.css";
const routes = {
  one: () => import("./one.js"), two: () => import("./two.js"), three: () => import("./three.js"),
  layout: () => import("./layout.js"),
};
window.show = async (name) => {
  const main = document.querySelector("main");
  main.className = `box ${shell.shell}`;
  main.innerHTML = (await routes[name]()).default;
  document.documentElement.dataset.ready = name;
};
""",
    "one.js": """import page from "./page.module.css";
export default `<section class="box note ${page.page}"><p class="note">one</p></section>`;
""",
    "two.js": """import page from "./page.module.css";
import "./two.css";
import extra from "./extra.module.css";
export default `<section class="box ${page.page} ${extra.extra}"><p class="note">two</p></section>`;
""",
    "three.js": """import page from "./page.module.css";
import extra from "./extra.module.css";
export default `<section class="box ${extra.extra} ${page.page}"><p class="box">three</p></section>`;
""",
    "layout.js": """import layout from "./layout.module.css";
const { default: inner } = await import("./inner.js");
export default `<div class="${layout.layout}">${inner}</div>`;
""",
    "inner.js": """import page from "./page.module.css";
export default `<section class="box ${page.page}"><p class="note">inner</p></section>`;
""",
    "perfbuild.toml": "",
    "split.toml": '[chunks]\nstrategy = "split"\n[output]\ninline_styles = 0\n',
    "files.toml": "[output]\ninline_styles = 0\n",
}
WAYS = (("one",), ("two",), ("three",), ("layout",), ("two", "one"), ("layout", "three"), ("one", "three", "two"))


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    project = tmp_path_factory.mktemp("order")
    for name, content in PROJECT.items():
        (project / name).write_text(content)
    out = tmp_path_factory.mktemp("out")
    return {
        name: build(project, out / name, "--no-compress", "-c", str(project / f"{name}.toml"))
        for name in ("perfbuild", "files", "split")
    }


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_every_route_looks_as_with_stylesheets_of_its_own(
    way: tuple[str, ...], builds: dict[str, Built], visit: Callable[..., Visit], serve: Callable[[Path], str]
) -> None:
    looks: dict[str, list[Styles]] = {}
    for how, built in builds.items():
        page = visit().open(serve(built.out))
        looks[how] = []
        for name in way:
            page.evaluate("(name) => show(name)", name)
            looks[how].append(collect(page))
    for apart, joined, in_page in zip(looks["split"], looks["files"], looks["perfbuild"], strict=True):
        assert differences(apart, joined) == []
        assert differences(apart, in_page) == []


def test_a_layout_looks_as_at_a_first_visit_also_after_other_routes(
    builds: dict[str, Built], visit: Callable[..., Visit], serve: Callable[[Path], str]
) -> None:
    """With a file each, its rules would come after those of the route before, and so after those of its own inner."""
    first, later = visit().open(serve(builds["split"].out)), visit().open(serve(builds["files"].out))
    first.evaluate("show('layout')")
    later.evaluate("show('one').then(() => show('layout'))")
    assert differences(collect(first), collect(later)) == []


def test_a_route_whose_rules_are_the_entrys_asks_for_no_stylesheet(
    builds: dict[str, Built], visit: Callable[..., Visit], serve: Callable[[Path], str]
) -> None:
    """What reaches all elements stays a file of its own, and so does what comes after it."""
    for how, at_start in (("files", ["page", "main"]), ("perfbuild", [])):
        tab = visit()
        page = tab.open(serve(builds[how].out))
        page.evaluate("show('one').then(() => show('layout'))")
        assert page.evaluate("document.documentElement.dataset.ready") == "layout"
        assert sheets(tab) == at_start
        page.evaluate("show('two')")
        assert sheets(tab) == [*at_start, "two", "extra"]


def sheets(tab: Visit) -> list[str]:
    """The stylesheets that were asked for, by name."""
    return [path.rsplit("/", 1)[-1].rpartition("-")[0] for path in tab.paths() if path.endswith(".css")]


def test_the_account_knows_where_the_rules_are(builds: dict[str, Built]) -> None:
    stats = builds["files"].stats
    sources = {file["path"]: file["sources"] for file in stats["files"] if file["path"].endswith(".css")}
    main = next(path for path in sources if path.startswith("assets/main-"))
    assert sources[main] == ["base.css", "shell.module.css", "layout.module.css", "page.module.css"]
    routes = {route["path"]: [path for path in route["files"] if path in sources] for route in stats["routes"]}
    assert routes["one"] == routes["/"]
    assert main in routes["/"]
