"""More than can be answered in time is refused at once, and taken again as soon as there is room."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from app.admission import ALWAYS, LONGEST_WAIT, Admission
from core.errors import Overloaded


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admission(clock: Clock) -> Admission:
    return Admission(clock)


def answered(admission: Admission, clock: Clock, seconds: float, times: int) -> None:
    """So many messages, each of which takes this long."""
    for _ in range(times):
        with admission.hold():
            clock.now += seconds


def let_in(admission: Admission, hands: ExitStack) -> int:
    """How many are let in at once before one is refused."""
    count = 0
    while True:
        try:
            hands.enter_context(admission.hold())
        except Overloaded:
            return count
        count += 1


def test_as_many_are_let_in_as_can_be_answered_in_time(admission: Admission, clock: Clock) -> None:
    answered(admission, clock, 0.002, 1000)
    with ExitStack() as hands:
        assert let_in(admission, hands) == pytest.approx(LONGEST_WAIT / 0.002, abs=2)


def test_there_is_room_again_once_some_are_answered(admission: Admission, clock: Clock) -> None:
    answered(admission, clock, 0.002, 1000)
    with ExitStack() as hands:
        let_in(admission, hands)
    with admission.hold():
        pass


def test_a_few_are_let_in_however_slow_the_last_ones_were(admission: Admission, clock: Clock) -> None:
    answered(admission, clock, 10.0, 1000)
    with ExitStack() as hands:
        assert let_in(admission, hands) >= ALWAYS


def test_one_that_is_stuck_keeps_nobody_else_out(admission: Admission, clock: Clock) -> None:
    answered(admission, clock, 0.001, 100)
    with admission.hold():
        clock.now += 30
        answered(admission, clock, 0.001, 100)
        with ExitStack() as hands:
            assert let_in(admission, hands) > 100


def test_hours_of_silence_do_not_make_it_slow(admission: Admission, clock: Clock) -> None:
    for _ in range(100):
        clock.now += 3600
        answered(admission, clock, 0.001, 1)
    with ExitStack() as hands:
        assert let_in(admission, hands) > 100
