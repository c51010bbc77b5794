"""An order that does something to a case: a step of its life."""

from __future__ import annotations

from typing import get_args

from core.cases import work
from core.cases.vocabulary import OPEN, OUTCOMES
from core.desk import orders, views
from core.desk.orders import Kind, Order
from core.desk.visit import Replies, Visit
from core.errors import Refused
from core.files.words import word_for
from core.policies.working import Level
from core.store import staff

IN_CHAT = {
    "act.outcome_is_decided": "decided",
    "act.needs_authority": "needs_authority",
    "act.which_clock": "which_clock",
}
"""What is said here instead of words that are for the command line."""

LACKING = frozenset({"act.needs", "act.needs_words", "act.needs_note", "act.needs_how_told"})


def act(visit: Visit, order: Order, number: str) -> Replies:
    """By the same service as everywhere; what is refused is written down, and what was half done is undone."""
    action = work.action_named(order.kind.does)
    try:
        with visit.uow.part():
            check_button(visit, order)
            case = work.act_as_staff(
                visit.uow, visit.office, visit.member, number, action, _fields(visit, order), visit.now, seen=order.seen
            )
    except Refused as refused:
        return refusal(visit, order.kind, number, refused)
    visit.take_in_hand(case.number)
    key = "done" if case.status in OPEN else "done_over"
    words = {"did": order.kind.verbs[0], "number": case.number, "status": word_for("status", case.status)}
    return visit.say(key, **words, **views.day_of(case.promised_on))


def check_button(visit: Visit, order: Order) -> None:
    """A chat may have become somebody else's, with the buttons of who had it. Raises Refused."""
    if order.whose not in (None, visit.member.id):
        raise Refused("desk.not_your_button")


def refusal(visit: Visit, kind: Kind, number: str, refused: Refused) -> Replies:
    """Why this was not done to the case, as staff read it in their chat; it is kept on the timeline."""
    work.remember_refusal(visit.uow, visit.office, visit.member.account, number, kind.does, refused, visit.now)
    if str(refused) == "act.no_such_step":
        can = filter(None, map(orders.kind_of, refused.facts["known"].split("、")))
        return visit.say("no_such_step", did=kind.verbs[0], known="、".join(each.verbs[0] for each in can))
    if str(refused) in IN_CHAT:
        return visit.say(IN_CHAT[str(refused)], verb=kind.verbs[0], number=number)
    if str(refused) in LACKING:
        return visit.say("lacks", example=visit.example(kind, number))
    return visit.say_why(refused, number=number)


def _fields(visit: Visit, order: Order) -> dict[str, str]:
    """What stands behind the number, as the action takes it: each thing is the next word, the rest are words."""
    fields, rest = dict[str, str](), order.rest
    for name in order.kind.takes:
        if name == "words":
            fields["words"] = rest
            continue
        word, behind = orders.next_word(rest)
        found = _read(visit, name, word)
        fields |= found
        rest = behind if found else rest
    return fields


def _read(visit: Visit, name: str, word: str) -> dict[str, str]:
    """One word as a field; none where it is not one of those that are known, so that it belongs to what is said."""
    if name == "to":
        return _to(visit, word)
    if name == "task":
        return {"task": word.lstrip("#")}
    known = {word_for(name, key): key for key in (get_args(Level) if name == "level" else OUTCOMES)}
    return {name: known[word]} if word in known else {}


def _to(visit: Visit, word: str) -> dict[str, str]:
    """A colleague by account, or by a name that nobody else has; or a unit that there is."""
    everybody = staff.everybody(visit.uow)
    called = [one for one in everybody if word == one.account] or [one for one in everybody if word == one.name]
    if len(called) == 1:
        return {"handler": called[0].account}
    units = {category.unit.zh for category in visit.office.policy.categories} | {one.unit for one in everybody}
    return {"unit": word} if word and word in units else {}
