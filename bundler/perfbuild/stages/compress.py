"""compress: brotli, gzip and zstd beside each file where it pays.

All three libraries release the interpreter's lock, so a pool of threads uses every core. The settings and what they
were measured against are in docs/design/encodings.md.
"""

from __future__ import annotations

import hashlib
import heapq
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache as memoized
from functools import partial
from types import TracebackType
from typing import Self

from perfbuild import messages
from perfbuild.cache import Cache
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.model import ENCODINGS, Delta, EncodedFile, Encoding, OutputFile, PreviousDelta, PreviousFile
from perfbuild.stages import deltas

#: By extension; images, fonts and archives that are compressed already are left out.
COMPRESSIBLE = frozenset(
    (
        *(
            "htm",
            "html",
            "shtml",
            "xhtml",
            "js",
            "mjs",
            "cjs",
            "jsx",
            "ts",
            "css",
            "less",
            "sass",
            "scss",
            "map",
            "wasm",
        ),
        *("json", "json5", "jsonld", "geojson", "topojson", "webmanifest", "gltf", "toml", "yaml", "yml", "ics", "vcf"),
        *("svg", "xml", "xsd", "xsl", "xslt", "rss", "atom", "rdf", "ttl", "n3", "plist", "mml", "vtt", "srt", "obj"),
        *("txt", "md", "markdown", "csv", "tsv", "log", "ttf", "otf", "eot", "ttc", "ico", "cur", "bmp"),
    )
)
MIN_SIZE = 1024
MIN_SAVING = 0.05

#: Seconds for a megabyte of JavaScript, which decides what is begun first.
_COST = {"brotli": 1.8, "zstd": 0.3, "gzip": 0.15}
_DELTA_COST = 0.1
_BROTLI_QUALITY = 11
_BROTLI_WINDOWS = range(22, 25)
_GZIP_LEVEL = 12
_ZSTD_LEVEL = 19
#: Seconds after which a waiting main thread looks for Ctrl-C on systems that do not interrupt a wait.
_PATIENCE = 0.5
#: What the cache holds for an encoding that does not pay.
_DOES_NOT_PAY = b""


def is_compressible(path: str) -> bool:
    """True when files with this extension get smaller by compression."""
    return path.rpartition(".")[2].lower() in COMPRESSIBLE


def compress(
    files: Iterable[OutputFile],
    config: Config,
    cache: Cache,
    diagnostics: Diagnostics,
    encodings: tuple[Encoding, ...] = ENCODINGS,
) -> dict[str, EncodedFile]:
    """By path, for every file, the ``encodings`` that save at least 5 %."""
    with Compressor(config, cache, diagnostics, encodings) as compressor:
        for file in files:
            compressor.submit(file)
        return compressor.results()


class _Source:
    """One file on its way; a copied file is read when its turn comes and not held longer than it takes."""

    def __init__(self, file: OutputFile) -> None:
        self.file = file
        self.raw = len(file.content) if file.content is not None else _size(file)
        self.encoded: dict[Encoding, bytes] = {}
        self.deltas: dict[str, Delta | None] = {}
        """By the dictionary's path, in the order in which they were asked for; None until one is made."""
        self._digest = ""

    def content(self) -> bytes:
        if self.file.copy_of is not None:
            return self.file.copy_of.read_bytes()
        return self.file.content or b""

    def digest(self, content: bytes) -> str:
        self._digest = self._digest or hashlib.sha256(content).hexdigest()
        return self._digest


class Compressor:
    """Encodes files as they are submitted, of those that wait always the dearest first, on ``config.jobs`` threads.

    A context manager: leaving it early (an error, Ctrl-C) drops what has not begun. The threads are daemons, so an
    encoding that is under way never holds up the exit of the process.
    """

    def __init__(
        self,
        config: Config,
        cache: Cache,
        diagnostics: Diagnostics,
        encodings: tuple[Encoding, ...] = ENCODINGS,
    ) -> None:
        self._config = config
        self._cache = cache
        self._diagnostics = diagnostics
        self._encodings = encodings
        self._sources: dict[str, _Source] = {}
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._unfinished = 0
        self._submitted = 0
        self._closed = False
        self._fault: BaseException | None = None
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def submit(
        self, file: OutputFile, dictionaries: Iterable[PreviousFile] = (), kept: Iterable[PreviousDelta] = ()
    ) -> None:
        """Begin with ``file`` as soon as a thread is free, and with its deltas: from ``dictionaries``, and those that
        are ``kept``. Files of other types cost nothing here."""
        try:
            source = self._sources[file.path] = _Source(file)
        except OSError as error:
            self._report_unreadable(file, error)
            return
        if source.raw < MIN_SIZE or not is_compressible(file.path):
            return
        jobs: list[tuple[float, Callable[[], None]]]
        jobs = [(_COST[encoding], partial(self._encode, encoding, source)) for encoding in self._encodings]
        if self._config.compress:
            jobs.extend((_DELTA_COST, job) for job in self._delta_jobs(source, dictionaries, kept))
        with self._changed:
            for cost, job in jobs:
                self._submitted += 1
                self._unfinished += 1
                heapq.heappush(self._waiting, (-cost * source.raw, self._submitted, job))
            self._changed.notify(len(jobs))
            self._start_thread()

    def _delta_jobs(
        self, source: _Source, dictionaries: Iterable[PreviousFile], kept: Iterable[PreviousDelta]
    ) -> Iterator[Callable[[], None]]:
        for dictionary in dictionaries:
            source.deltas[dictionary.path] = None
            yield partial(self._encode_delta, dictionary, source)
        for delta in kept:
            if len(source.deltas) < deltas.MOST and delta.previous not in source.deltas:
                source.deltas[delta.previous] = None
                yield partial(self._keep_delta, delta, source)

    def results(self) -> dict[str, EncodedFile]:
        """Wait for everything submitted so far. Paths and encodings come in a fixed order."""
        with self._changed:
            while self._unfinished and self._fault is None:
                self._changed.wait(_PATIENCE)
        if self._fault is not None:
            raise self._fault
        return {path: self._result(self._sources[path]) for path in sorted(self._sources)}

    def _result(self, source: _Source) -> EncodedFile:
        encoded = {encoding: source.encoded[encoding] for encoding in self._encodings if encoding in source.encoded}
        plain = min((len(encoded[name]) for name in encoded if name in self._config.encodings), default=source.raw)
        paying = (delta for delta in source.deltas.values() if delta and _paying(delta.content, plain))
        return EncodedFile(path=source.file.path, raw=source.raw, encoded=encoded, deltas=tuple(paying))

    def _start_thread(self) -> None:
        if len(self._threads) < max(1, self._config.jobs):
            thread = threading.Thread(target=self._work, name="perfbuild-compress", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                job()
            except BaseException as error:  # handed to the thread that waits in results()
                self._fault = error
            with self._changed:
                self._unfinished -= 1
                self._changed.notify_all()

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._waiting:
                if self._closed:
                    return None
                self._changed.wait()
            return heapq.heappop(self._waiting)[2]

    def _encode(self, encoding: Encoding, source: _Source) -> None:
        try:
            content = source.content()
        except OSError as error:
            self._report_unreadable(source.file, error)
            return
        namespace, key = _namespace(encoding), source.digest(content)
        value = self._cache.get(namespace, key)
        if value is None:
            value = _paying(encode(encoding, content), len(content))
            self._cache.put(namespace, key, value)
        if value != _DOES_NOT_PAY:
            source.encoded[encoding] = value

    def _encode_delta(self, dictionary: PreviousFile, source: _Source) -> None:
        """One whose content or dictionary cannot be read is left out: the file itself is served in its place."""
        try:
            content, before = source.content(), dictionary.source.read_bytes()
        except OSError as error:
            self._diagnostics.report(messages.previous_unreadable(dictionary.path, error.strerror or str(error)))
            return
        key = hashlib.sha256(f"{source.digest(content)} {hashlib.sha256(before).hexdigest()}".encode()).hexdigest()
        value = self._cache.get(deltas.namespace(), key)
        if value is None:
            value = deltas.encode_delta(content, before)
            self._cache.put(deltas.namespace(), key, value)
        name = deltas.name_of(before)
        source.deltas[dictionary.path] = Delta(previous=dictionary.path, dictionary=name, content=value)

    def _keep_delta(self, delta: PreviousDelta, source: _Source) -> None:
        try:
            content = delta.source.read_bytes()
        except OSError as error:
            self._diagnostics.report(messages.previous_unreadable(source.file.path, error.strerror or str(error)))
            return
        source.deltas[delta.previous] = Delta(previous=delta.previous, dictionary=delta.dictionary, content=content)

    def _report_unreadable(self, file: OutputFile, error: OSError) -> None:
        named = file.sources[0] if file.sources else file.path
        self._diagnostics.report(messages.file_unreadable(named, error.strerror or str(error)))


def _size(file: OutputFile) -> int:
    return file.copy_of.stat().st_size if file.copy_of is not None else 0


def _paying(encoded: bytes, raw: int) -> bytes:
    return encoded if len(encoded) <= raw * (1 - MIN_SAVING) else _DOES_NOT_PAY


def encode(encoding: Encoding, content: bytes) -> bytes:
    """``content`` in one encoding at its highest setting; the same bytes for the same input and library."""
    if encoding == "brotli":
        import brotli  # type: ignore[import-untyped]

        return bytes(brotli.compress(content, quality=_BROTLI_QUALITY, lgwin=_brotli_window(len(content))))
    if encoding == "gzip":
        import deflate

        # libdeflate writes no time, no name and "unknown" as operating system, so the header is the same everywhere.
        return bytes(deflate.gzip_compress(content, _GZIP_LEVEL))
    import zstandard

    # A checksum would cost four bytes for what TLS and the transport promise already.
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=False, write_content_size=True).compress(content)


def _brotli_window(size: int) -> int:
    """Base 2 logarithm: 4 MiB, or for larger files as much as they fill, up to the 16 MiB that browsers accept."""
    return next((window for window in _BROTLI_WINDOWS if 1 << window >= size), _BROTLI_WINDOWS[-1])


@memoized
def _namespace(encoding: Encoding) -> str:
    """Tells apart what another setting or version of the library would encode otherwise."""
    from importlib.metadata import version

    if encoding == "brotli":
        return f"brotli-{_BROTLI_QUALITY}-{version('brotli')}"
    if encoding == "gzip":
        return f"gzip-{_GZIP_LEVEL}-{version('deflate')}"
    return f"zstd-{_ZSTD_LEVEL}-{version('zstandard')}"
