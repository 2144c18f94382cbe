"""The console script: starts the engine of a build first, since it takes as long as all of the rest to import."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import NoReturn


def main() -> NoReturn:
    starting = None
    if sys.argv[1:2] == ["build"]:
        from perfbuild.engine.process import spawn

        with suppress(OSError):  # tried again, and said, when the build wants it
            starting = spawn()
    from perfbuild.cli import main

    main(starting)


if __name__ == "__main__":
    main()
