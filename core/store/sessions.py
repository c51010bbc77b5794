"""One row for one person on one channel: who they are and where their conversation stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, null, select, update
from sqlalchemy.dialects.postgresql import insert

from core.errors import StaleVersion
from core.messages import Address, Language
from core.records import pack, record, unpack
from core.store import evidence, keys
from core.store.packing import pack_address, unpack_address
from core.store.statements import Row, Statement
from core.store.tables import data_key, inbox, outbox, session
from core.store.tables.columns import among
from core.store.tables.messages import DEAD, FINISHED, OPEN
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class StoredSession:
    """A session as it was read. ``state`` is None where nothing was kept yet.

    ``staff_id`` is whose chat it is, where a member of staff proved it. ``lines`` counts the places of the history so far.
    ``expects`` tells whether something waits to be sent to this person, ``under_way`` whether something is being sent just now.
    """

    id: int
    key_id: int
    version: int
    address: Address
    state: dict[str, Any] | None
    lines: int = 0
    expects: bool = False
    under_way: bool = False
    wake_at: datetime | None = None
    staff_id: int | None = None
    is_new: bool = False

    @property
    def channel(self) -> str:
        return self.address.channel

    @property
    def language(self) -> Language:
        """What the conversation is held in; Chinese as long as nothing was said."""
        language: Language = (self.state or {}).get("session", {}).get("language", "zh")
        return language


_columns = session.c
_open = exists().where(outbox.c.session_id == _columns.id, among(outbox.c.state, *OPEN))
_waiting, _leased = _open.where(outbox.c.leased_until.is_(None)), _open.where(outbox.c.leased_until.is_not(None))
_read = select(
    *(column for column in _columns if column.name not in ("peer_blind", "updated_at")),
    data_key.c.master_id,
    data_key.c.wrapped,
    _waiting.label("expects"),
    _leased.label("under_way"),
).join(data_key, data_key.c.id == _columns.key_id)
_of_peer = _read.where(_columns.channel == bindparam("on"), _columns.peer_blind == bindparam("peer"))
_of_id = _read.where(_columns.id == bindparam("key"))
_by_peer, _by_id = Statement(_of_peer), Statement(_of_id)
# Only the session's row is locked: its data key is read by everybody and changed by nobody. Its id never changes, so that whoever
# writes to a person waits for nobody who listens to them: two who write to each other at once would wait for each other.
_lock_by_peer, _lock_by_id = (
    Statement(_of_peer.with_for_update(of=session, key_share=True)),
    Statement(_of_id.with_for_update(of=session, key_share=True)),
)
_make = Statement(
    insert(session).on_conflict_do_nothing(index_elements=["channel", "peer_blind"]).returning(_columns.id)
)
_saved = (
    update(session)
    .where(_columns.id == bindparam("key"), _columns.version == bindparam("seen"))
    .values(
        state_sealed=bindparam("state"),
        version=_columns.version + 1,
        lines=_columns.lines + bindparam("more"),
        updated_at=bindparam("now"),
        wake_at=bindparam("wake"),
    )
)
_opened: dict[str, BindParameter[Any]] = {"window_left": bindparam("left"), "window_until": bindparam("until")}
_save, _save_opening = Statement(_saved), Statement(_saved.values(**_opened))
_open_window = Statement(update(session).where(_columns.id == bindparam("key")).values(**_opened))
_spend = Statement(update(session).where(_columns.id == bindparam("key")).values(window_left=_columns.window_left - 1))
_give_back = Statement(
    update(session).where(_columns.id == bindparam("key")).values(window_left=_columns.window_left + 1)
)
_window = Statement(select(_columns.window_left, _columns.window_until).where(_columns.id == bindparam("key")))
_due = Statement(
    select(_columns.id).where(_columns.wake_at <= bindparam("now")).order_by(_columns.wake_at).limit(bindparam("most"))
)
_renew = Statement(
    update(session)
    .where(_columns.id == bindparam("key"))
    .values(
        key_id=bindparam("fresh"),
        peer_sealed=bindparam("peer"),
        state_sealed=null(),
        version=_columns.version + 1,
        updated_at=bindparam("now"),
        wake_at=null(),
        staff_id=null(),
    )
)
_forget_inbox = Statement(
    update(inbox)
    .where(inbox.c.session_id == bindparam("key"))
    .values(body_sealed=null(), reply_sealed=null(), answered=True)
)
_stop_outbox = Statement(
    update(outbox)
    .where(outbox.c.session_id == bindparam("key"), among(outbox.c.state, *OPEN))
    .values(state=DEAD, last_code="erased", leased_until=null())
)
# Nothing is open any more once all was stopped.
_forget_outbox = Statement(
    update(outbox)
    .where(outbox.c.session_id == bindparam("key"), among(outbox.c.state, *FINISHED))
    .values(body_sealed=null())
)
_bind = Statement(update(session).where(_columns.id == bindparam("key")).values(staff_id=bindparam("member")))
_of_member = Statement(select(_columns.id).where(_columns.staff_id == bindparam("member")).order_by(_columns.id))
_bound = Statement(
    select(_columns.staff_id, _columns.channel).where(_columns.staff_id.is_not(None)).order_by(_columns.id)
)
_next_line = Statement(
    update(session).where(_columns.id == bindparam("key")).values(lines=_columns.lines + 1).returning(_columns.lines)
)


def load(uow: UnitOfWork, address: Address, now: datetime) -> StoredSession:
    """The session of this person, made where there was none; nobody else changes it until this unit ends."""
    peer = _blind_peer(uow, address)
    values = {"on": address.channel, "peer": peer}
    found = uow.run(_lock_by_peer, values).one_or_none()
    if found is not None:
        return _stored(uow, found, address)
    is_new = _insert(uow, address, peer, now)
    return replace(_stored(uow, uow.run(_lock_by_peer, values).one(), address), is_new=is_new)


def get(uow: UnitOfWork, session_id: int, *, for_update: bool = False) -> StoredSession:
    """A session that is known to exist."""
    row = uow.run(_lock_by_id if for_update else _by_id, {"key": session_id}).one()
    return _stored(uow, row)


def find(uow: UnitOfWork, address: Address) -> StoredSession | None:
    """The session of this person, None where they never wrote; for screens."""
    row = uow.run(_by_peer, {"on": address.channel, "peer": _blind_peer(uow, address)}).one_or_none()
    return _stored(uow, row, address) if row is not None else None


def save(
    uow: UnitOfWork,
    stored: StoredSession,
    state: Mapping[str, Any],
    now: datetime,
    wake_at: datetime | None = None,
    *,
    more_lines: int = 0,
    window: tuple[int, datetime] | None = None,
) -> None:
    """Keep the state, and how many lines the history grew by. Raises StaleVersion if it changed since ``stored`` was read.

    ``state`` may hold whatever ``records.pack`` takes; it is read back as JSON. ``window``: so many messages may be written
    to this person until then, where what they did opens a window.
    """
    sealed = keys.seal(uow, stored.key_id, pack(state), _about_state(stored.id))
    row = {"key": stored.id, "seen": stored.version, "state": sealed, "now": now, "wake": wake_at, "more": more_lines}
    if window is not None:
        row |= {"left": window[0], "until": window[1]}
    if uow.run(_save if window is None else _save_opening, row).rowcount != 1:
        raise StaleVersion


def open_window(uow: UnitOfWork, session_id: int, messages: int, until: datetime) -> None:
    """So many may be written to this person until then, whatever was left before; with 0 the window is shut."""
    uow.run(_open_window, {"key": session_id, "left": messages, "until": until})


def spend(uow: UnitOfWork, session_id: int) -> None:
    """One message less may be written to this person: taken before it is sent, for a process may end in between."""
    uow.run(_spend, {"key": session_id})


def give_back(uow: UnitOfWork, session_id: int) -> None:
    """A message that was taken from what may be written was not sent."""
    uow.run(_give_back, {"key": session_id})


def window(uow: UnitOfWork, session_id: int) -> tuple[int, datetime | None]:
    """How many messages may still be written to this person, and until when."""
    row = uow.run(_window, {"key": session_id}).one()
    return row.window_left or 0, row.window_until


def due(uow: UnitOfWork, now: datetime, limit: int) -> list[int]:
    """The ids of sessions whose time to be looked at has come, longest waiting first."""
    return uow.run(_due, {"now": now, "most": limit}).scalars()


def erase(uow: UnitOfWork, session_id: int, now: datetime) -> StoredSession:
    """Forget all that was said and start the person fresh; return the session as it now is.

    Rows stay without text, so that what was delivered once is not delivered again and counts stay right.
    """
    old = get(uow, session_id, for_update=True)
    keys.destroy(uow, old.key_id)
    for statement in (_forget_inbox, _stop_outbox, _forget_outbox):
        uow.run(statement, {"key": session_id})
    evidence.remove_unfiled(uow, session_id)
    fresh = keys.new_key(uow)
    row = {"key": session_id, "fresh": fresh, "peer": _seal_peer(uow, old.address, fresh), "now": now}
    uow.run(_renew, row)
    return get(uow, session_id)


def bind(uow: UnitOfWork, session_id: int, member_id: int | None) -> None:
    """This chat is that member's of staff from now on; nobody's with None."""
    uow.run(_bind, {"key": session_id, "member": member_id})


def of_member(uow: UnitOfWork, member_id: int) -> list[int]:
    """The ids of the chats that this member of staff proved to be theirs."""
    return uow.run(_of_member, {"member": member_id}).scalars()


def bound(uow: UnitOfWork) -> list[tuple[int, str]]:
    """Every chat that a member of staff proved to be theirs: whose it is, and on which channel."""
    return [(row.staff_id, row.channel) for row in uow.run(_bound, {}).rows]


def next_line(uow: UnitOfWork, session_id: int) -> int:
    """The place of what comes next in this person's history."""
    line: int = uow.run(_next_line, {"key": session_id}).scalar_one()
    return line


def _insert(uow: UnitOfWork, address: Address, peer: bytes, now: datetime) -> bool:
    """Insert or ignore: two first messages may arrive at once, and only one of them makes the row."""
    key_id = keys.new_key(uow)
    row = {
        "channel": address.channel,
        "peer_blind": peer,
        "peer_sealed": _seal_peer(uow, address, key_id),
        "key_id": key_id,
        "updated_at": now,
    }
    return uow.run(_make, row | {"version": 0, "lines": 0}).scalar() is not None


def _stored(uow: UnitOfWork, row: Row, address: Address | None = None) -> StoredSession:
    """The session in a row; whoever found it by its address need not unseal that."""
    keys.unlock(uow, row.key_id, row.master_id, row.wrapped)
    state = unpack(keys.unseal(uow, row.key_id, row.state_sealed, _about_state(row.id))) if row.state_sealed else None
    return StoredSession(
        id=row.id,
        key_id=row.key_id,
        version=row.version,
        address=address or unseal_peer(uow, row),
        state=state,
        lines=row.lines,
        expects=bool(row.expects),
        under_way=bool(row.under_way),
        wake_at=row.wake_at,
        staff_id=row.staff_id,
    )


def unseal_peer(uow: UnitOfWork, row: Row) -> Address:
    """The address in a row that has a session's channel, key_id and peer_sealed."""
    return unpack_address(keys.unseal(uow, row.key_id, row.peer_sealed, _about_peer(row.key_id)), row.channel)


def _seal_peer(uow: UnitOfWork, address: Address, key_id: int) -> bytes:
    return keys.seal(uow, key_id, pack_address(address), _about_peer(key_id))


def _blind_peer(uow: UnitOfWork, address: Address) -> bytes:
    return keys.blind(uow, "session.peer", f"{address.channel}\0{address.peer}\0{address.thread}")


def _about_peer(key_id: int) -> str:
    return f"session.peer_sealed:{key_id}"


def _about_state(session_id: int) -> str:
    return f"session.state_sealed:{session_id}"
