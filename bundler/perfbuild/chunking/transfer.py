"""How many bytes a chunk is on the wire, before it exists.

Fitted on real packages, linked by the engine, minified, brotli 11; the figures and how well they hold stand in
docs/design/chunk-planning.md.
"""

from __future__ import annotations

from math import sqrt

#: Compressed bytes that every further rendered character comes to.
BYTES_PER_CHARACTER = 0.13
#: Compressed bytes that a chunk costs on top because it starts with nothing that brotli could refer back to.
WARM_UP_BYTES = 1400
#: Rendered characters after which half of that has been paid.
WARM_UP_CHARACTERS = 12_000
#: Compressed bytes of minified code for every byte that zstd, level 3, makes of it as rendered.
BYTES_PER_COMPRESSED = 0.58
#: Characters by which sizes that plans are made by differ at least.
LEAST_STEP = 256


def transfer_size(characters: float) -> float:
    """Bytes of brotli 11 that a chunk of so many rendered, not yet minified characters comes to."""
    return characters * (BYTES_PER_CHARACTER + WARM_UP_BYTES / (characters + WARM_UP_CHARACTERS))


def usual_characters(compressed: int) -> int:
    """Rendered characters of usual density that come to as many bytes as code of which zstd, level 3, makes so many.

    :func:`transfer_size` solved for its characters. What chunks save when they are merged depends on these.
    """
    size = BYTES_PER_COMPRESSED * compressed
    slope = BYTES_PER_CHARACTER * WARM_UP_CHARACTERS + WARM_UP_BYTES - size
    root = sqrt(slope * slope + 4 * BYTES_PER_CHARACTER * WARM_UP_CHARACTERS * size)
    return round((root - slope) / (2 * BYTES_PER_CHARACTER))


def graded(characters: int) -> int:
    """The nearest mark on a scale whose steps are 256 characters, or 2 to 3 %, whichever is more; at least half a step.

    Plans are made by such sizes, so that a release that changes a text, which makes an atom some characters longer,
    seldom has another plan than the one before.
    """
    step = max(LEAST_STEP, (1 << characters.bit_length()) >> 6)
    return max(step // 2, (characters + step // 2) // step * step)
