"""Which components the islands of a page mean, what mounts them, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from perfbuild.config import Config, Runtime
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.html.tokens import decode_references, written_offset
from perfbuild.model import Page, Project
from perfbuild.stages.component_files import ComponentFiles
from perfbuild.stages.component_kinds import ComponentKinds
from perfbuild.stages.islands import with_islands
from perfbuild.stages.scan import scan

Prepared = Callable[..., tuple[Page, list[Diagnostic]]]


@pytest.fixture
def prepared(tmp_path: Path) -> Prepared:
    """Writes a page and components in ``src/components``, and gives the page with its module, and what was reported."""

    def run(
        html: str, *components: str, folder: str = "src/components", **runtime: Any
    ) -> tuple[Page, list[Diagnostic]]:
        (tmp_path / "index.html").write_text(html, "utf-8")
        for name in components:
            file = tmp_path / folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("export default () => {};", "utf-8")
        config = Config(
            root=tmp_path, out=tmp_path / "dist", report_dir=tmp_path / ".perfbuild", runtime=Runtime(**runtime)
        )
        diagnostics = Diagnostics()
        project = Project(root=tmp_path, pages=("index.html",), entries=(), public=())
        [page] = with_islands(scan(project, config, diagnostics), config, diagnostics)
        return page, list(diagnostics)

    return run


def island(name: str, more: str = "") -> str:
    return f'<div data-component="{name}" {more}></div>'


def code_of_islands(page: Page) -> str:
    [script] = [script for script in page.module_scripts if script.injected]
    assert script.code is not None
    return script.code


# --- the module -----------------------------------------------------------------------------------


def test_the_module_loads_what_the_page_names_and_nothing_else(prepared: Prepared) -> None:
    page, reported = prepared(f"<body>{island('Chart')}</body>", "Chart.js", "Table.js", islands_margin="10%")
    assert reported == []
    code = code_of_islands(page)
    assert '"Chart": () => import("/src/components/Chart.js")' in code
    assert '{"rootMargin": "10%"}' in code
    assert "Table" not in code


def test_the_module_stands_at_the_end_of_the_body_as_a_run_of_its_own(prepared: Prepared) -> None:
    html = f'<body><script type="module">a()</script>{island("Chart")}<script type="module">b()</script></body>'
    page, _ = prepared(html, "Chart.js")
    *own, script = page.module_scripts
    assert script.element.start == script.element.end == html.index("</body>")
    assert script.run not in {one.run for one in own}


def test_the_page_s_other_calls_are_in_the_same_module(prepared: Prepared) -> None:
    page, _ = prepared(island("Chart") + '<img data-src="https://example.org/a.png">', "Chart.js")
    assert "lazy(" in code_of_islands(page)


def test_islands_can_be_left_alone(prepared: Prepared) -> None:
    page, reported = prepared(island("Missing"), "Chart.js", islands=False)
    assert page.module_scripts == ()
    assert reported == []


def test_islands_in_a_template_count_and_in_noscript_do_not(prepared: Prepared) -> None:
    page, _ = prepared(f"<template>{island('A')}</template><noscript>{island('B')}</noscript>", "A.js", "B.js")
    assert '"A":' in code_of_islands(page)
    assert '"B":' not in code_of_islands(page)


def test_a_template_that_extends_another_has_the_module_in_the_block_of_the_islands(prepared: Prepared) -> None:
    html = f'{{% extends "base.html" %}}{{% block body %}}{island("Chart")}<p>{{% endblock %}}\n'
    page, _ = prepared(html, "Chart.js")
    assert page.module_scripts[-1].element.start == html.index("{% endblock")


def test_names_of_files_that_a_url_escapes(prepared: Prepared) -> None:
    page, _ = prepared(island("50% off"), "50% off.js")
    assert 'import("/src/components/50%25%20off.js")' in code_of_islands(page)


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Chart", ("c/Chart.jsx",)),
        ("charts/Line", ("c/charts/Line.vue",)),
        ("Line", ("c/charts/Line.vue",)),
        ("Menu", ("c/Menu/index.ts",)),
        ("Menu/Item", ("c/Menu/Item.js",)),
        ("Item", ()),
        ("Twice", ("c/a/Twice.js", "c/b/Twice.js")),
        ("a/Twice", ("c/a/Twice.js",)),
        ("Same", ("c/Same.js", "c/Same.svelte")),
        ("Table", ("c/Table.js",)),
        ("chart", ()),
    ],
)
def test_names_of_components(name: str, found: tuple[str, ...]) -> None:
    paths = ("Chart.jsx", "Menu/Item.js", "Menu/index.ts", "Same.js", "Same.svelte", "Table.js", "Table/index.js")
    nested = ("a/Twice.js", "b/Twice.js", "charts/Line.vue")
    assert ComponentFiles("c", sorted((*paths, *nested))).named(name) == found


def test_tests_and_declarations_are_no_components(tmp_path: Path) -> None:
    for name in ("Chart.js", "Chart.test.js", "Chart.d.ts", "Chart.css", "__tests__/Chart.js", ".hidden/X.js"):
        (tmp_path / "components" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "components" / name).write_bytes(b"")
    files = ComponentFiles.find(tmp_path, None)
    assert files is not None
    assert list(files.all_names()) == [("Chart", "components/Chart.js")]


def test_the_configured_folder_comes_before_the_usual_ones(prepared: Prepared, tmp_path: Path) -> None:
    (tmp_path / "components").mkdir()
    page, reported = prepared(island("Chart"), "Chart.js", folder="widgets", islands_folder="./widgets/")
    assert reported == []
    assert 'import("/widgets/Chart.js")' in code_of_islands(page)


@pytest.mark.parametrize(
    ("name", "near"),
    [("chart", "Chart"), ("Cahrt", "Chart"), ("line-chart", "LineChart"), ("Chart.js", "Chart"), ("/", "")],
)
def test_an_unknown_name_is_an_error_that_names_the_nearest(name: str, near: str, prepared: Prepared) -> None:
    _, (reported,) = prepared(f"<p>\n{island(name)}", "Chart.js", "LineChart.js")
    assert (reported.code, reported.severity) == ("island-unknown", "error")
    assert str(reported.location) == "index.html:2:22"
    assert reported.location is not None and reported.location.line_text == island(name)
    assert reported.hint.startswith(f'Did you mean "{near}"' if near else "Add it")


def test_a_name_of_several_files_is_an_error(prepared: Prepared) -> None:
    _, (reported,) = prepared(island("Chart"), "a/Chart.js", "b/Chart.js")
    assert (reported.code, reported.severity) == ("island-ambiguous", "error")
    assert "src/components/a/Chart.js or src/components/b/Chart.js" in reported.message


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("{{ widget }}", {"Bar", "Line", "Table", "charts/Bar", "charts/Line"}),
        ("charts/{{ kind }}", {"charts/Bar", "charts/Line"}),
        ("${widget}", {"Bar", "Line", "Table", "charts/Bar", "charts/Line"}),
    ],
)
def test_a_name_that_a_template_writes_may_be_any_that_fits(name: str, found: set[str], prepared: Prepared) -> None:
    page, (reported,) = prepared(island(name), "Table.js", "charts/Bar.js", "charts/Line.js")
    assert (reported.code, reported.severity) == ("island-templated", "info")
    code = code_of_islands(page)
    assert {known for known in ("Bar", "Line", "Table", "charts/Bar", "charts/Line") if f'"{known}":' in code} == found


def test_a_template_that_can_write_no_component_is_an_error(prepared: Prepared) -> None:
    _, (reported,) = prepared(island("maps/{{ kind }}"), "Chart.js")
    assert reported.code == "island-unknown"


@pytest.mark.parametrize(("folder", "severity"), [(None, "info"), ("widgets", "error")])
def test_without_a_folder_nothing_is_mounted(folder: str | None, severity: str, prepared: Prepared) -> None:
    page, (reported,) = prepared(island("Chart"), islands_folder=folder)
    assert page.module_scripts == ()
    assert (reported.code, reported.severity) == ("islands-without-folder", severity)


# --- props and moments ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("props", "column"),
    [
        ("'{label: 1}'", 42),
        ("'{\"a\": 1,}'", 49),
        ('"{&quot;a&quot;: NaN}"', 41),
        ('"{&quot;a&quot; 1}"', 56),
        ('\'{"a": "\t"}\'', 48),
    ],
)
def test_props_that_are_no_json_are_an_error_with_their_place(props: str, column: int, prepared: Prepared) -> None:
    _, (reported,) = prepared(island("Chart", f"data-props={props}"), "Chart.js")
    assert (reported.code, reported.severity) == ("island-props", "error")
    assert str(reported.location) == f"index.html:1:{column}"


@pytest.mark.parametrize("props", ["'{}'", '""', "'[1]'", "'{{ props }}'", "'{\"a\": {% x %}}'", '"{&quot;a&quot;:1}"'])
def test_props_that_are_well(props: str, prepared: Prepared) -> None:
    _, reported = prepared(island("Chart", f"data-props={props}"), "Chart.js")
    assert reported == []


@pytest.mark.parametrize("raw", ["abc", "&quot;a&quot;b", "a&amp;b&lt;c", "&quot", "&copy=1&#x41;z"])
def test_offsets_among_references(raw: str) -> None:
    value = decode_references(raw)
    for at in range(len(value)):
        assert decode_references(raw[written_offset(raw, at) :]) == value[at:]


def test_moments(prepared: Prepared) -> None:
    known = ("idle", "load", "visible", "interaction", "media(min-width: 60em)", "{{ moment }}")
    html = "".join(island("Chart", f'data-on="{moment}"') for moment in known)
    _, reported = prepared(html, "Chart.js")
    assert reported == []
    _, (unknown,) = prepared(island("Chart", 'data-on="hover"'), "Chart.js")
    assert (unknown.code, unknown.severity) == ("island-moment", "warning")
    assert str(unknown.location) == "index.html:1:38"


# --- kinds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "text", "kind"),
    [
        ("A.vue", "", "vue"),
        ("A.svelte", "", "svelte"),
        ("A.jsx", "export default () => <p/>;", "react"),
        ("A.tsx", "", "react"),
        ("A.js", "export default (element) => { element.innerHTML = '<p>'; };", "plain"),
        ("A.js", "export default function A() { return (\n  <p>a</p>\n); }", "react"),
        ("A.ts", "export default <T>(element: T) => element;", "plain"),
        ("A.ts", 'import { h } from "preact";', "preact"),
        ("A.jsx", "import { useState } from 'preact/hooks';", "preact"),
        ("A.js", 'import React from "react";', "react"),
        ("A.jsx", "/** @jsxImportSource preact */", "preact"),
        ("A.jsx", "/** @jsxImportSource solid-js */", "plain"),
        ("A.jsx", 'import { createRoot } from "react-dom/client"; import React from "react";', "plain"),
        ("A.jsx", 'import { h, render } from "preact";', "plain"),
        ("A.js", 'import x from "react-query";', "plain"),
    ],
)
def test_kinds(file: str, text: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"react": "19", "preact": "11"}}', "utf-8")
    (tmp_path / file).write_text(text, "utf-8")
    assert ComponentKinds(tmp_path).of(file) == kind


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"package.json": '{"devDependencies": {"preact": "11"}}'}, "preact"),
        ({"package.json": "{}"}, "plain"),
        ({}, "plain"),
        (
            {
                "package.json": '{"dependencies": {"react": "19"}}',
                "tsconfig.json": '{\n// "jsxImportSource": "react"\n"extends": "./base" }',
                "base.json": '{"compilerOptions": {"jsxImportSource": "preact"}}',
            },
            "preact",
        ),
        (
            {"tsconfig.json": '{"extends": "./tsconfig.json"}', "package.json": '{"dependencies": {"react": "1"}}'},
            "react",
        ),
    ],
)
def test_what_jsx_makes_is_said_by_the_project(files: dict[str, str], kind: str, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "A.jsx").write_text("export default () => <p/>;", "utf-8")
    assert ComponentKinds(tmp_path).of("A.jsx") == kind


def test_a_library_s_component_is_loaded_with_what_mounts_it(prepared: Prepared) -> None:
    page, _ = prepared(island("Chart"), "Chart.vue")
    assert 'import("/src/components/Chart.vue?island=vue")' in code_of_islands(page)
