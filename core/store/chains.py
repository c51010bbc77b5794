"""Timelines as chains: each entry seals all those before it, so that none is changed, left out or cut off unnoticed.

An entry's digest is a keyed hash of the end of its chain before it, of its place, and of all that it says. The end of a
chain is a keyed hash too, of its length and its last entry: whoever cuts it cannot make the end that would fit.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from core.records import pack
from core.store import keys
from core.store.statements import Statement
from core.store.tables import timeline_head
from core.store.unit_of_work import UnitOfWork

OFFICE = 0
"""The chain of the office itself; that of a case has the case's id."""

NOT_BEGUN = (0, b"")
"""Length and end of a chain without entries."""

_columns = timeline_head.c
_end = select(_columns.length, _columns.digest).where(_columns.chain == bindparam("of"))
_read, _lock = Statement(_end), Statement(_end.with_for_update())
_begin = Statement(insert(timeline_head).on_conflict_do_nothing(index_elements=["chain"]).returning(_columns.chain))
_move = Statement(
    update(timeline_head)
    .where(_columns.chain == bindparam("of"))
    .values(length=bindparam("now_length"), digest=bindparam("now_digest"))
)


def is_new(uow: UnitOfWork, chain: int) -> None:
    """Nobody else can add to this chain yet: what it is about was made by this unit. So nothing need be read first."""
    uow.chain_ends[chain] = NOT_BEGUN


def extend(
    uow: UnitOfWork, chain: int, at: datetime, kind: str, actor: str, note_sealed: bytes | None, *, public: bool = True
) -> dict[str, Any]:
    """Take the next place in a chain, and hold the chain until the unit ends; what the entry keeps of it.

    Two statements, and a third where this unit did not hold the chain yet.
    """
    note_digest = digest_of_note(note_sealed)
    while True:
        length, end = uow.chain_ends.get(chain) or _held(uow, chain)
        position = length + 1
        digest = entry_digest(uow, end, chain, position, at, kind, actor, public, note_digest)
        new_end = end_of(uow, chain, position, digest)
        if _move_to(uow, chain, position, new_end):
            uow.chain_ends[chain] = (position, new_end)
            return {"position": position, "note_digest": note_digest, "digest": digest}


def entry_digest(
    uow: UnitOfWork,
    before: bytes,
    chain: int,
    position: int,
    at: datetime,
    kind: str,
    actor: str,
    public: bool,
    note_digest: bytes | None,
) -> bytes:
    """Of an entry, and through ``before``, the end of the chain without it, of all those that came first."""
    moment = at.astimezone(UTC).isoformat()
    noted = note_digest.hex() if note_digest else None
    said = [before.hex(), chain, position, moment, kind, actor, public, noted]
    return keys.keyed_hash(uow, "timeline", pack(said))


def end_of(uow: UnitOfWork, chain: int, length: int, last: bytes) -> bytes:
    """The end of a chain of this length whose last entry has this digest."""
    return keys.keyed_hash(uow, "timeline.end", pack([chain, length, last.hex()]))


def digest_of_note(sealed: bytes | None) -> bytes | None:
    """Of the note as it is sealed: an erased note leaves it behind, and it tells nothing."""
    return hashlib.sha256(sealed).digest() if sealed is not None else None


def kept(uow: UnitOfWork, chain: int) -> tuple[int, bytes]:
    """Length and end of a chain as they are kept, without holding it."""
    row = uow.run(_read, {"of": chain}).one_or_none()
    return (row.length, row.digest) if row is not None else NOT_BEGUN


def _held(uow: UnitOfWork, chain: int) -> tuple[int, bytes]:
    row = uow.run(_lock, {"of": chain}).one_or_none()
    return (row.length, row.digest) if row is not None else NOT_BEGUN


def _move_to(uow: UnitOfWork, chain: int, length: int, end: bytes) -> bool:
    """False where somebody else has just begun this chain: there was no row to lock, and now there is."""
    if length > 1:
        uow.run(_move, {"of": chain, "now_length": length, "now_digest": end})
        return True
    return uow.run(_begin, {"chain": chain, "length": length, "digest": end}).scalar() is not None
