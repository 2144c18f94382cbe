"""A page is decoded as it declares itself, and comes back byte for byte."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbuild.html.encoding import decode_page, encodable, encode_page


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"<p>\xc3\xa9", "utf-8", "<p>é"),
        (b"\xef\xbb\xbf<p>\xc3\xa9", "utf-8", "<p>é"),
        (b'<meta charset="windows-1252"><p>\xe9\x80', "cp1252", '<meta charset="windows-1252"><p>é€'),
        (b"<meta charset=latin1>\x80", "cp1252", "<meta charset=latin1>€"),
        (
            b'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=ISO-8859-2">\xb9',
            "iso8859-2",
            '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=ISO-8859-2">š',
        ),
        (b"<meta charset='Shift_JIS'>\x83\x65", "cp932", "<meta charset='Shift_JIS'>テ"),
        (
            b'<?xml version="1.0" encoding="windows-1251"?>\xe4',
            "cp1251",
            '<?xml version="1.0" encoding="windows-1251"?>д',
        ),
        (b'<!-- <meta charset="latin1"> --><p>\xc3\xa9', "utf-8", '<!-- <meta charset="latin1"> --><p>é'),
        (b'<meta charset="utf-16"><p>\xc3\xa9', "utf-8", '<meta charset="utf-16"><p>é'),
        (b'<meta charset="nonsense"><p>\xc3\xa9', "utf-8", '<meta charset="nonsense"><p>é'),
        (b'<meta charset="utf-7"><p>+AGE-', "utf-8", '<meta charset="utf-7"><p>+AGE-'),
        (codecs.BOM_UTF16_LE + "<p>é".encode("utf-16-le"), "utf-16-le", "<p>é"),
        (codecs.BOM_UTF16_BE + "<p>é".encode("utf-16-be"), "utf-16-be", "<p>é"),
    ],
)
def test_declared_encodings(data: bytes, encoding: str, text: str) -> None:
    page = decode_page(data)
    assert (page.encoding, page.text, page.damaged) == (encoding, text, None)
    assert encode_page(page.text, page.encoding, page.bom) == data


def test_a_declaration_after_the_first_1024_bytes_is_too_late() -> None:
    assert decode_page(b" " * 1024 + b"<meta charset=windows-1252>").encoding == "utf-8"


def test_damaged_bytes_are_pointed_at_and_kept() -> None:
    page = decode_page(b"<p>caf\xe9</p>")
    assert page.damaged == 6
    assert encode_page(page.text.replace("<p>", "<b>"), page.encoding, page.bom) == b"<b>caf\xe9</p>"


def test_byte_pairs_that_share_a_character_are_kept() -> None:
    # NEC's 0x8790 and JIS's 0x81E0 are both "≒"; an encoder knows only one of them.
    data = b"<meta charset=shift_jis>\x87\x90\x81\xe0\x83\x65"
    page = decode_page(data)
    assert page.encoding == "cp932"
    assert page.text.endswith("テ")
    assert page.damaged is None
    assert encode_page(page.text, page.encoding, page.bom) == data


_declared = st.sampled_from(
    (
        b"",
        b"<meta charset=windows-1252>",
        b"<meta charset=shift_jis>",
        b"<meta charset=gb18030>",
        b"<meta charset=big5>",
        b"<meta charset=euc-kr>",
        b"<meta charset=euc-jp>",
        b"<meta charset=iso-2022-jp>",
        codecs.BOM_UTF8,
        codecs.BOM_UTF16_LE,
        codecs.BOM_UTF16_BE,
    )
)


@given(_declared, st.binary(max_size=60))
def test_every_byte_survives(declared: bytes, rest: bytes) -> None:
    page = decode_page(declared + rest)
    assert encode_page(page.text, page.encoding, page.bom) == declared + rest


def test_characters_that_an_encoding_lacks_are_escaped() -> None:
    assert encodable("é→", "cp1252", lambda character: f"&#{ord(character)};") == "é&#8594;"
    assert encodable("é→", "utf-8", lambda character: "?") == "é→"
