"""Evidence on disk: encrypted under the complaint's key, and either there whole or not there at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from core.errors import StoreError
from core.records import record
from core.store.keyring import DataKey
from core.store.sniffing import sniff

FOLDER = "evidence"


@record(frozen=True, slots=True)
class StoredFile:
    """A file on the disk. ``path`` is relative to the data directory; ``mime`` is by content, "" if not ours."""

    path: str
    mime: str
    size: int
    sha256: bytes


class EvidenceFiles:
    """The evidence below a data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir

    def write(self, content: bytes, key: DataKey) -> StoredFile:
        """Keep a file; it is on the disk for good when this returns. Raises OSError where the disk cannot take it."""
        path = _new_path()
        target = self._root / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        try:
            write_through(part, key.seal(content, _about(path)))
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        for folder in (target.parent, target.parent.parent, self._root):
            sync_folder(folder)
        return StoredFile(path, sniff(content), len(content), hashlib.sha256(content).digest())

    def read(self, path: str, key: DataKey) -> bytes:
        """The content of a file that was kept. Raises StoreError where it is gone or not what was written."""
        try:
            return key.unseal((self._root / path).read_bytes(), _about(path))
        except FileNotFoundError as error:
            raise StoreError("a piece of evidence is no longer on the disk") from error

    def remove(self, path: str) -> None:
        """Remove a file; one that is not there is removed already."""
        with contextlib.suppress(FileNotFoundError):
            (self._root / path).unlink()


def _new_path() -> str:
    name = secrets.token_hex(16)
    return f"{FOLDER}/{name[:2]}/{name}.bin"


def _about(path: str) -> str:
    return f"evidence file:{path}"


def write_through(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """A new name survives a power cut only when its folder was synced too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
