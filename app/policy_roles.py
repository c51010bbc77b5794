"""Who decides what under a pack, and how a case is worked on, in a clerk's words: for ``tousu policy show`` and the pages. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.policy_words import listed, post_label
from app.texts_cli import say
from core.policies.policy import Authority, Clock, MajorRule, Measure, Policy, Post, Rung
from core.texts import load_texts


def duties(post: Post) -> str:
    return listed(load_texts().render("zh", f"duty.{duty}") for duty in post.duties)


def deputies(post: Post, pack: Policy) -> str:
    """Who stands in for a post, empty where nobody does."""
    return listed(post_label(key, pack) for key in post.deputies)


def end_of(clock: Clock) -> str:
    return say("policy_end", clock.ends_on)


def extension_of(clock: Clock, pack: Policy) -> str:
    """By whom, how often and by how much a clock is extended; empty where it is not."""
    if clock.extension is None:
        return ""
    limits = {"times": clock.extension.times, "limit": clock.extension.limit, "unit": say("unit", clock.unit)}
    return say("policy_roles", "extension", **limits, post=post_label(clock.extension.approved_by, pack))


def deciding(pack: Policy) -> Iterator[str]:
    """From the opinion to the measures: a sentence each."""
    decision = pack.decision
    if decision.opinion_by:
        yield say("policy_roles", "opinion", post=post_label(decision.opinion_by, pack))
    if decision.approved_by:
        yield say("policy_roles", "approval", post=post_label(decision.approved_by, pack))
    else:
        yield say("policy_roles", "no_approval")
    if decision.authority:
        yield say("policy_roles", "authority", amounts="；".join(_amount(row, pack) for row in decision.authority))
    if decision.meeting_for and decision.meeting:
        level = say("policy_level", decision.meeting_for)
        tells = say("policy_roles", "tells_authority") if decision.tells_authority else ""
        yield say("policy_roles", "meeting", level=level, meeting=decision.meeting.zh, tells=tells)
    yield say("policy_roles", "measures", measures="；".join(map(_measure, decision.measures)))


def working(pack: Policy) -> Iterator[str]:
    """From the level to the review: a sentence each."""
    yield from _levels(pack)
    yield from _stages(pack)
    yield from _apart(pack)
    yield say("policy_roles", "ladder", rungs="；".join(_rung(rung, pack) for rung in pack.work.ladder))
    yield _calls(pack)
    yield _second_look(pack)


def _calls(pack: Policy) -> str:
    minutes = {"minutes": pack.calls.after_minutes, "again": pack.calls.again_after_minutes}
    return say("policy_roles", "calls", posts=_posts(pack.call_order, pack), **minutes)


def _second_look(pack: Policy) -> str:
    if pack.review.allowed:
        return say("policy_roles", "review", days=pack.review.within_days)
    days = pack.follow_up.reopen_within_days
    return say("policy_roles", "no_review" if days else "no_second_look", days=days)


def _levels(pack: Policy) -> Iterator[str]:
    if pack.major:
        yield say("policy_roles", "major", rules="；".join(map(_rule, pack.major)))
    else:
        yield say("policy_roles", "no_major")
    if pack.work.major_to:
        yield say("policy_roles", "major_to", posts=_posts(pack.work.major_to, pack))


def _rule(rule: MajorRule) -> str:
    reasons = (
        rule.any_of and say("policy_roles", "rule_words", words=listed(rule.any_of)),
        rule.yuan_from and say("policy_roles", "rule_yuan", yuan=rule.yuan_from),
        rule.people_from and say("policy_roles", "rule_people", people=rule.people_from),
    )
    return say("policy_roles", "rule", label=rule.label.zh, reasons="，".join(str(one) for one in reasons if one))


def _stages(pack: Policy) -> Iterator[str]:
    work = pack.work
    yield say("policy_roles", "acceptance" if work.acceptance else "no_acceptance")
    yield say("policy_roles", "investigation" if work.investigation else "no_investigation")
    if work.stops:
        yield say("policy_roles", "stops", reasons=listed(say("clock_stop", stop) for stop in work.stops))
    else:
        yield say("policy_roles", "no_stops")


def _apart(pack: Policy) -> Iterator[str]:
    for group in pack.work.separate:
        yield say("policy_roles", "separate", posts=_posts(group, pack))


def _rung(rung: Rung, pack: Policy) -> str:
    when = "rung_before" if rung.hours < 0 else "rung_after" if rung.hours else "rung_at"
    return say("policy_roles", when, hours=abs(rung.hours), posts=_posts(rung.to, pack))


def _amount(row: Authority, pack: Policy) -> str:
    post = post_label(row.approved_by, pack)
    if row.up_to_yuan is None:
        return say("policy_roles", "amount_left", post=post)
    return say("policy_roles", "amount", yuan=row.up_to_yuan, post=post)


def _measure(measure: Measure) -> str:
    return say("policy_roles", "followed" if measure.followed else "measure", label=measure.label.zh, key=measure.key)


def _posts(keys: tuple[str, ...], pack: Policy) -> str:
    return listed(post_label(key, pack) for key in keys)
