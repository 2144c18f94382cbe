"""Where the configuration is found, and what it says when it is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perfbuild.config import CliOptions, Config, load_config
from perfbuild.diagnostics import Diagnostic, PerfbuildError


def read(project: Path, toml: str, **options: object) -> Config:
    (project / "perfbuild.toml").write_text(toml)
    config, warnings = load_config(project, CliOptions(**options))  # type: ignore[arg-type]
    assert warnings == ()
    return config


def problems(project: Path, text: str, file: str = "perfbuild.toml", **options: object) -> tuple[Diagnostic, ...]:
    (project / file).write_text(text)
    with pytest.raises(PerfbuildError) as caught:
        load_config(project, CliOptions(**options))  # type: ignore[arg-type]
    assert caught.value.exit_code == 2
    return caught.value.diagnostics


def problem(project: Path, text: str, file: str = "perfbuild.toml", **options: object) -> Diagnostic:
    (only,) = problems(project, text, file, **options)
    return only


def test_a_project_without_configuration_gets_the_defaults(tmp_path: Path) -> None:
    config, warnings = load_config(tmp_path, CliOptions())
    assert (config.out, config.report_dir) == (tmp_path / "dist", tmp_path / ".perfbuild")
    assert (config.base, config.file, config.pages, warnings) == ("/", None, None, ())
    assert config.jobs >= 1


def test_every_form_of_value_is_read(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        out = "site"
        base = "/shop"
        pages = ["index.html", "docs/**/*.html"]
        entries = { admin = "src/admin.ts" }
        inline_limit = "2 KiB"
        cache_max = "1.5 GB"
        define = { __DEBUG__ = false, VERSION = '"1.2"', LIMIT = 3 }
        encodings = ["gzip"]
        compress = false
        [plugins]
        disabled = ["oxipng"]
        [chunks]
        strategy = "groups"
        request_cost = "4 kB"
        returning = 2
        max_initial_requests = 6
        analytics = "data/visits.csv"
        history = false
        [[chunks.groups]]
        name = "vendors"
        test = '[\\\\/]node_modules[\\\\/]'
        max_size = "100 kB"
        [[routes]]
        path = "/users/:id"
        component = "src/user.tsx"
        [[routes]]
        path = "*"
        weight = 0.25
        [[budgets]]
        route = "/**"
        max = "170 kB"
        type = "script"
        """,
    )
    assert config.out == tmp_path / "site"
    assert config.base == "/shop/"
    assert config.pages == ("index.html", "docs/**/*.html")
    assert config.entries == {"admin": "src/admin.ts"}
    assert (config.inline_limit, config.cache_max) == (2048, 1_500_000_000)
    assert config.define == {"__DEBUG__": "false", "VERSION": '"1.2"', "LIMIT": "3"}
    assert (config.encodings, config.compress) == (("gzip",), False)
    assert config.plugins.disabled == ("oxipng",)
    assert config.chunks.groups[0].max_size == 100_000
    assert (config.chunks.request_cost, config.chunks.returning) == (4000, 2.0)
    assert (config.chunks.max_initial_requests, config.chunks.max_async_requests) == (6, None)
    assert (config.chunks.analytics, config.chunks.history) == ("data/visits.csv", False)
    assert [(route.path, route.component, route.weight) for route in config.routes] == [
        ("/users/:id", "src/user.tsx", None),
        ("*", None, 0.25),
    ]
    assert (config.budgets[0].max, config.budgets[0].type) == (170_000, "script")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", '[tool.perfbuild]\nbase = "/x/"\n'),
        ("package.json", json.dumps({"name": "shop", "perfbuild": {"base": "/x/", "$schema": "schema.json"}})),
    ],
)
def test_files_of_other_tools_can_hold_the_configuration(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)
    config, _ = load_config(tmp_path, CliOptions())
    assert (config.base, config.file) == ("/x/", file)


def test_the_first_found_wins_and_a_second_is_reported(tmp_path: Path) -> None:
    (tmp_path / "perfbuild.toml").write_text('base = "/first/"')
    (tmp_path / "pyproject.toml").write_text('[tool.black]\nline-length = 100\n[tool.perfbuild]\nbase = "/second/"')
    (tmp_path / "package.json").write_text('{"perfbuild": {"base": "/third/"}}')
    config, warnings = load_config(tmp_path, CliOptions())
    assert config.base == "/first/"
    assert [(w.severity, str(w.location)) for w in warnings] == [
        ("warning", "pyproject.toml"),
        ("warning", "package.json"),
    ]


def test_a_package_json_of_other_tools_alone_is_not_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "shop"}')
    assert load_config(tmp_path, CliOptions())[0].file is None


def test_a_named_file_is_used_alone(tmp_path: Path) -> None:
    (tmp_path / "perfbuild.toml").write_text('base = "/default/"')
    named = tmp_path / "ci.toml"
    named.write_text('base = "/ci/"')
    config, warnings = load_config(tmp_path, CliOptions(config=named))
    assert (config.base, config.file, warnings) == ("/ci/", "ci.toml", ())


def test_a_named_file_that_is_missing_or_empty_of_it_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PerfbuildError, match="cannot be read"):
        load_config(tmp_path, CliOptions(config=tmp_path / "absent.toml"))
    assert problem(tmp_path, "{}", "package.json", config=tmp_path / "package.json").code == "no-config-in-file"


def test_options_win_over_the_file(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        'base = "/file/"\ncompress = true\njobs = 3',
        base="https://cdn.example",
        compress=False,
        out=Path("x"),
    )
    assert (config.base, config.compress, config.jobs) == ("https://cdn.example/", False, 3)
    assert config.out == Path("x").resolve()


@pytest.mark.parametrize(
    ("toml", "where", "nearest"),
    [
        ("\nbaze = 1", "perfbuild.toml:2", "base"),
        ("inlineLimit = 1", "perfbuild.toml:1", "inline_limit"),
        ('[chunks]\nstrategies = "split"', "perfbuild.toml:2", "strategy"),
        (
            '[[chunks.groups]]\nname = "a"\n[[chunks.groups]]\nname = "b"\nminChunk = 2',
            "perfbuild.toml:5",
            "min_chunks",
        ),
        ('budgets = [\n  { route = "/", maximum = 1, max = 1 },\n]', "perfbuild.toml:2", "max"),
        ('[chunk]\nstrategy = "split"', "perfbuild.toml:1", "chunks"),
        ('plugins.disable = ["x"]', "perfbuild.toml:1", "disabled"),
    ],
)
def test_an_unknown_key_is_placed_and_names_the_nearest(tmp_path: Path, toml: str, where: str, nearest: str) -> None:
    found = problem(tmp_path, toml)
    assert found.code == "unknown-config-key"
    assert str(found.location) == where
    assert f'"{nearest}"' in found.hint


def test_an_unknown_key_in_json_is_placed_by_its_own_line(tmp_path: Path) -> None:
    package = {"baze": 1, "perfbuild": {"budgets": [{"file": "*", "max": 1, "name": "baze"}, {"baze": "a", "max": 1}]}}
    text = json.dumps(package, indent=1)
    found = problems(tmp_path, text, "package.json")[0]
    assert found.location is not None and found.location.line_text is not None
    assert found.location.line_text.strip() == '"baze": "a",'


def test_a_key_like_no_other_lists_the_known_ones(tmp_path: Path) -> None:
    assert "strategy" in problem(tmp_path, "[chunks]\nxyzzy = 1").hint


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("base = 3", "a string"),
        ('compress = "yes"', "true or false"),
        ("jobs = true", "a whole number"),
        ('pages = "index.html"', "a list of strings"),
        ('entries = ["src/main.js"]', "a table of strings"),
        ('inline_limit = "2 parsecs"', '"170 kB"'),
        ("inline_limit = -1", '"170 kB"'),
        ('missing_file = "ignore"', '"error", "warn"'),
        ('encodings = ["lzma"]', '"brotli", "gzip", "zstd"'),
        ("chunks = 1", "a table"),
        ('chunks.returning = "often"', "a number"),
        ("chunks.returning = true", "a number"),
        ("chunks.returning = inf", "a number"),
        ("chunks.returning = nan", "a number"),
        ("chunks.request_cost = -1", '"170 kB"'),
        ("chunks.max_async_requests = 1.5", "a whole number"),
        ('chunks.history = "no"', "true or false"),
        ('routes = ["/"]', "a table"),
        ("[budgets]\nmax = 1", "a list of tables"),
    ],
)
def test_a_wrong_type_says_what_was_expected(tmp_path: Path, toml: str, expected: str) -> None:
    found = problem(tmp_path, toml)
    assert found.code == "bad-config-type"
    assert expected in found.message
    assert found.location is not None and found.location.line == 1


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ("[[budgets]]\nmax = 1", "exactly one of route and file"),
        ('[[budgets]]\nmax = 1\nroute = "/"\nfile = "*"', "exactly one of route and file"),
        ('[[budgets]]\nroute = "/"', '"max" is missing'),
        ('[[budgets]]\nroute = "/"\ntype = "requests"\nmax = "5 kB"', "without a unit"),
        ('[[chunks.groups]]\nname = "a"\ntest = "["', "no regular expression"),
        ("[chunks]\nreturning = -0.5", "0 or more"),
        ("[chunks]\nmax_initial_requests = 0", "at least 1"),
        ("[chunks]\nmax_async_requests = -2", "at least 1"),
        ("[chunks]\nmin_size = 2000\nmax_size = 1000", "below min_size"),
        ("[chunks]\nmax_size = 0", "at least 1 byte"),
        ('[chunks]\nanalytics = "../visits.csv"', "leaves the project"),
        ('[chunks]\nanalytics = "/etc/hosts"', "leaves the project"),
        ('[chunks]\nanalytics = ""', "must name a file"),
        ("[[routes]]\nweight = 1", '"path" is missing'),
        ('[[routes]]\npath = "users"\nweight = 1', 'a path from "/"'),
        ('[[routes]]\npath = "/a?b=c"\nweight = 1', 'a path from "/"'),
        ('[[routes]]\npath = "/a"\nweight = -1', "0 or more"),
        ('[[routes]]\npath = "/a"', "a component or a weight"),
        ('[[routes]]\npath = "/a"\ncomponent = "../a.js"', "leaves the project"),
        ('[[routes]]\npath = "/a"\nweight = 1\n[[routes]]\npath = "/a/"\nweight = 2', "is here twice"),
        ("[[chunks.groups]]\npriority = 1", '"name" is missing'),
        ('[[chunks.groups]]\nname = "a/b"', "letters, digits"),
        ("jobs = 0", "at least 1"),
        ('base = "shop/"', "must be a path"),
        ('base = "/a?b"', "must be a path"),
        ('out = "."', "is the project"),
        ('out = ".."', "is the project"),
        ('report_dir = "dist/report"', "inside the output"),
        ('public_dir = "../shared"', "leaves the project"),
        ('public_dir = "."', "is the project itself"),
        ('pages = ["../*.html"]', "leaves the project"),
        ('entries = { "../x" = "main.js" }', "no name for an entry"),
    ],
)
def test_a_value_that_cannot_be_used_says_why(tmp_path: Path, toml: str, reason: str) -> None:
    found = problem(tmp_path, toml)
    assert reason in found.message
    assert found.location is not None and found.location.line is not None


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, 'baze = 1\njobs = "many"\nout = "."')) == 3


def test_a_mistake_in_an_option_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    assert problem(tmp_path, 'base = "/"', base="nonsense").location is None


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("perfbuild.toml", 'base = "/"\njobs = \n', "perfbuild.toml:2:8"),
        ("perfbuild.toml", "base = ", "perfbuild.toml"),
        ("package.json", '{\n  "perfbuild": }', "package.json:2:16"),
    ],
)
def test_broken_syntax_is_named_with_its_place(tmp_path: Path, file: str, text: str, place: str) -> None:
    found = problem(tmp_path, text, file)
    assert (found.code, str(found.location)) == ("config-syntax", place)


def test_a_project_that_is_not_a_folder_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(PerfbuildError) as caught:
        load_config(tmp_path / "absent", CliOptions())
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("base", "normal"), [("", "./"), (".", "./"), ("./", "./"), ("/", "/"), ("//cdn.example", "//cdn.example/")]
)
def test_a_base_ends_with_a_slash(tmp_path: Path, base: str, normal: str) -> None:
    assert load_config(tmp_path, CliOptions(base=base))[0].base == normal


def test_further_tables_of_plugins_are_kept_with_the_places_of_their_keys(tmp_path: Path) -> None:
    config = read(tmp_path, 'plugins.disabled = ["x"]\n[plugins.lazy-media]\neager = 2\nnames = ["a"]\n')
    assert config.plugins.disabled == ("x",)
    table = config.plugins.tables["lazy-media"]
    assert table.values == {"eager": 2, "names": ["a"]}
    assert [str(place) for place in table.locations.values()] == ["perfbuild.toml:3", "perfbuild.toml:4"]
    assert str(table.location) == "perfbuild.toml:2"
