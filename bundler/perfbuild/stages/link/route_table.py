"""The client-side routes of the project: those of the configuration, then those that the sources state."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Collection, Iterable, Mapping

from perfbuild import messages
from perfbuild.config import Config, Route
from perfbuild.config_reader import Source, find_source
from perfbuild.diagnostics import Diagnostics, Location
from perfbuild.engine.protocol import RouteFound
from perfbuild.html.urls import page_url
from perfbuild.model import LinkedModule, RouteRecord
from perfbuild.stages.route_patterns import shape


def route_table(
    found: tuple[RouteFound, ...],
    config: Config,
    modules: Iterable[LinkedModule],
    pages: Collection[str],
    diagnostics: Diagnostics,
) -> tuple[RouteRecord, ...]:
    """Configured routes first, then the others, each by path; of one path the file and line decide.

    A configured route with a component replaces what the sources state for its path, names of parameters aside.
    ``modules`` are all of the build, and ``pages`` the project's pages, root-relative: a weight may be one of theirs.
    Reports components that are not in the build or not loaded lazily, and weights of routes that nobody states.
    """
    configured = _Configured(config, {module.id: module for module in modules}, diagnostics)
    given = [record for index in range(len(config.routes)) for record in configured.records(index)]
    replaced = {shape(route.path) for route in config.routes if route.component is not None}
    stated = _without_repeats(
        RouteRecord(
            path=route.path,
            components=route.components,
            source=route.source.partition("?")[0],
            line=route.line,
            preload=route.preload,
        )
        for route in found
        if shape(route.path) not in replaced
    )
    configured.check_weights({record.path for record in stated}, pages)
    return (*sorted(given, key=_order), *stated)


def _order(record: RouteRecord) -> tuple[str, str, int, tuple[str, ...]]:
    return (record.path, record.source, record.line, record.components)


def _without_repeats(records: Iterable[RouteRecord]) -> tuple[RouteRecord, ...]:
    """In one file a router takes the first route of a path; tables of different files may be different applications'.

    A layout and its index have one path: the one that goes on from the other stays.
    """
    kept: dict[tuple[str, str], RouteRecord] = {}
    for record in sorted(records, key=_order):
        key = (record.path, record.source)
        before = kept.get(key)
        count = len(before.components) if before is not None else 0
        if before is None or (len(record.components) > count and record.components[:count] == before.components != ()):
            kept[key] = record
    distinct: dict[tuple[str, tuple[str, ...]], RouteRecord] = {}
    for record in kept.values():
        distinct.setdefault((record.path, record.components), record)
    return tuple(distinct.values())


class _Configured:
    """The routes of the configuration against the modules of the build."""

    def __init__(self, config: Config, modules: Mapping[str, LinkedModule], diagnostics: Diagnostics) -> None:
        self._config = config
        self._modules = modules
        self._diagnostics = diagnostics
        self._source = _source(config)

    def records(self, index: int) -> tuple[RouteRecord, ...]:
        """The record of a configured route, if it has a component."""
        route = self._config.routes[index]
        if route.component is None:
            return ()
        location = self._location(index, "component")
        component = posixpath.normpath(route.component)
        if component not in self._modules:
            self._diagnostics.report(messages.route_component_missing(route.component, self._near(component), location))
            return ()
        if not self._modules[component].dynamic_importers:
            self._diagnostics.report(messages.route_component_static(route.component, location))
        return (
            RouteRecord(
                path=_normal(route), components=(component,), source=location.file, line=self._location(index).line or 1
            ),
        )

    def check_weights(self, stated: Collection[str], pages: Collection[str]) -> None:
        """A weight without a component is one of a route that is known already."""
        known = {shape(path) for path in stated}
        known |= {shape(path) for page in pages for path in (page_url(page), f"/{page}")}
        for index, route in enumerate(self._config.routes):
            if route.component is None and shape(route.path) not in known:
                near = difflib.get_close_matches(route.path, sorted(stated), n=3)
                self._diagnostics.report(messages.route_unknown(route.path, near, self._location(index, "path")))

    def _near(self, component: str) -> list[str]:
        """Modules whose paths resemble it, those that are loaded lazily before others."""
        own = sorted(name for name in self._modules if "node_modules/" not in name and not name.startswith("\0"))
        lazy = [name for name in own if self._modules[name].dynamic_importers]
        close = [*difflib.get_close_matches(component, lazy, n=3), *difflib.get_close_matches(component, own, n=3)]
        return list(dict.fromkeys(close))[:3]

    def _location(self, index: int, *key: str) -> Location:
        if self._source is None:
            return Location(file=self._config.file or "perfbuild.toml")
        return self._source.location(("routes", index, *key))


def _source(config: Config) -> Source | None:
    if not config.routes or config.file is None:
        return None
    return find_source(config.root, config.root / config.file)[0]


def _normal(route: Route) -> str:
    return route.path.rstrip("/") or "/"
