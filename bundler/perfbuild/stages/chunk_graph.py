"""Questions to the emitted chunks: what comes with a chunk, and where a dynamic import leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from perfbuild.model import Chunk, Linked


class ChunkGraph:
    """The chunks by file, and by the module that they stand for."""

    def __init__(self, linked: Linked) -> None:
        self.chunks: Mapping[str, Chunk] = {chunk.file: chunk for chunk in linked.chunks}
        # A chunk may import a file that is none of ours to follow, such as an external module's URL.
        self._imports = {
            file: tuple(imported for imported in chunk.imports if imported in self.chunks)
            for file, chunk in self.chunks.items()
        }
        self._by_facade: dict[str, Chunk] = {}
        for chunk in linked.chunks:
            for facade in (chunk.facade, *chunk.facades):
                if facade is not None:
                    self._by_facade.setdefault(facade, chunk)

    def of_module(self, module: str) -> Chunk | None:
        """The chunk whose exports are the module's."""
        return self._by_facade.get(module)

    def closure(self, files: Iterable[str]) -> tuple[str, ...]:
        """The chunks and everything that they import statically: breadth first, each once, the given ones first."""
        found = dict.fromkeys(files)
        pending = list(found)
        for file in pending:
            for imported in self._imports.get(file, ()):
                if imported not in found:
                    found[imported] = None
                    pending.append(imported)
        return tuple(found)

    def dynamic_imports(self, files: Iterable[str]) -> tuple[Chunk, ...]:
        """Every chunk that a dynamic import reaches from the chunks, directly or through other lazy chunks."""
        found: dict[str, Chunk] = {}
        seen = set(self.closure(files))
        pending = list(self.closure(files))
        for file in pending:
            for lazy in self.chunks[file].dynamic_imports if file in self.chunks else ():
                if lazy in self.chunks:
                    found.setdefault(lazy, self.chunks[lazy])
                new = [each for each in self.closure((lazy,)) if each not in seen]
                seen.update(new)
                pending.extend(new)
        return tuple(found.values())
