"""Leaders called to what must not wait, one after the other, until somebody confirms: a major case, or danger that was told of.

Whoever is called reads it in their own chats, and the office's chat reads who was called, so that a colleague can fetch or ring
them. Locks are taken in one order: the case, the office's chat, the row that says who was called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.cases import call_order
from core.cases.call_order import Callee
from core.cases.office import Office, rules_of
from core.cases.telling_staff import OWN_SLOTS, STAFF, duties_from, own_slots, staff_alert, write_to
from core.cases.vocabulary import OPEN
from core.messages import Choice, OutboundMessage
from core.policies.policy import Policy
from core.records import record
from core.store import cases, office_timeline, outbox, recusals, sessions, staff, timeline
from core.store import summons as rows
from core.store.cases import StoredCase
from core.store.staff import StaffMember
from core.store.summons import Summons
from core.store.unit_of_work import UnitOfWork

QUIET = timedelta(hours=1)
"""So long after somebody confirmed a danger, what is said of it in the same chat calls nobody anew."""

SERVICE = "service"

KEPT = frozenset({"why", "channel", "about"})
"""What of an alert's values is said again with every further call."""


@record(frozen=True, slots=True)
class Matter:
    """What somebody is called to. Without a case it is known by its own number: ``#7``."""

    uow: UnitOfWork
    office: Office
    policy: Policy
    row: Summons
    case: StoredCase | None

    @classmethod
    def of(cls, uow: UnitOfWork, office: Office, row: Summons, case: StoredCase | None) -> Matter:
        return cls(uow, office, rules_of(uow, office, case), row, case)

    @property
    def ref(self) -> str:
        return self.case.number if self.case else f"#{self.row.id}"

    @property
    def slots(self) -> tuple[str, ...]:
        """Where what is told of it waits, the last one now. What is told of a case is lost by whoever must not know of that."""
        begins = (OWN_SLOTS, own_slots(self.case.id)) if self.case else (OWN_SLOTS,)
        return tuple(f"{each}called:{self.row.id}:" for each in begins)

    def say(self, key: str, /, **values: str) -> str:
        return self.office.texts.render("zh", f"called.{key}", **({"ref": self.ref} | values))

    def about(self) -> str:
        return self.say(f"about_{self.row.kind}", **self.row.said)

    def write_down(self, kind: str, actor: str, note: str, now: datetime) -> None:
        """On the case's timeline; on the office's as long as there is no case."""
        if self.case is not None:
            timeline.add(self.uow, self.case, now, kind, actor, note, public=False)
        else:
            office_timeline.add(self.uow, now, kind, actor, f"{self.ref} {note}".strip())


def summon_to_case(
    uow: UnitOfWork,
    office: Office,
    case: StoredCase,
    key: str,
    why: str,
    now: datetime,
    by: StaffMember | None = None,
) -> None:
    """A case is major: alert staff of it, and call a leader, unless the one to be called ``by`` whom it became so is that leader."""
    policy = rules_of(uow, office, case)
    posts = policy.work.major_to or policy.call_order[:1]
    said = {"number": case.number, "why": why, "to": "、".join(policy.post(each).label.zh for each in posts)}
    _summon(uow, office, "major", key, now, case, None, by, said)


def summon_to_danger(uow: UnitOfWork, office: Office, session_id: int, key: str, now: datetime, /, **said: str) -> None:
    """Somebody tells of danger in this chat: alert staff, and call a leader, unless one was called to it already."""
    _summon(uow, office, "danger", key, now, None, session_id, None, said)


def _summon(
    uow: UnitOfWork,
    office: Office,
    kind: str,
    key: str,
    now: datetime,
    case: StoredCase | None,
    session_id: int | None,
    by: StaffMember | None,
    said: dict[str, str],
) -> None:
    sessions.load(uow, STAFF, now)
    policy = rules_of(uow, office, case)
    known = _is_known(uow, case, session_id, now)
    first = None if known else _next(uow, office, policy, case, (), now)
    if known or (by is not None and first is not None and first.member.id == by.id):
        staff_alert(uow, office, kind, key, now, **said)
        return
    kept = {name: value for name, value in said.items() if name in KEPT}
    row = rows.begin(uow, key, kind, now, kept, case_id=case.id if case else None, session_id=session_id)
    if row is not None:
        matter = Matter(uow, office, policy, row, case)
        staff_alert(uow, office, kind, key, now, None, f"\n{_call(matter, first, now)}", **said)


def _is_known(uow: UnitOfWork, case: StoredCase | None, session_id: int | None, now: datetime) -> bool:
    """Whether somebody is being called to it already; to danger in one chat, or was a short while ago."""
    if case is not None:
        return any(row.is_open for row in rows.of_case(uow, case.id))
    return session_id is not None and bool(rows.of_session(uow, session_id, now - QUIET))


def becomes_case(uow: UnitOfWork, office: Office, session_id: int, case: StoredCase, now: datetime) -> None:
    """What somebody told of as danger is this case from now on; who was called to it is on its timeline."""
    sessions.load(uow, STAFF, now)
    for row in rows.of_session(uow, session_id, now):
        if row.case_id is None:
            matter = Matter.of(uow, office, rows.change(uow, row, case_id=case.id), case)
            for member_id in row.told:
                matter.write_down("called", SERVICE, staff.by_id(uow, member_id).account, now)
            if recusals.away(uow, case.id) & set(row.called[-1:]):
                rows.hasten(uow, case.id, now)


# ── the next one ────────────────────────────────────────────────────────────────────────────────────────────────────────


def call_next(uow: UnitOfWork, office: Office, summons_id: int, now: datetime) -> bool:
    """Call the next one where nobody confirmed in time; False where somebody did, or another process called.

    What is over by itself calls nobody any more.
    """
    matter = held(uow, office, summons_id, now)
    if matter is None or matter.row.next_at is None or matter.row.next_at > now:
        return False
    if not goes_on(matter):
        end(matter, "", now)
        return True
    waited = _minutes(call_order.pause(matter.policy, matter.row.round))
    callee = _next(uow, office, matter.policy, matter.case, matter.row.called, now)
    nobody = matter.say("passed_on", minutes=waited)
    if callee is None:
        row = rows.change(uow, matter.row, round=matter.row.round + 1, called=())
        matter = replace(matter, row=row)
        callee, nobody = _next(uow, office, matter.policy, matter.case, (), now), matter.say("again")
    key = f"unconfirmed:{matter.row.id}:{now.isoformat()}"
    words = {"about": matter.about(), "to": nobody + _call(matter, callee, now)}
    staff_alert(uow, office, "unconfirmed", key, now, **words)
    return True


def goes_on(matter: Matter) -> bool:
    """A case that has ended, or is major no more, waits for nobody; danger does, until somebody confirms."""
    case = matter.case
    return case is None or (case.status in OPEN and (matter.row.kind == "danger" or case.level == "major"))


def held(uow: UnitOfWork, office: Office, summons_id: int, now: datetime) -> Matter | None:
    """The row under its lock, behind those of its case and of the office's chat; None where it became another's meanwhile."""
    seen = rows.by_id(uow, summons_id)
    if seen is None:
        return None
    case = cases.by_id(uow, seen.case_id, for_update=True) if seen.case_id is not None else None
    sessions.load(uow, STAFF, now)
    row = rows.by_id(uow, summons_id, for_update=True)
    if row is None or row.case_id != seen.case_id:
        return None
    return Matter.of(uow, office, row, case)


def _next(
    uow: UnitOfWork, office: Office, policy: Policy, case: StoredCase | None, called: Sequence[int], now: datetime
) -> Callee | None:
    away = recusals.away(uow, case.id) if case else frozenset[int]()
    able = call_order.callees(policy, staff.everybody(uow), away)
    duty_from = duties_from(uow, office, now)
    return call_order.next_one(able, [each.member.id for each in able if duty_from(each.member.id) <= now], called)


def _call(matter: Matter, callee: Callee | None, now: datetime) -> str:
    """Call them in their own chats, write it down, and say so in words for the office's chat. Nobody may be there to call."""
    row, uow = matter.row, matter.uow
    pause = call_order.pause(matter.policy, row.round)
    minutes = _minutes(pause)
    if callee is None:
        rows.change(uow, row, next_at=now + pause)
        return matter.say("nobody", minutes=minutes)
    member, post = callee.member, matter.policy.post(callee.post).label.zh
    told = tuple(dict.fromkeys((*row.told, member.id)))
    rows.change(uow, row, called=(*row.called, member.id), told=told, next_at=now + pause)
    kind = "call_passed_on" if row.told else "called"
    matter.write_down(kind, SERVICE, f"{member.account} {post}", now)
    reached = _tell(matter, member, minutes, now)
    words = {"post": post, "name": member.name, "account": member.account, "minutes": minutes}
    return matter.say("called" if reached else "ring", **words)


def _minutes(pause: timedelta) -> str:
    return str(pause // timedelta(minutes=1))


def _tell(matter: Matter, member: StaffMember, minutes: str, now: datetime) -> bool:
    """To every chat that they proved to be theirs; False where there is none, so that somebody must ring them up."""
    verb = matter.say("verb")
    button = (Choice(f"{verb} {matter.ref}", verb),)
    message = OutboundMessage(matter.say("own", about=matter.about(), minutes=minutes), button)
    key = f"called:{matter.row.id}:{matter.row.round}:{member.id}"
    return write_to(matter.uow, matter.office, member.id, message, key, matter.slots[-1], now, now)


def end(matter: Matter, by: str, now: datetime, *, told_in_chat: bool = False) -> None:
    """Nobody is called any more, and who was not reached yet is not told; the office's chat reads who has it."""
    uow, row = matter.uow, rows.change(matter.uow, matter.row, next_at=None, ended_at=now, ended_by=by)
    for member_id in row.told:
        for chat in sessions.of_member(uow, member_id):
            for slot in matter.slots:
                outbox.cancel_under(uow, chat, slot)
    if not by:
        matter.write_down("call_over", SERVICE, "", now)
        return
    matter.write_down("call_confirmed", f"staff:{by}", "", now)
    if told_in_chat:
        staff_alert(matter.uow, matter.office, "confirmed", f"confirmed:{row.id}", now, about=matter.about(), to=by)
