"""承办: who had a case in hand, from when until when. Whose a stage was is read from here, not from what was said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from core.records import record
from core.store.statements import Statement
from core.store.tables import case_holder
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Held:
    """That somebody had the case from ``since`` on, ``until`` None where they still have it."""

    staff_id: int
    since: datetime
    until: datetime | None


_columns = case_holder.c
_end = Statement(
    update(case_holder)
    .where(
        _columns.case_id == bindparam("of"),
        _columns.until.is_(None),
        _columns.staff_id.is_distinct_from(bindparam("member", type_=_columns.staff_id.type)),
    )
    .values(until=bindparam("now"))
)
# Whoever changes a case holds it, so there is nobody to race; who has it already goes on having it.
_begin = Statement(insert(case_holder).on_conflict_do_nothing())
_of_case = Statement(
    select(_columns.staff_id, _columns.since, _columns.until)
    .where(_columns.case_id == bindparam("of"))
    .order_by(_columns.id)
)


def hand_over(uow: UnitOfWork, case_id: int, staff_id: int | None, at: datetime) -> None:
    """From this moment on the case is theirs, None: nobody's. Whoever does this holds the case."""
    uow.run(_end, {"of": case_id, "member": staff_id, "now": at})
    if staff_id is not None:
        uow.run(_begin, {"case_id": case_id, "staff_id": staff_id, "since": at, "until": None})


def of_case(uow: UnitOfWork, case_id: int) -> list[Held]:
    """Everybody who had it, in order."""
    return [Held(*row) for row in uow.run(_of_case, {"of": case_id}).rows]
