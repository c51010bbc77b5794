"""Staff talk to complainants from their own chat: each word by a verb, so that none goes to the wrong person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.cases.relay.staff_side import AtTheDesk
from core.desk import acting
from core.desk.orders import Order
from core.desk.visit import MOST_LISTED, Answer, Replies, Visit
from core.errors import Refused
from core.store import cases, relays
from core.store.cases import StoredCase
from core.store.relays import StoredRelay


def listed(visit: Visit, order: Order) -> Replies:
    """Whom this member talks to, and who waits for somebody."""
    at_desk = _at_desk(visit)
    rows = "".join((*_rows(at_desk, _mine(at_desk), "talking"), *_rows(at_desk, _to_take(at_desk), "waiting")))
    return visit.say("talks", rows=rows) if rows else visit.say("no_talks")


def talk(visit: Visit, order: Order) -> Replies:
    """In a conversation with a complainant: never with the one of the case in hand, but with the only one that is meant."""
    at_desk = _at_desk(visit)
    number = visit.number_of(order) if order.number or order.doubtful else _only_one(at_desk, order)
    if number is None:
        return visit.ask_which(order)
    try:
        with visit.uow.part():
            case = _carry_out(at_desk, order, number)
    except Refused as refused:
        return acting.refusal(visit, order.kind, number, refused)
    return visit.say(f"talk_{order.kind.does}", number=case.number)


ANSWERS: Mapping[str, Answer] = dict.fromkeys(("take_relay", "say", "ask", "end_relay"), talk)
"""By what an order does."""


def _at_desk(visit: Visit) -> AtTheDesk:
    return AtTheDesk(visit.uow, visit.office, visit.member, visit.chat.id, visit.now)


def _carry_out(at_desk: AtTheDesk, order: Order, number: str) -> StoredCase:
    """Do it. Raises Refused."""
    if order.kind.does == "take_relay":
        return at_desk.take(number)
    if order.kind.does == "say":
        return at_desk.answer(number, order.rest)
    return at_desk.ask(number, order.rest) if order.kind.does == "ask" else at_desk.end(number)


def _only_one(at_desk: AtTheDesk, order: Order) -> str | None:
    """The case that is meant where no number was said: that of the only conversation that it can be about, else None. What was
    looked at last is no sign of who is spoken to."""
    found = _to_take(at_desk) if order.kind.does == "take_relay" else _mine(at_desk)
    if len(found) != 1 or order.kind.does == "ask":
        return None
    return cases.by_id(at_desk.uow, found[0].case_id).number


def _mine(at_desk: AtTheDesk) -> list[StoredRelay]:
    return relays.held_by(at_desk.uow, at_desk.member.id)


def _to_take(at_desk: AtTheDesk) -> list[StoredRelay]:
    return [each for each in relays.waiting(at_desk.uow) if at_desk.may_take(each)]


def _rows(at_desk: AtTheDesk, found: Sequence[StoredRelay], how: str) -> list[str]:
    texts = at_desk.office.texts
    numbers = [cases.by_id(at_desk.uow, each.case_id).number for each in found[:MOST_LISTED]]
    return [texts.render("zh", f"desk.row_{how}", number=number) for number in numbers]
