"""The cache: what it gives back is what was put, and no state of the disk breaks a build."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from perfbuild.cache import DiskCache, NullCache, open_cache
from perfbuild.diagnostics import Diagnostics

from .builders import config

KEY = "ab" + "c" * 62


def disk(folder: Path, limit: int = 10**9, diagnostics: Diagnostics | None = None) -> DiskCache:
    return DiskCache(folder / "cache", limit, diagnostics or Diagnostics())


def entry(folder: Path, key: str = KEY, namespace: str = "n") -> Path:
    return folder / "cache" / namespace / key[:2] / key[2:]


def test_gives_back_what_was_put(tmp_path: Path) -> None:
    disk(tmp_path).put("n", KEY, b"value")
    assert disk(tmp_path).get("n", KEY) == b"value"
    assert disk(tmp_path).get("other", KEY) is None
    assert disk(tmp_path).get("n", "d" * 64) is None


def test_an_empty_value_is_a_value(tmp_path: Path) -> None:
    disk(tmp_path).put("n", KEY, b"")
    assert disk(tmp_path).get("n", KEY) == b""


@pytest.mark.parametrize(
    "damage",
    [
        lambda entry: entry[:-1],
        lambda _entry: b"",
        lambda entry: entry[:10],
        lambda entry: entry[:-1] + bytes([entry[-1] ^ 1]),
        lambda entry: bytes([entry[0] ^ 1]) + entry[1:],
    ],
)
def test_a_damaged_entry_is_removed_and_made_again(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    cache = disk(tmp_path)
    cache.put("n", KEY, b"value")
    entry(tmp_path).write_bytes(damage(entry(tmp_path).read_bytes()))
    assert cache.get("n", KEY) is None
    assert not entry(tmp_path).exists()
    cache.put("n", KEY, b"value")
    assert cache.get("n", KEY) == b"value"


def test_the_folder_says_what_it_is_and_hides_from_git(tmp_path: Path) -> None:
    disk(tmp_path).put("n", KEY, b"value")
    assert (tmp_path / "cache/CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert (tmp_path / "cache/.gitignore").read_text() == "*\n"


def test_nothing_is_written_before_there_is_a_value(tmp_path: Path) -> None:
    cache = disk(tmp_path)
    cache.get("n", KEY)
    cache.close()
    assert not (tmp_path / "cache").exists()


def put_aged(cache: DiskCache, folder: Path, names: str, size: int = 968) -> None:
    """Entries of 1000 bytes with the checksum, the first used longest ago."""
    for age, name in enumerate(reversed(names)):
        cache.put("n", name * 64, bytes(size))
        used = time.time() - age * 10_000
        os.utime(entry(folder, name * 64), (used, used))


def test_the_entries_unused_for_longest_leave_when_the_cache_is_too_large(tmp_path: Path) -> None:
    cache = disk(tmp_path, limit=5_000)
    put_aged(cache, tmp_path, "abcdef")
    cache.close()
    assert [name for name in "abcdef" if cache.get("n", name * 64) is not None] == ["c", "d", "e", "f"]


def test_a_cache_within_its_limit_keeps_everything(tmp_path: Path) -> None:
    cache = disk(tmp_path, limit=6_000)
    put_aged(cache, tmp_path, "abcdef")
    cache.close()
    assert all(cache.get("n", name * 64) is not None for name in "abcdef")


def test_the_limit_holds_over_many_small_builds(tmp_path: Path) -> None:
    for number in range(30):
        cache = disk(tmp_path, limit=5_000)
        cache.put("n", f"{number:02}" * 32, bytes(968))
        cache.close()
    kept = sum(path.stat().st_size for path in (tmp_path / "cache/n").rglob("*") if path.is_file())
    assert 3_000 <= kept <= 5_000


def test_a_hit_saves_an_old_entry_from_eviction(tmp_path: Path) -> None:
    cache = disk(tmp_path, limit=5_000)
    put_aged(cache, tmp_path, "abcdef")
    for key in "abcdef":
        old = time.time() - 2 * 86_400 - "fedcba".index(key)
        os.utime(entry(tmp_path, key * 64), (old, old))
    assert cache.get("n", "a" * 64) is not None
    cache.close()
    assert entry(tmp_path, "a" * 64).exists()
    assert not entry(tmp_path, "b" * 64).exists()


def test_a_hit_of_today_writes_nothing(tmp_path: Path) -> None:
    cache = disk(tmp_path)
    cache.put("n", KEY, b"value")
    recent = time.time() - 3_600
    os.utime(entry(tmp_path), (recent, recent))
    cache.get("n", KEY)
    assert entry(tmp_path).stat().st_mtime == pytest.approx(recent, abs=1)


def test_half_written_files_of_killed_builds_are_cleared_away(tmp_path: Path) -> None:
    cache = disk(tmp_path, limit=500)
    cache.put("n", KEY, bytes(968))
    old, fresh = entry(tmp_path).with_name(".half-1"), entry(tmp_path).with_name(".half-2")
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    cache.close()
    assert not old.exists()
    assert fresh.exists(), "another build is writing it"


def test_an_unreadable_ledger_does_not_matter(tmp_path: Path) -> None:
    cache = disk(tmp_path, limit=5_000)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/added").write_bytes(b"\xff\xfe garbage\n12x\n")
    cache.put("n", KEY, b"value")
    cache.close()
    assert cache.get("n", KEY) == b"value"


def test_a_disk_that_refuses_is_reported_once_and_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnostics = Diagnostics()
    cache = disk(tmp_path, diagnostics=diagnostics)
    cache.put("n", "d" * 64, b"before")

    attempts: list[object] = []

    def full(path: Path, _target: Path) -> None:
        attempts.append(path)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    for number in range(3):
        cache.put("n", str(number) * 64, b"value")
    cache.close()
    assert len(attempts) == 1
    (report,) = diagnostics
    assert (report.code, report.severity) == ("cache-unwritable", "warning")
    assert "No space left on device" in report.message
    assert cache.get("n", "d" * 64) == b"before"
    assert not list((tmp_path / "cache").rglob(".*-*")), "half-written files stay"


def test_a_file_where_the_folder_should_be_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("not a folder")
    diagnostics = Diagnostics()
    cache = disk(tmp_path, diagnostics=diagnostics)
    cache.put("n", KEY, b"value")
    assert cache.get("n", KEY) is None
    assert [each.code for each in diagnostics] == ["cache-unwritable"]


def test_threads_that_put_get_and_evict_at_once_see_whole_values_or_none(tmp_path: Path) -> None:
    wrong: list[bytes] = []

    def work(seed: int) -> None:
        for turn in range(60):
            cache = disk(tmp_path, limit=20_000)
            key = f"{(seed * 7 + turn) % 10:02}" * 32
            value = cache.get("n", key)
            if value not in (None, key.encode() * 50):
                wrong.append(value or b"")
            cache.put("n", key, key.encode() * 50)
            cache.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_no_cache_keeps_nothing(tmp_path: Path) -> None:
    cache = open_cache(config(tmp_path, cache=False), Diagnostics())
    assert isinstance(cache, NullCache)
    cache.put("n", KEY, b"value")
    assert cache.get("n", KEY) is None
    assert list(tmp_path.iterdir()) == []


def test_the_cache_lies_in_the_report_folder(tmp_path: Path) -> None:
    open_cache(config(tmp_path), Diagnostics()).put("n", KEY, b"value")
    assert (tmp_path / ".perfbuild/cache/n/ab").is_dir()
