"""What happened to a case, in order; only ever added to, each entry chained to those before it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, insert, select

from core.records import record
from core.store import chains, keys
from core.store.cases import StoredCase
from core.store.statements import Row, Statement
from core.store.tables import case_file, timeline
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``public`` says whether the complainant sees it.

    ``position`` is its place in the case's chain, from 1; None for one from before timelines were chained.
    """

    at: datetime
    kind: str
    actor: str
    note: str
    public: bool
    position: int | None = None


_columns = timeline.c
_make = Statement(insert(timeline))
_noted = Statement(
    select(_columns.case_id, _columns.at, _columns.kind, _columns.note_sealed, case_file.c.key_id)
    .join(case_file, case_file.c.id == _columns.case_id)
    .where(
        _columns.case_id > bindparam("after"),
        _columns.case_id <= bindparam("until"),
        _columns.actor == bindparam("who"),
        _columns.note_sealed.is_not(None),
    )
    .order_by(_columns.id)
)
_of_case = Statement(select(timeline).where(_columns.case_id == bindparam("of")).order_by(_columns.id))


def add(
    uow: UnitOfWork, case: StoredCase, at: datetime, kind: str, actor: str, note: str = "", public: bool = True
) -> None:
    """Put it behind all others of this case; who else adds to the case waits until this unit ends."""
    sealed = keys.seal(uow, case.key_id, note, _about(case.id, at, kind)) if note else None
    link = chains.extend(uow, case.id, at, kind, actor, sealed, public=public)
    row = {"case_id": case.id, "at": at, "kind": kind, "actor": actor, "note_sealed": sealed, "public": public}
    uow.run(_make, row | link)


def of_case(uow: UnitOfWork, case: StoredCase) -> list[Entry]:
    """All that happened, oldest first; an erased case's entries have no notes."""
    return [_entry(uow, case, row) for row in uow.run(_of_case, {"of": case.id}).rows]


def said_by(uow: UnitOfWork, actor: str, after: int, until: int) -> dict[int, list[str]]:
    """What somebody said in the cases with ids behind ``after`` and up to ``until``, by case, oldest first."""
    said: dict[int, list[str]] = {}
    for row in uow.run(_noted, {"who": actor, "after": after, "until": until}).rows:
        note = keys.unseal(uow, row.key_id, row.note_sealed, _about(row.case_id, row.at, row.kind))
        said.setdefault(row.case_id, []).append(note.decode("utf-8", "surrogatepass"))
    return said


def _entry(uow: UnitOfWork, case: StoredCase, row: Row) -> Entry:
    note = row.note_sealed and keys.unseal(uow, case.key_id, row.note_sealed, _about(case.id, row.at, row.kind))
    words = note.decode("utf-8", "surrogatepass") if note else ""
    return Entry(row.at, row.kind, row.actor, words, row.public, row.position)


def _about(case_id: int, at: datetime, kind: str) -> str:
    return f"timeline.note_sealed:{case_id}:{at.astimezone(UTC).isoformat()}:{kind}"
