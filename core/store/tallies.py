"""How many there are of what staff are told of each morning, each week and each month: numbers only, of the office as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, String, and_, bindparam, cast, exists, func, or_, select

from core.records import record
from core.store.statements import Statement
from core.store.tables import case_clock, case_file, case_work, notification, outbox, timeline
from core.store.unit_of_work import UnitOfWork

IN_HAND = ("registered", "accepted", "investigating", "investigated", "proposed", "decided", "reviewing")
GIVEN_UP = ("cancelled", "erased")
"""Why a message is not sent that nobody misses."""


@record(frozen=True, slots=True)
class Morning:
    """What waits when the office opens."""

    new: int
    waiting: int
    today: int
    tomorrow: int
    overdue: int
    held: int
    dead: int
    calls: int


@record(frozen=True, slots=True)
class EndedCase:
    """A case that ended in a span: how it went."""

    registered_at: datetime
    closed_at: datetime
    rating: int | None
    late: bool


@record(frozen=True, slots=True)
class CaughtUp:
    """What was done once the service was back, although it was due while it was away."""

    messages: int
    promises: int
    clocks: int
    calls: int


def _how_many(table: Any, *conditions: ColumnElement[bool]) -> Statement:
    return Statement(select(func.count()).select_from(table).where(*conditions))


_at: BindParameter[datetime] = bindparam("at")
_until: BindParameter[datetime] = bindparam("until")
_new = _how_many(case_file, case_file.c.registered_at >= _at, case_file.c.registered_at < _until)
_waiting = _how_many(case_file, case_file.c.status == "registered")
_runs = case_clock.join(case_file, case_file.c.id == case_clock.c.case_id).outerjoin(
    case_work, case_work.c.case_id == case_clock.c.case_id
)
_due = Statement(
    select(func.count(func.distinct(case_clock.c.case_id)))
    .select_from(_runs)
    .where(
        case_clock.c.ended_at.is_(None),
        case_clock.c.due_at >= _at,
        case_clock.c.due_at < _until,
        func.coalesce(case_work.c.paused, "") == "",
        or_(*(case_file.c.status == status for status in IN_HAND)),
    )
)
_held = _how_many(outbox, outbox.c.state == "held")
_dead = _how_many(
    outbox, outbox.c.state == "dead", outbox.c.due_at >= _at, and_(*(outbox.c.last_code != code for code in GIVEN_UP))
)
_calls = _how_many(
    notification,
    notification.c.asked_at.is_not(None),
    notification.c.delivered_at.is_(None),
    notification.c.told_at.is_(None),
)
_late = exists().where(case_clock.c.case_id == case_file.c.id, case_clock.c.ended_at > case_clock.c.due_at)
_ended = Statement(
    select(case_file.c.registered_at, case_file.c.closed_at, case_file.c.rating, _late.label("late")).where(
        case_file.c.closed_at >= _at, case_file.c.closed_at < _until
    )
)
_categories = Statement(
    select(case_file.c.category, func.count().label("many"))
    .where(case_file.c.registered_at >= _at, case_file.c.registered_at < _until)
    .group_by(case_file.c.category)
    .order_by(func.count().desc(), case_file.c.category)
)
_over = ("closed", "declined", "referred", "withdrawn", "merged")
_packs = Statement(
    select(case_file.c.policy_id, case_file.c.policy_version)
    .where(or_(*(case_file.c.status == status for status in _over)))
    .distinct()
)
_owed = exists().where(case_clock.c.case_id == case_file.c.id, case_clock.c.ended_at.is_(None))
_archivable = Statement(
    select(func.count())
    .select_from(case_file.outerjoin(case_work, case_work.c.case_id == case_file.c.id))
    .where(
        case_file.c.policy_id == bindparam("pack"),
        case_file.c.policy_version == bindparam("as_of"),
        or_(
            and_(case_file.c.status == "closed", case_file.c.closed_at <= _until),
            *(case_file.c.status == status for status in _over[1:]),
        ),
        ~_owed,
        func.coalesce(cast(case_work.c.remedies, String), "[]") == "[]",
    )
)
_sent_late = _how_many(
    outbox,
    outbox.c.state == "sent",
    outbox.c.sent_at >= _at,
    outbox.c.due_at >= bindparam("since"),
    outbox.c.due_at < _at,
)
_moved = _how_many(timeline, timeline.c.kind == "promise_moved", timeline.c.at >= _at)
_alerted = _how_many(outbox, outbox.c.dedupe_key.startswith("alert:clock:"), outbox.c.made_at >= _at)
_asked = _how_many(notification, notification.c.asked_at >= _at)


def morning(uow: UnitOfWork, since: datetime, now: datetime, tomorrow: datetime, after: datetime) -> Morning:
    """What there is ``now``; ``tomorrow`` and the day ``after`` begin then, and ``since`` is when this was told last."""
    return Morning(
        new=_count(uow, _new, at=since, until=now),
        waiting=_count(uow, _waiting),
        today=_count(uow, _due, at=now, until=tomorrow),
        tomorrow=_count(uow, _due, at=tomorrow, until=after),
        overdue=_count(uow, _due, at=datetime.min.replace(year=1970, tzinfo=now.tzinfo), until=now),
        held=_count(uow, _held),
        dead=_count(uow, _dead, at=since),
        calls=_count(uow, _calls),
    )


def received(uow: UnitOfWork, since: datetime, until: datetime) -> list[tuple[str, int]]:
    """How many cases of each category were registered in this span, most first."""
    return [(row.category, row.many) for row in uow.run(_categories, {"at": since, "until": until}).rows]


def ended(uow: UnitOfWork, since: datetime, until: datetime) -> list[EndedCase]:
    """The cases that ended in this span."""
    rows: Iterable[Any] = uow.run(_ended, {"at": since, "until": until}).rows
    return [EndedCase(row.registered_at, row.closed_at, row.rating, bool(row.late)) for row in rows]


def packs_of_ended(uow: UnitOfWork) -> list[tuple[str, str]]:
    """The packs, with version, under which cases ended that are not archived yet."""
    return [(row.policy_id, row.policy_version) for row in uow.run(_packs, {}).rows]


def archivable(uow: UnitOfWork, policy_id: str, version: str, answered_before: datetime) -> int:
    """How many cases of this pack nobody may object to any more, with nothing left that is owed."""
    return _count(uow, _archivable, pack=policy_id, as_of=version, until=answered_before)


def caught_up(uow: UnitOfWork, since: datetime, back_at: datetime) -> CaughtUp:
    """What was done from ``back_at`` on although its time had come before, ``since`` nobody was there."""
    return CaughtUp(
        messages=_count(uow, _sent_late, since=since, at=back_at),
        promises=_count(uow, _moved, at=back_at),
        clocks=_count(uow, _alerted, at=back_at),
        calls=_count(uow, _asked, at=back_at),
    )


def _count(uow: UnitOfWork, statement: Statement, **values: Any) -> int:
    return int(uow.run(statement, values).scalar_one())
