"""Who can talk to a complainant about their case, and who is asked to: at first whoever has it, then wider and wider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.cases import rights
from core.cases.office import Office
from core.cases.relay.rules import COLLEAGUES, DUTIES, LEADERS, NOBODY_ASKED, WHO_HAS_IT
from core.cases.telling_staff import own_slots, tell_member
from core.messages import Choice
from core.policies.policy import Policy
from core.store import outbox, recusals, sessions, staff
from core.store import work as works
from core.store.cases import StoredCase
from core.store.relays import StoredRelay
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

WANTED = "relay_wanted"
"""What those who are asked are told; it is taken back once somebody has come."""


def anybody(uow: UnitOfWork) -> bool:
    """Whether any member of staff can be reached in a chat at all: else no conversation is promised to anybody."""
    return bool(sessions.bound(uow))


def asked_at(uow: UnitOfWork, policy: Policy, case: StoredCase, rung: int) -> list[StaffMember]:
    """Who is asked on this rung: there, with a chat of their own, and allowed to know of the case."""
    everybody, outside = staff.everybody(uow), recusals.away(uow, case.id)
    bound = {member_id for member_id, _ in sessions.bound(uow)}
    there = [one for one in everybody if not one.absent and one.id not in outside and one.id in bound]
    handler = works.of(uow, case.id).handler_id
    if rung == WHO_HAS_IT and handler is not None:
        return [one for one in there if one.id == handler]
    held = {one.id: rights.posts_held(policy, one, everybody, outside) for one in there}
    return [one for one in there if any(rights.with_duty(policy, held[one.id], DUTIES[rung]))]


def may_take(uow: UnitOfWork, policy: Policy, case: StoredCase, member: StaffMember, rung: int) -> bool:
    """Whether this member was asked so far; whoever has the case always may."""
    if works.of(uow, case.id).handler_id == member.id:
        return True
    return any(member in asked_at(uow, policy, case, each) for each in range(WHO_HAS_IT, max(rung, WHO_HAS_IT) + 1))


def may_ask(uow: UnitOfWork, policy: Policy, case: StoredCase, member: StaffMember) -> bool:
    """Whether this member may ask the complainant something: whoever has the case, or works on cases while nobody has it."""
    handler = works.of(uow, case.id).handler_id
    return handler == member.id or (handler is None and member in asked_at(uow, policy, case, COLLEAGUES))


def offer(uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase, relay: StoredRelay, now: datetime) -> int:
    """Ask those of the next rung that has anybody who was not asked before; the rung that was reached."""
    before = asked_until(uow, policy, case, relay.rung)
    for rung in range(relay.rung + 1, LEADERS + 1):
        found = [one for one in asked_at(uow, policy, case, rung) if one not in before]
        for member in found:
            _ask(uow, office, case, relay, member, rung, now)
        if found:
            return rung
    return LEADERS


def asked_until(uow: UnitOfWork, policy: Policy, case: StoredCase, rung: int) -> list[StaffMember]:
    return [one for each in range(NOBODY_ASKED + 1, rung + 1) for one in asked_at(uow, policy, case, each)]


def ask_no_more(uow: UnitOfWork, case_id: int, members: Sequence[StaffMember]) -> None:
    """Somebody has it: who has not heard of it yet need not."""
    for member in members:
        for chat in sessions.of_member(uow, member.id):
            outbox.cancel(uow, chat, f"{own_slots(case_id)}{WANTED}")


def _ask(
    uow: UnitOfWork, office: Office, case: StoredCase, relay: StoredRelay, member: StaffMember, rung: int, now: datetime
) -> None:
    """By the number alone: nothing that was told stands in it."""
    key = f"relay:{relay.id}:{relay.lines}:{rung}:{member.id}:{int(now.timestamp())}"
    order = Choice(
        office.texts.render("zh", "relay.take", number=case.number), office.texts.render("zh", "relay.button")
    )
    tell_member(uow, office, member.id, case.id, WANTED, key, now, None, (order,), number=case.number)
