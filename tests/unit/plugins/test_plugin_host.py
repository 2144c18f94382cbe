"""Which plugins take part, in which order, and what happens when one is broken."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Annotated

import msgspec
import pytest

from perfbuild.api import Context, InputFile, OptimisedFile, Plugin
from perfbuild.config import PluginOptions
from perfbuild.config_reader import RawTable
from perfbuild.diagnostics import Diagnostic, Diagnostics, Location
from perfbuild.plugin_host import GROUP, load_plugins, optimise_file, option_problems


class First(Plugin):
    name = "a-first"
    version = "1"


class Second(Plugin):
    name = "b-second"
    version = "1"


class Misnamed(Plugin):
    name = "other"
    version = "1"


class Exploding(Plugin):
    name = "exploding"
    version = "1"

    def __init__(self) -> None:
        raise RuntimeError("no licence key")


class LimitOptions(msgspec.Struct, frozen=True, kw_only=True):
    limit: Annotated[int, msgspec.Meta(ge=0)] = 3
    names: tuple[str, ...] = ()


class Limited(Plugin):
    name = "limited"
    version = "1"
    Options = LimitOptions
    options: LimitOptions


class NotAPlugin:
    name = "not-a-plugin"


@pytest.fixture(autouse=True)
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    fake = ModuleType("some_plugins")
    for member in (First, Second, Limited, Misnamed, Exploding, NotAPlugin):
        setattr(fake, member.__name__, member)
    monkeypatch.setitem(sys.modules, "some_plugins", fake)
    yield


def point(name: str, target: str) -> EntryPoint:
    return EntryPoint(name=name, value=f"some_plugins:{target}", group=GROUP)


GOOD = (point("b-second", "Second"), point("a-first", "First"))


def test_plugins_are_ordered_by_name() -> None:
    diagnostics = Diagnostics()
    assert [plugin.name for plugin in load_plugins(PluginOptions(), diagnostics, GOOD)] == ["a-first", "b-second"]
    assert list(diagnostics) == []


def test_a_disabled_plugin_is_not_even_imported() -> None:
    diagnostics = Diagnostics()
    absent = EntryPoint(name="absent", value="no_such_module:Plugin", group=GROUP)
    options = PluginOptions(disabled=("absent", "a-first"))
    assert [plugin.name for plugin in load_plugins(options, diagnostics, (*GOOD, absent))] == ["b-second"]
    assert list(diagnostics) == []


def test_disabling_what_is_not_installed_is_told_with_what_is() -> None:
    diagnostics = Diagnostics()
    load_plugins(PluginOptions(disabled=("a-frist",)), diagnostics, GOOD)
    (warning,) = diagnostics
    assert (warning.code, warning.severity) == ("unknown-plugin", "warning")
    assert "a-first" in warning.hint


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (EntryPoint(name="absent", value="no_such_module:Plugin", group=GROUP), "no_such_module"),
        (point("exploding", "Exploding"), "no licence key"),
        (point("not-a-plugin", "NotAPlugin"), "not a subclass"),
        (point("misnamed", "Misnamed"), "name must be that of its entry point"),
        (point("a-first", "First"), "another plugin"),
    ],
)
def test_a_broken_plugin_is_a_warning_under_its_name_and_the_others_run(broken: EntryPoint, reason: str) -> None:
    diagnostics = Diagnostics()
    plugins = load_plugins(PluginOptions(), diagnostics, (*GOOD, broken))
    assert [plugin.name for plugin in plugins] == ["a-first", "b-second"]
    (warning,) = diagnostics
    assert (warning.severity, warning.plugin) == ("warning", broken.name)
    assert reason in warning.message


def test_the_first_party_plugins_are_installed() -> None:
    diagnostics = Diagnostics()
    assert {"jpeg", "json", "png", "svg"} <= {plugin.name for plugin in load_plugins(PluginOptions(), diagnostics)}
    assert list(diagnostics) == []


def test_a_result_of_the_wrong_type_is_blamed_on_the_plugin() -> None:
    class Careless(Plugin):
        name = "careless"
        version = "1"

        def optimise_file(self, file: InputFile, context: Context) -> OptimisedFile | None:
            return b"bytes"  # type: ignore[return-value]

    result = optimise_file(Careless(), InputFile(path="a.txt", type="other", content=b""), Context(target=None))
    assert isinstance(result, Diagnostic)
    assert (result.plugin, result.severity) == ("careless", "warning")


# --- options --------------------------------------------------------------------------------------


def options(name: str, **values: object) -> PluginOptions:
    locations = {key: Location(file="perfbuild.toml", line=2 + number) for number, key in enumerate(values)}
    table = RawTable(values=values, locations=locations, location=Location(file="perfbuild.toml", line=1))
    return PluginOptions(tables={name: table})


LIMITED = point("limited", "Limited")


@pytest.mark.parametrize(
    ("values", "expected"),
    [({}, LimitOptions()), ({"limit": 5, "names": ["a", "b"]}, LimitOptions(limit=5, names=("a", "b")))],
)
def test_a_plugin_has_the_options_of_its_table_and_its_own_defaults(
    values: dict[str, object], expected: LimitOptions
) -> None:
    config = options("limited", **values)
    assert list(option_problems(config, [LIMITED])) == []
    (plugin,) = load_plugins(config, Diagnostics(), [LIMITED])
    assert plugin.options == expected
    (plugin,) = load_plugins(PluginOptions(), Diagnostics(), [LIMITED])
    assert plugin.options == LimitOptions()


@pytest.mark.parametrize(
    ("config", "code", "line", "says"),
    [
        (options("limited", limits=5), "unknown-config-key", 2, ('"plugins.limited.limits"', '"limit"')),
        (options("limited", names=[], limit="5"), "bad-plugin-option", 3, ('"plugins.limited.limit"', "`int`")),
        (options("limited", limit=-1), "bad-plugin-option", 2, (">= 0",)),
        (options("limited", names=[1]), "bad-plugin-option", 2, ("`str`",)),
        (options("limitet"), "unknown-config-key", 1, ('"plugins.limitet"', '"limited"')),
        (options("disable"), "unknown-config-key", 1, ('"disabled"',)),
        (options("a-first", limit=1), "unknown-config-key", 2, ("no option",)),
    ],
)
def test_a_mistake_in_a_table_is_an_error_at_its_place(
    config: PluginOptions, code: str, line: int, says: tuple[str, ...]
) -> None:
    (problem,) = option_problems(config, (*GOOD, LIMITED))
    assert (problem.code, problem.severity) == (code, "error")
    assert problem.location is not None and problem.location.line == line
    assert all(text in f"{problem.message} {problem.hint}" for text in says), problem


def test_options_of_a_plugin_that_cannot_be_loaded_are_no_second_problem() -> None:
    config = options("exploding", anything=1)
    assert list(option_problems(config, [point("exploding", "Exploding")])) == []
