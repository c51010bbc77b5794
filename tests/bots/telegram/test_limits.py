"""Our own brake, on a clock moved by hand."""

from __future__ import annotations

import pytest

from bots.telegram.config import Pace
from bots.telegram.limits import Brake
from core.errors import TryLater


class Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


async def passed(brake: Brake, clock: Clock, chats: list[str]) -> int:
    """How many of these get through at this moment; the clock stands still, so nobody can wait."""
    count = 0
    for chat in chats:
        try:
            clock_at = clock.at
            await brake.admit(chat)
            count += clock.at == clock_at
        except TryLater:
            continue
    return count


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_a_chat_may_hear_three_and_then_one_a_while(clock: Clock) -> None:
    brake = Brake(Pace(chat_second=0.1), clock)
    assert await passed(brake, clock, ["1"] * 5) == 3
    clock.at = 10.0
    assert await passed(brake, clock, ["1"] * 5) == 1


async def test_a_group_may_hear_eighteen_a_minute(clock: Clock) -> None:
    brake = Brake(Pace(), clock)
    assert await passed(brake, clock, ["-100"] * 25) == 18
    clock.at = 60.0
    assert await passed(brake, clock, ["-100"] * 25) == 18


async def test_one_chat_does_not_hold_up_another(clock: Clock) -> None:
    brake = Brake(Pace(chat_second=0.1), clock)
    await passed(brake, clock, ["1"] * 5)
    assert await passed(brake, clock, ["2"]) == 1


async def test_the_bot_as_a_whole_has_a_rate_too(clock: Clock) -> None:
    brake = Brake(Pace(all_second=0.2), clock)
    assert await passed(brake, clock, [str(n) for n in range(9)]) == 1


async def test_of_several_processes_each_keeps_to_its_part(clock: Clock) -> None:
    brake = Brake(Pace(), clock)
    brake.share(2)
    assert await passed(brake, clock, ["-100"] * 25) == 9
    clock.at = 60.0
    brake.share(2)
    assert await passed(brake, clock, ["-100"] * 25) == 9
    brake.share(1)
    assert await passed(brake, clock, ["-100"] * 25) == 18
