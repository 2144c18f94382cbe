"""Every key, option and hook is documented."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from perfbuild import api
from perfbuild.cli import commands
from perfbuild.config import Budget, ChunkGroup, Chunks, Config, Output, PluginOptions, Route, Runtime
from perfbuild.diagnostics import Diagnostics
from perfbuild.plugin_host import load_plugins

DOCS = Path(__file__).parents[2] / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")
PLUGINS = (DOCS / "plugins.md").read_text(encoding="utf-8")
SECTIONS = {
    Chunks: "[chunks]",
    ChunkGroup: "[chunks]",
    Route: "[[routes]]",
    Budget: "[[budgets]]",
    Output: "[output]",
    Runtime: "[runtime]",
    PluginOptions: "[plugins]",
}
CONTAINERS = {"chunks", "routes", "budgets", "output", "runtime", "plugins"}


def keys() -> Iterator[tuple[str, str]]:
    """Every key with the text in which a row of a table must tell of it."""
    for cls in (Config, Chunks, ChunkGroup, Route, Budget, Output, Runtime, PluginOptions):
        text = CONFIGURATION
        if cls in SECTIONS:
            text = CONFIGURATION.split(f"## `{SECTIONS[cls]}`\n")[1].split("\n## ")[0]
        for field in dataclasses.fields(cls):
            if field.metadata.get("key", True) and field.name not in CONTAINERS:
                yield field.name, text


@pytest.mark.parametrize(("key", "text"), list(keys()))
def test_every_key_has_a_row(key: str, text: str) -> None:
    assert re.search(rf"^\| `{key}` \|", text, re.MULTILINE)


def test_the_table_of_keys_names_no_key_that_is_not_there() -> None:
    known = {key for key, _ in keys()}
    assert set(re.findall(r"^\| `(\w+)` \|", CONFIGURATION, re.MULTILINE)) == known


def options() -> Iterator[tuple[str, str]]:
    for name, command in sorted(commands.commands.items()):
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                for option in parameter.opts:
                    yield name, option


@pytest.mark.parametrize(("command", "option"), list(options()))
def test_every_option_is_in_its_command_s_row(command: str, option: str) -> None:
    row = re.search(rf"^\| `perfbuild {command} .*$", CONFIGURATION, re.MULTILINE)
    assert row is not None
    shared = CONFIGURATION.split("All of them know")[1]
    assert re.search(rf"`{option}\b", row[0]) or (option in ("-q", "-v") and f"`{option}`" in shared)


def test_every_hook_and_public_name_is_documented() -> None:
    hooks = [name for name, member in vars(api.Plugin).items() if callable(member) and not name.startswith("_")]
    assert hooks
    for name in (*hooks, *api.__all__):
        assert re.search(rf"\b{name}\b", PLUGINS) or name == "FileType", name


def test_every_first_party_plugin_has_a_row_with_its_files() -> None:
    for plugin in load_plugins(PluginOptions(), Diagnostics()):
        if type(plugin).__module__.startswith("perfbuild_plugins."):
            row = re.search(rf"^\| `{plugin.name}` .*$", PLUGINS, re.MULTILINE)
            assert row is not None
            assert all(f"`{suffix}`" in row[0] for suffix in plugin.suffixes)


def test_every_option_of_a_first_party_plugin_has_a_row_with_its_default() -> None:
    plugins = [plugin for plugin in load_plugins(PluginOptions(), Diagnostics()) if plugin.Options is not None]
    assert plugins
    for plugin in plugins:
        section = PLUGINS.split(f"### `{plugin.name}`")[1].split("\n## ")[0]
        assert plugin.Options is not None
        for field in msgspec.structs.fields(plugin.Options):
            default = json.dumps(field.default)
            assert re.search(rf"^\| `{field.name}` \| [^|]+ \| `{default}` \|", section, re.MULTILINE), field.name


def test_a_row_names_the_elements_that_a_plugin_is_about() -> None:
    for plugin in load_plugins(PluginOptions(), Diagnostics()):
        row = re.search(rf"^\| `{plugin.name}` .*$", PLUGINS, re.MULTILINE)
        assert row is not None
        assert all(f"`{element}`" in row[0] for element in plugin.elements)
