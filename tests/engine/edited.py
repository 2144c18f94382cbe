"""Modules beside what the engine's edits make of them."""

from __future__ import annotations

from pathlib import Path

from tests.engine.node import node

from perfbuild.engine.process import HOST

RUN = Path(__file__).with_name("run_edited.mjs")

Ran = tuple[str | None, list[str], list[str]]
"""The new code, None where the module cannot be read; and what was printed and exported before and after."""


def ran(script: str, function: str, codes: list[str]) -> list[Ran]:
    """Runs each module as it is and with the edits that a function of one of the engine's scripts gives."""
    results: list[Ran] = node([str(RUN), HOST.as_uri(), script, function], codes)
    return results
