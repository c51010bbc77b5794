"""What is to be sent: added in the transaction of what it tells, taken back, or handed over with a reply."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, exists, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from core.messages import Address, OutboundMessage
from core.records import record
from core.store import keys, notifications, sessions
from core.store.packing import pack_outbound, unpack_outbound
from core.store.sessions import StoredSession
from core.store.statements import Row, Statement
from core.store.tables import data_key, outbox, session
from core.store.tables.columns import among, any_of, within
from core.store.tables.messages import DEAD, HANDED, HELD, OPEN, PENDING, SENT
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send until its lease ends. ``attempts`` counts this one too.

    ``notice`` is what it tells of a case, "" where it tells of none; ``passed`` are the rungs that are closed to it, and
    ``last_code`` is what the platform said last.
    """

    id: int
    session_id: int
    address: Address
    message: OutboundMessage
    dedupe_key: str
    attempts: int
    notice: str = ""
    result: bool = False
    passed: tuple[str, ...] = ()
    last_code: str = ""


LATE = "late:"
"""Marks the key of a reply that follows its message; the history has it with the message already."""

CANCELLED = "cancelled"
"""The code of what was taken back before it was sent."""

BY_REPLY = "reply"
"""What was held goes out with the reply to whatever the person writes next."""

_columns = outbox.c
_other = outbox.alias("other")
_now: BindParameter[datetime] = bindparam("now")

waits = and_(within(_columns.state, OPEN, PENDING), _columns.leased_until.is_(None))
_is_held = within(_columns.state, OPEN, HELD)

_make = Statement(insert(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(_columns.id))
_newest = select(func.max(_other.c.id)).where(
    _other.c.session_id == bindparam("to"),
    _other.c.slot == bindparam("place"),
    within(_other.c.state, OPEN, PENDING),
    _other.c.leased_until.is_(None),
)
_elsewhere = exists().where(_other.c.dedupe_key == bindparam("dedupe"), _other.c.id != _columns.id)
_replace = Statement(
    update(outbox)
    .where(
        _columns.id == _newest.scalar_subquery(),
        ~_elsewhere,
    )
    .values(dedupe_key=bindparam("dedupe"), body_sealed=bindparam("body"), due_at=bindparam("due"))
    .returning(_columns.id)
)
_cancel = Statement(
    update(outbox)
    .where(_columns.session_id == bindparam("to"), _columns.slot == bindparam("place"), waits)
    .values(state=DEAD, last_code=CANCELLED)
)

_cancel_under = Statement(
    update(outbox)
    .where(
        _columns.session_id == bindparam("to"),
        among(_columns.state, *OPEN),
        _columns.leased_until.is_(None),
        _columns.slot.startswith(bindparam("places")),
    )
    .values(state=DEAD, last_code=CANCELLED)
)
_of_channels = Statement(
    select(session.c.id, session.c.channel).where(session.c.channel.startswith(bindparam("first")))
)
_cancel_all = Statement(
    update(outbox).where(_columns.session_id == bindparam("to"), waits).values(state=DEAD, last_code=CANCELLED)
)

OF_CLAIMED = (
    "id",
    "session_id",
    "dedupe_key",
    "body_sealed",
    "attempts",
    "notice",
    "result",
    "passed",
    "last_code",
)
with_session = (
    select(
        *(_columns[name] for name in OF_CLAIMED),
        session.c.channel,
        session.c.key_id,
        session.c.peer_sealed,
        data_key.c.master_id,
        data_key.c.wrapped,
    )
    .join(session, session.c.id == _columns.session_id)
    .join(data_key, data_key.c.id == session.c.key_id)
    .order_by(_columns.id)
)

_held = Statement(with_session.where(_columns.session_id == bindparam("to"), _is_held))

_reopen = Statement(
    update(outbox)
    .where(_columns.id == bindparam("key"), among(_columns.state, SENT, HELD, DEAD), _columns.body_sealed.is_not(None))
    .values(state=PENDING, due_at=bindparam("due"), passed=bindparam("closed"), last_code=bindparam("code"))
)
_of_held = update(outbox).where(any_of(_columns.id, "ids"), _columns.state == HELD)
_hand_over = Statement(_of_held.values(state=HANDED, sent_at=_now))
_resume = Statement(_of_held.values(state=PENDING, due_at=bindparam("due"), passed=null()))


def add(
    uow: UnitOfWork,
    to: StoredSession,
    message: OutboundMessage,
    dedupe_key: str,
    due_at: datetime,
    *,
    now: datetime,
    slot: str | None = None,
    notice: str | None = None,
    result: bool | None = None,
    urgency: int | None = None,
) -> int | None:
    """Have a message sent from ``due_at`` on; None if one with this key was added before.

    A message that waits in the same slot is replaced, text and time. Keys are ours and hold nothing personal. ``notice`` is
    what it tells of a case, ``result`` whether that is what its complainant waits for. The higher ``urgency`` goes first to a
    reader to whom messages go together.
    """
    about = {"notice": notice, "result": result, "urgency": urgency}
    row = _new_row(uow, to, message, dedupe_key, due_at, now) | about
    if slot is not None:
        replaced: int | None = _replace_in_slot(uow, to.id, slot, row)
        if replaced is not None:
            return replaced
    made: int | None = uow.run(_make, row | {"slot": slot}).scalar()
    return made


def add_claimed(
    uow: UnitOfWork, to: StoredSession, message: OutboundMessage, dedupe_key: str, now: datetime, lease_seconds: float
) -> Claimed | None:
    """Add a message that is ours to send at once; None if one with this key was added before.

    Nothing else may wait to be sent to this person, or it would be overtaken.
    """
    leased = {"attempts": 1, "leased_until": now + timedelta(seconds=lease_seconds)}
    made = uow.run(_make, _new_row(uow, to, message, dedupe_key, now, now) | leased).scalar()
    return None if made is None else Claimed(made, to.id, to.address, message, dedupe_key, 1)


def _new_row(
    uow: UnitOfWork, to: StoredSession, message: OutboundMessage, dedupe_key: str, due_at: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "session_id": to.id,
        "dedupe_key": dedupe_key,
        "slot": None,
        "body_sealed": keys.seal(uow, to.key_id, pack_outbound([message]), about_body(dedupe_key)),
        "state": PENDING,
        "attempts": 0,
        "due_at": due_at,
        "leased_until": None,
        "platform_id": "",
        "last_code": "",
        "made_at": now,
        "notice": None,
        "result": None,
        "urgency": None,
    }


def cancel(uow: UnitOfWork, session_id: int, slot: str) -> None:
    """Do not send what still waits in this slot."""
    uow.run(_cancel, {"to": session_id, "place": slot})


def cancel_under(uow: UnitOfWork, session_id: int, prefix: str) -> None:
    """Do not send what still waits, or is held, in any slot that begins like this."""
    uow.run(_cancel_under, {"to": session_id, "places": prefix})


def cancel_gone(uow: UnitOfWork, prefix: str, live: Collection[str]) -> None:
    """Do not send what waits on channels that begin like this and are live no more."""
    for row in uow.run(_of_channels, {"first": prefix}).rows:
        if row.channel not in live:
            uow.run(_cancel_all, {"to": row.id})


def reopen(uow: UnitOfWork, outbox_id: int, now: datetime, code: str, passed: Sequence[str]) -> bool:
    """Send it once more, by another way than those; False where it waits or is being sent already."""
    row = {"key": outbox_id, "due": now, "closed": " ".join(passed) or None, "code": code}
    return uow.run(_reopen, row).rowcount == 1


def held(uow: UnitOfWork, session_id: int) -> list[Claimed]:
    """What waits until this person writes, oldest first."""
    return [opened(uow, row) for row in uow.run(_held, {"to": session_id}).rows]


def hand_over(uow: UnitOfWork, handed: Sequence[Claimed], now: datetime) -> None:
    """These go out with the reply of this unit; they are not sent again."""
    if handed:
        uow.run(_hand_over, {"ids": [each.id for each in handed], "now": now})
    for each in handed:
        if each.notice:
            notifications.tried(uow, each.id, now, BY_REPLY, "", "")
            notifications.delivered(uow, each.id, now)


def resume(uow: UnitOfWork, waiting: Sequence[Claimed], due_at: datetime) -> None:
    """These are sent by themselves from then on, in order, by whatever way is open."""
    if waiting:
        uow.run(_resume, {"ids": [each.id for each in waiting], "due": due_at})


def about_body(dedupe_key: str) -> str:
    return f"outbox.body_sealed:{dedupe_key}"


def _replace_in_slot(uow: UnitOfWork, session_id: int, slot: str, row: dict[str, Any]) -> int | None:
    values = {"to": session_id, "place": slot, "dedupe": row["dedupe_key"], "body": row["body_sealed"]}
    found: int | None = uow.run(_replace, values | {"due": row["due_at"]}).scalar()
    return found


def opened(uow: UnitOfWork, row: Row) -> Claimed:
    """A row that was read ``with_session``."""
    keys.unlock(uow, row.key_id, row.master_id, row.wrapped)
    body = keys.unseal(uow, row.key_id, row.body_sealed, about_body(row.dedupe_key))
    return Claimed(
        row.id,
        row.session_id,
        sessions.unseal_peer(uow, row),
        unpack_outbound(body)[0],
        row.dedupe_key,
        row.attempts,
        row.notice or "",
        bool(row.result),
        tuple((row.passed or "").split()),
        row.last_code,
    )
