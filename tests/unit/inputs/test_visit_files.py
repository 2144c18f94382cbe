"""Visits out of the files that analytics services and web servers write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from perfbuild.config import Chunks, Config
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.stages.traffic import read_visits, url_path


def visits(folder: Path, text: str | bytes, base: str = "/", name: str = "visits.txt") -> Mapping[str, float]:
    found, diagnostics = read(folder, text, base, name)
    assert diagnostics == []
    return found


def read(
    folder: Path, text: str | bytes, base: str = "/", name: str = "visits.txt"
) -> tuple[Mapping[str, float], list[Diagnostic]]:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return read_named(folder, name, base)


def read_named(folder: Path, name: str | None, base: str = "/") -> tuple[Mapping[str, float], list[Diagnostic]]:
    diagnostics = Diagnostics()
    chunks = Chunks(analytics=name)
    config = Config(root=folder, out=folder / "dist", report_dir=folder / ".perfbuild", base=base, chunks=chunks)
    return read_visits(config, diagnostics), list(diagnostics)


GOOGLE = """\
# ----------------------------------------
# Pages and screens: Page path and screen class
# Account: Shop
# ----------------------------------------
#
# Start date: 20260101
# End date: 20260131
Nth day,Views
0000,17
0001,21

# Start date: 20260101
# End date: 20260131
Page path and screen class,Views,Active users,Views per active user
,"12,600",Grand total,2
/,"10,234",4000,2.5
/users/42,"1,002",300,3.3
"/search?q=a,b",64,50,1.3
(not set),12,12,1
"""


def test_an_export_of_google_analytics(tmp_path: Path) -> None:
    assert visits(tmp_path, GOOGLE) == {"/": 4000, "/users/42": 300, "/search": 50}


@pytest.mark.parametrize(
    "text",
    [
        "path,visits\n/,100\n/about,20\n",
        "name,visitors,pageviews,bounce_rate,time_on_page\n/,100,300,40,12\n/about,20,22,,\n",
        "Page;Sessions\n/;100\n/about;20\n",
        "Seitenpfad\tAufrufe\n/\t100\n/about\t20\n",
        "/,100\n/about,20\n",
        "visits,title,url\n100,Home,https://shop.example/\n20,About us,https://shop.example/about?utm=1#top\n",
        "pagePath,screenPageViews,sessions\n/,900,100\n/about,900,20\n",
        "path,visits\r\n/,60\r\n/about,20\r\n/?a=1,40\r\n",
    ],
)
def test_tables_of_paths_and_counts(tmp_path: Path, text: str) -> None:
    assert visits(tmp_path, text) == {"/": 100, "/about": 20}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (("1,234", "12"), (1234, 12)),
        (("1.234", "12"), (1234, 12)),
        (("1 234", "12"), (1234, 12)),
        (("1\u202f234", "12"), (1234, 12)),
        (("1'234'567", "12"), (1234567, 12)),
        (("1.234.567", "12"), (1234567, 12)),
        (("1,234.5", "12"), (1234.5, 12)),
        (("0.125", "1.5"), (0.125, 1.5)),
        (("0,125", "1,5"), (0.125, 1.5)),
    ],
)
def test_numbers_as_people_write_them(tmp_path: Path, written: tuple[str, str], read: tuple[float, float]) -> None:
    text = f"path\tvisits\n/a\t{written[0]}\n/b\t{written[1]}\n"
    assert tuple(visits(tmp_path, text).values()) == read


def test_fractions_in_json_are_no_thousands(tmp_path: Path) -> None:
    assert visits(tmp_path, '[{"path": "/a", "weight": 1.125}]') == {"/a": 1.125}


def test_rows_without_a_count_are_left_out(tmp_path: Path) -> None:
    assert visits(tmp_path, "path,visits\n/a,1\n/b,\n/c,-3\n/d,nan\n/e,many\n/f\n/g,2\n/h,1\n/i,1\n/j,1\n") == {
        "/a": 1,
        "/g": 2,
        "/h": 1,
        "/i": 1,
        "/j": 1,
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    text = "path\tvisits\r\n/\t100\r\n/über\t20\r\n"
    assert visits(tmp_path, text.encode(encoding)) == {"/": 100, "/über": 20}


@pytest.mark.parametrize(
    "value",
    [
        {"/": 100, "/about": 20},
        {"/": "100", "/about": 20, "updated": "today"},
        [{"path": "/", "visits": 100}, {"path": "/about", "visits": 20}],
        [["/", 100], ["/about", 20]],
        {"results": [{"page": "/", "visitors": 100, "pageviews": 1}, {"page": "/about", "visitors": 20}]},
        {
            "results": [{"metrics": [100, 7], "dimensions": ["/"]}, {"metrics": [20, 9], "dimensions": ["/about"]}],
            "query": {"metrics": ["visitors", "pageviews"], "dimensions": ["event:page"]},
        },
        {
            "dimensionHeaders": [{"name": "pagePath"}, {"name": "country"}],
            "metricHeaders": [{"name": "screenPageViews"}, {"name": "sessions"}],
            "rows": [
                {
                    "dimensionValues": [{"value": "/"}, {"value": "NL"}],
                    "metricValues": [{"value": "9"}, {"value": "60"}],
                },
                {
                    "dimensionValues": [{"value": "/"}, {"value": "FR"}],
                    "metricValues": [{"value": "9"}, {"value": "40"}],
                },
                {
                    "dimensionValues": [{"value": "/about"}, {"value": "NL"}],
                    "metricValues": [{"value": "9"}, {"value": "20"}],
                },
            ],
        },
        {"data": [{"x": "/", "y": 100}, {"x": "/about", "y": 20}]},
    ],
)
def test_json(tmp_path: Path, value: object) -> None:
    assert visits(tmp_path, json.dumps(value, indent=1)) == {"/": 100, "/about": 20}


LOG = """\
127.0.0.1 - - [10/Oct/2026:13:55:36 -0700] "GET / HTTP/1.1" 200 2326
127.0.0.1 - frank [10/Oct/2026:13:55:37 -0700] "GET /app-1a2b3c4d.js HTTP/1.1" 200 99
127.0.0.1 - - [10/Oct/2026:13:55:38 -0700] "GET /users/42?tab=orders HTTP/2.0" 200 5 "https://a.example/" "Firefox/120"
127.0.0.1 - - [10/Oct/2026:13:55:38 -0700] "GET /users/42 HTTP/2.0" 304 0 "-" "Firefox \\"odd\\" /120"
127.0.0.1 - - [10/Oct/2026:13:55:39 -0700] "POST /users/42 HTTP/1.1" 200 5 "-" "Firefox/120"
127.0.0.1 - - [10/Oct/2026:13:55:39 -0700] "GET /old HTTP/1.1" 301 5 "-" "Firefox/120"
127.0.0.1 - - [10/Oct/2026:13:55:39 -0700] "GET /wp-login.php HTTP/1.1" 404 5 "-" "Firefox/120"
127.0.0.1 - - [10/Oct/2026:13:55:39 -0700] "GET /users/7 HTTP/1.1" 200 5 "-" "Googlebot/2.1 (+http://google.example/bot.html)"
127.0.0.1 - - [10/Oct/2026:13:55:40 -0700] "-" 400 0 "-" "-"
shop.example:443 ::1 - - [10/Oct/2026:13:55:41 -0700] "GET /fonts/a.WOFF2?v=1 HTTP/1.1" 200 5 "-" "Firefox/120"
shop.example:443 ::1 - - [10/Oct/2026:13:55:41 -0700] "GET /a%20b HTTP/1.1" 200 5 "-" "Firefox/120"
"""


def test_an_access_log_counts_documents_that_people_got(tmp_path: Path) -> None:
    assert visits(tmp_path, LOG) == {"/": 1, "/users/42": 2, "/a b": 1}


def test_the_base_is_cut_and_other_sites_are_left_out(tmp_path: Path) -> None:
    text = "path,visits\n/shop/,1\n/shop,2\n/shop/cart,4\n/shopping,8\n/blog,16\n"
    assert visits(tmp_path, text, base="/shop/") == {"/": 3, "/cart": 4}
    assert visits(tmp_path, text, base="https://www.example/shop/") == {"/": 3, "/cart": 4}


def test_paths_that_are_below_the_base_already_stay(tmp_path: Path) -> None:
    assert visits(tmp_path, "path,visits\n/,1\n/cart,4\n", base="/shop/") == {"/": 1, "/cart": 4}
    assert visits(tmp_path, "path,visits\n/,1\n/cart,4\n", base="./") == {"/": 1, "/cart": 4}


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/a?b#c", "/a"),
        ("https://shop.example", "/"),
        ("HTTPS://shop.example:8443/a/%C3%BC", "/a/ü"),
        ("/index.html#/users/1?tab=2", "/users/1"),
        ("/#!/users", "/users"),
        ("about.html", "/about.html"),
        ("/a//b", "/a/b"),
        ("https://[bad/", None),
        ("/a%00b", None),
    ],
)
def test_the_path_of_an_address(address: str, path: str | None) -> None:
    assert url_path(address) == path


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", "empty", None),
        ("title,author\nA,B\n", "no column", None),
        ("path,visits\n/a,0\n", "no visits", None),
        ('{\n"/a": 1,\n}', "no JSON", 3),
        ('{"a": {"b": 1}}', "no paths with counts", None),
        ("[" * 100_000, "too deep", None),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "no column", None),
        ("path,visits\n/" + "a" * 200_000 + ",1\n", "damaged", None),
    ],
)
def test_what_is_not_recognised_is_a_warning(tmp_path: Path, text: str | bytes, reason: str, line: int | None) -> None:
    found, (problem,) = read(tmp_path, text)
    assert found == {}
    assert (problem.code, problem.severity) == ("analytics-unreadable", "warning")
    assert reason in problem.message and problem.hint
    assert problem.location is not None and (problem.location.file, problem.location.line) == ("visits.txt", line)


def test_a_missing_file_is_a_warning_and_no_file_is_none(tmp_path: Path) -> None:
    found, (problem,) = read_named(tmp_path, "absent.csv")
    assert (found, problem.code) == ({}, "analytics-unreadable")
    assert "No such file" in problem.message
    assert read_named(tmp_path, None) == ({}, [])
