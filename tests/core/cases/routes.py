"""Ways through the table of the lifecycle: how any status is reached under a pack, who takes each step, and with what words.

The crew is one person for each post, called like it; so nobody ever stands in for anybody, or acts in two posts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from core.cases.lifecycle import TABLE, Transition
from core.cases.vocabulary import Status, features
from core.policies.load import load, packs
from core.policies.policy import Duty, Policy
from tests.core.cases.desk import Desk

WORKING: tuple[Duty, ...] = ("investigation", "handling")


def all_packs() -> dict[str, Policy]:
    """The packs that come with the service, and one more: none of them has approval or review without investigation."""
    ours = {name: load(name) for name in packs()}
    template = ours["internal-rules"]
    kept = {name: getattr(template, name) for name in Policy.model_fields}
    work = template.work.model_copy(update={"investigation": False})
    return ours | {"uninvestigated": Policy.model_construct(**(kept | {"work": work, "id": "uninvestigated"}))}


def rows(policy: Policy) -> list[Transition]:
    """The rows of the table that hold under this pack."""
    return [row for row in TABLE if row.holds(features(policy))]


def shortest(policy: Policy) -> dict[Status, tuple[Transition, ...]]:
    """For every status that can be reached: the fewest steps that lead there from a new case."""
    found: dict[Status, tuple[Transition, ...]] = {"registered": ()}
    waiting: deque[Status] = deque(["registered"])
    while waiting:
        at = waiting.popleft()
        for row in rows(policy):
            if row.source == at and row.side == "staff" and row.target not in found:
                found[row.target] = (*found[at], row)
                waiting.append(row.target)
    return found


def post_for(policy: Policy, action: str, duties: Sequence[Duty]) -> str:
    """The post that takes this step: the one the pack names, else the first that has one of the duties."""
    named = {
        "opine": policy.decision.opinion_by,
        "approve": policy.decision.approved_by,
        "send_back": policy.decision.approved_by,
    }
    return named.get(action) or next(post.key for post in policy.posts if set(post.duties) & set(duties))


def with_duty(policy: Policy, *duties: Duty) -> str:
    return next(post.key for post in policy.posts if set(post.duties) & set(duties))


def fields_for(policy: Policy, row: Transition) -> dict[str, str]:
    """Everything that this step needs and more, so that nothing is refused for want of a field."""
    given = {
        "words": "so it is",
        "level": "major",
        "category": policy.categories[0].key,
        "kind": "document",
        "reason": policy.work.stops[0] if policy.work.stops else "",
        "authority": "no",
        "handler": with_duty(policy, "review") if row.action == "assign_review" else with_duty(policy, *WORKING),
    }
    if row.action in ("propose", "change") or (row.action == "close" and row.source != "decided"):
        given["outcome"] = "substantiated"
    return given


def step(desk: Desk, number: str, row: Transition, **fields: str) -> None:
    """One step on the way, and whatever the pack wants to be there before it."""
    if row.action == "propose" and desk.policy.decision.opinion_by:
        desk.work(number, "opine", desk.policy.decision.opinion_by, words="it is so")
    by = post_for(desk.policy, row.action, row.duties)
    desk.work(number, row.action, by, **(fields_for(desk.policy, row) | fields))


def lead(desk: Desk, number: str, goal: Status, **fields: str) -> None:
    """Lead a new case to a status by the shortest way."""
    for row in shortest(desk.policy)[goal]:
        desk.later(minutes=1)
        step(desk, number, row, **fields)
