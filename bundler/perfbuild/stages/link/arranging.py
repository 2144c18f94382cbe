"""Answers the engine's request to arrange the chunks of its own split, between its two links.

docs/design/chunk-planning.md tells what is weighed; here the inputs are brought together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from msgspec import structs

from perfbuild import messages
from perfbuild.chunking.planner import arrange
from perfbuild.chunking.transfer import graded, usual_characters
from perfbuild.config import Chunks, Config
from perfbuild.diagnostics import Diagnostics
from perfbuild.engine.protocol import ArrangeRequest
from perfbuild.model import Arrangement, Atom
from perfbuild.stages.history import change_rates, rate_of
from perfbuild.stages.link.planning import Planner

#: Of the visits with the last release in the cache, those by browsers that take no deltas: all but Chromium's kin.
WITHOUT_DELTAS = 0.3


def chunk_settings(config: Config) -> Chunks:
    """What chunks are planned by. Where a release comes with deltas from the one before, a visitor who takes them pays
    next to nothing for a chunk that changed, so fewer and larger ones are better."""
    chunks = config.chunks
    return (
        dataclasses.replace(chunks, returning=chunks.returning * WITHOUT_DELTAS) if config.output.previous else chunks
    )


class Arranger:
    """Arranges once, and keeps what was arranged for the account and the commands that explain it."""

    def __init__(self, config: Config, planner: Planner, diagnostics: Diagnostics) -> None:
        self.config = config
        self.planner = planner
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
        """The engine's request ``arrange`` -> chunks, as lists of atoms, and the order in which atoms run."""
        request = msgspec.json.decode(params, type=ArrangeRequest)
        self.atoms = tuple(structs.replace(atom, size=graded(usual_characters(atom.size))) for atom in request.atoms)
        self.weights = self._weights()
        rates = self._rates.result()
        modules = [module for atom in self.atoms for module, _ in atom.modules] if rates else []
        self.change_rates = {module: rate for module in modules if (rate := rate_of(rates, module)) is not None}
        self.arrangement = arrange(self.atoms, self.weights, self.change_rates, chunk_settings(self.config))
        for breach in self.arrangement.breaches:
            atom = self.atoms[breach.atom]
            self.diagnostics.report(messages.limit_not_kept(breach, atom.facade or atom.modules[0][0]))
        chunks = [{"name": chunk.name, "atoms": chunk.atoms} for chunk in self.arrangement.chunks]
        return {"chunks": chunks, "order": self.arrangement.order}

    def reasons(self) -> dict[frozenset[str], str]:
        """Why a chunk was made, by its modules."""
        chunks = self.arrangement.chunks if self.arrangement else ()
        return {
            frozenset(module for atom in chunk.atoms for module, _ in self.atoms[atom].modules): chunk.why
            for chunk in chunks
        }

    def _weights(self) -> dict[int, float]:
        """Visits of the modules that roots stand for become those of their atoms; empty where nothing is known."""
        visits = self.planner.visits
        places = {atom.facade: place for place, atom in enumerate(self.atoms) if atom.facade}
        return {place: visits[module] for module, place in places.items() if module in visits}
