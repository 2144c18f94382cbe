"""One pass over a page: everything in it that a build may act on, with positions, before any file is looked up.

Which of the URLs are files of the project is for ``stages.scan`` to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec.structs import replace

from perfbuild.html import placeholders
from perfbuild.html.anchors import head_anchors
from perfbuild.html.srcset import candidates
from perfbuild.html.tokens import Attribute, Token, attributes, decode_references, raw_text_end, tokens
from perfbuild.model import Anchors, InlineCode, Island, ReferenceKind, Span, Syntax

#: What a URL stands for beyond its kind.
#:
#: ``fetch``: the page needs the file. ``anchor``: ``<a href>``. ``frame``: ``<iframe src>``. ``embed``: ``<object>``,
#: whose kind the file's type decides. ``hint``: a ``data-`` attribute that scripts read, taken for a URL only when
#: there is such a file. ``lazy``: one that ``perfbuild/lazy`` reads. ``modulepreload`` and ``scriptpreload``
#: (``preload`` as script): the script may be a module that is bundled.
UrlRole = Literal["fetch", "anchor", "frame", "embed", "hint", "lazy", "modulepreload", "scriptpreload"]


class UrlUse(msgspec.Struct, frozen=True, kw_only=True):
    """A URL in a page, local or not."""

    role: UrlRole
    kind: ReferenceKind
    url: str
    span: Span
    syntax: Syntax
    element: Span
    """The start tag."""
    loads: bool = True
    absolute: bool = False
    same_origin: bool = False
    integrity: Span | None = None
    """The value of ``integrity`` in the same tag."""


class ScriptUse(msgspec.Struct, frozen=True, kw_only=True):
    """A module script, or a script between two of them that keeps its place in their order (``barrier``)."""

    element: Span
    content: Span
    src: UrlUse | None
    code: str | None
    barrier: bool
    alone: bool
    """True for ``async`` and for scripts in a template, which never run together with others."""
    waits: bool = False
    """True with ``data-priority="low"``, by which it runs after all others."""


class PriorityUse(msgspec.Struct, frozen=True, kw_only=True):
    """``data-priority`` on a script or link that fetches, outside ``<template>`` and ``<noscript>``."""

    tag: Span
    value: str
    """In lower case, without white space around it."""
    span: Span
    """The value as written, without quotes."""
    attribute: Literal["src", "href"]
    can_wait: bool
    preloaded: Literal["script", "module", "link"] | None
    """See :class:`~perfbuild.model.PriorityMark`."""


class ImportMap(msgspec.Struct, frozen=True, kw_only=True):
    content: Span
    end: int
    """After ``</script>``."""


class Reading(msgspec.Struct, kw_only=True):
    """What the pass found, in source order."""

    base: UrlUse | None = None
    urls: list[UrlUse] = msgspec.field(default_factory=list)
    scripts: list[ScriptUse] = msgspec.field(default_factory=list)
    inline: list[InlineCode] = msgspec.field(default_factory=list)
    islands: list[Island] = msgspec.field(default_factory=list)
    import_map: ImportMap | None = None
    templated_modules: list[Span] = msgspec.field(default_factory=list)
    """Inline module scripts that hold placeholders and imports."""
    priorities: list[PriorityUse] = msgspec.field(default_factory=list)
    pieces: set[str] = msgspec.field(default_factory=set)
    """See :attr:`Page.pieces`."""
    anchors: Anchors


_JAVASCRIPT = re.compile(
    r"(?:(?:text|application)/(?:x-)?(?:java|ecma|live|j)script(?:1\.[0-5])?)?\s*(?:;.*)?", re.IGNORECASE
)
_ASSET = r"\.(?:avif|webp|png|jpe?g|jfif|gif|svg|bmp|ico|mp4|webm|ogv|ogg|mp3|wav|m4a|m4v|mov|flac)"
_GENERIC = re.compile(
    rf"url\(|data-component[\s=>/]|background\s*=|data-[^\s=>\"']+\s*=\s*[\"']?[^\"'>]*?{_ASSET}\b", re.IGNORECASE
)
_LAZY = re.compile(r"\sdata-(?:src|srcset|poster|bg)\s*=", re.IGNORECASE)
_LAZY_KINDS: dict[str, ReferenceKind] = {"img": "image", "iframe": "document", "video": "media", "audio": "media"}
_LAZY_SOURCES: dict[str, tuple[str, ...]] = {
    "img": ("data-src", "data-srcset"),
    "source": ("data-src", "data-srcset"),
    "iframe": ("data-src",),
    "video": ("data-src", "data-poster"),
    "audio": ("data-src",),
}
_HINT_VALUE = re.compile(rf"[^\s,;{{}}()\[\]|]+{_ASSET}(?:[?#]\S*)?", re.IGNORECASE)
_LOCAL_CSS_URL = re.compile(r"url\(\s*[\"']?(?!\s*(?:[a-z][a-z0-9+.\-]*:|//|#|[\"')]))", re.IGNORECASE)
#: A link to a page, ours or not.
_LEADS_AWAY = re.compile(r"https?:|(?!#|[a-z][a-z0-9+.\-]*:)\S", re.IGNORECASE)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_IMPORTS = re.compile(r"\bimport\b")

_ICON_RELS = frozenset(
    ("icon", "apple-touch-icon", "apple-touch-icon-precomposed", "apple-touch-startup-image", "mask-icon", "fluid-icon")
)
_PRELOAD_KINDS: dict[str, ReferenceKind] = {
    "script": "script",
    "style": "stylesheet",
    "image": "image",
    "font": "font",
    "audio": "media",
    "video": "media",
    "track": "media",
}
_META_KINDS: dict[str, ReferenceKind] = {
    **dict.fromkeys(
        (
            "og:image",
            "og:image:url",
            "og:image:secure_url",
            "twitter:image",
            "twitter:image:src",
            "image",
            "thumbnailurl",
        ),
        "image",
    ),
    **dict.fromkeys(
        ("og:video", "og:video:url", "og:video:secure_url", "og:audio", "og:audio:url", "twitter:player:stream"),
        "media",
    ),
    **dict.fromkeys(
        (
            "msapplication-tileimage",
            "msapplication-square70x70logo",
            "msapplication-square150x150logo",
            "msapplication-wide310x150logo",
            "msapplication-square310x310logo",
        ),
        "icon",
    ),
    "msapplication-config": "other",
}


class _Tag(msgspec.Struct):
    """A start tag under the reader's eye."""

    token: Token
    found: dict[str, Attribute]

    @property
    def span(self) -> Span:
        return Span(start=self.token.start, end=self.token.end)

    def value(self, name: str) -> str:
        attribute = self.found.get(name)
        return attribute.value.strip() if attribute else ""

    def words(self, name: str) -> list[str]:
        return self.value(name).lower().split()


class _OpenIsland(msgspec.Struct):
    island: Island
    """With the start tag as its element."""
    tag: Token
    depth: int = 1


def read_page(text: str) -> Reading:
    """Read a page's text. Never fails: what is not understood is not in the result and so will not be touched."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        head = head_anchors(text)
        self._fragment = head.is_fragment
        self.reading = Reading(anchors=Anchors(head_start=head.start, head_end=head.end, body_end=len(text)))
        self._depths = {"noscript": 0, "template": 0}
        self._islands: list[_OpenIsland] = []
        lowered = text.lower()
        self._has_generic = "data-" in lowered or "url(" in lowered or "background" in lowered
        self._media_plays: bool | None = None
        """Inside ``<video>`` or ``<audio>``: whether its next ``<source>`` is fetched at once. None outside."""
        self._handlers: dict[str, Callable[[_Tag], None]] = {
            **dict.fromkeys(("a", "area"), self._anchor),
            **dict.fromkeys(("audio", "video"), self._media),
            **dict.fromkeys(("embed", "object"), self._object),
            **dict.fromkeys(("frame", "iframe"), self._frame),
            **dict.fromkeys(("feimage", "image", "use"), self._svg_image),
            "base": self._base,
            "img": self._image,
            "input": self._input,
            "link": self._link,
            "meta": self._meta,
            "script": self._script,
            "source": self._source,
            "style": self._style,
            "track": self._track,
        }

    def read(self) -> Reading:
        body_end: int | None = None
        for token in tokens(self.text):
            if token.kind == "start":
                self._start(token)
            elif token.kind == "end":
                self._end(token)
                body_end = token.start if token.name == "body" else body_end
        self.reading.islands.extend(each.island for each in self._islands)
        self.reading.islands.sort(key=lambda island: island.element)
        self.reading.anchors = self._anchors(len(self.text) if body_end is None else body_end)
        return self.reading

    def _anchors(self, body_end: int) -> Anchors:
        head = self.reading.anchors
        start, end = head.head_start, head.head_end
        if self._fragment and placeholders.statement_between(self.text, 0, len(self.text)):
            # Part of a page that another template wraps: what stands outside its blocks may be dropped.
            first = next((script.element.start for script in self.reading.scripts if not script.barrier), None)
            start = end = first if first is not None else end
        import_map = self.reading.import_map
        return Anchors(
            head_start=start,
            head_end=end,
            body_end=max(body_end, end),
            modulepreload=import_map.end if import_map else 0,
        )

    # --- tags -----------------------------------------------------------------------------------

    def _start(self, token: Token) -> None:
        name = token.name
        handler = self._handlers.get(name)
        generic = self._has_generic and _GENERIC.search(self.text, token.start, token.end) is not None
        lazy = self._has_generic and _LAZY.search(self.text, token.start, token.end) is not None
        if handler or generic or lazy:
            tag = _Tag(token, attributes(self.text, token.start, token.end))
            if handler:
                handler(tag)
            if lazy:
                self._lazy(tag)
            if generic:
                self._any_element(tag)
        if name in self._depths:
            self._depths[name] += 1
        for island in self._islands:
            if island.tag.name == name and island.tag is not token:
                island.depth += 1

    def _end(self, token: Token) -> None:
        name = token.name
        if self._depths.get(name, 0):
            self._depths[name] -= 1
        if name in ("video", "audio"):
            self._media_plays = None
        for island in self._islands:
            if island.tag.name == name:
                island.depth -= 1
        for island in [island for island in self._islands if island.depth == 0]:
            self._islands.remove(island)
            element = Span(start=island.tag.start, end=token.end)
            self.reading.islands.append(replace(island.island, element=element))

    def _use(
        self,
        tag: _Tag,
        name: str,
        kind: ReferenceKind,
        role: UrlRole = "fetch",
        *,
        loads: bool = True,
        absolute: bool = False,
    ) -> UrlUse | None:
        """The URL in an attribute, kept in the reading; None when there is none, or a template writes it."""
        use = self._url(tag, name, kind, role, loads=loads, absolute=absolute)
        if use:
            self.reading.urls.append(use)
        return use

    def _url(
        self, tag: _Tag, name: str, kind: ReferenceKind, role: UrlRole, *, loads: bool = True, absolute: bool = False
    ) -> UrlUse | None:
        attribute = tag.found.get(name)
        if attribute is None or placeholders.in_url(attribute.raw):
            return None
        bare = attribute.raw.strip(" \t\n\f\r")
        if not bare:
            return None
        start = attribute.start + attribute.raw.index(bare)
        return UrlUse(
            role=role,
            kind=kind,
            url=decode_references(bare),
            span=Span(start=start, end=start + len(bare)),
            syntax="attribute" if attribute.quote else "unquoted",
            element=tag.span,
            loads=loads and not any(self._depths.values()),
            absolute=absolute,
            integrity=_integrity(tag),
        )

    def _srcset(self, tag: _Tag, name: str, *, loads: bool, role: UrlRole = "fetch") -> None:
        """Candidates of a set; the first one counts as loaded where there is no fallback."""
        attribute = tag.found.get(name)
        if attribute is None:
            return
        for candidate in candidates(attribute.raw):
            if placeholders.in_url(candidate.url):
                continue
            span = Span(start=attribute.start + candidate.start, end=attribute.start + candidate.end)
            self.reading.urls.append(
                UrlUse(
                    role=role,
                    kind="image",
                    url=decode_references(candidate.url),
                    span=span,
                    syntax="attribute" if attribute.quote else "unquoted",
                    element=tag.span,
                    loads=loads and not any(self._depths.values()),
                )
            )
            loads = False

    # --- elements -------------------------------------------------------------------------------

    def _base(self, tag: _Tag) -> None:
        if self.reading.base is None and "href" in tag.found:
            attribute = tag.found["href"]
            self.reading.base = UrlUse(
                role="anchor",
                kind="other",
                url=attribute.value.strip(),
                span=Span(start=attribute.start, end=attribute.end),
                syntax="attribute",
                element=tag.span,
            )

    def _anchor(self, tag: _Tag) -> None:
        if _LEADS_AWAY.match(tag.value("href")):
            self.reading.pieces.add("prefetch")
        self._use(tag, "href", "other", "anchor", loads=False)
        self._use(tag, "xlink:href", "other", "anchor", loads=False)

    def _frame(self, tag: _Tag) -> None:
        if "srcdoc" not in tag.found:
            self._use(tag, "src", "document", "frame")

    def _object(self, tag: _Tag) -> None:
        self._use(tag, "data" if tag.token.name == "object" else "src", "other", "embed")

    def _image(self, tag: _Tag) -> None:
        fallback = self._use(tag, "src", "image")
        self._srcset(tag, "srcset", loads=fallback is None and "src" not in tag.found)

    def _input(self, tag: _Tag) -> None:
        if tag.value("type").lower() == "image":
            self._use(tag, "src", "image")

    def _media(self, tag: _Tag) -> None:
        plays = "autoplay" in tag.found
        source = self._use(tag, "src", "media", loads=plays)
        if tag.token.name == "video":
            self._use(tag, "poster", "image")
        self._media_plays = plays and source is None

    def _source(self, tag: _Tag) -> None:
        if self._use(tag, "src", "media", loads=bool(self._media_plays)) and self._media_plays:
            self._media_plays = False
        self._srcset(tag, "srcset", loads=False)

    def _track(self, tag: _Tag) -> None:
        self._use(tag, "src", "media", loads="default" in tag.found)

    def _lazy(self, tag: _Tag) -> None:
        """What ``perfbuild/lazy`` puts in place later."""
        names = _lazy_names(tag)
        if not names:
            return
        self.reading.pieces.add("lazy")
        role: UrlRole = "frame" if tag.token.name == "iframe" else "lazy"
        kind: ReferenceKind = _LAZY_KINDS.get(tag.token.name, "image" if self._media_plays is None else "media")
        for name in names:
            if name == "data-srcset":
                self._srcset(tag, name, loads=False, role=role)
            else:
                self._use(tag, name, kind if name == "data-src" else "image", role, loads=False)

    def _svg_image(self, tag: _Tag) -> None:
        for name in ("href", "xlink:href"):
            use = self._url(tag, name, "image", "fetch", loads=name == "href" or "href" not in tag.found)
            if use:
                self.reading.urls.append(replace(use, same_origin=tag.token.name == "use"))

    def _meta(self, tag: _Tag) -> None:
        for name in ("property", "name", "itemprop"):
            kind = _META_KINDS.get(tag.value(name).lower())
            if kind and not (kind == "image" and name == "name" and tag.value(name).lower() == "image"):
                self._use(tag, "content", kind, loads=False, absolute=kind in ("image", "media"))
                return

    def _link(self, tag: _Tag) -> None:
        rels = set(tag.words("rel"))
        if rels & {"stylesheet", "preload", "modulepreload"} and "href" in tag.found:
            sheet = "stylesheet" in rels and "alternate" not in rels and "disabled" not in tag.found
            self._priority(tag, "href", "link" if sheet else None)
        use_kind = tag.value("as").lower()
        if "stylesheet" in rels:
            self._use(tag, "href", "stylesheet", loads="alternate" not in rels and "disabled" not in tag.found)
        elif rels & _ICON_RELS:
            self._use(tag, "href", "icon", loads=False)
        elif "manifest" in rels:
            self._use(tag, "href", "manifest", loads=False)
        elif "modulepreload" in rels:
            self._use(tag, "href", "script", "modulepreload")
        elif "preload" in rels and use_kind == "script":
            self._use(tag, "href", "script", "scriptpreload")
        elif "preload" in rels:
            self._use(tag, "href", _PRELOAD_KINDS.get(use_kind, "other"))
            self._srcset(tag, "imagesrcset", loads="href" not in tag.found)
        elif "prefetch" in rels:
            role: UrlRole = "anchor" if use_kind in ("", "document") else "fetch"
            self._use(tag, "href", _PRELOAD_KINDS.get(use_kind, "other"), role, loads=False)
        elif "alternate" in rels or "search" in rels:
            self._use(tag, "href", "other", "anchor", loads=False)

    def _style(self, tag: _Tag) -> None:
        content = self._content(tag)
        code = self.text[content.start : content.end]
        if tag.value("type").lower() in ("", "text/css") and not ("<![CDATA[" in code or "<!--" in code):
            self._inline("style", code, content, "text")

    def _script(self, tag: _Tag) -> None:
        if self._depths["noscript"]:
            return
        kind = tag.value("type").lower()
        if kind == "module":
            self._module_script(tag)
        elif kind == "importmap":
            content = self._content(tag)
            if self.reading.import_map is None:
                self.reading.import_map = ImportMap(content=content, end=self._element(tag, content).end)
        elif _JAVASCRIPT.fullmatch(kind) and tag.value("language").lower() in (
            "",
            "javascript",
            "ecmascript",
            "jscript",
        ):
            self._classic_script(tag)

    def _classic_script(self, tag: _Tag) -> None:
        content = self._content(tag)
        self.reading.pieces.add("prefetch")  # it may add links
        if "src" not in tag.found:
            code = self.text[content.start : content.end]
            if "<!--" not in code and "-->" not in code:
                self._inline("script", code, content, "text")
            return
        self._use(tag, "src", "script", loads="nomodule" not in tag.found)
        if "nomodule" in tag.found:
            return
        waits = self._priority(tag, "src", "script")
        if "defer" in tag.found and "async" not in tag.found:
            element = self._element(tag, content)
            self.reading.scripts.append(
                ScriptUse(element=element, content=content, src=None, code=None, barrier=True, alone=True, waits=waits)
            )

    def _module_script(self, tag: _Tag) -> None:
        content = self._content(tag)
        code = self.text[content.start : content.end]
        src = self._url(tag, "src", "script", "fetch")
        has_src = "src" in tag.found
        templated = src is None if has_src else placeholders.in_code(code)
        if templated and not has_src and _IMPORTS.search(code):
            self.reading.templated_modules.append(content)
        if not has_src and not code.strip():
            return
        waits = (has_src or not templated) and self._priority(tag, "src", "module")
        self.reading.scripts.append(
            ScriptUse(
                element=self._element(tag, content),
                content=content,
                src=src,
                code=None if has_src else _LONE_SURROGATE.sub("\ufffd", code),
                barrier=templated,
                alone="async" in tag.found or self._depths["template"] > 0,
                waits=waits,
            )
        )

    def _priority(
        self, tag: _Tag, attribute: Literal["src", "href"], preloaded: Literal["script", "module", "link"] | None
    ) -> bool:
        """Notes ``data-priority``; True where it puts the element off."""
        found = tag.found.get("data-priority")
        if found is None or any(self._depths.values()) or placeholders.in_url(found.raw):
            return False
        use = PriorityUse(
            tag=tag.span,
            value=found.value.strip().lower(),
            span=Span(start=found.start, end=found.end),
            attribute=attribute,
            can_wait=preloaded is not None and "data-url" not in tag.found,
            preloaded=preloaded,
        )
        self.reading.priorities.append(use)
        waits = use.can_wait and use.value == "low"
        if waits:
            self.reading.pieces.add("resources")
        return waits

    def _any_element(self, tag: _Tag) -> None:
        self._islands_of(tag)
        style = tag.found.get("style")
        if style and style.raw and _LOCAL_CSS_URL.search(style.value):
            self._inline("style-attribute", style.value, Span(start=style.start, end=style.end), "css-attribute")
        if tag.token.name in ("body", "table", "thead", "tbody", "tr", "td", "th"):
            self._use(tag, "background", "image")
        taken = ("data-props", *_lazy_names(tag))
        for name, attribute in tag.found.items():
            if name.startswith("data-") and name not in taken and _HINT_VALUE.fullmatch(attribute.raw.strip()):
                self._use(tag, name, "other", "hint", loads=False)

    def _islands_of(self, tag: _Tag) -> None:
        component = tag.value("data-component")
        if not component or self._depths["noscript"]:
            return
        props, moment = _written(tag, "data-props"), _written(tag, "data-on")
        island = Island(
            component=component,
            component_span=_value_span(tag.found["data-component"]),
            templated=placeholders.in_url(component),
            props=props.value if props else None,
            props_span=_value_span(props) if props else None,
            moment=moment.value.strip() if moment else None,
            moment_span=_value_span(moment) if moment else None,
            element=tag.span,
        )
        self._islands.append(_OpenIsland(island, tag.token))

    # --- parts ----------------------------------------------------------------------------------

    def _inline(
        self, kind: Literal["script", "style", "style-attribute"], code: str, span: Span, syntax: Syntax
    ) -> None:
        if code.strip() and not placeholders.in_code(code) and not _LONE_SURROGATE.search(code):
            self.reading.inline.append(InlineCode(kind=kind, code=code, span=span, syntax=syntax))

    def _content(self, tag: _Tag) -> Span:
        end = raw_text_end(self.text, tag.token.name, tag.token.end)
        return Span(start=tag.token.end, end=end)

    def _element(self, tag: _Tag, content: Span) -> Span:
        close = self.text.find(">", content.end)
        return Span(start=tag.token.start, end=len(self.text) if close < 0 else close + 1)


def _lazy_names(tag: _Tag) -> tuple[str, ...]:
    """The attributes that ``perfbuild/lazy`` reads."""
    return tuple(name for name in (*_LAZY_SOURCES.get(tag.token.name, ()), "data-bg") if name in tag.found)


def _written(tag: _Tag, name: str) -> Attribute | None:
    """An attribute whose value no template writes."""
    attribute = tag.found.get(name)
    return None if attribute is None or placeholders.in_code(attribute.raw) else attribute


def _value_span(attribute: Attribute) -> Span:
    return Span(start=attribute.start, end=attribute.end)


def _integrity(tag: _Tag) -> Span | None:
    """Where the digest stands that browsers hold the file of a script or a link against."""
    attribute = tag.found.get("integrity") if tag.token.name in ("link", "script") else None
    return Span(start=attribute.start, end=attribute.end) if attribute and attribute.raw.strip() else None
