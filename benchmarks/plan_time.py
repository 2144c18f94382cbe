"""How long the chunk plan takes for applications of some sizes, as the tests of the planner make them.

    python -m benchmarks.plan_time

Processor time, medians of some rounds; "half impure" has effects in every other shared atom, which forbids most merges.
"""

from __future__ import annotations

import argparse
import time
from statistics import median

from tests.unit.chunking.atoms import application

from perfbuild.chunking.planner import arrange
from perfbuild.config import Chunks
from perfbuild.model import Atom

#: Lazy routes and libraries; libraries that the same routes use are one atom.
SIZES = ((40, 130), (150, 500), (500, 1700))


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the chunk plan alone.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print("| routes | atoms | all pure, ms | half impure, ms |")
    print("| ---: | ---: | ---: | ---: |")
    for routes, libraries in SIZES:
        cases = [application(routes, libraries, 7, impure=impure) for impure in (0.0, 0.5)]
        times = " | ".join(f"{1000 * median(plan_time(atoms) for _ in range(rounds)):.0f}" for atoms in cases)
        print(f"| {routes} | {len(cases[0])} | {times} |")


def plan_time(atoms: tuple[Atom, ...]) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    arrange(atoms, {}, {}, Chunks())
    return time.process_time() - start


if __name__ == "__main__":
    main()
