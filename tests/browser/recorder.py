"""A server that notes when each request came and when it was answered, and that can be slow or of another origin."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

Delay = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Hit:
    """One request, in seconds of :func:`time.monotonic`; ``answered`` is before the first byte went out."""

    path: str
    asked: float
    answered: float


class Recorder:
    """Serves ``folder`` on 127.0.0.1. Everything may be cached, so what is asked for twice was fetched twice.

    ``delay`` gives the seconds that a path takes, ``spa`` answers unknown paths with the start page, and
    ``cors`` lets other origins read.
    """

    def __init__(
        self, folder: Path, *, delay: Delay = lambda _path: 0.0, spa: bool = False, cors: bool = False
    ) -> None:
        self.folder = folder
        self.hits: list[Hit] = []
        self.delay = delay
        self.spa = spa
        self.cors = cors
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paths(self) -> list[str]:
        return [hit.path for hit in self.hits]


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # a connection each: none waits for another's answer

    def __init__(self, recorder: Recorder, *arguments: Any) -> None:
        self._recorder = recorder
        super().__init__(*arguments, directory=str(recorder.folder))

    def do_GET(self) -> None:
        asked = time.monotonic()
        path = unquote(urlsplit(self.path).path).lstrip("/")
        if self._recorder.spa and not (self._recorder.folder / path).exists():
            self.path = "/index.html"
        time.sleep(self._recorder.delay(path))
        self._recorder.hits.append(Hit(path, asked, time.monotonic()))
        super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=31536000, immutable")
        if self._recorder.cors:
            self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Keep the test's output to what the test says."""
