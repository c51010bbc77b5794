"""One thing that happened in a group: a button that was pressed, an order that was said to us, a code, people who came or went, a
group that moved, or that is without us now. Whoever presses acts as themselves; what the group reads holds nothing personal."""

from __future__ import annotations

import itertools
from datetime import datetime

from core.cases import groups
from core.cases.office import Office
from core.desk import acting, cards, orders, service, targets
from core.desk.orders import Order
from core.desk.visit import Visit
from core.messages import NOTHING_SAID, Address, GroupAnswer, InboundMessage, InGroup, OutboundMessage
from core.people import binding
from core.records import record
from core.store import cases, inbox, recusals, sessions
from core.store import targets as kept
from core.store.sessions import StoredSession
from core.store.staff import StaffMember
from core.store.targets import Live
from core.store.unit_of_work import UnitOfWork


def hear_in_group(office: Office, uow: UnitOfWork, event: InGroup, now: datetime) -> GroupAnswer:
    """What it means for the office, and what is to be said. A redelivery changes nothing and is answered the same."""
    if event.what in ("pressed", "said"):
        return _heard(office, uow, event, now)
    if event.what == "moved":
        targets.moved(uow, event.place, event.text, now)
    elif event.what == "removed":
        targets.removed(uow, office, event.place, now)
    else:
        _note_people(uow, event, now)
    return NOTHING_SAID


def _heard(office: Office, uow: UnitOfWork, event: InGroup, now: datetime) -> GroupAnswer:
    code = orders.target_code_in(event.text) if event.what == "said" else None
    if code is not None:
        return _take_code(office, uow, event, code, now)
    if event.what == "said" and orders.order_in(event.text, office.policy.number) is None:
        return NOTHING_SAID
    target = targets.at(uow, event.place)
    if target is None:
        return _say(office, "no_target") if event.what == "pressed" else NOTHING_SAID
    chat = _own_chat(uow, event.place, event.sender)
    member = binding.owner(uow, chat) if chat is not None else None
    if chat is None or member is None:
        return _say(office, "unbound")
    return _Call(office, uow, target, event, now).once(sessions.load(uow, chat.address, now))


def _take_code(office: Office, uow: UnitOfWork, event: InGroup, code: str, now: datetime) -> GroupAnswer:
    place = sessions.load(uow, event.place, now)
    message = InboundMessage(event.place, event.dedupe_key, now, text="")
    dedupe = inbox.name_of(uow, message)
    reply = inbox.find_reply(uow, place, dedupe)
    if reply is not None:
        return GroupAnswer(reply[0].text)
    target = targets.admit(uow, event.place, code, _by(uow, event), now)
    answer = _say(office, "receives", name=target.name) if target else _say(office, "no_such_code")
    sessions.next_line(uow, place.id)
    inbox.keep(uow, message, dedupe, place, (OutboundMessage(answer.text),), now, forgotten=True)
    return answer


def _by(uow: UnitOfWork, event: InGroup) -> str:
    """Whoever brought the code; a group's code may be sent by anybody who was given it."""
    chat = _own_chat(uow, event.place, event.sender)
    member = binding.owner(uow, chat) if chat is not None else None
    return f"staff:{member.account}" if member is not None else "service"


def _note_people(uow: UnitOfWork, event: InGroup, now: datetime) -> None:
    """Whoever is in a group reads all of its topics."""
    there = [target for target, _ in targets.all_at(uow, event.place)]
    chats = [_own_chat(uow, event.place, person) for person in event.people] if there else []
    members = filter(None, (binding.owner(uow, chat) for chat in chats if chat is not None))
    for member, target in itertools.product(members, there):
        if event.what == "came":
            groups.meet(uow, target, member.id, now)
        else:
            kept.forget(uow, target.id, member.id)


def _own_chat(uow: UnitOfWork, place: Address, person: str) -> StoredSession | None:
    """The chat that this person has with us alone."""
    return sessions.find(uow, Address(place.channel, person)) if person else None


def _say(office: Office, key: str, /, **values: str) -> GroupAnswer:
    return GroupAnswer(office.texts.render("zh", f"group.{key}", **values))


@record(frozen=True, slots=True)
class _Call:
    """A member of staff who pressed a button in a group, or said something to us there."""

    office: Office
    uow: UnitOfWork
    target: Live
    event: InGroup
    now: datetime

    def once(self, chat: StoredSession) -> GroupAnswer:
        """``chat`` is their own, locked: two deliveries at once wait for each other, and the second one gets the same answer."""
        member = binding.owner(self.uow, chat)
        if member is None:
            return _say(self.office, "unbound")
        message = InboundMessage(chat.address, self.event.dedupe_key, self.now, "choice", "")
        dedupe = inbox.name_of(self.uow, message)
        reply = inbox.find_reply(self.uow, chat, dedupe)
        if reply is not None:
            return GroupAnswer(reply[0].text)
        for target, _ in targets.all_at(self.uow, self.event.place):
            groups.meet(self.uow, target, member.id, self.now)
        answer = self._answer(chat, member)
        sessions.next_line(self.uow, chat.id)
        inbox.keep(self.uow, message, dedupe, chat, (OutboundMessage(answer.text),), self.now, forgotten=True)
        return answer

    def _answer(self, chat: StoredSession, member: StaffMember) -> GroupAnswer:
        """Only what a button could say: a step of a case that needs no words behind it."""
        order = orders.order_in(self.event.text, self.office.policy.number)
        if order is None or order.kind.takes or order.doubtful or order.kind.does in service.ANSWERS:
            return _say(self.office, "in_private")
        number = Visit(self.uow, self.office, chat, member, self.now).number_of(order) if order.number else None
        return self._do(chat, member, order, number) if number else _say(self.office, "in_private")

    def _do(self, chat: StoredSession, member: StaffMember, order: Order, number: str) -> GroupAnswer:
        """What is answered to a button is read by whoever pressed it alone; what is answered to words, by the group.

        One that is not there and one that this member must not know are refused alike.
        """
        case = cases.by_number(self.uow, number)
        knows = case is not None and not recusals.keeps_away(self.uow, case.id, member.id)
        shown = case is not None and groups.may_see(self.uow, self.target, case.id)
        if self.event.what == "said" and knows and not shown:
            return _say(self.office, "in_private")
        text = acting.act(Visit(self.uow, self.office, chat, member, self.now), order, number)[0].text
        if self.event.what == "said" or case is None:
            return GroupAnswer(text)
        if not shown:
            return GroupAnswer(text, cards.hidden(self.office))
        is_new = cards.position(self.uow, number) != order.seen
        return GroupAnswer(text, cards.stands(self.uow, self.office, number) if is_new else None)
