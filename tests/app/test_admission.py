"""More than can be answered in time is refused at once, and taken again as soon as there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from app.admission import ALWAYS, FIRST, LONGEST_WAIT, MOST_WORDS, Admission
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


def flooded(admission: Admission, clock: Clock, seconds: float, times: int = 20) -> None:
    """So many floods, of which all that are let in are answered together after this long."""
    for _ in range(times):
        with ExitStack() as hands:
            let_in(admission, hands)
            clock.now += seconds


def room(admission: Admission) -> int:
    with ExitStack() as hands:
        return let_in(admission, hands)


def test_fewer_are_let_in_once_answers_take_too_long(admission: Admission, clock: Clock) -> None:
    flooded(admission, clock, 4 * LONGEST_WAIT, times=1)
    assert ALWAYS < room(admission) == FIRST / 2


def test_more_are_let_in_while_all_are_answered_in_time(admission: Admission, clock: Clock) -> None:
    flooded(admission, clock, LONGEST_WAIT / 2)
    assert room(admission) > 2 * FIRST


def test_room_that_nobody_needed_proves_nothing(admission: Admission, clock: Clock) -> None:
    answered(admission, clock, 0.001, 1000)
    assert room(admission) == FIRST


def test_one_flood_of_late_answers_counts_once(admission: Admission, clock: Clock) -> None:
    """All of them waited in the same queue: the last of it says no more than the first."""
    with ExitStack() as hands:
        let_in(admission, hands)
        clock.now += 100 * LONGEST_WAIT
    assert room(admission) == FIRST / 2


def test_a_few_are_let_in_however_slow_the_last_ones_were(admission: Admission, clock: Clock) -> None:
    flooded(admission, clock, 10.0)
    assert room(admission) == ALWAYS


def test_there_is_room_again_once_it_is_faster(admission: Admission, clock: Clock) -> None:
    flooded(admission, clock, 10.0)
    flooded(admission, clock, 0.01)
    assert room(admission) > 2 * ALWAYS


def test_one_that_is_stuck_keeps_nobody_else_out(admission: Admission, clock: Clock) -> None:
    with admission.hold():
        clock.now += 30
        answered(admission, clock, 0.001, 1)
    assert room(admission) == FIRST


def test_polite_words_are_given_as_far_as_there_are_answers(admission: Admission, clock: Clock) -> None:
    with ExitStack() as hands:
        let_in(admission, hands)
        assert not admission.is_late
        for _ in range(int(MOST_WORDS)):
            with pytest.raises(Overloaded), admission.hold():
                pass
        assert admission.is_late
    with ExitStack() as hands:
        let_in(admission, hands)
        assert not admission.is_late


def test_where_there_is_room_nobody_is_too_late(admission: Admission, clock: Clock) -> None:
    with ExitStack() as hands:
        for _ in range(int(MOST_WORDS) + 1):
            let_in(admission, hands)
    assert not admission.is_late


async def test_a_loop_that_is_busy_is_late_and_then_no_more(clock: Clock) -> None:
    admission = Admission(clock)
    watch = asyncio.create_task(admission.watch())
    await asyncio.sleep(0)
    with ExitStack() as hands:
        for _ in range(ALWAYS):
            hands.enter_context(admission.hold())
        clock.now += 10
        await _until(lambda: admission.is_late)
        await _until(lambda: not admission.is_late)
    watch.cancel()


async def test_a_loop_that_was_held_up_with_few_in_hand_turns_nobody_away(clock: Clock) -> None:
    admission = Admission(clock)
    watch = asyncio.create_task(admission.watch())
    await asyncio.sleep(0)
    with admission.hold():
        clock.now += 10
        await _until(lambda: admission._lag > 1)
        assert not admission.is_late
    watch.cancel()


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.001)
