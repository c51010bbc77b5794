"""A file is on the disk whole and encrypted, or there is nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import StoreError
from core.store.files import EvidenceFiles
from core.store.keyring import DataKey
from tests.core.store.test_unit_of_work import no_file_may_grow_beyond

KEY = DataKey(bytes(32))


def all_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_encrypted_under_a_name_that_says_nothing(data_dir: Path) -> None:
    files = EvidenceFiles(data_dir)
    stored = files.write("三食堂有虫".encode(), KEY)
    assert files.read(stored.path, KEY).decode() == "三食堂有虫"
    [path] = all_files(data_dir)
    assert path == data_dir / stored.path
    assert "三食堂有虫".encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_put_in_the_place_of_another_is_refused(data_dir: Path) -> None:
    files = EvidenceFiles(data_dir)
    one, other = files.write(b"one", KEY), files.write(b"other", KEY)
    (data_dir / other.path).replace(data_dir / one.path)
    with pytest.raises(StoreError):
        files.read(one.path, KEY)


def test_a_full_disk_leaves_nothing_behind(data_dir: Path, tmp_path: Path) -> None:
    limit = tmp_path / "limit"
    limit.write_bytes(bytes(4096))
    with no_file_may_grow_beyond(limit), pytest.raises(OSError, match="large"):
        EvidenceFiles(data_dir).write(bytes(100_000), KEY)
    assert all_files(data_dir) == []


def test_a_process_killed_while_it_writes_leaves_nothing_visible(data_dir: Path) -> None:
    writing = subprocess.Popen([sys.executable, "-c", WRITE_FOR_EVER, str(data_dir)])
    try:
        until = time.monotonic() + 20
        while not list(data_dir.rglob("*.part")):
            assert time.monotonic() < until
    finally:
        os.kill(writing.pid, signal.SIGKILL)
        writing.wait()
    files = EvidenceFiles(data_dir)
    whole = [str(path.relative_to(data_dir)) for path in data_dir.rglob("*.bin")]
    assert all(len(files.read(path, KEY)) == 30_000_000 for path in whole)


WRITE_FOR_EVER = """
import pathlib, sys
from core.store.files import EvidenceFiles
from core.store.keyring import DataKey
while True:
    EvidenceFiles(pathlib.Path(sys.argv[1])).write(bytes(30_000_000), DataKey(bytes(32)))
"""


def test_removing_twice_is_removing_once(data_dir: Path) -> None:
    files = EvidenceFiles(data_dir)
    stored = files.write(b"x", KEY)
    files.remove(stored.path)
    files.remove(stored.path)
    assert all_files(data_dir) == []
