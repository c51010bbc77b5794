"""Master keys, and what one data key does: seal, unseal. Nothing here touches the database."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import secrets
import stat
from dataclasses import field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import SettingsError, StoreError
from core.records import record

KEY_BYTES = 32
NONCE_BYTES = 12
SHORTEST_SECRET = 32


@record(frozen=True, slots=True)
class DataKey:
    """An open data key. ``about`` says what is sealed; the same words must be said to unseal it."""

    secret: bytes = field(repr=False)
    _cipher: AESGCM = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_cipher", AESGCM(self.secret))

    def seal(self, content: str | bytes, about: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        return nonce + self._cipher.encrypt(nonce, plain, about.encode())

    def unseal(self, blob: bytes, about: str) -> bytes:
        try:
            return self._cipher.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise StoreError(f"{about.partition(':')[0]} is not what was sealed, or its key is another one") from error


class Keyring:
    """The master keys: the first one wraps, all of them unwrap."""

    def __init__(self, masters: dict[str, DataKey]) -> None:
        self._masters = masters
        self.current = next(iter(masters))

    @classmethod
    def from_secret(cls, secret: str) -> Self:
        """Read ``NEW`` or ``NEW,OLD`` (while keys are being rotated): any words of at least 32 characters."""
        parts = [part.strip() for part in secret.split(",") if part.strip()]
        if not parts or min(map(len, parts)) < SHORTEST_SECRET:
            raise SettingsError(f"the secret key must have at least {SHORTEST_SECRET} characters")
        return cls({_name_of(part): _derive(part) for part in parts})

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read the key file; make one that only its owner can read where there is none."""
        with contextlib.suppress(FileExistsError):
            _make_key_file(path)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsError(f"the key file {path} can be read by others; type: chmod 600 {path}")
        return cls.from_secret(path.read_text(encoding="ascii"))

    def wrap(self, secret: bytes) -> bytes:
        return self._masters[self.current].seal(secret, _wrapped_by(self.current))

    def unwrap(self, master_id: str, wrapped: bytes) -> DataKey:
        master = self._masters.get(master_id)
        if master is None:
            raise StoreError("this database was written with another secret key; give the old one too: NEW,OLD")
        return DataKey(master.unseal(wrapped, _wrapped_by(master_id)))


def _wrapped_by(master_id: str) -> str:
    return f"data_key.wrapped:{master_id}"


def _derive(secret: str) -> DataKey:
    return DataKey(HKDF(SHA256(), KEY_BYTES, salt=None, info=b"tousu master key").derive(secret.encode()))


def _name_of(secret: str) -> str:
    """A name that tells masters apart and says nothing about them."""
    return hashlib.sha256(b"tousu master id" + _derive(secret).secret).hexdigest()[:16]


def _make_key_file(path: Path) -> None:
    """Write it whole under another name first, so that no half-written key is ever read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link does not replace the key of a process that was quicker.
        os.link(draft, path)
    finally:
        draft.unlink()
