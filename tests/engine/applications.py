"""Generated applications whose modules make something of what they import, in every way that a chunk can put off."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

PAGE = (
    '<!doctype html><html lang="en"><head><title>x</title></head><body><script type="module" src="/src/m0.js"></script>'
)
#: Calls on every dynamic import that becomes known, in order, and says what the module has made.
DRIVER = """
const seen = new Set();
async function visit(lazy) {
  for (const [name, load] of lazy) {
    if (seen.has(name)) continue;
    seen.add(name);
    console.log(`step ${name}`);
    const loaded = await load();
    console.log(`made ${name} ${loaded.made}`);
    await visit(loaded.lazy);
  }
}
await visit(lazy);
"""


class Module(NamedTuple):
    static: set[int]
    lazy: set[int]
    form: str
    """How ``made`` comes about: a key of :data:`FORMS`."""
    size: int
    """In lines."""


#: What modules make of what they import: only with effects (``note`` prints), or only seen by who looks.
FORMS = {
    "literal": 'export const made = "";',
    "read": "export const made = [NAMES];",
    "function": "function made() {\n  return `${[NAMES]}`;\n}\nmade.toString = made;\nexport { made };",
    "namespace": "export const made = { toString: () => [NAMES].join() };",
    "call": "export const made = note(NAMES);",
    "assigned": "export let made = 1;\nmade = note(NAMES);",
    "destructured": "export const { made, length: [many] = [made] } = { made: note(NAMES) };",
    "class": "class made {\n  static self = note(NAMES);\n  static toString = () => made.self;\n}\nexport { made };",
    "loop": "for (var made, one = 0; one < 1; one++) made = note(NAMES);\nexport { made };",
    "block": "try {\n  var [made] = [note(NAMES)];\n} finally {\n  made += 1;\n}\nexport { made };",
    "late": "const table = {};\ntable.made = note(NAMES);\nconst made = table.made;\nexport { made as default, made };",
}
NOTE = """const note = (...given) => {
  console.log("run NAME");
  console.log(`NAME given ${given}`);
  return `(${["NAME", ...given]})`;
};
"""


@st.composite
def applications(draw: st.DrawFn) -> list[Module]:
    count = draw(st.integers(2, 10))
    others = st.sets(st.integers(1, count - 1), max_size=3)
    roots = st.sets(st.integers(1, count - 1), min_size=min(3, count - 1), max_size=5)
    return [
        Module(
            draw(others) - {number} if number else set(),
            draw(roots if number == 0 else st.sets(st.integers(1, count - 1), max_size=1)) - {number},
            draw(st.sampled_from(sorted(FORMS))),
            draw(st.sampled_from([0, 3, 200])),
        )
        for number in range(count)
    ]


def write_modules(modules: list[Module], folder: Path) -> None:
    (folder / "src").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "package.json").write_text('{"type": "module"}')
    for number, (static, lazy, form, size) in enumerate(modules):
        imports = "".join(
            f'import * as n{one} from "./m{one}.js";\n'
            if number % 3 == 1
            else f'import {{ value as v{one}, made as d{one} }} from "./m{one}.js";\n'
            for one in sorted(static)
        )
        value, made = ("n{0}.value", "n{0}.made") if number % 3 == 1 else ("v{0}", "d{0}")
        loads = ", ".join(f'["m{one}", () => import("./m{one}.js")]' for one in sorted(lazy))
        table = ", ".join(f'"{number} {line}"' for line in range(size))
        uses = "".join(f" + typeof {value.format(one)}" for one in sorted(static))
        # In a cycle, what the other module makes may not be there yet.
        names = ", ".join(made.format(one) for one in sorted(static) if number not in _reached(modules, one))
        code = (
            f"{imports}export const lazy = [{loads}];\n"
            f"export function value() {{\n  return [{table}].length{uses};\n}}\n"
            f"{NOTE.replace('NAME', f'm{number}')}{FORMS[form].replace('NAMES', names)}\n"
        )
        if number == 0:
            code += f"console.log(typeof value());\n{DRIVER}"
        (folder / "src" / f"m{number}.js").write_text(code)


def _reached(modules: list[Module], start: int) -> set[int]:
    found = {start}
    pending = [start]
    while pending:
        new = modules[pending.pop()].static - found
        found |= new
        pending.extend(new)
    return found
