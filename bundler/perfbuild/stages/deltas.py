"""deltas: a file of this release, compressed with the same file of a previous one as its dictionary.

The format is ``dcz`` of RFC 9842, section 5. What a server does with it, how the files are named and what was decided
against is told in docs/design/release-deltas.md.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache as memoized
from urllib.parse import quote

from perfbuild.model import EncodedFile, OutputFile, PreviousDelta, PreviousFile, PreviousRelease

#: How a delta's name ends.
SUFFIX = ".dcz"
#: The most deltas of one file: those of several releases, or of several files with one name but for the hash, of which
#: any may be offered.
MOST = 8

#: A Zstandard frame that decoders skip, 32 bytes long: the dictionary's SHA-256.
_MAGIC = bytes.fromhex("5e2a4d1820000000")
_LEVEL = 19
#: Browsers decode windows up to 8 MiB, or a quarter more than the dictionary, up to 128 MiB.
_WINDOWS = range(23, 28)
_HASHED = re.compile(r"(?P<stem>.+-)[0-9A-Za-z]{8}(?P<extension>\.(?:js|mjs|css))")
#: What a URL pattern takes for syntax and ``quote`` leaves as it is.
_PATTERN_SYNTAX = re.compile(r"[+*?:(){}\\]")


def pattern_of(path: str) -> str | None:
    """``assets/main-*.js`` for a hashed script or stylesheet: what tomorrow's file is called too; None for others."""
    match = _HASHED.fullmatch(path)
    return f"{match['stem']}*{match['extension']}" if match else None


def use_as_dictionary(base: str, path: str) -> str | None:
    """The value of the header that asks browsers to keep the file as a dictionary for those named like it.

    ``base`` is a path that begins and ends with a slash.
    """
    pattern = pattern_of(path)
    if pattern is None:
        return None
    before, _, after = (base + pattern).rpartition("*")
    text = f"{_escaped(before)}*{_escaped(after)}"
    return 'match="{}"'.format(text.replace("\\", "\\\\"))


def _escaped(text: str) -> str:
    return _PATTERN_SYNTAX.sub(r"\\\g<0>", quote(text, safe="/!$&'()*+,:;=@[]|"))


def delta_path(path: str, dictionary: str) -> str:
    """Where the delta lies: beside its file, by the letters and digits of the request's ``Available-Dictionary``.

    So a server finds it with one replacement, and nothing that a client sends can lead it elsewhere.
    """
    return f"{path}.{re.sub('[^0-9A-Za-z]', '', dictionary)}{SUFFIX}"


def delta_paths(encoded: Mapping[str, EncodedFile]) -> dict[str, dict[str, str]]:
    """File -> dictionary, as :attr:`perfbuild.model.Delta.dictionary` -> where the delta lies."""
    return {
        path: {delta.dictionary: delta_path(path, delta.dictionary) for delta in file.deltas}
        for path, file in encoded.items()
        if file.deltas
    }


def dictionaries_for(file: OutputFile, releases: Iterable[PreviousRelease]) -> tuple[PreviousFile, ...]:
    """What browsers may offer for ``file``, each once, the latest release's first.

    Who visited a release that has the very file needs nothing. Of more than :data:`MOST` those of nearly its size
    stay.
    """
    pattern = pattern_of(file.path) if file.hashed else None
    found: dict[str, PreviousFile] = {}
    for release in releases:
        if pattern is not None and file.path not in release.hashed:
            for one in release.dictionaries.get(pattern, ()):
                found.setdefault(one.path, one)
    size = len(file.content or b"")
    near = sorted(found.values(), key=lambda one: abs(one.size - size))[:MOST]
    return tuple(one for one in found.values() if one in near)


def kept_for(file: OutputFile, releases: Iterable[PreviousRelease]) -> tuple[PreviousDelta, ...]:
    """Deltas of the very file that a previous release has: for who did not visit that one, but one before."""
    found: dict[str, PreviousDelta] = {}
    for release in releases:
        for delta in release.deltas.get(file.path, ()) if file.hashed else ():
            found.setdefault(delta.dictionary, delta)
    return tuple(found.values())


def name_of(dictionary: bytes) -> str:
    """The SHA-256 of a dictionary's content as requests have it, without the colons."""
    return base64.b64encode(hashlib.sha256(dictionary).digest()).decode("ascii")


def encode_delta(content: bytes, dictionary: bytes) -> bytes:
    """The header and one Zstandard frame; the same bytes for the same input and library."""
    import zstandard

    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL,
        source_size=len(content),
        dict_size=len(dictionary),
        write_checksum=False,
        write_content_size=True,
        write_dict_id=False,
        **_window(len(content), len(dictionary)),
    )
    raw = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    frame = zstandard.ZstdCompressor(compression_params=parameters, dict_data=raw).compress(content)
    return _MAGIC + hashlib.sha256(dictionary).digest() + frame


def _window(size: int, dictionary: int) -> dict[str, int]:
    """The dictionary is lost for what lies beyond the window, so large files get the largest that browsers take."""
    if size <= 1 << _WINDOWS[0]:
        return {}
    allowed = max(1 << _WINDOWS[0], dictionary * 5 // 4)
    return {"window_log": max(window for window in _WINDOWS if 1 << window <= allowed)}


@memoized
def namespace() -> str:
    """Of deltas in the cache; see :func:`perfbuild.stages.compress.encode`."""
    from importlib.metadata import version

    return f"dcz-{_LEVEL}-{version('zstandard')}"
