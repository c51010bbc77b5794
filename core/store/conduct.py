"""奖惩、保密承诺: praise and discipline, whose words are sealed with the office's key, and who acknowledged the duty of confidentiality."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from core.records import record
from core.store import keys
from core.store.statements import Row, Statement
from core.store.tables import conduct, pledge
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Conduct:
    """Praise or discipline of one member; ``kind`` is ``praise`` or ``discipline``."""

    id: int
    staff_id: int
    kind: str
    measure: str
    happened_on: date
    by_id: int
    words: str


@record(frozen=True, slots=True)
class Pledge:
    """That a member acknowledged the duty in this version: in their ``chat``, at the ``desk``, or on ``paper``."""

    staff_id: int
    version: str
    made_on: date
    how: str
    by_id: int


_PLAIN = tuple(name for name in Conduct.__dataclass_fields__ if name != "words")
_columns = conduct.c
_read = select(*(_columns[name] for name in _PLAIN), _columns.words_sealed, _columns.words_blind).order_by(
    _columns.happened_on, _columns.id
)
_all, _of_member = Statement(_read), Statement(_read.where(_columns.staff_id == bindparam("of")))
# Whoever enters the same thing twice has written it down once.
_add = Statement(
    insert(conduct)
    .on_conflict_do_nothing(index_elements=["staff_id", "kind", "measure", "happened_on", "words_blind"])
    .returning(_columns.id)
)
_pledges = select(*(pledge.c[name] for name in Pledge.__dataclass_fields__)).order_by(pledge.c.made_on, pledge.c.id)
_all_pledges, _pledges_of = Statement(_pledges), Statement(_pledges.where(pledge.c.staff_id == bindparam("of")))
_acknowledge = Statement(
    insert(pledge).on_conflict_do_nothing(index_elements=["staff_id", "version", "made_on"]).returning(pledge.c.id)
)


def add(
    uow: UnitOfWork,
    staff_id: int,
    kind: str,
    measure: str,
    happened_on: date,
    words: str,
    by_id: int,
    now: datetime,
) -> bool:
    """Write it down; False where the same was before."""
    blind = keys.blind(uow, "conduct.words", words)
    sealed = keys.office_key(uow).seal(words, _about(staff_id, blind))
    row = {"staff_id": staff_id, "kind": kind, "measure": measure, "happened_on": happened_on, "made_at": now}
    row |= {"by_id": by_id, "words_blind": blind, "words_sealed": sealed}
    return uow.run(_add, row).scalar() is not None


def of_member(uow: UnitOfWork, staff_id: int) -> list[Conduct]:
    """All of a member, oldest first."""
    return [_stored(uow, row) for row in uow.run(_of_member, {"of": staff_id}).rows]


def everything(uow: UnitOfWork) -> list[Conduct]:
    """Of everybody, oldest first."""
    return [_stored(uow, row) for row in uow.run(_all, {}).rows]


def acknowledge(
    uow: UnitOfWork, staff_id: int, version: str, made_on: date, how: str, by_id: int, now: datetime
) -> bool:
    """Write down that the duty was acknowledged; False where it was on that day before."""
    row = {"staff_id": staff_id, "version": version, "made_on": made_on, "made_at": now, "how": how, "by_id": by_id}
    return uow.run(_acknowledge, row).scalar() is not None


def pledges_of(uow: UnitOfWork, staff_id: int) -> list[Pledge]:
    """All of a member, oldest first."""
    return [Pledge(*row) for row in uow.run(_pledges_of, {"of": staff_id}).rows]


def pledges(uow: UnitOfWork) -> list[Pledge]:
    """Of everybody, oldest first."""
    return [Pledge(*row) for row in uow.run(_all_pledges, {}).rows]


def _stored(uow: UnitOfWork, row: Row) -> Conduct:
    opened = keys.office_key(uow).unseal(row.words_sealed, _about(row.staff_id, row.words_blind))
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Conduct(**plain, words=opened.decode("utf-8", "surrogatepass"))


def _about(staff_id: int, blind: bytes) -> str:
    return f"conduct.words_sealed:{staff_id}:{blind.hex()}"
