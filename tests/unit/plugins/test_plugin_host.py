"""Which plugins take part, in which order, and what happens when one is broken."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from perfbuild.api import Context, InputFile, OptimisedFile, Plugin
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.plugin_host import GROUP, load_plugins, optimise_file


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


class NotAPlugin:
    name = "not-a-plugin"


@pytest.fixture(autouse=True)
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    fake = ModuleType("some_plugins")
    for member in (First, Second, Misnamed, Exploding, NotAPlugin):
        setattr(fake, member.__name__, member)
    monkeypatch.setitem(sys.modules, "some_plugins", fake)
    yield


def point(name: str, target: str) -> EntryPoint:
    return EntryPoint(name=name, value=f"some_plugins:{target}", group=GROUP)


GOOD = (point("b-second", "Second"), point("a-first", "First"))


def test_plugins_are_ordered_by_name() -> None:
    diagnostics = Diagnostics()
    assert [plugin.name for plugin in load_plugins((), diagnostics, GOOD)] == ["a-first", "b-second"]
    assert list(diagnostics) == []


def test_a_disabled_plugin_is_not_even_imported() -> None:
    diagnostics = Diagnostics()
    absent = EntryPoint(name="absent", value="no_such_module:Plugin", group=GROUP)
    assert [plugin.name for plugin in load_plugins(("absent", "a-first"), diagnostics, (*GOOD, absent))] == ["b-second"]
    assert list(diagnostics) == []


def test_disabling_what_is_not_installed_is_told_with_what_is() -> None:
    diagnostics = Diagnostics()
    load_plugins(("a-frist",), diagnostics, GOOD)
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
    plugins = load_plugins((), diagnostics, (*GOOD, broken))
    assert [plugin.name for plugin in plugins] == ["a-first", "b-second"]
    (warning,) = diagnostics
    assert (warning.severity, warning.plugin) == ("warning", broken.name)
    assert reason in warning.message


def test_the_first_party_plugins_are_installed() -> None:
    diagnostics = Diagnostics()
    assert {"jpeg", "json", "png", "svg"} <= {plugin.name for plugin in load_plugins((), diagnostics)}
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
