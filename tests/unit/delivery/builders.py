"""What the tests of delivery build on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from perfbuild.config import Config
from perfbuild.model import OutputFile

#: Compresses to far less than 95 %.
PROSE = b"export const greeting = 'good day to every visitor of this page';\n" * 100


def config(root: Path, **changes: Any) -> Config:
    return Config(**({"root": root, "out": root / "dist", "report_dir": root / ".perfbuild", "jobs": 2} | changes))


def output(path: str, content: bytes = b"x", **changes: Any) -> OutputFile:
    return OutputFile(**({"path": path, "type": "other", "content": content} | changes))


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
