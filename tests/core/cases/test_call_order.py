"""Whom to call, in which order, and who follows: on duty first, others only then, whoever is away only in the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.cases import call_order
from core.policies.load import load
from core.policies.policy import Calls, Policy
from core.store.staff import StaffMember

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def member(id_: int, *posts: str, absent: bool = False, left: bool = False) -> StaffMember:
    return StaffMember(id_, f"m{id_}", (f"m{id_}",), "", posts, absent, WHEN, WHEN if left else None)


def order(policy: Policy, *people: StaffMember, away: tuple[int, ...] = ()) -> list[tuple[int, str]]:
    return [(each.member.id, each.post) for each in call_order.callees(policy, people, away)]


@pytest.mark.parametrize(
    ("pack", "posts"),
    [
        # major_to, their deputies, then whoever else leads.
        ("service-app", ("head", "leader")),
        ("government-efficiency", ("director", "bureau_leader")),
        ("internal-rules", ("head", "director")),
    ],
)
def test_a_pack_says_in_which_order_or_it_follows_from_who_leads(pack: str, posts: tuple[str, ...]) -> None:
    assert load(pack).call_order == posts


def test_an_order_of_its_own_is_the_whole_order() -> None:
    policy = load("service-app").model_copy(update={"calls": Calls(to=("leader",))})
    assert policy.call_order == ("leader",)


def test_each_is_called_once_in_the_first_post_they_hold_and_whoever_must_not_know_never() -> None:
    policy = load("service-app")
    people = (member(1, "leader"), member(2, "agent"), member(3, "head", "leader"), member(4, "head"))
    assert order(policy, *people) == [(3, "head"), (4, "head"), (1, "leader")]
    assert order(policy, *people, away=(3,)) == [(4, "head"), (1, "leader")]
    assert order(policy, member(5, "head", left=True)) == []


def called(people: list[StaffMember], on_duty: set[int]) -> list[int]:
    """Who is called one after the other, where nobody confirms."""
    able, so_far = call_order.callees(load("service-app"), people, ()), list[int]()
    while following := call_order.next_one(able, on_duty, so_far):
        so_far.append(following.member.id)
    return so_far


def test_those_on_duty_come_first_and_others_only_where_none_of_those_confirms() -> None:
    people = [member(1, "head"), member(2, "head"), member(3, "leader"), member(4, "leader")]
    assert called(people, {1, 2, 3, 4}) == [1, 2, 3, 4]
    assert called(people, {2, 4}) == [2, 4, 1, 3]
    assert called(people, set()) == [1, 2, 3, 4], "life first: somebody is called all the same"


def test_whoever_is_away_is_called_only_where_everybody_is() -> None:
    away = [member(1, "head", absent=True), member(3, "leader", absent=True)]
    assert called([*away, member(2, "head")], {1, 2, 3}) == [2]
    assert called(away, set()) == [1, 3]
    assert called([], set()) == []


def test_each_further_round_is_slower_down_to_once_a_day() -> None:
    policy = load("service-app")
    minutes = [call_order.pause(policy, round_) / timedelta(minutes=1) for round_ in (0, 1, 2, 3, 4, 5, 6, 400)]
    assert minutes == [10, 60, 120, 240, 480, 960, 1440, 1440]
    slow = policy.model_copy(update={"calls": Calls(after_minutes=90, again_after_minutes=15)})
    assert [call_order.pause(slow, round_) / timedelta(minutes=1) for round_ in (0, 1, 2, 3, 4)] == [
        90,
        90,
        90,
        90,
        120,
    ]
