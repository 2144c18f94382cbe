from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from perfbuild.config import CliOptions, Config, load_config
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.model import Entry, Project
from perfbuild.stages.discover import discover


def project(root: Path, *files: str, toml: str = "") -> Config:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<p>")
    if toml:
        (root / "perfbuild.toml").write_text(toml)
    return load_config(root, CliOptions())[0]


def found(config: Config) -> Project:
    diagnostics = Diagnostics()
    result = discover(config, diagnostics)
    assert list(diagnostics) == []
    return result


def reported(config: Config) -> tuple[Project, list[Diagnostic]]:
    diagnostics = Diagnostics()
    return discover(config, diagnostics), list(diagnostics)


def public_paths(result: Project) -> Mapping[str, Path]:
    return {file.path: file.source for file in result.public}


def test_every_page_outside_ignored_folders_is_found_in_order(tmp_path: Path) -> None:
    config = project(
        tmp_path,
        "index.html",
        "b/page two.htm",
        "b/UPPER.HTML",
        "a/index.html",
        "a/notes.txt",
        "vendor/index.html",
        "node_modules/p/demo.html",
        "a/node_modules/p/demo.html",
        "bower_components/p/demo.html",
        "coverage/index.html",
        ".cache/page.html",
        "dist/index.html",
        ".perfbuild/report.html",
        "public/raw.html",
    )
    assert found(config).pages == ("a/index.html", "b/UPPER.HTML", "b/page two.htm", "index.html", "vendor/index.html")


def test_folders_of_other_package_managers_are_ignored(tmp_path: Path) -> None:
    config = project(
        tmp_path,
        "index.html",
        "vendor/autoload.php",
        "vendor/lib/doc.html",
        "env/pyvenv.cfg",
        "env/lib/admin/base.html",
    )
    assert found(config).pages == ("index.html",)


def test_the_configured_output_folder_is_never_input(tmp_path: Path) -> None:
    config = project(tmp_path, "index.html", "site/index.html", toml='out = "site"')
    assert found(config).pages == ("index.html",)


def test_what_another_build_wrote_is_never_input(tmp_path: Path) -> None:
    config = project(tmp_path, "index.html", "old/index.html", "old/.perfbuild/files.json")
    assert found(config).pages == ("index.html",)


def test_ignore_takes_folders_and_files_out(tmp_path: Path) -> None:
    config = project(
        tmp_path, "index.html", "drafts/a.html", "docs/_part.html", toml='ignore = ["drafts", "**/_*.html"]'
    )
    assert found(config).pages == ("index.html",)


def test_page_globs_win_over_the_ignored_folders(tmp_path: Path) -> None:
    config = project(
        tmp_path,
        "index.html",
        "other.html",
        "docs/a.html",
        "docs/deep/b.html",
        "coverage/c.html",
        ".well-known/d.html",
        toml='pages = ["./index.html", "docs/**/*.html", "coverage/*.html", ".well-known/d.html"]',
    )
    assert found(config).pages == (
        ".well-known/d.html",
        "coverage/c.html",
        "docs/a.html",
        "docs/deep/b.html",
        "index.html",
    )


def test_a_page_glob_that_matches_nothing_is_an_error_with_near_names(tmp_path: Path) -> None:
    _, (problem,) = reported(project(tmp_path, "index.html", toml='pages = ["indx.html"]'))
    assert (problem.code, problem.severity) == ("page-glob-matches-nothing", "error")
    assert "index.html" in problem.hint
    _, (problem,) = reported(project(tmp_path, toml='pages = ["nowhere/**/*.html"]'))
    assert "nowhere/**/*.html" in problem.message


def test_an_empty_project_says_what_was_looked_for(tmp_path: Path) -> None:
    _, (problem,) = reported(project(tmp_path, "readme.txt"))
    assert (problem.code, problem.severity) == ("empty-project", "error")
    assert "*.html" in problem.message
    assert "entries" in problem.hint


def test_entries_without_pages_are_enough(tmp_path: Path) -> None:
    config = project(tmp_path, "src/b.js", "src/a.ts", toml='entries = { b = "./src/b.js", a = "src/a.ts" }')
    result = found(config)
    assert result.pages == ()
    assert result.entries == (Entry(name="a", path="src/a.ts"), Entry(name="b", path="src/b.js"))


def test_a_missing_entry_names_the_file_that_was_meant(tmp_path: Path) -> None:
    result, (problem,) = reported(
        project(tmp_path, "index.html", "src/main.ts", toml='entries = { m = "src/main.js" }')
    )
    assert (problem.code, problem.severity) == ("entry-missing", "error")
    assert "src/main.ts" in problem.hint
    assert result.entries == ()


def test_an_entry_outside_the_project_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "outside.js").write_text("")
    inside = tmp_path / "project"
    _, (problem,) = reported(project(inside, "index.html", toml='entries = { m = "../outside.js" }'))
    assert (problem.code, problem.severity) == ("leaves-root", "error")


def test_public_files_keep_their_paths(tmp_path: Path) -> None:
    config = project(tmp_path, "index.html", "public/robots.txt", "public/.well-known/x.txt", "public/a/b c.png")
    public = public_paths(found(config))
    assert list(public) == [".well-known/x.txt", "a/b c.png", "robots.txt"]
    assert public["robots.txt"] == tmp_path / "public/robots.txt"


def test_without_a_public_folder_nothing_is_public(tmp_path: Path) -> None:
    config = project(tmp_path, "index.html", "public/page.html", toml='public_dir = ""')
    result = found(config)
    assert (result.public, result.pages) == ((), ("index.html", "public/page.html"))


def test_a_page_wins_over_a_public_file_of_its_path(tmp_path: Path) -> None:
    result, (problem,) = reported(project(tmp_path, "index.html", "public/index.html", "public/other.html"))
    assert (problem.code, problem.severity) == ("public-file-shadowed", "warning")
    assert list(public_paths(result)) == ["other.html"]


@pytest.mark.parametrize("link", ["page.html", "public/file.txt", "public/folder"])
def test_a_symlink_that_leaves_the_project_is_an_error_and_no_input(tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    config = project(tmp_path / "project", "index.html", "public/robots.txt")
    target = outside if link.endswith("folder") else outside / "secret.txt"
    (config.root / link).symlink_to(target)
    result, (problem,) = reported(config)
    assert problem.severity == "error"
    assert str(problem.location) == link
    assert (result.pages, list(public_paths(result))) == (("index.html",), ["robots.txt"])


def test_a_linked_folder_outside_is_told_but_does_not_fail_the_build(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    config = project(tmp_path / "project", "index.html")
    (config.root / "shared").symlink_to(tmp_path / "shared")
    _, (problem,) = reported(config)
    assert (problem.code, problem.severity) == ("folder-leaves-root", "warning")


def test_symlinks_inside_are_followed_once(tmp_path: Path) -> None:
    config = project(tmp_path, "index.html", "v2/index.html")
    (tmp_path / "latest").symlink_to("v2")
    (tmp_path / "v2" / "loop").symlink_to(tmp_path)
    assert found(config).pages == ("index.html", "latest/index.html", "v2/index.html")


def test_a_page_that_is_a_dangling_symlink_is_an_error(tmp_path: Path) -> None:
    config = project(tmp_path, "index.html")
    (tmp_path / "gone.html").symlink_to("nowhere.html")
    result, (problem,) = reported(config)
    assert (problem.code, problem.severity) == ("not-a-file", "error")
    assert result.pages == ("index.html",)
