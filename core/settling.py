"""Writes down what became of messages: what came while the last settlement was written goes into the next, all in one unit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

from core.errors import StoreUnavailable
from core.store import settlements
from core.store.settlements import Sent
from core.store.unit_of_work import Store, UnitOfWork, Work

SETTLE_SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 10, 10, 10)
"""Waits between tries to settle what was sent; together less than the lease."""

Settlement: TypeAlias = Work[None] | tuple[Sent, ...]
"""What was sent is written down by the dozen; anything else is a piece of work of its own."""


class Together:
    """A commit costs more than a row, so there is one at a time, and it takes along all that waits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Settlement] = []
        self._done: asyncio.Future[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    def add(self, settlement: Settlement) -> asyncio.Future[None]:
        """Have it written. What is returned is done when all is that is written with it, and raises what one of them raised.

        What was sent and is not settled would be sent again: it is asked for until the lease ends.
        """
        self._waiting.append(settlement)
        if self._done is None:
            self._done = asyncio.get_running_loop().create_future()
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return self._done

    async def _write_all(self) -> None:
        try:
            while self._done is not None:
                batch, done = self._waiting, self._done
                self._waiting, self._done = [], None
                error = await self._write(batch)
                if not done.done():
                    done.set_exception(error) if error else done.set_result(None)
        finally:
            self._writing = None

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
