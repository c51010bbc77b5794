"""A file is whole under its name, or it is not there."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from core.files.ledger import Ledger, write_ledger
from core.files.whole import written_whole
from tests.architecture.tree import ROOT
from tests.core.files.samples import ledger_line

KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
from core.files.whole import written_whole
with written_whole(Path(sys.argv[1])) as place:
    place.file.write(b"half of it" * 100_000)
    place.file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@contextmanager
def a_disk_that_takes(size: int) -> Iterator[None]:
    """No file may grow beyond this, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_it_is_there_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "file"
    with written_whole(target) as place:
        place.file.write(b"content")
        assert not target.exists()
    assert target.read_bytes() == b"content"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_an_error_on_the_way_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"before")

    def write_half() -> None:
        with written_whole(target) as place:
            place.file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_kill_in_the_middle_leaves_nothing_under_the_name(tmp_path: Path) -> None:
    target = tmp_path / "file"
    done = subprocess.run([sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(target)], cwd=ROOT, check=False)
    assert done.returncode == -9
    assert not target.exists()


@pytest.mark.parametrize("most", [0, 4_000, 60_000])
def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path, now: datetime, most: int) -> None:
    target = tmp_path / "ledger.xlsx"
    lines = map(ledger_line, range(1000))
    with pytest.raises(OSError, match="too large"), a_disk_that_takes(most), written_whole(target) as place:
        write_ledger(place, Ledger("x", 2026, now, with_names=False), lines, lambda policy_id, version: None)
    assert list(tmp_path.iterdir()) == []
