"""One message from a chat of staff: it binds the chat, looks at a case or does something to it; anything else is not the desk's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NoReturn, get_args

from core.cases import confirming, numbers, rights, work
from core.cases.access import look, number_meant
from core.cases.office import Office, rules_of
from core.cases.relay.staff_side import AtTheDesk
from core.cases.vocabulary import OPEN, OUTCOMES
from core.desk import attendance, attendance_orders, duty, orders, own_records, talks, views
from core.desk.orders import Kind, Order
from core.dialog.session import IDLE, Session
from core.errors import Refused
from core.files.words import word_for
from core.messages import DESK, Choice, InboundMessage, OutboundMessage
from core.people import binding
from core.policies.working import Level
from core.records import record
from core.store import cases, queries, sessions, staff
from core.store.queries import CaseLine
from core.store.sessions import StoredSession
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

Replies = tuple[OutboundMessage, ...]

MOST_LISTED = 10
OWN = frozenset({"mine", "help", "unbind", "confirm", "relays", *duty.ANSWERS, *own_records.ANSWERS})
HELD_IN_HAND = timedelta(hours=1)
"""So long an order without a number is about the case that was named last."""

IN_CHAT = {
    "act.outcome_is_decided": "decided",
    "act.needs_authority": "needs_authority",
    "act.which_clock": "which_clock",
}
"""What is said here instead of words that are for the command line."""

LACKING = frozenset({"act.needs", "act.needs_words", "act.needs_note", "act.needs_how_told"})


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
            _say(office, "no_edit") if message.kind == "edit" else attendance.answer(uow, office, member, present, now)
        )
    order = orders.order_in(message.text, office.policy.number) if member is not None else None
    if member is None or order is None or _is_an_answer(chat, order):
        return None
    if order.kind.does == "confirm" and not (duty.names_one(order) or confirming.called_to(uow, member)):
        return None
    if message.kind == "edit":
        return _say(office, "no_edit")
    return _Visit(uow, office, chat, member, now).answer(order)


def _came_by(office: Office, uow: UnitOfWork, chat: StoredSession, word: str, now: datetime) -> Replies | None:
    """From a card in a group: the case that is on it, for whoever may look at it."""
    show = orders.kind_of("show")
    if not word.startswith(DESK) or show is None:
        return None
    member = binding.owner(uow, chat)
    if member is None:
        return _reply(office.texts.render("zh", "group.unbound"))
    number = orders.number_in(word.removeprefix(DESK), office.policy.number)
    return _Visit(uow, office, chat, member, now).answer(Order(show, number))


def _is_an_answer(chat: StoredSession, order: Order) -> bool:
    """Whether it answers what the bot has asked here, as it asks any citizen: what names no case, while a question is open."""
    session = Session.from_state((chat.state or {}).get("session"))
    if order.number or order.kind.does in OWN:
        return False
    return _is_asked(chat) or (order.kind.does == "approve" and bool(session.options))


def _is_asked(chat: StoredSession) -> bool:
    """Whether the bot has a question open here, as it asks any citizen."""
    session = Session.from_state((chat.state or {}).get("session"))
    return session.step != IDLE or session.draft is not None


def _bind(uow: UnitOfWork, office: Office, chat: StoredSession, code: str, now: datetime) -> Replies:
    member = binding.bind(uow, chat, code, now)
    if member is None:
        return _say(office, "no_such_code")
    state = {name: kept for name, kept in (chat.state or {}).items() if name != "desk"}
    sessions.save(uow, chat, state, now, chat.wake_at)
    return _say(office, "bound", name=member.name, institution=office.policy.institution.name.zh)


def _say(office: Office, key: str, choices: Sequence[Choice] = (), /, **values: str) -> Replies:
    return _reply(office.texts.render("zh", f"desk.{key}", **values), choices)


def _reply(text: str, choices: Sequence[Choice] = ()) -> Replies:
    """One bubble, as long as it must be: the house knows what the channel holds."""
    return (OutboundMessage(text, tuple(choices)),)


class _TakenBack(Exception):
    """What was tried would be done."""


@record(frozen=True, slots=True)
class _Visit:
    """A member of staff at the desk, with one order."""

    uow: UnitOfWork
    office: Office
    chat: StoredSession
    member: StaffMember
    now: datetime

    def answer(self, order: Order) -> Replies:
        own: Mapping[str, Callable[[], Replies]] = {"mine": self._mine, "help": self._help, "unbind": self._unbind}
        if order.kind.does in own:
            return own[order.kind.does]()
        if order.kind.does in duty.ANSWERS:
            return _reply(duty.answer(self.uow, self.office, self.member, order, self.now))
        if order.kind.does in own_records.ANSWERS:
            answer = own_records.ANSWERS[order.kind.does]
            return _reply(answer(self.uow, self.office, self.member, self.now))
        if order.kind.does in talks.ORDERS:
            return self._talk(order)
        number = self._number(order)
        if order.kind.does == "confirm" and (number or not (order.number or order.doubtful)):
            meant = number if order.number else None
            return _reply(duty.confirm(self.uow, self.office, self.member, meant, order, self.now))
        if number is None:
            return _say(self.office, "which", example=self._example(order.kind))
        return self._show(number) if order.kind.does == "show" else self._act(order, number)

    # ── which case ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _number(self, order: Order) -> str | None:
        """The one case that is meant, None where that cannot be known. One that is not there or must not be known is for whoever
        looks at it to refuse."""
        if order.doubtful or (order.bare and order.number != self._in_hand()):
            return None
        if not order.number:
            return self._in_hand()
        if numbers.looks_like(self.office.policy.number, order.number):
            return order.number
        found = self._alike(order.number, self.member.id)
        if len(found) > 1:
            return None
        # One that is kept from them is refused by its whole number, so that its own timeline has who tried.
        found = found or self._alike(order.number, None)
        return found[0].number if len(found) == 1 else order.number

    def _alike(self, part: str, viewer: int | None) -> list[CaseLine]:
        """Cases whose number begins like this, with or without the letters before it, that the viewer may know of."""
        policy = self.office.policy
        if not rights.reads_cases(policy, rights.posts_held(policy, self.member, staff.everybody(self.uow))):
            return []
        found = queries.case_list(self.uow, 10 * MOST_LISTED, text=part, viewer=viewer)
        letters = "" if part[0].isalpha() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
        return [case for case in found if case.number.lstrip(letters).startswith(part)]

    def _in_hand(self) -> str | None:
        kept = (self.chat.state or {}).get("desk")
        if kept is None or datetime.fromisoformat(kept["at"]) + HELD_IN_HAND < self.now:
            return None
        return str(kept["number"])

    def _take_in_hand(self, number: str) -> None:
        """What is said next without a number is about this one."""
        kept = {"number": number, "at": self.now.isoformat()}
        sessions.save(self.uow, self.chat, dict(self.chat.state or {}) | {"desk": kept}, self.now, self.chat.wake_at)

    def _example(self, kind: Kind, number: str = "") -> str:
        printed = self.office.policy.number
        mark = "#" if kind.takes and numbers.is_bare(printed) else ""
        return kind.example.format(number=mark + (number or numbers.render(printed, self.now, 7)))

    # ── doing something ─────────────────────────────────────────────────────────────────────────────────────────────

    def number(self, order: Order) -> str | None:
        """The one case that is meant."""
        return self._number(order)

    def do(self, order: Order, number: str) -> str:
        """An order to this case, as words."""
        return self._act(order, number)[0].text

    def _act(self, order: Order, number: str) -> Replies:
        """By the same service as everywhere; what is refused is written down, and what was half done is undone."""
        action = work.action_named(order.kind.does)
        try:
            with self.uow.part():
                self._check_button(order)
                case = work.act_as_staff(
                    self.uow, self.office, self.member, number, action, self._fields(order), self.now, seen=order.seen
                )
        except Refused as refused:
            return self._refused(order.kind, number, refused)
        self._take_in_hand(case.number)
        key = "done" if case.status in OPEN else "done_over"
        words = {"did": order.kind.verbs[0], "number": case.number, "status": word_for("status", case.status)}
        return _say(self.office, key, **words, **views.day_of(case.promised_on))

    def _check_button(self, order: Order) -> None:
        """A chat may have become somebody else's, with the buttons of who had it. Raises Refused."""
        if order.whose not in (None, self.member.id):
            raise Refused("desk.not_your_button")

    def _refused(self, kind: Kind, number: str, refused: Refused) -> Replies:
        work.remember_refusal(self.uow, self.office, self.member.account, number, kind.does, refused, self.now)
        if str(refused) == "act.no_such_step":
            can = filter(None, map(orders.kind_of, refused.facts["known"].split("、")))
            return _say(self.office, "no_such_step", did=kind.verbs[0], known="、".join(each.verbs[0] for each in can))
        if str(refused) in IN_CHAT:
            return _say(self.office, IN_CHAT[str(refused)], verb=kind.verbs[0], number=number)
        if str(refused) in LACKING:
            return _say(self.office, "lacks", example=self._example(kind, number))
        return _reply(self.office.texts.render("zh", str(refused), **({"number": number} | refused.facts)))

    def _fields(self, order: Order) -> dict[str, str]:
        """What stands behind the number, as the action takes it: each thing is the next word, the rest are words."""
        fields, rest = dict[str, str](), order.rest
        for name in order.kind.takes:
            if name == "words":
                fields["words"] = rest
                continue
            word, behind = orders.next_word(rest)
            found = self._read(name, word)
            fields |= found
            rest = behind if found else rest
        return fields

    def _read(self, name: str, word: str) -> dict[str, str]:
        """One word as a field; none where it is not one of those that are known, so that it belongs to what is said."""
        if name == "to":
            return self._to(word)
        if name == "task":
            return {"task": word.lstrip("#")}
        known = {word_for(name, key): key for key in (get_args(Level) if name == "level" else OUTCOMES)}
        return {name: known[word]} if word in known else {}

    def _to(self, word: str) -> dict[str, str]:
        """A colleague by account, or by a name that nobody else has; or a unit that there is."""
        everybody = staff.everybody(self.uow)
        called = [one for one in everybody if word == one.account] or [one for one in everybody if word == one.name]
        if len(called) == 1:
            return {"handler": called[0].account}
        units = {category.unit.zh for category in self.office.policy.categories} | {one.unit for one in everybody}
        return {"unit": word} if word and word in units else {}

    def _talk(self, order: Order) -> Replies:
        """In a conversation with a complainant: never with the one of the case in hand, but with the only one that is meant."""
        at_desk = AtTheDesk(self.uow, self.office, self.member, self.chat.id, self.now)
        if order.kind.does == "relays":
            rows = talks.rows(at_desk)
            return _say(self.office, "talks", rows=rows) if rows else _say(self.office, "no_talks")
        number = self._number(order) if order.number or order.doubtful else talks.only_one(at_desk, order)
        if number is None:
            return _say(self.office, "which", example=self._example(order.kind))
        try:
            with self.uow.part():
                case = talks.carry_out(at_desk, order, number)
        except Refused as refused:
            return self._refused(order.kind, number, refused)
        return _say(self.office, f"talk_{order.kind.does}", number=case.number)

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, number: str) -> Replies:
        # Its buttons are tried below, and whoever does something holds the case before its timeline: so must who looks.
        cases.by_number(self.uow, number_meant(self.office.policy, number), for_update=True)
        detail = look(self.uow, self.office, self.member, number, self.now)
        if detail is None:
            return _reply(self.office.texts.render("zh", "act.not_yours"))
        self._take_in_hand(detail.case.number)
        policy = rules_of(self.uow, self.office, detail.case)
        able = views.next_steps(self.uow, policy, self.member, detail)
        steps = [step for step in able if self._would_be_done(detail.case.number, step)]
        verbs = "、".join(step.label for step in steps)
        can = self.office.texts.render("zh", "desk.can", verbs=verbs) if steps else ""
        return _say(self.office, "case", steps, can=can, **views.facts_of(self.uow, self.office, policy, detail))

    def _would_be_done(self, number: str, step: Choice) -> bool:
        """Whether a button would do what it says if it was pressed now: tried, and taken back. Duties are not all that it takes:
        the pack may name a post, or keep apart who proposes and who approves."""
        try:
            with self.uow.part():
                self._try(number, step)
        except _TakenBack:
            return True
        except Refused:
            return False

    def _try(self, number: str, step: Choice) -> NoReturn:
        """Raises Refused, or TakenBack where it was done."""
        [kind] = [kind for kind in orders.kinds() if step.label in kind.verbs]
        work.act_as_staff(self.uow, self.office, self.member, number, work.action_named(kind.does), {}, self.now)
        raise _TakenBack

    def _mine(self) -> Replies:
        """What is open in this member's hands, the earliest day first."""
        mine, count = queries.in_hand(self.uow, self.member.id, sorted(OPEN), MOST_LISTED)
        if not mine:
            return _say(self.office, "nothing")
        return _say(self.office, "mine", count=str(count), rows=views.rows_of(self.office, mine))

    def _help(self) -> Replies:
        shown = "\n".join(self._example(kind) for kind in orders.kinds() if kind.does != "help")
        return _say(self.office, "help", orders=shown)

    def _unbind(self) -> Replies:
        binding.unbind(self.uow, self.chat, self.member, self.now)
        return _say(self.office, "unbound")


def meant(
    uow: UnitOfWork, office: Office, chat: StoredSession, member: StaffMember, order: Order, now: datetime
) -> str | None:
    """The number of the case that an order names, from wherever it came; None where that cannot be known."""
    return _Visit(uow, office, chat, member, now).number(order)


def do(
    uow: UnitOfWork,
    office: Office,
    chat: StoredSession,
    member: StaffMember,
    order: Order,
    number: str,
    now: datetime,
) -> str:
    """An order that names its case, from elsewhere than the member's own ``chat``: done, or refused, as if it was said there."""
    return _Visit(uow, office, chat, member, now).do(order, number)
