"""What posts, work and decision must agree on: somebody is there for all that a pack asks for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from core.policies.checking import Check, Found, distinct, distinct_keys, distinct_labels, free_keys, listed
from core.policies.faults import Place, Problem
from core.policies.policy import Measure, Policy

HANDLER = "handler"  # On the ladder: whoever has the case, whatever their post.
MAY_EXTEND = {"leadership", "approval"}  # Whoever grants more time decides over others' work.
ALWAYS_NEEDED = ("reception", "handling", "leadership", "archiving", "administration")


def _posts(policy: Policy) -> Found:
    yield from distinct_keys(policy, "posts")
    yield from free_keys(policy, "posts", (HANDLER,))
    yield from distinct_labels(policy.posts, ("posts",))
    known = [post.key for post in policy.posts]
    for index, post in enumerate(policy.posts):
        yield from _known_posts(post.deputies, ("posts", index, "deputies"), known)
        if post.key in post.deputies:
            yield Problem(("posts", index, "deputies"), "own_deputy", values={"post": post.key})
    held = {duty for post in policy.posts for duty in post.duties}
    for duty in ALWAYS_NEEDED:
        if duty not in held:
            yield Problem(("posts",), "duty_missing", values={"duty": duty})


def _duties(policy: Policy) -> Found:
    """Somebody can do what the pack asks for."""
    held = {duty for post in policy.posts for duty in post.duties}
    asked = {"investigation": policy.work.investigation, "review": policy.review.allowed}
    for duty, wanted in asked.items():
        if wanted and duty not in held:
            yield Problem(("posts",), "duty_missing", values={"duty": duty})


def _work(policy: Policy) -> Found:
    known = [post.key for post in policy.posts]
    for index, group in enumerate(policy.work.separate):
        yield from _known_posts(group, ("work", "separate", index), known)
        if len(set(group)) < 2:
            yield Problem(("work", "separate", index), "separate_alone")
    yield from _known_posts(policy.work.major_to, ("work", "major_to"), known)
    for index, rung in enumerate(policy.work.ladder):
        yield from _known_posts(rung.to, ("work", "ladder", index, "to"), [*known, HANDLER])
    for index, (earlier, later) in enumerate(pairwise(policy.work.ladder), start=1):
        if later.hours <= earlier.hours:
            yield Problem(("work", "ladder", index, "hours"), "ladder_order", values={"before": earlier.hours})


def _calls(policy: Policy) -> Found:
    yield from _known_posts(policy.calls.to, ("calls", "to"), [post.key for post in policy.posts])


def _decision(policy: Policy) -> Found:
    decision = policy.decision
    yield from _measures(decision.measures, ("decision", "measures"))
    yield from _able(policy, decision.opinion_by, "opinion", ("decision", "opinion_by"))
    yield from _able(policy, decision.approved_by, "approval", ("decision", "approved_by"))
    for index, row in enumerate(decision.authority):
        yield from _able(policy, row.approved_by, "approval", ("decision", "authority", index, "approved_by"))
    yield from _amounts(policy)
    yield from _meeting(policy)


def _measures(measures: tuple[Measure, ...], at: Place) -> Found:
    yield from distinct([row.key for row in measures], at, "duplicate_key", "key")
    yield from distinct_labels(measures, at)


def _meeting(policy: Policy) -> Found:
    """A meeting decides what was proposed and is then approved."""
    decision = policy.decision
    if decision.meeting_for and not decision.meeting:
        yield Problem(("decision", "meeting"), "meeting_unnamed")
    if decision.meeting_for and not decision.approved_by:
        yield Problem(("decision", "meeting_for"), "meeting_without_approval")
    if decision.tells_authority and not decision.meeting_for:
        yield Problem(("decision", "tells_authority"), "tells_without_meeting")


def _amounts(policy: Policy) -> Found:
    """核决权限: amounts rise, and the last row takes what is left."""
    rows = policy.decision.authority
    if rows and not policy.decision.approved_by:
        yield Problem(("decision", "authority"), "authority_without_approval")
    for index, row in enumerate(rows):
        last = index == len(rows) - 1
        if (row.up_to_yuan is None) != last:
            yield Problem(("decision", "authority", index, "up_to_yuan"), "authority_last")
    amounts = [row.up_to_yuan for row in rows if row.up_to_yuan is not None]
    if amounts != sorted(set(amounts)):
        yield Problem(("decision", "authority"), "authority_order")


def _extensions(policy: Policy) -> Found:
    known = [post.key for post in policy.posts]
    for index, clock in enumerate(policy.clocks):
        if clock.extension:
            at: Place = ("clocks", index, "extension", "approved_by")
            yield from _known_posts((clock.extension.approved_by,), at, known)
            if not any(
                set(post.duties) & MAY_EXTEND for post in policy.posts if post.key == clock.extension.approved_by
            ):
                yield from _cannot_extend(clock.extension.approved_by, at, known)


def _cannot_extend(post: str, at: Place, known: Iterable[str]) -> Found:
    if post in known:
        yield Problem(at, "post_cannot_extend", values={"post": post})


def _able(policy: Policy, post: str | None, duty: str, at: Place) -> Found:
    """The post exists and has the duty."""
    if post is None:
        return
    found = next((row for row in policy.posts if row.key == post), None)
    if found is None:
        yield from _known_posts((post,), at, [row.key for row in policy.posts])
    elif duty not in found.duties:
        yield Problem(at, "post_without_duty", values={"post": post, "duty": duty})


def _known_posts(posts: Iterable[str], at: Place, known: Iterable[str]) -> Found:
    for post in posts:
        if post not in known:
            yield Problem(at, "post_unknown", values={"post": post, "known": listed(known)})


def _weighing(policy: Policy) -> Found:
    for index, rule in enumerate(policy.major):
        if not (rule.any_of or rule.yuan_from or rule.people_from):
            yield Problem(("major", index), "major_never")
        for word in (word for word in rule.any_of if len(word) < 2):
            yield Problem(("major", index, "any_of"), "exclusion_short", values={"word": word})


CHECKS = (
    Check(frozenset({"posts"}), _posts),
    Check(frozenset({"posts", "work", "review"}), _duties),
    Check(frozenset({"posts", "work"}), _work),
    Check(frozenset({"posts", "calls"}), _calls),
    Check(frozenset({"posts", "decision"}), _decision),
    Check(frozenset({"posts", "clocks"}), _extensions),
    Check(frozenset({"major"}), _weighing),
)
