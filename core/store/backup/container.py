"""The file of a backup: a tar of members with the manifest last, and one block behind it that seals every byte before.

``tar`` lists and unpacks it, since a tar ends at its empty blocks. The last block tells a torn file from a whole one
without any key, by a SHA-256, and one that was tampered with from a genuine one by the same sum sealed with the master.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from tarfile import USTAR_FORMAT, HeaderError, TarInfo
from typing import IO

from core.errors import NotRestorable, StoreError
from core.store.keyring import KEY_BYTES, DataKey, Keyring

FORMAT = 1
BLOCK = 512
READ_AT_ONCE = 1024 * 1024
MANIFEST = "manifest.json"

SUM = 65
"""The sum that ends the file, and a line end."""

_LAST = re.compile(
    rb"tousu-backup (?P<format>\d+) manifest (?P<at>\d+)"
    rb" by (?P<master>[0-9a-f]+) (?P<wrapped>[0-9a-f]+) (?P<seal>[0-9a-f]+) +sha256 (?P<sum>[0-9a-f]{64})\n"
)
_OF_ANY_FORMAT = re.compile(rb"tousu-backup (\d+) ")


class Packing:
    """A file that is being written, member by member."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        self._at = 0

    def add(self, name: str, content: bytes) -> None:
        head = TarInfo(name)
        head.size, head.mode = len(content), 0o600
        self._write(head.tobuf(USTAR_FORMAT), content, bytes(-len(content) % BLOCK))

    def seal(self, manifest: bytes, keyring: Keyring) -> None:
        """Write the end of it. Without this block nobody restores it."""
        at = self._at
        self.add(MANIFEST, manifest)
        self._write(bytes(2 * BLOCK))
        secret, digest = secrets.token_bytes(KEY_BYTES), self._sum.digest()
        seal = DataKey(secret).seal(digest, _about(at))
        last = f"tousu-backup {FORMAT} manifest {at} by {keyring.current} {keyring.wrap(secret).hex()} {seal.hex()}"
        self._write(f"{last:<{BLOCK - SUM - len(' sha256 ')}} sha256 ".encode())
        self._write(f"{self._sum.hexdigest()}\n".encode())

    def _write(self, *parts: bytes) -> None:
        for part in parts:
            self._file.write(part)
            self._sum.update(part)
            self._at += len(part)


def examined(file: IO[bytes], keyring: Keyring) -> bytes:
    """Check every byte of a file; return its manifest. Raises NotRestorable."""
    last = _last_block(file)
    digest = _checked_sum(file, last["sum"])
    at, master = int(last["at"]), last["master"].decode()
    try:
        key = keyring.unwrap(master, bytes.fromhex(last["wrapped"].decode()))
    except StoreError as error:
        raise NotRestorable("key_missing", wanted=master, current=keyring.current) from error
    try:
        genuine = key.unseal(bytes.fromhex(last["seal"].decode()), _about(at)) == digest
    except StoreError:
        genuine = False
    if not genuine:
        raise NotRestorable("forged")
    file.seek(at)
    return _member(file)[1]


def members(file: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """Name and content of everything before the manifest, one at a time. The file must have been examined."""
    file.seek(0)
    name, content = _member(file)
    while name != MANIFEST:
        yield name, content
        name, content = _member(file)


def _last_block(file: IO[bytes]) -> re.Match[bytes]:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - BLOCK, 0))
    block = file.read(BLOCK)
    found = _OF_ANY_FORMAT.match(block)
    if found and int(found[1]) > FORMAT:
        raise NotRestorable("newer_format")
    last = _LAST.fullmatch(block)
    if last is None or size % BLOCK:
        raise NotRestorable("torn")
    return last


def _checked_sum(file: IO[bytes], expected: bytes) -> bytes:
    """The sum of all members, once that of the whole file is right."""
    left = file.seek(0, os.SEEK_END) - BLOCK
    file.seek(0)
    found = hashlib.sha256()
    while left and (part := file.read(min(left, READ_AT_ONCE))):
        found.update(part)
        left -= len(part)
    of_members = found.digest()
    found.update(file.read(BLOCK - SUM))
    if found.hexdigest().encode() != expected:
        raise NotRestorable("torn")
    return of_members


def _member(file: IO[bytes]) -> tuple[str, bytes]:
    try:
        head = TarInfo.frombuf(file.read(BLOCK), "utf-8", "surrogateescape")
    except HeaderError as error:
        raise NotRestorable("torn") from error
    content = file.read(head.size)
    file.seek(-head.size % BLOCK, os.SEEK_CUR)
    return head.name, content


def _about(manifest_at: int) -> str:
    return f"backup:{FORMAT}:{manifest_at}"
