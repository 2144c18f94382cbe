"""``.env`` files and what of them reaches the browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perfbuild.config import CliOptions, Config, load_config
from perfbuild.stages.link.environment import defines, read_env_files


def read(folder: Path, text: str, **environment: str) -> dict[str, str]:
    (folder / ".env").write_text(text, "utf-8")
    return read_env_files(folder, "production", environment)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=plain", "plain"),
        ("A = spaced out  ", "spaced out"),
        ("export A=exported", "exported"),
        ("A=value # a comment", "value"),
        ('A="kept # here"', "kept # here"),
        ("A='kept $B # here'", "kept $B # here"),
        (r'A="two\nlines and a \"quote\""', 'two\nlines and a "quote"'),
        ('A="over\ntwo lines"', "over\ntwo lines"),
        ("A=", ""),
        ("A=a=b", "a=b"),
        ("A=$B", "b"),
        ("A=${B}c", "bc"),
        (r"A=\$B", "$B"),
        ("A=$NOT_THERE", ""),
        ("# A=commented", None),
    ],
)
def test_lines(line: str, value: str | None, tmp_path: Path) -> None:
    assert read(tmp_path, f"B=b\n{line}\n").get("A") == value


def test_windows_files(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfA=one\r\nB=two\r\n")
    assert read_env_files(tmp_path, "production", {}) == {"A": "one", "B": "two"}


def test_an_empty_value_does_not_swallow_the_next_line(tmp_path: Path) -> None:
    assert read(tmp_path, "A=\nB=b\n") == {"A": "", "B": "b"}


def test_later_files_win_and_only_those_of_the_mode_are_read(tmp_path: Path) -> None:
    for number, name in enumerate((".env", ".env.local", ".env.staging", ".env.staging.local", ".env.production")):
        (tmp_path / name).write_text(f"A={number}\nONLY_{number}=yes\n", "utf-8")
    found = read_env_files(tmp_path, "staging", {})
    assert found["A"] == "3"
    assert "ONLY_4" not in found


def config_of(folder: Path, **values: object) -> Config:
    (folder / "package.json").write_text(json.dumps({"perfbuild": values}), "utf-8")
    config, _ = load_config(folder, CliOptions())
    return config


def test_the_process_wins_over_files_and_unprefixed_names_stay_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VITE_A", "process")
    monkeypatch.setenv("SECRET", "process")
    (tmp_path / ".env").write_text("VITE_A=file\nVITE_B=file\nSECRET=file\nviteless=file\nXVITE_A=file\n", "utf-8")
    found = defines(config_of(tmp_path))
    env = json.loads(found["import.meta.env"])
    assert (env["VITE_A"], env["VITE_B"]) == ("process", "file")
    assert "SECRET" not in json.dumps(found)
    assert "XVITE_A" not in env


def test_the_mode_decides_what_is_development(tmp_path: Path) -> None:
    found = defines(config_of(tmp_path, mode="development"))
    assert found["import.meta.env.DEV"] == "true"
    assert found["process.env.NODE_ENV"] == '"development"'
    staging = defines(config_of(tmp_path, mode="staging"))
    assert (staging["import.meta.env.MODE"], staging["import.meta.env.PROD"]) == ('"staging"', "true")
    assert staging["process.env.NODE_ENV"] == '"production"'


def test_configured_names_win(tmp_path: Path) -> None:
    found = defines(config_of(tmp_path, define={"process.env.NODE_ENV": '"test"', "__X__": "1"}))
    assert (found["process.env.NODE_ENV"], found["__X__"]) == ('"test"', "1")
