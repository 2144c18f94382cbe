"""The monorepo around a project, and whether a module outside the project may be built into it."""

from __future__ import annotations

import json
from pathlib import Path


def workspace_of(root: Path) -> Path:
    """The nearest folder at or above the root that declares workspaces; the root itself when none does."""
    for folder in (root, *root.parents):
        if (folder / "pnpm-workspace.yaml").is_file() or "workspaces" in _manifest(folder):
            return folder
    return root


def is_workspace_package(path: Path, workspace: Path) -> bool:
    """Whether the module lies in a package of the workspace that has a name, so that it was linked by that name."""
    for folder in path.parents:
        if folder == workspace or not folder.is_relative_to(workspace):
            return False
        if "name" in _manifest(folder):
            return True
    return False


def is_commonjs(root: Path) -> bool:
    """Whether package.json says that the project's modules are CommonJS, as ``npm init`` writes it."""
    return _manifest(root).get("type") == "commonjs"


def _manifest(folder: Path) -> dict[str, object]:
    try:
        manifest = json.loads((folder / "package.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}
