"""Writes down what became of messages: what came while the last settlement was written goes into the next, all in one unit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from core.errors import StoreUnavailable
from core.store import settlements
from core.store.settlements import Sent
from core.store.unit_of_work import Store, UnitOfWork, Work

SETTLE_SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 10, 10, 10)
"""Waits between tries to settle what was sent; together less than the lease."""

SOON_SECONDS = 0.005
"""So long it waits for somebody who writes anyway."""

Settlement: TypeAlias = Work[None] | tuple[Sent, ...]
"""What was sent is written down by the dozen; anything else is a piece of work of its own."""


@dataclass(slots=True, eq=False)
class Batch:
    """What is written in one unit; ``done`` hears of it, where anybody waits for any of it."""

    settlements: list[Settlement] = field(default_factory=list)
    done: asyncio.Future[None] | None = None

    def settle(self, uow: UnitOfWork) -> None:
        _settle(uow, self.settlements)

    def finish(self, error: BaseException | None = None) -> None:
        if self.done is not None and not self.done.done():
            self.done.set_exception(error) if error else self.done.set_result(None)


class Together:
    """A commit costs more than a row, so it takes along all that waits: one of somebody who writes anyway, or soon one of our own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting = Batch()
        self._writing = set[asyncio.Task[None]]()

    def add(self, settlement: Settlement) -> asyncio.Future[None]:
        """Have it written. What is returned is done when all is that is written with it, and raises what one of them raised.

        What was sent and is not settled would be sent again: it is asked for until the lease ends.
        """
        waiting = self._waiting
        if waiting.done is None:
            loop = asyncio.get_running_loop()
            waiting.done = loop.create_future()
            loop.call_later(SOON_SECONDS, self._begin, waiting)
        waiting.settlements.append(settlement)
        return waiting.done

    def take(self) -> Batch:
        """All that waits: whoever takes it settles it in a unit of theirs, and says when that is over."""
        taken, self._waiting = self._waiting, Batch()
        return taken

    def is_over(self, batch: Batch, unit: asyncio.Future[Any]) -> None:
        """What was taken along is written with the unit, also where nobody waits for that any more; by ourselves where it failed."""
        if unit.cancelled():
            return
        if unit.exception() is None:
            batch.finish()
        else:
            self._write_soon(batch)

    def _write_soon(self, batch: Batch) -> None:
        if batch.settlements:
            task = asyncio.get_running_loop().create_task(self._write_down(batch))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    def _begin(self, batch: Batch) -> None:
        """Nobody took it."""
        if batch is self._waiting:
            self._write_soon(self.take())

    async def _write_down(self, batch: Batch) -> None:
        batch.finish(await self._write(batch.settlements))

    async def _write(self, batch: Sequence[Settlement]) -> BaseException | None:
        """All at once; where one of them fails each by itself, so that nobody's trouble keeps anybody else from being written."""
        error = await self._persist(batch)
        if error is None or len(batch) == 1:
            return error
        errors = [await self._persist((each,)) for each in batch]
        return next(filter(None, errors), None)

    async def _persist(self, waiting: Sequence[Settlement]) -> BaseException | None:
        """What went wrong in the end, None where it is written."""
        for pause in (*SETTLE_SECONDS, None):
            (outcome,) = await asyncio.gather(
                self._store.awrite(lambda uow: _settle(uow, waiting)), return_exceptions=True
            )
            if pause is None or not isinstance(outcome, StoreUnavailable):
                break
            await asyncio.sleep(pause)
        return outcome


def _settle(uow: UnitOfWork, waiting: Sequence[Settlement]) -> None:
    settlements.settle_all_sent(uow, [sent for each in waiting if isinstance(each, tuple) for sent in each])
    for each in waiting:
        if not isinstance(each, tuple):
            each(uow)
