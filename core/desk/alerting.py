"""Tells an alert in every group that is a target; where one must not know of its case, those of its people who may hear alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.cases import groups, rights
from core.cases.office import Alert, Office, rules_of
from core.cases.telling_staff import OWN_SLOTS, own_slots, to_staff
from core.desk import cards
from core.messages import OutboundMessage
from core.records import record
from core.store import cases, outbox, recusals, sessions, staff, targets
from core.store.cases import StoredCase
from core.store.diverted import Diverted
from core.store.targets import Live
from core.store.unit_of_work import UnitOfWork


@record(frozen=True, slots=True)
class Told:
    """What is told, to whom ever it goes: the keys of all begin with ``base``."""

    message: OutboundMessage
    base: str
    due_at: datetime
    case: StoredCase | None = None


def tell(uow: UnitOfWork, office: Office, alert: Alert, now: datetime) -> bool | None:
    """Whether anybody hears of it for the first time; None where there is no target."""
    live = targets.live(uow)
    if not live:
        return None
    case = cases.by_number(uow, alert.number) if alert.number else None
    message = cards.card(uow, office, case.number, alert.text) if case else OutboundMessage(alert.text)
    return _spread(uow, office, live, Told(message, alert.key, alert.due_at, case), now)


def pass_on(uow: UnitOfWork, office: Office, waiting: Sequence[Diverted], now: datetime) -> None:
    """What waited for a group that is none any more goes to the others; each that has it already does not get it twice."""
    live = targets.live(uow)
    for each in waiting:
        case = _case_of(uow, each.slot)
        told = Told(each.message, groups.base_of(each.dedupe_key), each.due_at, case)
        if live:
            _spread(uow, office, live, told, now)
        else:
            to_staff(uow, each.message.text, told.base, each.due_at, now)


def move(uow: UnitOfWork, waiting: Sequence[Diverted], session_id: int, now: datetime) -> None:
    """What waited for a group goes to where the group is now."""
    chat = sessions.get(uow, session_id)
    for each in waiting:
        key = f"{groups.base_of(each.dedupe_key)}:{session_id}"
        outbox.add(uow, chat, each.message, key, each.due_at, now=now, slot=each.slot or None)


def _spread(uow: UnitOfWork, office: Office, live: Sequence[Live], told: Told, now: datetime) -> bool:
    case = told.case
    kept = [target for target in live if case is not None and not groups.may_see(uow, target, case.id)]
    new = [_add(uow, target, told, now) for target in live if target not in kept]
    if case is not None and kept:
        apart = _tell_apart(uow, office, kept, told, case, now)
        if not new and not apart:
            text = office.texts.render("zh", "alert.kept_back")
            return to_staff(uow, text, told.base, told.due_at, now)
        new += apart
    return any(new)


def _add(uow: UnitOfWork, target: Live, told: Told, now: datetime) -> bool:
    slot = f"{own_slots(told.case.id)}{told.base}" if told.case else None
    key = f"{told.base}:{target.session_id}"
    chat = sessions.get(uow, target.session_id)
    return outbox.add(uow, chat, told.message, key, told.due_at, now=now, slot=slot) is not None


def _tell_apart(
    uow: UnitOfWork, office: Office, kept: Sequence[Live], told: Told, case: StoredCase, now: datetime
) -> list[bool]:
    """Those who are in the groups that must not see it, and may know it themselves: where nobody said who is in one, whoever
    works here may be."""
    policy, everybody = rules_of(uow, office, case), staff.everybody(uow)
    outside = recusals.away(uow, case.id)
    there = [targets.members(uow, target.id) for target in kept]
    known = {each.staff_id for some in there for each in some}
    anybody = any(not any(each.named for each in some) for some in there)
    members = [
        member.id
        for member in everybody
        if member.id not in outside
        and (anybody or member.id in known)
        and rights.reads_cases(policy, rights.posts_held(policy, member, everybody, outside))
    ]
    message = replace(told.message, private="")
    return groups.to_own_chats(uow, members, message, told.base, case.id, told.due_at, now)


def _case_of(uow: UnitOfWork, slot: str) -> StoredCase | None:
    number = slot.removeprefix(OWN_SLOTS).partition(":")[0] if slot.startswith(OWN_SLOTS) else ""
    return cases.by_id(uow, int(number)) if number.isdecimal() else None
