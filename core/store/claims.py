"""Claiming what is due: of each person the first message, with a lease, so that several processes never send the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from operator import attrgetter

from sqlalchemy import BindParameter, and_, bindparam, null, or_, select, update

from core.store.outbox import OF_CLAIMED, Claimed, opened, waits, with_session
from core.store.statements import Statement
from core.store.tables import data_key, outbox, session
from core.store.tables.columns import among, any_of, within
from core.store.tables.messages import OPEN, PENDING
from core.store.unit_of_work import UnitOfWork

_columns = outbox.c
_other = outbox.alias("other")
_now: BindParameter[datetime] = bindparam("now")

# A person gets messages one at a time and in order. A message waits for any that is under way to the same person, and
# for an earlier one that is due or was tried; it does not wait for one whose time is still to come, such as a reminder.
# Asked row by row, by the index of the person: a database that makes one join of it looks at everything that is due for each.
_under_way = _other.c.leased_until > _now
_goes_first = and_(
    _other.c.id < _columns.id,
    or_(_other.c.leased_until.is_not(None), _other.c.due_at <= _now, _other.c.attempts > 0),
)
_waits_for = (
    select(_other.c.id)
    .where(
        _other.c.session_id == _columns.session_id,
        within(_other.c.state, OPEN, PENDING),
        _other.c.id != _columns.id,
        or_(_under_way, _goes_first),
    )
    .limit(1)
    .scalar_subquery()
)
# In the order in which it became due, so that not more is looked at than is taken.
# Whoever claims for a person holds the person's row, so two workers cannot each take one of their messages.
_claimable = (
    select(_columns.id, session.c.channel, session.c.key_id, session.c.peer_sealed)
    .join(session, session.c.id == _columns.session_id)
    .where(
        among(_columns.state, PENDING),
        _columns.due_at <= _now,
        or_(_columns.leased_until.is_(None), _columns.leased_until <= _now),
        _waits_for.is_(None),
    )
    .order_by(_columns.due_at, _columns.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_taken = {"attempts": _columns.attempts + 1, "leased_until": bindparam("until")}
# PostgreSQL tells of all tables at once what it took; SQLite only of the one that changed, so it is asked once more.
_due = _claimable.subquery("due")
_claim_at_once = Statement(
    update(outbox)
    .where(_columns.id == _due.c.id, data_key.c.id == _due.c.key_id)
    .values(**_taken)
    .returning(
        *(_columns[name] for name in OF_CLAIMED),
        _due.c.channel,
        _due.c.key_id,
        _due.c.peer_sealed,
        data_key.c.master_id,
        data_key.c.wrapped,
    )
)
_claim = Statement(
    update(outbox).where(_columns.id.in_(select(_claimable.subquery().c.id))).values(**_taken).returning(_columns.id)
)
_claimed = Statement(with_session.where(any_of(_columns.id, "ids")))
_lease = Statement(update(outbox).where(any_of(_columns.id, "ids")).values(**_taken))
_free = Statement(
    update(outbox).where(among(_columns.state, PENDING), _columns.leased_until.is_not(None)).values(leased_until=null())
)
# What else may go along in one bubble: notices to the same person that are due, in order, up to the first that is not.
_next_notices = Statement(
    with_session.where(
        _columns.session_id == bindparam("to"),
        _columns.id > bindparam("after"),
        waits,
        _columns.due_at <= _now,
    ).limit(bindparam("most"))
)


def claim(uow: UnitOfWork, now: datetime, limit: int, lease_seconds: float) -> list[Claimed]:
    """Take messages to send: of each person the first one that is due. A lease that ran out is taken over."""
    values = {"now": now, "most": limit, "until": now + timedelta(seconds=lease_seconds)}
    if uow.connection.dialect.name == "postgresql":
        rows = sorted(uow.run(_claim_at_once, values).rows, key=attrgetter("id"))
    else:
        rows = uow.run(_claimed, {"ids": uow.run(_claim, values).scalars()}).rows
    return [opened(uow, row) for row in rows]


def free_leases(uow: UnitOfWork) -> None:
    """Nobody sends anything now: what a process that is gone had claimed may be claimed again at once."""
    uow.run(_free, {})


def waiting_notices(uow: UnitOfWork, claimed: Claimed, now: datetime, most: int) -> list[Claimed]:
    """Notices that are due to the same person right behind this one, in order, up to the first that is something else."""
    rows = uow.run(_next_notices, {"to": claimed.session_id, "after": claimed.id, "now": now, "most": most}).rows
    found = takewhile(lambda row: row.notice is not None and not row.attempts, rows)
    return [replace(opened(uow, row), attempts=1) for row in found]


def lease(uow: UnitOfWork, taken: Sequence[Claimed], now: datetime, lease_seconds: float) -> None:
    """Take these as well, which whoever claimed for the person may do in the same unit."""
    if taken:
        uow.run(_lease, {"ids": [each.id for each in taken], "until": now + timedelta(seconds=lease_seconds)})
