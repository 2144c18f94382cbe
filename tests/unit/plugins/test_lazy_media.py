"""Which images load late, which first, and which get the size of their file."""

from __future__ import annotations

from pathlib import Path

import pytest

from .pages import PageSite, lazy_media, tags

HEAD = "<!DOCTYPE html><html><head><title>t</title></head><body>"
TEXT = "<p>" + "Some words of a paragraph that goes on for a while. " * 20 + "</p>"
LAZY = 'loading="lazy" decoding="async" '
HIGH = 'fetchpriority="high" '


@pytest.fixture
def site(tmp_path: Path) -> PageSite:
    return PageSite(tmp_path)


def media(site: PageSite, body: str, head: str = HEAD, **options: object) -> list[str]:
    """The images and frames of the page, without what sizes would add."""
    return tags(site.edited(head + body, lazy_media(**({"sizes": False} | options))))


# --- the first screenful --------------------------------------------------------------------------


def test_images_after_a_screenful_of_text_load_late_and_those_before_do_not(site: PageSite) -> None:
    site.add(a_png=(300, 200), b_png=(300, 200))
    body = f"<img src=a.png>{TEXT * 12}<img src=b.png alt=''>"
    assert media(site, body, priority=False) == ["<img src=a.png>", f"<img {LAZY}src=b.png alt=''>"]


def test_images_fill_the_screenful_by_the_size_of_their_files(site: PageSite) -> None:
    site.add(tall_png=(400, 2000), b_png=(300, 200))
    assert media(site, "<img src=tall.png><br><img src=b.png>")[1] == f"<img {LAZY}src=b.png>"
    site.add(tall_png=(400, 200))
    assert media(site, "<img src=tall.png><br><img src=b.png>")[1] == "<img src=b.png>"


def test_no_more_images_than_the_option_says_load_at_once_icons_aside(site: PageSite) -> None:
    site.add(icon_png=(32, 32), a_png=(90, 90))
    body = "<img src=icon.png>" * 5 + "<img src=a.png>" * 6
    assert (
        media(site, body, eager=2)
        == ["<img src=icon.png>"] * 5 + ["<img src=a.png>"] * 2 + [f"<img {LAZY}src=a.png>"] * 4
    )
    assert media(site, body, eager=6) == tags(body)


def test_what_stands_side_by_side_on_a_desktop_is_in_the_first_screenful_together(site: PageSite) -> None:
    site.add(a_png=(600, 500))
    cards = "".join(f'<div class="col-md-{number}"><img src=a.png>{TEXT}</div>' for number in (3, 4, 5))
    assert media(site, f"<div class=row>{cards}</div>", priority=False) == ["<img src=a.png>"] * 3


@pytest.mark.parametrize(
    "styles",
    [
        "<style>.hero { min-height: 100vh; display: flex }</style>",
        "<style>header.hero { padding: 40rem 0 20rem } .hero h1 { margin: 0 }</style>",
        "<link rel=stylesheet href=a.css>",
        "<div style='height: 950px'></div>",
    ],
)
def test_a_hero_that_fills_the_window_by_its_style_is_the_first_screenful(site: PageSite, styles: str) -> None:
    site.add(b_png=(300, 200), a_css=".hero{height:100vh}")
    body = f"{styles}<header class=hero><h1>Hello</h1></header><img src=b.png>"
    assert media(site, body) == [f"<img {LAZY}src=b.png>"]


def test_a_hero_that_fills_the_window_at_times_is_not(site: PageSite) -> None:
    site.add(b_png=(300, 200))
    style = "<style>.hero{height:100vh}@media(max-width:600px){.hero{height:20vh}}</style>"
    body = f"{style}<header class=hero><h1>Hello</h1></header><img src=b.png>"
    assert media(site, body, priority=False) == ["<img src=b.png>"]


def test_what_nobody_sees_takes_no_place(site: PageSite) -> None:
    site.add(b_png=(300, 200))
    unseen = f"<template>{TEXT * 9}</template><div hidden>{TEXT * 9}</div><nav>{TEXT * 9}</nav>"
    unseen += f"<div style='display: none'>{TEXT * 9}</div><dialog>{TEXT * 9}</dialog><script>{'x;' * 9000}</script>"
    assert media(site, f"{unseen}<img src=b.png>", priority=False) == ["<img src=b.png>"]


# --- late ---------------------------------------------------------------------------------------

LATE = TEXT * 14


@pytest.mark.parametrize(
    "tag",
    [
        "<img src=a.png loading=eager decoding=sync>",
        "<img src=a.png loading=lazy>",
        "<img src=a.png fetchpriority=high>",
        "<img data-src=a.png>",
        "<img data-src=a.png src='data:image/gif;base64,R0lGOD'>",
        "<img src='data:image/gif;base64,R0lGOD'>",
        "<img alt=nothing>",
        "<iframe src=/frame loading=eager></iframe>",
        "<iframe srcdoc='<p>x'></iframe>",
        "<iframe src='about:blank'></iframe>",
        "<iframe src=https://count.example/ width=1 height=1></iframe>",
        "<iframe src=https://count.example/ style='display: none'></iframe>",
        "<noscript><img src=a.png></noscript>",
        "<template><img src=a.png></template>",
        "<img src='{{ picture }}'>",
        "<img src=a.png alt='{{ title }}'>",
    ],
)
def test_left_alone_below_the_first_screenful(site: PageSite, tag: str) -> None:
    site.add(a_png=(300, 200), frame_html="<p>")
    before = f"{HEAD}{LATE}{tag}"
    assert site.edited(before.replace("/frame", "https://a.example/"), lazy_media(sizes=False)) == before.replace(
        "/frame", "https://a.example/"
    )


def test_an_author_s_own_decoding_stands_beside_loading(site: PageSite) -> None:
    site.add(a_png=(300, 200))
    assert media(site, f"{LATE}<img src=a.png decoding=sync>") == ['<img loading="lazy" src=a.png decoding=sync>']


def test_remote_images_frames_and_pictures_load_late_too(site: PageSite) -> None:
    site.add(a_png=(300, 200))
    body = f"{LATE}<img src=https://a.example/x.jpg><picture><source srcset=a.png><img src=a.png></picture>"
    body += "<iframe src=https://a.example/></iframe>"
    assert media(site, body) == [
        f"<img {LAZY}src=https://a.example/x.jpg>",
        f"<img {LAZY}src=a.png>",
        '<iframe loading="lazy" src=https://a.example/>',
    ]


def test_frames_of_the_first_screenful_load_at_once(site: PageSite) -> None:
    assert media(site, "<iframe src=https://a.example/></iframe>") == ["<iframe src=https://a.example/>"]


def test_an_element_s_own_wish_decides_or_that_of_what_it_stands_in(site: PageSite) -> None:
    site.add(a_png=(300, 200))
    body = "<img src=a.png data-perfbuild=lazy><div data-perfbuild=lazy><p><img src=a.png>"
    body += f"<img src=a.png data-perfbuild=eager></div>{LATE}<img src=a.png data-perfbuild=' Eager '>"
    assert media(site, body, priority=False) == [
        f"<img {LAZY}src=a.png data-perfbuild=lazy>",
        f"<img {LAZY}src=a.png>",
        "<img src=a.png data-perfbuild=eager>",
        "<img src=a.png data-perfbuild=' Eager '>",
    ]


@pytest.mark.parametrize(
    "page",
    [
        f"{HEAD}{LATE}{{% if x %}}<img src=a.png>{{% endif %}}",
        f"{HEAD}{LATE}<?php foreach ($a as $b): ?><img src=a.png><?php endforeach ?>",
        f"{LATE}<img src=a.png>",
    ],
)
def test_of_what_a_server_writes_only_elements_with_a_wish_change(site: PageSite, page: str) -> None:
    site.add(a_png=(300, 200))
    assert site.edited(page, lazy_media()) == page
    wished = page.replace("src=a.png", "src=a.png data-perfbuild=lazy")
    assert tags(site.edited(wished, lazy_media())) == [f"<img {LAZY}src=a.png data-perfbuild=lazy>"]


def test_text_that_is_filled_in_and_code_with_templates_make_no_template_of_the_page(site: PageSite) -> None:
    site.add(a_png=(300, 200))
    body = f"<p>{{{{ greeting }}}}</p>{LATE}<script>x('<% y %>')</script><img src=a.png>"
    assert media(site, body) == [f"<img {LAZY}src=a.png>"]


def test_switched_off_nothing_loads_late(site: PageSite) -> None:
    site.add(a_png=(300, 200))
    assert media(site, f"{LATE}<img src=a.png>", lazy=False) == ["<img src=a.png>"]


# --- the likely largest paint ---------------------------------------------------------------------


def test_the_largest_image_of_the_first_screenful_comes_first(site: PageSite) -> None:
    site.add(small_png=(200, 150), large_png=(800, 500), later_png=(1200, 900))
    body = f"<img src=small.png><img src=large.png>{LATE}<img src=later.png>"
    assert media(site, body) == [
        "<img src=small.png>",
        f"<img {HIGH}src=large.png>",
        f"<img {LAZY}src=later.png>",
    ]
    assert media(site, body, priority=False)[1] == "<img src=large.png>"


def test_the_largest_is_never_one_of_too_many(site: PageSite) -> None:
    site.add(small_png=(100, 70), large_png=(800, 500))
    body = "<img src=small.png>" * 6 + "<img src=large.png>"
    assert media(site, body, eager=1)[-1] == f"<img {HIGH}src=large.png>"


@pytest.mark.parametrize(
    "tag",
    [
        "<img src=logo-large.png>",
        "<a class=navbar-brand><img src=large.png></a>",
        "<nav><img src=large.png></nav>",
        "<img src=large.png class='site-logo'>",
        "<img src=large.png loading=lazy>",
        "<img src=large.png fetchpriority=low>",
        "<img src=large.png data-perfbuild=lazy>",
        "<img src=large.png width=40 height=30>",
        "<img src=small.png>",
        "<h1>One</h1><h2>Two</h2><img src=large.png>",
        f"{TEXT}<img src=large.png>",
        "<link rel=preload as=image href=a.png fetchpriority=high><img src=large.png>",
    ],
)
def test_no_priority_for_logos_small_ones_and_what_the_author_decided(site: PageSite, tag: str) -> None:
    site.add(large_png=(800, 500), small_png=(100, 100), a_png=(5, 5))
    (site.root / "logo-large.png").write_bytes((site.root / "large.png").read_bytes())
    assert "high" not in media(site, tag)[0]


def test_a_remote_hero_is_the_largest_where_it_is_the_only_image(site: PageSite) -> None:
    hero, other = "<img src=https://a.example/hero.jpg>", "<img src=https://a.example/other.jpg>"
    assert media(site, f"<h1>Hello</h1>{hero}") == [hero.replace("src", f"{HIGH}src")]
    assert media(site, f"<h1>Hello</h1>{hero}{other}") == [hero, other]


# --- sizes ----------------------------------------------------------------------------------------

SIZE = 'width="300" height="200" '


def sized(site: PageSite, body: str, style: str = "", image: tuple[int, int] = (300, 200)) -> bool:
    """Whether the first image of the page is given its size."""
    site.add(a_png=image, double_png=(600, 400), other_png=(300, 300))
    page = site.edited(f"{HEAD}<style>{style}</style>{body}", lazy_media(lazy=False, priority=False))
    return SIZE.strip() in tags(page)[0]


@pytest.mark.parametrize(
    ("style", "given"),
    [
        ("", True),
        ("img { max-width: 100%; height: auto }", True),
        ("img { max-width: 100% }", False),
        ("img { width: 100% }", False),
        ("img { height: 3rem }", False),
        ("img { max-height: 3rem }", False),
        ("img { max-height: 3rem; width: auto }", True),
        ("img { width: 100%; height: 20rem; object-fit: cover }", True),
        ("img { height: auto } .a img { max-width: 50% }", True),
        (".a img { max-width: 50% }", False),
        (".a img { max-width: 50%; height: auto }", True),
        ("@media (min-width: 50em) { img { width: 50% } }", False),
        ("@media (min-width: 50em) { img { height: auto } } img { max-width: 100% }", False),
        ("@layer base { img { height: auto } } img { max-width: 100% }", True),
        ("img { padding: 4px }", False),
        ("img { padding: 0; border: 0 none; margin: 9px; vertical-align: middle; border-radius: 9px }", True),
        ("* { box-sizing: border-box; margin: 0; padding: 0 }", True),
        ("img { border: 1px solid; max-width: 100%; height: auto }", False),
        ("img { aspect-ratio: 16 / 9; height: auto }", False),
        ("img[width] { outline: 1px solid }", False),
        ("img::after, video { width: 100% }", True),
        ("p img, .thumb { width: 100% }", True),
        (".js-added img { width: 100% }", False),
        ("#gallery img { width: 100% }", True),
        (".row > * { width: 100% }", True),
        ("body > * { width: 100% }", False),
        (".card { img { width: 100% } }", False),
        ("main { & > video { width: 100% } }", True),
        (":is(img, video) { width: 100% }", False),
        (":is(svg, video) { width: 100% }", True),
        ("img:not(.x) { width: 100% }", False),
        ("[data-shown] { width: 100% }", False),
        ("[data-toggle] { width: 100% }", True),
        ("@keyframes grow { from { width: 0 } to { width: 100% } }", True),
        ("@font-face { src: url(x.woff) } /* img { width: 9px } */", True),
        ("body { display: flex }", False),
        ("body { display: inline-grid }", False),
        ("main { display: flex }", True),
        ("body { display: flex } img { width: 9rem; height: auto }", True),
        ("@import url(https://a.example/reset.css);", False),
        ("@import url(https://fonts.googleapis.com/css?family=Lora);", True),
    ],
)
def test_sizes_are_given_where_no_rule_would_distort_the_image(site: PageSite, style: str, given: bool) -> None:
    assert sized(site, "<img src=a.png><video></video>", style) is given


@pytest.mark.parametrize(
    ("tag", "given"),
    [
        ("<img src=a.png width=300>", False),
        ("<img src=a.png height=200>", False),
        ("<img src=a.png style='width: 50%'>", False),
        ("<img src=a.png style='width: 50%; height: auto'>", True),
        ("<img src=a.png style='float: left'>", True),
        ("<img data-src=a.png>", True),
        ("<img data-src=a.png src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", True),
        ("<img src=a.png srcset='a.png 1x, double.png 2x'>", True),
        ("<img src=a.png srcset='a.png 1x, double.png 3x'>", False),
        ("<img src=a.png srcset='a.png 300w, double.png 600w'>", False),
        ("<img src=a.png srcset='a.png, https://a.example/x.png 2x'>", False),
        ("<img src=https://a.example/x.png>", False),
        ("<picture><source srcset='double.png 2x'><img src=a.png></picture>", True),
        ("<picture><source media='(width > 9em)' srcset=other.png><img src=a.png></picture>", False),
        ("<div style='display:flex'><img src=a.png></div>", False),
        ("<div style='display:flex'><picture><img src=a.png></picture></div>", False),
        ("<link rel=stylesheet href=https://a.example/x.css><img src=a.png>", False),
        ("<link rel=stylesheet href='{{ theme }}'><img src=a.png>", False),
        ("<link rel=stylesheet href=//fonts.googleapis.com/css?family=Lora><img src=a.png>", True),
        ("<img src=a.png{% x %}>", False),
    ],
)
def test_sizes_are_the_file_s_alone_and_the_author_s_where_he_says_any(site: PageSite, tag: str, given: bool) -> None:
    assert sized(site, tag) is given


def test_candidates_by_width_get_a_size_where_styles_decide_both_sides(site: PageSite) -> None:
    tag = "<img src=a.png srcset='a.png 300w, double.png 600w'>"
    assert sized(site, tag, "img { width: 100%; height: auto }")
    assert not sized(site, tag.replace("double", "other"), "img { width: 100%; height: auto }")


def test_rules_of_linked_and_public_stylesheets_count(site: PageSite) -> None:
    site.add(a_css="img{width:100%}", public__b_css="img{width:100%}", c_css="p{width:100%}")
    assert not sized(site, "<link rel=stylesheet href=a.css><img src=a.png>")
    assert not sized(site, "<link rel=stylesheet href=/b.css><img src=a.png>")
    assert sized(site, "<link rel=stylesheet href=c.css><img src=a.png>")


def test_an_svg_without_a_size_of_its_own_gets_proportions_where_styles_decide(site: PageSite) -> None:
    site.add(a_svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"/>')
    plugin = lazy_media(lazy=False, priority=False)
    assert tags(site.edited(f"{HEAD}<img src=a.svg>", plugin)) == ["<img src=a.svg>"]
    style = "<style>img { width: 9rem; height: auto }</style>"
    assert tags(site.edited(f"{HEAD}{style}<img src=a.svg>", plugin)) == ['<img width="2000" height="1000" src=a.svg>']
    assert tags(site.edited(f"{HEAD}{style}<img src=a.svg#view>", plugin)) == ["<img src=a.svg#view>"]


def test_a_damaged_image_has_no_size_and_no_warning(site: PageSite) -> None:
    site.add(a_png=b"\x89PNG\r\n\x1a\n broken")
    assert media(site, "<img src=a.png>", sizes=True, priority=False) == ["<img src=a.png>"]
    assert list(site.diagnostics) == []
