"""What holds for every case at any time, whatever was done to it, read from its rows alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select

from core.cases import rights, running, standing
from core.cases.calendar import Calendar
from core.cases.clocks import local_day
from core.cases.lifecycle import TABLE, Transition
from core.cases.office import Office, rules_of
from core.cases.vocabulary import OPEN, Status, features
from core.policies.policy import Policy
from core.store import case_clocks, cases, holders, notifications, parts, recusals, staff, timeline
from core.store import work as works
from core.store.case_clocks import StoredClock
from core.store.cases import StoredCase
from core.store.holders import Held
from core.store.notifications import Notification
from core.store.parts import Part
from core.store.recusals import StoredRecusal
from core.store.staff import StaffMember
from core.store.tables import outbox
from core.store.timeline import Entry
from core.store.unit_of_work import UnitOfWork
from core.store.work import CaseWork

ACTS = frozenset(row.entry for row in TABLE)
BESIDE = frozenset({"resumed"})
"""Lines that an action may leave beside its own, and that are actions where they stand alone."""

OF_SERVICE = ("promise_moved", "day_moved", "going_on", "surveyed", "surveyed_again")
"""What the service does by itself, and tells."""

CHANGES = (*OF_SERVICE, "day_settled", "bound")
"""What changes a case without being an action."""

FOLLOWED = frozenset({*running.STAGES, "reviewed", "marked"})
"""What ends a clock so that those behind it begin; what ends a case begins nothing."""

STAFF = "staff:"


@dataclass
class Whole:
    """All that is kept of one case."""

    policy: Policy
    calendar: Calendar
    case: StoredCase
    work: CaseWork
    rows: list[StoredClock]
    parts: list[Part]
    recusals: list[StoredRecusal]
    entries: list[Entry]
    people: dict[int, StaffMember]
    notices: list[str]
    records: list[Notification]
    held: list[Held]

    @classmethod
    def of(cls, uow: UnitOfWork, office: Office, case: StoredCase) -> Whole:
        sent = select(outbox.c.dedupe_key).where(outbox.c.dedupe_key.startswith(f"case:{case.id}:"))
        return cls(
            rules_of(uow, office, case),
            office.calendar,
            case,
            works.of(uow, case.id),
            case_clocks.of_case(uow, case.id),
            parts.of_case(uow, case.id),
            recusals.of_case(uow, case.id),
            timeline.of_case(uow, case),
            {member.id: member for member in staff.everybody(uow, gone=True)},
            list(uow.connection.execute(sent).scalars()),
            notifications.of_case(uow, case.id),
            holders.of_case(uow, case.id),
        )

    @property
    def running(self) -> list[StoredClock]:
        return [row for row in self.rows if row.ended_at is None]

    @property
    def mine(self) -> dict[str, StoredClock]:
        """The clocks of this round."""
        return {row.clock: row for row in self.rows if row.round == self.work.round}


def faults(uow: UnitOfWork, office: Office, case: StoredCase) -> list[str]:
    """What is not as it must be, in words."""
    whole = Whole.of(uow, office, case)
    checks = (
        _status,
        _at_once,
        _notices,
        _records,
        _clocks,
        _lost,
        _promise,
        _work,
        _held,
        _parts,
        _recused,
        _decided,
        _reviewed,
    )
    return [f"{case.number} {case.status}: {fault}" for check in checks for fault in check(whole)]


def all_faults(uow: UnitOfWork, office: Office, ids: Sequence[int]) -> list[str]:
    return [fault for case_id in ids for fault in faults(uow, office, cases.by_id(uow, case_id))]


def steps(whole: Whole) -> Iterator[tuple[Entry, Transition | None]]:
    """Every action on the timeline with the row of the table that allowed it; None where there is none."""
    status: Status = "registered"
    has = features(whole.policy)
    for before, entry in pairwise([None, *whole.entries]):
        if entry is None or entry.kind not in ACTS or _is_beside(before, entry):
            continue
        side = "staff" if entry.actor.startswith(STAFF) else "complainant"
        there = (
            row for row in TABLE if (row.source, row.entry, row.side) == (status, entry.kind, side) and row.holds(has)
        )
        row = next(there, None)
        yield entry, row
        status = row.target if row else status


def _is_beside(before: Entry | None, entry: Entry) -> bool:
    """A line that another action left beside its own."""
    same = before is not None and (before.at, before.actor) == (entry.at, entry.actor)
    return same and entry.kind in BESIDE


def _status(whole: Whole) -> Iterator[str]:
    """The timeline leads to it, step by step through the table."""
    status = "registered"
    for entry, row in steps(whole):
        if row is None:
            yield f"{entry.kind} by {entry.actor} out of {status}"
            return
        status = row.target
    if status != whole.case.status:
        yield f"the timeline ends in {status}"


def _at_once(whole: Whole) -> Iterator[str]:
    """The case changed as often as its timeline says, and its clocks at the moments that the timeline has."""
    changes = len(list(steps(whole))) + sum(entry.kind in CHANGES for entry in whole.entries)
    if whole.case.version != changes:
        yield f"changed {whole.case.version} times, the timeline says {changes}"
    moments = {entry.at for entry in whole.entries}
    for row in whole.rows:
        if not {row.started_at, row.ended_at or row.started_at} <= moments:
            yield f"clock {row.clock} from {row.started_at} to {row.ended_at}, when nothing happened"


def _notices(whole: Whole) -> Iterator[str]:
    """Each step that is told was told once, and nothing else was."""
    if whole.case.session_id is None:
        return
    due = Counter(filter(None, _told(whole)))
    due += Counter(entry.kind for entry in whole.entries if entry.kind in OF_SERVICE)
    told = Counter(key.split(":")[2] for key in whole.notices if f":{whole.case.id}." in key)
    if due != told:
        yield f"told {dict(told)}, due {dict(due)}"


def _records(whole: Whole) -> Iterator[str]:
    """Every notice in the outbox has its record, and what staff told stands on the one that their line names."""
    kinds = Counter(key.split(":")[2] for key in whole.notices)
    kept = Counter(each.notice for each in whole.records if each.outbox_id is not None)
    if kinds != kept:
        yield f"sent {dict(kinds)}, kept {dict(kept)}"
    lines = {(entry.note.split()[0], entry.actor) for entry in whole.entries if entry.kind == "notified"}
    told = {(f"#{each.id}", STAFF + each.told_by) for each in whole.records if each.told_at is not None}
    if lines != told:
        yield f"told {told}, the timeline says {lines}"


def _told(whole: Whole) -> Iterator[str]:
    """The notice of each action; where it has none, that of what it left beside its own line."""
    for entry, row in steps(whole):
        lines = {each.kind for each in whole.entries if (each.at, each.actor) == (entry.at, entry.actor)}
        if "findings_told" in lines:
            yield "investigated"
        elif "put_off" in lines:
            yield "put_off"
        elif row and row.notice:
            yield row.notice
        elif "resumed" in lines and entry.actor.startswith(STAFF):
            yield "resumed"


def _clocks(whole: Whole) -> Iterator[str]:
    names = Counter((row.clock, row.round) for row in whole.rows)
    yield from (f"clock {name} twice" for name, many in names.items() if many > 1)
    for row in whole.rows:
        if row.ended_at is not None and (row.ended_at < row.started_at or row.alert_at is not None):
            yield f"clock {row.clock} ended before it began, or still alerts"
    if whole.case.status not in OPEN:
        answered = whole.case.status == "closed"
        yield from (
            f"clock {row.clock} runs after the end"
            for row in whole.running
            if not (answered and whole.policy.clock(row.clock).ends_on == "marked")
        )
    for row in whole.running:
        yield from _clock(whole, row)


def _clock(whole: Whole, row: StoredClock) -> Iterator[str]:
    stands_still = any(stop.until is None for stop in row.stops)
    if stands_still is not bool(whole.work.paused) and whole.case.status in OPEN:
        yield f"clock {row.clock} stands still: {stands_still}, the case: {whole.work.paused or 'no'}"
    if stands_still and row.alert_at is not None:
        yield f"clock {row.clock} stands still and alerts"
    if not stands_still and standing.counted(whole.policy, row, whole.calendar).at != row.due_at:
        yield f"clock {row.clock} is not due when its days say"
    if not whole.policy.clock(row.clock).runs_for(whole.case.level):
        yield f"clock {row.clock} is of the other level"


def _lost(whole: Whole) -> Iterator[str]:
    """Every clock of the level whose beginning has come is there."""
    for clock in whole.policy.clocks:
        if not clock.runs_for(whole.case.level) or clock.key in whole.mine:
            continue
        before = whole.mine.get(clock.starts_from)
        has_come = before is not None and before.ended_at is not None and before.ended_by in FOLLOWED
        if (
            clock.starts_from == "receipt"
            or has_come
            or (clock.starts_from, whole.case.status) == ("review", "reviewing")
        ):
            yield f"clock {clock.key} never began"


def _promise(whole: Whole) -> Iterator[str]:
    """Whoever waits is looked at by the end of the day they were named; whoever was answered at most asked if content."""
    waits = whole.case.status in OPEN and not whole.work.paused
    if whole.case.status != "closed" and waits is not (whole.case.wake_at is not None):
        yield f"wakes at {whole.case.wake_at}"
    elif waits and whole.case.wake_at and local_day(whole.case.wake_at) > whole.case.promised_on:
        yield f"wakes at {whole.case.wake_at}, promised is {whole.case.promised_on}"


def _work(whole: Whole) -> Iterator[str]:
    if not set(whole.work.remedies) <= {each.key for each in whole.policy.decision.measures if each.followed}:
        yield "a remedy that is not followed"
    if whole.case.status in ("proposed", "decided", "closed") and not whole.work.outcome:
        yield "no outcome"
    if [entry.kind for entry in whole.entries].count("supplement_asked") > 1:
        yield "asked for more twice"
    if (whole.case.status == "merged") is not (whole.work.duplicate_of is not None) and whole.case.status != "archived":
        yield "joined to nothing"


def _held(whole: Whole) -> Iterator[str]:
    """Who has the case is who had it last without an end; one after the other, never two at once."""
    if [each.staff_id for each in whole.held if each.until is None] != [
        each for each in (whole.work.handler_id,) if each is not None
    ]:
        yield f"in the hands of {whole.work.handler_id}, not of {whole.held}"
    if any(one.until is None or one.until > following.since for one, following in pairwise(whole.held)):
        yield f"in several hands: {whole.held}"


def _parts(whole: Whole) -> Iterator[str]:
    """Who acted took part in a post that has a duty for it; nobody in posts that are kept apart."""
    for entry, row in steps(whole):
        if row is None or row.side != "staff":
            continue
        posts = [part.post for part in whole.parts if STAFF + whole.people[part.staff_id].account == entry.actor]
        if not any(rights.with_duty(whole.policy, posts, row.duties)):
            yield f"{entry.actor} did {row.action} in {posts}"
    for member_id in {part.staff_id for part in whole.parts}:
        taken = [part.post for part in whole.parts if part.staff_id == member_id]
        if any(rights.meets_separate(whole.policy, post, taken) for post in taken):
            yield f"{whole.people[member_id].account} acted in {taken}"


def _recused(whole: Whole) -> Iterator[str]:
    """Who must not know does nothing and has nothing, from the moment they must not."""
    for recusal in whole.recusals:
        account = STAFF + whole.people[recusal.staff_id].account
        until = recusal.lifted_at
        yield from (
            f"{account} did {entry.kind} though recused"
            for entry in whole.entries
            if entry.actor == account
            and entry.kind in ACTS
            and recusal.at < entry.at
            and (until is None or entry.at <= until)
        )
        if recusal.stands and whole.work.handler_id == recusal.staff_id:
            yield f"{account} has it though recused"


def _decided(whole: Whole) -> Iterator[str]:
    proposed = ""
    for entry, row in steps(whole):
        if row and row.action == "propose":
            proposed = entry.actor
        if row and row.action == "approve" and entry.actor == proposed:
            yield f"{proposed} approved their own proposal"


def _reviewed(whole: Whole) -> Iterator[str]:
    """By somebody who had no part in it before the review was asked for."""
    before: set[str] = set()
    since: set[str] = set()
    for entry, row in steps(whole):
        if row and row.action == "ask_review":
            before, since = before | since | {entry.actor}, set()
        elif row and row.action in ("uphold", "change", "redo") and entry.actor in before:
            yield f"{entry.actor} reviewed what they had worked on"
        since.add(entry.actor)
