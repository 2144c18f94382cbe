"""Finds the installed plugins, orders them and calls their hooks; what goes wrong is told under the plugin's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from importlib.metadata import EntryPoint, entry_points

import msgspec

from perfbuild import messages
from perfbuild.api import Context, InputFile, OptimisedFile, PageView, Plugin, PluginError, SetAttributes
from perfbuild.config import PluginOptions
from perfbuild.config_reader import RawTable, nearest
from perfbuild.diagnostics import Diagnostic, Diagnostics

GROUP = "perfbuild.plugins"


def installed() -> tuple[EntryPoint, ...]:
    """The entry points of the group, ordered by name."""
    return tuple(sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)))


def load_plugins(
    config: PluginOptions, diagnostics: Diagnostics, found: Iterable[EntryPoint] | None = None
) -> tuple[Plugin, ...]:
    """The plugins that take part, ordered by name. A disabled one is not even imported; a broken one is a warning.

    Options are taken as :func:`option_problems` finds them: without any.
    """
    points = tuple(installed() if found is None else found)
    names = [point.name for point in points]
    for name in config.disabled:
        if name not in names:
            diagnostics.report(messages.unknown_plugin(name, names))
    plugins: dict[str, Plugin] = {}
    for point in points:
        if point.name in config.disabled:
            continue
        try:
            plugin = _load(point)
            table = config.tables.get(point.name)
            if plugin.Options is not None:
                plugin.options = msgspec.convert(table.values if table else {}, plugin.Options)
            if plugin.name in plugins:
                raise PluginError(f'another plugin is named "{plugin.name}" too')
            plugins[plugin.name] = plugin
        except Exception as error:
            diagnostics.report(messages.plugin_not_loaded(point.name, point.value, _reason(error)))
    return tuple(plugins[name] for name in sorted(plugins))


def _load(point: EntryPoint) -> Plugin:
    plugin = point.load()()
    if not isinstance(plugin, Plugin):
        raise PluginError("it is not a subclass of perfbuild.api.Plugin")
    if plugin.name != point.name or not re.fullmatch(r"[a-z0-9-]+", plugin.name):
        raise PluginError("its name must be that of its entry point: lower-case letters, digits and dashes")
    if not isinstance(plugin.version, str):
        raise PluginError("its version must be text")
    return plugin


def option_problems(config: PluginOptions, found: Iterable[EntryPoint] | None = None) -> Iterator[Diagnostic]:
    """What is wrong with the tables of options: plugins and keys that are not there, values that do not fit.

    A plugin that cannot be loaded is no problem of its options; loading it tells.
    """
    points = {point.name: point for point in (installed() if found is None else found)}
    for name, table in config.tables.items():
        if name not in points:
            yield messages.unknown_config_key(
                f"plugins.{name}", nearest(name, ["disabled", *points]), ["disabled", *points], table.location
            )
            continue
        plugin = _loaded(points[name])
        if plugin is not None:
            yield from _table_problems(plugin, table)


def _loaded(point: EntryPoint) -> Plugin | None:
    try:
        return _load(point)
    except Exception:
        return None


def _table_problems(plugin: Plugin, table: RawTable) -> Iterator[Diagnostic]:
    fields = {field.name: field.type for field in msgspec.structs.fields(plugin.Options)} if plugin.Options else {}
    for key, value in table.values.items():
        shown = f"plugins.{plugin.name}.{key}"
        if key not in fields:
            known = list(fields) or ["no option"]
            yield messages.unknown_config_key(shown, nearest(key, list(fields)), known, table.locations[key])
            continue
        try:
            msgspec.convert(value, fields[key])
        except msgspec.ValidationError as error:
            yield messages.bad_plugin_option(shown, str(error), plugin.name, table.locations[key])


def edit_page(plugin: Plugin, page: PageView, context: Context) -> tuple[SetAttributes, ...] | Diagnostic:
    """The plugin's edits of the page, or the warning that it failed."""
    try:
        own = {id(element) for element in page.elements}
        return tuple(_checked_edit(edit, own) for edit in plugin.edit_page(page, context))
    except Exception as error:
        return messages.plugin_failed(plugin.name, page.path, _reason(error))


def _checked_edit(edit: object, own: Set[int]) -> SetAttributes:
    """``own``: the identities of the page's elements."""
    if not isinstance(edit, SetAttributes) or not isinstance(edit.attributes, Mapping):
        raise PluginError(f"it gave {type(edit).__name__} in place of SetAttributes")
    if id(edit.element) not in own:
        raise PluginError("it edits an element that is none of the page's")
    for name, value in edit.attributes.items():
        if not isinstance(name, str) or not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9:_.-]*", name):
            raise PluginError(f"it sets the attribute {name!r}, which must be a lower-case name, to {value!r}")
    return edit


def optimise_file(plugin: Plugin, file: InputFile, context: Context) -> OptimisedFile | Diagnostic | None:
    """What the plugin offers, or the warning that it failed."""
    try:
        result: object = plugin.optimise_file(file, context)
        if result is None or (isinstance(result, OptimisedFile) and isinstance(result.content, bytes)):
            return result
        raise PluginError(f"it gave {type(result).__name__} in place of an OptimisedFile with bytes")
    except Exception as error:
        return messages.plugin_failed(plugin.name, file.path, _reason(error))


def _reason(error: Exception) -> str:
    if isinstance(error, PluginError):
        return str(error)
    return f"{type(error).__name__}: {error}"
