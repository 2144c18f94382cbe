"""How many pixels an image is shown with, read from the first bytes of its file; nothing is decoded.

Sources: PNG third edition, ISO/IEC 10918-1 and Exif 2.32 (JPEG), GIF89a, RFC 9649 (WebP), ISO/IEC 23008-12 (AVIF:
``ispe``, ``irot``), SVG 2 section 8 and CSS Images 3 section 5 (what sizes an SVG image has by itself).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from perfbuild.api import PixelSize

#: An SVG's root, and the boxes of an AVIF that tell its size, come within these first bytes.
_HEAD = 65_536
_EXIF = b"Exif\0\0"
_ORIENTATION = 0x0112
#: Markers of JPEG that start a frame and so tell the size: SOF0 to SOF15 without DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: CSS pixels of the units that an SVG length may have.
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54}


def image_size(source: Path | bytes) -> PixelSize | None:
    """Width and height in CSS pixels as browsers show the image: upright, by the Exif orientation of a JPEG.

    None for what is no image, is damaged, or has no size and no proportions of its own (SVG without a view box), and
    for PNG and WebP that Exif turns on their side, which some browsers follow and some do not. Reads headers alone and
    never raises.
    """
    try:
        with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
            found = _read(stream)
    except (OSError, ValueError, ArithmeticError, IndexError, struct.error):
        return None
    return found if found and found.width > 0 and found.height > 0 else None


def _read(stream: BinaryIO) -> PixelSize | None:
    head = stream.read(32)
    stream.seek(0)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(stream)
    if head.startswith(b"\xff\xd8"):
        return _jpeg(stream)
    if head.startswith((b"GIF87a", b"GIF89a")):
        return _pixels(*struct.unpack("<HH", head[6:10]))
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _webp(stream, head)
    if head[4:8] == b"ftyp":
        return _avif(stream.read(_HEAD))
    return _svg(stream.read(_HEAD))


def _pixels(width: int, height: int, *, turned: bool = False) -> PixelSize:
    return PixelSize(width=height, height=width) if turned else PixelSize(width=width, height=height)


# --- PNG, JPEG, WebP ------------------------------------------------------------------------------


def _png(stream: BinaryIO) -> PixelSize | None:
    size: tuple[int, int] | None = None
    stream.seek(8)
    while len(header := stream.read(8)) == 8:
        length, kind = struct.unpack(">I4s", header)
        if kind == b"IHDR":
            size = struct.unpack(">II", stream.read(8))
            length -= 8
        elif kind == b"eXIf":
            return _pixels(*size) if size and not _is_turned(stream.read(min(length, _HEAD))) else None
        elif kind in (b"IDAT", b"IEND"):
            break
        stream.seek(length + 4, 1)
    return _pixels(*size) if size else None


def _jpeg(stream: BinaryIO) -> PixelSize | None:
    turned = False
    stream.seek(2)
    while len(mark := stream.read(2)) == 2 and mark[0] == 0xFF:
        marker = mark[1]
        if marker == 0xFF:
            stream.seek(-1, 1)
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        if marker in (0xD9, 0xDA):
            return None
        length = struct.unpack(">H", stream.read(2))[0] - 2
        if marker in _FRAMES:
            height, width = struct.unpack(">xHH", stream.read(5))
            return _pixels(width, height, turned=turned)
        data = stream.read(length) if marker == 0xE1 else b""
        turned = turned or (data.startswith(_EXIF) and _is_turned(data.removeprefix(_EXIF)))
        stream.seek(max(length, 0) - len(data), 1)
    return None


def _is_turned(tiff: bytes) -> bool:
    """Whether the Exif orientation (5 to 8) exchanges width and height."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return False
    try:
        directory = struct.unpack_from(f"{order}I", tiff, 4)[0]
        count = struct.unpack_from(f"{order}H", tiff, directory)[0]
        for entry in range(directory + 2, directory + 2 + 12 * count, 12):
            if struct.unpack_from(f"{order}H", tiff, entry)[0] == _ORIENTATION:
                return struct.unpack_from(f"{order}H", tiff, entry + 8)[0] in (5, 6, 7, 8)
    except struct.error:
        pass
    return False


def _webp(stream: BinaryIO, head: bytes) -> PixelSize | None:
    kind = head[12:16]
    if kind == b"VP8X" and len(head) >= 30:
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
        turned = bool(head[20] & 0x08) and _is_turned(_riff_chunk(stream, b"EXIF"))
        return None if turned else _pixels(width, height)
    if kind == b"VP8L" and len(head) >= 25:
        bits = int.from_bytes(head[21:25], "little")
        return _pixels((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[26:30])
        return _pixels(width & 0x3FFF, height & 0x3FFF)
    return None


def _riff_chunk(stream: BinaryIO, wanted: bytes) -> bytes:
    stream.seek(12)
    while len(header := stream.read(8)) == 8:
        kind, length = struct.unpack("<4sI", header)
        if kind == wanted:
            return stream.read(min(length, _HEAD)).removeprefix(_EXIF)
        stream.seek(length + length % 2, 1)
    return b""


# --- AVIF -----------------------------------------------------------------------------------------


def _avif(data: bytes) -> PixelSize | None:
    """The size of the primary item: its properties are those that ``ipma`` associates with it."""
    meta = next((content for kind, content in _boxes(data) if kind == b"meta"), b"")[4:]
    boxes = dict(_boxes(meta))
    properties = dict(_boxes(boxes.get(b"iprp", b"")))
    listed = tuple(_boxes(properties.get(b"ipco", b"")))
    primary = boxes.get(b"pitm", b"")
    item = int.from_bytes(primary[4:8] if primary[:1] == b"\x01" else primary[4:6], "big")
    size: tuple[int, int] | None = None
    turned = False
    for index in _associated(properties.get(b"ipma", b""), item):
        kind, content = listed[index - 1] if 0 < index <= len(listed) else (b"", b"")
        if kind == b"ispe":
            size = struct.unpack(">4xII", content[:12])
        elif kind == b"irot":
            turned = bool(content[0] & 1)
        elif kind == b"clap":
            return None
    return _pixels(*size, turned=turned) if size else None


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of the boxes that follow one another (ISO/IEC 14496-12, section 4.2)."""
    position = 0
    while position + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, position)
        start = position + 8
        if size == 1:
            size, start = struct.unpack_from(">Q", data, start)[0], start + 8
        end = len(data) if size == 0 else position + size
        if end < start:
            return
        yield kind, data[start:end]
        position = end


def _associated(ipma: bytes, item: int) -> Iterator[int]:
    """The numbers, from 1, of the item's properties (ISO/IEC 23008-12, section 9.3)."""
    version, flags, count = struct.unpack_from(">B3sI", ipma)
    wide_id, wide_index = version > 0, flags[2] & 1
    position = 8
    for _ in range(count):
        found = struct.unpack_from(">I" if wide_id else ">H", ipma, position)[0]
        position += 4 if wide_id else 2
        entries = ipma[position]
        position += 1
        for _ in range(entries):
            index = struct.unpack_from(">H", ipma, position)[0] & 0x7FFF if wide_index else ipma[position] & 0x7F
            position += 2 if wide_index else 1
            if found == item:
                yield index


# --- SVG ------------------------------------------------------------------------------------------

_SVG_ROOT = re.compile(r"<(?:[\w-]+:)?svg(?=[\s>/])((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_SVG_SKIPPED = re.compile(r"<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)
_SVG_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_LENGTH = re.compile(r"\s*\+?(\d+\.?\d*|\.\d+)\s*([a-z]*)\s*", re.IGNORECASE)


def _svg(data: bytes) -> PixelSize | None:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    root = _SVG_ROOT.search(_SVG_SKIPPED.sub("", data.decode(encoding, "replace")))
    if root is None:
        return None
    found = {match[1]: match[2] if match[2] is not None else match[3] for match in _SVG_ATTRIBUTE.finditer(root[1])}
    if re.search(r"\b(?:width|height|aspect-ratio)\s*:", found.get("style", "")):
        return None
    width, height = _length(found.get("width")), _length(found.get("height"))
    ratio = _view_ratio(found)
    if ratio is not None:
        if width is None and height is not None:
            width = height * ratio
        elif height is None and width is not None:
            height = width / ratio
    if width is not None and height is not None:
        whole = abs(width - round(width)) < 0.005 and abs(height - round(height)) < 0.005
        return PixelSize(width=round(width), height=round(height), fixed=whole)
    return None if ratio is None else PixelSize(width=round(1000 * ratio), height=1000, fixed=False)


def _length(text: str | None) -> float | None:
    """CSS pixels; None for a percentage and for units that hang on a font."""
    match = _LENGTH.fullmatch(text) if text is not None else None
    unit = _UNITS.get(match[2].lower()) if match else None
    return float(match[1]) * unit if match and unit is not None else None


def _view_ratio(attributes: dict[str, str]) -> float | None:
    if attributes.get("preserveAspectRatio", "").strip() == "none":
        return None
    numbers = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    if len(numbers) != 4:
        return None
    width, height = float(numbers[2]), float(numbers[3])
    return width / height if width > 0 and height > 0 else None
