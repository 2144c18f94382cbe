"""What benchmarks.chunks found out about one tool, as it is kept between runs."""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import msgspec

from perfbuild.stages.deltas import delta_path
from perfbuild.stages.emit import OWNER

COUNTED = (".js", ".mjs", ".css")
IN_PAGE = "styles in the page"
_STYLE = re.compile(rb"<style\b[^>]*>(.*?)</style>", re.DOTALL)


class BuildFailure(Exception):  # noqa: N818 - it is no mistake of this program
    """A build that ended well and still cannot be counted."""


class OutputFile(msgspec.Struct, frozen=True, kw_only=True):
    """A script or stylesheet of an output: its bytes at brotli 11, and a digest of its content."""

    brotli: int
    digest: str
    deltas: dict[str, int] = {}
    """Bytes of its deltas, by the file of the release before that a browser needs to have for each."""


Snapshot = dict[str, OutputFile]
"""The scripts and stylesheets of an output by path, and its page as ``index.html``."""


class RouteVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A first visit: the scripts and stylesheets that the browser fetched, with their bytes at brotli 11.

    Stylesheets in the page itself are among them as :data:`IN_PAGE`.
    """

    path: str
    files: dict[str, int]


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A change of one module: what a visitor who has everything of the release before fetches again, in bytes."""

    module: str
    files: int
    brotli: int
    with_deltas: int | None = None
    """The same for a browser and a server that know compression dictionaries; None where the tool makes no deltas."""
    page: int
    """The page's bytes, which are fetched again at every release where it changed."""


#: Bytes at brotli 11 by digest of the content: releases share most of their files.
_sizes: dict[str, int] = {}


class Results(msgspec.Struct, frozen=True, kw_only=True):
    failure: str = ""
    files: Snapshot = {}
    visits: list[RouteVisit] = []
    releases: list[Release] = []
    times: dict[str, list[float]] = {}
    """Seconds until the heading showed, by route, one for each round."""


def read(folder: Path) -> Results | None:
    file = folder / "results.json"
    if not file.is_file():
        return None
    results = msgspec.json.decode(file.read_bytes(), type=Results)
    _sizes.update({measured.digest: measured.brotli for measured in results.files.values()})
    return results


def write(folder: Path, results: Results) -> None:
    (folder / "results.json").write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1))


def snapshot(out: Path) -> Snapshot:
    """Every script and stylesheet of an output folder, and its page."""
    page = out / "index.html"
    if not page.is_file():
        raise BuildFailure("the output has no index.html")
    paths = sorted(path for path in out.rglob("*") if path.is_file() and (path.suffix in COUNTED or path == page))
    names = [path.relative_to(out).as_posix() for path in paths]
    deltas = _deltas(out)
    with ThreadPoolExecutor(2) as pool:
        measured = pool.map(lambda path, name: _measured(path, deltas.get(name, {})), paths, names)
        return dict(zip(names, measured, strict=True))


def styles_in_page(out: Path) -> dict[str, int]:
    """The bytes of the stylesheets in the page, compressed by themselves; empty where there are none."""
    styles = b"".join(_STYLE.findall((out / "index.html").read_bytes()))
    return {IN_PAGE: len(brotli.compress(styles, quality=11))} if styles else {}


def _deltas(out: Path) -> dict[str, dict[str, int]]:
    """Bytes of the deltas that perfbuild wrote: by file, then by the file of the release before."""
    listing = out / OWNER
    made = json.loads(listing.read_bytes())["deltas"] if listing.is_file() else {}
    return {
        path: {previous: (out / delta_path(path, name)).stat().st_size for name, previous in one.items()}
        for path, one in made.items()
    }


def _measured(path: Path, deltas: dict[str, int]) -> OutputFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest not in _sizes:
        _sizes[digest] = len(brotli.compress(content, quality=11))
    return OutputFile(brotli=_sizes[digest], digest=digest, deltas=deltas)
