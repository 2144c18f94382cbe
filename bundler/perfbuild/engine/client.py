"""The engine's process: started early, talked to by JSON-RPC 2.0, ended for sure.

One JSON document a line on standard input and output, requests in both directions, ids matched to futures by a
reader thread. A child that dies fails every open request with one clear diagnostic.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

import msgspec

from perfbuild import messages
from perfbuild.diagnostics import PerfbuildError
from perfbuild.engine.process import node_binary, spawn
from perfbuild.engine.protocol import VERSION, Failure, Greeting, Message

START_TIMEOUT = 60.0
#: The first that has zstd, which sizes are estimated by.
LEAST_NODE = (22, 15)

Handler = Callable[[msgspec.Raw], Any]


class EngineRequestError(Exception):
    """A request that the engine answered with problems (data) or with an error of its own (a defect)."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def _version(text: str) -> tuple[int, ...]:
    """``v22.15.1`` -> (22, 15)."""
    return tuple(int(part) for part in text.lstrip("v").split(".")[:2])


class Engine:
    """A running engine. As a context manager it is ended on the way out, whatever happened."""

    def __init__(self, process: subprocess.Popen[bytes] | None = None) -> None:
        """``process``: one that was started before."""
        self._process = process or self._spawn()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: dict[int, Future[msgspec.Raw]] = {}
        self._handlers: dict[str, Handler] = {}
        self._last_id = 0
        self._stderr: deque[str] = deque(maxlen=40)
        self._encoder = msgspec.json.Encoder()
        self._errors = threading.Thread(target=self._read_errors, daemon=True)
        self._errors.start()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._hello = self.request("initialize", {"protocol": VERSION})

    @staticmethod
    def _spawn() -> subprocess.Popen[bytes]:
        try:
            return spawn()
        except OSError as error:
            raise PerfbuildError(messages.engine_not_started(node_binary(), str(error))) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def shake_hands(self) -> None:
        """Waits for the engine and checks that both sides speak the same protocol."""
        try:
            answer = msgspec.json.decode(self._hello.result(timeout=START_TIMEOUT), type=Greeting)
        except TimeoutError as error:
            why = f"it did not answer in {START_TIMEOUT:.0f} s"
            raise PerfbuildError(messages.engine_not_started(node_binary(), why)) from error
        except (EngineRequestError, msgspec.DecodeError) as error:
            raise PerfbuildError(messages.engine_protocol(VERSION, None)) from error
        if answer.protocol != VERSION:
            raise PerfbuildError(messages.engine_protocol(VERSION, answer.protocol))
        if _version(answer.node) < LEAST_NODE:
            needed = ".".join(map(str, LEAST_NODE))
            raise PerfbuildError(messages.engine_not_started(node_binary(), f"it is {answer.node}, {needed} is needed"))

    def handle(self, method: str, handler: Handler) -> None:
        """Answers the engine's requests for ``method``; runs on a thread of its own while the engine waits."""
        self._handlers[method] = handler

    def request(self, method: str, params: object) -> Future[msgspec.Raw]:
        """Sends a request. The future holds the undecoded result, or raises :class:`EngineRequestError`."""
        future: Future[msgspec.Raw] = Future()
        with self._lock:
            self._last_id += 1
            number = self._last_id
            self._waiting[number] = future
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return future

    def ask(self, method: str, params: object) -> msgspec.Raw:
        """Sends a request that fails by a defect alone, and waits for its result."""
        try:
            return self.request(method, params).result()
        except EngineRequestError as error:
            raise PerfbuildError(messages.engine_failed(error.failure.message, error.failure.data.stack)) from error

    def close(self) -> None:
        """Ends the process at once. It has nothing to lose: whatever it answered is written."""
        self._process.kill()
        self._process.wait()
        # A stream that is closed while a thread reads it breaks that thread. Both end with the process.
        for thread in (self._reader, self._errors):
            thread.join(timeout=1)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError, ValueError):
                if stream:
                    stream.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _send(self, message: Mapping[str, object]) -> None:
        line = self._encoder.encode(message) + b"\n"
        stdin = self._process.stdin
        assert stdin is not None
        try:
            with self._writing:
                stdin.write(line)
                stdin.flush()
        except (OSError, ValueError):
            self._fail_all()

    def _read(self) -> None:
        decoder = msgspec.json.Decoder(Message)
        stdout = self._process.stdout
        assert stdout is not None
        for line in stdout:
            try:
                message = decoder.decode(line)
            except msgspec.DecodeError:  # native code can print past our guard
                self._stderr.append(line.decode(errors="replace").rstrip())
                continue
            if message.method is not None:
                # Not on this thread: a reader that waits to write stops the engine from writing, and so from reading.
                threading.Thread(target=self._answer, args=(message,), daemon=True).start()
            elif future := self._take(message.id):
                if message.error is not None:
                    future.set_exception(EngineRequestError(message.error))
                else:
                    future.set_result(message.result)
        self._errors.join(timeout=1)  # what it said last
        self._fail_all()

    def _read_errors(self) -> None:
        stderr = self._process.stderr
        assert stderr is not None
        for line in stderr:
            self._stderr.append(line.decode(errors="replace").rstrip())

    def _answer(self, message: Message) -> None:
        try:
            result = self._handlers[message.method or ""](message.params)
            self._send({"jsonrpc": "2.0", "id": message.id, "result": result})
        except Exception as error:  # the engine must not wait for ever for a planner that failed
            self._send({"jsonrpc": "2.0", "id": message.id, "error": {"code": -32603, "message": repr(error)}})

    def _take(self, number: int | None) -> Future[msgspec.Raw] | None:
        with self._lock:
            return self._waiting.pop(number or 0, None)

    def _fail_all(self) -> None:
        with self._lock:
            waiting, self._waiting = list(self._waiting.values()), {}
        for future in waiting:
            if not future.done():
                future.set_exception(PerfbuildError(messages.engine_stopped(list(self._stderr))))
