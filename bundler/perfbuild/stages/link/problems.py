"""What the engine reports, turned into diagnostics: its data, our sentences."""

from __future__ import annotations

import difflib
import json
import posixpath
import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import unquote

import msgspec

from perfbuild import messages
from perfbuild.diagnostics import Diagnostic, Diagnostics, Location
from perfbuild.engine.protocol import Problem
from perfbuild.model import Page

#: How Rust and Node.js say ENOSPC and EDQUOT.
_FULL = re.compile(r"No space left on device|Disk quota exceeded|\bENOSPC\b|\bEDQUOT\b", re.IGNORECASE)


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where inline code stands: ``start`` is a character offset into the page's text."""

    page: Page
    start: int


def report_problems(
    problems: tuple[Problem, ...], root: Path, origins: Mapping[str, Origin], diagnostics: Diagnostics
) -> None:
    """Reports every problem, in an order that does not depend on the engine's timing.

    ``origins`` tells of inline code by the root-relative id that the engine knows it by.
    """
    for problem in sorted(problems, key=_order):
        diagnostics.report(_diagnostic(problem, root, _location(problem, root, origins)))


def _order(problem: Problem) -> tuple[str, int, int, str, str]:
    return (problem.file or "", problem.line or 0, problem.column or 0, problem.code, problem.message)


def _diagnostic(problem: Problem, root: Path, location: Location | None) -> Diagnostic:
    if _FULL.search(problem.message):
        return messages.disk_full(None)
    if stated := _STATED.get(problem.code):
        return stated(problem.message, location)
    named = problem.specifier or problem.message
    match problem.code:
        case "missing-file" if location:
            severity: Literal["error", "warn"] = "error" if problem.severity == "error" else "warn"
            return messages.missing_file(named, _target(root, problem), near_files(root, problem), severity, location)
        case "outside-root" if location:
            return messages.outside_root(named, location)
        case "unresolved-import":
            return _unresolved(problem, root, location)
        case "parse-error" | "css-syntax" | "json-parse":
            return messages.syntax_error(problem.message, location, problem.severity)
        case "component-compiler-missing":
            return messages.component_compiler_missing(problem.message, named, location, _install_command(root))
        case "postcss-missing":
            return messages.postcss_missing(named, location, _install_command(root))
        case _:
            return messages.engine_problem(problem.code, problem.severity, problem.message, location)


#: What stands before a package of the project that a module of the browser runtime imports.
_PEER = "perfbuild:peer/"

#: Problems whose diagnostic needs no more than their text and place.
_STATED: Mapping[str, Callable[[str, Location | None], Diagnostic]] = {
    "component-error": messages.component_error,
    "component-warning": messages.component_warning,
    "node-builtin": messages.node_builtin,
    "postcss-error": messages.postcss_error,
    "postcss-warning": messages.postcss_warning,
    "route-dynamic": messages.route_dynamic,
    "sass-error": messages.sass_error,
    "sass-missing": lambda _text, location: messages.sass_missing(location),
    "target-query": lambda text, _location: messages.bad_target(text),
}


def _target(root: Path, problem: Problem) -> str:
    """The file that a URL names, relative to the root where it lies below it."""
    url = unquote((problem.specifier or problem.message).partition("?")[0].partition("#")[0])
    folder = root if url.startswith("/") else Path(problem.file or root).parent
    return posixpath.relpath(posixpath.normpath(folder / url.lstrip("/")), root)


def _unresolved(problem: Problem, root: Path, location: Location | None) -> Diagnostic:
    specifier = (problem.specifier or "").removeprefix(_PEER)
    if specifier.startswith((".", "/")):
        return messages.unresolved_file(specifier, location, near_files(root, problem))
    package = _package_name(specifier)
    declared = _declared_packages(root)
    near = difflib.get_close_matches(package, sorted(declared), n=3)
    return messages.unresolved_package(specifier, package, location, package in declared, near, _install_command(root))


def _location(problem: Problem, root: Path, origins: Mapping[str, Origin]) -> Location | None:
    file = problem.file or problem.importer
    if file is None:
        return None
    path = Path(file)
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    if origin := origins.get(name):
        return _in_page(origin, problem, is_attribute="?style-attribute=" in name)
    plain = Path(file.partition("?")[0])
    shown = name.partition("?")[0]
    return Location(file=shown, line=problem.line, column=problem.column, line_text=_line(plain, problem.line))


def _in_page(origin: Origin, problem: Problem, *, is_attribute: bool) -> Location:
    """A place in inline code, counted from the start of the page. The engine sees a style attribute after a line of
    its own."""
    line, column = origin.page.position(origin.start)
    inner = max(1, (problem.line or 1) - is_attribute)
    if inner == 1:
        column += (problem.column or 1) - 1
    else:
        column = problem.column or 1
    number = line + inner - 1
    lines = origin.page.text.splitlines()
    text = lines[number - 1] if number <= len(lines) else None
    return Location(file=origin.page.path, line=number, column=column, line_text=text)


def _line(path: Path, number: int | None) -> str | None:
    if number is None:
        return None
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return lines[number - 1] if 0 < number <= len(lines) else None


def mention(root: Path, importer: str, module: str) -> tuple[str, Location]:
    """How and where ``importer`` names a module, both root-relative; without a place where it goes by another name."""
    query = module.partition("?")[0]
    quoted = re.compile(r"""["'`]([^"'`\n]*""" + re.escape(PurePosixPath(query).stem) + r"""[^"'`\n]*)["'`]""")
    try:
        lines = (root / importer.partition("?")[0]).read_text("utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    for number, line in enumerate(lines, 1):
        for found in quoted.finditer(line):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), found[1]))
            if path in (module, query, posixpath.splitext(query)[0]):
                location = Location(file=importer, line=number, column=found.start() + 1, line_text=line)
                return found[1], location
    return module, Location(file=importer.partition("?")[0])


def near_files(root: Path, problem: Problem) -> list[str]:
    """Files beside the missing one whose names resemble it, written as the specifier would be."""
    specifier = (problem.specifier or "").partition("?")[0]
    importer = problem.file or problem.importer
    if not specifier or importer is None:
        return []
    wanted = PurePosixPath(specifier)
    folder = (
        root / str(wanted.parent).lstrip("/") if specifier.startswith("/") else Path(importer).parent / wanted.parent
    )
    try:
        names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    except OSError:
        return []
    stems = {PurePosixPath(name).stem: name for name in reversed(names)}
    close = difflib.get_close_matches(wanted.name, names, n=3)
    close += [stems[stem] for stem in difflib.get_close_matches(wanted.stem, list(stems), n=3)]
    prefix = specifier[: len(specifier) - len(wanted.name)]
    return [prefix + name for name in dict.fromkeys(close)][:3]


def _package_name(specifier: str) -> str:
    parts = specifier.split("/")
    return "/".join(parts[: 2 if specifier.startswith("@") else 1])


def _declared_packages(root: Path) -> set[str]:
    try:
        manifest = json.loads((root / "package.json").read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    tables = (manifest.get(name, {}) for name in ("dependencies", "devDependencies", "peerDependencies"))
    return {name for table in tables if isinstance(table, dict) for name in table}


def _install_command(root: Path) -> str:
    """In the words of the package manager whose lock file the project has."""
    locks = {"pnpm-lock.yaml": "pnpm add", "yarn.lock": "yarn add", "bun.lock": "bun add", "bun.lockb": "bun add"}
    return next((command for lock, command in locks.items() if (root / lock).exists()), "npm install")
