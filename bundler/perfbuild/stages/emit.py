"""emit: the output is written beside its target and swapped in whole.

The only stage that writes to the output folder. What a failure or an interruption can and cannot do to the previous
output, and why it is done this way, is told in docs/design/output-swap.md.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostic, PerfbuildError
from perfbuild.model import SUFFIXES, EncodedFile, OutputFile, Project
from perfbuild.stages.deltas import delta_path

#: Says that perfbuild wrote the folder, which files may be cached for ever, and what can be sent in their place.
OWNER = ".perfbuild/files.json"

#: Left alone in an output folder that is replaced: folders that publish a branch are checkouts.
_KEPT = ".git"
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


# --- before the build -----------------------------------------------------------------------------


def check_out(config: Config, project: Project | None = None) -> None:
    """Raise :class:`PerfbuildError` (exit code 2) when replacing ``config.out`` would destroy what is not output."""
    out, root = config.out.resolve(), config.root.resolve()
    shown = _shown(config.out, config)
    if root.is_relative_to(out):
        _refuse(messages.out_holds_input(shown, "the project"))
    if Path.home().resolve().is_relative_to(out):
        _refuse(messages.out_is_home(shown))
    if out.exists() and not out.is_dir():
        _refuse(messages.out_is_file(shown))
    if config.public_dir and out.is_relative_to((root / config.public_dir).resolve()):
        _refuse(messages.out_inside_public(shown, config.public_dir))
    for held in _inputs(config, project):
        if held.resolve().is_relative_to(out):
            _refuse(messages.out_holds_input(shown, _shown(held, config)))
    if not config.force and _has_content(out) and not (out / OWNER).is_file():
        _refuse(messages.out_not_ours(shown))


def _refuse(diagnostic: Diagnostic) -> None:
    raise PerfbuildError(diagnostic, exit_code=2)


def _inputs(config: Config, project: Project | None) -> Iterator[Path]:
    yield config.report_dir
    # The output itself may be the release before: it is read before it is replaced.
    yield from (folder for folder in config.output.previous if folder.resolve() != config.out.resolve())
    if config.public_dir:
        yield config.root / config.public_dir
    if config.file is not None:
        yield config.root / config.file
    yield from (config.root / entry for entry in config.entries.values())
    if project is not None:
        yield from (config.root / page for page in project.pages)


def _has_content(out: Path) -> bool:
    return out.is_dir() and any(not _is_spared(child.name, out) for child in out.iterdir())


@contextmanager
def lock_out(config: Config) -> Iterator[None]:
    """Hold the output folder for one build, and clear away what a killed build left beside it.

    Raises :class:`PerfbuildError` at once when another build holds it. The lock is the operating system's and ends with
    the process that holds it, however that ends.
    """
    out = config.out.resolve()
    home = _home(out)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = home / f"{_prefix(out)}.lock"
        stream = _locked(lock, config)
    except OSError as error:
        raise PerfbuildError(_write_error(error, config)) from error
    try:
        _sweep(home, out)
        yield
    finally:
        # Removed while it is held: who waits for this very file finds it gone and makes another.
        with suppress(OSError):
            lock.unlink()
        stream.close()


def _locked(lock: Path, config: Config) -> IO[str]:
    while True:
        stream = lock.open("a+", encoding="ascii")
        if not _try_lock(stream):
            stream.seek(0)
            holder = stream.read().strip()
            stream.close()
            pid = int(holder) if holder.isdecimal() else None
            raise PerfbuildError(messages.out_locked(_shown(config.out, config), pid))
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(stream.fileno()), lock.stat()):
                stream.truncate(0)
                stream.write(str(os.getpid()))
                stream.flush()
                return stream
        stream.close()


def _try_lock(stream: IO[str]) -> bool:
    """True also on file systems that know no locks, where building unguarded beats not building."""
    try:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(1 << 20)  # a locked byte cannot be read, so it is not one of the process id's
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def _sweep(home: Path, out: Path) -> None:
    """Remove what killed builds left; put back an output that one of them had moved away and not replaced."""
    for left in sorted(home.iterdir()):
        if not left.name.startswith(f"{_prefix(out)}-") or left.is_symlink():
            continue
        if left.name.endswith(".old") and not out.exists():
            left.rename(out)
        else:
            shutil.rmtree(left, ignore_errors=True)


# --- where ----------------------------------------------------------------------------------------


def _home(out: Path) -> Path:
    """The folder in which output is staged: the parent; the output folder itself where it cannot be renamed."""
    if out.is_dir() and (out.is_mount() or (out / _KEPT).exists() or not os.access(out.parent, os.W_OK)):
        return out
    return out.parent


def _prefix(out: Path) -> str:
    return f".{out.name}.perfbuild"


def _is_spared(name: str, out: Path) -> bool:
    return name == _KEPT or name.startswith(_prefix(out))


def _shown(path: Path, config: Config) -> str:
    """Relative to the project where it lies in it."""
    for root in (config.root, config.root.resolve()):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return str(path)


# --- the stage ------------------------------------------------------------------------------------


def emit(
    files: Iterable[OutputFile], encoded: Mapping[str, EncodedFile], config: Config, extra: Mapping[str, bytes]
) -> None:
    """Replace ``config.out`` by ``files``, their encodings and ``extra`` (contents by output path).

    Encodings are written when ``config.compress`` is set and ``config.encodings`` names them. On any error, also an
    interruption, the previous output stays as it was; what the user can mend is raised as :class:`PerfbuildError`.
    """
    files = tuple(files)
    out = config.out.resolve()
    _refuse_inputs_inside(out, files, config)
    contents = _contents(files, encoded, config, extra)
    stage = _home(out) / f"{_prefix(out)}-{secrets.token_hex(4)}"
    try:
        _make_stage(stage, out)
        _write_all(stage, contents, out)
        _swap_in(stage, out)
    except OSError as error:
        raise PerfbuildError(_write_error(error, config)) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _refuse_inputs_inside(out: Path, files: Iterable[OutputFile], config: Config) -> None:
    root = config.root.resolve()
    inside = f"{out.relative_to(root).as_posix()}/" if out.is_relative_to(root) else None
    for file in files:
        held = [source for source in file.sources if inside and source.startswith(inside)]
        if file.copy_of is not None and file.copy_of.is_relative_to(out):
            held.append(_shown(file.copy_of, config))
        if held:
            _refuse(messages.out_holds_input(_shown(config.out, config), held[0]))


def _contents(
    files: Iterable[OutputFile], encoded: Mapping[str, EncodedFile], config: Config, extra: Mapping[str, bytes]
) -> dict[str, bytes | Path]:
    """Everything to write, by path. An encoding that the project brings itself stands before the one made here."""
    contents: dict[str, bytes | Path] = {}
    sources: dict[str, tuple[str, ...]] = {}
    problems: list[Diagnostic] = []
    made = [OutputFile(path=path, type="other", content=content) for path, content in extra.items()]
    for file in (*files, *made, _owner_file(files, encoded)):
        if not _is_safe(file.path):
            problems.append(messages.output_path_unsafe(file.path))
        elif file.path in contents:
            problems.append(messages.output_collision(file.path, sources[file.path] + file.sources))
        contents[file.path] = file.copy_of or file.content or b""
        sources[file.path] = file.sources
    folders = {path[:end] for path in contents for end, character in enumerate(path) if character == "/"}
    problems.extend(messages.output_collision(path, sources[path]) for path in sorted(folders & contents.keys()))
    if problems:
        raise PerfbuildError(*problems)
    for path, sidecar in _sidecars(encoded, config):
        if path not in folders:
            contents.setdefault(path, sidecar)
    return contents


def _owner_file(files: Iterable[OutputFile], encoded: Mapping[str, EncodedFile]) -> OutputFile:
    immutable = sorted(file.path for file in files if file.hashed)
    deltas = {
        path: {delta.dictionary: delta.previous for delta in file.deltas}
        for path, file in encoded.items()
        if file.deltas
    }
    owner = {"schema": 1, "tool": "perfbuild", "immutable": immutable, "deltas": deltas}
    return OutputFile(path=OWNER, type="other", content=json.dumps(owner, indent=1).encode() + b"\n")


def _sidecars(encoded: Mapping[str, EncodedFile], config: Config) -> Iterator[tuple[str, bytes]]:
    if not config.compress:
        return
    for path, file in encoded.items():
        for encoding, content in file.encoded.items():
            if encoding in config.encodings:
                yield path + SUFFIXES[encoding], content
        for delta in file.deltas:
            yield delta_path(path, delta.dictionary), delta.content


def _is_safe(path: str) -> bool:
    """The stage is a fresh folder without links, so a path without these parts cannot leave it."""
    if "\0" in path or (os.name == "nt" and ("\\" in path or ":" in path)):
        return False
    return all(part not in ("", ".", "..") for part in path.split("/"))


def _make_stage(stage: Path, out: Path) -> None:
    """With the permissions of the folder that it will replace, or those that any new folder gets."""
    stage.parent.mkdir(parents=True, exist_ok=True)
    stage.mkdir()
    if out.is_dir():
        shutil.copymode(out, stage)


def _write_all(stage: Path, contents: Mapping[str, bytes | Path], previous: Path) -> None:
    """Files that the ``previous`` output has just so are taken over, with the time at which they were written."""
    folders = {stage}
    for path, content in contents.items():
        target = stage / path
        if target.parent not in folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            folders.add(target.parent)
        if isinstance(content, bytes) and _taken_over(previous / path, target, content):
            continue
        try:
            with target.open("xb") as stream:
                _fill(stream, content)
        except FileExistsError:  # the file system takes two names for one, most often by letter case
            raise PerfbuildError(messages.output_collision(path, ())) from None


def _taken_over(source: Path, target: Path, content: bytes) -> bool:
    """Give a file of the previous output a second name, where its content is the same and nobody else has a name for
    it."""
    try:
        status = source.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1 or status.st_size != len(content):
            return False
        if source.read_bytes() != content:
            return False
        os.link(source, target)
    except OSError:  # not there, or a file system without links: it is written
        return False
    return True


def _fill(stream: IO[bytes], content: bytes | Path) -> None:
    if isinstance(content, bytes):
        stream.write(content)
        return
    try:
        source = content.open("rb")
    except OSError as error:
        raise PerfbuildError(messages.file_unreadable(str(content), error.strerror or str(error))) from error
    with source:
        shutil.copyfileobj(source, stream, 1 << 20)


def _write_error(error: OSError, config: Config) -> Diagnostic:
    shown = _shown(config.out, config)
    if error.errno in _FULL:
        return messages.disk_full(shown)
    return messages.output_unwritable(shown, error.strerror or str(error))


# --- the swap -------------------------------------------------------------------------------------


def _swap_in(stage: Path, out: Path) -> None:
    """Afterwards ``out`` is what ``stage`` was; what ``out`` was is at ``stage`` or gone."""
    if stage.parent == out:
        _swap_children(stage, out)
    elif not out.exists():
        stage.rename(out)
    elif not _exchange(stage, out):
        _swap_by_two_renames(stage, out)


def _exchange(stage: Path, out: Path) -> bool:
    """Both folders change names in one step (Linux, renameat2(2)). False where there is no such call."""
    if sys.platform != "linux":
        return False
    import ctypes

    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    names = os.fsencode(stage), os.fsencode(out)
    return bool(renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


def _swap_by_two_renames(stage: Path, out: Path) -> None:
    old = stage.with_name(f"{stage.name}.old")
    try:
        out.rename(old)
        stage.rename(out)
    except BaseException:
        if old.exists() and not out.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _swap_children(stage: Path, out: Path) -> None:
    """For a folder that cannot be renamed itself: all its entries change places, or none."""
    old = stage.with_name(f"{stage.name}.old")
    old.mkdir()
    leaving = [(child, old / child.name) for child in sorted(out.iterdir()) if not _is_spared(child.name, out)]
    coming = [(child, out / child.name) for child in sorted(stage.iterdir())]
    moved: list[tuple[Path, Path]] = []
    try:
        for source, target in leaving + coming:
            moved.append((source, target))
            source.rename(target)
    except BaseException:
        for source, target in reversed(moved):
            if not source.exists() and not source.is_symlink():
                target.rename(source)
        old.rmdir()
        raise
    shutil.rmtree(old, ignore_errors=True)
