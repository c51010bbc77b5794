"""Extensions of a clock: asked for by one, approved by the post that the pack names, across holidays, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from core.cases.clocks import local_day
from core.store.cases import StoredCase
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk, at

MONDAY = "2026-09-21 10:00"
"""Before 中秋节 (25–27 September) and 国庆节 (1–7 October, made up for on 20 September and 10 October)."""


@pytest.fixture
def desk(store: Store) -> Desk:
    desk = Desk(store, at(MONDAY), "service-center", crew=False)
    desk.hire_for_each_post()
    desk.hire("officer2", "officer")
    return desk


@pytest.fixture
def accepted(desk: Desk) -> StoredCase:
    case, _ = desk.open()
    return desk.work(case.number, "accept", "officer")


def ask(desk: Desk, case: StoredCase, by: str = "officer") -> StoredCase:
    return desk.work(case.number, "ask_extension", by, words="the maker must test it")


def extend(desk: Desk, case: StoredCase) -> StoredCase:
    ask(desk, case)
    return desk.work(case.number, "extend", "head")


def test_three_working_days_follow_the_promised_one(desk: Desk, accepted: StoredCase) -> None:
    """22, 23, 24, 28, 29, 30 September and 8 October; then 9, 10 (made up for) and 12 October."""
    assert accepted.promised_on == date(2026, 10, 8)
    assert ask(desk, accepted).promised_on == date(2026, 10, 8), "asking moves nothing"
    extended = desk.work(accepted.number, "extend", "head")
    assert extended.promised_on == date(2026, 10, 12)
    row = desk.clock(accepted.number, "result")
    assert (local_day(row.due_at), row.due_at) == (date(2026, 10, 12), desk.promise_ends(extended.number))
    assert [(each.further, each.at, each.by) for each in row.extensions] == [(3, desk.now, "staff:head")]


def test_the_complainant_reads_why_and_until_when(desk: Desk, accepted: StoredCase) -> None:
    desk.told()
    extend(desk, accepted)
    [told] = desk.told()
    assert "the maker must test it" in told
    assert "10 月 12 日" in told


def test_who_approves_may_say_it_in_other_words(desk: Desk, accepted: StoredCase) -> None:
    ask(desk, accepted)
    desk.told()
    desk.work(accepted.number, "extend", "head", words="the laboratory is closed until the 8th")
    assert "the laboratory is closed" in desk.told()[0]


def test_an_extension_is_given_as_often_as_the_pack_says(desk: Desk, accepted: StoredCase) -> None:
    extend(desk, accepted)
    assert desk.refused(accepted.number, "ask_extension", "officer", words="again") == "act.extended_enough"
    assert desk.refused(accepted.number, "extend", "head") == "act.nobody_asked"


def test_nobody_extends_what_nobody_asked_for(desk: Desk, accepted: StoredCase) -> None:
    assert desk.refused(accepted.number, "extend", "head") == "act.nobody_asked"


def test_only_the_post_that_the_pack_names_approves(desk: Desk, accepted: StoredCase) -> None:
    ask(desk, accepted)
    assert desk.refused(accepted.number, "extend", "officer2") == "act.not_your_post"
    assert desk.refused(accepted.number, "extend", "director") == "act.other_post_approves"


def test_who_asked_does_not_approve(desk: Desk, accepted: StoredCase) -> None:
    desk.hire("both", "officer", "head")
    ask(desk, accepted, "both")
    assert desk.refused(accepted.number, "extend", "both") == "act.own_approval"


def test_while_nobody_holds_the_post_its_deputy_approves(desk: Desk, accepted: StoredCase) -> None:
    ask(desk, accepted)
    desk.away("head")
    assert desk.work(accepted.number, "extend", "director").promised_on == date(2026, 10, 12)
    row = desk.clock(accepted.number, "result")
    assert [each.by for each in row.extensions] == ["staff:director"]


def test_a_stage_without_extension_is_not_extended(desk: Desk) -> None:
    case, _ = desk.open()
    assert desk.refused(case.number, "ask_extension", "officer", words="…") == "act.not_extendable"
    assert desk.refused(case.number, "ask_extension", "officer", words="…", clock="result") == "act.no_such_clock"


def test_what_is_due_already_is_not_extended(desk: Desk, accepted: StoredCase) -> None:
    """Nor is it once an apology has put the promise off: the clock itself is over."""
    ask(desk, accepted)
    desk.now = desk.promise_ends(accepted.number)
    desk.later(minutes=1)
    assert desk.refused(accepted.number, "extend", "head") == "act.too_late_to_extend"
    assert desk.refused(accepted.number, "ask_extension", "officer", words="…") == "act.too_late_to_extend"
    desk.look_after()
    assert desk.refused(accepted.number, "extend", "head") == "act.too_late_to_extend"


def test_what_stands_still_is_not_extended(desk: Desk, accepted: StoredCase) -> None:
    desk.work(accepted.number, "request_supplement", "officer", words="which lift?")
    assert desk.refused(accepted.number, "ask_extension", "officer", words="…") == "act.clock_stopped"


def test_a_case_that_was_taken_up_again_may_be_extended_again(desk: Desk, accepted: StoredCase) -> None:
    extend(desk, accepted)
    desk.closed(accepted.number, by="officer")
    again = desk.do(accepted.number, "reopen", "it leaks again")
    assert desk.refused(accepted.number, "extend", "head") == "act.nobody_asked", "what was asked before is over"
    desk.work(accepted.number, "assign", "officer", handler="officer")
    assert extend(desk, again).promised_on > again.promised_on


def test_what_was_asked_before_an_answer_is_not_granted_once_it_is_taken_up_again(
    desk: Desk, accepted: StoredCase
) -> None:
    ask(desk, accepted)
    desk.closed(accepted.number, by="officer")
    desk.do(accepted.number, "reopen", "it leaks again")
    assert desk.refused(accepted.number, "extend", "head") == "act.nobody_asked"


def test_nobody_approves_in_a_post_that_is_kept_apart_from_another_of_theirs(store: Store) -> None:
    desk = Desk(store, at(MONDAY), "service-center", crew=False)
    desk.changed(work=desk.policy.work.model_copy(update={"separate": (("director", "head"),)}))
    desk.hire("officer", "officer")
    desk.hire("both", "director", "head")
    case, _ = desk.open()
    desk.work(case.number, "accept", "both")
    ask(desk, case)
    assert desk.refused(case.number, "extend", "both") == "act.separate_posts"


@pytest.fixture
def two_clocks(store: Store) -> tuple[Desk, StoredCase]:
    """A pack in which two clocks that run at once may be given more time."""
    desk = Desk(store, at(MONDAY), "internal-rules", crew=False)
    result = desk.policy.clock("result").model_copy(update={"extension": desk.policy.clock("investigation").extension})
    desk.changed(clocks=tuple(result if row.key == "result" else row for row in desk.policy.clocks))
    desk.hire_for_each_post()
    case, _ = desk.open()
    return desk, desk.work(case.number, "accept", "reception")


def test_the_clock_meant_is_named_where_several_run(two_clocks: tuple[Desk, StoredCase]) -> None:
    desk, case = two_clocks
    assert desk.refused(case.number, "ask_extension", "reception", words="…") == "act.which_clock"
    before = desk.case(case.number).promised_on
    desk.work(case.number, "ask_extension", "reception", words="…", clock="investigation")
    assert desk.work(case.number, "extend", "head").promised_on == before, "the promise is another clock"
    assert len(desk.clock(case.number, "investigation").extensions) == 1


def test_of_two_that_were_asked_for_each_is_granted_by_itself(two_clocks: tuple[Desk, StoredCase]) -> None:
    desk, case = two_clocks
    for key in ("investigation", "result"):
        desk.work(case.number, "ask_extension", "reception", clock=key, words=f"more for {key}")
    assert desk.refused(case.number, "extend", "head") == "act.which_clock"
    desk.later(minutes=1)
    desk.work(case.number, "extend", "head", clock="result")
    assert [len(desk.clock(case.number, key).extensions) for key in ("investigation", "result")] == [0, 1]
    desk.later(minutes=1)
    desk.work(case.number, "extend", "head")
    assert [len(desk.clock(case.number, key).extensions) for key in ("investigation", "result")] == [1, 1]
    assert desk.refused(case.number, "extend", "head") == "act.nobody_asked"
