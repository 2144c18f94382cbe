"""Where a page can be added to."""

from __future__ import annotations

import pytest

from perfbuild.html.anchors import head_anchors
from perfbuild.html.reading import read_page


@pytest.mark.parametrize(
    "marked",
    [
        "<!doctype html><html><head>^<title>x</title>$</head><body>",
        '<!doctype html><html><head>\n<meta charset="utf-8">\n<base href="/">^\n<title>x</title>\n$</head>',
        '<head><meta http-equiv=Content-Type content="text/html; charset=utf-8">^<link>$</head>',
        "<!doctype html>^<title>x</title>\n<link rel=icon href=x>\n$<p>Hi",
        "<!doctype html><html lang=en>^<title>x</title>$text",
        "<!doctype html><html><head>^<title>a<b></title><script>'<p>'</script>$<div></div><body>",
        "<!doctype html><head>^<noscript><img src=x></noscript><template><p></template>$</head>",
        "<!doctype html><head>^<!-- </head> --><title>x</title>$</head>",
        "<!doctype html><head>^{% block head %}{{ form.media }}{% endblock %}$</head><body>",
        "<!doctype html><head>^<div>stray</div><title>x</title>$</head><body>",
        "^$<p>only text",
        "^$",
    ],
)
def test_head_anchors(marked: str) -> None:
    text = marked.replace("^", "").replace("$", "")
    start = marked.index("^")
    end = marked.index("$") - 1
    head = head_anchors(text)
    assert (head.start, head.end) == (start, end)


def test_body_end_is_the_last_one() -> None:
    text = "<body><p></p><!-- </body> --></body></html>"
    assert read_page(text).anchors.body_end == text.rindex("</body>")
    assert read_page("<p>x").anchors.body_end == 4


def test_part_of_a_template_is_added_to_where_its_script_stands() -> None:
    text = '{% extends "base.html" %}\n{% block js %}\n<script type="module" src="/a.js"></script>\n{% endblock %}'
    anchors = read_page(text).anchors
    assert anchors.head_start == anchors.head_end == text.index("<script")


def test_module_preloads_wait_for_the_import_map() -> None:
    text = '<head><script type="importmap">{"imports":{}}</script><title>x</title></head>'
    assert read_page(text).anchors.modulepreload == text.index("<title>")
