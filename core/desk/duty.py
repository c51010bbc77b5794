"""值班, in a chat of staff: who is on duty, one's own shifts, giving one and taking one; and 收到: having what one was called to."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.cases import confirming, work
from core.cases.clocks import local_day
from core.cases.shifts import AHEAD
from core.desk.orders import Order
from core.desk.visit import Answer, Replies, Visit, reply
from core.errors import Refused
from core.people import roster, shift_words
from core.people.roster import moments

MOST_SHOWN = 10
MARK = re.compile(r"#?(\d{1,9})", re.ASCII)


def names_one(order: Order) -> bool:
    """Whether it says which one is meant: by a case's number, or by its own."""
    return bool(order.number or MARK.fullmatch(order.rest))


def _confirm(visit: Visit, order: Order) -> Replies:
    """That this member has what they were called to: a case by its number, a danger by its own (“#7”), or all there is."""
    number = visit.number_of(order) if order.number or order.doubtful else ""
    if number is None:
        return visit.ask_which(order)
    mark = MARK.fullmatch(order.rest)
    meant = number or (f"#{mark[1]}" if mark else "")
    try:
        with visit.uow.part():
            done = confirming.confirm_as(visit.uow, visit.office, visit.member, meant, visit.now)
    except Refused as refused:
        if number:
            account, does = visit.member.account, order.kind.does
            work.remember_refusal(visit.uow, visit.office, account, number, does, refused, visit.now)
        return visit.say_why(refused)
    return reply(visit.office.texts.render("zh", "called.thanks", about=done))


def _on_duty(visit: Visit, order: Order) -> Replies:
    found = roster.standing(visit.uow, visit.office, visit.now)
    if not found.kept:
        return _say(visit, "no_roster")
    there = "、".join(_words(visit, "until", name=each.name, until=moments(turn)["ends"]) for each, turn in found.now)
    shown = _words(visit, "on_duty", names=there) if there else _words(visit, "nobody_on_duty")
    if not found.following:
        return reply(shown)
    names = "、".join(each.name for each, _ in found.following)
    return reply(shown + _words(visit, "next", name=names, begins=moments(found.following[0][1])["begins"]))


def _my_shifts(visit: Visit, order: Order) -> Replies:
    mine = roster.turns_of(visit.uow, visit.office, visit.member.id, visit.now)[:MOST_SHOWN]
    if not mine:
        return _say(visit, "none_of_yours", days=str(AHEAD.days))
    return _say(visit, "mine", rows="".join(_words(visit, "row", **moments(turn)) for turn in mine))


def _give(visit: Visit, order: Order) -> Replies:
    """“换班 12-01 wangmin”, with the hour at which it begins where there are several that day."""
    on, *behind = f"{order.number} {order.rest}".split() or [""]
    day = shift_words.day(on, local_day(visit.now))
    begins = shift_words.moment(behind[0]) if len(behind) > 1 else None
    to = " ".join(behind[begins is not None :])
    if day is None or not to:
        return _say(visit, "how_to_give", example=order.kind.example)
    taker, turn, _ = roster.ask(visit.uow, visit.office, visit.member, day, begins, to, visit.now)
    return _say(visit, "asked", name=taker.name, **moments(turn))


def _take(visit: Visit, order: Order) -> Replies:
    mark = MARK.fullmatch(order.rest)
    if mark is None:
        raise Refused("roster.no_such_swap", id=order.rest[:20])
    return _say(visit, "taken", **moments(roster.take(visit.uow, visit.office, visit.member, int(mark[1]), visit.now)))


def _say(visit: Visit, key: str, /, **values: str) -> Replies:
    return reply(_words(visit, key, **values))


def _words(visit: Visit, key: str, /, **values: str) -> str:
    return visit.office.texts.render("zh", f"shifts.{key}", **values)


ANSWERS: Mapping[str, Answer] = {
    "on_duty": _on_duty,
    "my_shifts": _my_shifts,
    "give_shift": _give,
    "take_shift": _take,
    "confirm": _confirm,
}
"""By what an order does."""
