"""Answers the engine's request to arrange the chunks of its own split, between its two links.

docs/design/chunk-planning.md tells what is weighed; here the inputs are brought together.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from perfbuild.chunking.planner import arrange
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.protocol import ArrangeRequest
from perfbuild.model import Arrangement, Atom, Page, RouteRecord
from perfbuild.stages.history import change_rates, rate_of
from perfbuild.stages.link.planning import Planner
from perfbuild.stages.link.route_table import route_table
from perfbuild.stages.traffic import read_visits, route_weights


class Arranger:
    """Arranges once, and keeps what was arranged for the account and the commands that explain it."""

    def __init__(self, config: Config, pages: tuple[Page, ...], planner: Planner, diagnostics: Diagnostics) -> None:
        self.config = config
        self.planner = planner
        self.pages = pages
        self.diagnostics = diagnostics
        self.atoms: tuple[Atom, ...] = ()
        self.arrangement: Arrangement | None = None
        self.weights: Mapping[int, float] = {}
        self.change_rates: Mapping[str, float] = {}
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="perfbuild-history")

    def prepare(self) -> None:
        """Ask version control while the engine reads the sources."""
        self._rates = self._aside.submit(change_rates, self.config, self.diagnostics)

    def answer(self, params: msgspec.Raw) -> dict[str, Any]:
        """The engine's request ``arrange`` -> chunks, as lists of atoms."""
        request = msgspec.json.decode(params, type=ArrangeRequest)
        self.atoms = request.atoms
        self.weights = self._weights(request)
        rates = self._rates.result()
        modules = [module for atom in self.atoms for module, _ in atom.modules]
        self.change_rates = {module: rate for module in modules if (rate := rate_of(rates, module)) is not None}
        self.arrangement = arrange(self.atoms, self.weights, self.change_rates, self.config.chunks)
        return {"chunks": [{"name": chunk.name, "atoms": chunk.atoms} for chunk in self.arrangement.chunks]}

    def reasons(self) -> dict[frozenset[str], str]:
        """Why a chunk was made, by its modules."""
        chunks = self.arrangement.chunks if self.arrangement else ()
        return {
            frozenset(module for atom in chunk.atoms for module, _ in self.atoms[atom].modules): chunk.why
            for chunk in chunks
        }

    def _weights(self, request: ArrangeRequest) -> dict[int, float]:
        """Empty where nothing is known of the visits: all roots then count alike."""
        if self.config.chunks.analytics is None and all(route.weight is None for route in self.config.routes):
            return {}
        # What is wrong with the table is said once, when the link has ended.
        pages = [page.path for page in self.pages]
        routes = route_table(request.routes, self.config, self.planner.modules(), pages, Diagnostics())
        visits = read_visits(self.config, self.diagnostics)
        return root_weights(
            self.atoms, routes, self.pages, route_weights(visits, routes, self.config, self.diagnostics, pages)
        )


def root_weights(
    atoms: tuple[Atom, ...], routes: tuple[RouteRecord, ...], pages: tuple[Page, ...], weights: Mapping[str, float]
) -> dict[int, float]:
    """Weights of route patterns and pages become those of the atoms that such a visit asks for."""
    by_facade = {atom.facade: place for place, atom in enumerate(atoms) if atom.facade}
    wanted = [(route.components[-1], weights.get(route.path, 0.0)) for route in routes if route.components]
    for page in pages:
        weight = weights.get(page.path, 0.0)
        wanted += [(script.target, weight) for script in page.module_scripts if script.target]
    found: dict[int, float] = {}
    for module, weight in wanted:
        if (place := by_facade.get(module)) is not None:
            found[place] = found.get(place, 0.0) + weight
    return found
