"""What a group may be told of a case: nothing that one of those who are in it must not know. What waits for such a group goes to
the own chats of the others, and what stands there loses its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from core.cases.telling_staff import own_slots
from core.messages import OutboundMessage
from core.store import diverted, outbox, recusals, sessions, staff, targets
from core.store.targets import Live
from core.store.unit_of_work import UnitOfWork
from core.texts import load_texts


def may_see(uow: UnitOfWork, target: Live, case_id: int) -> bool:
    """Whether nobody in this group is kept from the case. Where the office has not said who is in it, anybody may be: then a case
    that is kept from anybody is none for the group."""
    outside = recusals.away(uow, case_id)
    if not outside:
        return True
    there = targets.members(uow, target.id)
    return any(each.named for each in there) and outside.isdisjoint(each.staff_id for each in there)


def keep_back(uow: UnitOfWork, case_id: int, now: datetime) -> None:
    """Somebody must not know of the case any more: groups they may be in are told nothing of it, and read nothing of it."""
    for target in targets.live(uow):
        if not may_see(uow, target, case_id):
            _withdraw(uow, target, case_id, now)


def meet(uow: UnitOfWork, target: Live, member_id: int, now: datetime) -> None:
    """This member of staff was seen in the group: what they must not know is told there no more."""
    if targets.meet(uow, target.id, member_id):
        for row in recusals.of_member(uow, member_id):
            if row.stands:
                _withdraw(uow, target, row.case_id, now)


def _withdraw(uow: UnitOfWork, target: Live, case_id: int, now: datetime) -> None:
    _to_members(uow, target, case_id, now)
    chat, text = sessions.get(uow, target.session_id), load_texts().render("zh", "case_card.hidden")
    for mark in diverted.shown(uow, target.session_id, own_slots(case_id)):
        key = f"hide:{target.session_id}:{mark}"
        outbox.add(uow, chat, OutboundMessage(text, replaces=mark), key, now, now=now)


def _to_members(uow: UnitOfWork, target: Live, case_id: int, now: datetime) -> None:
    outside = recusals.away(uow, case_id)
    others = [each.staff_id for each in targets.members(uow, target.id) if each.staff_id not in outside]
    for each in diverted.take_back(uow, target.session_id, own_slots(case_id)):
        message = replace(each.message, private="")
        to_own_chats(uow, others, message, base_of(each.dedupe_key), case_id, each.due_at, now)


def to_own_chats(
    uow: UnitOfWork,
    members: Iterable[int],
    message: OutboundMessage,
    base: str,
    case_id: int,
    due_at: datetime,
    now: datetime,
) -> list[bool]:
    """Tell them in the chats that they proved to be theirs, each once; for each chat whether that is new. Who is away or gone
    hears nothing."""
    told: list[bool] = []
    for member_id in members:
        member = staff.by_id(uow, member_id)
        if not member.is_at_work:
            continue
        for chat in sessions.of_member(uow, member_id):
            key, slot = f"{base}:{chat}", f"{own_slots(case_id)}{base}"
            made = outbox.add(uow, sessions.get(uow, chat), message, key, due_at, now=now, slot=slot)
            told.append(made is not None)
    return told


def base_of(dedupe_key: str) -> str:
    """What the keys of an alert have in common, wherever it goes."""
    return dedupe_key.rpartition(":")[0]
