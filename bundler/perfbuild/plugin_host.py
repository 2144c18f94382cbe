"""Finds the installed plugins, orders them and calls their hooks; what goes wrong is told under the plugin's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points

from perfbuild import messages
from perfbuild.api import Context, InputFile, OptimisedFile, Plugin, PluginError
from perfbuild.diagnostics import Diagnostic, Diagnostics

GROUP = "perfbuild.plugins"


def installed() -> tuple[EntryPoint, ...]:
    """The entry points of the group, ordered by name."""
    return tuple(sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)))


def load_plugins(
    disabled: Sequence[str], diagnostics: Diagnostics, found: Iterable[EntryPoint] | None = None
) -> tuple[Plugin, ...]:
    """The plugins that take part, ordered by name. A disabled one is not even imported; a broken one is a warning."""
    points = tuple(installed() if found is None else found)
    names = [point.name for point in points]
    for name in disabled:
        if name not in names:
            diagnostics.report(messages.unknown_plugin(name, names))
    plugins: dict[str, Plugin] = {}
    for point in points:
        if point.name in disabled:
            continue
        try:
            plugin = _load(point)
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
