"""What goes over the pipe, as types. The JavaScript side documents the same shapes where it uses them."""

from __future__ import annotations

from typing import Literal

import msgspec

from perfbuild.model import Atom

VERSION = 1


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong, as the engine saw it; files are absolute, lines and columns count from 1."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    specifier: str | None = None
    importer: str | None = None


class FailureData(msgspec.Struct, frozen=True, kw_only=True):
    problems: tuple[Problem, ...] = ()
    stack: str | None = None


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    code: int
    message: str
    data: FailureData = FailureData()


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A JSON-RPC 2.0 request (``method`` set) or response."""

    jsonrpc: str
    id: int | None = None
    method: str | None = None
    params: msgspec.Raw = msgspec.Raw()
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: Failure | None = None


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """The engine's answer to ``initialize``."""

    protocol: int
    node: str


class PlanRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The graph. See :class:`perfbuild.model.ModuleGraph`; ``paths`` are the absolute paths of modules outside the
    root."""

    ids: tuple[str, ...]
    paths: tuple[tuple[int, str], ...]
    sizes: tuple[int, ...]
    imports: tuple[tuple[int, ...], ...]
    dynamic_imports: tuple[tuple[int, ...], ...]
    entries: tuple[int, ...]
    styles: tuple[int, ...]
    style_sizes: tuple[int, ...]
    """Characters, of each of ``styles``."""
    scoped_styles: tuple[int, ...]
    """Those whose rules touch nothing but elements with their own local class names."""
    chunk_names: dict[int, str]
    routes: tuple[RouteFound, ...]


class RouteFound(msgspec.Struct, frozen=True, kw_only=True):
    """A route as the sources state it. See :class:`perfbuild.model.RouteRecord`; several may have one path."""

    path: str
    components: tuple[str, ...]
    source: str
    line: int
    preload: bool


class ArrangeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The chunks of the engine's own split, before the second link. Sizes are bytes of zstd, level 3, of the code as
    rendered; estimates of them where that is short."""

    atoms: tuple[Atom, ...]


class EmittedAsset(msgspec.Struct, frozen=True, kw_only=True):
    file: str
    source: str
    path: str


class EmittedStyle(msgspec.Struct, frozen=True, kw_only=True):
    file: str
    sources: tuple[str, ...]
    assets: tuple[str, ...]


class EmittedChunk(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    file: str
    name: str
    facade: str | None
    facades: tuple[str, ...]
    """The modules that dynamic imports of the chunk mean, one for each atom that has one."""
    is_entry: bool
    is_dynamic_entry: bool
    group: str | None
    modules: tuple[tuple[str, int], ...]
    """Ids with the length of what tree shaking left, before minification."""
    imports: tuple[str, ...]
    dynamic_imports: tuple[str, ...]
    css: tuple[str, ...]
    assets: tuple[str, ...]
    prefetch: tuple[str, ...]
    preload: tuple[str, ...]


class LinkResult(msgspec.Struct, frozen=True, kw_only=True):
    chunks: tuple[EmittedChunk, ...]
    styles: tuple[EmittedStyle, ...]
    assets: tuple[EmittedAsset, ...]
    emitted: tuple[str, ...]
    licences: str | None
    entries: dict[str, str]
    routes: tuple[RouteFound, ...]
    import_maps: bool
    problems: tuple[Problem, ...]


Staged = tuple[tuple[str, int], ...]
"""Output paths and lengths in bytes, in the order in which the files stand in one file of the staging folder,
``output`` or ``minified``."""


class MinifyResult(msgspec.Struct, frozen=True, kw_only=True):
    files: Staged
    """Chunks that became smaller and their source maps, as they stand in the staging folder's ``minified``."""
    unread: tuple[tuple[str, str], ...]
    """Chunks that the minifier cannot read, and what it says."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    file: str
    assets: tuple[str, ...]


class SheetsResult(msgspec.Struct, frozen=True, kw_only=True):
    sheets: tuple[Sheet, ...]
    assets: tuple[EmittedAsset, ...]
    problems: tuple[Problem, ...]


class InlineCodeResult(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    assets: tuple[str, ...] = ()


class InlineStylesResult(msgspec.Struct, frozen=True, kw_only=True):
    codes: tuple[InlineCodeResult, ...]
    assets: tuple[EmittedAsset, ...]
    problems: tuple[Problem, ...]


class SnippetsResult(msgspec.Struct, frozen=True, kw_only=True):
    codes: tuple[str, ...]


class Script(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    file: str


class ScriptsResult(msgspec.Struct, frozen=True, kw_only=True):
    scripts: tuple[Script, ...]
    codes: tuple[str, ...]
    problems: tuple[Problem, ...]
