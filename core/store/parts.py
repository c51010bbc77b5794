"""Who took part in a case, and in which post: what a pack keeps apart is told apart by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from core.records import record
from core.store.statements import Statement
from core.store.tables import part
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Part:
    """That somebody acted in a case, in this post, and when first."""

    staff_id: int
    post: str
    at: datetime


_columns = part.c
_add = Statement(insert(part).on_conflict_do_nothing(index_elements=["case_id", "staff_id", "post"]))
_of_case = Statement(
    select(_columns.staff_id, _columns.post, _columns.at)
    .where(_columns.case_id == bindparam("of"))
    .order_by(_columns.at, _columns.staff_id, _columns.post)
)


def add(uow: UnitOfWork, case_id: int, staff_id: int, post: str, at: datetime) -> None:
    """Keep that somebody acted; the first time stays."""
    uow.run(_add, {"case_id": case_id, "staff_id": staff_id, "post": post, "at": at})


def of_case(uow: UnitOfWork, case_id: int) -> list[Part]:
    """In the order in which they came in."""
    return [Part(*row) for row in uow.run(_of_case, {"of": case_id}).rows]
