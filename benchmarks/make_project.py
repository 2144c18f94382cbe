"""Makes a React project of a given size: the same files for the same size and seed.

    python -m benchmarks.make_project 1000 project-1000

It has forty lazy routes. Each route is a tree of components with helpers, style sheets and data of its own;
every tenth module is shared between routes. The npm packages are installed once, beside this script, and copied.
"""

from __future__ import annotations

import argparse
import json
import posixpath
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Literal

from benchmarks.processes import install

PACKAGES = Path(__file__).parent / "project"
ROUTES = 40
FRAME_MODULES = 3
"""main.tsx, app.tsx and routes.ts."""
BRANCHES = 4
"""How many components a component of a route holds."""

Kind = Literal["component", "helper", "style", "data"]
SHARES: Sequence[tuple[Kind, float]] = (("style", 0.03), ("data", 0.02), ("helper", 0.2))
"""What part of all modules is not a component."""
SHARED = 0.1
"""What part of the components and helpers belongs to no single route."""
SUFFIX: dict[Kind, str] = {"component": ".tsx", "helper": ".ts", "style": ".module.css", "data": ".json"}


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ADJECTIVES = words(
    "amber ample arctic brisk broad calm civic clear cobalt coral crisp distant early even faint final first fluent "
    "frosty gentle gilded global golden grand hidden hollow idle inner ivory keen level light linear local lunar "
    "major mellow minor modest narrow native nimble noble novel olive open outer pale plain polar prime quiet rapid "
    "remote rising royal rural sandy scarlet secure serene shared silent silver simple single sober solar solid "
    "spare stable steady stone subtle summer sunny swift tidal timely topaz urban velvet verdant violet vital warm"
)
NOUNS = words(
    "account agenda alert amount anchor archive badge balance banner basket batch billing board branch budget cargo "
    "carrier catalog channel chart claim client column contact coupon credit customer dataset deadline delivery "
    "device digest discount document draft entry event export feature feedback field filter folder forecast gallery "
    "group history import index invoice issue journal label ledger lesson letter library limit margin market member "
    "message metric module notice offer order outline owner packet panel partner payment period permit policy price "
    "process product profile project quota record refund region report request result review reward routine schedule "
    "season segment session shipment signal source stage stock summary supplier survey table target task tenant "
    "ticket token topic transfer trend update upload usage value vendor version visitor voucher warehouse window"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A file below src, and the modules that it imports."""

    path: str
    name: str
    kind: Kind
    uses: list[Module] = field(default_factory=list)

    def of_kind(self, kind: Kind) -> list[Module]:
        return [used for used in self.uses if used.kind == kind]


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes a React project of a given size.")
    parser.add_argument("modules", type=int, help="how many modules, npm packages not counted")
    parser.add_argument("folder", type=Path, help="where; it must not exist yet")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    make_project(arguments.modules, arguments.folder, seed=arguments.seed)


def make_project(size: int, folder: Path, *, seed: int = 1) -> None:
    """Writes a project of ``size`` modules into a new folder."""
    routes, modules = Planner(Random(seed)).plan(size)
    folder.mkdir(parents=True)
    files = {**frame(routes), **{f"src/{module.path}": source(module, seed) for module in modules}}
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PACKAGES / name, folder / name)
    # A copy and not a link: a link would lead out of the project.
    shutil.copytree(install(PACKAGES), folder / "node_modules", symlinks=True)


# --- What imports what -------------------------------------------------------------------------------------------


class Planner:
    """Deals out the modules of a project. It holds what every step needs: chance, and a number for the next name."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.serial = count(1)

    def plan(self, size: int) -> tuple[list[Module], list[Module]]:
        """The roots of the routes, and all modules but those of the frame; every one is reachable from a root."""
        total = size - FRAME_MODULES
        counts = {kind: round(total * share) for kind, share in SHARES}
        counts["component"] = total - sum(counts.values())
        if counts["component"] < 2 * ROUTES:
            raise SystemExit(f"{size} modules are too few for {ROUTES} routes.")

        shared = self.shared_modules(counts)
        left = {kind: number - sum(module.kind == kind for module in shared) for kind, number in counts.items()}
        trees = [
            self.route_modules({kind: _share(number, route) for kind, number in left.items()}, route)
            for route in range(ROUTES)
        ]
        for module in shared:
            for tree in self.random.sample(trees, self.random.choice((2, 2, 2, 3, 3, 4, 6, 12))):
                self.user_in(tree).uses.append(module)
        return [tree[0] for tree in trees], [*shared, *(module for tree in trees for module in tree)]

    def shared_modules(self, counts: Mapping[Kind, int]) -> list[Module]:
        """Modules for several routes; each may build on earlier ones, so no cycle comes about."""
        helpers = [self.module("shared/lib", "helper") for _ in range(round(counts["helper"] * SHARED))]
        components = [self.module("shared/ui", "component") for _ in range(round(counts["component"] * SHARED))]
        for position, component in enumerate(components):
            component.uses.extend(self.some(helpers, 0, 2))
            component.uses.extend(self.some(components[:position], 0, 1))
        return [*helpers, *components]

    def route_modules(self, counts: Mapping[Kind, int], route: int) -> list[Module]:
        """The modules of one route, its root first: a tree of components, the rest hung on it at random."""
        folder = f"routes/{self.random.choice(NOUNS)}-{route + 1}"
        root = self.module(folder, "component")
        components = [root, *(self.module(f"{folder}/ui", "component") for _ in range(counts["component"] - 1))]
        for position, component in enumerate(components[1:]):
            components[position // BRANCHES].uses.append(component)
        helpers = [self.module(f"{folder}/lib", "helper") for _ in range(counts["helper"])]
        for helper in helpers:
            for user in self.some(components, 1, 3):
                user.uses.append(helper)
        others = [self.module(folder, kind) for kind in ("style", "data") for _ in range(counts[kind])]
        for other in others:
            self.user_in(components).uses.append(other)
        return [*components, *helpers, *others]

    def module(self, folder: str, kind: Kind) -> Module:
        parts = [self.random.choice(ADJECTIVES), self.random.choice(NOUNS), str(next(self.serial))]
        name = "".join(part.capitalize() for part in parts)
        return Module(
            path=f"{folder}/{'-'.join(parts)}{SUFFIX[kind]}",
            name=name if kind == "component" else name[0].lower() + name[1:],
            kind=kind,
        )

    def some(self, modules: Sequence[Module], least: int, most: int) -> list[Module]:
        return self.random.sample(modules, min(len(modules), self.random.randint(least, most)))

    def user_in(self, modules: Sequence[Module]) -> Module:
        return self.random.choice([module for module in modules if module.kind == "component"])


def _share(number: int, route: int) -> int:
    """What one of the routes gets of a number of modules: the same for each, and the rest to the first ones."""
    return number // ROUTES + (route < number % ROUTES)


# --- The files that every size has ---------------------------------------------------------------------------------


def frame(routes: Sequence[Module]) -> dict[str, str]:
    """The page, the configuration, and the three modules that lead to the routes."""
    table = "\n".join(
        f"  {{ path: '/{number or ''}', View: lazy(() => import('./{root.path.removesuffix('.tsx')}')) }},"
        for number, root in enumerate(routes)
    )
    options = {"target": "ES2022", "module": "ESNext", "moduleResolution": "bundler", "jsx": "react-jsx"}
    flags = {"strict": True, "noEmit": True, "resolveJsonModule": True, "isolatedModules": True}
    return {
        "index.html": PAGE,
        "tsconfig.json": json.dumps({"compilerOptions": {**options, **flags}, "include": ["src"]}, indent=2) + "\n",
        "src/env.d.ts": "declare module '*.module.css' {\n  const names: Record<string, string>;\n"
        "  export default names;\n}\n",
        "src/main.tsx": MAIN,
        "src/app.tsx": APP,
        "src/routes.ts": f"import {{ lazy }} from 'react';\n\nexport const routes = [\n{table}\n];\n",
    }


PAGE = """\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Benchmark</title>
  </head>
  <body>
    <div id="root"></div>
    <script type="module" src="/src/main.tsx"></script>
  </body>
</html>
"""

MAIN = """\
import { createRoot } from 'react-dom/client';
import { App } from './app';

createRoot(document.getElementById('root')!).render(<App />);
"""

APP = """\
import { Suspense, useEffect, useState } from 'react';
import { routes } from './routes';

export function App() {
  const [path, setPath] = useState(location.hash.slice(1) || '/');
  useEffect(() => {
    const follow = () => setPath(location.hash.slice(1) || '/');
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const { View } = routes.find((route) => route.path === path) ?? routes[0]!;
  return (
    <>
      <nav>
        {routes.map((route) => (
          <a key={route.path} href={`#${route.path}`}>
            {route.path}
          </a>
        ))}
      </nav>
      <Suspense fallback={<p>Loading</p>}>
        <View depth={0} />
      </Suspense>
    </>
  );
}
"""


# --- What stands in a module -----------------------------------------------------------------------------------------


def source(module: Module, seed: int) -> str:
    """The text of a module. It depends on the seed and the module alone, not on what was written before it."""
    return WRITERS[module.kind](module, Random(f"{seed}:{module.path}"))


def component(module: Module, random: Random) -> str:
    helpers, styles, data = module.of_kind("helper"), module.of_kind("style"), module.of_kind("data")
    children = module.of_kind("component")
    body = random.choice((table_body, form_body, list_body, chart_body))(module, random)
    class_name = f"clsx('{phrase(random, '-')}', depth > 3 && 'deep', {', '.join(f'{s.name}.root' for s in styles)})"
    lines = [
        "import { clsx } from 'clsx';",
        "import { useEffect, useMemo, useState } from 'react';",
        *(import_line(module, used) for used in module.uses),
        "",
        f"interface {module.name}Props {{",
        "  readonly depth: number;",
        "  readonly caption?: string;",
        "}",
        "",
        *body.constants,
        "",
        f"export function {module.name}({{ depth, caption = '{phrase(random).capitalize()}' }}: {module.name}Props) {{",
        *indented(body.hooks),
        *(f"  const from{n} = {helper.name}(depth + {random.randint(1, 99)});" for n, helper in enumerate(helpers)),
        "  return (",
        f"    <section className={{{class_name.replace(', )', ')')}}}>",
        f"      <h3>{{caption}}: {phrase(random)}</h3>",
        *(f"      <output>{{from{number}}}</output>" for number in range(len(helpers))),
        *(f"      <small>{{{used.name}.rows.length}} rows</small>" for used in data),
        *indented(body.markup, 6),
        *(f"      <{child.name} depth={{depth + 1}} />" for child in children),
        "    </section>",
        "  );",
        "}",
        "",
        f"export default {module.name};",
    ]
    return "\n".join(lines) + "\n"


def import_line(importer: Module, used: Module) -> str:
    path = posixpath.relpath(used.path, posixpath.dirname(importer.path))
    path = path if path.startswith("../") else f"./{path}"
    if used.kind in ("style", "data"):
        return f"import {used.name} from '{path}';"
    return f"import {{ {used.name} }} from '{path.rsplit('.', 1)[0]}';"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The parts of a component that differ from one sort to the next, as lines."""

    constants: Sequence[str]
    hooks: Sequence[str]
    markup: Sequence[str]


def table_body(module: Module, random: Random) -> Body:
    rows = [
        f"  {{ id: {random.randint(1, 9999)}, label: '{phrase(random)}', amount: {random.uniform(1, 900):.2f} }},"
        for _ in range(random.randint(4, 12))
    ]
    return Body(
        constants=[f"const rows{module.name} = [", *rows, "];"],
        hooks=[
            "const [descending, setDescending] = useState(false);",
            "const sorted = useMemo(() => {",
            "  const direction = descending ? -1 : 1;",
            f"  return [...rows{module.name}].sort((left, right) => direction * (left.amount - right.amount));",
            "}, [descending]);",
            "const total = sorted.reduce((sum, row) => sum + row.amount, 0);",
        ],
        markup=[
            '<button type="button" onClick={() => setDescending(!descending)}>',
            f"  {phrase(random).capitalize()}",
            "</button>",
            "<table>",
            "  <tbody>",
            "    {sorted.map((row) => (",
            "      <tr key={row.id}>",
            "        <td>{row.label}</td>",
            f"        <td>{{row.amount.toFixed({random.randint(0, 3)})}}</td>",
            "      </tr>",
            "    ))}",
            "  </tbody>",
            "</table>",
            "<p>{total.toFixed(2)}</p>",
        ],
    )


def form_body(module: Module, random: Random) -> Body:
    fields = random.sample(NOUNS, random.randint(2, 5))
    limit = random.randint(3, 40)
    return Body(
        constants=[
            f"const initial{module.name} = {{",
            *(f"  {name}: '{phrase(random)}'," for name in fields),
            "};",
            "",
            f"function check{module.name}(value: string): string | undefined {{",
            f"  if (value.length === 0) return '{phrase(random).capitalize()} is missing';",
            f"  if (value.length > {limit}) return '{phrase(random).capitalize()} is over {limit} letters';",
            "  return undefined;",
            "}",
        ],
        hooks=[
            f"const [form, setForm] = useState(initial{module.name});",
            "const [touched, setTouched] = useState(false);",
            "const problems = useMemo(",
            f"  () => Object.values(form).map(check{module.name}).filter((problem) => problem !== undefined),",
            "  [form],",
            ");",
        ],
        markup=[
            "<form onBlur={() => setTouched(true)}>",
            *(
                line
                for name in fields
                for line in (
                    "  <label>",
                    f"    {name.capitalize()}",
                    f"    <input value={{form.{name}}} "
                    f"onChange={{(event) => setForm({{ ...form, {name}: event.target.value }})}} />",
                    "  </label>",
                )
            ),
            "</form>",
            "{touched && problems.map((problem) => <em key={problem}>{problem}</em>)}",
        ],
    )


def list_body(module: Module, random: Random) -> Body:
    items = [f"  '{phrase(random)}'," for _ in range(random.randint(5, 14))]
    return Body(
        constants=[f"const items{module.name} = [", *items, "] as const;"],
        hooks=[
            "const [query, setQuery] = useState('');",
            f"const [chosen, choose] = useState<string>(items{module.name}[0]);",
            "const found = useMemo(",
            f"  () => items{module.name}.filter((item) => item.includes(query.trim().toLowerCase())),",
            "  [query],",
            ");",
            "useEffect(() => {",
            f"  if (depth < 0) document.title = `${{chosen}} ({phrase(random)})`;",
            "}, [chosen, depth]);",
        ],
        markup=[
            f'<input type="search" placeholder="{phrase(random)}" value={{query}} '
            "onChange={(event) => setQuery(event.target.value)} />",
            "<ul>",
            "  {found.map((item) => (",
            "    <li key={item} aria-selected={item === chosen} onClick={() => choose(item)}>",
            "      {item}",
            "    </li>",
            "  ))}",
            "</ul>",
        ],
    )


def chart_body(module: Module, random: Random) -> Body:
    values = ", ".join(str(random.randint(1, 240)) for _ in range(random.randint(8, 20)))
    height = random.randint(60, 240)
    return Body(
        constants=[
            f"const series{module.name} = [{values}];",
            "",
            f"function path{module.name}(values: readonly number[], scale: number): string {{",
            "  const top = Math.max(...values);",
            "  return values",
            f"    .map((value, index) => `${{index === 0 ? 'M' : 'L'}}${{index * {random.randint(6, 24)}}} "
            f"${{{height} - (value / top) * scale}}`)",
            "    .join(' ');",
            "}",
        ],
        hooks=[
            f"const [scale, setScale] = useState({height // 2});",
            f"const outline = useMemo(() => path{module.name}(series{module.name}, scale), [scale]);",
            f"const mean = series{module.name}.reduce((sum, value) => sum + value, 0) / series{module.name}.length;",
            "useEffect(() => {",
            f"  if (mean > {random.randint(300, 900)}) setScale({height});",
            "}, [mean]);",
        ],
        markup=[
            f'<svg viewBox="0 0 320 {height}" role="img" aria-label="{phrase(random)}">',
            f'  <path d={{outline}} fill="none" stroke="#{random.randrange(16**6):06x}" '
            f"strokeWidth={{{random.randint(1, 4)}}} />",
            "</svg>",
            f'<input type="range" max={{{height}}} value={{scale}} '
            "onChange={(event) => setScale(event.target.valueAsNumber)} />",
            f"<p>{{mean.toFixed(1)}} {phrase(random)}</p>",
        ],
    )


def helper(module: Module, random: Random) -> str:
    """Three to six functions; the first is used, the others are there for tree shaking to find."""
    dated = random.random() < 0.2
    functions = [helper_function(module.name, random, dated=dated)]
    functions += [
        helper_function(f"{random.choice(ADJECTIVES)}{random.choice(NOUNS).capitalize()}{number}", random)
        for number in range(random.randint(2, 5))
    ]
    head = ["import dayjs from 'dayjs';", ""] if dated else []
    return "\n".join([*head, "\n\n".join(functions)]) + "\n"


def helper_function(name: str, random: Random, *, dated: bool = False) -> str:
    factor, spread = f"{random.uniform(0.1, 9):.3f}", random.randint(9, 99)
    steps = [
        f"if (seed > {random.randint(100, 9999)}) return '{phrase(random)}';",
        f"const words = ['{phrase(random)}', '{phrase(random)}', '{phrase(random)}'];",
        f"const weight = Math.round(Math.abs(Math.sin(seed * {factor})) * {spread});",
        f"const word = words[(weight + {random.randint(0, 9)}) % words.length];",
    ]
    if dated:
        day = f"20{random.randint(10, 25)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        steps.append(f"const when = dayjs('{day}').add(weight, 'day').format('D MMM YYYY');")
    detail = "${when}" if dated else phrase(random)
    return "\n".join(
        [
            f"/** {phrase(random).capitalize()} by {phrase(random)}. */",
            f"export function {name}(seed: number): string {{",
            *indented(steps),
            f"  return `${{word}} ${{weight}} {detail}`;",
            "}",
        ]
    )


def style(_: Module, random: Random) -> str:
    rules = [
        f".{name} {{\n  display: {random.choice(('flex', 'grid', 'block'))};\n  gap: {random.randint(2, 24)}px;\n"
        f"  padding: {random.randint(2, 32)}px;\n  color: #{random.randrange(16**6):06x};\n}}\n"
        for name in ("root", *(f"{noun}{number}" for number, noun in enumerate(random.sample(NOUNS, 6))))
    ]
    return "\n".join(rules)


def data(_: Module, random: Random) -> str:
    rows = [{"id": n, "label": phrase(random), "value": random.randint(0, 9999)} for n in range(random.randint(8, 30))]
    return json.dumps({"title": phrase(random), "rows": rows}, indent=2) + "\n"


WRITERS: dict[Kind, Callable[[Module, Random], str]] = {
    "component": component,
    "helper": helper,
    "style": style,
    "data": data,
}


def phrase(random: Random, between: str = " ") -> str:
    return between.join((random.choice(ADJECTIVES), random.choice(NOUNS)))


def indented(lines: Sequence[str], by: int = 2) -> Iterator[str]:
    return (" " * by + line for line in lines)


if __name__ == "__main__":
    main()
