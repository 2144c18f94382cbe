"""Diagnostics are data: stages collect them, phases stop at their borders, only ``cli`` exits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where: a root-relative file, and a line and column counted from 1 where they are known.

    ``line_text`` is the source line itself, for the code frame.
    """

    file: str
    line: int | None = None
    column: int | None = None
    line_text: str | None = None

    def __str__(self) -> str:
        parts = (self.file, self.line, self.column)
        return ":".join(str(part) for part in parts if part is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """What is wrong, where, and what to do. ``code`` is stable and documented in docs/diagnostics.md."""

    code: str
    severity: Severity
    message: str
    hint: str = ""
    location: Location | None = None
    plugin: str | None = None


class PerfbuildError(Exception):
    """Ends a command. ``exit_code`` is 1 for a failed build and 2 for a usage or configuration error."""

    def __init__(self, *diagnostics: Diagnostic, exit_code: int = 1) -> None:
        super().__init__("; ".join(diagnostic.message for diagnostic in diagnostics))
        self.diagnostics = diagnostics
        self.exit_code = exit_code


class Diagnostics:
    """Collects what the stages report; equal diagnostics are kept once, in order of arrival."""

    def __init__(self) -> None:
        self._seen: dict[Diagnostic, None] = {}

    def report(self, diagnostic: Diagnostic) -> None:
        self._seen[diagnostic] = None

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._seen)

    def stop_on_errors(self) -> None:
        """The border of a phase: raise when anything that was reported so far is an error."""
        if any(diagnostic.severity == "error" for diagnostic in self._seen):
            raise PerfbuildError(*self._seen)
