"""Declarations for editors and tsc: what modules import from perfbuild, and what its builds know besides scripts."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from perfbuild.config import Config

_RUNTIME = Path(__file__).parent / "runtime"
#: Declares what every module has, whatever it imports.
_CLIENT = "client"
#: Code that the build puts into its output; nobody imports it.
_INTERNAL = frozenset(("deep-link", "preload", "watch"))
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RELATIVE = re.compile(r"""(?<=")(\.{1,2}/[^"]+)\.js(?=")""")
_PACKAGE = re.compile(r"""(?:\bfrom |\bimport\()"((?:@[^"/]+/)?[^"./][^"/]*)""")


def write_declarations(config: Config) -> Path:
    """Writes ``types/perfbuild.d.ts`` below the report folder, and returns the file."""
    file = config.report_dir / "types" / "perfbuild.d.ts"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(_declarations(config.root)), encoding="utf-8", newline="\n")
    return file


def include_line(config: Config, file: Path) -> str:
    """What makes tsc read the file, as a line of the project's ``tsconfig.json``."""
    folder = Path(os.path.relpath(file.parent, config.root)).as_posix()
    return f'"include": ["**/*", "{folder}"]'


def _declarations(root: Path) -> Iterator[str]:
    yield '// Written by `perfbuild types`. What Vite users have from "vite/client", and the modules of perfbuild/*.\n'
    yield _declared(_CLIENT)
    for name in runtime_modules():
        text = _declared(name)
        if all(_is_installed(root, package) for package in _packages(text)):
            yield _as_module(name, text)


def runtime_modules() -> tuple[str, ...]:
    """What can be imported as ``perfbuild/<name>``, sorted."""
    found = (path.relative_to(_RUNTIME).as_posix().removesuffix(".d.ts") for path in _RUNTIME.rglob("*.d.ts"))
    return tuple(sorted(set(found) - _INTERNAL - {_CLIENT}))


def _packages(text: str) -> list[str]:
    """What the declarations need of others; examples in comments need nothing."""
    return _PACKAGE.findall(_COMMENT.sub("", text))


def _declared(name: str) -> str:
    return (_RUNTIME / f"{name}.d.ts").read_text("utf-8")


def _as_module(name: str, text: str) -> str:
    """The declarations of one file as those of an ambient module, where nothing is relative and all is declared."""
    folder = posixpath.dirname(name)
    named = _RELATIVE.sub(lambda match: posixpath.normpath(posixpath.join("perfbuild", folder, match[1])), text)
    ambient = re.sub(r"^(export )?declare ", lambda match: match[1] or "", named, flags=re.MULTILINE)
    inside = re.sub(r"^(?=.)", "  ", ambient, flags=re.MULTILINE)
    return f'declare module "perfbuild/{name}" {{\n{inside}}}\n'


def _is_installed(root: Path, package: str) -> bool:
    """Whether the project, or a folder around it, has types of the package: what needs others would be an error."""
    typed = f"@types/{package.removeprefix('@').replace('/', '__')}"
    folders = (folder / "node_modules" for folder in (root, *root.parents))
    return any((modules / name).is_dir() for modules in folders for name in (package, typed))
