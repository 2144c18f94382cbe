"""Which packages a change of a lock file brings in another version."""

from __future__ import annotations

import difflib

import pytest

from perfbuild.stages.history import rate_of
from perfbuild.stages.lock_files import changed_packages

NPM = """\
{
  "name": "shop",
  "version": "%(own)s",
  "lockfileVersion": 3,
  "packages": {
    "": {
      "name": "shop",
      "version": "%(own)s",
      "dependencies": {
        "react": "^18.0.0"
      }
    },
    "node_modules/@babel/core": {
      "version": "7.1.0",
      "resolved": "core-7.1.0.tgz",
      "engines": {
        "node": ">=18"
      }
    },%(new)s
    "node_modules/@babel/core/node_modules/semver": {
      "version": "%(semver)s",
      "license": "ISC"
    },
    "node_modules/react": {
      "version": "%(react)s",
      "license": "MIT"
    }
  }
}
"""
NPM_1 = """\
{
  "dependencies": {
    "@babel/core": {
      "version": "7.1.0",
      "requires": {
        "semver": "%(semver)s"
      },
      "dependencies": {
        "semver": {
          "version": "%(semver)s"
        }
      }
    },%(new)s
    "react": {
      "version": "%(react)s",
      "integrity": "sha512"
    }
  }
}
"""
NPM_NEW = """
    "node_modules/left-pad": {
      "version": "1.3.0",
      "license": "MIT"
    },"""
PNPM_5 = """\
lockfileVersion: 5.4
packages:

  /@babel/core/7.1.0:
    resolution: {integrity: sha512-a}
    dependencies:
      semver: %(semver)s
%(new)s
  /react-dom/18.2.0_react@%(react)s:
    dev: false

  /react/%(react)s:
    dev: false

  /semver/%(semver)s:
    dev: true
"""
PNPM_9 = """\
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      react:
        specifier: ^18.0.0
        version: %(react)s
packages:

  '@babel/core@7.1.0':
    resolution: {integrity: sha512-a}
%(new)s
  react@%(react)s:
    resolution: {integrity: sha512-b}

  semver@%(semver)s:
    resolution: {integrity: sha512-c}

snapshots:

  react-dom@18.2.0(react@%(react)s):
    dependencies:
      react: %(react)s
"""
YARN_1 = """\
"@babel/core@^7.0.0":
  version "7.1.0"
  dependencies:
    semver "%(semver)s"
%(new)s
react@^%(react)s:
  version "%(react)s"
  resolved "react.tgz"

semver@^5.0.0, semver@^5.1.0:
  version "%(semver)s"
"""
YARN_4 = """\
"@babel/core@npm:^7.0.0":
  version: 7.1.0
  checksum: abc
%(new)s
"react@npm:^18.0.0":
  version: %(react)s
  resolution: "react@npm:%(react)s"

"semver@npm:^5.0.0, semver@npm:^5.1.0":
  version: %(semver)s

"shop@workspace:.":
  version: 0.0.0-use.local
"""
BUN = """\
{
  "packages": {
    "@babel/core": ["@babel/core@7.1.0", "", {}, "sha512-a"],
%(new)s
    "react": ["react@%(react)s", "", {}, "sha512-b"],
    "@babel/core/semver": ["semver@%(semver)s", "", {}, "sha512-c"],
  }
}
"""
FORMS = [
    pytest.param("package-lock.json", NPM, NPM_NEW, id="npm"),
    pytest.param("package-lock.json", NPM_1, NPM_NEW.replace("node_modules/", ""), id="npm 1"),
    pytest.param("pnpm-lock.yaml", PNPM_5, "\n  /left-pad/1.3.0:\n    dev: false\n", id="pnpm 5"),
    pytest.param(
        "pnpm-lock.yaml", PNPM_5.replace("/18.2.0_", "@18.2.0_"), "\n  /left-pad@1.3.0:\n    dev: x\n", id="pnpm 6"
    ),
    pytest.param("pnpm-lock.yaml", PNPM_9, "\n  left-pad@1.3.0:\n    resolution: {}\n", id="pnpm 9"),
    pytest.param("yarn.lock", YARN_1, '\nleft-pad@^1.0.0:\n  version "1.3.0"\n', id="Yarn 1"),
    pytest.param("yarn.lock", YARN_4, '\n"left-pad@npm:^1.0.0":\n  version: 1.3.0\n', id="Yarn 4"),
    pytest.param("bun.lock", BUN, '    "left-pad": ["left-pad@1.3.0", "", {}, "sha512-d"],', id="Bun"),
]


def patch(before: str, after: str, end: str = "\n") -> str:
    """As git prints it."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "a/lock", "b/lock", lineterm="", n=3)
    return end.join(["diff --git a/lock b/lock", "index 1..2 100644", *lines])


@pytest.mark.parametrize(("lock", "form", "new"), FORMS)
def test_packages_that_changed_and_those_that_are_new(lock: str, form: str, new: str) -> None:
    before = form % {"react": "18.2.0", "semver": "5.7.1", "new": "", "own": "1.0.0"}
    after = form % {"react": "18.3.1", "semver": "5.7.1", "new": new, "own": "1.1.0"}
    expected = (frozenset({"react"}), frozenset({"left-pad"}))
    assert changed_packages(lock, patch(before, after)) == expected
    assert changed_packages(lock, patch(before, after, end="\r\n")) == expected


@pytest.mark.parametrize(("lock", "form", "new"), FORMS)
def test_a_file_that_is_new_as_a_whole_changes_nothing(lock: str, form: str, new: str) -> None:
    text = form % {"react": "18.2.0", "semver": "5.7.1", "new": new, "own": "1.0.0"}
    changed, added = changed_packages(lock, patch("", text))
    assert changed == frozenset()
    assert {"react", "semver", "left-pad", "@babel/core"} <= added


def test_another_form_of_the_same_versions_changes_nothing() -> None:
    before = PNPM_5 % {"react": "18.2.0", "semver": "5.7.1", "new": ""}
    after = PNPM_9 % {"react": "18.2.0", "semver": "5.7.1", "new": ""}
    assert changed_packages("pnpm-lock.yaml", patch(before, after))[0] == frozenset()


def test_a_patch_that_is_cut_or_damaged_is_read_as_far_as_it_goes() -> None:
    assert changed_packages("yarn.lock", "") == (frozenset(), frozenset())
    assert changed_packages("yarn.lock", "diff --git\n@@ -1 +1 @@\n-a@1:\n-  vers\0") == (frozenset(), frozenset())
    assert changed_packages("package-lock.json", f'@@\n+    "{"a" * 100_000}": {{\n') == (frozenset(), frozenset())


RATES = {
    "src/app.ts": 0.5,
    "../packages/ui/index.ts": 0.25,
    "": 0.125,
    "node_modules/react/": 0.0625,
    "node_modules/@babel/core/": 0.03125,
    "node_modules/": 0.015625,
}


@pytest.mark.parametrize(
    ("module", "rate"),
    [
        ("src/app.ts", 0.5),
        ("src/app.ts?worker", 0.5),
        ("../packages/ui/index.ts", 0.25),
        ("src/new.ts", 0.125),
        ("node_modules/react/index.js", 0.0625),
        ("../../node_modules/react/index.js", 0.0625),
        ("node_modules/.pnpm/react@18.2.0/node_modules/react/cjs/react.js", 0.0625),
        ("\0/x/node_modules/react/index.js?commonjs", 0.0625),
        ("node_modules/@babel/core/lib/index.js", 0.03125),
        ("node_modules/react-dom/index.js", 0.015625),
        ("node_modules/react/node_modules/b/index.js", 0.015625),
        ("\0rolldown/runtime.js", 0.015625),
    ],
)
def test_the_rate_of_a_module(module: str, rate: float) -> None:
    assert rate_of(RATES, module) == rate


def test_without_rates_nothing_is_known() -> None:
    assert rate_of({}, "node_modules/react/index.js") is None
    assert rate_of({}, "src/app.ts") is None
    assert rate_of({"": 0.5}, "\0rolldown/runtime.js") is None
