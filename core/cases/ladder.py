"""Who is told, and when, that a clock ends soon, ends now, or has ended. Pure.

The rungs of a pack's ladder lie at so many hours from the end of each clock. A rung is told once and never again, in order; of
several that passed unnoticed the highest speaks for all. When the end of a clock moves, so do the rungs that were not told yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from core.cases.clocks import stands_still
from core.policies.policy import Policy
from core.store.case_clocks import StoredClock


class Alert(NamedTuple):
    """A rung, the lowest being 1, and the moment at which it is due."""

    rung: int
    at: datetime


def first_alert(policy: Policy, started_at: datetime, due_at: datetime) -> datetime | None:
    """When the first rung of a clock that begins is due; None where none is."""
    alert = next(_alerts(policy, started_at, due_at), None)
    return alert and alert.at


def next_alert(policy: Policy, row: StoredClock, after_rung: int) -> Alert | None:
    """The first rung above ``after_rung``; None at the top, and while the clock does not run."""
    return next((alert for alert in _alerts_of(policy, row) if alert.rung > after_rung), None)


def reached(policy: Policy, row: StoredClock, now: datetime) -> Alert | None:
    """The highest rung whose moment has come and that was not told; None where there is none."""
    passed = [alert for alert in _alerts_of(policy, row) if alert.rung > row.rung and alert.at <= now]
    return passed[-1] if passed else None


def _alerts_of(policy: Policy, row: StoredClock) -> Iterator[Alert]:
    if row.ended_at is not None or stands_still(row.stops):
        return iter(())
    return _alerts(policy, row.started_at, row.due_at)


def _alerts(policy: Policy, started_at: datetime, due_at: datetime) -> Iterator[Alert]:
    """A rung that lies before the clock began is left out, and so is one at that very moment: it would warn of every case."""
    for number, rung in enumerate(policy.work.ladder, start=1):
        at = due_at + timedelta(hours=rung.hours)
        if at > started_at:
            yield Alert(number, at)
