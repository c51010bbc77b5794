"""Staff's own attendance in their own chat: checking in and out, asking, deciding, looking at one's month and confirming it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import cast

from core.cases.clocks import ZONE, local_day
from core.cases.office import Office
from core.desk import attendance_orders as orders
from core.desk.attendance_orders import Asking, Order
from core.errors import Refused
from core.messages import Choice, OutboundMessage
from core.people.attendance import checking, confirming, requesting, telling, wording
from core.people.attendance.book import midnight, open_book, pack_of
from core.people.attendance.minutes import halves
from core.people.attendance.months import Month
from core.people.attendance.presence import Becomes, Way
from core.people.attendance.requesting import RequestKind, Wish
from core.policies.attendance import Hours
from core.records import record
from core.store import office_timeline, staff
from core.store.staff import StaffMember
from core.store.unit_of_work import UnitOfWork

Replies = tuple[OutboundMessage, ...]

MOST_LISTED = 8


def answer(uow: UnitOfWork, office: Office, member: StaffMember, order: Order, now: datetime) -> Replies:
    """What becomes of it. What is refused is said, and what it had begun is undone."""
    visit = _Visit(uow, office, member, now)
    try:
        pack_of(office)
        with uow.part():
            return visit.answer(order)
    except Refused as refused:
        why = office.texts.render("zh", str(refused), **refused.facts)
        if order.does in ("approve", "refuse"):
            # That somebody tried to decide is part of the record.
            about = f"attendance {order.does}: {why}"
            office_timeline.add(uow, now, "refused", f"staff:{member.account}", about)
        return (OutboundMessage(why),)


@record(frozen=True, slots=True)
class _Visit:
    """A member of staff with one order about attendance."""

    uow: UnitOfWork
    office: Office
    member: StaffMember
    now: datetime

    def answer(self, order: Order) -> Replies:
        if order.does in orders.ASKING:
            return self._ask(order)
        doing: Mapping[str, Callable[[Order], Replies]] = {
            "check_in": lambda _: self._check("in"),
            "check_out": lambda _: self._check("out"),
            "mine": self._mine,
            "confirm": self._confirm,
            "waiting": lambda _: self._waiting(),
            "approve": lambda order: self._decide(order, approve=True),
            "refuse": lambda order: self._decide(order, approve=False),
            "help": lambda _: self._help(),
        }
        return doing[order.does](order)

    def _say(self, key: str, /, **values: str) -> Replies:
        return (OutboundMessage(self.office.texts.render("zh", f"attendance.{key}", **values)),)

    @property
    def _today(self) -> date:
        return local_day(self.now)

    # ── checking ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _check(self, way: Way) -> Replies:
        made = checking.check(self.uow, self.office, self.member, way, self.now)
        at = f"{made.at:%H:%M}"
        if made.before:
            return self._say(f"checked_{way}_before", at=at)
        of_way = ("late",) if way == "in" else ("early", "late_out", "short", "overtime")
        if not set(made.day.found) & set(of_way):
            return self._say(f"checked_{way}", at=at)
        return self._say(f"checked_{way}_found", at=at, found=wording.findings(self.office, made.day, of_way))

    # ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, order: Order) -> Replies:
        wish = self._wish(cast(RequestKind, order.does), orders.asking_in(order.rest, self._today))
        if wish is None:
            return self._say("write_like", example=orders.example(order.does))
        asked = requesting.ask(self.uow, self.office, self.member, wish, self.now)
        telling.tell_asked(self.uow, self.office, asked, self.now)
        return self._say("asked", request=wording.request(self.office, asked, self.member.account))

    def _wish(self, kind: RequestKind, said: Asking) -> Wish | None:
        """What is asked for as moments; None where too little was said."""
        if kind in ("forgot", "correction") and said.becomes in ("in", "out"):
            return self._check_at(kind, said)
        if kind == "forgot" or (kind == "correction" and not said.becomes) or said.first is None or said.last is None:
            return None
        if kind == "overtime" and (said.at is None or said.until is None):
            return None
        becomes = cast(Becomes, said.becomes if kind == "correction" else kind)
        begins, ends = self._span(said, said.first, said.last)
        return Wish(kind, becomes, begins, ends, said.words, said.proof)

    def _check_at(self, kind: RequestKind, said: Asking) -> Wish | None:
        """A check at the time that was said, else when work begins or ends."""
        on = said.first or (self._today if kind == "forgot" else None)
        if on is None:
            return None
        hours = self._hours(on)
        at = said.at or (hours.begins if said.becomes == "in" else hours.ends)
        moment = datetime.combine(on, at, ZONE)
        return Wish(kind, cast(Becomes, said.becomes), moment, moment, said.words)

    def _span(self, said: Asking, first: date, last: date) -> tuple[datetime, datetime]:
        """From when to when: by the clock where times were said, else the whole days or their halves."""
        if said.at is not None and said.until is not None:
            ends = datetime.combine(last, said.until, ZONE)
            return datetime.combine(first, said.at, ZONE), ends + timedelta(
                days=first == last and said.until <= said.at
            )
        hours, (morning, afternoon) = self._hours(first), halves(self._hours(last))
        begins = midnight(first) + timedelta(
            minutes=halves(hours)[1][0] if said.half == "second" else halves(hours)[0][0]
        )
        return begins, midnight(last) + timedelta(minutes=morning[1] if said.half == "first" else afternoon[1])

    def _hours(self, on: date) -> Hours:
        return open_book(self.uow, self.office, on, on, self.member.id).hours_of(self.member, on)

    # ── deciding ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _waiting(self) -> Replies:
        found = requesting.waiting(self.uow, self.office, self.member)
        if not found:
            return self._say("none_waiting")
        rows = [
            f"\n{wording.request(self.office, each, staff.by_id(self.uow, each.staff_id).account)} {each.words}"
            for each in found[:MOST_LISTED]
        ]
        text = self.office.texts.render("zh", "attendance.waiting", count=str(len(found)), rows="".join(rows))
        return (OutboundMessage(wording.in_one_bubble(text), self._buttons(found[0].id)),)

    def _buttons(self, number: int) -> tuple[Choice, ...]:
        verb = orders.verbs()["approve"][0]
        return (Choice(f"{verb} {number}", f"{verb} {number}"),)

    def _decide(self, order: Order, *, approve: bool) -> Replies:
        said = orders.number_in(order.rest)
        if said is None:
            return self._say("write_like", example=orders.example(order.does))
        number, note = said
        decided = requesting.decide(self.uow, self.office, self.member, number, note, self.now, approve=approve)
        telling.tell_decided(self.uow, self.office, decided, self.now)
        whose = staff.by_id(self.uow, decided.staff_id).account
        return self._say(f"decided_{decided.state}", request=wording.request(self.office, decided, whose))

    # ── one's own month ─────────────────────────────────────────────────────────────────────────────────────────────

    def _month(self, rest: str, otherwise: Month) -> tuple[Month, str] | None:
        if not rest:
            return otherwise, ""
        said = orders.month_in(rest, self._today)
        return (Month(said[0]), said[1]) if said else None

    def _mine(self, order: Order) -> Replies:
        said = self._month(order.rest, Month.of(self._today))
        assert said is not None
        month = said[0]
        book = confirming.book_of(self.uow, self.office, month, self.member.id)
        own = confirming.account(self.uow, book, self.member, month, self.now)
        text, choices = wording.statement(self.office, own, ask=month.last < self._today and own.confirmed_at is None)
        return (OutboundMessage(text, tuple(choices)),)

    def _confirm(self, order: Order) -> Replies:
        said = self._month(order.rest, Month.of(self._today).before)
        if said is None:
            raise Refused("attendance.no_month", month=order.rest)
        month, seen = said
        own, done = confirming.confirm(self.uow, self.office, self.member, month, seen, self.now)
        if done:
            return self._say("confirmed", month=month.key)
        text, choices = wording.statement(self.office, own, ask=True)
        return (*self._say("changed_since", month=month.key), OutboundMessage(text, tuple(choices)))

    def _help(self) -> Replies:
        called = orders.verbs()
        shown = "\n".join(orders.example(does) or called[does][0] for does in called if does != "help")
        return self._say("help", orders=shown)
