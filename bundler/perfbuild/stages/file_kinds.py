"""What a file is, by its extension: as a reference in a page, and as a type in the account."""

from __future__ import annotations

import posixpath

from perfbuild.model import FileType, ReferenceKind

_IMAGES = frozenset((".avif", ".webp", ".png", ".jpg", ".jpeg", ".jfif", ".gif", ".svg", ".bmp", ".ico", ".apng"))
_MEDIA = frozenset(
    (".mp4", ".webm", ".ogv", ".ogg", ".mp3", ".wav", ".m4a", ".m4v", ".mov", ".flac", ".aac", ".opus", ".vtt")
)
_FONTS = frozenset((".woff2", ".woff", ".ttf", ".otf", ".eot"))
_SCRIPTS = frozenset((".js", ".mjs", ".cjs"))
_DOCUMENTS = frozenset((".html", ".htm", ".xhtml"))


def file_type(path: str) -> FileType:
    """The account's type of an output file; media count as ``other``."""
    extension = posixpath.splitext(path)[1].lower()
    if extension in _IMAGES:
        return "image"
    if extension in _FONTS:
        return "font"
    if extension in _SCRIPTS:
        return "script"
    if extension in _DOCUMENTS:
        return "document"
    return "style" if extension == ".css" else "other"


def reference_kind(path: str) -> ReferenceKind:
    """What a reference is where only the file can tell: ``<object data>``, ``data-src``."""
    extension = posixpath.splitext(path)[1].lower()
    if extension in _IMAGES:
        return "image"
    return "media" if extension in _MEDIA else "other"


def is_document(path: str) -> bool:
    """True for what a browser shows as a page."""
    return posixpath.splitext(path)[1].lower() in _DOCUMENTS
