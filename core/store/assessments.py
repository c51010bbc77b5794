"""考核: what came of each assessment. Counts and marks stand open, what was said of a person is sealed with the office's key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from core.records import pack, record, unpack
from core.store import keys
from core.store.figures import Figures
from core.store.statements import Row, Statement
from core.store.tables import assessment
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Assessment:
    """One as it was written down, never to be changed. ``words`` are by part: what the assessor says of it.

    The ``id`` is 0 before it is written down; the other columns are explained in ``tables``.
    """

    staff_id: int
    first_on: date
    last_on: date
    follows: int
    made_at: datetime
    by_id: int
    figures: Figures
    marks: Mapping[str, int | None]
    total: int
    passed: bool
    words: Mapping[str, str]
    id: int = 0


_PLAIN = ("id", "staff_id", "first_on", "last_on", "follows", "made_at", "by_id", "marks", "total", "passed")
_columns = assessment.c
_read = select(*(_columns[name] for name in _PLAIN), _columns.figures, _columns.words_sealed).order_by(
    _columns.first_on, _columns.id
)
_all, _of_member = Statement(_read), Statement(_read.where(_columns.staff_id == bindparam("of")))
_add = Statement(
    insert(assessment).on_conflict_do_nothing(index_elements=["staff_id", "first_on", "follows"]).returning(_columns.id)
)


def add(uow: UnitOfWork, new: Assessment) -> int | None:
    """Write it down; its id, None where this member was assessed over these days, or after that failure, before."""
    row = {name: getattr(new, name) for name in _PLAIN if name != "id"} | {"marks": dict(new.marks)}
    row["figures"] = {each.name: getattr(new.figures, each.name) for each in fields(Figures)}
    sealed = keys.office_key(uow).seal(pack(dict(new.words)), _about(new.staff_id, new.first_on, new.follows))
    made: int | None = uow.run(_add, row | {"words_sealed": sealed if new.words else None}).scalar()
    return made


def of_member(uow: UnitOfWork, staff_id: int) -> list[Assessment]:
    """All of a member, oldest first."""
    return [_stored(uow, row) for row in uow.run(_of_member, {"of": staff_id}).rows]


def everything(uow: UnitOfWork) -> list[Assessment]:
    """Of everybody, oldest first."""
    return [_stored(uow, row) for row in uow.run(_all, {}).rows]


def _stored(uow: UnitOfWork, row: Row) -> Assessment:
    about = _about(row.staff_id, row.first_on, row.follows)
    words = unpack(keys.office_key(uow).unseal(row.words_sealed, about)) if row.words_sealed else {}
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Assessment(**plain, figures=Figures(**row.figures), words=words)


def _about(staff_id: int, first_on: date, follows: int) -> str:
    return f"assessment.words_sealed:{staff_id}:{first_on.isoformat()}:{follows}"
