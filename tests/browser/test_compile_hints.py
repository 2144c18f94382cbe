"""Compile hints in Chromium: functions are compiled beside the main thread, before they are called."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .building import build

pytestmark = pytest.mark.browser

FUNCTIONS = 300
PAGE = (
    '<!doctype html><html lang="en"><head><title>x</title><link rel="icon" href="data:,"></head>'
    '<body><script type="module" src="main.js"></script></body></html>'
)
CATEGORIES = ("v8", "disabled-by-default-v8.compile")


def write_application(root: Path, config: str) -> Path:
    """A page whose script calls many functions, none of which the minifier can put in the place of its calls."""
    root.mkdir()
    made = "\n".join(
        f"export function task{number}(list) {{ for (const one of list) list.sum += one * {number}; return list; }}"
        for number in range(FUNCTIONS)
    )
    (root / "perfbuild.toml").write_text(config)
    (root / "index.html").write_text(PAGE)
    (root / "tasks.js").write_text(made)
    (root / "main.js").write_text(
        'import * as tasks from "./tasks.js";\n'
        "const list = Object.assign([1, 2], { sum: 0 });\n"
        "for (const name of Object.keys(tasks)) tasks[name](list);\n"
        "document.body.dataset.sum = list.sum;\n"
    )
    return root


def compiled_on_the_main_thread(browser: Browser, url: str) -> int:
    """How often a visit has the main thread compile something."""
    page = browser.new_page()
    try:
        browser.start_tracing(page=page, categories=list(CATEGORIES))
        page.goto(url)
        page.wait_for_selector(f'body[data-sum="{3 * sum(range(FUNCTIONS))}"]', state="attached")
        events = json.loads(browser.stop_tracing())["traceEvents"]
    finally:
        page.close()
    threads = {
        (event["pid"], event["tid"]): event["args"]["name"] for event in events if event["name"] == "thread_name"
    }
    return sum(
        event["name"] == "V8.CompileCode" and threads.get((event["pid"], event["tid"])) == "CrRendererMain"
        for event in events
    )


def test_functions_are_compiled_before_they_are_called(
    tmp_path: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    counts = {}
    for name, config in {"hints": "", "none": "[output]\ncompile_hints = false\n"}.items():
        out = build(write_application(tmp_path / name, config), tmp_path / f"{name}-out", "--no-compress").out
        counts[name] = compiled_on_the_main_thread(browser, serve(out))
    # The browser's driver has functions of its own, the same in both.
    assert counts["hints"] <= counts["none"] - FUNCTIONS
