"""SVG without what no browser draws: comments, editor data, white space between elements.

Shapes, ids, classes, styles and text stay as they are. A file that holds scripts or foreign content, or whose meaning
hangs on its document type or processing instructions, is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING

from perfbuild.api import Context, InputFile, OptimisedFile, Plugin, PluginError

if TYPE_CHECKING:
    from lxml.etree import _Element

_SVG = "{http://www.w3.org/2000/svg}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_EDITORS = (
    "http://sodipodi.sourceforge.net/",
    "http://www.inkscape.org/",
    "http://www.bohemiancoding.com/sketch/",
    "http://www.figma.com/",
    "http://ns.adobe.com/",
    "http://www.serif.com/",
    "http://vectornator.io",
    "https://boxy-svg.com",
)
#: Elements in which white space may be drawn, or is code.
_TEXT = frozenset(f"{_SVG}{name}" for name in ("text", "tspan", "textPath", "title", "desc", "style"))
_LEFT_ALONE = frozenset(f"{_SVG}{name}" for name in ("script", "foreignObject"))
_COORDINATES = ("d", "points")
_LEGAL = re.compile(r"^!|licen[cs]e|copyright|©|@preserve|rights|creator", re.IGNORECASE)
_PROLOGUE = re.compile(rb"<!ENTITY|<!DOCTYPE[^>]*\[|<\?(?!xml\s)")


class Svg(Plugin):
    name = "svg"
    version = f"1 lxml {version('lxml')}"
    suffixes = (".svg",)

    def optimise_file(self, file: InputFile, context: Context) -> OptimisedFile | None:
        from lxml import etree

        if _PROLOGUE.search(file.content):
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=False)
        try:
            root = etree.fromstring(file.content, parser)
        except etree.XMLSyntaxError as error:
            raise PluginError(f"it is not well-formed: {error}") from error
        if root.tag != f"{_SVG}svg" or _is_active(root):
            return None
        for element in tuple(_superfluous(root)):
            _remove(element)
        _clean_attributes(root)
        _clean_space(root)
        etree.cleanup_namespaces(root)
        return OptimisedFile(content=etree.tostring(root, encoding="utf-8"), note="minified SVG")


def _is_active(root: _Element) -> bool:
    """Code may look at any node of its document."""
    for element in root.iter("*"):
        if element.tag in _LEFT_ALONE or any(str(name).startswith("on") for name in element.attrib):
            return True
    return any("inkscape" in (style.text or "") for style in root.iter(f"{_SVG}style"))


def _superfluous(root: _Element) -> Iterator[_Element]:
    """Comments, editors' elements and metadata, but for what tells the author and the licence."""
    from lxml import etree

    for element in root.iter():
        if isinstance(element, etree._Comment):
            if not _LEGAL.search(element.text or ""):
                yield element
        elif isinstance(element.tag, str):
            is_metadata = element.tag == f"{_SVG}metadata"
            if _of_editor(element.tag) or (
                is_metadata and not _LEGAL.search(etree.tostring(element, encoding="unicode"))
            ):
                yield element


def _of_editor(name: str) -> bool:
    return name.removeprefix("{").startswith(_EDITORS)


def _remove(element: _Element) -> None:
    """Takes the element out; the text after it belongs to what stands before."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    parent.remove(element)


def _clean_attributes(root: _Element) -> None:
    for element in root.iter("*"):
        for name in element.attrib:
            if _of_editor(str(name)):
                del element.attrib[name]
        for name in _COORDINATES:
            if (value := element.get(name)) is not None:
                element.set(name, " ".join(str(value).split()))


def _clean_space(element: _Element) -> None:
    """Drops white space beside child elements; elements without any keep theirs, so that ``:empty`` stays true."""
    if element.tag in _TEXT or element.get(_SPACE) == "preserve" or not len(element):
        return
    if not (element.text or "").strip():
        element.text = None
    for child in element:
        if not (child.tail or "").strip():
            child.tail = None
        if isinstance(child.tag, str):
            _clean_space(child)
