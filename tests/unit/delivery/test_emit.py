"""Emit: the output comes whole or not at all, and only where it may."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from perfbuild.diagnostics import PerfbuildError
from perfbuild.model import EncodedFile, OutputFile, Project
from perfbuild.stages import emit as stage
from perfbuild.stages.emit import OWNER, check_out, emit, lock_out

from .builders import config, output, tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "index.html").write_text("<p>")
    return folder


def write(root: Path, *files: OutputFile, **options: object) -> None:
    encoded = options.pop("encoded", {})
    extra = options.pop("extra", {})
    emit(files, encoded, config(root, **options), extra)  # type: ignore[arg-type]


def code_of(action: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(PerfbuildError) as caught:
        action()
    return caught.value.diagnostics[0].code, caught.value.exit_code


def only_output_beside(root: Path) -> bool:
    """No staging folder, lock or old output is left."""
    return {path.name for path in root.iterdir()} <= {"index.html", "dist", "public"}


# --- writing --------------------------------------------------------------------------------------


def test_writes_files_copies_encodings_and_extra(root: Path, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"png")
    write(
        root,
        output("index.html", b"page"),
        output("assets/logo-abcdefgh.png", None, copy_of=tmp_path / "logo.png", hashed=True),  # type: ignore[arg-type]
        encoded={"index.html": EncodedFile(path="index.html", raw=4, encoded={"brotli": b"b", "zstd": b"z"})},
        extra={".perfbuild/manifest.json": b"{}"},
    )
    written = tree(root / "dist")
    owner = json.loads(written.pop(OWNER))
    assert owner["immutable"] == ["assets/logo-abcdefgh.png"]
    assert written == {
        "index.html": b"page",
        "index.html.br": b"b",
        "index.html.zst": b"z",
        "assets/logo-abcdefgh.png": b"png",
        ".perfbuild/manifest.json": b"{}",
    }
    assert only_output_beside(root)


def test_an_unchanged_file_is_taken_over_and_a_changed_one_written(root: Path) -> None:
    write(root, output("a.js", b"same"), output("b.js", b"old!"))
    before = {name: (root / "dist" / name).stat() for name in ("a.js", "b.js")}
    write(root, output("a.js", b"same"), output("b.js", b"new!"))
    after = {name: (root / "dist" / name).stat() for name in ("a.js", "b.js")}
    assert (after["a.js"].st_ino, after["a.js"].st_mtime_ns) == (before["a.js"].st_ino, before["a.js"].st_mtime_ns)
    assert after["b.js"].st_ino != before["b.js"].st_ino
    assert tree(root / "dist")["b.js"] == b"new!"
    assert after["a.js"].st_nlink == 1


def test_what_somebody_changed_in_the_output_is_written_again(root: Path) -> None:
    write(root, output("a.js", b"same"))
    (root / "dist/a.js").write_bytes(b"Same")
    write(root, output("a.js", b"same"))
    assert tree(root / "dist")["a.js"] == b"same"


def test_a_file_that_has_another_name_elsewhere_is_not_shared(root: Path, tmp_path: Path) -> None:
    write(root, output("a.js", b"same"), output("b.js", b"same"))
    os.link(root / "dist/a.js", tmp_path / "elsewhere.js")
    (root / "dist/b.js").unlink()
    (tmp_path / "target.js").write_bytes(b"same")
    (root / "dist/b.js").symlink_to(tmp_path / "target.js")
    write(root, output("a.js", b"same"), output("b.js", b"same"))
    (tmp_path / "elsewhere.js").write_bytes(b"evil")
    (tmp_path / "target.js").write_bytes(b"evil")
    written = tree(root / "dist")
    assert (written["a.js"], written["b.js"]) == (b"same", b"same")


@pytest.mark.parametrize("options", [{"compress": False}, {"encodings": ("gzip",)}])
def test_encodings_that_only_budgets_need_are_not_written(root: Path, options: dict[str, object]) -> None:
    encoded = {"a.js": EncodedFile(path="a.js", raw=4, encoded={"brotli": b"b"})}
    write(root, output("a.js"), encoded=encoded, **options)
    assert not (root / "dist/a.js.br").exists()


def test_an_encoding_that_the_project_brings_itself_is_kept(root: Path) -> None:
    encoded = {"a.js": EncodedFile(path="a.js", raw=4, encoded={"gzip": b"ours"})}
    write(root, output("a.js"), output("a.js.gz", b"theirs"), encoded=encoded)
    assert (root / "dist/a.js.gz").read_bytes() == b"theirs"


def test_what_the_last_build_wrote_and_this_one_does_not_is_gone(root: Path) -> None:
    write(root, output("old.js"), output("index.html", b"1"))
    write(root, output("index.html", b"2"))
    assert set(tree(root / "dist")) == {"index.html", OWNER}
    assert (root / "dist/index.html").read_bytes() == b"2"
    assert only_output_beside(root)


def test_a_new_output_may_be_read_like_any_other_folder(root: Path) -> None:
    (root / "plain").mkdir()
    write(root, output("index.html"))
    assert (root / "dist").stat().st_mode == (root / "plain").stat().st_mode


def test_the_permissions_of_the_output_folder_stay(root: Path) -> None:
    write(root, output("index.html"))
    (root / "dist").chmod(0o2775)
    write(root, output("index.html"))
    assert (root / "dist").stat().st_mode & 0o7777 == 0o2775


def test_an_output_that_is_a_link_stays_one(root: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (root / "dist").symlink_to(tmp_path / "www")
    write(root, output("index.html", b"page"))
    assert (root / "dist").is_symlink()
    assert (tmp_path / "www/index.html").read_bytes() == b"page"


def test_missing_parents_of_the_output_are_made(root: Path) -> None:
    write(root, output("index.html", b"page"), out=root / "build/site/dist")
    assert (root / "build/site/dist/index.html").read_bytes() == b"page"


def test_a_checkout_in_the_output_folder_survives(root: Path) -> None:
    write(root, output("index.html", b"1"), output("old.js"))
    (root / "dist/.git").mkdir()
    (root / "dist/.git/HEAD").write_text("ref: refs/heads/pages")
    write(root, output("index.html", b"2"), output("assets/new.js"))
    assert set(tree(root / "dist")) == {".git/HEAD", "index.html", "assets/new.js", OWNER}
    assert (root / "dist/index.html").read_bytes() == b"2"
    assert only_output_beside(root)


@pytest.mark.parametrize("exchange", [True, False])
def test_swaps_with_and_without_an_atomic_exchange(root: Path, exchange: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not exchange:
        monkeypatch.setattr(stage, "_exchange", lambda *_: False)
    write(root, output("index.html", b"1"))
    write(root, output("index.html", b"2"))
    assert (root / "dist/index.html").read_bytes() == b"2"
    assert only_output_beside(root)


def test_there_is_an_output_at_every_moment_of_an_exchange(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, output("index.html", b"1"))
    if not stage._exchange(root / "dist", root / "dist"):
        pytest.skip("the file system cannot exchange two folders")

    def refuse(*_: object) -> None:
        pytest.fail("renamed in two steps")

    monkeypatch.setattr(Path, "rename", refuse)
    write(root, output("index.html", b"2"))
    assert (root / "dist/index.html").read_bytes() == b"2"


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["../evil.js", "/etc/evil", "a/../../evil", "a//b", "", ".", "a/.", "nul\0"])
def test_a_path_that_could_leave_the_output_is_refused(root: Path, path: str) -> None:
    assert code_of(lambda: write(root, output(path)))[0] == "output-path-unsafe"
    assert only_output_beside(root)
    assert not (root / "dist").exists()


def test_two_sources_for_one_path_are_named(root: Path) -> None:
    with pytest.raises(PerfbuildError) as caught:
        write(root, output("a.js", sources=("src/a.ts",)), output("a.js", sources=("public/a.js",)))
    assert caught.value.diagnostics[0].code == "output-collision"
    assert "src/a.ts, public/a.js" in caught.value.diagnostics[0].message


def test_a_file_where_another_path_needs_a_folder_is_refused(root: Path) -> None:
    assert code_of(lambda: write(root, output("docs"), output("docs/a.html")))[0] == "output-collision"


def test_a_public_file_cannot_pose_as_the_owner_file(root: Path) -> None:
    assert code_of(lambda: write(root, output(OWNER)))[0] == "output-collision"


def test_names_that_differ_by_case_alone_are_two_files(root: Path) -> None:
    write(root, output("A.txt", b"1"), output("a.txt", b"2"))
    if len(list((root / "dist").glob("?.txt"))) == 2:
        assert (root / "dist/A.txt").read_bytes() == b"1"


def test_sources_inside_the_output_are_not_deleted(root: Path) -> None:
    write(root, output("index.html"))
    (root / "dist/lib.js").write_text("input")
    assert code_of(lambda: write(root, output("a.js", sources=("dist/lib.js",)))) == ("out-holds-input", 2)
    copied = output("b.js", None, copy_of=root / "dist/lib.js")  # type: ignore[arg-type]
    assert code_of(lambda: write(root, copied)) == ("out-holds-input", 2)
    assert (root / "dist/lib.js").exists()


@pytest.mark.parametrize(
    ("out", "code"),
    [
        (".", "out-holds-input"),
        ("..", "out-holds-input"),
        ("dist/..", "out-holds-input"),
        ("index.html", "out-is-file"),
        ("public", "out-inside-public"),
        ("public/dist", "out-inside-public"),
        (".perfbuild", "out-holds-input"),
        ("src", "out-holds-input"),
        ("pages", "out-holds-input"),
        ("settings", "out-holds-input"),
        ("full", "out-not-ours"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_outputs_that_would_destroy_something_are_refused(root: Path, out: str, code: str, force: bool) -> None:
    for folder in ("full", "src", "pages"):
        (root / folder).mkdir()
        (root / folder / "file.ts").write_text("mine")
    project = Project(root=root, pages=("pages/a.html",), entries=(), public=())
    options = {"entries": {"main": "src/main.ts"}, "file": "settings/perfbuild.toml"}
    subject = config(root, out=root / out, force=force, **options)
    if force and code == "out-not-ours":
        check_out(subject, project)
    else:
        assert code_of(lambda: check_out(subject, project)) == (code, 2)


def test_the_project_seen_through_a_link_is_still_the_project(root: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(root)
    assert code_of(lambda: check_out(config(root, out=tmp_path / "alias")))[0] == "out-holds-input"


def test_the_home_folder_is_refused_even_by_force(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    assert code_of(lambda: check_out(config(root, out=tmp_path / "home", force=True))) == ("out-is-home", 2)


def test_outputs_that_are_fine(root: Path, tmp_path: Path) -> None:
    (root / "empty").mkdir()
    write(root, output("index.html"), out=root / "ours")
    for out in (root / "dist", root / "empty", root / "ours", tmp_path / "elsewhere", root / "a/b"):
        check_out(config(root, out=out))


# --- failures -------------------------------------------------------------------------------------


@pytest.fixture
def previous(root: Path) -> Callable[[], bool]:
    """True while the output is as the last good build left it and nothing lies beside it."""
    write(root, output("index.html", b"1"), output("assets/a.js", b"1"))
    before = tree(root / "dist")
    return lambda: tree(root / "dist") == before and only_output_beside(root)


def break_writes(monkeypatch: pytest.MonkeyPatch, error: BaseException, after: int = 1) -> None:
    """The write after ``after`` good ones raises ``error``."""
    fill, count = stage._fill, 0

    def failing(stream: object, content: bytes | Path) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise error
        fill(stream, content)  # type: ignore[arg-type]

    monkeypatch.setattr(stage, "_fill", failing)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EACCES, "output-unwritable"),
        (errno.EROFS, "output-unwritable"),
    ],
)
def test_a_write_that_fails_leaves_the_previous_output(
    root: Path, previous: Callable[[], bool], number: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_writes(monkeypatch, OSError(number, os.strerror(number)))
    assert code_of(lambda: write(root, output("index.html", b"2"), output("b.js"))) == (code, 1)
    assert previous()


def test_an_interruption_leaves_the_previous_output(
    root: Path, previous: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_writes(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write(root, output("index.html", b"2"), output("b.js"))
    assert previous()


def test_a_copied_file_that_is_gone_leaves_the_previous_output(root: Path, previous: Callable[[], bool]) -> None:
    gone = output("b.js", None, copy_of=root / "gone.js")  # type: ignore[arg-type]
    assert code_of(lambda: write(root, gone)) == ("file-unreadable", 1)
    assert previous()


@pytest.mark.parametrize("failing", [1, 2])
def test_a_rename_that_fails_leaves_the_previous_output(
    root: Path, previous: Callable[[], bool], failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "_exchange", lambda *_: False)
    break_renames(monkeypatch, failing)
    assert code_of(lambda: write(root, output("index.html", b"2"))) == ("output-unwritable", 1)
    assert previous()


@pytest.mark.parametrize("failing", range(1, 7))
def test_a_rename_that_fails_in_a_checkout_leaves_the_previous_output(
    root: Path, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, output("index.html", b"1"), output("assets/a.js", b"1"))
    (root / "dist/.git").mkdir()
    before = tree(root / "dist")
    break_renames(monkeypatch, failing)
    assert code_of(lambda: write(root, output("a"), output("b"), output("index.html")))[0] == "output-unwritable"
    assert tree(root / "dist") == before
    assert {path.name for path in (root / "dist").iterdir()} == {".git", ".perfbuild", "assets", "index.html"}


def break_renames(monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    """The ``failing``-th rename (from 1) is refused, the others are done."""
    rename, count = Path.rename, 0

    def refuse(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == failing:
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)


# --- two builds at once ---------------------------------------------------------------------------


def test_the_second_build_into_one_folder_fails_at_once_and_names_the_first(root: Path) -> None:
    with lock_out(config(root)):
        with pytest.raises(PerfbuildError) as caught, lock_out(config(root)):
            pytest.fail("both builds run")
        (report,) = caught.value.diagnostics
        assert report.code == "out-locked"
        assert str(os.getpid()) in report.message
    with lock_out(config(root)):
        pass
    assert only_output_beside(root)


def test_builds_into_two_folders_run_at_once(root: Path) -> None:
    with lock_out(config(root)), lock_out(config(root, out=root / "other")):
        pass


def test_one_folder_under_two_names_is_one_folder(root: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (root / "dist").symlink_to(tmp_path / "www")
    with lock_out(config(root)):
        assert code_of(lambda: lock_out(config(root, out=tmp_path / "www")).__enter__())[0] == "out-locked"


def test_the_lock_file_of_a_dead_build_does_not_block(root: Path) -> None:
    (root / ".dist.perfbuild.lock").write_text("999999")
    with lock_out(config(root)):
        pass
    assert only_output_beside(root)


def test_a_lock_file_that_its_holder_removes_meanwhile_is_made_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try_lock, lock = stage._try_lock, root / ".dist.perfbuild.lock"

    def removed_first(stream: IO[str]) -> bool:
        monkeypatch.setattr(stage, "_try_lock", try_lock)
        lock.unlink()
        return try_lock(stream)

    monkeypatch.setattr(stage, "_try_lock", removed_first)
    with lock_out(config(root)):
        assert code_of(lambda: lock_out(config(root)).__enter__())[0] == "out-locked"


def test_the_lock_is_freed_when_a_build_fails(root: Path) -> None:
    with pytest.raises(RuntimeError), lock_out(config(root)):
        raise RuntimeError
    with lock_out(config(root)):
        pass


def test_what_a_killed_build_left_is_cleared_away(root: Path) -> None:
    write(root, output("index.html", b"1"))
    (root / ".dist.perfbuild-0123abcd/assets").mkdir(parents=True)
    (root / ".distant.perfbuild-0123abcd").mkdir()
    with lock_out(config(root)):
        assert not (root / ".dist.perfbuild-0123abcd").exists()
    assert (root / ".distant.perfbuild-0123abcd").exists(), "another output's"
    assert (root / "dist/index.html").read_bytes() == b"1"


def test_an_output_that_a_killed_build_had_moved_away_comes_back(root: Path) -> None:
    write(root, output("index.html", b"1"))
    (root / "dist").rename(root / ".dist.perfbuild-0123abcd.old")
    with lock_out(config(root)):
        assert (root / "dist/index.html").read_bytes() == b"1"
