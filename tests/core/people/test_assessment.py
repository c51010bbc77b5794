"""An assessment is computed from cases, completed by hand, written down once; a failed one leads to a training and is repeated."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.store.figures import Figures
from tests.core.people.office import BY_HAND, People

LOW = {"attitude": 40, "ability": 30}


@pytest.fixture
def later(people: People) -> People:
    """In the quarter after the one in which everybody joined: 2027-02-23."""
    people.next_quarter()
    return people


def worked(people: People, draft: str, *, days: int = 0, stars: str = "") -> str:
    """A case that the officer took and answered, some days later; and what its complainant thought of it."""
    number = people.open(draft)[0].number
    people.later(minutes=5)
    people.work(number, "assign", "head", handler="officer")
    people.later(days=days, minutes=5)
    people.work(number, "conclude", "officer", words="so it was")
    people.later(minutes=5)
    people.work(number, "close", "officer", words="done", outcome="substantiated")
    people.later(minutes=5)
    if stars:
        people.do(number, "rate", stars)
    return number


def test_figures_are_computed_and_attitude_and_ability_are_completed_by_hand(people: People) -> None:
    worked(people, "in time", stars="5")
    worked(people, "also", stars="4 fine")
    worked(people, "late", days=22, stars="3")
    people.next_quarter()
    done = people.assesses(marks={"attitude": 90, "ability": 85}, words={"attitude": "热心"}).assessment
    assert (done.first_on, done.last_on) == (date(2026, 10, 1), date(2026, 12, 31))
    assert done.figures == Figures(stages=3, in_time=2, answers=3, ratings=3, stars=12)
    assert done.marks == {"timeliness": 67, "quality": 100, "satisfaction": 80, "attitude": 90, "ability": 85}
    assert (done.total, done.passed) == (84, True), "(67 + 100 + 80 + 90 + 85) / 5 = 84.4"
    assert people.dossier("officer").assessments == (done,)
    assert people.office_lines(1) == [
        ("people_assessed", "staff:head", "officer 2026-10-01..2026-12-31 84 passed"),
    ]


def test_what_there_was_nothing_to_measure_of_weighs_nothing(later: People) -> None:
    done = later.assesses(marks={"attitude": 70, "ability": 81}).assessment
    assert done.marks["timeliness"] is None
    assert done.total == 76, "75.5"


def test_where_all_is_computed_and_nothing_was_done_there_is_no_assessment(later: People) -> None:
    rules = later.office.personnel
    computed = tuple(part for part in rules.assessment.parts if part.figure is not None)
    assessment = rules.assessment.model_copy(update={"parts": computed})
    later.office.personnel = rules.model_copy(update={"assessment": assessment})
    assert later.is_refused(later.assessing(marks={})) == "people.nothing_measured"


def test_a_period_is_assessed_once_and_never_changed(later: People) -> None:
    later.assesses()
    assert later.is_refused(later.assessing()) == "people.assessed_already"
    assert later.is_refused(later.assessing(day=date(2026, 11, 1))) == "people.assessed_already"


def test_only_a_period_that_is_over_and_in_which_they_were_here(later: People) -> None:
    assert later.is_refused(later.assessing(day=later.today)) == "people.not_over"
    assert later.is_refused(later.assessing(day=date(2026, 8, 1))) == "people.not_here_then"


def test_marks_are_for_what_is_not_computed_and_for_all_of_it(later: People) -> None:
    for marks in ({}, {"attitude": 90}, BY_HAND | {"timeliness": 100}, BY_HAND | {"looks": 90}):
        assert later.is_refused(later.assessing(marks=marks)) == "people.marks_for"
    assert later.is_refused(later.assessing(marks=BY_HAND | {"ability": 101})) == "people.mark_of_100"
    assert later.is_refused(later.assessing(words={"looks": "…"})) == "people.no_such_part"
    assert later.is_refused(later.assessing(words={"attitude": "长" * 2001})) == "people.too_long"


def test_whoever_fails_is_trained_and_assessed_again_until_they_pass(later: People) -> None:
    failed = later.assesses(marks=LOW)
    assert (failed.assessment.passed, failed.training_by) == (False, later.in_days(30))
    [task] = later.dossier("officer").trainings
    assert (task.kind, task.why, task.assessment_id) == ("coaching", "failing", failed.assessment.id)
    assert later.is_refused(later.assessing(again=True)) == "people.training_first"
    later.later(days=5)
    later.trains(kind="coaching", mark=30)
    assert later.is_refused(later.assessing(again=True)) == "people.training_first"
    later.later(days=5)
    later.trains(kind="coaching", mark=70)
    again = later.assesses(marks=LOW, again=True).assessment
    assert (again.follows, again.first_on, again.last_on) == (failed.assessment.id, date(2027, 1, 1), later.today)
    later.later(days=1)
    assert later.is_refused(later.assessing(again=True)) == "people.training_first", "that is failed, too"
    later.trains(kind="coaching", mark=90)
    passed = later.assesses(again=True).assessment
    assert (passed.follows, passed.passed) == (again.id, True)
    assert later.is_refused(later.assessing(again=True)) == "people.nothing_failed"


def test_an_assessment_that_is_repeated_on_the_day_of_the_first_one_has_that_day(later: People) -> None:
    failed = later.assesses(marks=LOW).assessment
    later.trains(kind="coaching", mark=70)
    later.assesses(marks=LOW, again=True)
    later.trains(kind="coaching", on=later.today - timedelta(days=1), mark=71)
    again = later.assesses(again=True).assessment
    assert again.first_on == again.last_on == later.today
    assert again.follows != failed.id


def test_a_stage_is_of_whoever_had_the_case_when_its_time_was_decided(people: People) -> None:
    people.hire("other", "officer")
    number = people.open("handed over")[0].number
    people.later(minutes=5)
    people.work(number, "assign", "head", handler="officer")
    people.later(days=25)
    people.work(number, "assign", "head", handler="other")
    people.later(minutes=5)
    people.work(number, "conclude", "other", words="so it was")
    people.work(number, "close", "other", words="done", outcome="substantiated")
    people.next_quarter()
    officer, other = (people.assesses(who).assessment.figures for who in ("officer", "other"))
    assert officer == Figures(stages=1), "it was due while they had it"
    assert other == Figures(answers=1)


def test_time_that_stands_still_is_held_against_nobody(people: People) -> None:
    number = people.open("waits")[0].number
    people.later(minutes=5)
    people.work(number, "assign", "head", handler="officer")
    people.work(number, "request_supplement", "officer", words="?")
    people.next_quarter()
    assert people.assesses().assessment.figures == Figures()


def test_what_nobody_has_in_hand_is_of_whoever_does_it(people: People) -> None:
    case = people.open("nobody's")[0]
    people.later(minutes=5)
    people.work(case.number, "assign", "head", unit="三楼")
    people.later(minutes=5)
    people.work(case.number, "conclude", "officer", words="so it was")
    people.work(case.number, "close", "officer", words="done", outcome="substantiated")
    people.next_quarter()
    assert people.assesses().assessment.figures == Figures(stages=1, in_time=1, answers=1)


def test_a_case_that_a_reader_must_not_know_of_is_in_no_count(people: People) -> None:
    people.hire("li", "director", name="李大明")
    worked(people, "open to all")
    number = people.open("about a leader", "李大明态度很差")[0].number
    people.later(minutes=5)
    people.work(number, "assign", "head", handler="officer")
    people.later(minutes=5)
    people.work(number, "conclude", "officer", words="so it was")
    people.work(number, "close", "officer", words="done", outcome="substantiated")
    people.next_quarter()
    assert people.assesses().assessment.figures == Figures(stages=1, in_time=1, answers=1)


def test_what_was_done_after_the_period_is_of_the_next_one(people: People) -> None:
    people.now = people.now.replace(month=12, day=31, hour=23, minute=30)
    people.open("first")
    worked(people, "second")
    people.later(hours=2)
    worked(people, "third")
    people.later(days=5)
    assert people.assesses().assessment.figures.answers == 1
