"""Lazy media: perfbuild/lazy beside the libraries that people install for it.

    python -m benchmarks.lazy --rounds 5

One page with 200 images, nearly all below the fold, is built by perfbuild once for each library, whose script is a
module of the page; perfbuild's own is what the build gives the page. Rounds take the libraries in turn, in Chromium
with a processor four times slower. Shown are medians: bytes of the script, images asked for before anyone scrolls,
script time until then, and script time once a scroll to the end has loaded everything.
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path
from statistics import median
from typing import NamedTuple

import brotli  # type: ignore[import-untyped]
from playwright.sync_api import Browser

from benchmarks.chunk_visits import chromium, served
from perfbuild.config import CliOptions, Runtime, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.pipeline import build

IMAGES = 200
SLOWDOWN = 4
PEERS = Path(__file__).with_name("lazy_peers")
#: Library -> the module that the page runs; all read ``data-src``.
LIBRARIES = {
    "perfbuild/lazy": "",
    "lozad": 'import lozad from "lozad"; lozad(".lazyload", { rootMargin: "50px" }).observe();',
    "vanilla-lazyload": (
        'import Lazy from "vanilla-lazyload"; new Lazy({ elements_selector: ".lazyload", cancel_on_exit: false });'
    ),
    "lazysizes": 'import "lazysizes";',
}


class Measured(NamedTuple):
    asked: int
    start_ms: float
    all_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    if not (PEERS / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=PEERS, check=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        outs = {name: _built(Path(folder), name, code) for name, code in LIBRARIES.items()}
        found: dict[str, list[Measured]] = {name: [] for name in LIBRARIES}
        for _ in range(rounds):
            for name, out in outs.items():
                found[name].append(_visited(browser, out))
        print("| library | script, B of brotli | images before scrolling | script ms until then | script ms for all |")
        print("|---|---:|---:|---:|---:|")
        for name, measures in found.items():
            asked, start, everything = (median(each[place] for each in measures) for place in range(3))
            print(f"| {name} | {_script_bytes(outs[name])} | {asked:.0f} | {start:.0f} | {everything:.0f} |")


def _built(folder: Path, name: str, code: str) -> Path:
    project = folder / name.replace("/", "-")
    (project / "images").mkdir(parents=True)
    for number in range(IMAGES):
        (project / "images" / f"{number}.png").write_bytes(_png(number))
    images = "".join(
        f'<p><img class="lazyload" data-src="images/{number}.png" width="400" height="300" alt=""></p>'
        for number in range(IMAGES)
    )
    script = '<script type="module" src="main.js"></script>' if code else ""
    (project / "main.js").write_text(code, "utf-8")
    (project / "index.html").write_text(
        f'<!doctype html><html lang="en"><title>Lazy</title><link rel="icon" href="data:,">{images}{script}</html>',
        "utf-8",
    )
    if code:
        shutil.copytree(PEERS / "node_modules", project / "node_modules")
    config, _ = load_config(project, CliOptions())
    config = dataclasses.replace(config, runtime=Runtime(lazy=not code), inline_limit=0, cache=False, compress=False)
    with Engine() as engine:
        build(config, Diagnostics(), lambda _stage: None, engine)
    return config.out


def _png(number: int) -> bytes:
    """400 by 300, of a colour of its own."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    colour = bytes((number % 256, number // 256 * 100, 128))
    header = struct.pack(">IIBBBBB", 400, 300, 8, 2, 0, 0, 0)
    rows = (b"\0" + colour * 400) * 300
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


def _script_bytes(out: Path) -> int:
    return sum(len(brotli.compress(file.read_bytes(), quality=11)) for file in (out / "assets").glob("*.js"))


def _visited(browser: Browser, out: Path) -> Measured:
    with served(out) as url:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if request.url.endswith(".png") else None)
        session = context.new_cdp_session(page)
        session.send("Performance.enable")
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})

        def script_ms() -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return float(next(each["value"] for each in metrics if each["name"] == "ScriptDuration")) * 1000

        page.goto(url, wait_until="load")
        page.wait_for_function("document.images[0].naturalWidth == 400")
        page.wait_for_load_state("networkidle")
        before, start = len(asked), script_ms()
        page.evaluate(SCROLL)
        page.wait_for_function(
            "[...document.images].every((image) => image.naturalWidth == 400)", timeout=20_000, polling=500
        )
        everything = script_ms()
        context.close()
        return Measured(before, start, everything)


#: To the end, half a screen at a time, at a pace that libraries which wait between two looks can follow.
SCROLL = """
() => new Promise((done) => {
  const step = () => {
    scrollBy(0, innerHeight / 2);
    if (scrollY + innerHeight >= document.documentElement.scrollHeight - 1) done();
    else setTimeout(step, 100);
  };
  step();
})
"""

if __name__ == "__main__":
    main()
