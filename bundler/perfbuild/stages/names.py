"""names: content hashes take the place of the tokens in paths and wherever a path is mentioned.

The engine emits ``assets/main-_aB3xYz_.js``; when everything is known this stage makes it ``assets/main-4kQz81Lm.js``.
Token and hash have the same length, so positions in source maps stay valid. Why names are derived this way is
told in docs/design/naming.md.
"""

from __future__ import annotations

import filecmp
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from perfbuild import messages
from perfbuild.diagnostics import PerfbuildError
from perfbuild.model import Chunk, Linked, OutputFile
from perfbuild.stages.components import strongly_connected

_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(rb"-(_[0-9A-Za-z]{6}_)")
_TOKEN_LENGTH = 8
_FILLER = "_" * _TOKEN_LENGTH
_QUOTES = (b"`", b'"', b"'")
_RESOLVED = tuple(b"import.meta.resolve(" + quote + b"./" for quote in _QUOTES)


class _Mention(NamedTuple):
    """Where a file's content has the token of another file (or of itself)."""

    position: int
    path: str


class _Name(msgspec.Struct, frozen=True):
    """The last part of a path that carries a token; ``lead`` counts the bytes before the token."""

    text: bytes
    lead: int
    path: str
    """The file whose hash goes there: for a source map that of its script."""


def name_files(linked: Linked) -> Linked:
    """Give every hashed file of ``linked`` its final path and write it wherever the file is mentioned.

    A hash covers the content and, transitively, the names of all that it mentions. With :attr:`Linked.import_maps`,
    chunks that only pages load mention other files by names that do not change with the content; what those stand for
    is in :attr:`Linked.stable_names`. Raises :class:`PerfbuildError` when two different files end at one path or a
    copied file cannot be read.
    """
    maps = _source_maps(linked.files)
    names = _Names(linked.files, maps)
    mentions = {path: names.mentions(file.content) for path, file in linked.files.items() if file.content is not None}
    stable = _with_stable_names(linked, mentions, names) if linked.import_maps else None
    if stable:
        linked, mentions = replace(linked, files=stable.files), dict(stable.mentions)
    hashes = _hashes(linked, mentions, names.paths)
    final = {path: names.final_path(path, hashes) for path in linked.files}
    return replace(
        linked,
        chunks=tuple(_renamed_chunk(chunk, final) for chunk in linked.chunks),
        files=_renamed_files(linked.files, final, mentions, hashes, maps),
        snippets={
            page: replace(snippet, file=final[snippet.file]) if snippet.file else snippet
            for page, snippet in linked.snippets.items()
        },
        entries={key: final.get(path, path) for key, path in linked.entries.items()},
        references={source: final.get(path, path) for source, path in linked.references.items()},
        inline=tuple(replace(code, code=names.renamed_text(code.code, hashes)) for code in linked.inline),
        assets_of={final.get(path, path): _renamed(assets, final) for path, assets in linked.assets_of.items()},
        stable_names=stable.for_today(final) if stable else {},
    )


class _Stable(msgspec.Struct, frozen=True, kw_only=True):
    """A build whose chunks mention other files by names that stay: files and mentions less those."""

    files: Mapping[str, OutputFile]
    mentions: Mapping[str, tuple[_Mention, ...]]
    mapped: Mapping[str, tuple[_Mention, ...]]
    """Chunk -> where it has names that stay."""
    names: Mapping[str, str]
    """File -> the path that it is mentioned by."""

    def for_today(self, final: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """See :attr:`Linked.stable_names`."""
        return {
            final[chunk]: {self.names[path]: final[path] for path in sorted({each.path for each in found})}
            for chunk, found in sorted(self.mapped.items())
            if found
        }


def _with_stable_names(linked: Linked, mentions: Mapping[str, tuple[_Mention, ...]], names: _Names) -> _Stable:
    """Import maps do not reach into workers, so chunks that a worker loads mention others by hash."""
    imports = {chunk.file: (*chunk.imports, *chunk.dynamic_imports) for chunk in linked.chunks}
    workers = {chunk.file for chunk in linked.chunks if chunk.is_entry} - set(linked.entries.values())
    by_page = imports.keys() - _reached(workers, imports)
    sites = _MappedPlaces(linked, names, imports.keys() - workers)
    mapped = {path: sites.among(found, path) for path, found in mentions.items() if path in by_page}
    labels = _labels({each.path for found in mapped.values() for each in found})
    files = dict(linked.files)
    for path, found in mapped.items():
        files[path] = replace(files[path], content=bytes(_patched(files[path].content or b"", found, labels)))
    sets = {path: frozenset(found) for path, found in mapped.items()}
    kept = {path: tuple(each for each in found if each not in sets.get(path, ())) for path, found in mentions.items()}
    stable = {path: _token_replaced(path, label.decode()) for path, label in labels.items()}
    return _Stable(files=files, mentions=kept, mapped=mapped, names=stable)


class _MappedPlaces:
    """Knows the mentions that a page's import map resolves, by how the engine writes them."""

    def __init__(self, linked: Linked, names: _Names, imported: Set[str]) -> None:
        self._files = linked.files
        self._names = names
        self._imported = imported
        """Chunks that are mentioned by imports and in lists of what to load before a chunk, and nowhere else."""
        self._styles = {style for chunk in linked.chunks for style in chunk.css}

    def among(self, mentions: Iterable[_Mention], path: str) -> tuple[_Mention, ...]:
        """Those of the file ``path``."""
        content = self._files[path].content or b""
        return tuple(each for each in mentions if each.path != path and self._is_mapped(content, each))

    def _is_mapped(self, content: bytes, mention: _Mention) -> bool:
        """``import.meta.resolve("./a.png")`` asks the map and ``"/assets/a.png"``, in a stylesheet's text, does not. In
        the lists of what to load before a chunk, stylesheets are named without a folder.
        """
        if mention.path in self._imported:
            return True
        start = mention.position - self._names.lead(mention.path)
        if mention.path in self._styles and content.endswith(_QUOTES, 0, start):
            return True
        return content.endswith(_RESOLVED, 0, start)


def _reached(files: Iterable[str], imports: Mapping[str, Sequence[str]]) -> set[str]:
    reached = set(files)
    pending = list(reached)
    while pending:
        new = [file for file in imports.get(pending.pop(), ()) if file not in reached]
        reached.update(new)
        pending.extend(new)
    return reached


def _labels(paths: Iterable[str]) -> dict[str, bytes]:
    """What stands in the place of the hash: nothing but filler, which costs no bytes once compressed, where the rest
    of the name is unique; the token where it is not.
    """
    paths = sorted(paths)
    unique = Counter(_token_replaced(path, _FILLER) for path in paths)
    return {
        path: (_FILLER if unique[_token_replaced(path, _FILLER)] == 1 else _token_of(path)).encode() for path in paths
    }


def _token_of(path: str) -> str:
    return list(_TOKEN.finditer(path.encode()))[-1][1].decode()


def _token_replaced(path: str, by: str) -> str:
    place = list(_TOKEN.finditer(path.encode()))[-1].start(1)
    return path[:place] + by + path[place + _TOKEN_LENGTH :]


def _source_maps(files: Mapping[str, OutputFile]) -> dict[str, str]:
    """Map -> the file it belongs to. A map takes that file's hash, so that a comment in a source renames no script."""
    scripts = {path for path, file in files.items() if file.hashed}
    return {path: path[:-4] for path in files if path.endswith(".map") and path[:-4] in scripts}


class _Names:
    """Finds the names of files that are to be hashed in any content."""

    def __init__(self, files: Mapping[str, OutputFile], maps: Mapping[str, str]) -> None:
        self._by_token: dict[bytes, list[_Name]] = {}
        self._by_path: dict[str, _Name] = {}
        by_text: dict[bytes, str] = {}
        for path, file in files.items():
            name = _name(path, maps.get(path, path)) if file.hashed or path in maps else None
            if name is None:
                continue
            other = by_text.setdefault(name.text, path)
            if other != path:
                raise PerfbuildError(messages.output_collision(path, files[other].sources + file.sources))
            self._by_path[path] = name
            token = name.text[name.lead : name.lead + _TOKEN_LENGTH]
            self._by_token.setdefault(token, []).append(name)
        for named in self._by_token.values():
            # The longest is tried first: main-_aB3xYz_.js.map before main-_aB3xYz_.js, my-main-… before main-….
            named.sort(key=lambda name: (-len(name.text), name.text))

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that have a hash of their own."""
        return tuple(path for path, name in self._by_path.items() if name.path == path)

    def mentions(self, content: bytes) -> tuple[_Mention, ...]:
        """In order of position. What stands before and after a name is not asked: minifiers join strings."""
        return tuple(self._mentions(content))

    def _mentions(self, content: bytes) -> Iterator[_Mention]:
        for match in _TOKEN.finditer(content):
            for name in self._by_token.get(match[1], ()):
                start = match.start(1) - name.lead
                if start >= 0 and content.startswith(name.text, start):
                    yield _Mention(match.start(1), name.path)
                    break

    def lead(self, path: str) -> int:
        """How many bytes of the file's name come before its token."""
        return self._by_path[path].lead

    def final_path(self, path: str, hashes: Mapping[str, bytes]) -> str:
        name = self._by_path.get(path)
        if name is None:
            return path
        token = len(path) - len(name.text) + name.lead
        return path[:token] + hashes[name.path].decode() + path[token + _TOKEN_LENGTH :]

    def renamed_text(self, text: str, hashes: Mapping[str, bytes]) -> str:
        content = text.encode("utf-8", "surrogateescape")
        found = self.mentions(content)
        return _patched(content, found, hashes).decode("utf-8", "surrogateescape") if found else text


def _name(path: str, hashed_as: str) -> _Name | None:
    text = path.rpartition("/")[2].encode()
    matches = list(_TOKEN.finditer(text))
    return _Name(text, matches[-1].start(1), hashed_as) if matches else None


# --- hashes ---------------------------------------------------------------------------------------


def _hashes(linked: Linked, mentions: Mapping[str, Sequence[_Mention]], paths: Sequence[str]) -> dict[str, bytes]:
    """The final hash of every path, referenced files before those that mention them."""
    chunks = {chunk.file for chunk in linked.chunks}
    graph = {path: tuple(dict.fromkeys(mention.path for mention in mentions.get(path, ()))) for path in paths}
    hashes: dict[str, bytes] = {}
    for members in strongly_connected(graph):
        # Equal files may share a name, but not chunks (two modules with equal code keep two states), and not in a
        # cycle, where the content still has tokens: there the name says which content belongs to which token.
        salted = len(members) > 1
        contents = {
            path: _digest(linked.files[path], mentions.get(path, ()), hashes, salt=salted or path in chunks)
            for path in members
        }
        whole = b"".join(sorted(contents.values()))
        hashes |= {path: _base62(hashlib.sha256(content + whole).digest()) for path, content in contents.items()}
    return hashes


def _digest(file: OutputFile, mentions: Sequence[_Mention], hashes: Mapping[str, bytes], *, salt: bool) -> bytes:
    """Of the content with the hashes that are known by now in place of their tokens."""
    digest = hashlib.sha256()
    if salt:
        digest.update(file.path.rpartition("/")[2].encode() + b"\0")
    if file.copy_of is not None:
        digest.update(_digest_of_file(file.copy_of))
    elif file.content is not None:
        digest.update(hashlib.sha256(_patched(file.content, mentions, hashes)).digest())
    return digest.digest()


def _digest_of_file(source: Path) -> bytes:
    try:
        with source.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except OSError as error:
        raise PerfbuildError(messages.file_unreadable(str(source), error.strerror or str(error))) from error


def _base62(digest: bytes) -> bytes:
    """Eight characters that hold the first 47 bits."""
    number = int.from_bytes(digest[:8], "big")
    characters = bytearray()
    for _ in range(_TOKEN_LENGTH):
        number, rest = divmod(number, 62)
        characters.append(_ALPHABET[rest])
    return bytes(characters)


# --- renaming -------------------------------------------------------------------------------------


def _patched(content: bytes, mentions: Iterable[_Mention], hashes: Mapping[str, bytes]) -> bytearray:
    patched = bytearray(content)
    for position, path in mentions:
        if path in hashes:
            patched[position : position + _TOKEN_LENGTH] = hashes[path]
    return patched


def _renamed(paths: Iterable[str], final: Mapping[str, str]) -> tuple[str, ...]:
    """Without repeats, which equal files would bring."""
    return tuple(dict.fromkeys(final.get(path, path) for path in paths))


def _renamed_chunk(chunk: Chunk, final: Mapping[str, str]) -> Chunk:
    return replace(
        chunk,
        file=final.get(chunk.file, chunk.file),
        imports=_renamed(chunk.imports, final),
        dynamic_imports=_renamed(chunk.dynamic_imports, final),
        css=_renamed(chunk.css, final),
        assets=_renamed(chunk.assets, final),
        prefetch=_renamed(chunk.prefetch, final),
        preload=_renamed(chunk.preload, final),
    )


def _renamed_files(
    files: Mapping[str, OutputFile],
    final: Mapping[str, str],
    mentions: Mapping[str, Sequence[_Mention]],
    hashes: Mapping[str, bytes],
    maps: Mapping[str, str],
) -> dict[str, OutputFile]:
    named: dict[str, OutputFile] = {}
    for path, file in files.items():
        found = mentions.get(path)
        content = bytes(_patched(file.content, found, hashes)) if file.content is not None and found else file.content
        new = replace(file, path=final[path], content=content, hashed=file.hashed and path not in maps)
        known = named.get(new.path)
        named[new.path] = new if known is None else _merged(known, new)
    return named


def _merged(first: OutputFile, second: OutputFile) -> OutputFile:
    sources = tuple(dict.fromkeys(first.sources + second.sources))
    if not _same_bytes(first, second):
        raise PerfbuildError(messages.output_collision(first.path, sources))
    return replace(first, sources=sources)


def _same_bytes(first: OutputFile, second: OutputFile) -> bool:
    if first.copy_of is not None and second.copy_of is not None:
        return filecmp.cmp(first.copy_of, second.copy_of, shallow=False)
    return _bytes(first) == _bytes(second)


def _bytes(file: OutputFile) -> bytes:
    return file.copy_of.read_bytes() if file.copy_of is not None else file.content or b""
