"""Readers who take only so many messages: whose turn it is to write, and what waits for them together.

The turn is kept with the leases: all processes share it, and none that is killed or started anew forgets it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, bindparam, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from core.store.outbox import Claimed, opened, waits, with_session
from core.store.statements import Statement
from core.store.tables import lease, outbox
from core.store.tables.columns import within
from core.store.tables.messages import OPEN, PENDING
from core.store.unit_of_work import UnitOfWork

FARTHEST = timedelta(minutes=15)
"""No turn is farther away; one that is was kept by a clock that was set back since."""

ALONE = "alone"
"""The code of what was refused together with others: each is tried by itself, so that it is known which of them it was."""

_columns = outbox.c
_now: BindParameter[datetime] = bindparam("now")

_make = insert(lease)
_take = Statement(
    _make.on_conflict_do_update(
        index_elements=["name"],
        set_={"until": _make.excluded.until},
        where=or_(lease.c.until <= _now, lease.c.until > bindparam("never")),
    )
)
_close = Statement(
    _make.on_conflict_do_update(
        index_elements=["name"],
        set_={"until": _make.excluded.until},
        where=lease.c.until < _make.excluded.until,
    )
)
_until = Statement(select(lease.c.until).where(lease.c.name == bindparam("key")))

# What was tried before is due whenever there is a turn: the wait between tries is the reader's, not the message's.
_waiting = Statement(
    with_session.order_by(None)
    .where(
        _columns.session_id == bindparam("to"),
        within(_columns.state, OPEN, PENDING),
        or_(
            _columns.id == bindparam("first"),
            or_(_columns.leased_until.is_(None), _columns.leased_until <= _now)
            & or_(_columns.due_at <= _now, _columns.attempts > 0),
        ),
    )
    .order_by(func.coalesce(_columns.urgency, 0).desc(), _columns.id)
    .limit(bindparam("most"))
)
_let_go = Statement(
    update(outbox)
    .where(_columns.id == bindparam("key"))
    .values(leased_until=null(), attempts=_columns.attempts - bindparam("one"))
)
_put_off = Statement(
    update(outbox)
    .where(_columns.session_id == bindparam("to"), waits, _columns.due_at < bindparam("due"))
    .values(due_at=bindparam("due"))
)


def take(uow: UnitOfWork, session_id: int, now: datetime, seconds: float) -> datetime | None:
    """Take the turn to write to this reader, which is then nobody's for so long. None where it is ours, else when the next one is."""
    row = _row(session_id, now + timedelta(seconds=seconds)) | {"now": now, "never": now + FARTHEST}
    if uow.run(_take, row).rowcount == 1:
        return None
    until: datetime = uow.run(_until, {"key": _name(session_id)}).scalar_one()
    return until


def close(uow: UnitOfWork, session_id: int, now: datetime, seconds: float) -> None:
    """The reader's platform takes nothing for so long."""
    uow.run(_close, _row(session_id, min(now + timedelta(seconds=seconds), now + FARTHEST)))


def waiting(uow: UnitOfWork, claimed: Claimed, now: datetime, most: int) -> list[Claimed]:
    """What could go to the same reader now, with what is claimed among it: the most urgent first, then the oldest."""
    rows = uow.run(_waiting, {"to": claimed.session_id, "first": claimed.id, "now": now, "most": most}).rows
    return [claimed if row.id == claimed.id else _as_tried(opened(uow, row)) for row in rows]


def let_go(uow: UnitOfWork, claimed: Claimed) -> None:
    """It is not sent in this turn, and was not tried."""
    uow.run(_let_go, {"key": claimed.id, "one": 1})


def put_off(uow: UnitOfWork, session_id: int, until: datetime) -> None:
    """What waits for this reader waits until then: nobody need look at it before."""
    uow.run(_put_off, {"to": session_id, "due": until})


def _as_tried(found: Claimed) -> Claimed:
    return replace(found, attempts=found.attempts + 1)


def _row(session_id: int, until: datetime) -> dict[str, object]:
    return {"name": _name(session_id), "holder": "", "until": until}


def _name(session_id: int) -> str:
    return f"turn:{session_id}"
