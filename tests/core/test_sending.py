"""All that was claimed together is sent at the same time, and what goes wrong with one keeps nobody waiting."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from core.departures import Departure
from core.errors import Refused
from core.sending import Sending

MANY = 50


def departures(count: int = MANY) -> list[Departure]:
    """Nothing here looks into them."""
    return [cast(Departure, number) for number in range(count)]


def done() -> asyncio.Future[None]:
    future = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future


async def test_all_are_under_way_while_each_of_them_waits() -> None:
    under_way, all_there = list[Departure](), asyncio.Event()

    async def send(departure: Departure) -> asyncio.Future[None]:
        under_way.append(departure)
        if len(under_way) == MANY:
            all_there.set()
        await all_there.wait()
        return done()

    await asyncio.wait_for(Sending(send).send(departures()), 10)
    assert under_way == departures()


async def test_what_need_not_wait_needs_no_task_of_its_own() -> None:
    tasks = set[asyncio.Task[None] | None]()

    async def send(departure: Departure) -> asyncio.Future[None]:
        tasks.add(asyncio.current_task())
        return done()

    await Sending(send).send(departures())
    assert len(tasks) == 1


async def test_a_message_that_goes_wrong_is_told_of_in_the_end_and_the_others_go_out() -> None:
    sent = list[Departure]()

    async def send(departure: Departure) -> asyncio.Future[None]:
        if departure == 3:
            raise Refused("a slip in the code")
        await asyncio.sleep(0)
        sent.append(departure)
        return done()

    sending = Sending(send)
    await sending.send(departures())
    assert len(sent) == MANY - 1
    with pytest.raises(Refused):
        await sending.is_written()


async def test_who_stops_waiting_for_the_end_leaves_what_others_wait_for() -> None:
    writing = asyncio.get_running_loop().create_future()

    async def send(departure: Departure) -> asyncio.Future[None]:
        return writing

    sending = Sending(send)
    await sending.send(departures())
    waiting = asyncio.create_task(sending.is_written())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not writing.cancelled()


async def test_who_is_told_to_stop_sends_nothing_more() -> None:
    begun = list[Departure]()

    async def send(departure: Departure) -> asyncio.Future[None]:
        begun.append(departure)
        await asyncio.Event().wait()
        return done()

    task = asyncio.create_task(Sending(send).send(departures()))
    while len(begun) < MANY // 2:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    stopped_at = len(begun)
    await asyncio.sleep(0.01)
    assert task.cancelled()
    assert len(begun) == stopped_at
