"""link: Project and pages -> every file but the pages, through one pass of the engine with our plan.

The engine resolves, parses and shakes; this side decides which modules and stylesheets stand together
(:mod:`.groups`, :mod:`.styles`) and gathers what came out. Paths in the result carry tokens that
:mod:`perfbuild.stages.names`
turns into content hashes.
"""

from __future__ import annotations

from perfbuild.stages.link.linking import link, open_engine

__all__ = ["link", "open_engine"]
