"""Chunks that ask V8 to compile all of their functions while they are downloaded, beside the main thread, in place of
each one when it is first called, on it. docs/design/compile-hints.md has the measurements.

Source: V8's "Explicit Compile Hints", the file-wide magic comment. It must be the first thing in a file; other engines
read a comment.
"""

from __future__ import annotations

from msgspec.structs import replace

from perfbuild.model import Linked

_HINT = b"//# allFunctionsCalledOnLoad\n"
#: Bytes of code below which the first line costs more to send than compiling takes.
_LEAST = 4096


def with_compile_hints(linked: Linked) -> Linked:
    """The same chunks, the larger ones with the hint; their source maps with a line more at the start."""
    files = dict(linked.files)
    for chunk in linked.chunks:
        code = files[chunk.file].content or b""
        if len(code) < _LEAST:
            continue
        files[chunk.file] = replace(files[chunk.file], content=_HINT + code)
        source_map = files.get(f"{chunk.file}.map")
        if source_map is not None and source_map.content is not None:
            lowered = source_map.content.replace(b'"mappings":"', b'"mappings":";', 1)
            files[source_map.path] = replace(source_map, content=lowered)
    return replace(linked, files=files)
