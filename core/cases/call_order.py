"""Whom to call to what must not wait, and who follows where they do not confirm. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from core.policies.policy import Policy
from core.records import record
from core.store.staff import StaffMember

SLOWEST = timedelta(days=1)
"""However often nobody confirmed: so long after one the next is called at the latest."""


@record(frozen=True, slots=True)
class Callee:
    """Somebody who can be called, in the post for which they are."""

    member: StaffMember
    post: str


def callees(policy: Policy, everybody: Iterable[StaffMember], away: Collection[int]) -> list[Callee]:
    """Who can be called, in order, each once. ``away`` are the ids of those who must not know of the case."""
    there = [member for member in everybody if member.left_at is None and member.id not in away]
    found: dict[int, Callee] = {}
    for post in policy.call_order:
        for member in there:
            if post in member.posts:
                found.setdefault(member.id, Callee(member, post))
    return list(found.values())


def next_one(able: Iterable[Callee], on_duty: Collection[int], called: Collection[int]) -> Callee | None:
    """Who is called next, after those who were ``called`` in this round; None where it is over.

    Those on duty come first, in order. Others are left alone until none of those is left; whoever is away is called only where
    nobody else can be.
    """
    here = [each for each in able if not each.member.absent] or list(able)
    on = [each for each in here if each.member.id in on_duty]
    off = [each for each in here if each.member.id not in on_duty]
    return next((each for each in (*on, *off) if each.member.id not in called), None)


def pause(policy: Policy, round_: int) -> timedelta:
    """How long somebody has to confirm in this round, the first being 0, before the next one is called."""
    first = timedelta(minutes=policy.calls.after_minutes)
    if not round_:
        return first
    slower = timedelta(minutes=policy.calls.again_after_minutes * 2 ** min(round_ - 1, 11))
    return max(first, min(slower, SLOWEST))
