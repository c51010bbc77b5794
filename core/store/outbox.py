"""What is to be sent: claim (lease, commit), send with no transaction open, settle. At least once, and in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby, takewhile
from typing import Any

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    exists,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from core.messages import Address, OutboundMessage
from core.records import record
from core.store import keys, notifications, sessions
from core.store.packing import pack_outbound, unpack_outbound
from core.store.sessions import StoredSession
from core.store.statements import Row, Statement
from core.store.tables import data_key, outbox, session
from core.store.tables.columns import in_the_text
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


@record(frozen=True, slots=True)
class Sent:
    """A message that the platform took, by which rung; ``arrived`` where no word of that is to come."""

    claimed: Claimed
    platform_id: str
    at: datetime
    rung: str = ""
    arrived: bool = True

    @property
    def is_late(self) -> bool:
        return self.claimed.dedupe_key.startswith(LATE)


LATE = "late:"
"""Marks the key of a reply that follows its message; the history has it with the message already."""

MOST_AT_ONCE = 40
"""Rows that are settled in one statement; the driver reads one with more values anew each time."""

HANDED = "reply"
"""What was held goes out with the reply to whatever the person writes next."""

_columns = outbox.c
_other = outbox.alias("other")
_now: BindParameter[datetime] = bindparam("now")

_make = Statement(insert(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(_columns.id))
_elsewhere = exists().where(_other.c.dedupe_key == bindparam("dedupe"), _other.c.id != _columns.id)
_replace = Statement(
    update(outbox)
    .where(
        _columns.session_id == bindparam("to"),
        _columns.slot == bindparam("place"),
        _columns.state == "pending",
        ~_elsewhere,
    )
    .values(dedupe_key=bindparam("dedupe"), body_sealed=bindparam("body"), due_at=bindparam("due"))
    .returning(_columns.id)
)
_cancel = Statement(
    update(outbox)
    .where(_columns.session_id == bindparam("to"), _columns.slot == bindparam("place"), _columns.state == "pending")
    .values(state="dead", last_code="cancelled")
)

_PENDING, _LEASED, _HELD = in_the_text("pending"), in_the_text("leased"), in_the_text("held")
_is_open = _columns.state.in_((_PENDING, _LEASED))

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
        _other.c.state.in_((_PENDING, _LEASED, _HELD)),
        _other.c.state != _HELD,
        _other.c.id != _columns.id,
        or_(_under_way, _goes_first),
    )
    .limit(1)
    .scalar_subquery()
)
# What is leased was due before. In the order in which it became due, so that not more is looked at than is taken.
# Whoever claims for a person holds the person's row, so two workers cannot each take one of their messages.
_claimable = (
    select(_columns.id)
    .join(session, session.c.id == _columns.session_id)
    .where(
        _is_open,
        _columns.due_at <= _now,
        or_(_columns.state == _PENDING, _columns.leased_until <= _now),
        _waits_for.is_(None),
    )
    .order_by(_columns.due_at, _columns.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_taken = {"state": "leased", "attempts": _columns.attempts + 1, "leased_until": bindparam("until")}
_claim = Statement(update(outbox).where(_columns.id.in_(_claimable)).values(**_taken).returning(_columns.id))
_lease = Statement(update(outbox).where(_columns.id == bindparam("key")).values(**_taken))
_with_session = (
    select(
        outbox,
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


@lru_cache(maxsize=64)
def _claimed(count: int) -> Statement:
    """So many rows by their ids."""
    ids = [bindparam(f"id_{at}", type_=_columns.id.type) for at in range(count)]
    return Statement(_with_session.where(_columns.id.in_(ids)))


_held = Statement(_with_session.where(_columns.session_id == bindparam("to"), _columns.state == _HELD))

_settled = (
    update(outbox)
    .where(_columns.id == bindparam("key"), _columns.state == "leased")
    .values(state=bindparam("became"), last_code=bindparam("code"), leased_until=null())
)
_settle = Statement(_settled)


# One after another where each has a place of its own to find, all at once where each is the next line of its person.
_settle_sent = Statement(_settled.values(sent_at=_now, rung=bindparam("by_rung"), line=bindparam("at_line")))


@lru_cache(maxsize=64)
def _settle_next(count: int) -> Statement:
    """So many rows that one rung sent, each to a person of its own whose history grew by one line just now."""
    ids = [bindparam(f"id_{at}", type_=_columns.id.type) for at in range(count)]
    line = select(session.c.lines).where(session.c.id == _columns.session_id).scalar_subquery()
    came = update(outbox).where(_columns.id.in_(ids), _columns.state == _LEASED)
    return Statement(
        came.values(state="sent", last_code="", leased_until=null(), sent_at=_now, rung=bindparam("by_rung"), line=line)
    )


_name = Statement(update(outbox).where(_columns.id == bindparam("key")).values(platform_id=bindparam("platform")))
_settle_passed = Statement(_settled.values(due_at=bindparam("due"), passed=bindparam("closed")))
_reopen = Statement(
    update(outbox)
    .where(_columns.id == bindparam("key"), or_(*(_columns.state == state for state in ("sent", "held", "dead"))))
    .values(state="pending", due_at=bindparam("due"), passed=bindparam("closed"), last_code=bindparam("code"))
)
_settle_later = Statement(_settled.values(due_at=bindparam("due")))
_free = Statement(update(outbox).where(_columns.state == "leased").values(state="pending", leased_until=null()))
# What else may go along in one bubble: notices to the same person that are due, in order, up to the first that is not.
_next_notices = Statement(
    _with_session.where(
        _columns.session_id == bindparam("to"),
        _columns.id > bindparam("after"),
        _columns.state == _PENDING,
        _columns.due_at <= _now,
    ).limit(bindparam("most"))
)
_hand_over = (
    update(outbox)
    .where(_columns.id.in_(bindparam("ids", expanding=True)))
    .values(state="handed", sent_at=_now, leased_until=null())
)


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
) -> int | None:
    """Have a message sent from ``due_at`` on; None if one with this key was added before.

    A message that waits in the same slot is replaced, text and time. Keys are ours and hold nothing personal. ``notice`` is
    what it tells of a case, ``result`` whether that is what its complainant waits for.
    """
    row = _new_row(uow, to, message, dedupe_key, due_at, now) | {"notice": notice, "result": result}
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
    leased = {"state": "leased", "attempts": 1, "leased_until": now + timedelta(seconds=lease_seconds)}
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
        "state": "pending",
        "attempts": 0,
        "due_at": due_at,
        "leased_until": None,
        "platform_id": "",
        "last_code": "",
        "made_at": now,
        "notice": None,
        "result": None,
    }


def cancel(uow: UnitOfWork, session_id: int, slot: str) -> None:
    """Do not send what still waits in this slot."""
    uow.run(_cancel, {"to": session_id, "place": slot})


def claim(uow: UnitOfWork, now: datetime, limit: int, lease_seconds: float) -> list[Claimed]:
    """Take messages to send: of each person the first one that is due. A lease that ran out is taken over."""
    until = now + timedelta(seconds=lease_seconds)
    ids = uow.run(_claim, {"now": now, "most": limit, "until": until}).scalars()
    if not ids:
        return []
    rows = uow.run(_claimed(len(ids)), {f"id_{at}": key for at, key in enumerate(ids)}).rows
    return [_open(uow, row) for row in rows]


def free_leases(uow: UnitOfWork) -> None:
    """Nobody sends anything now: what a process that is gone had claimed may be claimed again at once."""
    uow.run(_free, {})


def waiting_notices(uow: UnitOfWork, claimed: Claimed, now: datetime, most: int) -> list[Claimed]:
    """Notices that are due to the same person right behind this one, in order, up to the first that is something else."""
    rows = uow.run(_next_notices, {"to": claimed.session_id, "after": claimed.id, "now": now, "most": most}).rows
    found = takewhile(lambda row: row.notice is not None and not row.attempts, rows)
    return [replace(_open(uow, row), attempts=1) for row in found]


def lease(uow: UnitOfWork, taken: Sequence[Claimed], now: datetime, lease_seconds: float) -> None:
    """Take these as well, which whoever claimed for the person may do in the same unit."""
    until = now + timedelta(seconds=lease_seconds)
    for each in taken:
        uow.run(_lease, {"key": each.id, "until": until})


def settle_sent(
    uow: UnitOfWork, claimed: Claimed, platform_id: str, now: datetime, rung: str = "", *, arrived: bool = True
) -> None:
    """It was sent, and has its place in the history from now on. ``arrived`` where no word of that is to come."""
    settle_all_sent(uow, (Sent(claimed, platform_id, now, rung, arrived),))


def settle_all_sent(uow: UnitOfWork, sent: Sequence[Sent]) -> None:
    """Many at once, at the moment of the last one. A late reply stands in the history already, with the message it answers."""
    people = Counter(each.claimed.session_id for each in sent)
    for rung, some in groupby(sorted(sent, key=_by_rung), key=_by_rung):
        alone = [each for each in some if people[each.claimed.session_id] == 1 and not each.is_late]
        for first in range(0, len(alone), MOST_AT_ONCE):
            _settle_some(uow, alone[first : first + MOST_AT_ONCE], rung, sent[-1].at)
    for each in sent:
        if people[each.claimed.session_id] > 1 or each.is_late:
            _settle_one(uow, each)
        if each.platform_id:
            uow.run(_name, {"key": each.claimed.id, "platform": each.platform_id})
        if each.claimed.notice:
            _write_down(uow, each.claimed, each.at, each.rung, "", each.platform_id)
            if each.arrived:
                notifications.delivered(uow, each.claimed.id, each.at)


def _by_rung(each: Sent) -> str:
    return each.rung


def _settle_some(uow: UnitOfWork, some: Sequence[Sent], rung: str, at: datetime) -> None:
    sessions.grow(uow, [each.claimed.session_id for each in some])
    ids = {f"id_{at}": each.claimed.id for at, each in enumerate(some)}
    uow.run(_settle_next(len(some)), ids | {"by_rung": rung, "now": at})


def _settle_one(uow: UnitOfWork, each: Sent) -> None:
    line = None if each.is_late else sessions.next_line(uow, each.claimed.session_id)
    row = {"key": each.claimed.id, "became": "sent", "code": "", "now": each.at, "by_rung": each.rung}
    uow.run(_settle_sent, row | {"at_line": line})


def settle_later(
    uow: UnitOfWork, claimed: Claimed, due_at: datetime, code: str, now: datetime, rung: str = "", answer: str = ""
) -> None:
    """It could not be sent now; later ones of the same person wait behind it."""
    uow.run(_settle_later, {"key": claimed.id, "became": "pending", "code": code, "due": due_at})
    _write_down(uow, claimed, now, rung, code, answer)


def settle_passed(uow: UnitOfWork, claimed: Claimed, rung: str, code: str, now: datetime, answer: str = "") -> None:
    """This rung is closed to it; the next one is tried at once."""
    closed = " ".join((*claimed.passed, rung))
    uow.run(_settle_passed, {"key": claimed.id, "became": "pending", "code": code, "due": now, "closed": closed})
    _write_down(uow, claimed, now, rung, code, answer)


def settle_held(uow: UnitOfWork, claimed: Claimed, code: str, now: datetime, rung: str = "", answer: str = "") -> None:
    """The platform does not let us write to this person until they do; the message waits for that."""
    uow.run(_settle, {"key": claimed.id, "became": "held", "code": code})
    _write_down(uow, claimed, now, rung, code, answer)


def settle_dead(uow: UnitOfWork, claimed: Claimed, code: str, now: datetime, rung: str = "", answer: str = "") -> None:
    uow.run(_settle, {"key": claimed.id, "became": "dead", "code": code})
    _write_down(uow, claimed, now, rung, code, answer)


def _write_down(uow: UnitOfWork, claimed: Claimed, now: datetime, rung: str, code: str, answer: str) -> None:
    """Of notices every try is kept."""
    if claimed.notice:
        notifications.tried(uow, claimed.id, now, rung, code, answer)


def reopen(uow: UnitOfWork, outbox_id: int, now: datetime, code: str, passed: Sequence[str]) -> bool:
    """Send it once more, by another way than those; False where it waits or is being sent already."""
    row = {"key": outbox_id, "due": now, "closed": " ".join(passed) or None, "code": code}
    return uow.run(_reopen, row).rowcount == 1


def release_held(uow: UnitOfWork, session_id: int, now: datetime) -> tuple[OutboundMessage, ...]:
    """Hand over what was held, oldest first, to go out with the reply of this unit; it is not sent again."""
    rows = uow.run(_held, {"to": session_id}).rows
    if rows:
        uow.connection.execute(_hand_over, {"ids": [row.id for row in rows], "now": now})
    handed = [_open(uow, row) for row in rows]
    for each in handed:
        _write_down(uow, each, now, HANDED, "", "")
        if each.notice:
            notifications.delivered(uow, each.id, now)
    return tuple(each.message for each in handed)


def about_body(dedupe_key: str) -> str:
    return f"outbox.body_sealed:{dedupe_key}"


def _replace_in_slot(uow: UnitOfWork, session_id: int, slot: str, row: dict[str, Any]) -> int | None:
    values = {"to": session_id, "place": slot, "dedupe": row["dedupe_key"], "body": row["body_sealed"]}
    found: int | None = uow.run(_replace, values | {"due": row["due_at"]}).scalar()
    return found


def _open(uow: UnitOfWork, row: Row) -> Claimed:
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
