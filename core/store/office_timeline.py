"""What happened to the office itself: people who came and left, calendars, exports of everything; only ever added to."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, insert, select

from core.records import record
from core.store import chains, keys
from core.store.statements import Row, Statement
from core.store.tables import office_timeline
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class OfficeEntry:
    """One thing that happened. ``position`` is its place in the office's chain, from 1."""

    at: datetime
    kind: str
    actor: str
    note: str
    position: int


_columns = office_timeline.c
_make = Statement(insert(office_timeline))
_latest = Statement(select(office_timeline).order_by(_columns.id.desc()).limit(bindparam("most")))


def add(uow: UnitOfWork, at: datetime, kind: str, actor: str, note: str = "") -> None:
    """Put it behind all others. Everybody who adds here waits for everybody else: nothing of a single case belongs here."""
    sealed = keys.office_key(uow).seal(note, _about(at, kind)) if note else None
    link = chains.extend(uow, chains.OFFICE, at, kind, actor, sealed)
    uow.run(_make, {"at": at, "kind": kind, "actor": actor, "note_sealed": sealed} | link)


def entries(uow: UnitOfWork, limit: int) -> list[OfficeEntry]:
    """The last things that happened, newest first."""
    return [_entry(uow, row) for row in uow.run(_latest, {"most": limit}).rows]


def _entry(uow: UnitOfWork, row: Row) -> OfficeEntry:
    note = keys.office_key(uow).unseal(row.note_sealed, _about(row.at, row.kind)) if row.note_sealed else b""
    return OfficeEntry(row.at, row.kind, row.actor, note.decode("utf-8", "surrogatepass"), row.position)


def _about(at: datetime, kind: str) -> str:
    return f"office_timeline.note_sealed:{at.astimezone(UTC).isoformat()}:{kind}"
