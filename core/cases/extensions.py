"""Putting the promised day off: approved by somebody else, before that day is over, as often as the pack allows."""

from __future__ import annotations

from datetime import datetime

from core.cases import clocks
from core.cases.calendar import Calendar
from core.cases.clocks import Due
from core.errors import Refused
from core.policies.policy import Clock, Extension, Policy
from core.store import timeline
from core.store.cases import StoredCase
from core.store.unit_of_work import UnitOfWork

PROMISED_BY = frozenset({"registered", "accepted", "reopened"})
"""What makes a new promise; extensions are counted from there."""


def check_approval(actor: str, approved_by: str) -> None:
    """Nobody extends by their own word. Raises Refused."""
    if not approved_by:
        raise Refused("act.needs_approval")
    if approved_by == actor:
        raise Refused("act.own_approval")


def extended(uow: UnitOfWork, policy: Policy, case: StoredCase, now: datetime, calendar: Calendar) -> Due:
    """By when the complainant hears if the running clock is extended now. Raises Refused.

    The further days follow the promised one, and a day that was broken once is not extended any more.
    """
    clock = running(policy, case)
    if clock.extension is None:
        raise Refused("act.not_extendable")
    since = _since_promised(uow, case)
    if case.wake_at is None or now > case.wake_at or "promise_moved" in since:
        raise Refused("act.too_late_to_extend")
    if since.count("extended") >= clock.extension.times:
        raise Refused("act.extended_enough")
    return put_off(clock, clock.extension, case.wake_at, policy, calendar)


def put_off(clock: Clock, extension: Extension, until: datetime, policy: Policy, calendar: Calendar) -> Due:
    """The day that an extension leads to, where ``until`` was promised before."""
    further = clock.model_copy(update={"limit": extension.limit})
    return clocks.due_at(further, until, calendar, policy.institution.hours)


def running(policy: Policy, case: StoredCase) -> Clock:
    """The clock by whose end the complainant was promised to hear."""
    after_acceptance = case.status == "accepted" and policy.receipt.then
    return policy.clock(after_acceptance or policy.receipt.promise)


def _since_promised(uow: UnitOfWork, case: StoredCase) -> list[str]:
    kinds = [entry.kind for entry in timeline.of_case(uow, case)]
    last = max((index for index, kind in enumerate(kinds) if kind in PROMISED_BY), default=0)
    return kinds[last + 1 :]
