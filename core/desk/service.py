"""One message from a chat of staff: it binds the chat, looks at a case or does something to it; anything else is not the desk's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from core.cases import confirming
from core.cases.office import Office
from core.desk import acting, attendance, attendance_orders, duty, looking, orders, own_records, talks
from core.desk.orders import Order
from core.desk.visit import Replies, Visit, reply, say
from core.dialog.flows import relay
from core.dialog.session import IDLE, Session
from core.messages import DESK, InboundMessage
from core.people import binding
from core.store import sessions
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork

OWN = frozenset({"mine", "help", "unbind", "confirm", "relays", *duty.ANSWERS, *own_records.ANSWERS})


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
    present = attendance_orders.order_in(message.text) if member is not None else None
    if member is not None and present is not None and not (present.rest and _is_asked(chat)):
        return (
            say(office, "no_edit") if message.kind == "edit" else attendance.answer(uow, office, member, present, now)
        )
    order = orders.order_in(message.text, office.policy.number) if member is not None else None
    if member is None or order is None or _is_an_answer(chat, order):
        return None
    if order.kind.does == "confirm" and not (duty.names_one(order) or confirming.called_to(uow, member)):
        return None
    if message.kind == "edit":
        return say(office, "no_edit")
    return _answer(Visit(uow, office, chat, member, now), order)


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
    if order.number or order.kind.does in OWN:
        return False
    if order.kind.does in talks.ORDERS:
        return session.draft is not None or _talks_as_complainant(session)
    return _is_asked(chat) or (order.kind.does == "approve" and bool(session.options))


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
    does = order.kind.does
    if does in _OF_THE_DESK:
        return _OF_THE_DESK[does](visit)
    if does in duty.ANSWERS:
        return reply(duty.answer(visit.uow, visit.office, visit.member, order, visit.now))
    if does in own_records.ANSWERS:
        return reply(own_records.ANSWERS[does](visit.uow, visit.office, visit.member, visit.now))
    if does in talks.ORDERS:
        return acting.talk(visit, order)
    return _about_a_case(visit, order)


def _about_a_case(visit: Visit, order: Order) -> Replies:
    number = visit.number_of(order)
    if order.kind.does == "confirm" and (number or not (order.number or order.doubtful)):
        meant = number if order.number else None
        return reply(duty.confirm(visit.uow, visit.office, visit.member, meant, order, visit.now))
    if number is None:
        return visit.say("which", example=visit.example(order.kind))
    return looking.show(visit, number) if order.kind.does == "show" else acting.act(visit, order, number)


def _help(visit: Visit) -> Replies:
    shown = "\n".join(visit.example(kind) for kind in orders.kinds() if kind.does != "help")
    return visit.say("help", orders=shown)


def _unbind(visit: Visit) -> Replies:
    binding.unbind(visit.uow, visit.chat, visit.member, visit.now)
    return visit.say("unbound")


_OF_THE_DESK: Mapping[str, Callable[[Visit], Replies]] = {"mine": looking.mine, "help": _help, "unbind": _unbind}
