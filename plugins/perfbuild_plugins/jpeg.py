"""JPEG without loss: the same coefficients in fewer bytes; colour profile and orientation stay, other metadata goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Literal

from perfbuild.api import Context, InputFile, OptimisedFile, Plugin, PluginError

_START = b"\xff\xd8"
_END = b"\xff\xd9"
_APP0, _APP1, _APP2, _START_OF_SCAN = 0xE0, 0xE1, 0xE2, 0xDA
_EXIF = b"Exif\0\0"
_MULTI_PICTURE = b"MPF\0"
_ORIENTATION_TAG = 0x0112
_SHORT = 3
_BYTE_ORDERS: Mapping[bytes, Literal["little", "big"]] = {b"II": "little", b"MM": "big"}


class Jpeg(Plugin):
    name = "jpeg"
    version = f"1 mozjpeg-lossless-optimization {version('mozjpeg-lossless-optimization')}"
    suffixes = (".jpg", ".jpeg", ".jfif")

    def optimise_file(self, file: InputFile, context: Context) -> OptimisedFile | None:
        import mozjpeg_lossless_optimization as mozjpeg

        segments = tuple(_segments(file.content))
        if _END not in file.content[-1024:]:
            raise PluginError("it is cut short: the end of the JPEG is missing")
        if any(marker == _APP2 and data.startswith(_MULTI_PICTURE) for marker, data in segments):
            # Further pictures follow the first one (a gain map for HDR screens), and would be lost.
            return None
        try:
            content: bytes = mozjpeg.optimize(file.content, copy=mozjpeg.COPY_MARKERS.ICC)
        except ValueError as error:
            raise PluginError("it cannot be read as JPEG") from error
        return OptimisedFile(content=_with_orientation(content, _orientation(segments)), note="lossless JPEG")


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and data of the segments before the first scan (ISO/IEC 10918-1, annex B)."""
    if not content.startswith(_START):
        raise PluginError("it is not a JPEG")
    position = len(_START)
    while position + 4 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == _START_OF_SCAN:
            return
        length = int.from_bytes(content[position + 2 : position + 4], "big")
        yield marker, content[position + 4 : position + 2 + length]
        position += 2 + max(length, 2)


def _orientation(segments: tuple[tuple[int, bytes], ...]) -> int:
    """The orientation that Exif tells, 1 to 8; 1, upright, where it tells none."""
    for marker, data in segments:
        if marker == _APP1 and data.startswith(_EXIF):
            return _orientation_in_tiff(data.removeprefix(_EXIF))
    return 1


def _orientation_in_tiff(tiff: bytes) -> int:
    order = _BYTE_ORDERS.get(tiff[:2])
    if order is None:
        return 1

    def number(position: int, size: int) -> int:
        return int.from_bytes(tiff[position : position + size], order)

    directory = number(4, 4)
    for entry in range(directory + 2, directory + 2 + 12 * number(directory, 2), 12):
        if number(entry, 2) == _ORIENTATION_TAG:
            value = number(entry + 8, 2)
            return value if 1 <= value <= 8 else 1
    return 1


def _with_orientation(content: bytes, orientation: int) -> bytes:
    """The JPEG with an Exif segment that says nothing but the orientation, after the JFIF segment if it has one."""
    if orientation == 1:
        return content
    entry = b"".join(
        (
            _ORIENTATION_TAG.to_bytes(2, "big"),
            _SHORT.to_bytes(2, "big"),
            (1).to_bytes(4, "big"),
            orientation.to_bytes(2, "big") + b"\0\0",
        )
    )
    tiff = b"MM\0*" + (8).to_bytes(4, "big") + (1).to_bytes(2, "big") + entry + bytes(4)
    segment = bytes((0xFF, _APP1)) + (len(_EXIF) + len(tiff) + 2).to_bytes(2, "big") + _EXIF + tiff
    position = len(_START)
    if content[position : position + 2] == bytes((0xFF, _APP0)):
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return content[:position] + segment + content[position:]
