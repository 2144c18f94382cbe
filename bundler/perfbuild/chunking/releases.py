"""How likely a chunk is to change in a release.

What changes as one is a *unit*: a source module, or a package with all its modules, since a package changes by a new
version. A chunk stays the same when all its units do: P(change) = 1 - prod(1 - p) over its units.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from perfbuild.chunking.bitsets import bits
from perfbuild.model import Atom

#: Source modules that a release changes, in projects whose history is not known: p = this / number of them.
SOURCES_PER_RELEASE = 5.0
#: And no source module is more likely to change than this.
MOST_PER_SOURCE = 0.1
#: Releases in which a package whose history is not known changes: about once a year of a release each working day.
PACKAGE_CHANGE = 0.004

#: Nothing is certain to change, or its logarithm would have no end.
_CERTAIN = 0.999
#: Logarithms are kept as integers, so that a sum does not depend on the order of its parts.
_UNIT = 1 << 40

_FOLDER = "node_modules/"


def package_of(module: str) -> str | None:
    """The package that a module is of, by its path; None for sources; '\\0' for what the engine made itself."""
    if module.startswith("\0"):
        return "\0"
    _, found, path = module.rpartition(_FOLDER)
    if not found:
        return None
    parts = path.split("/")
    return "/".join(parts[: 2 if path.startswith("@") else 1])


class Releases:
    """Survival of atoms and of sets of them: logarithms of the probability that nothing changes, negated."""

    def __init__(self, atoms: Sequence[Atom], change: Mapping[str, float]) -> None:
        modules = [[(module, package_of(module)) for module, _ in atom.modules] for atom in atoms]
        sources = {module for own in modules for module, package in own if package is None}
        default = min(MOST_PER_SOURCE, SOURCES_PER_RELEASE / max(len(sources), 1))
        survival = {module: _negated_logarithm(rate) for module, rate in change.items() if module in sources}
        usual = _negated_logarithm(default)
        rates: dict[str, float] = {}
        for own in modules:
            for module, package in own:
                if package is not None:
                    rates[package] = max(rates.get(package, 0.0), change.get(module, PACKAGE_CHANGE))
        packages = sorted(rates)
        place = {package: index for index, package in enumerate(packages)}
        self._rates = tuple(_negated_logarithm(rates[package]) for package in packages)
        self._known: dict[int, int] = {}
        self.sources = [sum([survival.get(module, usual) for module, name in own if name is None]) for own in modules]
        """Atom -> the sum over its source modules."""
        names = [{name for _, name in own if name is not None} for own in modules]
        self.packages = [sum([1 << place[name] for name in own]) for own in names]
        """Atom -> set of its packages."""

    def probability(self, sources: int, packages: int) -> float:
        """That a chunk changes, from the sum of its atoms' :attr:`sources` and the union of their :attr:`packages`."""
        known = self._known.get(packages)
        if known is None:
            known = self._known[packages] = sum(self._rates[place] for place in bits(packages))
        return -math.expm1(-(sources + known) / _UNIT)


def _negated_logarithm(probability: float) -> int:
    return round(-math.log1p(-min(max(probability, 0.0), _CERTAIN)) * _UNIT)
