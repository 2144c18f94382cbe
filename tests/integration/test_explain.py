"""``perfbuild explain`` on the storefront: what it says of a module, a chunk, a file and a route of the last build."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "perfbuild")
STOREFRONT = Path(__file__).parents[2] / "fixtures" / "storefront"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("explain") / "storefront"
    shutil.copytree(STOREFRONT, root, ignore=shutil.ignore_patterns("dist", ".perfbuild"))
    assert run("build", "-q", cwd=root).returncode == 0
    return root


def answer(project: Path, target: str) -> dict[str, object]:
    done = run("explain", target, "--json", cwd=project)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_lazy_module_names_the_import_that_brings_it_and_the_routes_that_pay(project: Path) -> None:
    found = answer(project, "src/features/quick-view.js")
    assert found["kind"] == "module"
    assert found["chain"][-1] == {"id": "src/features/quick-view.js", "how": "import()", "route": "quick-view"}
    assert found["chain"][0]["how"] == "entry"
    assert "quick-view" in [cost["path"] for cost in found["routes"]]
    assert found["bytes"] > 0


def test_a_shared_module_is_paid_for_by_exactly_the_routes_whose_files_have_its_chunk(project: Path) -> None:
    found = answer(project, "dom.js")
    stats = json.loads((project / ".perfbuild/stats.json").read_text("utf-8"))
    homes = {place["file"] for place in found["chunks"]}
    assert homes
    paying = {route["path"] for route in stats["routes"] if homes & set(route["files"])}
    assert {cost["path"] for cost in found["routes"]} == paying


def test_a_route_has_its_files_in_the_order_of_the_account(project: Path) -> None:
    found = answer(project, "/cart.html")
    stats = json.loads((project / ".perfbuild/stats.json").read_text("utf-8"))
    route = next(route for route in stats["routes"] if route["path"] == "/cart.html")
    assert [file["path"] for file in found["files"]] == route["files"]
    assert found["bytes"] == route["sizes"]["brotli"] == sum(file["bytes"] for file in found["files"])


def test_a_chunk_may_be_named_by_the_path_that_a_shell_completes(project: Path) -> None:
    file = next((project / "dist/assets").glob("cart-*.js"))
    by_path = answer(project, f"dist/assets/{file.name}")
    assert by_path["kind"] == "chunk"
    assert by_path == answer(project, file.name) == answer(project, f"assets/{file.name}")


def test_a_linked_stylesheet_is_explained_as_the_file_it_became(project: Path) -> None:
    found = answer(project, "css/site.css")
    assert found["kind"] == "file"
    assert found["path"].startswith("assets/site-")
    assert "/" in [cost["path"] for cost in found["routes"]]


@pytest.mark.parametrize("target", ["src/lib/dom.js", "cart", "/", "css/site.css"])
def test_the_text_fits_eighty_columns_where_it_is_piped(project: Path, target: str) -> None:
    done = run("explain", target, cwd=project)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_an_unknown_target_is_a_usage_error_that_names_its_neighbours(project: Path) -> None:
    done = run("explain", "src/lib/domm.js", cwd=project)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "error[unknown-target]" in done.stderr
    assert "src/lib/dom.js" in done.stderr


def test_an_end_of_several_names_is_a_usage_error_that_lists_them(tmp_path: Path) -> None:
    (tmp_path / "admin").mkdir()
    (tmp_path / "index.html").write_text('<!doctype html><script type="module" src="/start.js"></script>')
    (tmp_path / "start.js").write_text('import "./admin/menu.js"; import "./menu.js"; console.log("start");')
    (tmp_path / "menu.js").write_text('console.log("menu");')
    (tmp_path / "admin/menu.js").write_text('console.log("admin");')
    assert run("build", "-q", "--no-compress", cwd=tmp_path).returncode == 0
    assert run("explain", "menu.js", cwd=tmp_path).returncode == 0  # the whole name of one
    (tmp_path / "shop").mkdir()
    (tmp_path / "menu.js").rename(tmp_path / "shop/menu.js")
    (tmp_path / "start.js").write_text('import "./admin/menu.js"; import "./shop/menu.js"; console.log("start");')
    assert run("build", "-q", "--no-compress", cwd=tmp_path).returncode == 0
    done = run("explain", "menu.js", cwd=tmp_path)
    assert done.returncode == 2
    assert "error[ambiguous-target]" in done.stderr
    assert "admin/menu.js, shop/menu.js" in done.stderr


def test_without_a_build_there_is_nothing_to_explain(tmp_path: Path) -> None:
    done = run("explain", "main", cwd=tmp_path)
    assert done.returncode == 1
    assert "error[stats-unreadable]" in done.stderr
