"""The manifest in Vite's format, by which a back end finds the built files of a source.

The format is Vite's ``ManifestChunk`` (https://vite.dev/guide/backend-integration.html), a JSON object of objects that
each have a ``file``. Readers walk over all of them (django-vite builds a record of each and refuses one without
``file``), so the routes stand in one more such object: its ``file`` is the manifest itself, its ``paths`` the routes.
It comes first, so that a chunk named "routes" takes its place in readers that index by name as well. Its
``inlineScripts`` and ``inlineStyles`` are, by document, the sources that a Content-Security-Policy needs for what
perfbuild put into it; its ``deltas`` are, by file and by what a request has in ``Available-Dictionary``, what can be
sent in the file's place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from perfbuild.config import Config
from perfbuild.model import Chunk, EncodedFile, OutputFile, Rendered
from perfbuild.stages.deltas import delta_paths

#: Where the manifest is written, relative to the output folder.
MANIFEST_PATH = ".perfbuild/manifest.json"

_PAGES = frozenset({".html", ".htm", ".xhtml"})

_Entry = dict[str, Any]


def manifest(rendered: Rendered, config: Config, encoded: Mapping[str, EncodedFile] | None = None) -> bytes:
    """The manifest as indented JSON.

    Keys are sources: of entries and dynamic entries, of pages (their first entry chunk), and of single files such as
    images, stylesheets and classic scripts. A shared chunk has no source of its own; its key is ``_`` and its name.
    ``css`` of an entry lists all stylesheets of its static closure in cascade order.
    """
    import msgspec

    keys = _chunk_keys(rendered.chunks)
    dynamic = {file for chunk in rendered.chunks for file in chunk.dynamic_imports}
    entries = {keys[chunk.file]: _chunk_entry(chunk, keys, chunk.file in dynamic) for chunk in rendered.chunks}
    for page, chunk in _page_entries(rendered):
        entries.setdefault(page, _chunk_entry(chunk, keys, chunk.file in dynamic) | {"src": page})
    for key, entry in _file_entries(rendered, keys, frozenset(config.entries.values())):
        entries.setdefault(key, entry)
    routes = {route.path: {"source": route.source, "files": route.files} for route in rendered.routes}
    further = {
        "inlineScripts": rendered.inline_scripts,
        "inlineStyles": rendered.inline_styles,
        "deltas": delta_paths(encoded or {}),
    }
    first = {"file": MANIFEST_PATH, "paths": routes} | {name: value for name, value in further.items() if value}
    whole = {"routes": first} | dict(sorted(entries.items()))
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def _chunk_keys(chunks: Iterable[Chunk]) -> dict[str, str]:
    """Chunk file -> manifest key. Of several chunks of one source the first has the source as key."""
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for chunk in chunks:
        source = _source(chunk)
        key = source if source is not None and source not in taken else f"_{PurePosixPath(chunk.file).name}"
        taken.add(key)
        keys[chunk.file] = key
    return keys


def _source(chunk: Chunk) -> str | None:
    """The facade, where it is a file: virtual modules and the inline scripts of pages mean nothing to a reader."""
    if chunk.facade is None or chunk.facade.startswith("\0"):
        return None
    file, query, _ = chunk.facade.partition("?")
    is_script_of_page = bool(query) and PurePosixPath(file).suffix.lower() in _PAGES
    return None if is_script_of_page else chunk.facade


def _chunk_entry(chunk: Chunk, keys: Mapping[str, str], is_dynamic: bool) -> _Entry:
    """Fields in Vite's order; those that say nothing are left out, as Vite does."""
    source = _source(chunk)
    fields: _Entry = {
        "file": chunk.file,
        "name": chunk.name,
        "src": source if source == keys[chunk.file] else None,
        "isEntry": chunk.is_entry,
        "isDynamicEntry": is_dynamic,
        "imports": [keys[file] for file in chunk.imports if file in keys],
        "dynamicImports": [keys[file] for file in chunk.dynamic_imports if file in keys],
        "css": chunk.css,
        "assets": chunk.assets,
    }
    return {name: value for name, value in fields.items() if value}


def _page_entries(rendered: Rendered) -> Iterable[tuple[str, Chunk]]:
    """Each page with the first entry chunk that it loads."""
    entries = {chunk.file: chunk for chunk in rendered.chunks if chunk.is_entry}
    for route in rendered.routes:
        first = next((entries[file] for file in route.files if file in entries), None)
        if route.kind == "page" and first is not None:
            yield route.source, first


def _file_entries(
    rendered: Rendered, chunks: Mapping[str, str], configured: frozenset[str]
) -> Iterable[tuple[str, _Entry]]:
    """Hashed files that are no chunks: by their source, or by their own name where several sources went into one."""
    for file in rendered.files:
        if not file.hashed or file.type == "document" or file.path in chunks:
            continue
        key = _file_key(file)
        entry: _Entry = {"file": file.path, "src": key}
        yield key, entry | {"isEntry": True} if key in configured else entry


def _file_key(file: OutputFile) -> str:
    if len(file.sources) == 1 and not file.sources[0].startswith("\0"):
        return file.sources[0]
    return f"_{PurePosixPath(file.path).name}"
