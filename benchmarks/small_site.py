"""How long the smallest things take: ``perfbuild --version``, and a site of ten pages without modules.

    python -m benchmarks.small_site

An empty Python run stands beside them as the floor.
"""

from __future__ import annotations

import argparse
import struct
import sys
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.make_project import phrase
from benchmarks.processes import measure, program

PAGES = 10


def main() -> None:
    parser = argparse.ArgumentParser(description="Times perfbuild on the smallest things.")
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    perfbuild = program("perfbuild")

    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        site = Path(scratch) / "site"
        make_site(site)
        build: Sequence[str | Path] = [perfbuild, "build", site, "--no-compress", "--no-cache"]
        commands: dict[str, Sequence[str | Path]] = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "perfbuild --version": [perfbuild, "--version"],
            f"perfbuild build, {PAGES} pages": build,
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(rounds + 1):
            for name, command in commands.items():
                run = measure(command)
                if number:  # the first round warms the machine's file cache
                    seconds[name].append(run.wall)

    print("| command | wall ms | lowest |\n|---|---:|---:|")
    for name, walls in seconds.items():
        print(f"| {name} | {median(walls) * 1000:.0f} | {min(walls) * 1000:.0f} |")


def make_site(folder: Path, *, seed: int = 1) -> None:
    """Ten pages with a style sheet, a classic script and pictures in common."""
    random = Random(seed)
    folder.mkdir()
    pages = [f"page-{number}.html" for number in range(1, PAGES)]
    for name in ("index.html", *pages):
        (folder / name).write_text(page(pages, random), encoding="utf-8")
    (folder / "site.css").write_text(STYLE, encoding="utf-8")
    (folder / "site.js").write_text(SCRIPT, encoding="utf-8")
    (folder / "mark.svg").write_text(MARK, encoding="utf-8")
    (folder / "photo.png").write_bytes(picture(240, 160))


def page(pages: Sequence[str], random: Random) -> str:
    links = "\n".join(f'      <a href="{name}">{phrase(random)}</a>' for name in pages)
    paragraphs = "\n".join(
        f"      <h2>{phrase(random).capitalize()}</h2>\n"
        f"      <p>{', '.join(phrase(random) for _ in range(40)).capitalize()}.</p>"
        for _ in range(12)
    )
    return f"""\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>{phrase(random).capitalize()}</title>
    <link rel="icon" href="mark.svg">
    <link rel="stylesheet" href="site.css">
    <script src="site.js" defer></script>
  </head>
  <body>
    <nav>
{links}
    </nav>
    <main>
      <img src="photo.png" alt="" width="240" height="160">
{paragraphs}
    </main>
  </body>
</html>
"""


def picture(width: int, height: int) -> bytes:
    """A small gradient as PNG."""
    rows = b"".join(b"\0" + bytes(v for x in range(width) for v in (x, y, (x + y) // 2)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


STYLE = """\
body {
  margin: 0 auto;
  max-width: 60rem;
  font: 1rem/1.6 sans-serif;
}

nav {
  display: flex;
  gap: 1rem;
}

nav a.here {
  font-weight: bold;
}
"""

SCRIPT = """\
// Marks the page that is shown.
var links = document.querySelectorAll('nav a');
for (var index = 0; index < links.length; index += 1) {
  if (links[index].pathname === location.pathname) links[index].classList.add('here');
}
"""

MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3" fill="#0b7a75"/></svg>\n'


if __name__ == "__main__":
    main()
