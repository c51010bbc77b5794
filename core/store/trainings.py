"""培训: what somebody has to pass, and passed. What was said of it is sealed with the office's key."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from core.records import record
from core.store import keys
from core.store.statements import Row, Statement
from core.store.tables import training
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Training:
    """One training of one member. ``passed`` is None until it is done; the columns are explained in ``tables``."""

    id: int
    staff_id: int
    kind: str
    why: str
    due_on: date
    assessment_id: int | None
    done_on: date | None
    mark: int | None
    passed: bool | None
    by_id: int | None
    words: str


_PLAIN = tuple(name for name in Training.__dataclass_fields__ if name != "words")
_columns = training.c
_read = select(*(_columns[name] for name in _PLAIN), _columns.words_sealed).order_by(_columns.due_on, _columns.id)
_all, _of_member = Statement(_read), Statement(_read.where(_columns.staff_id == bindparam("of")))
_plan = Statement(
    insert(training).on_conflict_do_nothing(index_elements=["staff_id", "kind", "due_on"]).returning(_columns.id)
)
# Of two who write down the same one at once the second finds it done.
_finish = Statement(
    update(training)
    .where(_columns.id == bindparam("key"), _columns.done_on.is_(None))
    .values(
        done_on=bindparam("day"),
        mark=bindparam("points"),
        passed=bindparam("good"),
        by_id=bindparam("who"),
        words_sealed=bindparam("sealed"),
    )
)


def plan(
    uow: UnitOfWork,
    staff_id: int,
    kind: str,
    why: str,
    due_on: date,
    now: datetime,
    assessment_id: int | None = None,
) -> int | None:
    """One that is to be passed by this day; its id, None where it was planned before."""
    row = {"staff_id": staff_id, "kind": kind, "why": why, "due_on": due_on, "planned_at": now}
    planned: int | None = uow.run(_plan, row | {"assessment_id": assessment_id}).scalar()
    return planned


def finish(
    uow: UnitOfWork, training_id: int, done_on: date, mark: int | None, by_id: int, words: str, *, passed: bool
) -> bool:
    """It was done, and how; False where that was written down before."""
    sealed = keys.office_key(uow).seal(words, _about(training_id)) if words else None
    row = {"key": training_id, "day": done_on, "points": mark, "good": passed, "who": by_id, "sealed": sealed}
    return uow.run(_finish, row).rowcount == 1


def of_member(uow: UnitOfWork, staff_id: int) -> list[Training]:
    """All of a member, the earliest day first."""
    return [_stored(uow, row) for row in uow.run(_of_member, {"of": staff_id}).rows]


def everything(uow: UnitOfWork) -> list[Training]:
    """Of everybody, the earliest day first."""
    return [_stored(uow, row) for row in uow.run(_all, {}).rows]


def _stored(uow: UnitOfWork, row: Row) -> Training:
    opened = keys.office_key(uow).unseal(row.words_sealed, _about(row.id)) if row.words_sealed else b""
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Training(**plain, words=opened.decode("utf-8", "surrogatepass"))


def _about(training_id: int) -> str:
    return f"training.words_sealed:{training_id}"
