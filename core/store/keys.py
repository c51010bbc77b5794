"""Data keys in the database: one a conversation, one a case; destroying one erases what it sealed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, null, select, update
from sqlalchemy.dialects.postgresql import insert

from core.errors import KeyDestroyed
from core.store.keyring import KEY_BYTES, DataKey, Keyring
from core.store.statements import Statement
from core.store.tables import data_key

if TYPE_CHECKING:
    from core.store.unit_of_work import UnitOfWork

BLIND, OFFICE = "blind", "office"
"""Keys of the service itself: of all keyed hashes, and of what the office keeps about itself and its people."""

SIGNED_BYTES = 15
"""Nobody guesses as many, and they end without filling."""

_columns = data_key.c
_make = Statement(insert(data_key).returning(_columns.id))
_make_named = Statement(insert(data_key).on_conflict_do_nothing(index_elements=["name"]))
_find = Statement(select(_columns.master_id, _columns.wrapped).where(_columns.id == bindparam("key")))
_find_named = Statement(select(_columns.master_id, _columns.wrapped).where(_columns.name == bindparam("named")))
_destroy = Statement(update(data_key).where(_columns.id == bindparam("key")).values(wrapped=null()))
_to_rewrap = Statement(
    select(_columns.id, _columns.master_id, _columns.wrapped).where(
        _columns.wrapped.is_not(None), _columns.master_id != bindparam("current")
    )
)
_rewrap = Statement(
    update(data_key)
    .where(_columns.id == bindparam("key"), _columns.wrapped.is_not(None))
    .values(wrapped=bindparam("fresh"), master_id=bindparam("current"))
)


def new_key(uow: UnitOfWork) -> int:
    """Make a data key; return its id."""
    secret = secrets.token_bytes(KEY_BYTES)
    row = {"master_id": uow.keyring.current, "wrapped": uow.keyring.wrap(secret)}
    key_id: int = uow.run(_make, row).scalar_one()
    uow.open_keys[key_id] = DataKey(secret)
    return key_id


def open_key(uow: UnitOfWork, key_id: int) -> DataKey:
    """The data key itself, to seal outside the transaction. Raises KeyDestroyed."""
    if key_id not in uow.open_keys:
        row = uow.run(_find, {"key": key_id}).one()
        unlock(uow, key_id, row.master_id, row.wrapped)
    return uow.open_keys[key_id]


def unlock(uow: UnitOfWork, key_id: int, master_id: str, wrapped: bytes | None) -> None:
    """Open a key whose row was read along with another one. Keys are kept for this unit only: erased means erased."""
    if wrapped is None:
        raise KeyDestroyed
    uow.open_keys[key_id] = uow.keyring.unwrap(master_id, wrapped)


def seal(uow: UnitOfWork, key_id: int, content: str | bytes, about: str) -> bytes:
    return open_key(uow, key_id).seal(content, about)


def unseal(uow: UnitOfWork, key_id: int, blob: bytes, about: str) -> bytes:
    return open_key(uow, key_id).unseal(blob, about)


def destroy(uow: UnitOfWork, key_id: int) -> None:
    """Make everything this key sealed unreadable for good."""
    uow.run(_destroy, {"key": key_id})
    uow.open_keys.pop(key_id, None)
    uow.after_commit.append(uow.scrub)


def rewrap_all(uow: UnitOfWork) -> int:
    """Wrap every key with the current master; return how many were not. Texts and blind indexes stay as they are."""
    current = uow.keyring.current
    rows = uow.run(_to_rewrap, {"current": current}).rows
    for row in rows:
        fresh = uow.keyring.wrap(uow.keyring.unwrap(row.master_id, row.wrapped).secret)
        uow.run(_rewrap, {"key": row.id, "fresh": fresh, "current": current})
    return len(rows)


def blind(uow: UnitOfWork, purpose: str, value: str) -> bytes:
    """A keyed hash to look a value up by; equal values of different purposes look different."""
    return keyed_hash(uow, purpose, value.encode("utf-8", "surrogatepass"))


def keyed_hash(uow: UnitOfWork, purpose: str, content: bytes) -> bytes:
    """What nobody can make without the key, and nobody can make of anything else."""
    keyed = _keyed(uow.blind_key.secret).copy()
    keyed.update(purpose.encode("utf-8", "surrogatepass") + b"\0" + content)
    return keyed.digest()


def signature(uow: UnitOfWork, purpose: str, words: str) -> str:
    """What stands behind words that we hand out to have them back: 24 small letters and digits."""
    return base64.b32encode(blind(uow, purpose, words)[:SIGNED_BYTES]).decode("ascii").lower()


def is_signed(uow: UnitOfWork, purpose: str, words: str, typed: str) -> bool:
    """Whether this is their signature, whatever somebody typed; it takes as long either way."""
    return hmac.compare_digest(signature(uow, purpose, words).encode(), typed.encode("utf-8", "replace"))


@lru_cache(maxsize=4)
def _keyed(secret: bytes) -> hmac.HMAC:
    """Taking the key in costs more than what is hashed."""
    return hmac.new(secret, digestmod=hashlib.sha256)


def office_key(uow: UnitOfWork) -> DataKey:
    """The key of what the office keeps about itself, made where it is asked for first."""
    if uow.office_key is None:
        found = service_key(uow.connection, uow.keyring, OFFICE)
        if found is None:
            make_service_key(uow.connection, uow.keyring, OFFICE)
            found = service_key(uow.connection, uow.keyring, OFFICE)
        uow.office_key = found
    assert uow.office_key is not None
    return uow.office_key


def service_key(connection: Connection, keyring: Keyring, name: str) -> DataKey | None:
    """A key of the service itself, None where it was never made."""
    row = _find_named.run(connection, {"named": name}).one_or_none()
    return keyring.unwrap(row.master_id, row.wrapped) if row else None


def make_service_key(connection: Connection, keyring: Keyring, name: str) -> None:
    """Insert or ignore: several processes may start on a new database at once."""
    wrapped = keyring.wrap(secrets.token_bytes(KEY_BYTES))
    _make_named.run(connection, {"name": name, "master_id": keyring.current, "wrapped": wrapped})
