"""What somebody may do: by the duties of their posts, standing in for who is not there, never in two posts kept apart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.cases import rights
from core.policies.load import load
from core.store.staff import StaffMember

RULES = load("internal-rules")
"""The director stands in for the head; reception, investigators and the head are kept apart, and others."""


def member(number: int, *posts: str, absent: bool = False, gone: bool = False) -> StaffMember:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return StaffMember(number, f"member{number}", ("a",), "", posts, absent, now, now if gone else None)


HEAD, AWAY, GONE = member(1, "head"), member(1, "head", absent=True), member(1, "head", gone=True)
DIRECTOR, LEGAL = member(2, "director"), member(3, "legal")


@pytest.mark.parametrize(
    ("heads", "away", "held"),
    [
        ([], (), ("director", "head")),
        ([HEAD], (), ("director",)),
        ([AWAY], (), ("director", "head")),
        ([GONE], (), ("director", "head")),
        ([HEAD], (1,), ("director", "head")),
        ([HEAD, member(4, "head")], (1,), ("director",)),
    ],
    ids=["nobody", "there", "away", "gone", "recused", "a second one is there"],
)
def test_a_deputy_acts_while_nobody_who_holds_the_post_can(
    heads: list[StaffMember], away: tuple[int, ...], held: tuple[str, ...]
) -> None:
    assert rights.posts_held(RULES, DIRECTOR, [*heads, DIRECTOR], away) == held


def test_nobody_stands_in_but_whom_the_pack_names() -> None:
    assert rights.posts_held(RULES, LEGAL, [LEGAL]) == ("legal",)


def test_a_post_that_the_pack_no_longer_has_gives_no_right() -> None:
    assert rights.posts_held(RULES, member(5, "cook", "legal"), []) == ("legal",)


@pytest.mark.parametrize(
    ("post", "taken", "meets"),
    [
        ("head", ["investigator"], True),
        ("head", ["legal", "reception"], True),
        ("reviewer", ["investigator"], True),
        ("director", ["investigator"], True),
        ("head", ["head"], False),
        ("head", ["director"], False),
        ("legal", ["head", "investigator"], False),
        ("reviewer", ["reception"], False),
        ("head", [], False),
    ],
)
def test_posts_that_the_pack_keeps_apart_do_not_meet_in_one_person(post: str, taken: list[str], meets: bool) -> None:
    assert rights.meets_separate(RULES, post, taken) is meets


def test_who_only_administers_or_audits_reads_no_case() -> None:
    center = load("report-center")
    assert not rights.reads_cases(center, ["inspector"])
    assert all(rights.reads_cases(center, [post.key]) for post in center.posts if post.key != "inspector")
    assert not rights.reads_cases(center, [])
