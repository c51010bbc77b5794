"""A folder of sealed parcels: what must be durable while the database cannot take it, or before it is told of it."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from core.records import pack, unpack
from core.store.files import sync_folder, write_through
from core.store.keyring import KEY_BYTES, DataKey, Keyring

NAME = re.compile(r"[0-9]{20}-[0-9a-f]{32}")


class Parcels:
    """Parcels are durable when ``put`` returns, and are named in the order of their arrival."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder = folder
        self._keyring = keyring

    def put(self, content: bytes, order: int = 0) -> str:
        """Keep a parcel; return its name. ``order`` sorts parcels, a time in nanoseconds for instance. Raises OSError."""
        name = f"{order:020d}-{secrets.token_hex(16)}"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f"{name}.part"
        try:
            write_through(part, self._sealed(name, content))
            part.replace(self._folder / name)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_folder(self._folder)
        return name

    def get(self, name: str) -> bytes | None:
        """What is in a parcel; None where there is none of this name. Raises StoreError where it is not what was put in."""
        if not NAME.fullmatch(name) or not (self._folder / name).is_file():
            return None
        head, _, sealed = (self._folder / name).read_bytes().partition(b"\n")
        master_id, wrapped = unpack(head)
        return self._keyring.unwrap(master_id, bytes.fromhex(wrapped)).unseal(sealed, _about(name))

    def free_bytes(self) -> int:
        """How much room the disk has left."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self._folder).free

    def names(self) -> Iterator[str]:
        """All parcels, first come first."""
        if self._folder.is_dir():
            yield from sorted(path.name for path in self._folder.iterdir() if NAME.fullmatch(path.name))

    def drop(self, name: str) -> None:
        """Remove a parcel; one that is gone already is no error."""
        if NAME.fullmatch(name):
            (self._folder / name).unlink(missing_ok=True)

    def drop_before(self, order: int) -> None:
        """Remove what was put with a lower ``order``, and what a killed process left unfinished then."""
        for path in self._folder.glob("*-*"):
            if path.name < f"{order:020d}":
                path.unlink(missing_ok=True)

    def _sealed(self, name: str, content: bytes) -> bytes:
        """The parcel's own key, wrapped by the master, then what it seals."""
        secret = secrets.token_bytes(KEY_BYTES)
        head = pack([self._keyring.current, self._keyring.wrap(secret).hex()])
        return head + b"\n" + DataKey(secret).seal(content, _about(name))


def _about(name: str) -> str:
    return f"parcel:{name}"
