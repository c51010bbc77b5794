"""Cases at their time: a word where none came for long, a question once it is answered, and nobody hears a thing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from core.cases.clocks import ZONE, local_day
from core.records import changed
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk, at

DAY = timedelta(days=1)
SURVEYS = ["surveyed", "surveyed_again"]


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    """A promise of fifteen working days."""
    return Desk(store, now)


def walk(desk: Desk, days: int) -> list[str]:
    """Look every hour, and listen."""
    heard = []
    for _ in range(days * 24):
        desk.later(hours=1)
        desk.look_after()
        heard += desk.told()
    return heard


def test_whoever_hears_nothing_for_seven_working_days_is_told_how_far_it_is(desk: Desk) -> None:
    case, _ = desk.open()
    desk.work(case.number, "assign", handler="wei", unit="自助机维护组")
    desk.told()
    heard = walk(desk, 11)
    assert len(heard) == 1
    assert case.number in heard[0]
    assert "自助机维护组" in heard[0]
    assert "12 月 14 日" in heard[0]
    assert local_day(desk.now) == at("2026-12-04 00:00").date()
    assert desk.kinds(case.number)[-1] == "going_on"
    assert desk.case(case.number).promised_on == case.promised_on


def test_whoever_heard_something_meanwhile_waits_from_then_on(desk: Desk) -> None:
    case, _ = desk.open()
    assert walk(desk, 8) == []
    desk.work(case.number, "report_progress", words="the part is ordered")
    desk.told()
    assert walk(desk, 8) == []
    assert "going_on" not in desk.kinds(case.number)


def test_nobody_is_told_that_work_goes_on_while_it_stands_still(desk: Desk) -> None:
    case, _ = desk.open()
    desk.work(case.number, "request_supplement", words="which lift?")
    desk.told()
    assert walk(desk, 30) == []


def test_progress_comes_by_day_even_where_the_service_was_away(desk: Desk) -> None:
    desk.open()
    desk.now = at("2026-12-03 02:00")
    desk.look_after()
    assert desk.told() == []
    desk.now = at("2026-12-03 09:00")
    desk.look_after()
    assert len(desk.told()) == 1


def test_the_apology_comes_on_the_day_of_the_promise_not_a_word_of_progress(desk: Desk) -> None:
    case, _ = desk.open()
    desk.now = desk.promise_ends(case.number)
    desk.look_after()
    assert desk.kinds(case.number)[-1] == "promise_moved"
    assert "going_on" not in desk.kinds(case.number)


def test_on_the_promised_day_itself_nobody_is_put_off_till_that_day(desk: Desk) -> None:
    case, _ = desk.open()
    desk.now = desk.promise_ends(case.number) - timedelta(hours=7)
    desk.look_after()
    assert desk.told() == []
    assert desk.case(case.number).wake_at == desk.promise_ends(case.number)


def test_that_work_goes_on_is_told_and_not_shown_as_a_step(desk: Desk) -> None:
    case, _ = desk.open()
    walk(desk, 11)
    assert [entry.public for entry in desk.entries(case.number) if entry.kind == "going_on"] == [False]


def test_a_pack_may_tell_of_no_progress(desk: Desk) -> None:
    desk.changed(follow_up=changed(desk.policy.follow_up, progress_after_working_days=0))
    case, _ = desk.open()
    assert case.wake_at == desk.promise_ends(case.number)
    assert walk(desk, 14) == []


def test_of_a_case_that_nobody_filed_by_chat_nothing_is_said(desk: Desk) -> None:
    case = desk.register(facts="the lift is broken", respondent="x", name="n", phone="13900000042")
    desk.now = desk.promise_ends(case.number) - timedelta(hours=1)
    desk.look_after()
    assert "going_on" not in desk.kinds(case.number)
    assert desk.case(case.number).wake_at == desk.promise_ends(case.number)


def answered(desk: Desk) -> str:
    case, _ = desk.open()
    desk.closed(case.number)
    desk.told()
    return case.number


def surveys(desk: Desk, number: str) -> list[str]:
    return [kind for kind in desk.kinds(number) if kind in SURVEYS]


def test_a_day_after_the_answer_they_are_asked_and_three_days_later_once_more(desk: Desk) -> None:
    number = answered(desk)
    assert len(walk(desk, 1)) == 1
    assert surveys(desk, number) == SURVEYS[:1]
    assert walk(desk, 2) == []
    assert len(walk(desk, 1)) == 1
    assert walk(desk, 60) == []
    assert surveys(desk, number) == SURVEYS
    assert desk.case(number).wake_at is None


def test_whoever_gave_stars_is_not_asked(desk: Desk) -> None:
    number = answered(desk)
    desk.do(number, "rate", "5")
    assert desk.case(number).wake_at is None
    assert walk(desk, 10) == []


def test_stars_between_the_question_and_the_reminder_end_it(desk: Desk) -> None:
    number = answered(desk)
    walk(desk, 1)
    desk.do(number, "rate", "4")
    assert walk(desk, 10) == []


def test_whoever_objects_is_not_asked_whether_they_are_content(desk: Desk) -> None:
    number = answered(desk)
    desk.do(number, "reopen", "it is broken again")
    walk(desk, 10)
    assert surveys(desk, number) == []


def test_a_new_answer_is_asked_about_anew(desk: Desk) -> None:
    number = answered(desk)
    desk.do(number, "rate", "1")
    desk.do(number, "reopen", "it is broken again")
    desk.work(number, "conclude", words="so it was")
    desk.work(number, "close", words="now it runs", outcome="substantiated")
    desk.told()
    assert len(walk(desk, 1)) == 1


def test_nobody_is_asked_at_night(desk: Desk) -> None:
    desk.now = desk.now.astimezone(ZONE).replace(hour=23)
    number = answered(desk)
    while not desk.told():
        desk.later(minutes=30)
        desk.look_after()
    assert desk.now.astimezone(ZONE).hour == 9
    assert surveys(desk, number) == SURVEYS[:1]


def test_whoever_should_have_been_asked_long_ago_is_left_in_peace(desk: Desk) -> None:
    """The service was away: by now they may not be able to object any more."""
    number = answered(desk)
    desk.later(days=20)
    assert desk.look_after() == 1
    assert desk.told() == []
    assert desk.case(number).wake_at is None


def test_a_pack_may_ask_nobody(desk: Desk) -> None:
    desk.changed(follow_up=changed(desk.policy.follow_up, survey_after_hours=0))
    number = answered(desk)
    assert desk.case(number).wake_at is None


@pytest.mark.parametrize(("stars", "alarms"), [("1", True), ("2", True), ("3", False)])
def test_few_stars_are_told_to_staff(desk: Desk, stars: str, alarms: bool) -> None:
    number = answered(desk)
    desk.alerts()
    desk.do(number, "rate", stars)
    assert any(number in words for words in desk.alerts()) is alarms


def test_two_who_look_at_once_tell_once(desk: Desk) -> None:
    numbers = [desk.open(f"draft {index}")[0].number for index in range(6)]
    desk.now = at("2026-12-01 09:30")
    for number in numbers[3:]:
        desk.closed(number)
    desk.now = at("2026-12-02 17:00")
    desk.told()
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: desk.look_after(), range(4)))
    assert [desk.kinds(number).count("going_on") for number in numbers[:3]] == [1, 1, 1]
    assert [surveys(desk, number) for number in numbers[3:]] == [SURVEYS[:1]] * 3
    assert len(desk.told()) == 6


class Killed(Exception):
    """The process ends here."""


@pytest.mark.parametrize("step", range(1, 4))
def test_whoever_is_killed_in_between_has_told_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Before the line of the timeline, before the notice, and behind both."""
    from core.cases import following_up
    from core.store import timeline

    case, _ = desk.open()
    desk.now = at("2026-12-02 17:00")

    def killed(*_: object, **__: object) -> None:
        raise Killed

    def told_then_killed(*args: object, **more: object) -> None:
        tell(*args, **more)  # type: ignore[arg-type]
        raise Killed

    tell = following_up.tell
    with monkeypatch.context() as patched:
        if step == 1:
            patched.setattr(timeline, "add", killed)
        else:
            patched.setattr(following_up, "tell", killed if step == 2 else told_then_killed)
        with pytest.raises(Killed):
            desk.look_after()
    assert desk.told() == []
    assert desk.kinds(case.number) == ["registered"]
    desk.look_after()
    desk.look_after()
    assert len(desk.told()) == 1


@pytest.mark.parametrize("jump", [timedelta(hours=2), timedelta(hours=-2), timedelta(days=365), timedelta(days=-365)])
def test_a_clock_that_jumps_and_comes_back_moves_no_deadline_and_tells_nothing_twice(
    desk: Desk, jump: timedelta
) -> None:
    """Jumps with nothing due between; whatever a year ahead brought is told once, and not again on the way back."""
    case, _ = desk.open()
    number = answered_too(desk)
    ends = desk.clock(case.number, "completion").due_at
    desk.later(hours=1)
    there = desk.now
    heard: list[str] = []
    for moment in (there + jump, there, there + jump, there):
        desk.now = moment
        for _ in range(3):
            desk.look_after()
            desk.watch_clocks()
        heard += desk.told()
    assert desk.clock(case.number, "completion").due_at == ends
    assert len(heard) == len(set(heard))
    if abs(jump) < DAY or jump < timedelta():
        assert heard == []
        assert desk.case(case.number).promised_on == case.promised_on
    assert desk.kinds(case.number).count("promise_moved") <= 1
    assert len(surveys(desk, number)) <= 1


def answered_too(desk: Desk) -> str:
    number = desk.open("another")[0].number
    desk.closed(number)
    desk.told()
    return number
