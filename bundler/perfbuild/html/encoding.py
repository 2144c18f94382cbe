"""A page's bytes to text and back, so that bytes which no edit touches come back as they were.

Source: the WHATWG HTML Standard, "Determining the character encoding", and the WHATWG Encoding Standard's labels.
One thing differs: a page that declares nothing is UTF-8, where browsers would guess by locale.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

import msgspec

#: Bytes in which browsers look for a declaration.
_PRESCAN = 1024

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: Where the label's WHATWG meaning is another Python codec than the label's own name (legacy labels mean supersets).
_LABELS: dict[str, str] = {
    **dict.fromkeys(
        (
            "ascii",
            "us-ascii",
            "iso-8859-1",
            "iso8859-1",
            "iso_8859-1",
            "latin1",
            "l1",
            "ansi_x3.4-1968",
            "x-cp1252",
            "windows-1252",
            "x-user-defined",
        ),
        "cp1252",
    ),
    **dict.fromkeys(("iso-8859-9", "iso8859-9", "latin5", "windows-1254"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874", "dos-874"), "cp874"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "csshiftjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean", "windows-949", "cseuckr"), "cp949"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "chinese", "gb_2312-80", "csgb2312"), "gbk"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cn-big5", "csbig5"), "big5hkscs"),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc_jp"),
    **dict.fromkeys(("macintosh", "mac", "x-mac-roman"), "mac_roman"),
    **dict.fromkeys(("x-mac-cyrillic", "x-mac-ukrainian"), "mac_cyrillic"),
    **dict.fromkeys(("iso-8859-8-i", "logical", "iso-8859-8"), "iso8859_8"),
    # A declaration that could be read byte by byte cannot be in UTF-16, so the standard takes it for UTF-8.
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8", "utf-16", "utf-16le", "utf-16be", "unicode"), "utf-8"),
}

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"<meta[\s/][^>]*>", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*(?:"\s*([^"]*?)\s*"|'\s*([^']*?)\s*'|([^\s;"'>/]+))""", re.IGNORECASE)
_XML = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']""")


class DecodedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page's text without its byte-order mark, and what :func:`encode_page` needs to make the same bytes of it."""

    text: str
    encoding: str
    bom: bytes
    damaged: int | None
    """Character offset of the first byte that is not valid in the encoding; None when all are."""


def decode_page(data: bytes) -> DecodedPage:
    """Decode by byte-order mark, declaration, or as UTF-8; never fails, and ``encode_page`` gives ``data`` back."""
    bom, encoding = _sniff(data)
    body = data[len(bom) :]
    decoded = _decode_exactly(body, encoding)
    if decoded is None:
        # No page in an encoding that cannot be kept exactly is edited: as single bytes it merely passes through.
        return DecodedPage(text=body.decode("latin-1"), encoding="latin-1", bom=bom, damaged=0)
    text, damaged = decoded
    return DecodedPage(text=text, encoding=encoding, bom=bom, damaged=damaged)


def encode_page(text: str, encoding: str, bom: bytes) -> bytes:
    """The bytes of an edited page: inverse of :func:`decode_page`."""
    return bom + text.encode(encoding, _errors(encoding))


def encodable(text: str, encoding: str, escape: Callable[[str], str]) -> str:
    """``text`` with every character that ``encoding`` lacks replaced by ``escape(character)``."""
    try:
        text.encode(encoding, _errors(encoding))
    except UnicodeEncodeError:
        return "".join(character if _fits(character, encoding) else escape(character) for character in text)
    return text


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding, _errors(encoding))
    except UnicodeEncodeError:
        return False
    return True


def _errors(encoding: str) -> str:
    # UTF-16's damage is a lone surrogate, which surrogateescape does not know; surrogatepass keeps exactly those.
    return "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"


def _sniff(data: bytes) -> tuple[bytes, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return bom, encoding
    head = _COMMENT.sub(b"", data[:_PRESCAN])
    for tag in _META.finditer(head):
        declared = _CHARSET.search(tag[0])
        if declared and (codec := _codec(next(filter(None, declared.groups()), b""))):
            return b"", codec
    xml = _XML.match(head)
    return b"", (_codec(xml[1]) if xml else None) or "utf-8"


def _codec(label: bytes) -> str | None:
    name = label.decode("latin-1").strip().lower()
    if name in _LABELS:
        return _LABELS[name]
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Python also registers transforms ("hex") and encodings that no browser knows ("utf-7", which is unsafe in pages).
    is_web = found.name.startswith(("cp125", "cp866", "iso8859", "koi8", "gb18030", "euc_", "iso2022_jp", "mac"))
    return found.name if is_web else None


def _decode_exactly(data: bytes, encoding: str) -> tuple[str, int | None] | None:
    """Text that encodes to ``data`` again, and its first damaged offset; None where the encoding cannot promise it."""
    errors = _errors(encoding)
    try:
        text = data.decode(encoding, errors)
        if text.encode(encoding, errors) == data:
            lone = re.search("[\ud800-\udfff]", text)
            return text, lone.start() if lone else None
    except UnicodeError:
        return None
    return _by_character(data, encoding)


def _by_character(data: bytes, encoding: str) -> tuple[str, int | None] | None:
    """East Asian encodings have several byte pairs for one character: those that would change are kept as raw bytes."""
    pieces: list[str] = []
    damaged: int | None = None
    position = length = 0
    while position < len(data):
        found = _character(data[position : position + 4], encoding)
        if found is None and damaged is None:
            damaged = length
        chunk, character = found or (data[position : position + 1], "")
        if not character or character.encode(encoding) != chunk:
            character = chunk.decode("ascii", "surrogateescape")
        pieces.append(character)
        position += len(chunk)
        length += len(character)
    text = "".join(pieces)
    return (text, damaged) if text.encode(encoding, "surrogateescape") == data else None


def _character(data: bytes, encoding: str) -> tuple[bytes, str] | None:
    """The first character with its bytes; None when ``data`` starts with none."""
    for length in range(1, len(data) + 1):
        try:
            return data[:length], data[:length].decode(encoding)
        except UnicodeError:
            continue
    return None
