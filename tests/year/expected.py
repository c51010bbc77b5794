"""Which alerts a clock must have brought, worked out from its row, its pack and the calendar alone: not from what was told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from core.cases import clocks
from core.cases.calendar import Calendar
from core.policies.policy import Policy
from core.store.case_clocks import StoredClock


@dataclass(frozen=True, slots=True)
class Expected:
    """``at`` is when the rung is reached, ``told_at`` when staff must hear of it: where the office is shut that may wait."""

    rung: int
    due_at: datetime
    at: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True)
class _Phase:
    """A time in which a clock runs towards one and the same end."""

    begins: datetime
    ends: datetime
    due_at: datetime


def alerts(policy: Policy, calendar: Calendar, row: StoredClock, until: datetime) -> Iterator[Expected]:
    """Every rung once, in order; of those that were passed while it stood still, or when it was given more time, the highest."""
    told = 0
    for phase in _phases(policy, calendar, row, until):
        rungs = [(nth, phase.due_at + timedelta(hours=rung.hours)) for nth, rung in enumerate(policy.work.ladder, 1)]
        waiting = [(nth, at) for nth, at in rungs if at > row.started_at and nth > told]
        passed = [nth for nth, at in waiting if at <= phase.begins]
        reached = [(passed[-1], phase.begins)] if passed else []
        reached += [(nth, at) for nth, at in waiting if phase.begins < at < phase.ends]
        for nth, at in reached:
            told = nth
            yield Expected(nth, phase.due_at, at, _heard(policy, calendar, at, phase.due_at))


def _phases(policy: Policy, calendar: Calendar, row: StoredClock, until: datetime) -> Iterator[_Phase]:
    ends = min(row.ended_at or until, until)
    turns = {row.started_at, ends, *(each.at for each in row.extensions)}
    turns |= {at for stop in row.stops for at in (stop.since, stop.until) if at is not None}
    turning = sorted(at for at in turns if row.started_at <= at <= ends)
    for begins, until_then in pairwise(turning):
        if any(stop.since <= begins and (stop.until is None or begins < stop.until) for stop in row.stops):
            continue
        over = [stop for stop in row.stops if stop.until is not None and stop.until <= begins]
        further = sum(each.further for each in row.extensions if each.at <= begins)
        hours = policy.institution.hours
        due = clocks.due_at(policy.clock(row.clock), row.started_at, calendar, hours, over, further)
        yield _Phase(begins, until_then, due.at)


def _heard(policy: Policy, calendar: Calendar, at: datetime, due_at: datetime) -> datetime:
    """At once while somebody is there, or where it would be over by the time anybody is."""
    if clocks.is_open(policy, at, calendar):
        return at
    opening = clocks.next_opening(policy, at, calendar)
    return at if due_at <= opening else opening
