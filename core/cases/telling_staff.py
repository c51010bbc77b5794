"""What the office's own people are told, and when: by alerts to staff, groups and robots, and in the chats that are theirs alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from core.cases import clocks, shifts
from core.cases.office import Alert, Office
from core.messages import Address, Choice, OutboundMessage
from core.store import cases, outbox, recusals, roster, sessions, staff
from core.store.unit_of_work import UnitOfWork

STAFF = Address("staff", "desk")
"""Where alerts go; the channel of that name brings them to a chat or, without one, to the log."""

OWN_SLOTS = "desk:"
"""Begins the slots of whatever members of staff are told in their own chats."""

URGENT = frozenset({"danger", "human", "major", "stopped", "supervised", "target_ended", "unconfirmed", "confirmed"})
"""What nobody may sleep over; what a leader orders at night is meant for the night."""

OF_CLOCKS = frozenset({"clock_before", "clock_over"})
"""What goes before the rest where not everything goes at once."""


def stopped_channel(office: Office, now: Callable[[], datetime], uow: UnitOfWork, channel: str, code: str) -> None:
    """Tell staff that a platform has shut its door to us: once a day for each of its reasons."""
    at = now()
    key = f"stopped:{channel}:{code}:{at.astimezone(UTC).date()}"
    staff_alert(uow, office, "stopped", key, at, channel=channel, code=code)


def staff_alert(
    uow: UnitOfWork,
    office: Office,
    kind: str,
    key: str,
    now: datetime,
    before: datetime | None = None,
    more: str = "",
    /,
    **params: str,
) -> bool:
    """A line to all chats of staff, without personal detail; once for each ``key``: False where it was there already. What
    names a ``number`` is about that case.

    Outside office hours it waits until the office opens, unless it is urgent or something is over ``before`` then. ``more`` is
    what follows it.
    """
    return _fan_out(uow, office, _alert(office, kind, key, now, before, params, more), now)


def tell_of_new(uow: UnitOfWork, office: Office, number: str, now: datetime) -> None:
    """A complaint has come. Whoever has no group for that sees it in the list and in the morning's line."""
    alert = _alert(office, "filed", f"filed:{number}", now, None, {"number": number})
    office.targets(uow, office, alert, now)
    _tell_robots(uow, office, alert, now)


def _alert(
    office: Office,
    kind: str,
    key: str,
    now: datetime,
    before: datetime | None,
    params: Mapping[str, str],
    more: str = "",
) -> Alert:
    text = office.texts.render("zh", f"alert.{kind}", **params) + more
    due_at = now if kind in URGENT else _at_work(office, now, before)
    return Alert(kind, f"alert:{key}", text, due_at, params.get("number", ""))


def _fan_out(uow: UnitOfWork, office: Office, alert: Alert, now: datetime) -> bool:
    """To every target, to STAFF where there is none, and to every robot."""
    told = office.targets(uow, office, alert, now)
    _tell_robots(uow, office, alert, now)
    return to_staff(uow, alert.text, alert.key, alert.due_at, now) if told is None else told


def to_staff(uow: UnitOfWork, text: str, key: str, due_at: datetime, now: datetime) -> bool:
    """A line to STAFF; False where it was there already."""
    return outbox.add(uow, sessions.load(uow, STAFF, now), OutboundMessage(text), key, due_at, now=now) is not None


def _tell_robots(uow: UnitOfWork, office: Office, alert: Alert, now: datetime) -> None:
    """Nobody knows who reads there: a case that is kept from anybody is not named."""
    if not office.robots:
        return
    text = office.texts.render("zh", "alert.kept_back") if _is_kept(uow, alert.number) else alert.text
    for robot in office.robots:
        chat, key, goes = sessions.load(uow, robot, now), f"{alert.key}:{robot.channel}", urgency(alert.kind)
        outbox.add(uow, chat, OutboundMessage(text), key, alert.due_at, now=now, urgency=goes)


def _is_kept(uow: UnitOfWork, number: str) -> bool:
    case = cases.by_number(uow, number) if number else None
    return case is not None and bool(recusals.away(uow, case.id))


def urgency(kind: str) -> int:
    """The higher goes first."""
    return 2 if kind in URGENT else int(kind in OF_CLOCKS)


def tell_member(
    uow: UnitOfWork,
    office: Office,
    member_id: int,
    case_id: int,
    kind: str,
    key: str,
    now: datetime,
    before: datetime | None = None,
    choices: tuple[Choice, ...] = (),
    /,
    **params: str,
) -> None:
    """As ``staff_alert`` of a case, to the chats that this member of staff proved to be theirs; to nobody who is away.

    Who is off duty by the roster hears of it as their next turn begins, or the office opens. ``choices`` go with it where a
    channel shows them as buttons.
    """
    if staff.by_id(uow, member_id).absent:
        return
    message = OutboundMessage(office.texts.render("zh", f"alert.{kind}", **params), choices)
    due_at = on_duty_at(uow, office, member_id, now, before)
    write_to(uow, office, member_id, message, f"alert:{key}", f"{own_slots(case_id)}{kind}", due_at, now)


def write_to(
    uow: UnitOfWork,
    office: Office,
    member_id: int,
    message: OutboundMessage,
    key: str,
    slot: str,
    due_at: datetime,
    now: datetime,
) -> bool:
    """Have this said in every chat that this member of staff proved to be theirs; False where there is none."""
    chats = [sessions.get(uow, chat) for chat in sessions.of_member(uow, member_id)]
    for chat in chats:
        shown = message if chat.channel in office.buttons else replace(message, choices=())
        outbox.add(uow, chat, shown, f"{key}:{chat.id}", due_at, now=now, slot=slot)
    return bool(chats)


def tell_of_themselves(
    uow: UnitOfWork, office: Office, member_id: int, kind: str, key: str, now: datetime, /, **params: str
) -> None:
    """Something about this member's own records, in the chats that they proved to be theirs; once for each ``key``, and to
    nobody who is away. It waits until they are on duty, or the office opens."""
    if staff.by_id(uow, member_id).absent:
        return
    message = OutboundMessage(office.texts.render("zh", f"people.told.{kind}", **params))
    due_at = on_duty_at(uow, office, member_id, now)
    write_to(uow, office, member_id, message, f"people:{key}", f"{OWN_SLOTS}people:{key}", due_at, now)


def tell_no_more(uow: UnitOfWork, member_id: int, case_id: int) -> None:
    """What this member has not heard of the case yet they hear no more: they must not know of it."""
    for chat in sessions.of_member(uow, member_id):
        outbox.cancel_under(uow, chat, own_slots(case_id))


def own_slots(case_id: int) -> str:
    """Begins the slots of what members of staff are told of a case in their own chats."""
    return f"{OWN_SLOTS}{case_id}:"


def _at_work(office: Office, now: datetime, before: datetime | None) -> datetime:
    return _or_at_once(clocks.open_from(office.policy, now, office.calendar), now, before)


def on_duty_at(
    uow: UnitOfWork, office: Office, member_id: int, now: datetime, before: datetime | None = None
) -> datetime:
    """When this member hears of what is not urgent: now, or once they are on duty, unless it is over ``before`` then."""
    return _or_at_once(duties_from(uow, office, now)(member_id), now, before)


def _or_at_once(then: datetime, now: datetime, before: datetime | None) -> datetime:
    return now if before is not None and before <= then else max(then, now)


def duties_from(uow: UnitOfWork, office: Office, now: datetime) -> Callable[[int], datetime]:
    """By the id of a member of staff, from when on they are on duty next: now, or before it, where they are."""
    kept = roster.since(uow, shifts.first_day(now))
    ahead, opening = shifts.ahead(kept, now, office.calendar), clocks.open_from(office.policy, now, office.calendar)
    always = clocks.never_closes(office.policy)
    return lambda member_id: shifts.duty_from(ahead, member_id, opening, never_closes=always)
