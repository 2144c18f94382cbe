"""serve: a built folder as a good host would serve it, on the loopback interface.

Negotiated encodings, validators, ranges and cache headers follow RFC 9110 and RFC 9111; what was decided where they
leave a choice is told in docs/design/serving.md.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import quote, unquote_to_bytes

from perfbuild import messages
from perfbuild.diagnostics import PerfbuildError
from perfbuild.model import SUFFIXES
from perfbuild.stages.compress import MIN_SIZE
from perfbuild.stages.deltas import delta_path, use_as_dictionary
from perfbuild.stages.emit import OWNER

#: By preference where the client has none: as measured in docs/design/encodings.md, smallest first.
_CODINGS: Mapping[str, str] = {"br": SUFFIXES["brotli"], "zstd": SUFFIXES["zstd"], "gzip": SUFFIXES["gzip"]}
#: The difference to a file that the client has (RFC 9842): smaller than any of them.
_DELTA = "dcz"
_TYPES: Mapping[str, str] = {
    "html": "text/html",
    "htm": "text/html",
    "xhtml": "application/xhtml+xml",
    "css": "text/css",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "cjs": "text/javascript",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "map": "application/json",
    "webmanifest": "application/manifest+json",
    "wasm": "application/wasm",
    "xml": "application/xml",
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "txt": "text/plain",
    "md": "text/markdown",
    "csv": "text/csv",
    "vtt": "text/vtt",
    "ics": "text/calendar",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "jxl": "image/jxl",
    "ico": "image/vnd.microsoft.icon",
    "bmp": "image/bmp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "eot": "application/vnd.ms-fontobject",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "gz": "application/gzip",
    "br": "application/octet-stream",
    "zst": "application/zstd",
}
_WITH_CHARSET = ("text/", "application/xml", "application/xhtml", "application/rss", "application/atom", "image/svg")
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_BLOCK = 1 << 18


def serve(folder: Path, port: int, host: str = "127.0.0.1", spa: bool = False, base: str = "/") -> None:
    """Serve until interrupted. Raises :class:`PerfbuildError` when there is no folder or the port is taken."""
    with Server(folder, port=port, host=host, spa=spa, base=base) as server:
        server.serve_forever()


# --- negotiation ----------------------------------------------------------------------------------


def accepted(header: str | None, available: Mapping[str, object]) -> list[str]:
    """The codings of ``available``, with ``identity``, that an Accept-Encoding header takes, best first.

    RFC 9110, section 12.5.3: weights, ``*``, ``identity;q=0``. Empty when the client takes none of them.
    """
    weights: dict[str, float] = {}
    for part in (header or "").split(","):
        name, _, parameters = part.strip().lower().partition(";")
        if name.strip():
            weights["gzip" if name.strip() == "x-gzip" else name.strip()] = _weight(parameters)
    others = weights.get("*", 0.0)
    offers = [(weights.get(_DELTA, 0.0), _DELTA)] if _DELTA in available else []
    offers += [(weights.get(coding, others), coding) for coding in _CODINGS if coding in available]
    # Identity is welcome unless it is refused, and comes last unless it is weighted itself.
    offers.append((weights.get("identity", 0.0 if weights.get("*") == 0 else 0.001), "identity"))
    return [coding for weight, coding in sorted(offers, key=lambda offer: -offer[0]) if weight > 0]


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


# --- finding the file -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A file below the folder, or the place to go instead."""

    path: Path
    status: HTTPStatus = HTTPStatus.OK
    redirect: str | None = None


@dataclass(frozen=True, slots=True)
class _Listing:
    """What the build says about its files, by their paths. Names alone prove nothing."""

    immutable: frozenset[str] = frozenset()
    """Those that are named by their content."""
    deltas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """File -> SHA-256 of a dictionary, in base64 -> what it was called."""


class _Site:
    """The served folder: which file answers which path."""

    def __init__(self, folder: Path, spa: bool, base: str) -> None:
        self.base = f"/{base.strip('/')}/" if base.startswith("/") and base.strip("/") else "/"
        self._folder = folder.resolve()
        self._spa = spa
        self._listing: tuple[tuple[int, int], _Listing] = ((0, 0), _Listing())

    def find(self, target: str, wants_page: bool) -> _Found | None:
        """What answers the path and query of a request; None when the path is malformed."""
        raw, mark, query = target.partition("?")
        path = _decoded(raw)
        if path is None:
            return None
        if not path.startswith(self.base):
            at_base = f"{path}/" == self.base
            return _Found(self._folder, redirect=self.base + mark + query) if at_base else self._missing()
        name = path.removeprefix(self.base)
        found = self._file(name)
        if found is not None:
            return _Found(found)
        if name and not name.endswith("/") and self._file(f"{name}/") is not None:
            return _Found(self._folder, redirect=f"{quote(path)}/{mark}{query}")
        index = self._file("") if self._spa and wants_page else None
        return _Found(index) if index is not None else self._missing()

    def is_immutable(self, path: Path) -> bool:
        return self._name(path) in self._list().immutable

    def deltas(self, path: Path) -> Mapping[str, str]:
        return self._list().deltas.get(self._name(path), {})

    def delta(self, path: Path, header: str | None) -> Path | None:
        """The delta from what an Available-Dictionary header names: a byte sequence, base64 between colons."""
        name = (header or "").strip()
        known = name == f":{name[1:-1]}:" and name[1:-1] in self.deltas(path)
        return self._contained(Path(delta_path(str(path), name[1:-1]))) if known else None

    def use_as_dictionary(self, path: Path) -> str | None:
        """What to say of a file that will have successors under other names."""
        with suppress(OSError):
            if self.is_immutable(path) and path.stat().st_size >= MIN_SIZE:
                return use_as_dictionary(self.base, self._name(path))
        return None

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()

    def _list(self) -> _Listing:
        owner = self._folder / OWNER
        try:
            status = owner.stat()
            version = (status.st_mtime_ns, status.st_ino)
            if self._listing[0] != version:
                read = json.loads(owner.read_bytes())
                self._listing = (version, _Listing(frozenset(read["immutable"]), read.get("deltas", {})))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return _Listing()
        return self._listing[1]

    def sidecar(self, path: Path, suffix: str) -> Path | None:
        return self._contained(path.with_name(path.name + suffix))

    def _file(self, name: str) -> Path | None:
        """The file itself, a folder's index.html, or the page whose address lacks its .html."""
        if any(part.startswith(".") and part != ".well-known" for part in name.split("/")):
            return None
        if not name or name.endswith("/"):
            return self._contained(self._folder / name / "index.html")
        return self._contained(self._folder / name) or self._contained(self._folder / f"{name}.html")

    def _contained(self, path: Path) -> Path | None:
        """A regular file whose links, if any, stay below the folder."""
        try:
            real = path.resolve(strict=True)
            if real.is_relative_to(self._folder) and stat.S_ISREG(real.stat().st_mode):
                return path
        except (OSError, ValueError, RuntimeError):
            pass
        return None

    def _missing(self) -> _Found:
        return _Found(self._file("404.html") or self._folder, HTTPStatus.NOT_FOUND)


def _decoded(raw: str) -> str | None:
    """The path with its escapes decoded once; None for one that no honest client sends.

    ``raw`` holds the bytes of the request line as Latin-1 characters, which is how http.server reads them.
    """
    try:
        path = unquote_to_bytes(raw.encode("latin-1")).decode()
    except UnicodeError:
        return None
    parts = path.split("/")
    honest = path.startswith("/") and "%2f" not in raw.lower() and "\0" not in path and "\\" not in path
    return path if honest and not {".", ".."} & set(parts) and "" not in parts[1:-1] else None


# --- answering ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Representation:
    """The open file that is sent: of the coding that was chosen, with its validators.

    Size and validators are those of the open file, so that a build that swaps the folder meanwhile changes nothing.
    """

    stream: IO[bytes]
    coding: str
    size: int
    modified: float
    etag: str


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "perfbuild"
    sys_version = ""
    timeout = 60
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    server: _HTTPServer

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.close_connection = True  # the body is not read
        self._send_note(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD", "Connection": "close"})

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_POST  # noqa: N815

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Standard error is for diagnostics."""

    def _answer(self) -> None:
        found = self.server.site.find(self.path.partition("#")[0], "text/html" in self.headers.get("Accept", ""))
        if found is None:
            self._send_note(HTTPStatus.BAD_REQUEST)
        elif found.redirect is not None:
            self._send_note(HTTPStatus.PERMANENT_REDIRECT, {"Location": found.redirect, "Cache-Control": _REVALIDATE})
        elif found.path.is_dir():
            self._send_note(found.status)
        else:
            self._send_file(found)

    def _send_file(self, found: _Found) -> None:
        chosen, varies = self._choose(found.path)
        if chosen is None:
            self._send_note(HTTPStatus.NOT_ACCEPTABLE, {"Vary": "Accept-Encoding"})
            return
        with chosen.stream:
            headers = self._headers(found, chosen, varies)
            if found.status is not HTTPStatus.OK:
                self._send_content(found.status, headers, chosen)
            elif self._is_current(chosen):
                self._send_head(HTTPStatus.NOT_MODIFIED, {**headers, "Content-Type": None, "Content-Encoding": None})
            else:
                self._send_range(headers, chosen)

    def _send_range(self, headers: dict[str, str | None], chosen: _Representation) -> None:
        """RFC 9110, section 14: a single range of the chosen representation; a set of ranges gets the whole."""
        bounds = self._range(chosen)
        if bounds is None:
            self._send_content(HTTPStatus.OK, headers, chosen)
        elif bounds[0] >= bounds[1]:
            self._send_note(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{chosen.size}"})
        else:
            start, end = bounds
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{chosen.size}"
            self._send_content(HTTPStatus.PARTIAL_CONTENT, headers, chosen, bounds)

    def _choose(self, path: Path) -> tuple[_Representation | None, bool]:
        """The best representation that the client takes, and whether there was a choice."""
        site = self.server.site
        sidecars = {coding: side for coding, suffix in _CODINGS.items() if (side := site.sidecar(path, suffix))}
        if delta := site.delta(path, self.headers.get("Available-Dictionary")):
            sidecars[_DELTA] = delta
        for coding in accepted(self.headers.get("Accept-Encoding"), sidecars):
            try:
                stream = sidecars.get(coding, path).open("rb")
            except OSError:
                continue
            status = os.fstat(stream.fileno())
            etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}-{coding}"'
            chosen = _Representation(stream, coding, status.st_size, status.st_mtime, etag)
            return chosen, bool(sidecars)
        return None, bool(sidecars)

    def _headers(self, found: _Found, chosen: _Representation, varies: bool) -> dict[str, str | None]:
        site = self.server.site
        immutable = found.status is HTTPStatus.OK and site.is_immutable(found.path)
        choice = "Accept-Encoding, Available-Dictionary" if site.deltas(found.path) else "Accept-Encoding"
        return {
            "Content-Type": _content_type(found.path),
            "Content-Encoding": None if chosen.coding == "identity" else chosen.coding,
            "Vary": choice if varies else None,
            "Use-As-Dictionary": site.use_as_dictionary(found.path),
            "ETag": chosen.etag,
            "Last-Modified": formatdate(chosen.modified, usegmt=True),
            "Cache-Control": _IMMUTABLE if immutable else _REVALIDATE,
            "Accept-Ranges": "bytes",
        }

    def _is_current(self, chosen: _Representation) -> bool:
        """RFC 9110, section 13.2.2: If-None-Match decides alone where it is given."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or chosen.etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        since = _timestamp(self.headers.get("If-Modified-Since"))
        return since is not None and int(chosen.modified) <= since

    def _range(self, chosen: _Representation) -> tuple[int, int] | None:
        """Half open; empty when it cannot be satisfied; None when the whole is to be sent."""
        match = _RANGE.fullmatch(self.headers.get("Range", "").strip())
        condition = self.headers.get("If-Range")
        if self.command != "GET" or match is None or not any(match.groups()):
            return None
        if condition is not None and condition.strip() != chosen.etag and _timestamp(condition) != int(chosen.modified):
            return None
        first, last = match.groups()
        if not first:
            return max(0, chosen.size - int(last)), chosen.size
        if last and int(last) < int(first):
            return None
        return int(first), min(chosen.size, int(last) + 1 if last else chosen.size)

    def _send_content(
        self,
        status: HTTPStatus,
        headers: Mapping[str, str | None],
        chosen: _Representation,
        bounds: tuple[int, int] | None = None,
    ) -> None:
        start, end = bounds or (0, chosen.size)
        self._send_head(status, {**headers, "Content-Length": str(end - start)})
        if self.command == "HEAD":
            return
        chosen.stream.seek(start)
        while start < end and (block := chosen.stream.read(min(_BLOCK, end - start))):
            self.wfile.write(block)
            start += len(block)
        if start < end:  # the file was cut short: the client must see that the rest is missing
            self.close_connection = True

    def _send_note(self, status: HTTPStatus, headers: Mapping[str, str] | None = None) -> None:
        """A short answer without a file."""
        note = f"{status.value} {status.phrase}\n".encode()
        own = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(note))}
        self._send_head(status, {**own, "Cache-Control": _REVALIDATE, **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(note)

    def _send_head(self, status: HTTPStatus, headers: Mapping[str, str | None]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def handle(self) -> None:
        """A client that goes away is no fault."""
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True


def content_type(name: str, utf8: bool = True) -> str:
    """By extension, from a table of our own: the one of the operating system differs from machine to machine.

    Text that is not UTF-8 gets no charset, so that what the page itself declares is heard.
    """
    found = _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    return f"{found}; charset=utf-8" if utf8 and found.startswith(_WITH_CHARSET) else found


def _content_type(path: Path) -> str:
    found = content_type(path.name)
    if "charset" not in found:
        return found
    try:
        status = path.stat()
        return content_type(path.name, _is_utf8(path, status.st_mtime_ns, status.st_size, status.st_ino))
    except OSError:
        return content_type(path.name, utf8=False)


@lru_cache(maxsize=4096)
def _is_utf8(path: Path, *_version: int) -> bool:
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def _timestamp(date: str | None) -> int | None:
    try:
        return int(parsedate_to_datetime(date or "").timestamp())
    except (ValueError, OverflowError):
        return None


# --- the server -----------------------------------------------------------------------------------


class _HTTPServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    # Where it is set on Windows, a second server takes a port that is in use.
    allow_reuse_address = os.name == "posix"

    def __init__(self, address: tuple[str, int], site: _Site) -> None:
        self.site = site
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Without the name look-up of http.server, which can take seconds."""
        super(ThreadingHTTPServer, self).server_bind()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks while its thread cleans up is no fault either."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Server:
    """A server that runs in the background after :meth:`start`, or here by :meth:`serve_forever`."""

    def __init__(
        self, folder: Path, *, port: int = 0, host: str = "127.0.0.1", spa: bool = False, base: str = "/"
    ) -> None:
        if not folder.is_dir():
            raise PerfbuildError(messages.serve_folder_missing(str(folder)))
        self._site = _Site(folder, spa, base)
        try:
            self._server = _HTTPServer((host, port), self._site)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise PerfbuildError(messages.serve_address_refused(host, port, why)) from error
        self._host = host
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port that was taken, also when 0 was asked for."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Where the folder's index is, ending with ``/``."""
        return f"http://{self._host}:{self.port}{self._site.base}"

    def start(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, name="perfbuild-serve", daemon=True)
        self._thread.start()
        return self

    def serve_forever(self) -> None:
        """Until :meth:`close`, or an interruption, which ends it quietly."""
        try:
            self._server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            return

    def close(self) -> None:
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
