"""Whatever is sent, and whoever restarts when, a member never gets more than the platform shows."""

from __future__ import annotations

import asyncio
import random

import pytest

from bots.wecom import limits
from bots.wecom.limits import LEAST, LONGEST_WAIT, YOUNG_SECONDS, Brake
from core.errors import TryLater

EPSILON = 1e-6
"""Real time never stands still."""


class Clock:
    def __init__(self) -> None:
        self.seconds = 5000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Waiting passes the time at once."""
    made = Clock()

    async def pass_by(seconds: float) -> None:
        made.seconds += seconds + EPSILON

    monkeypatch.setattr(limits.asyncio, "sleep", pass_by)
    return made


def grown(clock: Clock) -> Brake:
    brake = Brake(clock=clock)
    clock.seconds += YOUNG_SECONDS
    return brake


async def sent_at(brake: Brake, clock: Clock, seconds: float, messages: int = 1) -> list[float]:
    """When somebody who sends as fast as they may is let through."""
    passed, ends_at = list[float](), clock.seconds + seconds
    while clock.seconds < ends_at:
        try:
            await brake.admit("wang.min", messages)
            passed += [clock.seconds] * messages
        except TryLater as later:
            clock.seconds += (later.after or 0.0) + EPSILON
    return passed


def most_within(passed: list[float], seconds: float) -> int:
    return max(sum(at <= each < at + seconds for each in passed) for at in passed)


async def test_ten_at_once_then_one_every_four_seconds(clock: Clock) -> None:
    began = clock.seconds + YOUNG_SECONDS
    passed = await sent_at(grown(clock), clock, 20)
    assert [round(at - began) for at in passed] == [0] * 10 + [4, 8, 12, 16]


@pytest.mark.parametrize("messages", [1, 2, 3])
async def test_no_minute_has_more_than_thirty_and_no_hour_more_than_a_thousand(clock: Clock, messages: int) -> None:
    passed = await sent_at(grown(clock), clock, 5000, messages)
    assert most_within(passed, 60) <= 30
    assert most_within(passed, 3600) <= 1000


async def test_a_process_that_begins_does_not_spend_again_what_the_one_before_it_spent(clock: Clock) -> None:
    chance, passed = random.Random(40), list[float]()
    brake = grown(clock)
    for _ in range(60):
        passed += await sent_at(brake, clock, chance.uniform(20, 200), 2)
        brake = Brake(clock=clock)
    assert most_within(passed, 60) <= 30
    assert most_within(passed, 3600) <= 1000


async def test_several_processes_share_what_a_member_may_get(clock: Clock) -> None:
    brakes = [grown(clock) for _ in range(4)]
    for brake in brakes:
        brake.share(len(brakes))
    began, passed = clock.seconds, list[float]()
    for brake in brakes:
        clock.seconds = began
        passed += await sent_at(brake, clock, 600, 2)
    assert most_within(passed, 60) <= 30


async def test_a_text_and_its_card_go_together_or_not_at_all(clock: Clock) -> None:
    brake = grown(clock)
    for _ in range(9):
        await brake.admit("wang.min", 1)
    with pytest.raises(TryLater) as later:
        await brake.admit("wang.min", 2)
    assert later.value.after == pytest.approx(4.0)
    await brake.admit("wang.min", 1)


async def test_a_message_of_more_parts_than_may_go_at_once_is_sent_all_the_same(clock: Clock) -> None:
    brake = grown(clock)
    brake.share(50)
    await brake.admit("wang.min", LEAST + 3)


async def test_one_member_waits_for_no_other(clock: Clock) -> None:
    brake = grown(clock)
    for _ in range(10):
        await brake.admit("wang.min", 1)
    began = clock.seconds
    await brake.admit("li.na", 1)
    assert clock.seconds == began


async def test_who_would_wait_long_goes_back_to_the_queue(clock: Clock) -> None:
    brake, began = grown(clock), clock.seconds
    with pytest.raises(TryLater):
        await asyncio.gather(*(brake.admit("wang.min", 1) for _ in range(12)))
    assert clock.seconds - began <= 2 * LONGEST_WAIT
