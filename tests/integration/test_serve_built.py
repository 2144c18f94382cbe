"""What `perfbuild build` writes, served by `perfbuild serve` and fetched as browsers and tools fetch it."""

from __future__ import annotations

import gzip
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPMessage
from pathlib import Path

import brotli
import pytest
import zstandard

PAGE = "<!doctype html><script type=module src=main.js></script><p>" + "a page of some length, " * 80
SCRIPT = "console.log('a line of a script');\n" * 60
DECODE = {"br": brotli.decompress, "gzip": gzip.decompress, "zstd": zstandard.decompress}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """The folder that was built, and the port on which the command serves it."""
    root = tmp_path_factory.mktemp("site")
    for path, text in {
        "index.html": PAGE,
        "main.js": SCRIPT,
        "about.html": "<p>about",
        "public/robots.txt": "x",
    }.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    command = [sys.executable, "-m", "perfbuild"]
    subprocess.run([*command, "build", "-q"], cwd=root, check=True, timeout=60)
    port = free_port()
    with subprocess.Popen([*command, "serve", "--port", str(port)], cwd=root, stdout=subprocess.DEVNULL) as process:
        wait_for(port, process)
        yield root / "dist", port
        process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < ends
            time.sleep(0.05)


def get(port: int, path: str, **headers: str) -> tuple[int, HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def script_of(folder: Path) -> str:
    (path,) = (folder / "assets").glob("*.js")
    return f"/assets/{path.name}"


@pytest.mark.parametrize("coding", ["br", "gzip", "zstd"])
def test_each_encoding_is_given_to_who_asks_for_it_and_decodes_to_the_file(coding: str, site: tuple[Path, int]) -> None:
    folder, port = site
    for path in ("/", script_of(folder)):
        status, headers, body = get(port, path, Accept_Encoding=coding)
        assert (status, headers["Content-Encoding"], headers["Vary"]) == (200, coding, "Accept-Encoding")
        plain = (folder / (path.lstrip("/") or "index.html")).read_bytes()
        assert len(body) < len(plain)
        assert DECODE[coding](body) == plain


def test_who_takes_no_encoding_gets_the_file_itself(site: tuple[Path, int]) -> None:
    folder, port = site
    _, headers, body = get(port, script_of(folder))
    assert headers["Content-Encoding"] is None
    assert body == (folder / script_of(folder).lstrip("/")).read_bytes()


def test_hashed_files_are_kept_for_ever_and_pages_are_asked_for_again(site: tuple[Path, int]) -> None:
    folder, port = site
    assert "immutable" in get(port, script_of(folder), Accept_Encoding="br")[1]["Cache-Control"]
    for path in ("/", "/about.html", "/robots.txt", "/nowhere"):
        assert get(port, path)[1]["Cache-Control"] == "no-cache"


def test_a_page_that_did_not_change_is_not_sent_again(site: tuple[Path, int]) -> None:
    _, port = site
    tag = get(port, "/", Accept_Encoding="br")[1]["ETag"]
    status, _, body = get(port, "/", Accept_Encoding="br", If_None_Match=tag)
    assert (status, body) == (304, b"")


def test_what_the_build_keeps_for_itself_is_not_served(site: tuple[Path, int]) -> None:
    folder, port = site
    assert (folder / ".perfbuild/files.json").is_file()
    assert get(port, "/.perfbuild/files.json")[0] == 404
    assert get(port, "/%2e%2e/index.html")[0] in (400, 404)
