"""What the first-party plugins may and may not change in a file."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image, ImageCms

from perfbuild.api import Context, InputFile, Plugin, PluginError
from perfbuild_plugins.jpeg import Jpeg
from perfbuild_plugins.minify_json import Json
from perfbuild_plugins.png import Png
from perfbuild_plugins.svg import Svg


def optimised(plugin: Plugin, content: bytes, path: str = "assets/x") -> bytes | None:
    file = InputFile(path=path, type="other", content=content)
    result = plugin.optimise_file(file, Context(target=None))
    return None if result is None else result.content


def picture(mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", (64, 48))
    image.putdata([(x * 4, y * 5, (x * y) % 256) for y in range(48) for x in range(64)])
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def decoded(content: bytes | None) -> Image.Image:
    assert content is not None
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


# --- PNG ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_png_keeps_every_pixel(mode: str) -> None:
    source = picture("L").convert("I").convert("I;16") if mode == "I;16" else picture(mode)
    before = encoded(source, "PNG", compress_level=1)
    after = optimised(Png(), before)
    assert after is not None and len(after) <= len(before)
    assert decoded(after).convert("RGBA").tobytes() == decoded(before).convert("RGBA").tobytes()


def test_png_keeps_the_colour_profile_and_drops_text() -> None:
    from PIL.PngImagePlugin import PngInfo

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngInfo()
    text.add_text("Comment", "made on a Tuesday")
    text.add(b"gAMA", (45455).to_bytes(4, "big"))
    after = optimised(Png(), encoded(picture(), "PNG", icc_profile=profile, pnginfo=text))
    info = decoded(after).info
    assert info["icc_profile"] == profile
    assert info["gamma"] == pytest.approx(0.45455)
    assert "Comment" not in info


def test_png_keeps_an_animation() -> None:
    frames = [picture(), picture().rotate(90), picture().rotate(180)]
    before = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100, loop=2)
    after = decoded(optimised(Png(), before))
    assert (after.n_frames, after.info["loop"]) == (3, 2)  # type: ignore[attr-defined]


# --- JPEG -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpeg_keeps_every_pixel(mode: str) -> None:
    before = encoded(picture(mode), "JPEG", quality=90)
    after = optimised(Jpeg(), before)
    assert after is not None and len(after) < len(before)
    assert decoded(after).tobytes() == decoded(before).tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
def test_jpeg_keeps_profile_and_orientation_and_drops_the_camera(orientation: int, order: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif.endian = order
    exif[0x0110] = "A camera of some name"
    exif[0x0112] = orientation
    exif[0x8298] = "x" * 500
    before = encoded(picture(), "JPEG", icc_profile=profile, exif=exif)
    after = decoded(optimised(Jpeg(), before))
    assert after.info["icc_profile"] == profile
    assert after.getexif().get(0x0112, 1) == orientation
    assert 0x0110 not in after.getexif()
    assert after.size == (64, 48)


def test_jpeg_with_further_pictures_is_left_alone() -> None:
    before = encoded(picture(), "MPO", save_all=True, append_images=[picture().rotate(90)])
    assert optimised(Jpeg(), before) is None


@pytest.mark.parametrize(
    ("plugin", "content"),
    [
        (Png(), b"\x89PNG\r\n\x1a\n then nothing"),
        (Png(), b""),
        (Jpeg(), encoded(picture(), "JPEG")[:-500]),
        (Jpeg(), b"GIF89a"),
        (Json(), b'{"a": 1,}'),
        (Json(), b'{"a": "\xff"}'),
        (Svg(), b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>"),
        (Svg(), b""),
    ],
)
def test_a_damaged_file_is_refused_with_a_reason(plugin: Plugin, content: bytes) -> None:
    with pytest.raises(PluginError, match=r"^it "):
        optimised(plugin, content)


# --- JSON -----------------------------------------------------------------------------------------


def test_json_loses_white_space_and_nothing_else() -> None:
    text = '{\n  "b": [1.0, 1e400, 10000000000000000000000],\r\n\t"a b": "x : \\" , \\\\",\n  "b": null\n}\n'
    assert optimised(Json(), text.encode()) == (
        b'{"b":[1.0,1e400,10000000000000000000000],"a b":"x : \\" , \\\\","b":null}'
    )


def test_json_keeps_text_of_any_script() -> None:
    data = {"é ü": "日本 語", "emoji": "\U0001f600", "escaped": "\u2028"}
    after = optimised(Json(), json.dumps(data, indent=4, ensure_ascii=False).encode())
    assert after is not None and json.loads(after) == data
    assert b"\n" not in after


# --- SVG ------------------------------------------------------------------------------------------

NS = 'xmlns="http://www.w3.org/2000/svg"'


def svg(inner: str, attributes: str = "") -> str | None:
    content = optimised(Svg(), f"<svg {NS}{attributes}>{inner}</svg>".encode())
    return None if content is None else content.decode().removeprefix(f"<svg {NS}").removesuffix("</svg>")


def test_svg_loses_comments_editor_data_and_space_between_elements() -> None:
    before = """<?xml version="1.0" encoding="UTF-8"?>
    <!-- Generator: an editor -->
    <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
         viewBox="0 0 8 8">
      <!-- a comment -->
      <metadata>tool 1.0</metadata>
      <inkscape:grid/>
      <g id="layer1" inkscape:label="Layer">
        <path
           d="M 0 0
              L 8  8"/>
      </g>
    </svg>
    """.strip()
    assert optimised(Svg(), before.encode()) == (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><g id="layer1"><path d="M 0 0 L 8 8"/></g></svg>'
    )


@pytest.mark.parametrize(
    "kept",
    [
        "<text>a <tspan> b </tspan> c</text>",
        '<g xml:space="preserve"> <g/> </g>',
        "<style>\n  #a path { fill: red }\n</style>",
        '<symbol id="unused"><path d="M0 0"/></symbol>',
        "<!--! kept --><g/>",
        "<metadata><rights>CC BY</rights></metadata>",
        "<title>A  title</title>",
        "<g> </g>",
        "<style><![CDATA[a>b{}]]></style>",
    ],
)
def test_svg_keeps_what_is_drawn_styled_or_legal(kept: str) -> None:
    assert svg(f"\n  {kept}\n  ") == f">{kept}"


@pytest.mark.parametrize(
    "active",
    [
        "<script>run()</script>",
        '<g onclick="run()"/>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></p></foreignObject>',
    ],
)
def test_svg_with_code_or_foreign_content_is_left_alone(active: str) -> None:
    assert svg(f"\n  <!-- c -->\n  {active}") is None


@pytest.mark.parametrize(
    "prologue", ['<!DOCTYPE svg [<!ENTITY fill "red">]>', '<?xml-stylesheet href="a.css"?>', "<!DOCTYPE svg [ ]>"]
)
def test_svg_that_hangs_on_its_prologue_is_left_alone(prologue: str) -> None:
    assert optimised(Svg(), f"{prologue}<svg {NS}>   <!-- c --></svg>".encode()) is None


def test_svg_styles_say_the_same() -> None:
    from xml.etree import ElementTree

    style = "\n  #a > path { fill: red } /* <&> */\n"
    after = optimised(Svg(), f"<svg {NS}>\n<style><![CDATA[{style}]]></style>\n<g/></svg>".encode())
    assert after is not None
    assert "".join(ElementTree.fromstring(after)[0].itertext()) == style


def test_svg_joins_the_text_around_a_comment() -> None:
    assert svg("<text>one<!-- c --> two</text>") == "><text>one two</text>"


def test_svg_references_keep_their_prefix_and_characters() -> None:
    inner = '<use xlink:href="#a&amp;b"/><text>ü &lt; 日</text>'
    assert svg(inner, ' xmlns:xlink="http://www.w3.org/1999/xlink"') == (
        f' xmlns:xlink="http://www.w3.org/1999/xlink">{inner}'
    )
