"""What staff made of a case: whose it is, what came out, what it was joined to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from core.records import record
from core.store.statements import Row, Statement
from core.store.tables import case_work
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class CaseWork:
    """All of it; where staff have not touched the case it is as it was made. The columns are explained in ``tables``."""

    case_id: int
    unit: str = ""
    handler_id: int | None = None
    outcome: str = ""
    measures: tuple[str, ...] = ()
    yuan: int | None = None
    remedies: tuple[str, ...] = ()
    paused: str = ""
    duplicate_of: int | None = None
    representative: bool = False
    supervised: bool = False
    supplement_asked: bool = False
    round: int = 0
    volume: int | None = None


COLUMNS = tuple(each.name for each in fields(CaseWork))
LISTS = ("measures", "remedies")

_columns = case_work.c
_read = select(*(_columns[name] for name in COLUMNS))
_of = Statement(_read.where(_columns.case_id == bindparam("of")))
_of_many = _read.where(_columns.case_id.in_(bindparam("of", expanding=True)))
_make = insert(case_work)
_put = Statement(
    _make.on_conflict_do_update(
        index_elements=["case_id"], set_={name: _make.excluded[name] for name in COLUMNS if name != "case_id"}
    )
)
_merged = Statement(select(_columns.case_id).where(_columns.duplicate_of == bindparam("of")).order_by(_columns.case_id))
_held = Statement(_read.where(_columns.handler_id == bindparam("of")).order_by(_columns.case_id))


def of(uow: UnitOfWork, case_id: int) -> CaseWork:
    row = uow.run(_of, {"of": case_id}).one_or_none()
    return _stored(row) if row is not None else CaseWork(case_id)


def of_many(uow: UnitOfWork, case_ids: Iterable[int]) -> dict[int, CaseWork]:
    """Of each of these cases, by its id."""
    wanted = list(case_ids)
    found = {row.case_id: _stored(row) for row in uow.connection.execute(_of_many, {"of": wanted}).all()}
    return {case_id: found.get(case_id) or CaseWork(case_id) for case_id in wanted}


def put(uow: UnitOfWork, work: CaseWork) -> None:
    """Keep it. Whoever does holds the case: there is one version for both."""
    row = {name: getattr(work, name) for name in COLUMNS}
    uow.run(_put, row | {name: list(row[name]) for name in LISTS})


def merged_into(uow: UnitOfWork, case_id: int) -> list[int]:
    """The ids of the cases that were joined to this one, oldest first."""
    return uow.run(_merged, {"of": case_id}).scalars()


def held_by(uow: UnitOfWork, staff_id: int) -> list[CaseWork]:
    """What is in the hands of this member of staff."""
    return [_stored(row) for row in uow.run(_held, {"of": staff_id}).rows]


def _stored(row: Row) -> CaseWork:
    values = {name: getattr(row, name) for name in COLUMNS}
    return CaseWork(**(values | {name: tuple(values[name]) for name in LISTS}))
