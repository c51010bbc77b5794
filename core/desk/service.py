"""One message from a chat of staff: it binds the chat, looks at a case or does something to it; anything else is not the desk's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from core.cases import confirming
from core.cases.office import Office
from core.desk import acting, attendance_orders, duty, evidence, looking, orders, own_records, talks
from core.desk.orders import Order
from core.desk.visit import Answer, Replies, Visit, reply, say
from core.dialog.flows import relay
from core.dialog.session import IDLE, Session
from core.errors import Refused
from core.messages import DESK, InboundMessage
from core.people import binding
from core.store import sessions
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork


def hear(
    office: Office, uow: UnitOfWork, chat: StoredSession, message: InboundMessage, now: datetime
) -> Replies | None:
    """The answer to what staff say here; None where it is nobody of staff, or no word for the desk. A refusal is an answer, too."""
    if message.kind == "came_by":
        return _came_by(office, uow, chat, message.text, now)
    if message.kind not in ("text", "choice", "edit"):
        return None
    code = orders.code_in(message.text) if message.kind == "text" else None
    if code is not None:
        return _bind(uow, office, chat, code, now)
    member = binding.owner(uow, chat)
    return _said(Visit(uow, office, chat, member, now), message) if member is not None else None


def _said(visit: Visit, message: InboundMessage) -> Replies | None:
    """What a member of staff says: of attendance, else of the rest; None where it is no order, or meant for the bot."""
    present = attendance_orders.order_in(message.text)
    if present is not None and not (present.rest and _is_asked(visit.chat)):
        if message.kind == "edit":
            return visit.say("no_edit")
        # Most institutions keep none, and hold nothing of it in memory.
        from core.desk import attendance

        return attendance.answer(visit.uow, visit.office, visit.member, present, visit.now)
    order = orders.order_in(message.text, visit.office.policy.number)
    if order is None or _is_an_answer(visit.chat, order) or _is_called_to_nothing(visit, order):
        return None
    return visit.say("no_edit") if message.kind == "edit" else _answer(visit, order)


def _came_by(office: Office, uow: UnitOfWork, chat: StoredSession, word: str, now: datetime) -> Replies | None:
    """From a card in a group: the case that is on it, for whoever may look at it."""
    show = orders.kind_of("show")
    if not word.startswith(DESK) or show is None:
        return None
    member = binding.owner(uow, chat)
    if member is None:
        return reply(office.texts.render("zh", "group.unbound"))
    number = orders.number_in(word.removeprefix(DESK), office.policy.number)
    return _answer(Visit(uow, office, chat, member, now), Order(show, number))


def _is_an_answer(chat: StoredSession, order: Order) -> bool:
    """Whether it answers what the bot has asked here, as it asks any citizen: what names no case, while a question is open."""
    session = Session.from_state((chat.state or {}).get("session"))
    if order.number or order.kind.does in _OF_THE_DESK:
        return False
    if order.kind.does in talks.ANSWERS:
        return session.draft is not None or _talks_as_complainant(session)
    return _is_asked(chat) or (order.kind.does == "approve" and bool(session.options))


def _is_called_to_nothing(visit: Visit, order: Order) -> bool:
    """Whether this is a “收到” of somebody whom nobody called: a word like any other."""
    if order.kind.does != "confirm":
        return False
    return not (duty.names_one(order) or confirming.called_to(visit.uow, visit.member))


def _talks_as_complainant(session: Session) -> bool:
    return any(step is not None and step.name == relay.TALK for step in (session.step, session.behind))


def _is_asked(chat: StoredSession) -> bool:
    """Whether the bot has a question open here, as it asks any citizen."""
    session = Session.from_state((chat.state or {}).get("session"))
    return session.step != IDLE or session.draft is not None


def _bind(uow: UnitOfWork, office: Office, chat: StoredSession, code: str, now: datetime) -> Replies:
    member = binding.bind(uow, chat, code, now)
    if member is None:
        return say(office, "no_such_code")
    state = {name: kept for name, kept in (chat.state or {}).items() if name != "desk"}
    sessions.save(uow, chat, state, now, chat.wake_at)
    return say(office, "bound", name=member.name, institution=office.policy.institution.name.zh)


def _answer(visit: Visit, order: Order) -> Replies:
    """What is refused is said, and what it had begun is undone."""
    try:
        with visit.uow.part():
            return ANSWERS.get(order.kind.does, _step)(visit, order)
    except Refused as refused:
        return visit.say_why(refused)


def _step(visit: Visit, order: Order) -> Replies:
    number = visit.number_of(order)
    return acting.act(visit, order, number) if number is not None else visit.ask_which(order)


def _show(visit: Visit, order: Order) -> Replies:
    number = visit.number_of(order)
    return looking.show(visit, number) if number is not None else visit.ask_which(order)


def _evidence(visit: Visit, order: Order) -> Replies:
    """A button holds for whoever it was made for, as those of a step do."""
    number = visit.number_of(order)
    if number is None:
        return visit.ask_which(order)
    try:
        acting.check_button(visit, order)
    except Refused as refused:
        return acting.refusal(visit, order.kind, number, refused)
    return evidence.show(visit, number)


def _help(visit: Visit, order: Order) -> Replies:
    shown = "\n".join(visit.example(kind) for kind in orders.kinds() if kind.does != "help")
    return visit.say("help", orders=shown)


def _unbind(visit: Visit, order: Order) -> Replies:
    binding.unbind(visit.uow, visit.chat, visit.member, visit.now)
    return visit.say("unbound")


_OF_THE_DESK: Mapping[str, Answer] = {
    "mine": looking.mine,
    "help": _help,
    "unbind": _unbind,
    "relays": talks.listed,
    **duty.ANSWERS,
    **own_records.ANSWERS,
}
"""What nobody says to answer the bot, whatever it has asked."""

ANSWERS: Mapping[str, Answer] = {**_OF_THE_DESK, **talks.ANSWERS, "show": _show, "evidence": _evidence}
"""By what an order does. What is not here is a step of a case, by the action of that name."""
