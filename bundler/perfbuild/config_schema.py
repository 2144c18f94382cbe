"""The JSON schema of the configuration, for editors, made from the dataclasses.

``python -m perfbuild.config_schema > bundler/perfbuild/config.schema.json`` brings the published one up to date.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

from perfbuild.config import Budget, Config
from perfbuild.config_reader import without_none

Schema = dict[str, object]

_PLAIN: Mapping[object, Schema] = {
    str: {"type": "string"},
    Path: {"type": "string", "minLength": 1},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number", "minimum": 0},
}
_SIZE: Schema = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*([kKmMgG]i?)?[bB]\s*$"},
    ]
}
_EXPRESSIONS: Schema = {"type": "object", "additionalProperties": {"type": ["string", "boolean", "number"]}}


def config_schema() -> Schema:
    """JSON Schema 2020-12 for perfbuild.toml and for the tables in pyproject.toml and package.json."""
    schema = _table(Config)
    properties = schema["properties"]
    assert isinstance(properties, dict)
    properties["$schema"] = {"type": "string"}
    properties["define"] |= _EXPRESSIONS
    head: Schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "perfbuild configuration"}
    return head | schema


def _table(cls: type) -> Schema:
    hints = get_type_hints(cls, include_extras=True)
    descriptions = _descriptions(cls)
    properties: Schema = {}
    required: list[str] = []
    for field in dataclasses.fields(cls):
        if not field.metadata.get("key", True):
            continue
        properties[field.name] = _value(hints[field.name]) | _default(field) | descriptions.get(field.name, {})
        if _is_required(field) and cls is not Config:
            required.append(field.name)
    further: Schema | bool = {"type": "object"} if _takes_tables(cls) else False
    schema: Schema = {"type": "object", "additionalProperties": further, "properties": properties}
    if required:
        schema["required"] = required
    if cls is Budget:
        schema["oneOf"] = [{"required": ["route"]}, {"required": ["file"]}]
    return schema


def _takes_tables(cls: type) -> bool:
    return any(field.metadata.get("further_tables") for field in dataclasses.fields(cls))


def _value(hint: object) -> Schema:
    hint = without_none(hint)
    if get_origin(hint) is Annotated:
        return dict(_SIZE)
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _value(get_args(hint)[0])}
    if get_origin(hint) is Mapping:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _table(hint)
    return dict(_PLAIN[hint])


def _is_required(field: dataclasses.Field[object]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _default(field: dataclasses.Field[object]) -> Schema:
    """The default where JSON can say it and it is the whole truth: the number of jobs depends on the machine."""
    plain = isinstance(field.default, str | bool | int | float) and field.name != "jobs"
    return {"default": field.default} if plain else {}


def _descriptions(cls: type) -> dict[str, Schema]:
    """The text under each field of the class, on one line."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, Schema] = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            assert isinstance(field.target, ast.Name)
            words = " ".join(str(text.value.value).split())
            found[field.target.id] = {"description": words.replace("``", "")}
    return found


def schema_text() -> str:
    return json.dumps(config_schema(), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
