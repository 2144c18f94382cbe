"""Which stage of a build runs, and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from perfbuild.config import Config
from perfbuild.model import Run

Progress = Callable[[str], None]


class Clock:
    """Says which stage runs, and how long each took."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started = datetime.now(UTC)
        self._begin = time.perf_counter()
        self._marks: list[tuple[str, float]] = []

    def enter(self, stage: str) -> None:
        self._marks.append((stage, time.perf_counter()))
        self._progress(stage)

    def run(self, config: Config) -> Run:
        """The times so far; the stage that was entered last is still running and not among them."""
        pairs = zip(self._marks, self._marks[1:], strict=False)
        return Run(
            started=self._started.isoformat(timespec="seconds"),
            seconds=round(time.perf_counter() - self._begin, 3),
            stages={name: round(end - begin, 3) for (name, begin), (_, end) in pairs},
            root=str(config.root),
            out=str(config.out),
        )
