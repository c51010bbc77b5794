"""Settlements are written together, and the trouble of one is nobody else's loss."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from core.errors import Refused
from core.settling import Together
from core.store import service_rows
from core.store.unit_of_work import Store, UnitOfWork, Work


def noting(name: str) -> Work[None]:
    return lambda uow: service_rows.put(uow, name, "written")


def failing(uow: UnitOfWork) -> None:
    service_rows.put(uow, "half", "written")
    raise Refused("a slip in the code")


def written(store: Store, *names: str) -> list[bool]:
    return [store.read(lambda uow, name=name: service_rows.get(uow, name)) == "written" for name in names]


async def test_what_waits_with_one_that_fails_is_written_all_the_same(store: Store) -> None:
    together = Together(store)
    asked = [together.add(work) for work in (noting("first"), failing, noting("last"))]
    assert len(set(asked)) == 1, "all wait for the same"
    with pytest.raises(Refused):
        await asked[0]
    assert written(store, "first", "half", "last") == [True, False, True]


async def test_who_stops_waiting_leaves_the_others_what_they_wait_for(store: Store) -> None:
    together = Together(store)
    asked = together.add(noting("x"))
    gone = asyncio.ensure_future(asyncio.shield(asked))
    gone.cancel()
    await asyncio.shield(asked)
    assert written(store, "x") == [True]


async def along(together: Together, store: Store, work: Work[None]) -> asyncio.Task[None]:
    """A unit of somebody else's that takes along what waits; it has come to its end."""
    taken = together.take()

    def unit(uow: UnitOfWork) -> None:
        taken.settle(uow)
        work(uow)

    task = asyncio.ensure_future(store.awrite(unit))
    task.add_done_callback(partial(together.is_over, taken))
    await asyncio.wait((task,))
    return task


async def test_who_writes_anyway_takes_along_what_waits(store: Store) -> None:
    together = Together(store)
    asked = together.add(noting("x"))
    taken = together.take()
    task = asyncio.ensure_future(store.awrite(taken.settle))
    await asyncio.wait((task,))
    assert not asked.done(), "whoever took it says so when it is durable"
    together.is_over(taken, task)
    await asked
    assert written(store, "x") == [True]


async def test_what_was_taken_along_by_a_unit_that_failed_is_written_all_the_same(store: Store) -> None:
    together = Together(store)
    asked = together.add(noting("x"))
    assert isinstance((await along(together, store, failing)).exception(), Refused)
    await asked
    assert written(store, "x", "half") == [True, False]


async def test_what_was_taken_along_is_not_written_again(store: Store) -> None:
    together = Together(store)
    times = list[str]()
    asked = together.add(lambda uow: times.append("written"))
    await along(together, store, noting("y"))
    later = together.add(noting("later"))
    await asyncio.gather(asked, later)
    assert times == ["written"]
