"""The modules of the browser runtime are as small as docs/runtime.md says, minified as a page gets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import brotli
import msgspec
import pytest

from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.client import Engine
from perfbuild.engine.protocol import SnippetsResult
from perfbuild.stages.discover import discover
from perfbuild.stages.link import open_engine

DOCS = Path(__file__).parents[2] / "docs" / "runtime.md"
#: Bytes of brotli 11, with everything that the module exports.
LIMITS = {
    "virtual-list": 1900,
    "islands": 600,
    "lazy": 700,
    "memo": 600,
    "prefetch": 900,
    "recover": 400,
    "resources": 700,
}


#: What the adapters take of their frameworks, without what is behind it.
FRAMEWORKS = {
    "react": "createElement Fragment useLayoutEffect useMemo useRef useState",
    "react-dom": "createPortal flushSync",
}


@pytest.fixture(scope="module")
def size_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., int]:
    """The bytes of a module as a page gets it."""
    root = tmp_path_factory.mktemp("sizes")
    (root / "index.html").write_text("<!doctype html><title>Sizes</title>", "utf-8")
    for framework, names in FRAMEWORKS.items():
        package = root / "node_modules" / framework
        package.mkdir(parents=True)
        (package / "package.json").write_text('{"main": "index.mjs"}', "utf-8")
        (package / "index.mjs").write_text("".join(f"export const {n} = lib.{n};" for n in names.split()), "utf-8")
    config, _ = load_config(root, CliOptions())

    def measure(code: str) -> int:
        with Engine() as engine:
            open_engine(engine, config, discover(config, Diagnostics()), (), root)
            answer = engine.request("snippets", {"codes": [code]}).result()
        return len(brotli.compress(msgspec.json.decode(answer, type=SnippetsResult).codes[0].encode(), quality=11))

    return measure


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_a_module_is_within_its_limit(name: str, size_of: Callable[..., int]) -> None:
    size = size_of(f'export * from "perfbuild/{name}";')
    print(f"perfbuild/{name}: {size} bytes of brotli")
    assert size <= LIMITS[name]


def test_react_s_list_is_400_bytes_more(size_of: Callable[..., int]) -> None:
    others = "".join(f'export * from "{module}";' for module in ("perfbuild/virtual-list", *FRAMEWORKS))
    adapter = 'export { VirtualList as ReactList } from "perfbuild/virtual-list/react";'
    size = size_of(others + adapter) - size_of(others)
    print(f"perfbuild/virtual-list/react: {size} bytes of brotli")
    assert 100 < size <= 400


def test_the_documentation_states_the_limits() -> None:
    stated = dict(re.findall(r"\| `perfbuild/([\w-]+)` \|.*\| ([\d.]+ k?B) \|", DOCS.read_text("utf-8")))
    for name, limit in LIMITS.items():
        if "/" not in name:
            assert stated[name] == (f"{limit} B" if limit < 1000 else f"{limit / 1000} kB")
