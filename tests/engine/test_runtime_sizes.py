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


@pytest.fixture(scope="module")
def minified(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    root = tmp_path_factory.mktemp("sizes")
    (root / "index.html").write_text("<!doctype html><title>Sizes</title>", "utf-8")
    config, _ = load_config(root, CliOptions())

    def make(name: str) -> bytes:
        with Engine() as engine:
            open_engine(engine, config, discover(config, Diagnostics()), (), root)
            answer = engine.request("snippets", {"codes": [f'export * from "perfbuild/{name}";']}).result()
        return msgspec.json.decode(answer, type=SnippetsResult).codes[0].encode()

    return make


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_a_module_is_within_its_limit(name: str, minified: Callable[[str], bytes]) -> None:
    size = len(brotli.compress(minified(name), quality=11))
    print(f"perfbuild/{name}: {size} bytes of brotli")
    assert size <= LIMITS[name]


def test_the_documentation_states_the_limits() -> None:
    stated = dict(re.findall(r"\| `perfbuild/([\w-]+)` \|.*\| ([\d.]+ k?B) \|", DOCS.read_text("utf-8")))
    for name, limit in LIMITS.items():
        if "/" not in name:
            assert stated[name] == (f"{limit} B" if limit < 1000 else f"{limit / 1000} kB")
