"""Two members of staff at once on one case: one wins, the other is told what changed, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest

from core.errors import Refused, StoreUnavailable
from core.store import audit
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk, in_words
from tests.core.cases.invariants import all_faults
from tests.core.cases.routes import lead

WORDS = "so it is"
ROUNDS = 4

Outcome = Refused | None


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    desk = Desk(store, now, "internal-rules", crew=False)
    desk.hire_for_each_post("", "2")
    return desk


def at_once(*attempts: Callable[[], object]) -> list[Outcome]:
    """All begin together; what each was told, None where it was done."""
    ready = Barrier(len(attempts))

    def one(attempt: Callable[[], object]) -> Outcome:
        ready.wait()
        try:
            attempt()
        except Refused as refused:
            return refused
        return None

    with ThreadPoolExecutor(len(attempts)) as threads:
        return list(threads.map(one, attempts))


def whole(desk: Desk, numbers: Sequence[str]) -> None:
    ids = [desk.case(number).id for number in numbers]
    assert desk.store.read(lambda uow: all_faults(uow, desk.office, ids)) == []
    assert not desk.store.read(audit.verify).findings


def test_one_of_two_who_decide_otherwise_wins_and_the_other_hears_what_happened(desk: Desk) -> None:
    numbers = []
    for index in range(ROUNDS):
        number = desk.open(f"draft {index}")[0].number
        told = at_once(
            lambda number=number: desk.work(number, "accept", "reception"),  # type: ignore[misc]
            lambda number=number: desk.work(number, "refer", "reception2", words="the landlord answers for it"),  # type: ignore[misc]
        )
        # Who accepts first can be followed by a referral, never the other way round.
        assert desk.status(number) == "referred"
        if told[0] is not None:
            assert str(told[0]) == "act.not_from_here"
            assert "reception2" in told[0].facts["what"]
            in_words(desk.office, told[0], number)
        assert told[1] is None
        numbers.append(number)
    whole(desk, numbers)


@pytest.mark.parametrize(
    ("status", "action", "by", "fields"),
    [
        ("registered", "accept", ("reception", "reception2"), {}),
        ("registered", "decline", ("reception", "head"), {"words": WORDS}),
        ("investigating", "conclude", ("investigator", "investigator2"), {"words": WORDS}),
        ("proposed", "approve", ("head", "head2"), {}),
        ("decided", "close", ("investigator", "reception"), {"words": WORDS}),
        ("closed", "reopen", ("reception", "head"), {"words": WORDS}),
        ("reviewing", "uphold", ("reviewer", "reviewer2"), {"words": WORDS}),
    ],
)
def test_what_two_do_at_once_is_done_once(
    desk: Desk, status: str, action: str, by: tuple[str, str], fields: dict[str, str]
) -> None:
    number = desk.open()[0].number
    lead(desk, number, status)  # type: ignore[arg-type]
    desk.later(minutes=1)
    desk.sent()
    told = at_once(*(lambda who=who: desk.work(number, action, who, **fields) for who in by))  # type: ignore[misc]
    [refused] = [each for each in told if each is not None]
    assert str(refused) == "act.not_from_here"
    assert by[told.index(None)] in refused.facts["what"]
    assert len(desk.told()) <= 1
    whole(desk, [number])


def test_of_two_who_saw_the_same_case_one_acts_and_the_other_looks_again(desk: Desk) -> None:
    """Also where both could be done one after the other: the second did not know of the first."""
    number = desk.open()[0].number
    lead(desk, number, "investigating")
    seen = desk.seen(number)
    told = at_once(
        *(lambda who=who: desk.work(number, "note", who, words=WORDS, seen=seen) for who in ("investigator", "head"))  # type: ignore[misc]
    )
    [refused] = [each for each in told if each is not None]
    assert str(refused) == "act.changed_since"
    assert ("investigator", "head")[told.index(None)] in refused.facts["what"]
    assert desk.kinds(number).count("noted") == 1
    whole(desk, [number])


def test_what_does_not_get_in_each_others_way_is_all_done(desk: Desk) -> None:
    number = desk.open()[0].number
    lead(desk, number, "investigating")
    who = ("investigator", "investigator2", "head", "reception", "reception2", "head2")
    assert at_once(*(lambda by=by: desk.work(number, "note", by, words=by) for by in who)) == [None] * len(who)  # type: ignore[misc]
    assert sorted(entry.note for entry in desk.entries(number) if entry.kind == "noted") == sorted(who)
    whole(desk, [number])


def test_the_complainant_and_staff_at_once(desk: Desk) -> None:
    """Withdrawn and accepted: whichever came first, the case is withdrawn, and its timeline says how."""
    for index in range(ROUNDS):
        number = desk.open(f"draft {index}")[0].number
        told = at_once(
            lambda number=number: desk.do(number, "withdraw"),  # type: ignore[misc]
            lambda number=number: desk.work(number, "accept", "reception"),  # type: ignore[misc]
        )
        assert desk.status(number) == "withdrawn"
        assert told[0] is None
        if told[1] is not None:
            assert "withdraw" in str(desk.kinds(number))
        whole(desk, [number])


def test_two_cases_that_are_joined_to_each_other_at_once_are_not_both_lost(desk: Desk) -> None:
    """One is joined, or neither where the database could not have both: then it says so and nothing was done."""
    first, second = (desk.open(f"draft {index}")[0].number for index in range(2))

    def merge(number: str, master: str, by: str) -> None:
        try:
            desk.work(number, "merge", by, master=master)
        except StoreUnavailable as away:
            raise Refused("away") from away

    told = at_once(lambda: merge(first, second, "reception"), lambda: merge(second, first, "reception2"))
    assert [each for each in told if each is not None]
    assert sorted([desk.status(first), desk.status(second)]) in (["merged", "registered"], ["registered", "registered"])
    whole(desk, [first, second])


def test_more_representatives_than_a_group_may_have_are_not_chosen_by_choosing_them_at_once(desk: Desk) -> None:
    master = desk.open("master")[0].number
    joined = [desk.open(f"draft {index}")[0].number for index in range(7)]
    for number in joined:
        desk.work(number, "merge", "reception", master=master)
    told = at_once(*(lambda number=number: desk.work(number, "represent", "reception") for number in joined))  # type: ignore[misc]
    assert sum(each is None for each in told) == 5
    assert sum(desk.work_of(number).representative for number in joined) == 5


def test_promises_and_alerts_beside_staff_at_work(desk: Desk) -> None:
    """The jobs tick while somebody answers: nobody hears an apology for what was just answered, and nothing is torn."""
    numbers = []
    for index in range(ROUNDS):
        number = desk.open(f"draft {index}")[0].number
        lead(desk, number, "decided")
        numbers.append(number)
    desk.later(days=40)
    told = at_once(
        desk.look_after,
        desk.watch_clocks,
        *(lambda number=number: desk.work(number, "close", "investigator", words=WORDS) for number in numbers),  # type: ignore[misc]
    )
    assert told == [None] * len(told)
    whole(desk, numbers)
    assert {desk.status(number) for number in numbers} == {"closed"}
