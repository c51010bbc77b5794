"""回避: who must not know of a case. The condition that keeps it from them stands here, for every list, count and search."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, literal, null, select, update
from sqlalchemy.dialects.postgresql import insert

from core.records import record
from core.store.statements import Statement
from core.store.tables import case_file, recusal
from core.store.tables.columns import Id
from core.store.unit_of_work import UnitOfWork

BY_SOMEBODY = ("declared", "ordered")
"""Why a recusal was made by a person, who may do so again after it was lifted. What is found by itself stays lifted; but
somebody of the unit complained of who is let in, and is then named, is kept out again."""


@record(frozen=True, slots=True)
class StoredRecusal:
    """That somebody must not know of a case, and why; or that this was lifted, and by whom."""

    case_id: int
    staff_id: int
    why: str
    at: datetime
    lifted_at: datetime | None
    lifted_by: int | None

    @property
    def stands(self) -> bool:
        return self.lifted_at is None


_columns = recusal.c
_make = insert(recusal)
_add = Statement(
    _make.on_conflict_do_update(
        index_elements=["case_id", "staff_id"],
        set_={"why": _make.excluded.why, "at": _make.excluded.at, "lifted_at": null(), "lifted_by": null()},
        where=_columns.lifted_at.is_not(None)
        & (
            _make.excluded.why.in_([bindparam(None, why) for why in BY_SOMEBODY])
            | ((_make.excluded.why == literal("named")) & (_columns.why == literal("unit")))
        ),
    ).returning(_columns.case_id)
)
_lift = Statement(
    update(recusal)
    .where(_columns.case_id == bindparam("of"), _columns.staff_id == bindparam("member"), _columns.lifted_at.is_(None))
    .values(lifted_at=bindparam("now"), lifted_by=bindparam("by"))
)
_keeps_away = Statement(
    select(_columns.case_id).where(
        _columns.case_id == bindparam("of"), _columns.staff_id == bindparam("member"), _columns.lifted_at.is_(None)
    )
)
_read = select(*(_columns[name] for name in StoredRecusal.__dataclass_fields__))
_of_case = Statement(_read.where(_columns.case_id == bindparam("of")).order_by(_columns.at, _columns.staff_id))
_of_member = Statement(_read.where(_columns.staff_id == bindparam("of")).order_by(_columns.case_id))


def add(uow: UnitOfWork, case_id: int, staff_id: int, why: str, at: datetime) -> bool:
    """Keep a case from somebody; False where that was known already."""
    row = {"case_id": case_id, "staff_id": staff_id, "why": why, "at": at, "lifted_at": None, "lifted_by": None}
    return uow.run(_add, row).scalar() is not None


def lift(uow: UnitOfWork, case_id: int, staff_id: int, by: int, at: datetime) -> bool:
    """Let somebody know of a case after all; False where nothing kept them from it."""
    return uow.run(_lift, {"of": case_id, "member": staff_id, "by": by, "now": at}).rowcount == 1


def keeps_away(uow: UnitOfWork, case_id: int, staff_id: int) -> bool:
    """Whether this member must not know of this case."""
    return bool(uow.run(_keeps_away, {"of": case_id, "member": staff_id}).rows)


def of_case(uow: UnitOfWork, case_id: int) -> list[StoredRecusal]:
    """All of a case, also those that were lifted."""
    return [StoredRecusal(*row) for row in uow.run(_of_case, {"of": case_id}).rows]


def away(uow: UnitOfWork, case_id: int) -> frozenset[int]:
    """The ids of those who must not know of a case now."""
    return frozenset(row.staff_id for row in of_case(uow, case_id) if row.stands)


def of_member(uow: UnitOfWork, staff_id: int) -> list[StoredRecusal]:
    """All of a member of staff, also those that were lifted."""
    return [StoredRecusal(*row) for row in uow.run(_of_member, {"of": staff_id}).rows]


def visible_to(staff_id: int | BindParameter[Any] | None) -> ColumnElement[bool]:
    """That a row of ``case_file`` may be shown to, counted for or found by this member; None is the office as a whole."""
    viewer = staff_id if isinstance(staff_id, BindParameter) else bindparam(None, staff_id, type_=Id)
    return ~exists(
        select(_columns.case_id).where(
            _columns.case_id == case_file.c.id, _columns.staff_id == viewer, _columns.lifted_at.is_(None)
        )
    )
