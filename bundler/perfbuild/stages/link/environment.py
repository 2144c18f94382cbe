"""``import.meta.env`` and ``.env`` files: which names reach the browser, and as what.

The format of the files is dotenv's: ``NAME=value`` lines, ``export`` allowed, ``#`` comments, single quotes literal,
double
quotes with ``\\n``, ``${NAME}`` expanded outside single quotes. Later files win: ``.env``, ``.env.local``,
``.env.<mode>``,
``.env.<mode>.local``; the process's own environment wins over all of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from perfbuild.config import Config

_LINE = re.compile(
    r"""^\s*(?:export\s+)?(?P<name>[A-Za-z_][\w.-]*)[^\S\r\n]*=[^\S\r\n]*
        (?:'(?P<literal>[^']*)'|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^#\r\n]*))""",
    re.MULTILINE | re.VERBOSE,
)
_REFERENCE = re.compile(r"\\\$|\$\{(\w+)\}|\$(\w+)")

#: What Vue leaves to the bundler to say, so that the rest can be shaken away: https://link.vuejs.org/feature-flags
_VUE_FLAGS = {
    "__VUE_OPTIONS_API__": "true",
    "__VUE_PROD_DEVTOOLS__": "false",
    "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__": "false",
}


def defines(config: Config) -> dict[str, str]:
    """Expressions that take the place of ``import.meta.env.*``, ``process.env.NODE_ENV`` and the configured names."""
    visible = _visible(config)
    env: dict[str, object] = {
        **visible,
        "BASE_URL": config.base,
        "DEV": config.mode == "development",
        "MODE": config.mode,
        "PROD": config.mode != "development",
        "SSR": False,
    }
    node_env = "development" if config.mode == "development" else "production"
    return {
        "process.env.NODE_ENV": _expression(node_env),
        "import.meta.hot": "undefined",
        "import.meta.env": _expression(env),
        "import.meta.env.*": "undefined",
        **{f"import.meta.env.{name}": _expression(value) for name, value in env.items()},
        **_VUE_FLAGS,
        **config.define,
    }


def read_env_files(root: Path, mode: str, environment: Mapping[str, str]) -> dict[str, str]:
    """All names of the project's ``.env`` files with their values."""
    values: dict[str, str] = {}
    for name in (".env", ".env.local", f".env.{mode}", f".env.{mode}.local"):
        file = root / name
        if file.is_file():
            for match in _LINE.finditer(file.read_text("utf-8-sig")):
                values[match["name"]] = _value(match, {**values, **environment})
    return values


def _visible(config: Config) -> dict[str, str]:
    values = {**read_env_files(config.root, config.mode, os.environ), **os.environ}
    return {name: values[name] for name in sorted(values) if name.startswith(config.env_prefixes)}


def _value(match: re.Match[str], known: Mapping[str, str]) -> str:
    if match["literal"] is not None:
        return match["literal"]
    text = (
        match["plain"].strip() if match["quoted"] is None else match["quoted"].replace("\\n", "\n").replace('\\"', '"')
    )
    return _REFERENCE.sub(lambda found: "$" if found[0] == "\\$" else known.get(found[1] or found[2], ""), text)


def _expression(value: object) -> str:
    return msgspec.json.encode(value).decode()
