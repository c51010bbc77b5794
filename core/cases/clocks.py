"""When something is due, and when the office is open. Pure.

Days are counted on the model of the Civil Code, articles 201 to 203: the day of the event is not counted; the Nth working
day after it is the last; a count of calendar days that ends on a rest day ends on the next working day. Either is due when
the office closes on that day. Hours run on the clock, through nights and holidays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Literal
from zoneinfo import ZoneInfo

from core.cases.calendar import Calendar, DayKind
from core.policies.policy import Clock, OfficeHours, Policy
from core.records import record

ZONE = ZoneInfo("Asia/Shanghai")


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

    ``provisional`` is true where a day of a year without a notice had a say in it.
    """

    at: datetime
    on: date
    provisional: bool
    days: tuple[DayCounted, ...] = ()


def local_day(moment: datetime) -> date:
    """The day of a moment at the institution."""
    return moment.astimezone(ZONE).date()


def due_at(clock: Clock, start: datetime, calendar: Calendar, hours: Sequence[OfficeHours]) -> Due:
    """The end of ``clock`` when its event happens at ``start`` (any zone)."""
    if clock.unit == "hour":
        at = (start.astimezone(UTC) + timedelta(hours=clock.limit)).astimezone(ZONE)
        return Due(at, at.date(), provisional=False)
    days, provisional = _counted(clock.unit, start.astimezone(ZONE).date(), clock.limit, calendar)
    return Due(_closing(days[-1].on, hours), days[-1].on, provisional, days)


def deadlines(policy: Policy, received_at: datetime, calendar: Calendar) -> Mapping[str, Due]:
    """The end of every clock of the pack by its key, supposing that each stage ends when it is due."""
    return {clock.key: _end_of(clock.key, policy, received_at, calendar) for clock in policy.clocks}


def promise(policy: Policy, received_at: datetime, calendar: Calendar) -> Due:
    """By when a complainant hears who is received now: the end of the receipt's clock, through those it follows."""
    return _end_of(policy.receipt.promise, policy, received_at, calendar)


def next_promise(policy: Policy, received_at: datetime, accepted_at: datetime, calendar: Calendar) -> Due | None:
    """By when a complainant hears next whose case is accepted now; None where the first promise stands."""
    if policy.receipt.then is None:
        return None
    clock = next(clock for clock in policy.clocks if clock.key == policy.receipt.then)
    start = received_at if clock.starts_from == "receipt" else accepted_at
    return due_at(clock, start, calendar, policy.institution.hours)


def is_open(policy: Policy, now: datetime, calendar: Calendar) -> bool:
    """True while the office is open. The closing moment itself is closed."""
    local = now.astimezone(ZONE)
    hours = policy.institution.hours
    return calendar.day(local.date()).worked and any(row.opens_at <= local.time() < row.closes_at for row in hours)


def next_opening(policy: Policy, now: datetime, calendar: Calendar) -> datetime:
    """The first moment after ``now`` at which the office opens."""
    return next(at for at in _openings(policy, now.astimezone(ZONE).date(), calendar) if at > now)


def _openings(policy: Policy, first: date, calendar: Calendar) -> Iterator[datetime]:
    for on in _days_from(first):
        if calendar.day(on).worked:
            yield from (datetime.combine(on, row.opens_at, ZONE) for row in policy.institution.hours)


def _end_of(key: str, policy: Policy, received_at: datetime, calendar: Calendar) -> Due:
    """The end of the clock ``key``. The days of the clocks before it come first in ``days``, and their doubts are its own."""
    clock = next(clock for clock in policy.clocks if clock.key == key)
    hours = policy.institution.hours
    if clock.starts_from == "receipt":
        return due_at(clock, received_at, calendar, hours)
    before = _end_of(clock.starts_from, policy, received_at, calendar)
    due = due_at(clock, before.at, calendar, hours)
    return replace(due, provisional=before.provisional or due.provisional, days=before.days + due.days)


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
