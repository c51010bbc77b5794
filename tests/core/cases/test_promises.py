"""The day that was promised: it moves once where it breaks, it is moved by what moves the clocks, and it never just passes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from core.cases.clocks import local_day
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk, at


@pytest.fixture
def desk(store: Store, now: datetime) -> Desk:
    return Desk(store, now)


def test_a_promise_is_moved_once_on_the_day_it_breaks(desk: Desk) -> None:
    case, _ = desk.open()
    assert desk.look_after() == 0
    desk.now = desk.promise_ends(case.number)
    assert desk.look_after() == 1
    assert desk.look_after() == 0
    moved = desk.case(case.number)
    assert moved.promised_on > case.promised_on
    assert desk.kinds(case.number)[-1] == "promise_moved"
    [told] = desk.told()
    assert case.number in told


def test_what_is_answered_in_time_breaks_no_promise(desk: Desk) -> None:
    case, _ = desk.open()
    desk.closed(case.number)
    desk.later(days=60)
    desk.look_after()
    assert "promise_moved" not in desk.kinds(case.number)
    assert desk.case(case.number).promised_on == case.promised_on


def test_while_clocks_stand_still_no_promise_breaks_and_then_another_day_is_told(desk: Desk) -> None:
    case, _ = desk.open()
    stopped = desk.work(case.number, "request_supplement", words="which lift?")
    assert stopped.wake_at is None
    desk.later(days=60)
    assert desk.look_after() == 0
    desk.told()
    going_on = desk.do(case.number, "supplement", "the one at the back")
    assert going_on.promised_on > local_day(desk.now)
    assert desk.promise_ends(going_on.number) == desk.clock(case.number, "completion").due_at
    assert "resumed" in desk.kinds(case.number)


def test_acceptance_promises_the_day_of_the_answer(store: Store) -> None:
    desk = Desk(store, at("2026-11-23 09:30"), "service-center")
    case, _ = desk.open()
    assert case.promised_on == date(2026, 11, 24)
    accepted = desk.work(case.number, "accept")
    assert accepted.promised_on == date(2026, 12, 2)
    assert desk.promise_ends(accepted.number) == desk.clock(case.number, "result").due_at
    assert "12 月 2 日" in desk.told()[-1]


def test_a_case_that_becomes_weighty_is_not_promised_a_day_that_is_earlier(store: Store, now: datetime) -> None:
    """Of a general matter the answer is due in three days, of a major one there is a report upwards first."""
    desk = Desk(store, now, "customer-service-center")
    case, _ = desk.open()
    later = desk.work(case.number, "set_level", level="major")
    assert later.promised_on > case.promised_on
    assert f"{later.promised_on.month} 月 {later.promised_on.day} 日" in desk.told()[-1], "nobody waits in vain"
    assert desk.work(case.number, "set_level", level="general").promised_on == later.promised_on


def test_a_promise_that_breaks_twice_is_told_twice(desk: Desk) -> None:
    case, _ = desk.open()
    for _ in range(2):
        desk.now = desk.promise_ends(case.number) + timedelta(hours=1)
        assert desk.look_after() == 1
    assert desk.kinds(case.number).count("promise_moved") == 2
    assert len(desk.told()) == 2
