"""What somebody may do in a case: by the duties of their posts, by standing in for others, never in two separate posts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from core.policies.policy import Duty, Policy
from core.store.staff import StaffMember

CASE_DUTIES: frozenset[Duty] = frozenset(
    {"reception", "investigation", "opinion", "handling", "approval", "review", "leadership", "archiving"}
)
"""Whoever has one of these needs to read what was told; who only administers or audits does not."""


def posts_held(
    policy: Policy, member: StaffMember, everybody: Iterable[StaffMember], away: Collection[int] = ()
) -> tuple[str, ...]:
    """The posts in which this member can act: their own first, then those they stand in for.

    A deputy acts while nobody who holds the post is there; ``away`` are ids of members who may not act in this case.
    """
    own = [key for key in member.posts if key in {post.key for post in policy.posts}]
    there = {key for other in everybody if _is_there(other, away) for key in other.posts}
    standing_in = [
        post.key
        for post in policy.posts
        if post.key not in own and post.key not in there and set(own) & set(post.deputies)
    ]
    return (*own, *standing_in)


def standing_in_for(
    policy: Policy, absent: StaffMember, everybody: Collection[StaffMember], away: Collection[int] = ()
) -> list[StaffMember]:
    """Who is there and acts in the posts of somebody who is not."""
    return [
        other
        for other in everybody
        if _is_there(other, away)
        and set(posts_held(policy, other, everybody, away)) & set(absent.posts) - set(other.posts)
    ]


def _is_there(member: StaffMember, away: Collection[int]) -> bool:
    return member.is_at_work and member.id not in away


def with_duty(policy: Policy, posts: Iterable[str], duties: Collection[Duty]) -> Iterator[str]:
    """Those of the posts that have one of the duties."""
    return (key for key in posts if set(policy.post(key).duties) & set(duties))


def reads_cases(policy: Policy, posts: Iterable[str]) -> bool:
    return any(with_duty(policy, posts, CASE_DUTIES))


def meets_separate(policy: Policy, post: str, taken: Iterable[str]) -> bool:
    """Whether somebody who took part in the posts ``taken`` may not act in ``post``: the pack keeps them apart."""
    former = set(taken) - {post}
    return any(post in group and former & set(group) for group in policy.work.separate)
