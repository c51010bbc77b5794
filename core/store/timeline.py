"""What happened to a case, in order; only ever added to."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, insert, select

from core.records import record
from core.store import keys
from core.store.cases import StoredCase
from core.store.statements import Row, Statement
from core.store.tables import timeline
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``public`` says whether the complainant sees it."""

    at: datetime
    kind: str
    actor: str
    note: str
    public: bool


_columns = timeline.c
_make = Statement(insert(timeline))
_of_case = Statement(select(timeline).where(_columns.case_id == bindparam("of")).order_by(_columns.id))


def add(
    uow: UnitOfWork, case: StoredCase, at: datetime, kind: str, actor: str, note: str = "", public: bool = True
) -> None:
    sealed = keys.seal(uow, case.key_id, note, _about(case.id, at, kind)) if note else None
    row = {"case_id": case.id, "at": at, "kind": kind, "actor": actor, "note_sealed": sealed, "public": public}
    uow.run(_make, row)


def of_case(uow: UnitOfWork, case: StoredCase) -> list[Entry]:
    """All that happened, oldest first; an erased case's entries have no notes."""
    return [_entry(uow, case, row) for row in uow.run(_of_case, {"of": case.id}).rows]


def _entry(uow: UnitOfWork, case: StoredCase, row: Row) -> Entry:
    note = row.note_sealed and keys.unseal(uow, case.key_id, row.note_sealed, _about(case.id, row.at, row.kind))
    return Entry(row.at, row.kind, row.actor, note.decode("utf-8", "surrogatepass") if note else "", row.public)


def _about(case_id: int, at: datetime, kind: str) -> str:
    return f"timeline.note_sealed:{case_id}:{at.astimezone(UTC).isoformat()}:{kind}"
