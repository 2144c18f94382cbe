"""Routes from the sources to the account: their names in stats and manifest, and what is said of those not read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PAGE = '<!doctype html>\n<div id="app"></div>\n<script type="module" src="/src/main.js"></script>\n'
MAIN = """import { table } from "./table.js";
import { late } from "./late.js";
document.title = [...table, ...late].map(({ path }) => path).join();
export const openHelp = () => import("./help.js");
"""
TABLE = """export const table = [
  { path: "/", component: () => import("./home.js") },
  { path: "/users", component: () => import("./layout.js"), children: [
    { path: ":id", component: () => import("./user.js") },
    { path: ":id/edit", component: () => import("./user.js") },
  ] },
];
"""
LATE = """export const late = ["news", "shop"].map((name) => ({
  path: `/${name}`, component: () => import(`./${name}/page.js`),
}));
"""


def module(name: str) -> str:
    """Each with a stylesheet, and large enough to stay a chunk of its own."""
    return f'import "./{name.rpartition("/")[2]}.css";\nexport default {json.dumps(f"{name} " * 400)};\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"index.html": PAGE, "src/main.js": MAIN, "src/table.js": TABLE, "src/late.js": LATE}
    for name in ("home", "layout", "user", "help", "news/page", "shop/page"):
        files[f"src/{name}.js"] = module(name)
        files[f"src/{name}.css"] = f".{name.replace('/', '-')} {{ color: red }}\n"
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def build(project: Path, *configuration: str) -> subprocess.CompletedProcess[str]:
    (project / "perfbuild.toml").write_text("\n".join(configuration), "utf-8")
    command = [sys.executable, "-m", "perfbuild", "build", "--no-compress", "--no-cache"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)


def routes(project: Path) -> dict[str, dict[str, Any]]:
    stats = json.loads((project / ".perfbuild" / "stats.json").read_bytes())
    return {route["path"]: route for route in stats["routes"]}


@pytest.mark.parametrize("strategy", ["auto", "split", "groups"])
def test_routes_have_their_patterns_in_stats_and_manifest(strategy: str, project: Path) -> None:
    done = build(project, "[chunks]", f'strategy = "{strategy}"')
    assert done.returncode == 0, done.stderr
    found = routes(project)
    lazy = [path for path, route in found.items() if route["kind"] == "lazy"]
    assert lazy[:3] == ["/users", "/users/:id", "/users/:id/edit"]
    assert {"help", "page"} >= {path for path in lazy[3:] if not path.startswith("page")}
    text = {
        path: "".join((project / "dist" / file).read_text() for file in route["files"]) for path, route in found.items()
    }
    assert ["layout layout" in text["/users/:id"], "user user" in text["/users/:id"]] == [True, True]
    assert ".layout" in text["/users/:id"]
    assert ".user" in text["/users/:id"]
    assert "home home" in text["/"], "a visit to the page shows the route at its address"
    manifest = json.loads((project / "dist" / ".perfbuild" / "manifest.json").read_bytes())["routes"]["paths"]
    assert list(manifest) == list(found)
    assert manifest["/users/:id"] == {"source": "src/user.js", "files": found["/users/:id"]["files"]}


def test_a_route_that_is_computed_is_reported_and_can_be_configured(project: Path) -> None:
    done = build(project)
    assert "info[route-dynamic]: a route cannot be read here: its path is computed" in done.stderr
    assert "--> src/late.js:1\n" in done.stderr
    done = build(project, "[[routes]]", 'path = "/shop"', 'component = "src/shop/page.js"')
    assert done.returncode == 0, done.stderr
    assert routes(project)["/shop"]["source"] == "src/shop/page.js"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (('path = "/x"', 'component = "src/usr.js"'), "error[route-component-missing]"),
        (('path = "/x"', 'component = "src/table.js"'), "warning[route-component-static]"),
        (('path = "/user"', "weight = 2"), "warning[route-unknown]"),
    ],
)
def test_a_configured_route_that_does_not_fit_is_told_with_its_line(
    lines: tuple[str, ...], said: str, project: Path
) -> None:
    done = build(project, "[[routes]]", *lines)
    assert done.returncode == (1 if said.startswith("error") else 0), done.stderr
    assert said in done.stderr
    assert f"--> perfbuild.toml:{2 if 'unknown' in said else 3}" in done.stderr
