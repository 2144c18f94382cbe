"""Delivery where it needs processes: killed and interrupted builds, a disk that is really full, other hash seeds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from perfbuild.config import Config
from perfbuild.diagnostics import PerfbuildError
from perfbuild.model import OutputFile
from perfbuild.stages.emit import emit, lock_out

IMPORTS = """
import sys, time
from pathlib import Path
from perfbuild.cache import NullCache
from perfbuild.config import Config
from perfbuild.diagnostics import Diagnostics, PerfbuildError
from perfbuild.model import OutputFile
from perfbuild.stages import emit as emit_stage
from perfbuild.stages.compress import Compressor, compress
from perfbuild.stages.emit import emit, lock_out
root = Path(sys.argv[1])
config = Config(root=root, out=root / "dist", report_dir=root / ".perfbuild", jobs=2)
"""


def config(root: Path) -> Config:
    return Config(root=root, out=root / "dist", report_dir=root / ".perfbuild")


def page(content: bytes) -> OutputFile:
    return OutputFile(path="index.html", type="document", content=content)


def start(root: Path, body: str, **environment: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", IMPORTS + textwrap.dedent(body), str(root)]
    paths = os.pathsep.join(path for path in sys.path if path)
    env = {**os.environ, "PYTHONPATH": paths, **environment}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)


def wait_for_line(process: subprocess.Popen[bytes], line: bytes) -> None:
    assert process.stdout is not None
    assert process.stdout.readline().strip() == line


def names(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()}


STAGED_AND_STUCK = """
def stuck(stage, out):
    print("staged", flush=True)
    time.sleep(60)
emit_stage._swap_in = stuck
with lock_out(config):
    emit([OutputFile(path="index.html", type="document", content=b"2")], {}, config, {})
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_build_that_was_killed_blocks_nothing_and_is_cleared_away(tmp_path: Path) -> None:
    emit([page(b"1")], {}, config(tmp_path), {})
    process = start(tmp_path, STAGED_AND_STUCK)
    wait_for_line(process, b"staged")
    with pytest.raises(PerfbuildError) as caught, lock_out(config(tmp_path)):
        pytest.fail("two builds at once")
    assert f"process {process.pid}" in caught.value.diagnostics[0].message
    process.kill()
    process.communicate()
    assert len(names(tmp_path)) == 3, "dist, the lock file and the staged folder"
    with lock_out(config(tmp_path)):
        assert (tmp_path / "dist/index.html").read_bytes() == b"1"
    assert names(tmp_path) == {"dist"}


@pytest.mark.skipif(os.name != "posix", reason="SIGINT")
def test_ctrl_c_while_staging_leaves_the_previous_output_and_nothing_else(tmp_path: Path) -> None:
    emit([page(b"1")], {}, config(tmp_path), {})
    process = start(tmp_path, STAGED_AND_STUCK)
    wait_for_line(process, b"staged")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode not in (0, None)
    assert (tmp_path / "dist/index.html").read_bytes() == b"1"
    assert names(tmp_path) == {"dist"}


@pytest.mark.skipif(os.name != "posix", reason="SIGINT")
def test_ctrl_c_does_not_wait_for_a_long_encoding(tmp_path: Path) -> None:
    process = start(
        tmp_path,
        """
        import random
        content = random.Random(1).randbytes(30_000_000).hex().encode()  # some minutes of brotli
        with Compressor(config, NullCache(), Diagnostics()) as compressor:
            compressor.submit(OutputFile(path="a.js", type="script", content=content))
            print("encoding", flush=True)
            compressor.results()
        """,
    )
    wait_for_line(process, b"encoding")
    time.sleep(0.3)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert time.monotonic() - started < 3


def test_encodings_are_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    body = """
    import hashlib
    content = b"".join(b"line %d of a script;" % number for number in range(2_000))
    made = compress([OutputFile(path="a.js", type="script", content=content)], config, NullCache(), Diagnostics())
    print([(name, hashlib.sha256(it).hexdigest()) for name, it in made["a.js"].encoded.items()])
    """
    outputs = {start(tmp_path, body, PYTHONHASHSEED=seed).communicate(timeout=60)[0] for seed in ("0", "1", "2")}
    assert len(outputs) == 1
    assert b"brotli" in outputs.pop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small file system can only be mounted by root on Linux")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_fills_up_leaves_the_previous_output(small_disk: Path) -> None:
    emit([page(b"1")], {}, config(small_disk), {})
    large = [OutputFile(path=f"assets/{number}.js", type="script", content=bytes(300_000)) for number in range(5)]
    with pytest.raises(PerfbuildError) as caught:
        emit([page(b"2"), *large], {}, config(small_disk), {})
    assert [each.code for each in caught.value.diagnostics] == ["disk-full"]
    assert (small_disk / "dist/index.html").read_bytes() == b"1"
    assert names(small_disk) == {"dist"}
    emit([page(b"3"), *large[:2]], {}, config(small_disk), {})
    assert (small_disk / "dist/index.html").read_bytes() == b"3", "the staged files were removed"


def test_a_copied_file_that_does_not_fit_is_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    (tmp_path / "movie.mp4").write_bytes(bytes(2_000_000))
    with pytest.raises(PerfbuildError) as caught:
        emit([OutputFile(path="movie.mp4", type="other", copy_of=tmp_path / "movie.mp4")], {}, config(small_disk), {})
    assert [each.code for each in caught.value.diagnostics] == ["disk-full"]
    assert names(small_disk) == set()


def test_a_mounted_output_folder_is_filled_in_place(small_disk: Path) -> None:
    root = small_disk.parent
    subject = Config(root=root / "project", out=small_disk, report_dir=root / "reports")
    for content in (b"1", b"2"):
        with lock_out(subject):
            emit(
                [page(content), OutputFile(path=f"a/{content.decode()}.js", type="script", content=b"")],
                {},
                subject,
                {},
            )
    assert (small_disk / "index.html").read_bytes() == b"2"
    assert names(small_disk) == {"index.html", "a", ".perfbuild"}
    assert names(small_disk / "a") == {"2.js"}


def test_a_cache_on_a_full_disk_fails_nothing(small_disk: Path) -> None:
    from perfbuild.cache import DiskCache
    from perfbuild.diagnostics import Diagnostics

    diagnostics = Diagnostics()
    cache = DiskCache(small_disk / "cache", 10**9, diagnostics)
    for number in range(20):
        cache.put("n", f"{number:02}" * 32, bytes(100_000))
    cache.close()
    assert [(each.code, each.severity) for each in diagnostics] == [("cache-unwritable", "warning")]
    assert cache.get("n", "00" * 32) == bytes(100_000)
