"""Staff talk to complainants from their own chat: each word by a verb, so that none goes to the wrong person."""

from __future__ import annotations

from collections.abc import Sequence

from core.cases.relay.staff_side import AtTheDesk
from core.desk.orders import Order
from core.store import cases, relays
from core.store.cases import StoredCase
from core.store.relays import StoredRelay

ORDERS = frozenset({"relays", "take_relay", "say", "ask", "end_relay"})

MOST_LISTED = 10


def carry_out(at_desk: AtTheDesk, order: Order, number: str) -> StoredCase:
    """Do it. Raises Refused."""
    if order.kind.does == "take_relay":
        return at_desk.take(number)
    if order.kind.does == "say":
        return at_desk.answer(number, order.rest)
    return at_desk.ask(number, order.rest) if order.kind.does == "ask" else at_desk.end(number)


def only_one(at_desk: AtTheDesk, order: Order) -> str | None:
    """The case that is meant where no number was said: that of the only conversation that it can be about, else None. What was
    looked at last is no sign of who is spoken to."""
    found = _to_take(at_desk) if order.kind.does == "take_relay" else _mine(at_desk)
    if len(found) != 1 or order.kind.does == "ask":
        return None
    return cases.by_id(at_desk.uow, found[0].case_id).number


def rows(at_desk: AtTheDesk) -> str:
    """Whom this member talks to, and who waits for somebody; "" where it is nobody."""
    return "".join((*_rows(at_desk, _mine(at_desk), "talking"), *_rows(at_desk, _to_take(at_desk), "waiting")))


def _mine(at_desk: AtTheDesk) -> list[StoredRelay]:
    return relays.held_by(at_desk.uow, at_desk.member.id)


def _to_take(at_desk: AtTheDesk) -> list[StoredRelay]:
    return [each for each in relays.waiting(at_desk.uow) if at_desk.may_take(each)]


def _rows(at_desk: AtTheDesk, found: Sequence[StoredRelay], how: str) -> list[str]:
    texts = at_desk.office.texts
    numbers = [cases.by_id(at_desk.uow, each.case_id).number for each in found[:MOST_LISTED]]
    return [texts.render("zh", f"desk.row_{how}", number=number) for number in numbers]
