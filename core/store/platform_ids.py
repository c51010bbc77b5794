"""What was sent to a person, found by the platform's own id for it."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, or_, select

from core.messages import Address
from core.records import record
from core.store import sessions
from core.store.statements import Statement
from core.store.tables import outbox
from core.store.tables.columns import among
from core.store.tables.messages import FINISHED, OPEN
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Sent:
    """A row of the outbox: how it stands, by which rung it went, and which were closed to it before."""

    id: int
    state: str
    rung: str
    passed: tuple[str, ...]


_columns = outbox.c
_of_person = _columns.session_id == bindparam("to")
# Among what was sent to one person, which is little and has an index of what is open and one of the rest: no other is
# needed, and none to be kept up.
_find = Statement(
    select(_columns.id, _columns.state, _columns.rung, _columns.passed)
    .where(
        or_(*(and_(_of_person, among(_columns.state, *states)) for states in (OPEN, FINISHED))),
        _columns.platform_id == bindparam("named"),
    )
    .order_by(_columns.id.desc())
    .limit(1)
)


def find(uow: UnitOfWork, to: Address, platform_id: str) -> Sent | None:
    """What this person was sent under this id last; None where that is not written down (yet)."""
    person = sessions.find(uow, to) if platform_id else None
    if person is None:
        return None
    row = uow.run(_find, {"to": person.id, "named": platform_id}).one_or_none()
    return Sent(row.id, row.state, row.rung or "", tuple((row.passed or "").split())) if row is not None else None
