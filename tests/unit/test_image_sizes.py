"""Sizes of images from their first bytes: the same as a decoder tells, and never an exception."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from perfbuild.api import PixelSize
from perfbuild.stages.image_sizes import image_size


def encoded(kind: str, width: int = 37, height: int = 23, mode: str = "RGB", **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, (width, height), None).save(stream, kind, **options)
    return stream.getvalue()


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "a description " * 20
    return exif


def size(content: bytes | str) -> tuple[int, int, bool] | None:
    found = image_size(content if isinstance(content, bytes) else content.encode())
    return (found.width, found.height, found.fixed) if found else None


IMAGES = {
    "png": encoded("PNG"),
    "png-palette": encoded("PNG", mode="P"),
    "gif": encoded("GIF", mode="P"),
    "jpeg": encoded("JPEG"),
    "jpeg-progressive": encoded("JPEG", progressive=True),
    "jpeg-profile": encoded("JPEG", icc_profile=b"p" * 150_000),
    "webp-lossy": encoded("WEBP"),
    "webp-lossless": encoded("WEBP", lossless=True),
    "webp-alpha": encoded("WEBP", mode="RGBA"),
    "webp-animated": encoded("WEBP", save_all=True, append_images=[Image.new("RGB", (37, 23), "red")]),
    "avif": encoded("AVIF"),
    "avif-alpha": encoded("AVIF", mode="RGBA"),
}


@pytest.mark.parametrize("name", IMAGES)
def test_the_size_is_what_a_decoder_tells(name: str, tmp_path: Path) -> None:
    assert size(IMAGES[name]) == (37, 23, True)
    (tmp_path / "image").write_bytes(IMAGES[name])
    assert image_size(tmp_path / "image") == PixelSize(width=37, height=23)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (4000, 2), (257, 255)])
def test_sizes_of_any_proportions(kind: str, width: int, height: int) -> None:
    assert size(encoded(kind, width, height)) == (width, height, True)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_image_is_measured_upright(orientation: int) -> None:
    expected = (23, 37, True) if orientation >= 5 else (37, 23, True)
    assert size(encoded("JPEG", exif=oriented(orientation))) == expected


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_where_browsers_disagree_about_turning_there_is_no_size(kind: str, orientation: int) -> None:
    assert size(encoded(kind, exif=oriented(orientation))) == (None if orientation >= 5 else (37, 23, True))


@pytest.mark.parametrize(("orientation", "turned"), [(1, False), (3, False), (6, True), (8, True)])
def test_a_turned_avif_is_measured_upright(orientation: int, turned: bool) -> None:
    assert size(encoded("AVIF", exif=oriented(orientation))) == ((23, 37, True) if turned else (37, 23, True))


SVG = '<svg xmlns="http://www.w3.org/2000/svg"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'{SVG} width="37" height="23"/>', (37, 23, True)),
        (f'{SVG} width="37px" height="23px" viewBox="0 0 1 1"/>', (37, 23, True)),
        (f"{SVG} width='1in' height='.5in'></svg>", (96, 48, True)),
        (f'{SVG} width="100" viewBox="0 0 20 10"/>', (100, 50, True)),
        (f'{SVG} height="100" viewBox="0,0,20,10"/>', (200, 100, True)),
        (f'{SVG} width="24.5" height="10"/>', (24, 10, False)),
        (f'{SVG} viewBox="0 0 24 12"/>', (2000, 1000, False)),
        (f'{SVG} width="100%" height="100%" viewBox="0 0 24 12"/>', (2000, 1000, False)),
        (f'{SVG} width="2em" height="1em"/>', None),
        (f'{SVG} width="100"/>', None),
        (f'{SVG} viewBox="0 0 0 10"/>', None),
        (f'{SVG} viewBox="0 0 1e999 10"/>', None),
        (f'{SVG} viewBox="0 0 4 2" preserveAspectRatio="none"/>', None),
        (f'{SVG} viewBox="0 0 4 2" style="width: 3em"/>', None),
        (f'<?xml version="1.0"?>\n<!-- <svg width="1" height="1"> -->\n{SVG} width="37" height="23"/>', (37, 23, True)),
        (f'<!DOCTYPE svg [<!ENTITY a "b">]>\n{SVG} title=">" width="37" height="23"/>', (37, 23, True)),
        ('<s:svg xmlns:s="http://www.w3.org/2000/svg" width="37" height="23"/>', (37, 23, True)),
        ("<html><p>no image</p></html>", None),
        ("", None),
    ],
)
def test_svg_has_the_size_that_browsers_give_it(text: str, expected: tuple[int, int, bool] | None) -> None:
    assert size(text) == expected
    assert size(text.encode("utf-16")) == expected


@pytest.mark.parametrize("name", IMAGES)
def test_a_cut_off_file_has_a_size_or_none(name: str) -> None:
    content = IMAGES[name]
    for end in range(min(len(content), 600)):
        assert size(content[:end]) in (None, (37, 23, True))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(IMAGES)), st.integers(0, 300), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_never_raises(name: str, position: int, damage: bytes) -> None:
    content = bytearray(IMAGES[name])
    content[position : position + len(damage)] = damage
    image_size(bytes(content))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([b"", b"\xff\xd8", b"RIFF1234WEBP", b"\0\0\0\x18ftypavif", b"<svg "]), st.binary(max_size=400))
def test_noise_never_raises(start: bytes, noise: bytes) -> None:
    image_size(start + noise)


def test_a_file_that_is_not_there_has_no_size(tmp_path: Path) -> None:
    assert image_size(tmp_path / "absent.png") is None
