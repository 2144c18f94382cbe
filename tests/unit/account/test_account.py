"""Sizes that the account states are those of the very files written."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import pytest

from perfbuild.config import Budget
from perfbuild.model import (
    Delta,
    DeltaStats,
    EncodedFile,
    Finding,
    OutputFile,
    PreviousFile,
    PreviousRelease,
    ReturningStats,
    RouteFiles,
    Sizes,
)
from perfbuild.stages.account import account, returning, wanted_encodings

from . import builders as make


def measured(rendered, encoded=None, **changes):
    return account(rendered, encoded or {}, make.config(**changes), (), make.RUN)


def encoded(path, raw, **encodings):
    return EncodedFile(path=path, raw=raw, encoded={name: b"x" * size for name, size in encodings.items()})


def test_an_encoding_counts_as_written_and_one_that_did_not_pay_as_raw():
    files = make.rendered(files=(make.output("assets/a-1.js", b"x" * 5000),))
    stats = measured(files, {"assets/a-1.js": encoded("assets/a-1.js", 5000, brotli=900, gzip=1200)})
    assert stats.files[0].sizes == Sizes(raw=5000, brotli=900, gzip=1200, zstd=5000)


def test_a_file_that_does_not_compress_travels_raw_in_every_encoding():
    stats = measured(make.rendered(files=(make.output("assets/a-1.png", b"x" * 700, "image"),)))
    assert stats.files[0].sizes == Sizes(raw=700, brotli=700, gzip=700, zstd=700)


def test_encodings_that_were_not_computed_are_unknown_for_files_and_routes():
    route = RouteFiles(path="/", kind="page", source="index.html", files=("index.html",))
    files = make.rendered(files=(make.output("index.html", b"x" * 30, "document"),), routes=(route,))
    stats = measured(files, compress=False)
    unknown = Sizes(raw=30, gzip=None, brotli=None, zstd=None)
    assert stats.files[0].sizes == unknown
    assert stats.routes[0].sizes == unknown
    assert stats.routes[0].by_type.font == Sizes(raw=0, gzip=None, brotli=None, zstd=None)


def test_without_compression_the_encodings_of_budgets_are_still_known():
    budgets = (Budget(route="/**", max=1, encoding="zstd"), Budget(file="*", max=1, encoding="raw"))
    files = make.rendered(files=(make.output("assets/a-1.js", b"x" * 5000),))
    assert wanted_encodings(make.config(compress=False, budgets=budgets)) == ("zstd",)
    stats = measured(
        files, {"assets/a-1.js": encoded("assets/a-1.js", 5000, zstd=800)}, compress=False, budgets=budgets
    )
    assert stats.files[0].sizes == Sizes(raw=5000, gzip=None, brotli=None, zstd=800)


def test_a_copied_file_has_its_size_from_disk(tmp_path):
    source = tmp_path / "film.mp4"
    source.write_bytes(b"x" * 1234)
    film = OutputFile(path="film.mp4", type="other", copy_of=source)
    assert measured(make.rendered(files=(film,))).files[0].sizes.raw == 1234


def test_a_route_sums_what_it_downloads_by_type():
    files = (
        make.output("index.html", b"x" * 100, "document"),
        make.output("assets/a-1.js", b"x" * 2000),
        make.output("assets/b-2.js", b"x" * 3000),
        make.output("assets/c-3.css", b"x" * 400, "style"),
        make.output("assets/unused-4.js", b"x" * 9999),
    )
    route = RouteFiles(path="/", kind="page", source="index.html", files=tuple(file.path for file in files[:4]))
    stats = measured(
        make.rendered(files=files, routes=(route,)), {"assets/a-1.js": encoded("assets/a-1.js", 2000, brotli=500)}
    )
    (stat,) = stats.routes
    assert stat.requests == 4
    assert stat.sizes.raw == 5500
    assert stat.sizes.brotli == 4000
    assert stat.by_type.script == Sizes(raw=5000, gzip=5000, brotli=3500, zstd=5000)
    assert stat.by_type.style.raw == 400
    assert stat.by_type.font == Sizes()


def test_modules_know_their_chunks_and_shaken_ones_weigh_nothing():
    chunks = (
        make.chunk("assets/main-1.js", ("src/a.js", 10), ("\0engine-helper", 3)),
        make.chunk("assets/work-2.js", ("src/a.js", 4)),
    )
    modules = (make.module("src/a.js", importers=("src/main.js",)), make.module("src/gone.js"))
    files = tuple(make.output(chunk.file, b"x") for chunk in chunks)
    stats = measured(make.rendered(files=files, chunks=chunks, modules=modules))
    by_id = {module.id: module for module in stats.modules}
    assert by_id["src/a.js"].bytes == 14
    assert by_id["src/a.js"].chunks == ("assets/main-1.js", "assets/work-2.js")
    assert by_id["src/a.js"].importers == ("src/main.js",)
    assert by_id["src/gone.js"].bytes == 0
    assert by_id["src/gone.js"].chunks == ()
    assert by_id["\0engine-helper"].bytes == 3
    assert all(name in by_id for chunk in stats.chunks for name in chunk.modules)


def test_images_are_compared_with_their_sources(tmp_path):
    (tmp_path / "hero.png").write_bytes(b"x" * 1000)
    files = (
        make.output("assets/hero-1.avif", b"x" * 300, "image", sources=("hero.png",)),
        make.output("assets/hero-2.png", b"x" * 600, "image", sources=("hero.png",)),
        make.output("assets/made-3.svg", b"x" * 10, "image"),
    )
    (image,) = measured(make.rendered(files=files), root=tmp_path).images
    assert (image.source, image.before, image.after) == ("hero.png", 1000, 600)
    assert image.variants == ("assets/hero-1.avif", "assets/hero-2.png")


def test_findings_and_run_pass_through():
    finding = Finding(code="x", severity="info", message="m", hint="h")
    stats = account(make.rendered(), {}, make.config(base="/shop/"), (finding,), make.RUN)
    assert (stats.findings, stats.run, stats.base, stats.schema) == ((finding,), make.RUN, "/shop/", 1)


def test_a_file_that_a_route_names_but_nobody_writes_is_a_fault():
    route = RouteFiles(path="/", kind="page", source="index.html", files=("nowhere.js",))
    with pytest.raises(KeyError):
        measured(make.rendered(routes=(route,)))


def test_ten_thousand_modules_cost_little():
    chunks = tuple(make.chunk(f"assets/c{n}-1.js", *((f"src/{n}/{m}.js", 40) for m in range(100))) for n in range(100))
    modules = tuple(make.module(part.id, importers=("src/main.js",)) for chunk in chunks for part in chunk.modules)
    rendered = make.rendered(
        files=tuple(make.output(chunk.file, b"x" * 4000) for chunk in chunks), chunks=chunks, modules=modules
    )
    spent = []
    for _ in range(3):
        gc.collect()
        started = time.process_time()
        measured(rendered)
        spent.append(time.process_time() - started)
    assert min(spent) < 0.1


# --- after a release ------------------------------------------------------------------------------

OLD, NEW, STAYS = "assets/main-00000000.js", "assets/main-11111111.js", "assets/kept-00000000.js"
IDLE, PHOTO = "assets/idle-11111111.js", "assets/photo-11111111.png"


def before(*dictionaries):
    kept = tuple(PreviousFile(path=path, source=Path(path), size=9000) for path in dictionaries)
    return PreviousRelease(hashed=frozenset({OLD, STAYS}), dictionaries={"assets/main-*.js": kept})


def again(release, *deltas):
    """An account whose one route has a script that changed, one that stayed, and a photo; what it says of returning."""
    paths = (NEW, STAYS, IDLE, PHOTO)
    files = [make.output(path, b"x" * 9000, "image" if path == PHOTO else "script") for path in paths]
    page = make.output("index.html", b"<p>", "document")
    route = RouteFiles(path="/", kind="page", source="index.html", files=("index.html", NEW, STAYS, PHOTO))
    known = {path: encoded(path, 9000, brotli=3000) for path in (NEW, STAYS, IDLE)}
    known[NEW] = EncodedFile(path=NEW, raw=9000, encoded=known[NEW].encoded, deltas=deltas)
    whole = make.rendered(files=(*files, page), routes=(route,))
    stats = measured(whole, known)
    return stats, returning(stats, whole, (release,) if release else ())


def delta(previous, size):
    return Delta(previous=previous, dictionary=previous, content=b"x" * size)


def test_a_returning_visitor_downloads_what_the_release_before_had_not():
    """Pages are left out, since they come at every visit, and so is what no route loads."""
    stats, found = again(before(OLD), delta(OLD, 70))
    assert found == ReturningStats(files=2, deltas=1, bytes=3000 + 9000, bytes_with_deltas=70 + 9000)
    assert next(file.deltas for file in stats.files if file.path == NEW) == (DeltaStats(previous=OLD, bytes=70),)


def test_without_a_delta_for_it_the_whole_file_is_counted():
    _, found = again(before(OLD))
    assert found == ReturningStats(files=2, deltas=0, bytes=12_000, bytes_with_deltas=12_000)


def test_of_several_files_that_a_browser_may_offer_the_worst_is_counted():
    other = "assets/main-22222222.js"
    _, found = again(before(OLD, other), delta(OLD, 70), delta(other, 400))
    assert found.bytes_with_deltas == 400 + 9000
    _, found = again(before(OLD, other), delta(OLD, 70))
    assert found.bytes_with_deltas == 3000 + 9000, "of one there is no delta"


def test_without_a_release_before_nothing_is_known_of_it():
    assert again(None)[1] is None
