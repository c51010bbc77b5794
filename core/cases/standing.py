"""How one clock of a case stands: whether it runs, when it stood still, when it ends and why then. Pure: rows in, values out.

A clock that a change of the level ended is asleep: it goes on when the level is changed back, so time is kept for it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from core.cases import clocks, ladder
from core.cases.calendar import Calendar
from core.cases.clocks import DayCounted, Due
from core.policies.policy import Policy
from core.store.case_clocks import NewClock, Stop, StoredClock

LEVEL = "level"
"""What ended the clocks of the other level."""

Row: TypeAlias = NewClock | StoredClock


def runs(row: Row) -> bool:
    return row.ended_at is None


def sleeps(row: Row) -> bool:
    return row.ended_by == LEVEL


def waits(row: Row) -> bool:
    """Runs, or may go on one day: what happens to the time happens to both."""
    return runs(row) or sleeps(row)


def latest(rows: Iterable[Row]) -> Mapping[str, Row]:
    """The clocks of the latest round, by their keys."""
    rows = tuple(rows)
    last = max((row.round for row in rows), default=0)
    return {row.clock: row for row in rows if row.round == last}


def overdue(row: StoredClock, now: datetime) -> bool:
    """Whether a clock ended late, or has not ended in time. While it stands still no time passes."""
    stood = (stop.since for stop in row.stops if stop.until is None)
    return min((row.ended_at or now, *stood)) > row.due_at


def explained(policy: Policy, row: Row, calendar: Calendar) -> tuple[DayCounted, ...]:
    """Why this date: every day on the way to it, by this calendar; none where hours are counted."""
    return counted(policy, row, calendar).days


def counted(policy: Policy, row: Row, calendar: Calendar) -> Due:
    """The end of a clock, by this calendar."""
    extensions = row.extensions if isinstance(row, StoredClock) else ()
    further = sum(each.further for each in extensions)
    clock, hours = policy.clock(row.clock), policy.institution.hours
    return clocks.due_at(clock, row.started_at, calendar, hours, row.stops, further)


def counted_again(policy: Policy, row: StoredClock, calendar: Calendar) -> StoredClock:
    """The clock with its end by this calendar, and the rung of the ladder that is next then."""
    due = counted(policy, row, calendar)
    moved = replace(row, due_at=due.at, provisional=due.provisional)
    alert = ladder.next_alert(policy, moved, moved.rung)
    return replace(moved, alert_at=alert and alert.at)


def paused(rows: Iterable[StoredClock]) -> str:
    """Why the case stands still, empty where it does not."""
    return next((stop.why for row in rows if waits(row) for stop in row.stops if stop.until is None), "")


def stops_of(rows: Iterable[StoredClock]) -> tuple[Stop, ...]:
    """When the case stood still, as far as any of these clocks knows; what waits knows best."""
    known: dict[datetime, Stop] = {}
    for row in sorted(rows, key=waits):
        known |= {stop.since: stop for stop in _own_stops(row) if stop.until or stop.since not in known or waits(row)}
    return tuple(known[since] for since in sorted(known))


def _own_stops(row: StoredClock) -> tuple[Stop, ...]:
    return row.stops if row.ended_at is None or sleeps(row) else closed(row.stops, row.ended_at)


def closed(stops: Iterable[Stop], at: datetime) -> tuple[Stop, ...]:
    """The stops, the open one with its end."""
    return tuple(stop if stop.until is not None else replace(stop, until=at) for stop in stops)
