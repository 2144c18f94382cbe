"""A list of 1,000,000 rows in Chromium, by perfbuild/virtual-list and its peers: script, rows, blank frames, memory.

    python -m benchmarks.virtual_list                        # all lists, three rounds, a minute of memory each
    python -m benchmarks.virtual_list perfbuild tanstack --rounds 5 --minutes 10

benchmarks/README.md says what is measured, and how.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from benchmarks.chunk_visits import chromium, served
from benchmarks.processes import install, program

PEERS = Path(__file__).parent / "virtual_list_peers"
LISTS = ("perfbuild", "tanstack", "perfbuild-react", "tanstack-react", "virtua-react")
SLOWDOWN = 4
SPEED = 5000
"""CSS pixels a second."""
VIEW, ROW, BUFFER = 800, 40, 5
#: What a view and the rows around it take: one more where the view cuts two rows.
ALLOWED_ROWS = VIEW // ROW + 1 + 2 * BUFFER

CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "devtools.timeline.frame", "v8"]
FRAME = "Commit"
"""The end of a frame on the main thread."""
#: Of the trace: script that runs, and collections of garbage. What they force of style and layout is inside.
SCRIPTING = {
    "EvaluateScript",
    "EventDispatch",
    "FireAnimationFrame",
    "FunctionCall",
    "MajorGC",
    "MinorGC",
    "RunMicrotasks",
    "TimerFire",
}

#: Scrolls in each frame, back and forth, and sees what is about to be painted: the list is told in the next frame.
DRIVER = """
async ([seconds, speed, isLooking]) => {
  const scroller = document.querySelector(".scroller") ?? document.querySelector("#box");
  const { top, bottom } = scroller.getBoundingClientRect();
  const blankAt = () => {
    let covered = top;
    const boxes = [...document.querySelectorAll(".row")].map((row) => row.getBoundingClientRect());
    for (const box of boxes.sort((a, b) => a.top - b.top))
      if (box.top <= covered + 1) covered = Math.max(covered, box.bottom);
    return Math.max(0, bottom - covered);
  };
  const seen = { frames: 0, blank: 0, rows: 0, nodes: 0 };
  let last = await new Promise(requestAnimationFrame), way = 1;
  for (const begun = last; last - begun < seconds * 1000; seen.frames++) {
    const now = await new Promise(requestAnimationFrame);
    const before = scroller.scrollTop;
    scroller.scrollTop += way * Math.max(1, (now - last) * speed / 1000);
    if (scroller.scrollTop == before) way = -way;
    last = now;
    if (!isLooking) continue;
    seen.blank += blankAt() > 0;
    seen.rows = Math.max(seen.rows, document.querySelectorAll(".row").length);
    seen.nodes = Math.max(seen.nodes, document.querySelectorAll("*").length);
  }
  return seen;
}
"""


@dataclass(kw_only=True)
class Result:
    """What was measured of a list: milliseconds of script in each frame, what was seen, and megabytes by minute."""

    frames: list[list[float]] = field(default_factory=list)
    blank: list[float] = field(default_factory=list)
    rows: int = 0
    nodes: int = 0
    heap: list[float] = field(default_factory=list)

    def percentile(self, percent: int) -> float:
        """The median over the rounds."""
        return median(quantiles(frames, n=100)[percent - 1] for frames in self.frames)


def main() -> None:
    parser = argparse.ArgumentParser(description="Scrolls lists of 1,000,000 rows.")
    parser.add_argument("lists", nargs="*", default=list(LISTS), metavar="LIST")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0, help="of scrolling a round")
    parser.add_argument("--minutes", type=float, default=1.0, help="of scrolling for memory; 0 for none")
    options = parser.parse_args()

    results = {name: Result() for name in options.lists}
    with built() as folder, served(folder) as origin, chromium() as browser:
        for number in range(options.rounds):
            for name, result in results.items():
                print(f"round {number + 1}: {name}", file=sys.stderr)
                time_scripts(browser, f"{origin}/{name}.html", options.seconds, result)
                look(browser, f"{origin}/{name}.html", options.seconds, result)
        for name, result in results.items() if options.minutes else ():
            print(f"memory: {name}", file=sys.stderr)
            weigh(browser, f"{origin}/{name}.html", options.minutes, result)
    print_tables(results, options.minutes)


@contextmanager
def built() -> Iterator[Path]:
    """The pages of all lists, as perfbuild builds them."""
    install(PEERS)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        out = Path(scratch) / "dist"
        reports = Path(scratch) / "reports"
        command = [
            program("perfbuild"),
            "build",
            PEERS,
            "--no-compress",
            "--no-cache",
            "-o",
            out,
            "--report-dir",
            reports,
        ]
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
        yield out


@contextmanager
def opened(browser: Browser, url: str) -> Iterator[tuple[Page, CDPSession]]:
    """A page with its list, on a processor that is slowed down."""
    context = browser.new_context(viewport={"width": 800, "height": 900})
    try:
        page = context.new_page()
        page.goto(url)
        page.locator(".row").nth(VIEW // ROW).wait_for()
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        yield page, session
    finally:
        context.close()


# --- Scripting time --------------------------------------------------------------------------------------------------


def time_scripts(browser: Browser, url: str, seconds: float, result: Result) -> None:
    """Scrolls as a wheel does, outside of the page's scripts, and takes the time of those from a trace."""
    gesture = {"x": 300, "y": 400, "yDistance": -SPEED, "speed": SPEED, "gestureSourceType": "mouse"}
    with opened(browser, url) as (page, session):
        session.send("Input.synthesizeScrollGesture", gesture)
        browser.start_tracing(page=page, categories=CATEGORIES)
        session.send("Input.synthesizeScrollGesture", {**gesture, "yDistance": -SPEED * seconds})
        trace = browser.stop_tracing()
    result.frames.append(frame_times(json.loads(trace)["traceEvents"]))


def frame_times(events: Sequence[dict[str, Any]]) -> list[float]:
    """Milliseconds of script in each frame that has any, of the thread that has the most frames."""
    threads: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for event in events:
        if event["name"] in SCRIPTING or event["name"] == FRAME:
            threads.setdefault((event["pid"], event["tid"]), []).append(event)
    thread = max(threads.values(), key=lambda found: sum(event["name"] == FRAME for event in found))
    ends = sorted(event["ts"] for event in thread if event["name"] == FRAME)
    frames = [0.0] * (len(ends) + 1)
    end = 0.0
    for event in sorted((event for event in thread if "tdur" in event and event["name"] in SCRIPTING), key=_begin):
        if event["ts"] >= end:  # else it is inside of another one
            frames[bisect_right(ends, event["ts"])] += event["tdur"] / 1000
            end = event["ts"] + event["dur"]
    return [frame for frame in frames[1:-1] if frame]


def _begin(event: dict[str, Any]) -> tuple[float, float]:
    return event["ts"], -event["dur"]


# --- Blank frames, and memory ----------------------------------------------------------------------------------------


def look(browser: Browser, url: str, seconds: float, result: Result) -> None:
    """Frames in a hundred in which some of the view has no row, and the most rows and elements there were."""
    with opened(browser, url) as (page, _):
        seen = page.evaluate(DRIVER, [seconds, SPEED, True])
    result.blank.append(100 * seen["blank"] / seen["frames"])
    result.rows = max(result.rows, seen["rows"])
    result.nodes = max(result.nodes, seen["nodes"])


def weigh(browser: Browser, url: str, minutes: float, result: Result) -> None:
    """The script heap after collections, in megabytes: before, and after each tenth of the time."""
    with opened(browser, url) as (page, session):
        page.evaluate(DRIVER, [5, SPEED, False])  # until what is compiled once is
        result.heap.append(_heap(session))
        for _ in range(10):
            page.evaluate(DRIVER, [minutes * 6, SPEED, False])
            result.heap.append(_heap(session))


def _heap(session: CDPSession) -> float:
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    size: float = session.send("Runtime.getHeapUsage")["usedSize"]
    return size / 1e6


# --- Tables ----------------------------------------------------------------------------------------------------------


def print_tables(results: dict[str, Result], minutes: float) -> None:
    print("| list | script a frame ms, median | p95 | largest | blank frames % | rows, at most | elements, at most |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, result in results.items():
        largest = max(max(frames) for frames in result.frames)
        times = f"{result.percentile(50):.2f} | {result.percentile(95):.2f} | {largest:.1f}"
        print(f"| {name} | {times} | {median(result.blank):.1f} | {result.rows} | {result.nodes} |")
    print(f"\nRows allowed: {ALLOWED_ROWS}. Frames: {', '.join(str(len(r.frames[-1])) for r in results.values())}.")
    if minutes:
        print(f"\n| list | heap MB at first | after {minutes:g} min | largest |\n|---|---:|---:|---:|")
        for name, result in results.items():
            print(f"| {name} | {result.heap[0]:.2f} | {result.heap[-1]:.2f} | {max(result.heap):.2f} |")


if __name__ == "__main__":
    main()
