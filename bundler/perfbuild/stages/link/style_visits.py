"""Who has a stylesheet loaded, and which lazy roots come right after an entry.

Roots are bits, by their places in :attr:`Reach.roots`: the entries first. docs/design/stylesheets.md has the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import msgspec

from perfbuild.stages.link.reach import Reach, bits

#: npm packages that write rules into the page as it runs, at the end of the head unless they are told otherwise. (Ant
#: Design's write theirs at its start.)
STYLE_WRITERS = frozenset(
    {
        "@emotion/sheet",
        "@fluentui/merge-styles",
        "@griffel/core",
        "@stitches/core",
        "@stitches/react",
        "aphrodite",
        "fela-dom",
        "free-style",
        "goober",
        "jss",
        "styled-components",
        "styled-jsx",
        "styletron-engine-atomic",
    }
)


class PageEntries(msgspec.Struct, frozen=True, kw_only=True):
    """Entries by the ids of their modules."""

    pages: tuple[tuple[str, ...], ...]
    """Those of each page."""
    configured: frozenset[str] = frozenset()
    """Those that the configuration names: what else their pages link is not known."""

    def hosts(self, styled: frozenset[str]) -> frozenset[str]:
        """Of the ``styled`` entries, which link stylesheets, those after which no page links another's."""
        linking = [styled.intersection(page) for page in self.pages]
        alone = [entries for entries in linking if len(entries) == 1]
        beside = [entries for entries in linking if len(entries) > 1]
        return frozenset().union(*alone).difference(self.configured, *beside)


class StyleVisits:
    """Ways from root to root by dynamic imports, and what a visit to each weighs."""

    def __init__(
        self,
        reach: Reach,
        *,
        weights: Mapping[int, float],
        hosts: Iterable[int] = (),
        writers: Iterable[int] = (),
    ) -> None:
        """``weights``: root module -> visits, one that is not there has none; all count alike where it is empty.

        ``hosts``: the modules of entries after whose stylesheets a page links no others. ``writers``: modules that
        write rules into the page as it runs, after all that is linked then.
        """
        self._places = {module: place for place, module in enumerate(reach.roots)}
        self._parents = reach.parents
        self._entries = (1 << reach.entry_count) - 1
        self._children = [0] * len(reach.roots)
        for place, parents in enumerate(reach.parents):
            for parent in bits(parents):
                self._children[parent] |= 1 << place
        self._weights = [weights.get(module, 0.0) if weights else 1.0 for module in reach.roots]
        self._writers = 0
        for module in writers:
            self._writers |= reach.reached_by[module]
        self._hosts = self.mask(hosts) & ~self._writers
        self.weight = cache(self._weight)
        self.after = cache(self._after)
        self._starts = [0] * len(reach.roots)
        for entry in range(reach.entry_count):
            for place in bits(self.after(1 << entry)):
                self._starts[place] |= 1 << entry

    def mask(self, modules: Iterable[int]) -> int:
        """The bits of root modules."""
        return sum(1 << self._places[module] for module in modules)

    def _weight(self, roots: int) -> float:
        """Visits to any of the roots."""
        return sum(self._weights[place] for place in bits(roots))

    def _after(self, roots: int, stops: int = 0) -> int:
        """The roots, and those that dynamic imports reach from them without passing through one of ``stops``."""
        found, pending = roots, roots
        while pending:
            reached = 0
            for place in bits(pending):
                reached |= self._children[place]
            pending = reached & ~found & ~stops
            found |= reached
        return found

    def surely(self, owners: int) -> int:
        """The roots that link a stylesheet, and those that are reached through one of them whatever the way."""
        found = owners | (self.after(owners) & ~self._entries)
        lost = -1
        while lost:
            lost = sum(1 << place for place in bits(found & ~owners) if self._parents[place] & ~found)
            found &= ~lost
        return found

    def hosts_of(self, roots: int, styled: int) -> int:
        """The entries from which the lazy roots are reached; 0 unless what all of these link first can as well stand
        after the sheets of those entries.

        It can where each is reached on a way on which it comes next: no root that links another stylesheet (``styled``:
        those that link any) and no code that writes rules runs before.
        """
        entries = 0
        for place in bits(roots):
            entries |= self._starts[place]
        if entries & ~self._hosts or roots & self._entries:
            return 0
        return entries if all(self._come_next(roots, 1 << entry, styled) for entry in bits(entries)) else 0

    def _come_next(self, roots: int, entry: int, styled: int) -> bool:
        stops = styled | self._writers
        reached = self.after(entry) & roots
        # Where one of them has run, what they link first is there for the others.
        return not (reached & ~self.after(entry, stops) and reached & ~self.after(entry, stops & ~roots))
