"""How much each route is visited: an analytics export or access log, and the weights that the configuration gives.

docs/design/planner-inputs.md has the rules and their reasons.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from urllib.parse import unquote, urlsplit

import msgspec

from perfbuild import messages
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.html.urls import page_url
from perfbuild.model import RouteRecord
from perfbuild.stages.route_patterns import RoutePatterns, shape
from perfbuild.stages.visit_files import UnreadableVisitsError, visits_in

#: How much of each weight is as if all routes were visited alike: one without visits so far still has a price.
EVENLY = 0.05
_LONGEST_SHOWN = 80


class RouteVisits(msgspec.Struct, frozen=True, kw_only=True):
    """Visits by what answers them. All the visits together are those that were given."""

    routes: Mapping[str, float]
    """By the pattern of the route."""
    pages: Mapping[str, float]
    """By the page, root-relative, where no route of a client-side router is it."""
    unknown: Mapping[str, float]
    """By path, of those that neither a route nor a page takes."""


def read_visits(config: Config, diagnostics: Diagnostics) -> Mapping[str, float]:
    """Visits by URL path below the base, decoded, from ``chunks.analytics``; empty without it.

    A file that cannot be read or holds nothing that is recognised is one warning.
    """
    name = config.chunks.analytics
    if name is None:
        return {}
    totals: dict[str, float] = defaultdict(float)
    try:
        for address, count in visits_in(config.root / name):
            totals[address] += count
    except UnreadableVisitsError as error:
        diagnostics.report(messages.analytics_unreadable(name, error.reason, error.line))
        return {}
    visits = _below_base(totals, config.base)
    if not any(visits.values()):
        diagnostics.report(messages.analytics_unreadable(name, "it holds no visits", None))
        return {}
    return visits


def route_weights(
    visits: Mapping[str, float],
    routes: tuple[RouteRecord, ...],
    config: Config,
    diagnostics: Diagnostics,
    pages: Collection[str] = (),
) -> Mapping[str, float]:
    """The weight of every route by its pattern, and of every page by its root-relative path.

    ``visits`` are those of :func:`read_visits`. A weight of 1 is the mean, and what all have without visits; weights of
    the configuration are on that scale. ``pages`` are the pages of the project.
    """
    found = assign_visits(visits, routes, pages)
    if found.unknown and config.chunks.analytics:
        diagnostics.report(_unknown(found, config.chunks.analytics))
    counts = {**found.routes, **found.pages}
    given = _configured(found, config)
    return _scaled({key: count for key, count in counts.items() if key not in given}) | given


def assign_visits(
    visits: Mapping[str, float], routes: tuple[RouteRecord, ...], pages: Collection[str] = ()
) -> RouteVisits:
    """Each path's visits for the most specific pattern that takes it, or the page that a server answers it with.

    A route without parameters goes before a page (``/`` of an application is the route, not its ``index.html``), a page
    before a route with them.
    """
    patterns = RoutePatterns(route.path for route in routes)
    by_route = dict.fromkeys(sorted(route.path for route in routes), 0.0)
    by_page = dict.fromkeys(sorted(pages), 0.0)
    unknown: dict[str, float] = {}
    for path, count in sorted(visits.items()):
        route = patterns.find_static(path)
        page = None if route else _page_at(path, by_page)
        route = route or (None if page else patterns.find(path))
        if route:
            by_route[route] += count
        elif page:
            by_page[page] += count
        else:
            unknown[path] = count
    return RouteVisits(routes=by_route, pages=by_page, unknown=unknown)


def _page_at(path: str, pages: Mapping[str, float]) -> str | None:
    """As static hosts answer: ``/about`` by ``about.html`` or ``about/index.html``."""
    plain = path.strip("/")
    below = f"{plain}/index.html" if plain else "index.html"
    direct = (f"{plain}.html", f"{plain}.htm")
    candidates = (below, *direct) if path.endswith("/") else (plain, *direct, below)
    return next((candidate for candidate in candidates if candidate in pages), None)


def _configured(found: RouteVisits, config: Config) -> dict[str, float]:
    """Weights of the configuration, by route or page. ``/`` means the page only where no route has this path."""
    weights = {shape(route.path): route.weight for route in config.routes if route.weight is not None}
    given = {route: weights.pop(shape(route)) for route in found.routes if shape(route) in weights}
    for page in found.pages:
        weight = weights.get(shape(f"/{page}"), weights.get(shape(page_url(page))))
        if weight is not None:
            given[page] = weight
    return given


def _scaled(counts: Mapping[str, float]) -> dict[str, float]:
    """To a mean of 1, a part of it evenly."""
    total = sum(counts.values())
    if not total:
        return dict.fromkeys(counts, 1.0)
    return {key: EVENLY + (1 - EVENLY) * (count / total) * len(counts) for key, count in counts.items()}


def _unknown(found: RouteVisits, file: str) -> Diagnostic:
    largest = sorted(found.unknown, key=lambda path: (-found.unknown[path], path))[:3]
    shown = [path if len(path) <= _LONGEST_SHOWN else f"{path[:_LONGEST_SHOWN]}…" for path in largest]
    unknown = sum(found.unknown.values())
    known = sum(found.routes.values()) + sum(found.pages.values())
    share = unknown / (known + unknown) if unknown else 0.0
    return messages.analytics_unknown_paths(file, share, len(found.unknown), shown)


# --- addresses ------------------------------------------------------------------------------------


def _below_base(totals: Mapping[str, float], base: str) -> dict[str, float]:
    """With the base's path cut. Where some paths have it, those without are other sites' on the same host."""
    prefix = urlsplit(base).path if base != "./" else "/"
    paths: dict[str, float] = defaultdict(float)
    for address, count in totals.items():
        if path := url_path(address):
            paths[path] += count
    below: dict[str, float] = defaultdict(float)
    for path, count in paths.items():
        if f"{path}/".startswith(prefix):
            below["/" + path[len(prefix) :]] += count
    return dict(sorted((below or paths).items()))


def url_path(address: str) -> str | None:
    """The decoded path of an address, without query and fragment; None for what is no address.

    Where the fragment is a path, it is the one: routers without a server keep the route there.
    """
    address = address.strip()
    try:
        parts = urlsplit(address)
    except ValueError:  # an unclosed bracket where a host would be
        return None
    inner = re.match(r"!?(/[^?]*)", parts.fragment)
    path = unquote(inner[1] if inner else parts.path)
    path = re.sub(r"/{2,}", "/", path if path.startswith("/") else f"/{path}")
    return path if path.isprintable() else None
