"""A release changes one source: what is made of it and the pages get new names, and nothing else with import maps."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

FIXTURE = Path(__file__).parents[2] / "fixtures" / "releases"
HASH = re.compile(r"-[0-9A-Za-z]{8}(?=\.)")
TIMEOUT = 60.0

#: "split" makes a chunk for each set of modules that are needed together, whatever their sizes are.
CONFIGURATIONS = {
    "split.toml": '[chunks]\nstrategy = "split"',
    "hashed.toml": '[output]\nimport_map = false\n[chunks]\nstrategy = "split"',
    "planned.toml": '[chunks]\nstrategy = "auto"',
}
PAGES = {"index.html", "docs/index.html"}
PICTURE = ('height="9"', 'height="8"')
CHANGES = {
    "src/leaf.js": ("leaf of", "LEAF of"),
    "src/images/logo.svg": PICTURE,
    "src/images/photo.svg": PICTURE,
    "src/images/text.svg": PICTURE,
    "src/images/shared.svg": PICTURE,
    "src/images/worker.svg": PICTURE,
    "src/images/classic.svg": PICTURE,
    "src/route.css": ("3px", "4px"),
    "src/panel.css": ("7px", "8px"),
    "src/theme.css": ("5px", "6px"),
    "src/card.module.css": ("green", "olive"),
    "src/worker-titled.js": ("title:", "TITLE:"),
}

Build = Callable[..., dict[str, bytes]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = shutil.copytree(FIXTURE, tmp_path_factory.mktemp("releases") / "project")
    common = (FIXTURE / "perfbuild.toml").read_text("utf-8")
    for name, table in CONFIGURATIONS.items():
        (root / name).write_text(f"{common}\n{table}\n", "utf-8")
    return root


@pytest.fixture(scope="module")
def build(project: Path) -> Build:
    """Builds with the sources ``changed``, each once for the same arguments. Gives the output by path."""
    done: dict[tuple[str, ...], dict[str, bytes]] = {}

    def run(*changed: str, config: str = "split.toml", options: tuple[str, ...] = ()) -> dict[str, bytes]:
        key = (*changed, config, *options)
        if key not in done:
            for source, change in CHANGES.items():
                text = (FIXTURE / source).read_text("utf-8")
                assert change[0] in text
                new = text.replace(*change) if source in changed else text
                (project / source).write_text(new, "utf-8")
            done[key] = output(project, "--config", str(project / config), *options)
        return done[key]

    return run


def output(project: Path, *options: str) -> dict[str, bytes]:
    command = [sys.executable, "-m", "perfbuild", "build", str(project), "-q", "--no-compress", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr
    files = {
        path.relative_to(project / "dist").as_posix(): path for path in (project / "dist").rglob("*") if path.is_file()
    }
    return {name: path.read_bytes() for name, path in files.items() if not name.startswith(".perfbuild/")}


def to_load(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """Files of the second build that a visitor of the first does not have, under their names without hashes."""
    return {HASH.sub("", path).removeprefix("assets/") for path in after if after[path] != before.get(path)}


@pytest.mark.parametrize(
    ("source", "files"),
    [
        ("src/leaf.js", {"leaf.js"}),
        ("src/images/logo.svg", {"logo.svg"}),
        ("src/images/photo.svg", {"photo.svg"}),
        ("src/images/text.svg", {"text.svg"}),
        ("src/images/shared.svg", {"shared.svg", "route.css"}),
        ("src/images/worker.svg", {"worker.svg", "worker.js"}),
        ("src/images/classic.svg", {"classic.svg", "classic.js"}),
        ("src/route.css", {"route.css"}),
        ("src/theme.css", {"theme.css"}),
        ("src/card.module.css", {"main.css"}),
        ("src/worker-titled.js", {"worker.js"}),
    ],
)
def test_a_change_renames_what_is_made_of_it(source: str, files: set[str], build: Build) -> None:
    """And what names it where no import map reaches: in stylesheets and in workers."""
    assert to_load(build(), build(source)) == files | PAGES


@pytest.mark.parametrize("base", ["./", "https://cdn.example/app/"])
def test_names_stay_under_any_base(base: str, build: Build) -> None:
    changes = ("src/leaf.js", "src/images/logo.svg", "src/images/text.svg", "src/panel.css", "src/worker-titled.js")
    options = ("--base", base)
    changed = to_load(build(options=options), build(*changes, options=options))
    assert changed == {"leaf.js", "logo.svg", "text.svg", "panel.css", "worker.js"} | PAGES


def test_names_stay_where_chunks_are_planned(build: Build) -> None:
    """Which chunk has the leaf is the plan's matter."""
    changes = ("src/leaf.js", "src/images/logo.svg", "src/panel.css")
    changed = to_load(build(config="planned.toml"), build(*changes, config="planned.toml"))
    assert changed >= {"logo.svg"} | PAGES
    assert sorted(Path(path).suffix for path in changed - PAGES) == [".css", ".js", ".svg"]


def test_without_import_maps_names_are_hashed_up_to_the_entry(build: Build) -> None:
    before, after = build(config="hashed.toml"), build("src/panel.css", config="hashed.toml")
    assert not any(b"________" in content for content in before.values())
    assert to_load(before, after) == {"panel.css", "route.js", "main.js"} | PAGES


@pytest.mark.parametrize(
    ("targets", "has_map"),
    [("chrome 104", False), ("chrome 120, ios_saf 16.3", False), ("chrome 105, safari 16.4, firefox 108", True)],
)
def test_import_maps_are_for_targets_that_have_them(targets: str, has_map: bool, build: Build) -> None:
    """Those of ``import.meta.resolve`` too, which no script holds without import maps."""
    built = b"".join(build(options=("--target", targets)).values())
    assert (b"________" in built) == has_map
    assert (b"import.meta.resolve" in built) == has_map


def test_the_map_holds_only_names_that_chunks_mention(build: Build) -> None:
    built = build()
    named = set(re.findall(rb"[\w.-]+-________\.\w+", b"".join(built[path] for path in built if path not in PAGES)))
    assert len(named) > 10
    for page in PAGES:
        mapped = re.findall(rb'"[^"]*/([^"/]+)":', built[page])
        assert named == {name for name in mapped if b"________" in name}
        assert built[page].count(b'<script type="importmap">') == 1
