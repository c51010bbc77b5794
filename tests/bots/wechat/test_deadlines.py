"""Who waited long enough is told so, once; who got what they waited for is not."""

from __future__ import annotations

import asyncio

import pytest

from bots.wechat.deadlines import Deadlines


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_each_is_called_once_when_its_own_moment_has_come() -> None:
    deadlines, called = Deadlines(), list[str]()
    at = now()
    deadlines.add(lambda: called.append("later"), at + 0.3)
    deadlines.add(lambda: called.append("sooner"), at + 0.01)
    await asyncio.sleep(0.15)
    assert called == ["sooner"]
    await asyncio.sleep(0.4)
    assert called == ["sooner", "later"]
    deadlines.add(lambda: called.append("again"), now())
    await asyncio.sleep(0.15)
    assert called == ["sooner", "later", "again"]


async def test_what_was_discarded_is_not_called() -> None:
    deadlines, called = Deadlines(), list[str]()

    def call() -> None:
        called.append("called")

    deadlines.add(call, now())
    deadlines.discard(call)
    deadlines.discard(call)
    await asyncio.sleep(0.15)
    assert called == []


async def test_what_does_not_come_is_given_up_and_the_task_goes_on() -> None:
    deadlines = Deadlines()
    with pytest.raises(TimeoutError), deadlines.limit(now() + 0.01):
        await asyncio.Event().wait()
    await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task
    assert task.cancelling() == 0


async def test_what_comes_in_time_disturbs_nobody_later() -> None:
    deadlines = Deadlines()
    with deadlines.limit(now() + 0.01):
        await asyncio.sleep(0)
    await asyncio.sleep(0.15)


async def test_a_cancellation_from_outside_stays_one() -> None:
    deadlines = Deadlines()

    async def wait() -> None:
        with deadlines.limit(now() + 60):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
