"""How long a visitor waits for the content of a deep-linked route, with and without the page's inline script.

    python -m benchmarks.deep_links fixtures/dashboard /customers /reports --selector '[data-testid="route-{name}"]'
    python -m benchmarks.deep_links PROJECT /a /b --folder vite=PROJECT/vite-dist

Builds the project with perfbuild twice, serves both folders as a host with a fallback to the start page would, and
opens each address in Chromium with an empty cache, under 1.6 Mbit/s, 150 ms round trip and a processor four times
slower. A round visits every route of every folder once, in turn; the median of the rounds is shown. Content counts as
shown in the first frame in which the selector's element has text; without a selector, when the page has 95 % of the
text that it has in the end. In the selector ``{name}`` stands for the last part of the route.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from perfbuild.config import CliOptions, Config, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.pipeline import build
from perfbuild.serve import Server

BYTES_A_SECOND = 1_600_000 / 8
LATENCY = 150
"""Milliseconds that each answer is late at least."""
SLOWDOWN = 4
TIMEOUT = 60_000
SETTLES = 1500
"""Milliseconds without throttling after which a page is taken to have all its text."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

#: Notes the time of the first frame that shows the content; runs before anything of the page.
WATCH = """
(([selector, length]) => {
  const isShown = () => {
    if (!document.body) return false;
    if (!selector) return document.body.innerText.length >= length;
    const found = document.querySelector(selector);
    return found != null && found.innerText.trim() != "";
  };
  const look = () => {
    if (isShown()) window.__shown = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})
"""


@dataclass(slots=True, kw_only=True)
class Variant:
    """One build of the application, served, with the milliseconds of each visit by route."""

    name: str
    url: str
    shown: dict[str, list[float]] = field(default_factory=dict)

    def median(self, route: str) -> float:
        return median(self.shown[route])


def main() -> None:
    arguments = parse()
    routes: list[str] = arguments.routes
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        variants = [
            serve(stack, "without", *built(arguments.project, scratch / "without", deep_links=False)),
            serve(stack, "with", *built(arguments.project, scratch / "with", deep_links=True)),
            *(serve(stack, name, Path(folder), "/") for name, folder in arguments.folder),
        ]
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-quic"])
        stack.callback(browser.close)
        lengths = {(one.name, route): final_length(browser, one.url, route) for one in variants for route in routes}
        for number in range(arguments.rounds + 1):
            for route in routes:
                for one in variants:
                    selector = arguments.selector.replace("{name}", route.rstrip("/").rpartition("/")[2])
                    shown = visit(browser, one.url, route, selector, lengths[one.name, route])
                    if number:  # the first round warms the server's files and the browser
                        one.shown.setdefault(route, []).append(shown)
    print_table(routes, variants)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Times deep-linked routes on a slow network.")
    parser.add_argument("project", type=Path)
    parser.add_argument("routes", nargs="+", help="addresses below the base, such as /users/7")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--selector", default="", help="the element whose text is the route's content")
    parser.add_argument(
        "--folder",
        action="append",
        default=[],
        type=lambda text: tuple(text.split("=", 1)),
        metavar="NAME=FOLDER",
        help="another tool's build of the same application, for the site's root",
    )
    return parser.parse_args()


def built(project: Path, out: Path, *, deep_links: bool) -> tuple[Path, str]:
    """The output folder, and the path that it is to be served from."""
    config, _ = load_config(project, CliOptions(out=out, report_dir=out.with_name(f"{out.name}-reports")))
    config = dataclasses.replace(config, output=dataclasses.replace(config.output, deep_links=deep_links))
    diagnostics = Diagnostics()
    with Engine() as engine:
        build(config, diagnostics, lambda _stage: None, engine)
    for each in diagnostics:
        print(f"{each.severity}: {each.message}", file=sys.stderr)
    return out, _base_path(config)


def _base_path(config: Config) -> str:
    return config.base if config.base.startswith("/") and not config.base.startswith("//") else "/"


def serve(stack: ExitStack, name: str, folder: Path, base: str) -> Variant:
    return Variant(name=name, url=stack.enter_context(Server(folder, base=base, spa=True).start()).url)


def chromium() -> str:
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit(f"no Chromium on PATH (looked for {', '.join(CHROMIUM)})")
    return found


def final_length(browser: Browser, url: str, route: str) -> int:
    """95 % of the text that the route has in the end, without throttling."""
    page = open_page(browser)
    page.goto(url + route.lstrip("/"))
    page.wait_for_timeout(SETTLES)
    length = page.evaluate("document.body.innerText.length")
    page.context.close()
    return max(1, int(0.95 * length))


def visit(browser: Browser, url: str, route: str, selector: str, length: int) -> float:
    """Milliseconds from the start of the navigation until the route's content shows."""
    page = open_page(browser)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.add_init_script(f"{WATCH.strip()}({json.dumps([selector, length])})")
    page.goto(url + route.lstrip("/"), wait_until="commit", timeout=TIMEOUT)
    page.wait_for_function("window.__shown", timeout=TIMEOUT)
    shown = float(page.evaluate("window.__shown"))
    page.context.close()
    return shown


def open_page(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1280, "height": 900}).new_page()


def print_table(routes: Sequence[str], variants: Sequence[Variant]) -> None:
    plain, script = variants[0], variants[1]
    print("| route |" + "".join(f" {one.name} ms |" for one in variants) + " with / without |")
    print("|---|" + "---:|" * (len(variants) + 1))
    for route in routes:
        cells = "".join(f" {one.median(route):.0f} |" for one in variants)
        print(f"| {route} |{cells} {script.median(route) / plain.median(route):.2f} |")
    middle = [median([one.median(route) for route in routes]) for one in variants]
    ratio = median([script.median(route) / plain.median(route) for route in routes])
    print("| median |" + "".join(f" {value:.0f} |" for value in middle) + f" {ratio:.2f} |")


if __name__ == "__main__":
    main()
