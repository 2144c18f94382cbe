"""Chunks as the linker hands them on: ``assets/<name>-1.js`` unless said otherwise."""

from __future__ import annotations

from typing import Any

from perfbuild.model import Chunk


def chunk(name: str, /, **options: Any) -> Chunk:
    fields: dict[str, Any] = {
        "file": f"assets/{name}-1.js",
        "name": name,
        "reason": "shared",
        "group": None,
        "facade": None,
        "is_entry": False,
        "modules": (),
        "imports": (),
        "dynamic_imports": (),
        "css": (),
        "assets": (),
    }
    return Chunk(**(fields | options))
