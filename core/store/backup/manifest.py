"""What a backup says of itself: of which tables it is, how much is in it, and which keys open it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

from core.errors import NotRestorable, StoreError
from core.records import pack, unpack
from core.store.backup.rows import Columns
from core.store.files import FOLDER
from core.store.keyring import Keyring

SPOOL, UPLOADS = "spool", "uploads"
"""The folders of parcels in a data directory."""

ROWS = re.compile(r"rows/(\w+)/\d{8}\.jsonl")
FILE = re.compile(rf"{FOLDER}/[0-9a-f]{{2}}/[0-9a-f]{{32}}\.bin|(?:{SPOOL}|{UPLOADS})/[0-9]{{20}}-[0-9a-f]{{32}}")


@dataclass(slots=True)
class Manifest:
    """``last_ids`` are the highest ids ever given out; ``missing`` are pieces of evidence that were not on the disk.

    ``keys`` has for each master key that is needed one data key it wraps, as hexadecimal digits.
    """

    made_at: str
    schema: str
    tables: dict[str, Columns]
    keys: dict[str, str] = field(default_factory=dict)
    last_ids: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=lambda: {FOLDER: 0, SPOOL: 0, UPLOADS: 0})
    missing: list[str] = field(default_factory=list)
    pending: int = 0

    def packed(self) -> bytes:
        return pack(asdict(self))

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        return cls(**unpack(content))


def check_keys(samples: Mapping[str, str], keyring: Keyring) -> None:
    """Raises NotRestorable naming the first master key that is wanted and is not at hand."""
    for master_id, wrapped in samples.items():
        try:
            keyring.unwrap(master_id, bytes.fromhex(wrapped))
        except StoreError as error:
            raise NotRestorable("key_missing", wanted=master_id, current=keyring.current) from error


def wrap_of(parcel: bytes) -> tuple[str, bytes]:
    """The master key of a parcel, and the parcel's own key that it wraps."""
    master_id, wrapped = unpack(parcel.partition(b"\n")[0])
    return master_id, bytes.fromhex(wrapped)
