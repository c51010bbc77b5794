"""Groups that alerts go to: a chat becomes one by a code of the office, moves with its group, and ends with it or by order."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from core.cases import codes, groups, work
from core.cases.office import Office
from core.cases.telling_staff import staff_alert
from core.desk import alerting
from core.errors import Gone, Moved, Refused
from core.messages import Address
from core.people.binding import CODE_HOLDS, FAILURES, FAILURES_WITHIN
from core.store import diverted, keys, lookups, office_timeline, sessions, targets
from core.store.diverted import Diverted
from core.store.targets import Live, Target
from core.store.unit_of_work import UnitOfWork

NAME = re.compile(r"[\w -]{1,40}")
BY_ORDER, REMOVED, REPLACED, TOPIC = "by_order", "removed", "replaced", "topic"
"""Why alerts stop to go somewhere; anything else is the code of the platform."""

MOVES_WITHIN = timedelta(minutes=10)

log = logging.getLogger("tousu.alerts")


def invite(uow: UnitOfWork, name: str, members: Iterable[str], by: str, now: datetime) -> str:
    """A code for the group that is to be called so, to be sent from it; it holds for CODE_HOLDS, and once. ``members`` are the
    accounts of all who are in it, none where nobody says so. Raises Refused."""
    name = name.strip()
    if not NAME.fullmatch(name):
        raise Refused("alerts.name")
    there = [work.member_of(uow, account) for account in members]
    code = codes.new_code()
    target = targets.give_code(uow, name, _hash(uow, code), now + CODE_HOLDS, now)
    if there:
        _meet(uow, target, [member.id for member in there], now)
        targets.name_members(uow, target.id, [member.id for member in there])
    accounts = " ".join(member.account for member in there)
    office_timeline.add(uow, now, "target_invited", by, f"{name} {accounts}".strip())
    return code


def _meet(uow: UnitOfWork, target: Target, members: Iterable[int], now: datetime) -> None:
    """Where alerts go there already, what one of them must not know is told there no more."""
    if target.session_id is not None:
        for member_id in members:
            groups.meet(uow, Live(target.id, target.name, target.session_id), member_id, now)


def admit(uow: UnitOfWork, place: Address, code: str, by: str, now: datetime) -> Live | None:
    """From now on this chat is the target whose code this is. None where it is none that holds: wrong, used, too old or tried
    too often."""
    chat = sessions.load(uow, place, now)
    scope = f"target:{chat.id}"
    if lookups.reached(uow, scope, now - FAILURES_WITHIN, FAILURES):
        return None
    target = targets.use_code(uow, _hash(uow, code), now)
    if target is None:
        lookups.record(uow, scope, now)
        return None
    former = targets.of_session(uow, chat.id)
    if former is not None and former.id != target.id:
        _end(uow, former, REPLACED, by, now)
    waiting: Sequence[Diverted] = ()
    if target.session_id is not None and target.session_id != chat.id:
        waiting = diverted.take_back(uow, target.session_id)
    targets.settle(uow, target.id, chat.id)
    alerting.move(uow, waiting, chat.id, now)
    office_timeline.add(uow, now, "target_added", by, f"{target.name} {place.channel}")
    return Live(target.id, target.name, chat.id)


def remove(uow: UnitOfWork, office: Office, name: str, by: str, now: datetime) -> None:
    """No alert goes there any more, nor does its code hold. Raises Refused."""
    target = targets.by_name(uow, name.strip())
    if target is None or target.ended_at is not None:
        raise Refused("alerts.nobody", name=name)
    waiting = diverted.take_back(uow, target.session_id) if target.session_id is not None else ()
    targets.end(uow, target.id, BY_ORDER, now)
    office_timeline.add(uow, now, "target_ended", by, f"{target.name} {BY_ORDER}")
    alerting.pass_on(uow, office, waiting, now)


def at(uow: UnitOfWork, place: Address) -> Live | None:
    """The target in this chat. What the platform does not say the topic of is in whichever topic is one."""
    there = all_at(uow, place)
    exact = [target for target, address in there if address.thread == place.thread]
    return next(iter(exact or (target for target, _ in there)), None) if not place.thread or exact else None


def all_at(uow: UnitOfWork, place: Address) -> list[tuple[Live, Address]]:
    """All targets in this group, whatever their topic."""
    return _at(uow, targets.live(uow), place)


def _at(uow: UnitOfWork, some: Iterable[Live], place: Address) -> list[tuple[Live, Address]]:
    found = [(target, sessions.get(uow, target.session_id).address) for target in some]
    return [(target, address) for target, address in found if _group(address) == _group(place)]


def removed(uow: UnitOfWork, office: Office, place: Address, now: datetime) -> None:
    """The bot is in this group no more."""
    for target, _ in all_at(uow, place):
        end(uow, office, target, REMOVED, now)


def end(uow: UnitOfWork, office: Office, target: Live, why: str, now: datetime) -> None:
    """A target is no more: what waited for it goes to the others, and so does word of that."""
    waiting = diverted.take_back(uow, target.session_id)
    _end(uow, target, why, "service", now)
    alerting.pass_on(uow, office, waiting, now)
    said = office.texts.render(
        "zh", f"case_card.ended.{why}" if why in (REMOVED, TOPIC) else "case_card.ended.unreachable"
    )
    key = f"target:{target.id}:{now.isoformat()}"
    staff_alert(uow, office, "target_ended", key, now, name=target.name, why=said)
    log.error("alerts go to the group %s no more (%s)", target.name, why)


def moved(uow: UnitOfWork, place: Address, peer: str, now: datetime) -> None:
    """A group has another address now: whatever is a target there stays one. Of a group that moves the platform may say first that we
    are removed from the old one."""
    found = [*targets.live(uow), *_just_removed(uow, now)]
    for target, address in _at(uow, found, place):
        _move(uow, target, Address(address.channel, peer, address.thread), now)


def _just_removed(uow: UnitOfWork, now: datetime) -> list[Live]:
    return [
        Live(target.id, target.name, target.session_id)
        for target in targets.every(uow)
        if target.session_id is not None and target.ended_why == REMOVED
        if target.ended_at is not None and now - target.ended_at < MOVES_WITHIN
    ]


def departed(
    office: Office, clock: Callable[[], datetime], uow: UnitOfWork, session_id: int, error: Gone | Moved
) -> bool:
    """What the platform said when a message went to this chat; False where it is no target, nor was one before it moved."""
    now = clock()
    target = targets.of_session(uow, session_id)
    if isinstance(error, Gone):
        if target is not None:
            end(uow, office, target, error.code, now)
        return target is not None
    address = sessions.get(uow, session_id).address
    here = Address(address.channel, error.peer, address.thread)
    if target is not None:
        _move(uow, target, here, now)
        return True
    behind = sessions.find(uow, here)
    if behind is None or targets.of_session(uow, behind.id) is None:
        return False
    alerting.move(uow, diverted.take_back(uow, session_id), behind.id, now)
    return True


def _move(uow: UnitOfWork, target: Live, to: Address, now: datetime) -> None:
    """Where somebody has made another target of the new chat already, that one stays: a chat is one at a time."""
    chat = sessions.load(uow, to, now)
    if chat.id == target.session_id:
        return
    waiting = diverted.take_back(uow, target.session_id)
    if targets.of_session(uow, chat.id) is None:
        targets.settle(uow, target.id, chat.id)
        office_timeline.add(uow, now, "target_moved", "service", target.name)
    else:
        _end(uow, target, REPLACED, "service", now)
    alerting.move(uow, waiting, chat.id, now)


def _end(uow: UnitOfWork, target: Live, why: str, by: str, now: datetime) -> None:
    targets.end(uow, target.id, why, now)
    office_timeline.add(uow, now, "target_ended", by, f"{target.name} {why}")


def _group(address: Address) -> tuple[str, str]:
    return address.channel, address.peer


def _hash(uow: UnitOfWork, code: str) -> bytes:
    return keys.blind(uow, "alerts.target", codes.plain(code))
