"""Whose chat is whose: a member of staff proves with a code, told to them by the office, that a chat is theirs."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.cases import codes, work
from core.cases.relay import letting_go
from core.cases.telling_staff import OWN_SLOTS
from core.store import keys, lookups, office_timeline, outbox, sessions, staff
from core.store.sessions import StoredSession
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

CODE_HOLDS = timedelta(minutes=30)
FAILURES, FAILURES_WITHIN = 5, timedelta(hours=1)
"""After so many wrong codes from one chat none is taken from it for so long, not even a right one."""


def invite(uow: UnitOfWork, account: str, by: str, now: datetime) -> str:
    """A code for this member of staff, to be sent from their own chat; it holds for CODE_HOLDS, and once. Raises Refused."""
    member, code = work.member_of(uow, account), codes.new_code()
    staff.give_code(uow, member.id, _hash(uow, code), now + CODE_HOLDS)
    office_timeline.add(uow, now, "staff_invited", by, account)
    return code


def bind(uow: UnitOfWork, chat: StoredSession, code: str, now: datetime) -> StaffMember | None:
    """From now on this chat is whose code this is. None where it is none that holds: wrong, used, too old or tried too often."""
    scope = f"bind:{chat.id}"
    if lookups.reached(uow, scope, now - FAILURES_WITHIN, FAILURES):
        return None
    member = staff.use_code(uow, _hash(uow, code), now)
    if member is None or member.left_at is not None:
        lookups.record(uow, scope, now)
        return None
    former = owner(uow, chat)
    if former is not None and former.id != member.id:
        unbind(uow, chat, former, now)
    sessions.bind(uow, chat.id, member.id)
    office_timeline.add(uow, now, "staff_bound", f"staff:{member.account}", f"{member.account} {chat.channel}")
    return member


def unbind(uow: UnitOfWork, chat: StoredSession, member: StaffMember, now: datetime) -> None:
    """This one chat is nobody's any more; what it has not been told yet stays untold."""
    _forget(uow, chat.id, member.id, now)
    office_timeline.add(uow, now, "staff_unbound", f"staff:{member.account}", f"{member.account} {chat.channel}")


def unbind_all(uow: UnitOfWork, account: str, by: str, now: datetime) -> int:
    """None of their chats is theirs any more, nor can a code make one so; return how many were. Raises Refused."""
    member = work.member_of(uow, account)
    many = forget_chats(uow, member.id, now)
    office_timeline.add(uow, now, "staff_unbound", by, f"{account} {many}")
    return many


def forget_chats(uow: UnitOfWork, member_id: int, now: datetime) -> int:
    """No chat is this member's, no code can make one so, and what waits for them there is not told; return how many were."""
    staff.take_code_back(uow, member_id)
    chats = sessions.of_member(uow, member_id)
    for chat in chats:
        _forget(uow, chat, member_id, now)
    return len(chats)


def _forget(uow: UnitOfWork, chat_id: int, member_id: int, now: datetime) -> None:
    letting_go.take_chat_from(uow, member_id, chat_id, now)
    outbox.cancel_under(uow, chat_id, OWN_SLOTS)
    sessions.bind(uow, chat_id, None)


def owner(uow: UnitOfWork, chat: StoredSession) -> StaffMember | None:
    """Whose chat this is, as long as they work here."""
    member = staff.by_id(uow, chat.staff_id) if chat.staff_id is not None else None
    return member if member is not None and member.left_at is None else None


def _hash(uow: UnitOfWork, code: str) -> bytes:
    return keys.blind(uow, "staff.bind", codes.plain(code))
