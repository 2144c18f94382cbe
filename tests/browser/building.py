"""Builds of the fixtures for the browser, through the command line, into a folder of the test session."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[2] / "fixtures"
TIMEOUT = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """One build: the folder that is served, and its account."""

    out: Path
    stats: dict[str, Any]

    def route(self, path: str) -> dict[str, Any]:
        return next(route for route in self.stats["routes"] if route["path"] == path)

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes() for path in self.out.rglob("*") if path.is_file()
        }


def build(project: Path, out: Path, *options: str) -> Built:
    """Builds a project, which is left as it is; a build that fails or is over budget fails the test."""
    reports = out.with_name(f"{out.name}-reports")
    command = [
        sys.executable,
        "-m",
        "perfbuild",
        "build",
        str(project),
        "-o",
        str(out),
        "--report-dir",
        str(reports),
    ]
    done = subprocess.run(
        [*command, "--no-cache", *options], capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stderr == "", "the fixtures build without a diagnostic"
    return Built(out=out, stats=json.loads((reports / "stats.json").read_bytes()))
