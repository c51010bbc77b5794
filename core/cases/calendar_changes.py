"""What changes of the office's calendar do: they are kept, provisional days are counted again, and people are told.

Only a provisional day ever moves. A day that was promised as certain stays, whatever the calendar becomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from core.cases import clocks, running
from core.cases.calendar import Calendar, Change, DayMark, calendar, mark
from core.cases.clocks import Due
from core.cases.office import Office, rules_of
from core.cases.telling import new_promise, promised, tell
from core.cases.telling_staff import staff_alert
from core.cases.vocabulary import OPEN
from core.records import record
from core.store import calendar as rows
from core.store import case_clocks, cases, timeline
from core.store.calendar import StoredChange
from core.store.cases import StoredCase
from core.store.unit_of_work import UnitOfWork

NAMES_A_DAY = frozenset(
    {"registered", "accepted", "reopened", "review_asked", "review_redone", "extended", "resumed"}
    | {"promise_moved", "findings_told", "put_off"}
)
"""What names a day to the complainant."""


@record(frozen=True, slots=True)
class Recount:
    """A case whose provisional day is counted again, and its day by the new calendar."""

    case: StoredCase
    due: Due

    @property
    def moves(self) -> bool:
        return self.due.on != self.case.promised_on


@record(frozen=True, slots=True)
class Consequences:
    """What changes would do, or did: the changes that say anything new, the days they turn, and the cases they touch.

    ``version`` is the calendar's before them; ``provisional`` counts the open cases whose day could move then.
    """

    version: int
    changes: tuple[Change, ...]
    turned: tuple[tuple[date, DayMark], ...]
    provisional: int
    recounts: tuple[Recount, ...]

    @property
    def moved(self) -> int:
        return sum(recount.moves for recount in self.recounts)


def current(uow: UnitOfWork) -> Calendar:
    """The office's calendar as it is kept: the packaged years, those imported over them, and the office's own days."""
    return calendar().after(*map(_change, rows.changes(uow)))


def consequences(
    uow: UnitOfWork, office: Office, changes: Sequence[Change], now: datetime, *, for_update: bool = False
) -> Consequences:
    """What these changes would do now; nothing is changed yet."""
    before = current(uow)
    news = tuple(change for change in changes if before.changes(change))
    after = before.after(*news)
    waiting = [case for case in cases.provisional(uow, for_update=for_update) if case.status in OPEN]
    recounts = _recounts(uow, replace(office, calendar=after), waiting, now) if news else ()
    return Consequences(before.version, news, tuple(_turned(before, after, news)), len(waiting), tuple(recounts))


def change(uow: UnitOfWork, office: Office, changes: Sequence[Change], actor: str, now: datetime) -> Consequences:
    """Keep the changes, move the days they move, and tell who is concerned; what says nothing new changes nothing.

    Raises StaleVersion where somebody else changed the calendar at the same moment.
    """
    done = consequences(uow, office, changes, now, for_update=True)
    for number, each in enumerate(done.changes, start=done.version + 1):
        rows.add(uow, _stored(number, each, actor, now))
    _carry_out(uow, office, done.recounts, now)
    if done.changes:
        _recount_clocks(uow, office, current(uow), now)
        _alert(uow, office, done, now)
    return done


def recount(uow: UnitOfWork, office: Office, now: datetime) -> int:
    """Count again what was counted by a former calendar; how many days were settled or moved."""
    waiting = [case for case in cases.provisional(uow, for_update=True) if case.status in OPEN]
    recounts = tuple(_recounts(uow, office, waiting, now))
    _carry_out(uow, office, recounts, now)
    _recount_clocks(uow, office, office.calendar, now)
    return len(recounts)


def _recounts(uow: UnitOfWork, office: Office, waiting: Sequence[StoredCase], now: datetime) -> Iterator[Recount]:
    for case in waiting:
        due = _day_of(uow, office, case, now)
        if (due.on, due.provisional) != (case.promised_on, case.promise_provisional):
            yield Recount(case, due)


def _day_of(uow: UnitOfWork, office: Office, case: StoredCase, now: datetime) -> Due:
    """The day of a case by this calendar. A day that is past already is promised to nobody: then the told one stands."""
    due = _counted_anew(uow, office, case, now)
    if due.at <= now and case.wake_at is not None:
        return replace(due, on=case.promised_on, at=case.wake_at)
    return due


def _counted_anew(uow: UnitOfWork, office: Office, case: StoredCase, now: datetime) -> Due:
    """The day that this case's clocks lead to by this calendar; where a promise broke, the day that was named then."""
    policy = rules_of(uow, office, case)
    entries = timeline.of_case(uow, case)
    named = next((entry for entry in reversed(entries) if entry.kind in NAMES_A_DAY), None)
    if named is not None and named.kind == "promise_moved":
        return new_promise(office, policy, named.at)
    rows = case_clocks.of_case(uow, case.id)
    if not rows:
        return clocks.promise(policy, case.registered_at, office.calendar, case.level)
    anew = {row.id: row for row in running.recounted(policy, rows, office.calendar, now)}
    counted = [anew.get(row.id, row) for row in rows]
    accepted = case.status != "registered"
    return running.promise(policy, accepted, case.level, counted, office.calendar, since=case.registered_at)


def _recount_clocks(uow: UnitOfWork, office: Office, by: Calendar, now: datetime) -> None:
    """Every clock that still runs and was counted by days nobody had announced."""
    for row in case_clocks.provisional(uow, for_update=True):
        policy = rules_of(uow, office, cases.by_id(uow, row.case_id))
        for anew in running.recounted(policy, (row,), by, now):
            case_clocks.change(uow, row, due_at=anew.due_at, provisional=anew.provisional, alert_at=anew.alert_at)


def _carry_out(uow: UnitOfWork, office: Office, recounts: Sequence[Recount], now: datetime) -> None:
    for each in recounts:
        case = cases.update(uow, each.case, **_kept(uow, office, each, now))
        kind = "day_moved" if each.moves else "day_settled"
        timeline.add(uow, case, now, kind, "service", f"{each.case.promised_on} → {each.due.on}")
        if each.moves:
            tell(uow, office, case, "day_moved", "", now)


def _kept(uow: UnitOfWork, office: Office, each: Recount, now: datetime) -> dict[str, Any]:
    """Where the day moves its complainant hears of it now; where it is only settled they hear when they would have."""
    kept = promised(office, rules_of(uow, office, each.case), each.due, now)
    if not each.moves and each.case.wake_at is not None:
        kept["wake_at"] = min(kept["wake_at"], each.case.wake_at)
    return kept


def _alert(uow: UnitOfWork, office: Office, done: Consequences, now: datetime) -> None:
    """One line to the staff's own chat, however many cases it is about."""
    staff_alert(
        uow,
        office,
        "calendar",
        f"calendar:{done.version + len(done.changes)}",
        now,
        recounted=str(len(done.recounts)),
        moved=str(done.moved),
        about=", ".join(change.title for change in done.changes),
    )


def _turned(before: Calendar, after: Calendar, changes: Sequence[Change]) -> Iterator[tuple[date, DayMark]]:
    """The days that are worked after the changes and were not before, or the other way round."""
    years = [change.year for change in changes if change.year is not None]
    touched = {on for change in changes for on in change.marks}
    touched |= {date(year, *day) for year in years for day in before.fixed}
    touched |= {on for year in years if year in before.years for on in before.years[year].marks}
    for on in sorted(touched):
        if before.day(on).worked != after.day(on).worked:
            yield on, after.day(on)


def _change(row: StoredChange) -> Change:
    marks = {
        date.fromisoformat(on): None if worked is None else mark(date.fromisoformat(on), worked, name)
        for on, worked, name in row.days
    }
    return Change(row.title, marks, row.year, tuple(row.notices), row.sha256)


def _stored(version: int, change: Change, actor: str, now: datetime) -> StoredChange:
    days = [
        (on.isoformat(), of.worked if of else None, of.name if of else "") for on, of in sorted(change.marks.items())
    ]
    return StoredChange(version, now, actor, change.year, change.title, change.notices, change.sha256, days)
