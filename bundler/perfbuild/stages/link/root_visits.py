"""How much each root is visited, for the plans of stylesheets and of chunks."""

from __future__ import annotations

from collections.abc import Mapping

from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.protocol import RouteFound
from perfbuild.model import LinkedModule, Page, RouteRecord
from perfbuild.stages.link.route_table import route_table
from perfbuild.stages.traffic import read_visits, route_weights


def is_weighted(config: Config) -> bool:
    """Whether the configuration says anything of the visits."""
    return config.chunks.analytics is not None or any(route.weight is not None for route in config.routes)


def root_visits(
    found: tuple[RouteFound, ...],
    config: Config,
    modules: tuple[LinkedModule, ...],
    pages: tuple[Page, ...],
    diagnostics: Diagnostics,
) -> dict[str, float]:
    """Visits by the id of the module that such a visit asks for; a module that is not there has none.

    ``found``: the routes that the sources state. ``modules`` are all of the build.
    """
    # What is wrong with the table is said once, when the link has ended.
    paths = [page.path for page in pages]
    routes = route_table(found, config, modules, paths, Diagnostics())
    weights = route_weights(read_visits(config, diagnostics), routes, config, diagnostics, paths)
    return _by_module(routes, pages, weights)


def _by_module(
    routes: tuple[RouteRecord, ...], pages: tuple[Page, ...], weights: Mapping[str, float]
) -> dict[str, float]:
    """Weights of route patterns and pages become those of the modules that they start with."""
    wanted = [(route.components[-1], weights.get(route.path, 0.0)) for route in routes if route.components]
    for page in pages:
        weight = weights.get(page.path, 0.0)
        wanted += [(script.target, weight) for script in page.module_scripts if script.target]
    visits: dict[str, float] = {}
    for module, weight in wanted:
        visits[module] = visits.get(module, 0.0) + weight
    return visits
