"""How many bytes a chunk is on the wire, before it exists.

Fitted on real packages, linked by the engine, minified, brotli 11; the figures and how well they hold stand in
docs/design/chunk-planning.md.
"""

from __future__ import annotations

#: Compressed bytes that every further rendered character comes to.
BYTES_PER_CHARACTER = 0.13
#: Compressed bytes that a chunk costs on top because it starts with nothing that brotli could refer back to.
WARM_UP_BYTES = 1400
#: Rendered characters after which half of that has been paid.
WARM_UP_CHARACTERS = 12_000


def transfer_size(characters: float) -> float:
    """Bytes of brotli 11 that a chunk of so many rendered, not yet minified characters comes to."""
    return characters * (BYTES_PER_CHARACTER + WARM_UP_BYTES / (characters + WARM_UP_CHARACTERS))
