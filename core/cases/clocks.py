"""When something is due, and when the office is open. Pure.

Days are counted on the model of the Civil Code, articles 201 to 203: the day of the event is not counted; the Nth working
day after it is the last; a count of calendar days that ends on a rest day ends on the next working day. Either is due when
the office closes on that day. Hours run on the clock, through nights and holidays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from operator import attrgetter
from typing import Literal
from zoneinfo import ZoneInfo

from core.cases.calendar import Calendar, DayKind
from core.policies.policy import Clock, OfficeHours, Policy
from core.records import record

ZONE = ZoneInfo("Asia/Shanghai")

LAST_SECOND = time(23, 59, 59)
"""The latest that a pack can name; from midnight until then is the whole day."""


@record(frozen=True, slots=True)
class DayCounted:
    """A day on the way to the due day. ``nth`` is its place in the count, 0 where it is not counted.

    ``name`` is the holiday that makes it a rest day, or that a make-up day makes up for; empty on ordinary days.
    """

    on: date
    kind: DayKind
    name: str
    nth: int


@record(frozen=True, slots=True)
class Due:
    """The moment a clock ends. ``on`` is its day at the institution; ``days`` the days passed, none where hours are counted.

    It runs from ``starts_at``, when ``starts_from`` happened: the receipt, or the end of the clock of that key.
    ``provisional`` is true where a day of a year without a notice had a say in it, or in the clocks before it.
    """

    at: datetime
    on: date
    provisional: bool
    starts_at: datetime
    starts_from: str
    days: tuple[DayCounted, ...] = ()


def local_day(moment: datetime) -> date:
    """The day of a moment at the institution."""
    return moment.astimezone(ZONE).date()


def due_at(clock: Clock, start: datetime, calendar: Calendar, hours: Sequence[OfficeHours]) -> Due:
    """The end of ``clock`` when its event happens at ``start`` (any zone)."""
    if clock.unit == "hour":
        at = (start.astimezone(UTC) + timedelta(hours=clock.limit)).astimezone(ZONE)
        return Due(at, at.date(), False, start, clock.starts_from)
    days, provisional = _counted(clock.unit, start.astimezone(ZONE).date(), clock.limit, calendar)
    return Due(_closing(days[-1].on, hours), days[-1].on, provisional, start, clock.starts_from, days)


def deadlines(policy: Policy, received_at: datetime, calendar: Calendar, level: str = "general") -> Mapping[str, Due]:
    """The end of every clock that runs for a case of this level, by its key, supposing that each stage ends when it is due."""
    return {
        clock.key: _end_of(clock, policy, received_at, calendar) for clock in policy.clocks if clock.runs_for(level)
    }


def promise(policy: Policy, received_at: datetime, calendar: Calendar, level: str = "general") -> Due:
    """By when a complainant hears who is received now: the end of the receipt's clock, through those it follows.

    Every receipt is given before the case is weighed. Where its clock does not run for the ``level``, that day is kept,
    or put off until the last clock of that level has ended.
    """
    return _told(policy.receipt.promise, policy, received_at, calendar, level)


def next_promise(
    policy: Policy, received_at: datetime, accepted_at: datetime, calendar: Calendar, level: str = "general"
) -> Due | None:
    """By when a complainant hears next whose case is accepted now; None where the first promise stands."""
    if policy.receipt.then is None:
        return None
    return _told(policy.receipt.then, policy, received_at, calendar, level, accepted_at)


def is_open(policy: Policy, now: datetime, calendar: Calendar) -> bool:
    """True while the office is open. The closing moment itself is closed; who answers day and night knows no rest days."""
    local = now.astimezone(ZONE)
    hours = policy.institution.hours
    if any(row.opens_at == time.min and row.closes_at >= LAST_SECOND for row in hours):
        return True
    return calendar.day(local.date()).worked and any(row.opens_at <= local.time() < row.closes_at for row in hours)


def next_opening(policy: Policy, now: datetime, calendar: Calendar) -> datetime:
    """The first moment after ``now`` at which the office opens."""
    return next(at for at in _openings(policy, now.astimezone(ZONE).date(), calendar) if at > now)


def _openings(policy: Policy, first: date, calendar: Calendar) -> Iterator[datetime]:
    for on in _days_from(first):
        if calendar.day(on).worked:
            yield from (datetime.combine(on, row.opens_at, ZONE) for row in policy.institution.hours)


def _told(
    key: str, policy: Policy, received_at: datetime, calendar: Calendar, level: str, accepted_at: datetime | None = None
) -> Due:
    clock = policy.clock(key)
    end = _end_of(clock, policy, received_at, calendar, accepted_at)
    if clock.runs_for(level):
        return end
    own = (_end_of(row, policy, received_at, calendar, accepted_at) for row in policy.clocks if row.level == level)
    return max(end, *own, key=attrgetter("at"))


def _end_of(
    clock: Clock, policy: Policy, received_at: datetime, calendar: Calendar, accepted_at: datetime | None = None
) -> Due:
    """The end of a clock. The doubts of the clocks before it are its own; acceptance ends the first of them."""
    hours = policy.institution.hours
    if clock.starts_from == "receipt":
        return due_at(clock, received_at, calendar, hours)
    earlier = policy.clock(clock.starts_from)
    if accepted_at is not None and earlier.starts_from == "receipt":
        return due_at(clock, accepted_at, calendar, hours)
    before = _end_of(earlier, policy, received_at, calendar, accepted_at)
    due = due_at(clock, before.at, calendar, hours)
    return replace(due, provisional=before.provisional or due.provisional)


@lru_cache(maxsize=128)
def _counted(
    unit: Literal["working_day", "calendar_day"], event: date, limit: int, calendar: Calendar
) -> tuple[tuple[DayCounted, ...], bool]:
    """The days up to the last one, and whether any is provisional; the same for everybody who comes on one day."""
    days = tuple((_working_days if unit == "working_day" else _calendar_days)(event, limit, calendar))
    return days, any(calendar.is_provisional(day.on) for day in days)


def _working_days(event: date, limit: int, calendar: Calendar) -> Iterator[DayCounted]:
    counted = 0
    for on in _days_from(event + timedelta(days=1)):
        mark = calendar.day(on)
        counted += mark.worked
        yield DayCounted(on, mark.kind, mark.name, counted if mark.worked else 0)
        if counted == limit:
            return


def _calendar_days(event: date, limit: int, calendar: Calendar) -> Iterator[DayCounted]:
    for passed, on in enumerate(_days_from(event + timedelta(days=1)), start=1):
        mark = calendar.day(on)
        yield DayCounted(on, mark.kind, mark.name, passed if passed <= limit else 0)
        if passed >= limit and mark.worked:
            return


def _days_from(first: date) -> Iterator[date]:
    return (first + timedelta(days=passed) for passed in count())


def _closing(on: date, hours: Sequence[OfficeHours]) -> datetime:
    return datetime.combine(on, max(row.closes_at for row in hours), ZONE)
