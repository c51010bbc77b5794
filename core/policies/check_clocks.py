"""What clocks must agree on with each other and with the stages that a pack has. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from core.policies.checking import Check, Found, distinct_keys, free_keys, listed
from core.policies.faults import Place, Problem
from core.policies.policy import EVENTS, Policy

STAGES = ("told", "accepted", "assigned", "investigated", "decided", "closed")
"""In their order: each that happens ends what waits for it, and for those before it."""


def _clocks(policy: Policy) -> Found:
    yield from distinct_keys(policy, "clocks")
    yield from free_keys(policy, "clocks", EVENTS)
    starts = {clock.key: clock.starts_from for clock in policy.clocks}
    levels = {clock.key: clock.level for clock in policy.clocks}
    for index, clock in enumerate(policy.clocks):
        at: Place = ("clocks", index, "starts_from")
        if clock.starts_from not in {*EVENTS, *starts}:
            yield Problem(at, "start_unknown", values={"start": clock.starts_from, "known": listed(starts)})
        elif circle := _circle(clock.key, starts):
            yield Problem(at, "start_circular", values={"circle": circle})
        elif (level := levels.get(clock.starts_from)) not in {None, clock.level}:
            yield Problem(at, f"start_{level}", values={"start": clock.starts_from})


def _major(policy: Policy) -> Found:
    """General cases always have a clock, the promised one; major cases must have one too."""
    of_review = _of_review(policy)
    if not any(clock.runs_for("major") and clock.key not in of_review for clock in policy.clocks):
        yield Problem(("clocks",), "no_clock_major")


def _circle(key: str, starts: Mapping[str, str]) -> str:
    """The chain of starts from ``key`` back to itself, or nothing where it ends at an event or turns elsewhere."""
    path = [key]
    while (before := starts.get(path[-1], "receipt")) not in EVENTS and before not in path:
        path.append(before)
    return " ← ".join([*path, key]) if before == key and key not in EVENTS else ""


def _stages(policy: Policy) -> Found:
    """A clock ends by something that happens in this pack."""
    happens = {"accepted": policy.work.acceptance, "investigated": policy.work.investigation}
    for index, clock in enumerate(policy.clocks):
        if not happens.get(clock.ends_on, True):
            yield Problem(("clocks", index, "ends_on"), f"never_{clock.ends_on}")


def _order(policy: Policy) -> Found:
    """A clock that starts when another ends waits for something that has not happened by then."""
    starts = {clock.key: clock.starts_from for clock in policy.clocks}
    ends = {
        clock.key: clock.ends_on
        for clock in policy.clocks
        if clock.key not in EVENTS and not _circle(clock.key, starts)
    }
    for index, clock in enumerate(policy.clocks):
        before = ends.get(clock.starts_from)
        if before in STAGES and clock.ends_on in STAGES and STAGES.index(clock.ends_on) <= STAGES.index(before):
            values = {"start": clock.starts_from, "stage": before}
            yield Problem(("clocks", index, "ends_on"), "stage_passed", values=values)


def _review_clocks(policy: Policy) -> Found:
    of_review = _of_review(policy)
    for index, clock in enumerate(policy.clocks):
        if clock.key in of_review and not policy.review.allowed:
            yield Problem(("clocks", index, "starts_from"), "no_review")
        if clock.ends_on == "reviewed" and clock.key not in of_review:
            yield Problem(("clocks", index, "ends_on"), "reviewed_without_review")
        if clock.ends_on in STAGES and clock.key in of_review:
            yield Problem(("clocks", index, "ends_on"), "review_without_reviewed")


def _of_review(policy: Policy) -> set[str]:
    """The clocks that begin once a review was asked for."""
    starts = {clock.key: clock.starts_from for clock in policy.clocks}
    return {key for key in starts if _first_event(key, starts) == "review"}


def _first_event(key: str, starts: Mapping[str, str]) -> str:
    seen = {key}
    while (key := starts.get(key, "receipt")) not in EVENTS and key not in seen:
        seen.add(key)
    return key


def _promise(policy: Policy) -> Found:
    levels = {clock.key: clock.level for clock in policy.clocks}
    of_review = _of_review(policy)
    for key, clock in (("promise", policy.receipt.promise), ("then", policy.receipt.then)):
        if clock is not None and clock not in levels:
            values = {"promise": clock, "known": listed(levels)}
            yield Problem(("receipt", key), "promise_unknown", values=values)
        elif clock is not None and levels[clock] == "major":
            yield Problem(("receipt", key), "promise_major", values={"promise": clock})
        elif clock in of_review:
            yield Problem(("receipt", key), "promise_review", values={"promise": clock})


def _promised_then(policy: Policy) -> Found:
    """What is promised once a case is accepted needs an acceptance."""
    if policy.receipt.then and not policy.work.acceptance:
        yield Problem(("receipt", "then"), "then_without_acceptance")


CHECKS = (
    Check(frozenset({"clocks"}), _clocks),
    Check(frozenset({"clocks"}), _major),
    Check(frozenset({"clocks", "receipt"}), _promise),
    Check(frozenset({"receipt", "work"}), _promised_then),
    Check(frozenset({"clocks"}), _order),
    Check(frozenset({"clocks", "work"}), _stages),
    Check(frozenset({"clocks", "review"}), _review_clocks),
)
