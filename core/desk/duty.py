"""值班, in a chat of staff: who is on duty, one's own shifts, giving one and taking one; and 收到: having what one was called to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from core.cases import confirming, work
from core.cases.clocks import local_day
from core.cases.office import Office
from core.cases.shifts import AHEAD
from core.desk.orders import Order
from core.errors import Refused
from core.people import roster, shift_words
from core.people.roster import moments
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

MOST_SHOWN = 10
MARK = re.compile(r"#?(\d{1,9})", re.ASCII)

Answer = Callable[[UnitOfWork, Office, StaffMember, Order, datetime], str]


def answer(uow: UnitOfWork, office: Office, member: StaffMember, order: Order, now: datetime) -> str:
    """What is answered to one of these orders; a refusal is an answer, and undoes what was begun."""
    try:
        with uow.part():
            return ANSWERS[order.kind.does](uow, office, member, order, now)
    except Refused as refused:
        return office.texts.render("zh", str(refused), **refused.facts)


def names_one(order: Order) -> bool:
    """Whether it says which one is meant: by a case's number, or by its own."""
    return bool(order.number or MARK.fullmatch(order.rest))


def confirm(
    uow: UnitOfWork, office: Office, member: StaffMember, number: str | None, order: Order, now: datetime
) -> str:
    """That this member has what they were called to: a case by its ``number``, a danger by its own (“#7”), or all there is."""
    mark = MARK.fullmatch(order.rest)
    meant = number or (f"#{mark[1]}" if mark else "")
    try:
        with uow.part():
            done = confirming.confirm_as(uow, office, member, meant, now)
        return office.texts.render("zh", "called.thanks", about=done)
    except Refused as refused:
        if number:
            work.remember_refusal(uow, office, member.account, number, order.kind.does, refused, now)
        return office.texts.render("zh", str(refused), **refused.facts)


def _on_duty(uow: UnitOfWork, office: Office, member: StaffMember, order: Order, now: datetime) -> str:
    found = roster.standing(uow, office, now)
    if not found.kept:
        return _say(office, "no_roster")
    there = "、".join(_say(office, "until", name=each.name, until=moments(turn)["ends"]) for each, turn in found.now)
    shown = _say(office, "on_duty", names=there) if there else _say(office, "nobody_on_duty")
    if not found.following:
        return shown
    names = "、".join(each.name for each, _ in found.following)
    return shown + _say(office, "next", name=names, begins=moments(found.following[0][1])["begins"])


def _my_shifts(uow: UnitOfWork, office: Office, member: StaffMember, order: Order, now: datetime) -> str:
    mine = roster.turns_of(uow, office, member.id, now)[:MOST_SHOWN]
    if not mine:
        return _say(office, "none_of_yours", days=str(AHEAD.days))
    return _say(office, "mine", rows="".join(_say(office, "row", **moments(turn)) for turn in mine))


def _give(uow: UnitOfWork, office: Office, member: StaffMember, order: Order, now: datetime) -> str:
    """“换班 12-01 wangmin”, with the hour at which it begins where there are several that day."""
    on, *behind = f"{order.number} {order.rest}".split() or [""]
    day = shift_words.day(on, local_day(now))
    begins = shift_words.moment(behind[0]) if len(behind) > 1 else None
    to = " ".join(behind[begins is not None :])
    if day is None or not to:
        return _say(office, "how_to_give", example=order.kind.example)
    taker, turn, _ = roster.ask(uow, office, member, day, begins, to, now)
    return _say(office, "asked", name=taker.name, **moments(turn))


def _take(uow: UnitOfWork, office: Office, member: StaffMember, order: Order, now: datetime) -> str:
    mark = MARK.fullmatch(order.rest)
    if mark is None:
        raise Refused("roster.no_such_swap", id=order.rest[:20])
    return _say(office, "taken", **moments(roster.take(uow, office, member, int(mark[1]), now)))


def _say(office: Office, key: str, /, **values: str) -> str:
    return office.texts.render("zh", f"shifts.{key}", **values)


ANSWERS: Mapping[str, Answer] = {
    "on_duty": _on_duty,
    "my_shifts": _my_shifts,
    "give_shift": _give,
    "take_shift": _take,
}
"""By what an order does; none of these is about a case."""
