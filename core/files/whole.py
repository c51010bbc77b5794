"""A file that appears whole under its name, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from core.records import record
from core.store.files import sync_folder


@record(frozen=True, slots=True)
class Place:
    """Where a file is being written. ``folder`` is for what its writing needs beside it, and is removed with all in it."""

    file: IO[bytes]
    folder: Path


@contextmanager
def written_whole(target: Path) -> Iterator[Place]:
    """A place to write; leaving it without an error puts the file under its name, in the place of one that was there.

    Only its owner may read it, and it is on the disk for good by then. Raises OSError where the disk cannot take it.
    """
    # Beside the target, since a rename does not lead from one disk to another.
    with TemporaryDirectory(prefix=".tousu-", dir=target.parent) as name:
        folder = Path(name)
        part = folder / "part"
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield Place(file, folder)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    sync_folder(target.parent)
