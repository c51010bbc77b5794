"""Trainings are planned, their results written down once, and what was failed or is periodic comes again."""

from __future__ import annotations

from datetime import date

from core.people import training
from core.store import trainings
from tests.core.people.office import People


def plan(people: People, account: str = "officer") -> None:
    people.store.write(lambda uow: training.plan_for(uow, people.office.personnel, account, people.now))


def rows(people: People, account: str = "officer") -> list[tuple[str, str, str, str | None, bool | None]]:
    return [
        (row.kind, row.why, row.due_on.isoformat(), row.done_on and row.done_on.isoformat(), row.passed)
        for row in people.dossier(account).trainings
    ]


def test_whoever_joins_has_an_induction_and_what_is_periodic_before_them(people: People) -> None:
    plan(people)
    assert rows(people) == [
        ("induction", "joining", "2026-12-23", None, None),
        ("refresher", "periodic", "2027-05-23", None, None),
        ("exchange", "periodic", "2027-11-23", None, None),
    ]
    plan(people)
    assert len(rows(people)) == 3, "once"


def test_who_was_here_long_before_anything_was_kept_has_days_of_grace(people: People) -> None:
    people.later(days=1000)
    plan(people)
    assert [row.due_on for row in people.dossier("officer").trainings] == [
        people.in_days(30),
        people.in_days(30),
        people.in_days(60),
    ]


def test_a_result_is_that_of_the_training_that_is_due(people: People) -> None:
    plan(people)
    people.later(days=3)
    done = people.trains("officer", "岗前培训", 60, words="流程、法规")
    assert (done.kind, done.passed, done.next_on) == ("induction", True, None)
    kept = people.dossier("officer").trainings[0]
    assert (kept.done_on, kept.mark, kept.words) == (date(2026, 11, 26), 60, "流程、法规")
    assert kept.by_id == people.member("head").id
    assert people.office_lines(1) == [
        ("people_trained", "staff:head", "officer induction 2026-11-26 60 passed"),
    ]
    plan(people)
    assert [row[:2] for row in rows(people)].count(("induction", "joining")) == 1, "once in a life"


def test_what_was_failed_has_to_be_passed_soon_after(people: People) -> None:
    plan(people)
    done = people.trains(mark=59)
    assert (done.passed, done.next_on) == (False, people.in_days(31)), (
        "the thirtieth day is taken by the one that was failed"
    )
    assert rows(people)[:2] == [
        ("induction", "joining", "2026-12-23", "2026-11-23", False),
        ("induction", "joining", "2026-12-24", None, None),
    ]
    people.later(days=10)
    assert people.trains(mark=75).next_on is None


def test_what_is_periodic_comes_again_after_its_months(people: People) -> None:
    plan(people)
    people.later(days=10)
    assert people.trains(kind="refresher", mark=88).next_on == date(2027, 6, 3)
    assert people.trains(kind="exchange", mark=None).next_on == date(2027, 12, 3)
    plan(people)
    waiting = [row[:3] for row in rows(people) if row[3] is None]
    assert waiting == [
        ("induction", "joining", "2026-12-23"),
        ("refresher", "periodic", "2027-06-03"),
        ("exchange", "periodic", "2027-12-03"),
    ]


def test_the_next_one_counts_from_the_last_whatever_was_written_down_first(people: People) -> None:
    people.later(days=200)
    assert people.trains(kind="refresher", mark=80).next_on == date(2027, 12, 11)
    assert people.trains(kind="refresher", mark=80, on=date(2027, 2, 1)).next_on == date(2027, 12, 12), (
        "the day is taken"
    )
    waiting = [row.due_on for row in people.dossier("officer").trainings if row.done_on is None]
    assert waiting == [date(2027, 12, 12)]


def test_a_training_besides_those_that_are_due_is_kept_too(people: People) -> None:
    people.trains(kind="exchange", mark=None)
    assert rows(people)[0] == ("exchange", "unplanned", "2026-11-23", "2026-11-23", True)


def test_one_day_is_written_down_once(people: People) -> None:
    people.trains()
    assert people.is_refused(people.training()) == "people.trained_already"
    assert people.is_refused(people.training(mark=20)) == "people.trained_already"


def test_of_two_who_write_it_down_at_once_the_second_finds_it_done(people: People) -> None:
    plan(people)
    row, head = people.dossier("officer").trainings[0], people.member("head")
    finish = lambda uow: trainings.finish(uow, row.id, people.today, 90, head.id, "", passed=True)  # noqa: E731
    assert people.store.write(finish) is True
    assert people.store.write(finish) is False


def test_what_makes_no_sense_is_refused(people: People) -> None:
    assert people.is_refused(people.training(kind="flying")) == "people.no_such_training"
    assert people.is_refused(people.training(mark=None)) == "people.mark_needed"
    assert people.is_refused(people.training(kind="exchange", mark=90)) == "people.no_mark"
    assert people.is_refused(people.training(mark=101)) == "people.mark_of_100"
    assert people.is_refused(people.training(mark=-1)) == "people.mark_of_100"
    assert people.is_refused(people.training(on=people.in_days(1))) == "people.later_day"
    assert people.is_refused(people.training(words="长" * 2001)) == "people.too_long"
    assert people.is_refused(people.training(kind="coaching")) == "people.nothing_failed"
    assert people.is_refused(people.training("nobody")) == "act.nobody"
    assert rows(people) == []
