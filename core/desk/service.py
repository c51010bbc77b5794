"""One message from a chat of staff: it binds the chat, looks at a case or does something to it; anything else is not the desk's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from core.cases import lifecycle, rights, work
from core.cases.access import look
from core.cases.office import Office, rules_of
from core.cases.vocabulary import OPEN, OUTCOMES, features
from core.desk import orders
from core.desk.orders import Kind, Order
from core.errors import Refused
from core.files.notes import category_of
from core.files.words import minute, word_for
from core.messages import Choice, InboundMessage, OutboundMessage
from core.people import binding
from core.policies.policy import Policy
from core.records import record
from core.store import case_clocks as clocks
from core.store import queries, sessions, staff
from core.store.cases import StoredCase
from core.store.queries import CaseDetail, CaseLine
from core.store.sessions import StoredSession
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

Replies = tuple[OutboundMessage, ...]

MOST_LISTED = 10
MOST_STEPS = 5
LEVELS = ("general", "major")
LACKING = frozenset({"act.needs", "act.needs_words", "act.needs_note", "act.needs_how_told"})


def hear(
    office: Office, uow: UnitOfWork, chat: StoredSession, message: InboundMessage, now: datetime
) -> Replies | None:
    """The answer to what staff say here; None where it is nobody of staff, or no word for the desk. A refusal is an answer, too."""
    if message.kind not in ("text", "choice"):
        return None
    code = orders.code_in(message.text)
    if code is not None:
        return _bind(uow, office, chat, code, now)
    member = binding.owner(uow, chat)
    order = orders.order_in(message.text) if member is not None else None
    if member is None or order is None:
        return None
    return _Visit(uow, office, chat, member, now).answer(order)


def _bind(uow: UnitOfWork, office: Office, chat: StoredSession, code: str, now: datetime) -> Replies:
    member = binding.bind(uow, chat, code, now)
    if member is None:
        return _say(office, "no_such_code")
    return _say(office, "bound", name=member.name, institution=office.policy.institution.name.zh)


def _say(office: Office, key: str, choices: Sequence[Choice] = (), /, **values: str) -> Replies:
    return (OutboundMessage(office.texts.render("zh", f"desk.{key}", **values), tuple(choices)),)


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
        number = self._number(order)
        if isinstance(number, tuple):
            return number
        return self._show(number) if order.kind.does == "show" else self._act(order, number)

    def _number(self, order: Order) -> str | Replies:
        """The one case that is meant, or what to ask."""
        if not order.number:
            last = str((self.chat.state or {}).get("desk", ""))
            return last or self._which(order.kind)
        found = queries.case_list(self.uow, MOST_LISTED, text=order.number.upper(), viewer=self.member.id)
        exact = [case for case in found if case.number == order.number.upper()] or found
        if len(exact) > 1:
            return self._which(order.kind, exact)
        return exact[0].number if exact else order.number

    def _which(self, kind: Kind, among: Sequence[CaseLine] = ()) -> Replies:
        if among:
            return _say(self.office, "which_of", numbers="、".join(case.number for case in among))
        return _say(self.office, "which", example=self._example(kind))

    def _example(self, kind: Kind, number: str = "") -> str:
        return kind.example.format(number=number or "2611-0007")

    def _act(self, order: Order, number: str) -> Replies:
        """By the same service as everywhere; what is refused is written down, and what was half done is undone."""
        fields = self._fields(order)
        try:
            with self.uow.part():
                case = work.act_as_staff(
                    self.uow, self.office, self.member, number, work.action_named(order.kind.does), fields, self.now,
                    seen=order.seen,
                )  # fmt: skip
        except Refused as refused:
            return self._refused(order.kind, number, refused)
        self._remember(case.number)
        day = case.promised_on
        key = "done" if case.status in OPEN else "done_over"
        did, status = order.kind.verbs[0], word_for("status", case.status)
        return _say(
            self.office, key, did=did, number=case.number, status=status, month=str(day.month), day=str(day.day)
        )

    def _refused(self, kind: Kind, number: str, refused: Refused) -> Replies:
        work.remember_refusal(self.uow, self.office, self.member.account, number, kind.does, refused, self.now)
        if str(refused) == "act.no_such_step":
            can = filter(None, map(orders.kind_of, refused.facts["known"].split("、")))
            return _say(self.office, "no_such_step", did=kind.verbs[0], known="、".join(each.verbs[0] for each in can))
        if str(refused) in LACKING:
            return _say(self.office, "lacks", example=self._example(kind, number))
        return (OutboundMessage(self.office.texts.render("zh", str(refused), **({"number": number} | refused.facts))),)

    def _fields(self, order: Order) -> dict[str, str]:
        """What stands behind the number, as the action takes it: each thing is the next word, the rest are words."""
        fields, rest = dict[str, str](), order.rest
        for name in order.kind.takes:
            if name == "words":
                fields["words"] = rest
                continue
            word, _, behind = rest.partition(" ")
            found = self._read(name, word)
            if found is not None:
                fields |= found
                rest = behind.strip()
        return fields

    def _read(self, name: str, word: str) -> dict[str, str] | None:
        """One word as a field; None where it is none of those that are known, so that it belongs to what is said."""
        if name == "to":
            colleague = next((one for one in staff.everybody(self.uow) if word in (one.account, one.name)), None)
            return {"handler": colleague.account} if colleague else {"unit": word}
        if name == "task":
            return {"task": word.lstrip("#")}
        known = {word_for(name, key): key for key in (LEVELS if name == "level" else OUTCOMES)}
        return {name: known[word]} if word in known else None

    def _remember(self, number: str) -> None:
        """What is said next without a number is about this one."""
        state = dict(self.chat.state or {}) | {"desk": number}
        sessions.save(self.uow, self.chat, state, self.now, self.chat.wake_at)

    def _show(self, number: str) -> Replies:
        """How a case stands, without what was told: whoever else reads this chat must learn nothing of its people."""
        detail = look(self.uow, self.office, self.member, number, self.now)
        if detail is None:
            return (OutboundMessage(self.office.texts.render("zh", "act.not_yours")),)
        self._remember(detail.case.number)
        policy = rules_of(self.uow, self.office, detail.case)
        steps = self._next_steps(policy, detail)
        can = self.office.texts.render("zh", "desk.can", verbs="、".join(step.label for step in steps)) if steps else ""
        return _say(self.office, "case", steps, can=can, **self._facts(policy, detail))

    def _facts(self, policy: Policy, detail: CaseDetail) -> dict[str, str]:
        case, done, render = detail.case, detail.work, self.office.texts.render
        handler = staff.by_id(self.uow, done.handler_id).account if done.handler_id else ""
        running = [clock for clock in detail.clocks if clock.ended_at is None]
        due = [
            render("zh", "desk.clock", clock=policy.clock(clock.clock).label.zh, due=minute(clock.due_at))
            for clock in running
        ]
        steps = [
            render(
                "zh",
                "desk.step",
                at=minute(entry.at),
                what=render("zh", f"timeline.{entry.kind}"),
                who=work.who(self.office, entry.actor),
            )
            for entry in work.changes(detail.entries)[-MOST_STEPS:]
        ]
        return {
            "number": case.number,
            "category": category_of(case.category, policy),
            "level": word_for("level", case.level),
            "status": word_for("status", case.status),
            "unit": done.unit or policy.category(case.category).unit.zh,
            "handler": handler or render("zh", "desk.nobody"),
            "files": str(len(detail.evidence)),
            "clocks": "".join(due),
            "steps": "".join(steps),
        }

    def _next_steps(self, policy: Policy, detail: CaseDetail) -> list[Choice]:
        """What this member may do now that needs no words, as buttons for the case as it stands."""
        case = detail.case
        held = rights.posts_held(policy, self.member, staff.everybody(self.uow))
        seen = max((entry.position or 0 for entry in work.changes(detail.entries)), default=0)
        rows = (
            row
            for row in lifecycle.TABLE
            if row.source == case.status and row.side == "staff" and row.holds(features(policy))
        )
        able = [
            orders.kind_of(row.action)
            for row in rows
            if not row.needs and any(rights.with_duty(policy, held, row.duties))
        ]
        return [
            Choice(orders.words_of(kind, case.number, seen), kind.verbs[0])
            for kind in able
            if kind is not None and not kind.takes and self._makes_sense(kind, case)
        ]

    def _makes_sense(self, kind: Kind, case: StoredCase) -> bool:
        """What stands still can go on, and what somebody asked for can be allowed; else the button would only be refused."""
        if kind.does == "resume":
            return any(stop.until is None for clock in clocks.of_case(self.uow, case.id) for stop in clock.stops)
        return kind.does != "extend"

    def _mine(self) -> Replies:
        """What is open in this member's hands, the earliest day first."""
        held = queries.case_list(self.uow, 10 * MOST_LISTED, viewer=self.member.id, handler=self.member.id)
        mine = sorted((case for case in held if case.status in OPEN), key=lambda case: (case.promised_on, case.number))
        if not mine:
            return _say(self.office, "nothing")
        rows = [
            self.office.texts.render(
                "zh",
                "desk.row",
                number=case.number,
                status=word_for("status", case.status),
                month=str(case.promised_on.month),
                day=str(case.promised_on.day),
            )
            for case in mine[:MOST_LISTED]
        ]
        return _say(self.office, "mine", count=str(len(mine)), rows="".join(rows))

    def _help(self) -> Replies:
        shown = "\n".join(self._example(kind) for kind in orders.kinds() if kind.does != "help")
        return _say(self.office, "help", orders=shown)

    def _unbind(self) -> Replies:
        binding.unbind(self.uow, self.chat, self.member, self.now)
        return _say(self.office, "unbound")
