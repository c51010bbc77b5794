"""When something is due, and when the office is open. Pure.

Days are counted on the model of the Civil Code, articles 201 to 203: the day of the event is not counted; the Nth working
day after it is the last; a count of calendar days that ends on a rest day ends on the next working day. Either is due when
the office closes on that day. Hours run on the clock, through nights and holidays.

A clock that stands still counts no days from the day after it stopped to the day it goes on, and adds to its hours as long
as it stood. A day whose closing falls into that time ends nothing: the next day that is worked and counted does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from operator import attrgetter
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from core.cases.calendar import Calendar, DayKind
from core.policies.policy import EVENTS, Clock, OfficeHours, Policy
from core.records import record

ZONE = ZoneInfo("Asia/Shanghai")

MORNING, EVENING = time(9), time(20, 30)
"""In between people may be written to unasked."""

LAST_SECOND = time(23, 59, 59)
"""The latest that a pack can name; from midnight until then is the whole day."""


class Stop(Protocol):
    """A time in which a clock stood still, and why; without ``until`` it does so still."""

    @property
    def since(self) -> datetime: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def why(self) -> str: ...


@record(frozen=True, slots=True)
class DayCounted:
    """A day on the way to the due day. ``nth`` is its place in the count, 0 where it is not counted.

    ``name`` is the holiday that makes it a rest day, or that a make-up day makes up for; empty on ordinary days.
    ``stopped`` is why the clock stood still on it, empty where it ran.
    """

    on: date
    kind: DayKind
    name: str
    nth: int
    stopped: str = ""


@record(frozen=True, slots=True)
class _Standstill:
    """A stop by its days: not counted are those after ``since`` up to ``until``; on ``held`` the closing fell into it."""

    since: date
    until: date
    why: str
    held: date | None


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


def due_at(
    clock: Clock,
    start: datetime,
    calendar: Calendar,
    hours: Sequence[OfficeHours],
    stops: Sequence[Stop] = (),
    further: int = 0,
) -> Due:
    """The end of ``clock`` when its event happens at ``start`` (any zone), ``further`` units later than it says.

    Stops do not overlap. One that is open counts for nothing yet: give it an end to see where it would lead.
    """
    limit = clock.limit + further
    if clock.unit == "hour":
        at = _hours_after(start.astimezone(UTC), limit, stops).astimezone(ZONE)
        return Due(at, at.date(), False, start, clock.starts_from)
    standstills = _standstills(stops, hours) if stops else ()
    days, provisional = _counted(clock.unit, start.astimezone(ZONE).date(), limit, calendar, standstills)
    return Due(closing(days[-1].on, hours), days[-1].on, provisional, start, clock.starts_from, days)


def working_days_after(policy: Policy, start: datetime, days: int, calendar: Calendar) -> Due:
    """So many working days after ``start``, for what the office sets itself beside the clocks of its rules."""
    clock = Clock(key="own", label=policy.clocks[0].label, starts_from="receipt", limit=days, unit="working_day")
    return due_at(clock, start, calendar, policy.institution.hours)


def stands_still(stops: Sequence[Stop]) -> bool:
    """Whether one of these stops is still open."""
    return any(stop.until is None for stop in stops)


def of_review(policy: Policy, clock: Clock) -> bool:
    """Whether a clock begins once a review was asked for, or after one that does."""
    while clock.starts_from not in EVENTS:
        clock = policy.clock(clock.starts_from)
    return clock.starts_from == "review"


def deadlines(policy: Policy, received_at: datetime, calendar: Calendar, level: str = "general") -> Mapping[str, Due]:
    """The end of every clock that runs for a case of this level, by its key, supposing that each stage ends when it is due.

    Those of a review are left out: nobody knows whether one will be asked for.
    """
    return {clock.key: _end_of(clock, policy, received_at, calendar) for clock in _foreseen(policy, level)}


def promise(policy: Policy, received_at: datetime, calendar: Calendar, level: str = "general") -> Due:
    """By when a complainant hears who is received now: the end of the receipt's clock, through those it follows.

    Every receipt is given before the case is weighed. Where its clock does not run for the ``level``, that day is kept,
    or put off until the last clock of that level has ended.
    """
    clock = policy.clock(policy.receipt.promise)
    end = _end_of(clock, policy, received_at, calendar)
    if clock.runs_for(level):
        return end
    own = (_end_of(row, policy, received_at, calendar) for row in _foreseen(policy, level) if row.level)
    return max(end, *own, key=attrgetter("at"))


def is_open(policy: Policy, now: datetime, calendar: Calendar) -> bool:
    """True while the office is open. The closing moment itself is closed; who answers day and night knows no rest days."""
    if never_closes(policy):
        return True
    local, hours = now.astimezone(ZONE), policy.institution.hours
    return calendar.day(local.date()).worked and any(row.opens_at <= local.time() < row.closes_at for row in hours)


def never_closes(policy: Policy) -> bool:
    """Whether somebody is there day and night, every day."""
    return any(row.opens_at == time.min and row.closes_at >= LAST_SECOND for row in policy.institution.hours)


def open_from(policy: Policy, moment: datetime, calendar: Calendar) -> datetime:
    """This moment while the office is open, else when it opens next."""
    return moment if is_open(policy, moment, calendar) else next_opening(policy, moment, calendar)


def next_opening(policy: Policy, now: datetime, calendar: Calendar) -> datetime:
    """The first moment after ``now`` at which the office opens."""
    return next(at for at in _openings(policy, now.astimezone(ZONE).date(), calendar) if at > now)


def by_day(moment: datetime) -> datetime:
    """This moment, or the next morning where it falls into the night: nobody is woken for what can wait."""
    local = moment.astimezone(ZONE)
    if MORNING <= local.time() < EVENING:
        return moment
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return datetime.combine(day, MORNING, ZONE)


def _foreseen(policy: Policy, level: str) -> Iterator[Clock]:
    return (clock for clock in policy.clocks if clock.runs_for(level) and not of_review(policy, clock))


def _openings(policy: Policy, first: date, calendar: Calendar) -> Iterator[datetime]:
    for on in _days_from(first):
        if calendar.day(on).worked:
            yield from (datetime.combine(on, row.opens_at, ZONE) for row in policy.institution.hours)


def _end_of(clock: Clock, policy: Policy, received_at: datetime, calendar: Calendar) -> Due:
    """The end of a clock. The doubts of the clocks before it are its own."""
    hours = policy.institution.hours
    if clock.starts_from == "receipt":
        return due_at(clock, received_at, calendar, hours)
    before = _end_of(policy.clock(clock.starts_from), policy, received_at, calendar)
    due = due_at(clock, before.at, calendar, hours)
    return replace(due, provisional=before.provisional or due.provisional)


def _hours_after(start: datetime, limit: int, stops: Sequence[Stop]) -> datetime:
    at = start + timedelta(hours=limit)
    for stop in sorted(stops, key=attrgetter("since")):
        if stop.until is not None and stop.since < at:
            at += max(stop.until - max(stop.since, start), timedelta())
    return at


def _standstills(stops: Sequence[Stop], hours: Sequence[OfficeHours]) -> tuple[_Standstill, ...]:
    return tuple(_standstill(stop, stop.until, hours) for stop in stops if stop.until is not None)


def _standstill(stop: Stop, until: datetime, hours: Sequence[OfficeHours]) -> _Standstill:
    since = local_day(stop.since)
    held = stop.since < closing(since, hours) < until
    return _Standstill(since, local_day(until), stop.why, since if held else None)


@lru_cache(maxsize=512)
def _counted(
    unit: Literal["working_day", "calendar_day"],
    event: date,
    limit: int,
    calendar: Calendar,
    standstills: tuple[_Standstill, ...] = (),
) -> tuple[tuple[DayCounted, ...], bool]:
    """The days up to the last one, and whether any is provisional; the same for everybody who comes on one day."""
    days = tuple(_days(unit, event, limit, calendar, standstills))
    return days, any(calendar.is_provisional(day.on) for day in days)


def _days(
    unit: Literal["working_day", "calendar_day"],
    event: date,
    limit: int,
    calendar: Calendar,
    standstills: tuple[_Standstill, ...],
) -> Iterator[DayCounted]:
    passed = 0
    for on in _days_from(event + timedelta(days=1)):
        mark = calendar.day(on)
        stopped = next((still.why for still in standstills if still.since < on <= still.until), "")
        counts = passed < limit and not stopped and (mark.worked or unit == "calendar_day")
        passed += counts
        yield DayCounted(on, mark.kind, mark.name, passed if counts else 0, stopped)
        if passed == limit and mark.worked and not stopped and all(still.held != on for still in standstills):
            return


def _days_from(first: date) -> Iterator[date]:
    return (first + timedelta(days=passed) for passed in count())


def closing(on: date, hours: Sequence[OfficeHours]) -> datetime:
    """When the office closes on that day."""
    return datetime.combine(on, max(row.closes_at for row in hours), ZONE)
