"""What lies ahead of a case: the ends of clocks that run, of those that will begin after them, and the day that is promised. Pure.

A stage that has not ended is supposed to end when it is due; one that ended early lets the next begin early.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from core.cases import clocks
from core.cases.calendar import Calendar
from core.cases.clocks import Due, local_day, of_review
from core.cases.standing import Row, counted, latest, runs, sleeps
from core.policies.policy import EVENTS, Clock, Policy
from core.records import record


@record(frozen=True, slots=True)
class _Ahead:
    """What expectations are drawn from: ``mine`` are the clocks of the latest round, ``since`` is when it began."""

    policy: Policy
    mine: Mapping[str, Row]
    calendar: Calendar
    since: datetime | None


def projected(
    policy: Policy, level: str, rows: Sequence[Row], calendar: Calendar, *, since: datetime | None = None
) -> Mapping[str, Due]:
    """The end of each clock of the level in the latest round of the case.

    ``since`` is when the round began, for a case none of whose clocks says it. Clocks of a review are there once it was asked for.
    """
    ahead = _Ahead(policy, latest(rows), calendar, since)
    ends = {clock.key: _end(ahead, clock) for clock in policy.clocks if clock.runs_for(level)}
    return {key: due for key, due in ends.items() if due is not None}


def promise(
    policy: Policy,
    accepted: bool,
    level: str,
    rows: Sequence[Row],
    calendar: Calendar,
    *,
    since: datetime | None = None,
) -> Due:
    """By when the complainant hears: the end of the clock that is promised now.

    Where that does not run for the level, its day is kept, or put off until the last clock of the level has ended. While a
    review runs, it is the end of that.
    """
    if (review := review_promise(policy, rows, calendar)) is not None:
        return review
    clock = promised_clock(policy, accepted, level, rows)
    end = _end(_Ahead(policy, latest(rows), calendar, since), clock)
    ends = [] if end is None else [end]
    if not clock.runs_for(level):
        own = projected(policy, level, rows, calendar, since=since)
        ends += [due for key, due in own.items() if policy.clock(key).level]
    return max(ends, key=attrgetter("at"))


def promised_clock(policy: Policy, accepted: bool, level: str, rows: Sequence[Row]) -> Clock:
    """The clock that the receipt names, or the one it names for accepted cases; once that has ended, what runs from its end."""
    clock = policy.clock((accepted and policy.receipt.then) or policy.receipt.promise)
    running = {key for key, row in latest(rows).items() if runs(row)}
    while following := [row for row in policy.clocks if row.starts_from == clock.key and row.key in running]:
        clock = following[0]
    return clock


def review_promise(policy: Policy, rows: Sequence[Row], calendar: Calendar) -> Due | None:
    """By when the complainant hears of the review that runs: the end of its last clock; None where none runs."""
    mine = latest(rows)
    of_reviews = [clock for clock in policy.clocks if of_review(policy, clock)]
    if not any(clock.key in mine and runs(mine[clock.key]) for clock in of_reviews):
        return None
    ends = (_end(_Ahead(policy, mine, calendar, None), clock) for clock in of_reviews)
    return max((due for due in ends if due is not None), key=attrgetter("at"))


def _end(ahead: _Ahead, clock: Clock) -> Due | None:
    """The end of a clock as its row has it, or as those before it let expect; None where nothing says when it begins."""
    if (row := ahead.mine.get(clock.key)) is not None:
        days = counted(ahead.policy, row, ahead.calendar).days
        return Due(row.due_at, local_day(row.due_at), row.provisional, row.started_at, clock.starts_from, days)
    start = _start(ahead, clock)
    if start is None:
        return None
    at, in_doubt = start
    due = clocks.due_at(clock, at, ahead.calendar, ahead.policy.institution.hours)
    return replace(due, provisional=due.provisional or in_doubt)


def _start(ahead: _Ahead, clock: Clock) -> tuple[datetime, bool] | None:
    """When a clock that has not begun will, and whether that is in doubt."""
    if clock.starts_from in EVENTS:
        began = _began(ahead) if clock.starts_from == "receipt" else None
        return None if began is None else (began, False)
    before = ahead.mine.get(clock.starts_from)
    if before is not None and before.ended_at is not None and not sleeps(before):
        return before.ended_at, False
    due = _end(ahead, ahead.policy.clock(clock.starts_from))
    return None if due is None else (due.at, due.provisional)


def _began(ahead: _Ahead) -> datetime | None:
    """When the round began, by the clocks that began with it."""
    began = [row.started_at for row in ahead.mine.values() if ahead.policy.clock(row.clock).starts_from == "receipt"]
    return min(began, default=ahead.since)
