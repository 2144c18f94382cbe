"""Copies of a project for tools to build: as it is, or with what only Vite and perfbuild know written out.

webpack, Rspack, Parcel, esbuild and rolldown's API have no ``import.meta.glob``, no ``?raw`` and ``?url`` imports, no
``import.meta.env`` and no paths of tsconfig.json, or each its own way to them. Their copy says the same in plain
modules, so that every tool builds the same application.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath

SOURCES = (".ts", ".tsx", ".js", ".jsx", ".mjs")
LEFT_OUT = shutil.ignore_patterns("dist", ".perfbuild", ".git", ".parcel-cache")


def copy_project(project: Path, copy: Path) -> None:
    """The project in another folder, its npm packages as hard links where the file system can: the copy's modules have
    paths of their own."""
    if copy.exists():
        shutil.rmtree(copy)
    ignored = shutil.ignore_patterns("node_modules")
    shutil.copytree(project, copy, ignore=lambda folder, names: LEFT_OUT(folder, names) | ignored(folder, names))
    modules = project / "node_modules"
    if modules.exists():
        near = modules.stat().st_dev == copy.stat().st_dev
        shutil.copytree(modules, copy / "node_modules", symlinks=True, copy_function=os.link if near else shutil.copy2)
    _rewrite(copy, lambda code, _: _HINTS.sub("", code))


#: What asks webpack and perfbuild to fetch a chunk before it is needed: left out, so that all fetch a route's own.
_HINTS = re.compile(r"webpackPre(?:load|fetch):\s*(?:true|-?\d+)\s*,?")


def _rewrite(copy: Path, edit: Callable[[str, Path], str]) -> None:
    for path in sorted((copy / "src").rglob("*")):
        if path.suffix in SOURCES and not path.name.endswith(".d.ts"):
            before = path.read_text(encoding="utf-8")
            after = edit(before, path)
            if after != before:
                path.write_text(after, encoding="utf-8")


def make_portable(copy: Path) -> None:
    """Writes out, in place, what only some tools know; a project without any of it stays as it was."""
    _rewrite(copy, lambda code, path: _plain(code, path, copy))
    _let_parcel_read_exports(copy / "package.json")
    if (copy / "public").is_dir():  # Parcel looks for the files that the page names beside it
        shutil.copytree(copy / "public", copy, dirs_exist_ok=True)


def _let_parcel_read_exports(manifest: Path) -> None:
    """Parcel reads the ``exports`` of packages only where the project says so."""
    package = json.loads(manifest.read_text(encoding="utf-8"))
    package["@parcel/resolver-default"] = {"packageExports": True}
    manifest.write_text(json.dumps(package, indent=2) + "\n", encoding="utf-8")


def _plain(code: str, path: Path, copy: Path) -> str:
    code = _relative_paths(code, path, copy)
    code = _named_classes(code)
    code = _raw_imports(code, path)
    code = _url_imports(code)
    code = _globs(code, path)
    code = _variable_imports(code, path)
    return _environment(code, copy)


def _relative_paths(code: str, path: Path, copy: Path) -> str:
    """``@/x`` as tsconfig's ``paths`` have it: relative to ``src``."""
    up = os.path.relpath(copy / "src", path.parent).replace(os.sep, "/")
    prefix = up if up.startswith(".") else f"./{up}"
    return re.sub(r"""(from\s+|import\s*\(?\s*(?:/\*[^*]*\*/\s*)*)(['"])@/""", rf"\1\2{prefix}/", code)


def _named_classes(code: str) -> str:
    """Class names imported one by one, taken from the default export: css-loader gives either, not both."""

    def parted(match: re.Match[str]) -> str:
        names = match["names"].replace(" as ", ": ")
        return f"import classNames from {match['file']};\nconst {{{names}}} = classNames;"

    return re.sub(r"""import\s*\{(?P<names>[^}]*)\}\s*from\s*(?P<file>['"][^'"]+\.module\.css['"]);""", parted, code)


def _raw_imports(code: str, path: Path) -> str:
    def inline(match: re.Match[str]) -> str:
        text = (path.parent / match["file"]).read_text(encoding="utf-8")
        return f"const {match['name']} = {json.dumps(text)};"

    return re.sub(r"""import\s+(?P<name>\w+)\s+from\s+['"](?P<file>[^'"]+)\?raw['"];""", inline, code)


def _url_imports(code: str) -> str:
    pattern = r"""import\s+(?P<name>\w+)\s+from\s+['"](?P<file>[^'"]+)\?url['"];"""
    return re.sub(pattern, r'const \g<name> = new URL("\g<file>", import.meta.url).href;', code)


def _globs(code: str, path: Path) -> str:
    found: list[str] = []

    def listed(match: re.Match[str]) -> str:
        eager = "eager: true" in (match["options"] or "")
        named = re.search(r"import:\s*['\"](\w+)['\"]", match["options"] or "")
        entries = []
        for file in sorted(path.parent.glob(match["glob"])):
            specifier = os.path.relpath(file, path.parent).replace(os.sep, "/")
            specifier = specifier if specifier.startswith(".") else f"./{specifier}"
            if eager:
                local = f"globbed{len(found)}"
                clause = local if named and named[1] == "default" else f"* as {local}"
                found.append(f'import {clause} from "{specifier}";')
                entries.append(f'"{specifier}": {local}')
            else:
                entries.append(f'"{specifier}": () => import("{specifier}")')
        return f"({{ {', '.join(entries)} }})"

    pattern = r"""import\.meta\.glob(?:<[^()]*>)?\(\s*['"](?P<glob>[^'"]+)['"]\s*(?:,\s*(?P<options>\{[^}]*\}))?\s*\)"""
    code = re.sub(pattern, listed, code)
    return "\n".join([*found, code])


def _variable_imports(code: str, path: Path) -> str:
    """``import(`./messages/${name}.ts`)`` as a choice between the files there are; Parcel has no such imports."""

    def chosen(match: re.Match[str]) -> str:
        folder, variable, suffix = match["folder"], match["variable"], match["suffix"]
        arms = [
            f'{json.dumps(PurePosixPath(file.name).name.removesuffix(suffix))}: () => import("{folder}{file.name}")'
            for file in sorted((path.parent / folder).glob(f"*{suffix}"))
        ]
        return f"(({{ {', '.join(arms)} }}) as Record<string, () => Promise<any>>)[{variable}]!()"

    pattern = r"import\(\s*`(?P<folder>\.[^`$]*/)\$\{(?P<variable>\w+)\}(?P<suffix>\.\w+)`\s*\)"
    return re.sub(pattern, chosen, code)


def _environment(code: str, copy: Path) -> str:
    values = {"MODE": "production", "BASE_URL": "/", **_public_variables(copy / ".env")}
    for name, value in values.items():
        literal = json.dumps(value).replace("\\", "\\\\")
        code = re.sub(rf"import\.meta\.env\.{name}\b", literal, code)
    return code.replace("import.meta.env.PROD", "true").replace("import.meta.env.DEV", "false")


def _public_variables(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    pairs = (line.partition("=") for line in file.read_text(encoding="utf-8").splitlines() if "=" in line)
    public = ((name.strip(), value) for name, _, value in pairs if name.startswith(("VITE_", "PUBLIC_")))
    return {name: value.strip().strip("\"'") for name, value in public}
