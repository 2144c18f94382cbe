"""JSON without the white space between its tokens; numbers, strings and the order of keys stay as written."""

from __future__ import annotations

import json
import re

from perfbuild.api import Context, InputFile, OptimisedFile, Plugin, PluginError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STRING_OR_SPACE = re.compile(rb'("(?:[^"\\]|\\.)*")|[ \t\r\n]+', re.DOTALL)


class Json(Plugin):
    name = "json"
    version = "1"
    suffixes = (".json", ".webmanifest", ".geojson", ".topojson", ".jsonld", ".gltf")

    def optimise_file(self, file: InputFile, context: Context) -> OptimisedFile | None:
        if file.content.startswith(_BYTE_ORDER_MARK):
            return None
        try:
            json.loads(file.content.decode("utf-8"))
        except ValueError as error:
            raise PluginError(f"it is not valid JSON: {error}") from error
        content = _STRING_OR_SPACE.sub(lambda match: match[1] or b"", file.content)
        return OptimisedFile(content=content, note="minified JSON")
