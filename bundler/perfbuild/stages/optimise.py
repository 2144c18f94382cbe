"""optimise: every file goes through the plugins that want it; a result is kept only where it pays."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec
from msgspec.structs import replace

from perfbuild.api import Context, InputFile, OptimisedFile, Plugin
from perfbuild.cache import Cache
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostic, Diagnostics
from perfbuild.model import Linked, OutputFile
from perfbuild.plugin_host import optimise_file

#: The least that a result must save, as a share of the file and in bytes.
MARGIN_SHARE = 0.01
MARGIN_BYTES = 32

#: What the cache holds where the plugin's result did not pay.
_NOTHING = b"-"
_SOMETHING = b"+"


def optimise(
    linked: Linked, plugins: Sequence[Plugin], config: Config, cache: Cache, diagnostics: Diagnostics
) -> Linked:
    """The same files, those that a plugin made smaller with their new content; paths stay as they are."""
    wanted = {file.path: _wanting(plugins, file.path) for file in linked.files.values()}
    files = [file for file in linked.files.values() if wanted[file.path]]
    if not files:
        return linked
    bench = _Bench(context=Context(target=config.target), cache=cache)
    with ThreadPoolExecutor(max_workers=config.jobs, thread_name_prefix="optimise") as pool:
        results = list(pool.map(lambda file: bench.work_on(file, wanted[file.path]), files))
    for _, problems in results:
        for problem in problems:
            diagnostics.report(problem)
    return replace(linked, files=dict(linked.files) | {file.path: file for file, _ in results})


def _wanting(plugins: Sequence[Plugin], path: str) -> tuple[Plugin, ...]:
    return tuple(plugin for plugin in plugins if path.lower().endswith(plugin.suffixes))


def pays(before: int, after: int) -> bool:
    """Whether a result of ``after`` bytes is worth having in place of ``before``."""
    return before - after >= max(MARGIN_BYTES, MARGIN_SHARE * before)


class _Bench(msgspec.Struct, frozen=True, kw_only=True):
    """Where one file is worked on; used from several threads."""

    context: Context
    cache: Cache

    def work_on(self, file: OutputFile, plugins: Sequence[Plugin]) -> tuple[OutputFile, tuple[Diagnostic, ...]]:
        """The file after each plugin in turn, and what went wrong on the way."""
        original = file.content if file.content is not None else _read(file)
        content = original
        notes: list[str] = []
        problems: list[Diagnostic] = []
        for plugin in plugins:
            result = self._ask(plugin, InputFile(path=file.path, type=file.type, content=content))
            if isinstance(result, Diagnostic):
                problems.append(result)
            elif result is not None:
                content = result.content
                notes.append(result.note)
        if not notes:
            return file, tuple(problems)
        note = f"{', '.join(notes)}: {len(original)} to {len(content)} bytes"
        return replace(file, content=content, copy_of=None, note=note), tuple(problems)

    def _ask(self, plugin: Plugin, file: InputFile) -> OptimisedFile | Diagnostic | None:
        """What the plugin makes of the file if it pays; from the cache where it was asked before."""
        namespace, key = f"optimise-{plugin.name}", self._key(plugin, file)
        kept = self.cache.get(namespace, key)
        if kept is not None:
            return _decode(kept)
        result = optimise_file(plugin, file, self.context)
        if isinstance(result, Diagnostic):
            return result
        if result is not None and not pays(len(file.content), len(result.content)):
            result = None
        self.cache.put(namespace, key, _encode(result))
        return result

    def _key(self, plugin: Plugin, file: InputFile) -> str:
        digest = hashlib.sha256()
        suffix = next(suffix for suffix in plugin.suffixes if file.path.lower().endswith(suffix))
        for part in (plugin.version, suffix, file.type, repr(self.context)):
            digest.update(part.encode() + b"\0")
        digest.update(file.content)
        return digest.hexdigest()


def _read(file: OutputFile) -> bytes:
    assert file.copy_of is not None
    return file.copy_of.read_bytes()


def _encode(result: OptimisedFile | None) -> bytes:
    if result is None:
        return _NOTHING
    return _SOMETHING + result.note.replace("\0", "").encode() + b"\0" + result.content


def _decode(kept: bytes) -> OptimisedFile | None:
    if kept == _NOTHING:
        return None
    note, _, content = kept.removeprefix(_SOMETHING).partition(b"\0")
    return OptimisedFile(content=content, note=note.decode())
