"""One action under way: what is there, what it changes. Nothing is written before its end, then all of it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from core.cases import clocks, confirming, rights, running, telling
from core.cases.lifecycle import Transition
from core.cases.office import Office
from core.cases.relay import letting_go
from core.cases.running import Change
from core.cases.telling_staff import tell_member
from core.cases.vocabulary import OPEN
from core.errors import Refused
from core.policies.policy import ClockEnd, Policy, Words
from core.records import record
from core.store import case_clocks, cases, holders, parts, recusals, staff, timeline
from core.store import work as works
from core.store.case_clocks import NewClock, StoredClock
from core.store.cases import StoredCase
from core.store.parts import Part
from core.store.staff import StaffMember
from core.store.timeline import Entry
from core.store.unit_of_work import UnitOfWork
from core.store.work import CaseWork

COMPLAINANT = "complainant"

ANEW = frozenset({"reopened", "review_redone", "review_asked"})
"""After these the complainant waits for something new."""

REACHED: Mapping[str, ClockEnd] = {
    "registered": "told", "accepted": "accepted", "investigating": "assigned", "investigated": "investigated",
    "proposed": "investigated", "decided": "decided", "closed": "closed", "reviewing": "closed",
}  # fmt: skip
"""The stage that each status stands for; of what has ended nothing is asked."""


@record(frozen=True, slots=True)
class Line:
    """One more line for the timeline, beside that of the action itself."""

    kind: str
    note: str = ""
    public: bool = False


@dataclass(eq=False)
class Doing:
    """``member`` is None where the complainant acts; ``post`` is the one in which a member acts.

    ``case``, ``work`` and ``clocks`` are as they were read; what changes is gathered in ``on_case``, ``on_work``, ``clocks``
    and the rest, and written by ``finish``. ``went_on`` is whether the action ended a stop, so that another day is named.
    """

    uow: UnitOfWork
    office: Office
    policy: Policy
    case: StoredCase
    row: Transition
    fields: Mapping[str, str]
    now: datetime
    member: StaffMember | None = None
    post: str = ""
    note: str = ""
    notice: str = ""
    went_on: bool = False
    on_case: dict[str, Any] = field(default_factory=dict)
    on_work: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    said: dict[str, Words] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.note = self.note or self.fields.get("words", "").strip()
        self.notice = self.notice or self.row.notice
        self.work: CaseWork = works.of(self.uow, self.case.id)
        self.clocks: list[StoredClock] = case_clocks.of_case(self.uow, self.case.id)
        if not self.clocks:
            self._wind_up()

    def _wind_up(self) -> None:
        """A case from before clocks were kept: those of its receipt have run since then. One that ended unanswered needs none."""
        if self.case.status not in REACHED:
            return
        at, calendar = self.case.registered_at, self.office.calendar
        self.begin(running.opened(self.policy, self.case.level, at, calendar))
        if self.case.status != "registered":
            self.happened("accepted")

    @cached_property
    def entries(self) -> list[Entry]:
        """All that happened so far, oldest first."""
        return timeline.of_case(self.uow, self.case)

    @cached_property
    def everybody(self) -> list[StaffMember]:
        return staff.everybody(self.uow)

    @cached_property
    def parts(self) -> list[Part]:
        return parts.of_case(self.uow, self.case.id)

    @property
    def actor(self) -> str:
        return f"staff:{self.member.account}" if self.member else COMPLAINANT

    @cached_property
    def recused_ids(self) -> frozenset[int]:
        """Who may not act in this case."""
        return recusals.away(self.uow, self.case.id)

    def check_separate(self, post: str) -> None:
        """Nobody acts in two posts that the pack keeps apart. Raises Refused."""
        taken = [part.post for part in self.parts if self.member is not None and part.staff_id == self.member.id]
        if rights.meets_separate(self.policy, post, taken):
            raise Refused("act.separate_posts", account=self.member.account if self.member else "")

    def act_in(self, post: str) -> None:
        """In this very post, as its holder or standing in. Raises Refused."""
        assert self.member is not None
        if post not in rights.posts_held(self.policy, self.member, self.everybody, self.recused_ids):
            raise Refused("act.other_post_approves", post=self.policy.post(post).label.zh)
        self.check_separate(post)
        self.post = post

    def last(self, kind: str) -> Entry | None:
        return next((entry for entry in reversed(self.entries) if entry.kind == kind), None)

    def since(self, *kinds: str) -> Sequence[Entry]:
        """What happened behind the last entry of one of these kinds; everything where there is none."""
        at = max((index for index, entry in enumerate(self.entries) if entry.kind in kinds), default=-1)
        return self.entries[at + 1 :]

    def also(self, kind: str, note: str = "", *, public: bool = False) -> None:
        self.lines.append(Line(kind, note, public))

    def colleague(self, account: str) -> StaffMember:
        """Somebody who works here. Raises Refused."""
        found = next((member for member in self.everybody if member.account == account.strip()), None)
        if found is None:
            raise Refused("act.no_such_person", account=account)
        return found

    # ── clocks ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def happened(self, stage: ClockEnd) -> None:
        """A stage was reached: its clocks end, those behind them begin."""
        self.apply(
            running.happened(
                self.policy,
                self.level,
                self.clocks,
                stage,
                self.now,
                self.office.calendar,
                self.round,
                reached=self.reached,
            )
        )
        if self.went_on and self.row.target in OPEN:
            self.promise()

    @property
    def reached(self) -> ClockEnd:
        """How far the case had come before this action, whatever clocks its pack has."""
        return REACHED[self.case.status]

    def end_clocks(self) -> None:
        self.apply(running.all_ended(self.clocks, self.row.entry, self.now))

    def apply(self, change: Change) -> None:
        """Write what became of the clocks; they are read again by whoever looks next."""
        for clock, at, by in change.ended:
            case_clocks.change(self.uow, clock, ended_at=at, ended_by=by, alert_at=None)
        for clock in change.revived:
            case_clocks.change(
                self.uow,
                clock,
                ended_at=None,
                ended_by="",
                alert_at=clock.alert_at,
                due_at=clock.due_at,
                provisional=clock.provisional,
            )
        self.begin(change.begun)

    def begin(self, begun: Sequence[NewClock]) -> None:
        if begun:
            case_clocks.add(self.uow, self.case.id, begun)
        self.clocks = case_clocks.of_case(self.uow, self.case.id)

    def replace_clocks(self, changed: Sequence[StoredClock]) -> None:
        """Write clocks that were stopped, resumed, extended or counted anew; what was told of them meanwhile stays told."""
        for clock in changed:
            case_clocks.change(
                self.uow,
                clock,
                due_at=clock.due_at,
                provisional=clock.provisional,
                stops=clock.stops,
                extensions=clock.extensions,
                alert_at=clock.alert_at,
            )
        self.clocks = case_clocks.of_case(self.uow, self.case.id)

    @property
    def level(self) -> str:
        return str(self.on_case.get("level", self.case.level))

    @property
    def round(self) -> int:
        return int(self.on_work.get("round", self.work.round))

    @property
    def accepted(self) -> bool:
        return self.row.target != "registered"

    @property
    def promised_clock(self) -> str:
        return running.promised_clock(self.policy, self.accepted, self.level, self.clocks).key

    def promise(self) -> None:
        """Name the day that the clocks lead to now.

        A day that was named is not brought forward: somebody relies on it, or was just told it with an apology. Only what
        begins anew names a day of its own.
        """
        due = running.promise(
            self.policy, self.accepted, self.level, self.clocks, self.office.calendar, since=self.case.registered_at
        )
        told = self.case.promised_on
        if due.on < told and self.row.entry not in ANEW:
            at = clocks.closing(told, self.policy.institution.hours)
            due = replace(due, on=told, at=at, provisional=self.case.promise_provisional)
        self.on_case |= telling.promised(self.office, self.policy, due, self.now)

    # ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _hand_over(self, case: StoredCase) -> None:
        """Whoever has the case from now on hears of it in their own chat, unless they took it themselves."""
        handler = self.on_work.get("handler_id")
        if handler is None or (self.member is not None and handler == self.member.id):
            return
        on = case.promised_on
        key = f"yours:{case.id}:{case.version}"
        said = {"number": case.number, "category": self.policy.category(case.category).label.zh}
        day = {"month": str(on.month), "day": str(on.day)}
        tell_member(self.uow, self.office, handler, case.id, "yours", key, self.now, **said, **day)

    def finish(self) -> StoredCase:
        """Write it down: what happened, who took part, how the case stands; and tell who is concerned."""
        timeline.add(self.uow, self.case, self.now, self.row.entry, self.actor, self.note, public=self.row.public)
        for line in self.lines:
            timeline.add(self.uow, self.case, self.now, line.kind, self.actor, line.note, public=line.public)
        if self.member is not None:
            parts.add(self.uow, self.case.id, self.member.id, self.post, self.now)
        if self.on_work:
            works.put(self.uow, replace(self.work, **self.on_work))
        if "handler_id" in self.on_work:
            former, handler = self.work.handler_id, self.on_work["handler_id"]
            holders.hand_over(self.uow, self.case.id, handler, self.now)
            letting_go.handler_is(self.uow, self.case.id, former, handler, self.now)
        case = cases.update(self.uow, self.case, status=self.row.target, **self.on_case)
        # Words for colleagues are told by the action's own notice only, never by what it entails.
        note = self.note if self.notice == self.row.notice else ""
        self._hand_over(case)
        confirming.acted(self.uow, self.office, case, self.member, self.now)
        telling.tell(self.uow, self.office, case, self.notice, note, self.now, **self.said)
        if self.member is None:
            # Whoever acts is answered at once; what they say is told to nobody else.
            telling.tell_joined(self.uow, self.office, case, self.row.entry, "", self.now)
        return case
