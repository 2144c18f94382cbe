"""Atoms for tests: written by hand, drawn at random, shuffled; and what a browser would do with an arrangement."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import msgspec
from hypothesis import strategies as st

from perfbuild.model import Arrangement, Atom


def atoms_of(
    imports: Mapping[str, str],
    *,
    entries: str = "main",
    lazy: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
    impure: str = "",
    groups: Mapping[str, str] | None = None,
    awaits: str = "",
) -> tuple[Atom, ...]:
    """Atoms by the stems of their modules: ``{"main": "a b"}``; a name with ``@`` before it is a package's."""
    lazy = lazy or {}
    mentioned = [*imports, *lazy, *entries.split()]
    mentioned += [name for targets in (*imports.values(), *lazy.values()) for name in targets.split()]
    names = tuple(dict.fromkeys(mentioned))
    place = {name: index for index, name in enumerate(names)}
    facades = {*entries.split(), *(target for targets in lazy.values() for target in targets.split())}
    size = sizes or {}
    return tuple(
        Atom(
            file=f"{name.lstrip('@')}-_000000_.js",
            size=size.get(name, 1000),
            imports=tuple(place[target] for target in imports.get(name, "").split()),
            dynamic_imports=tuple(place[target] for target in lazy.get(name, "").split()),
            is_entry=name in entries.split(),
            facade=module_of(name) if name in facades else None,
            modules=((module_of(name), size.get(name, 1000)),),
            pure=name not in (*entries.split(), *impure.split()),
            group=(groups or {}).get(name),
            awaits=name in awaits.split(),
        )
        for name in names
    )


def module_of(name: str) -> str:
    return f"node_modules/{name[1:]}/index.js" if name.startswith("@") else f"src/{name}.js"


def named(atoms: tuple[Atom, ...], arrangement: Arrangement) -> set[frozenset[str]]:
    """The chunks as sets of the files of their atoms, without tokens."""
    return {frozenset(atoms[atom].file.partition("-_")[0] for atom in chunk.atoms) for chunk in arrangement.chunks}


def shuffled(atoms: tuple[Atom, ...], order: Sequence[int]) -> tuple[Atom, ...]:
    """The same atoms in another order: ``order[new]`` is the old place."""
    new = {old: place for place, old in enumerate(order)}
    return tuple(
        msgspec.structs.replace(
            atoms[old],
            imports=tuple(new[target] for target in atoms[old].imports),
            dynamic_imports=tuple(new[target] for target in atoms[old].dynamic_imports),
        )
        for old in order
    )


@st.composite
def programs(draw: st.DrawFn, *, most: int = 14, groups: bool = True) -> tuple[Atom, ...]:
    """Any atoms without static cycles: several entries, lazy roots, effects, cache groups, packages."""
    count = draw(st.integers(1, most))
    entries = draw(st.integers(1, min(3, count)))
    atoms = []
    for place in range(count):
        imports = (
            draw(st.lists(st.integers(place + 1, count - 1), max_size=4, unique=True)) if place + 1 < count else []
        )
        lazy = draw(st.lists(st.integers(0, count - 1), max_size=3, unique=True))
        kind = draw(st.sampled_from(("src/{}.js", "node_modules/one/{}.js", "node_modules/@two/x/{}.js")))
        size = draw(st.integers(0, 60_000))
        module = kind.format(place)
        atoms.append(
            Atom(
                file=f"{place}.js",
                size=size,
                imports=tuple(imports),
                dynamic_imports=tuple(lazy),
                is_entry=place < entries,
                facade=module if place < entries else None,
                modules=((module, size),),
                pure=draw(st.integers(0, 3)) > 0,
                group="vendor" if groups and place >= entries and draw(st.integers(0, 9)) == 0 else None,
            )
        )
    return tuple(atoms)


def application(routes: int, libraries: int, seed: int, *, impure: float = 0.0) -> tuple[Atom, ...]:
    """One entry, lazy routes, and libraries of which some routes use one and many routes a few; as engines split it."""
    draw = random.Random(seed)
    sizes = [int(draw.lognormvariate(9.5, 1.4)) for _ in range(libraries)]
    users = [min(routes, max(1, int(draw.paretovariate(0.8)))) for _ in range(libraries)]
    direct: list[list[int]] = [[] for _ in range(routes)]
    for library, count in enumerate(users):
        for route in draw.sample(range(routes), count):
            direct[route].append(library)
    masks: dict[int, list[int]] = {}
    for library in range(libraries):
        mask = sum(1 << route for route, own in enumerate(direct) if library in own)
        masks.setdefault(mask, []).append(library)
    first = 1 + routes
    home = {library: first + place for place, own in enumerate(masks.values()) for library in own}
    pages = [
        _atom(f"src/pages/r{route}.js", draw.randrange(2000, 30_000), [0, *dict.fromkeys(home[own] for own in libs)])
        for route, libs in enumerate(direct)
    ]
    shared = [
        _atom(f"node_modules/lib{own[0]}/index.js", sum(sizes[each] for each in own), [], pure=draw.random() >= impure)
        for own in masks.values()
    ]
    lazy = tuple(range(1, first))
    main = _atom("src/main.js", 60_000, [], pure=False)
    main = msgspec.structs.replace(main, is_entry=True, facade="src/main.js", dynamic_imports=lazy)
    return (main, *pages, *shared)


def _atom(module: str, size: int, imports: list[int], *, pure: bool = True) -> Atom:
    return Atom(
        file=module.replace("/", "-"),
        size=size,
        imports=tuple(imports),
        dynamic_imports=(),
        is_entry=False,
        facade=module if "/pages/" in module else None,
        modules=((module, size),),
        pure=pure,
    )


# --- a browser ----------------------------------------------------------------------------------


def roots_of(atoms: tuple[Atom, ...]) -> list[int]:
    lazy = {target for atom in atoms for target in atom.dynamic_imports}
    return [place for place, atom in enumerate(atoms) if atom.is_entry or place in lazy]


class Page:
    """A page on which atoms were arranged into chunks: it loads roots, and keeps what ran, in order.

    ``order`` is the order in which the program reaches its atoms, which a linker gives the modules of one chunk.
    """

    def __init__(self, atoms: tuple[Atom, ...], arrangement: Arrangement, order: Sequence[int]) -> None:
        rank = {atom: place for place, atom in enumerate(order)}
        self._atoms = atoms
        self._members = [sorted(chunk.atoms, key=rank.__getitem__) for chunk in arrangement.chunks]
        self._home = {atom: chunk for chunk, own in enumerate(self._members) for atom in own}
        self._seen: set[int] = set()
        self.ran: list[int] = []
        self.loaded: set[int] = set()

    def visit(self, root: int) -> None:
        self._load(self._home[root])

    def _load(self, chunk: int) -> None:
        if chunk in self._seen:
            return
        self._seen.add(chunk)
        for atom in self._members[chunk]:
            for target in self._atoms[atom].imports:
                self._load(self._home[target])
        self.ran.extend(self._members[chunk])
        self.loaded.add(chunk)

    def effects(self) -> list[int]:
        return [atom for atom in self.ran if not self._atoms[atom].pure]


def program_order(atoms: tuple[Atom, ...]) -> list[int]:
    """Atoms as the program reaches them: entries depth first, then the targets of dynamic imports."""
    order: list[int] = []
    seen: set[int] = set()

    def reach(atom: int) -> None:
        if atom not in seen:
            seen.add(atom)
            for target in atoms[atom].imports:
                reach(target)
            order.append(atom)

    roots = roots_of(atoms)
    for atom in sorted(roots, key=lambda root: not atoms[root].is_entry):
        reach(atom)
    for atom in range(len(atoms)):
        reach(atom)
    return order
