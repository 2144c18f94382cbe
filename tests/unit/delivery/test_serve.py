"""Serving: what a browser, a proxy and an attacker get."""

from __future__ import annotations

import http.client
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from perfbuild.diagnostics import PerfbuildError
from perfbuild.model import Delta, EncodedFile
from perfbuild.serve import Server, accepted
from perfbuild.stages.emit import emit

from .builders import PROSE, config, output

MAIN = "assets/main-0aZ9bY8c.js"
STYLE, SMALL = "assets/main-0aZ9bY8c.css", "assets/small-0aZ9bY8c.js"
#: What the browser has of the release before, as it names it.
DICTIONARY = "pZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2f/G4="
NAVIGATION = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def __getitem__(self, name: str) -> str | None:
        return self.headers.get(name)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    files = [
        output("index.html", b"<h1>home"),
        output("about.html", b"<h1>about"),
        output("docs/index.html", b"<h1>docs"),
        output("404.html", b"<h1>lost"),
        output("latin.html", "<h1>caf\u00e9".encode("latin-1")),
        output("caf\u00e9 & co.txt", b"coffee"),
        output("assets/hand-bookmark.js", b"written by hand"),
        output(".well-known/security.txt", b"contact"),
        output(".env", b"secret"),
        output("empty.txt", b""),
        output("movie.mp4", bytes(range(100))),
        output(MAIN, PROSE, hashed=True),
        output(STYLE, PROSE, hashed=True),
        output(SMALL, b"small", hashed=True),
    ]
    codings = {"brotli": b"as brotli", "gzip": b"as gzip", "zstd": b"as zstd"}
    deltas = (Delta(previous="assets/main-9cX8bY7a.js", dictionary=DICTIONARY, content=b"as a delta"),)
    encoded = {MAIN: EncodedFile(path=MAIN, raw=len(PROSE), encoded=codings, deltas=deltas)}  # type: ignore[arg-type]
    encoded[STYLE] = EncodedFile(path=STYLE, raw=len(PROSE), encoded=codings)  # type: ignore[arg-type]
    encoded["index.html"] = EncodedFile(path="index.html", raw=8, encoded={"gzip": b"page as gzip"})
    emit(files, encoded, config(root), {".perfbuild/manifest.json": b"{}"})
    (root / "secret.txt").write_text("outside")
    (root / "dist/link.txt").symlink_to(root / "secret.txt")
    (root / "dist/inner.txt").symlink_to(root / "dist/about.html")
    return root / "dist"


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Server]:
    with Server(built).start() as running:
        yield running


def request(server: Server, path: str, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def raw(server: Server, line: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(line + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = b""
        while block := connection.recv(65536):
            received += block
        return received


# --- which coding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "order"),
    [
        (None, ["identity"]),
        ("", ["identity"]),
        ("gzip, deflate, br, zstd", ["br", "zstd", "gzip", "identity"]),
        ("gzip, deflate, br", ["br", "gzip", "identity"]),
        ("br;q=0.1, gzip;q=0.9", ["gzip", "br", "identity"]),
        ("br;q=0, gzip", ["gzip", "identity"]),
        ("GZIP ; Q=0.5", ["gzip", "identity"]),
        ("x-gzip", ["gzip", "identity"]),
        ("*", ["br", "zstd", "gzip", "identity"]),
        ("*;q=0.5, br;q=0", ["zstd", "gzip", "identity"]),
        ("identity;q=0, br", ["br"]),
        ("gzip, *;q=0", ["gzip"]),
        ("*;q=0", []),
        ("*;q=0, identity;q=1", ["identity"]),
        ("identity, gzip;q=0.5", ["identity", "gzip"]),
        ("gzip;q=nonsense, br", ["br", "identity"]),
        ("compress", ["identity"]),
    ],
)
def test_codings_are_taken_as_the_client_weighs_them(header: str | None, order: list[str]) -> None:
    assert accepted(header, {"br": 1, "gzip": 1, "zstd": 1}) == order


@pytest.mark.parametrize(
    ("header", "coding", "body"),
    [
        ("gzip, br, zstd", "br", b"as brotli"),
        ("gzip, zstd", "zstd", b"as zstd"),
        ("gzip", "gzip", b"as gzip"),
        ("deflate", None, PROSE),
    ],
)
def test_the_encoding_beside_the_file_is_sent(server: Server, header: str, coding: str | None, body: bytes) -> None:
    answer = request(server, f"/{STYLE}", headers={"Accept-Encoding": header})
    assert (answer.status, answer["Content-Encoding"], answer.body) == (200, coding, body)
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Content-Length"] == str(len(body))
    assert answer["Vary"] == "Accept-Encoding"


def test_a_client_that_takes_nothing_is_told(server: Server) -> None:
    assert request(server, f"/{MAIN}", headers={"Accept-Encoding": "*;q=0"}).status == 406


def test_a_file_without_encodings_does_not_vary(server: Server) -> None:
    assert request(server, "/about.html", headers={"Accept-Encoding": "br"})["Vary"] is None


def test_an_encoding_asked_for_by_name_is_a_file_like_any_other(server: Server) -> None:
    answer = request(server, f"/{MAIN}.br", headers={"Accept-Encoding": "br"})
    assert (answer.status, answer["Content-Encoding"], answer.body) == (200, None, b"as brotli")
    assert answer["Content-Type"] == "application/octet-stream"


# --- deltas ---------------------------------------------------------------------------------------

OFFER = {"Accept-Encoding": "gzip, deflate, br, zstd, dcb, dcz", "Available-Dictionary": f":{DICTIONARY}:"}


def test_a_client_that_has_the_release_before_gets_the_delta(server: Server) -> None:
    answer = request(server, f"/{MAIN}", headers=OFFER)
    assert (answer.status, answer["Content-Encoding"], answer.body) == (200, "dcz", b"as a delta")
    assert answer["Vary"] == "Accept-Encoding, Available-Dictionary"
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in (answer["Cache-Control"] or "")
    assert answer["Use-As-Dictionary"] == 'match="/assets/main-*.js"', "for the release after this one"
    again = request(server, f"/{MAIN}", headers={**OFFER, "If-None-Match": answer["ETag"] or ""})
    assert (again.status, again["Vary"]) == (304, answer["Vary"])


@pytest.mark.parametrize(
    "headers",
    [
        {"Available-Dictionary": ":sZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2f/G4=:"},
        {"Available-Dictionary": DICTIONARY},
        {"Available-Dictionary": f":{DICTIONARY}"},
        {"Available-Dictionary": ":"},
        {"Available-Dictionary": ""},
        {"Available-Dictionary": ":../../../secret:"},
        {"Accept-Encoding": "br, *"},
        {"Accept-Encoding": "br, dcb"},
        {"Accept-Encoding": "br, dcz;q=0"},
    ],
)
def test_any_other_client_gets_what_it_always_got(headers: dict[str, str], server: Server) -> None:
    answer = request(server, f"/{MAIN}", headers=OFFER | headers)
    assert (answer.status, answer["Content-Encoding"], answer.body) == (200, "br", b"as brotli")
    assert answer["Vary"] == "Accept-Encoding, Available-Dictionary", "a cache must not mix them up"


def test_a_file_without_a_delta_does_not_vary_with_what_is_offered(server: Server) -> None:
    answer = request(server, f"/{STYLE}", headers=OFFER)
    assert (answer["Content-Encoding"], answer["Vary"]) == ("br", "Accept-Encoding")


@pytest.mark.parametrize(
    ("path", "header"),
    [
        (MAIN, 'match="/assets/main-*.js"'),
        (STYLE, 'match="/assets/main-*.css"'),
        (SMALL, None),
        ("assets/hand-bookmark.js", None),
        ("index.html", None),
        ("nowhere-0aZ9bY8c.js", None),
    ],
)
def test_browsers_are_told_what_to_keep_for_the_next_release(path: str, header: str | None, server: Server) -> None:
    assert request(server, f"/{path}", headers={"Accept-Encoding": "br"})["Use-As-Dictionary"] == header


def test_the_pattern_has_the_path_that_the_folder_is_served_at(built: Path) -> None:
    with Server(built, base="/a (b)/").start() as running:
        answer = request(running, f"/a%20(b)/{MAIN}")
    assert answer["Use-As-Dictionary"] == r'match="/a%20\\(b\\)/assets/main-*.js"'


# --- caching --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "cached"),
    [(f"/{MAIN}", True), ("/", False), ("/about.html", False), ("/assets/hand-bookmark.js", False), ("/no", False)],
)
def test_only_what_the_build_hashed_is_kept_for_ever(server: Server, path: str, cached: bool) -> None:
    expected = "public, max-age=31536000, immutable" if cached else "no-cache"
    assert request(server, path)["Cache-Control"] == expected


def test_each_encoding_has_its_own_strong_tag(server: Server) -> None:
    tags = {request(server, f"/{MAIN}", headers={"Accept-Encoding": it})["ETag"] for it in ("br", "gzip", "zstd", "x")}
    assert len(tags) == 4
    assert all(tag and tag.startswith('"') for tag in tags)


def test_a_client_that_has_the_file_gets_a_short_answer(server: Server) -> None:
    accepts = {"Accept-Encoding": "br"}
    first = request(server, f"/{MAIN}", headers=accepts)
    for tags in (first["ETag"], f'"other", {first["ETag"]}', f"W/{first['ETag']}", "*"):
        again = request(server, f"/{MAIN}", headers={**accepts, "If-None-Match": tags or ""})
        assert (again.status, again.body, again["ETag"]) == (304, b"", first["ETag"])
        assert again["Vary"] == "Accept-Encoding, Available-Dictionary"
        assert again["Cache-Control"] == first["Cache-Control"]
    other = request(server, f"/{MAIN}", headers={"Accept-Encoding": "gzip", "If-None-Match": first["ETag"] or ""})
    assert (other.status, other.body) == (200, b"as gzip")


def test_dates_decide_only_where_there_is_no_tag(server: Server) -> None:
    date = request(server, "/about.html")["Last-Modified"] or ""
    assert request(server, "/about.html", headers={"If-Modified-Since": date}).status == 304
    long_ago = "Mon, 01 Jan 2001 00:00:00 GMT"
    assert request(server, "/about.html", headers={"If-Modified-Since": long_ago}).status == 200
    assert request(server, "/about.html", headers={"If-Modified-Since": "yesterday"}).status == 200
    both = {"If-Modified-Since": date, "If-None-Match": '"other"'}
    assert request(server, "/about.html", headers=both).status == 200


def test_a_new_build_is_served_at_once(tmp_path: Path) -> None:
    def build(name: str) -> None:
        emit([output("index.html", name.encode()), output(name, hashed=True)], {}, config(tmp_path), {})

    build("assets/a-00000000.js")
    with Server(tmp_path / "dist").start() as running:
        tag = request(running, "/")["ETag"] or ""
        assert "immutable" in (request(running, "/assets/a-00000000.js")["Cache-Control"] or "")
        build("assets/a-11111111.js")
        answer = request(running, "/", headers={"If-None-Match": tag})
        assert (answer.status, answer.body) == (200, b"assets/a-11111111.js")
        assert "immutable" in (request(running, "/assets/a-11111111.js")["Cache-Control"] or "")
        assert request(running, "/assets/a-00000000.js").status == 404


# --- which file -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", 200, b"<h1>home"),
        ("/?a=1", 200, b"<h1>home"),
        ("/docs/", 200, b"<h1>docs"),
        ("/docs/index.html", 200, b"<h1>docs"),
        ("/about.html", 200, b"<h1>about"),
        ("/about", 200, b"<h1>about"),
        ("/inner.txt", 200, b"<h1>about"),
        ("/caf%C3%A9%20%26%20co.txt", 200, b"coffee"),
        ("/.well-known/security.txt", 200, b"contact"),
        ("/empty.txt", 200, b""),
        ("/missing", 404, b"<h1>lost"),
        ("/missing.js", 404, b"<h1>lost"),
        ("/assets/", 404, b"<h1>lost"),
        ("/assets", 404, b"<h1>lost"),
        ("/about.html/", 404, b"<h1>lost"),
    ],
)
def test_paths_lead_to_files(server: Server, path: str, status: int, body: bytes) -> None:
    answer = request(server, path)
    assert (answer.status, answer.body) == (status, body)


def test_a_folder_without_its_slash_is_redirected(server: Server) -> None:
    answer = request(server, "/docs?a=1&b=%20")
    assert (answer.status, answer["Location"]) == (308, "/docs/?a=1&b=%20")


def test_unescaped_utf8_is_understood(server: Server) -> None:
    assert raw(server, "GET /caf\u00e9%20&%20co.txt".encode()).endswith(b"coffee")


def test_a_page_in_another_charset_is_left_to_its_own_declaration(server: Server) -> None:
    assert request(server, "/about.html")["Content-Type"] == "text/html; charset=utf-8"
    assert request(server, "/latin.html")["Content-Type"] == "text/html"


def test_head_says_what_get_would_say(server: Server) -> None:
    for path in ("/", f"/{MAIN}", "/missing", "/docs"):
        head, get = request(server, path, "HEAD"), request(server, path)
        assert head.body == b""
        assert head.status == get.status
        ignored = {"Date"}
        assert {k: v for k, v in head.headers.items() if k not in ignored} == {
            k: v for k, v in get.headers.items() if k not in ignored
        }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(server: Server, method: str) -> None:
    answer = request(server, "/", method)
    assert (answer.status, answer["Allow"]) == (405, "GET, HEAD")


def test_no_answer_is_guessed_at_by_browsers(server: Server) -> None:
    for path in ("/", "/missing", "/docs", "/..", f"/{MAIN}"):
        assert request(server, path)["X-Content-Type-Options"] == "nosniff"


def test_one_connection_serves_many_requests(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    sockets = set()
    for path in ("/", "/missing", "/docs", f"/{MAIN}", "/about"):
        connection.request("GET", path)
        connection.getresponse().read()
        sockets.add(id(connection.sock))
    assert len(sockets) == 1
    connection.close()


def test_head_sends_no_body(server: Server) -> None:
    for path in (f"/{MAIN}", "/missing", "/docs"):
        assert raw(server, f"HEAD {path}".encode()).endswith(b"\r\n\r\n")


# --- ranges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "status", "content_range", "body"),
    [
        ("bytes=0-9", 206, "bytes 0-9/100", bytes(range(10))),
        ("bytes=90-", 206, "bytes 90-99/100", bytes(range(90, 100))),
        ("bytes=90-900", 206, "bytes 90-99/100", bytes(range(90, 100))),
        ("bytes=-5", 206, "bytes 95-99/100", bytes(range(95, 100))),
        ("bytes=-500", 206, "bytes 0-99/100", bytes(range(100))),
        ("bytes=99-99", 206, "bytes 99-99/100", bytes([99])),
        ("bytes=5-2", 200, None, bytes(range(100))),
        ("bytes=0-1,5-6", 200, None, bytes(range(100))),
        ("bytes=-", 200, None, bytes(range(100))),
        ("lines=0-1", 200, None, bytes(range(100))),
        (f"bytes={'9' * 5000}-", 200, None, bytes(range(100))),
    ],
)
def test_ranges(server: Server, asked: str, status: int, content_range: str | None, body: bytes) -> None:
    answer = request(server, "/movie.mp4", headers={"Range": asked})
    assert (answer.status, answer["Content-Range"], answer.body) == (status, content_range, body)
    assert answer["Content-Length"] == str(len(body))


@pytest.mark.parametrize(("path", "asked", "size"), [("/movie.mp4", "bytes=100-", 100), ("/empty.txt", "bytes=0-", 0)])
def test_a_range_past_the_end_is_refused_with_the_size(server: Server, path: str, asked: str, size: int) -> None:
    answer = request(server, path, headers={"Range": asked})
    assert (answer.status, answer["Content-Range"]) == (416, f"bytes */{size}")


def test_a_range_is_of_the_encoding_that_is_sent(server: Server) -> None:
    answer = request(server, f"/{MAIN}", headers={"Accept-Encoding": "br", "Range": "bytes=3-"})
    assert (answer.status, answer["Content-Encoding"], answer.body) == (206, "br", b"brotli")


def test_a_range_of_what_has_changed_becomes_the_whole(server: Server) -> None:
    whole = request(server, "/movie.mp4")
    for condition, status in (
        (whole["ETag"], 206),
        (whole["Last-Modified"], 206),
        ('"other"', 200),
        (f"W/{whole['ETag']}", 200),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 200),
    ):
        asked = {"Range": "bytes=0-9", "If-Range": condition or ""}
        assert request(server, "/movie.mp4", headers=asked).status == status, condition


# --- what must not get out ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/docs/../../secret.txt",
        "/docs/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/docs%2f..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "//secret.txt",
        "///etc/passwd",
        "/link.txt",
        "/link",
        "/.env",
        "/%2eenv",
        "/.perfbuild/manifest.json",
        "/.perfbuild/files.json",
        "/secret.txt%00.html",
        "/%ff%fe",
        "http://127.0.0.1/secret.txt",
        "secret.txt",
    ],
)
def test_nothing_outside_or_hidden_is_served(server: Server, path: str) -> None:
    received = raw(server, b"GET " + path.encode())
    assert received.split(b" ", 2)[1] in (b"400", b"404")
    assert b"outside" not in received
    assert b"secret" not in received.partition(b"\r\n\r\n")[2]
    assert b"root:" not in received


@pytest.mark.parametrize("path", ["/../a", "/a/./b", "/a%2fb", "/a//b", "/a%00", "/a%5cb", "/%ff", "x"])
def test_paths_that_no_honest_client_sends_are_refused_outright(server: Server, path: str) -> None:
    assert raw(server, b"GET " + path.encode()).split(b" ", 2)[1] == b"400"


@pytest.mark.parametrize("path", ["//evil.example/docs", "/\\evil.example/docs", "//evil.example/docs/..%2f"])
def test_no_redirect_leads_to_another_host(server: Server, path: str) -> None:
    received = raw(server, b"GET " + path.encode())
    location = [line for line in received.split(b"\r\n") if line.lower().startswith(b"location:")]
    assert all(not line.removeprefix(b"Location: ").startswith((b"//", b"/\\", b"http")) for line in location)


# --- options --------------------------------------------------------------------------------------


def test_a_single_page_application_gets_its_page_for_navigations_alone(built: Path) -> None:
    with Server(built, spa=True).start() as running:
        assert request(running, "/orders/42", headers=NAVIGATION).body == b"<h1>home"
        assert request(running, "/orders/42", headers=NAVIGATION).status == 200
        assert request(running, "/assets/gone.js", headers={"Accept": "*/*"}).status == 404


def test_a_base_is_where_the_site_begins(built: Path) -> None:
    with Server(built, base="/shop/", spa=True).start() as running:
        assert request(running, "/shop/about").body == b"<h1>about"
        assert request(running, "/shop?x=1")["Location"] == "/shop/?x=1"
        assert request(running, "/about.html", headers=NAVIGATION).status == 404
        assert request(running, "/shop/docs")["Location"] == "/shop/docs/"
        assert running.url == f"http://127.0.0.1:{running.port}/shop/"


def test_a_busy_port_is_reported(server: Server, built: Path) -> None:
    with pytest.raises(PerfbuildError) as caught:
        Server(built, port=server.port)
    (report,) = caught.value.diagnostics
    assert report.code == "serve-address-refused"
    assert f"127.0.0.1:{server.port}" in report.message


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(PerfbuildError) as caught:
        Server(tmp_path / "gone")
    assert caught.value.diagnostics[0].code == "serve-folder-missing"


def test_only_this_machine_can_connect(server: Server) -> None:
    assert server._server.server_address[0] == "127.0.0.1"


def test_a_client_that_goes_away_disturbs_nobody(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.sendall(b"GET / HTTP/1.1\r\n")
        connection.close()
    assert request(server, "/").status == 200
    assert capfd.readouterr().err == ""


def test_many_clients_at_once_get_whole_files(server: Server) -> None:
    bodies: list[bytes] = []

    def fetch() -> None:
        bodies.extend(request(server, f"/{MAIN}").body for _ in range(10))

    threads = [threading.Thread(target=fetch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == [PROSE] * 80


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with Server(tmp_path).start() as running:
        assert request(running, "/pipe").status == 404
