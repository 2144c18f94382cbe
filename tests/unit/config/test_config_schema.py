from __future__ import annotations

from pathlib import Path

import perfbuild
from perfbuild.config_schema import config_schema, schema_text


def test_the_published_schema_is_current() -> None:
    published = Path(perfbuild.__file__).with_name("config.schema.json").read_text()
    assert published == schema_text(), "run: python -m perfbuild.config_schema > bundler/perfbuild/config.schema.json"


def test_every_key_is_described_and_what_no_file_may_set_is_absent() -> None:
    properties = config_schema()["properties"]
    assert isinstance(properties, dict)
    assert {"root", "file", "force"}.isdisjoint(properties)
    assert [name for name, schema in properties.items() if "description" not in schema] == ["$schema"]
