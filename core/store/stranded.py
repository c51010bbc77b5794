"""What has not gone out: held and dead messages, and how long the oldest one that is due has waited. Nothing that was said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, or_, select

from core.records import record
from core.store.outbox import CANCELLED
from core.store.statements import Statement
from core.store.tables import case_file, data_key, notification, outbox, session
from core.store.tables.columns import among, within
from core.store.tables.messages import OPEN, PENDING, STRANDED
from core.store.unit_of_work import UnitOfWork

STATES = (*STRANDED, PENDING)

MOST_LOOKED_AT = 1000
"""Messages behind one that waits for its next try are due and cannot go; among more of them than this nobody searches."""


@record(frozen=True, slots=True)
class Waiting:
    """A message by its facts alone: ``number`` is the case's, "" where it tells of none, ``code`` what the platform said last."""

    id: int
    channel: str
    notice: str
    number: str
    state: str
    code: str
    attempts: int
    since: datetime
    due_at: datetime


_columns = outbox.c
_other = outbox.alias("other")
_now: BindParameter[datetime] = bindparam("now")


# What was taken back, and what nobody can read any more, is not to be sent again.
_sendable = and_(_columns.last_code != CANCELLED, _columns.body_sealed.is_not(None), data_key.c.wrapped.is_not(None))


def _in_state(state: str) -> ColumnElement[bool]:
    """What is being sent just now does not wait."""
    if state in STRANDED:
        return within(_columns.state, STRANDED, state)
    return and_(among(_columns.state, PENDING), _columns.leased_until.is_(None))


def _read(state: str) -> Select[Any]:
    return (
        select(
            _columns.id,
            session.c.channel,
            _columns.notice,
            case_file.c.number,
            _columns.state,
            _columns.last_code,
            _columns.attempts,
            _columns.made_at,
            _columns.due_at,
        )
        .select_from(
            outbox.join(session, session.c.id == _columns.session_id)
            .join(data_key, data_key.c.id == session.c.key_id)
            .outerjoin(notification, notification.c.outbox_id == _columns.id)
            .outerjoin(case_file, case_file.c.id == notification.c.case_id)
        )
        .where(_in_state(state), _sendable, _columns.id > bindparam("after"))
        .order_by(_columns.id)
        .limit(bindparam("most"))
    )


_waiting: Mapping[str, Statement] = {state: Statement(_read(state)) for state in STATES}
_due = (
    select(_columns.id)
    .where(
        among(_columns.state, PENDING),
        _columns.due_at <= _now,
        or_(_columns.leased_until.is_(None), _columns.leased_until <= _now),
    )
    .order_by(_columns.due_at, _columns.id)
    .limit(MOST_LOOKED_AT)
)
_goes_first = exists().where(
    _other.c.session_id == _columns.session_id,
    within(_other.c.state, OPEN, PENDING),
    _other.c.id < _columns.id,
    or_(_other.c.leased_until.is_not(None), _other.c.due_at <= _now, _other.c.attempts > 0),
)
_oldest = Statement(
    select(_columns.due_at).where(_columns.id.in_(_due), ~_goes_first).order_by(_columns.due_at).limit(1)
)


def waiting(uow: UnitOfWork, state: str, limit: int, after: int = 0) -> list[Waiting]:
    """Messages in one of the STATES, oldest first, from behind this id on."""
    rows = uow.run(_waiting[state], {"after": after, "most": limit}).rows
    return [Waiting(row[0], row[1], row[2] or "", row[3] or "", *row[4:]) for row in rows]


def oldest_due(uow: UnitOfWork, now: datetime) -> datetime | None:
    """Since when the oldest message has waited that could go out now; None where all have gone."""
    found: datetime | None = uow.run(_oldest, {"now": now}).scalar()
    return found
