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

Waiting: TypeAlias = tuple[Settlement, "asyncio.Future[None]"]


class Together:
    """A commit costs more than a row, so there is one at a time, and it takes along all that waits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, settlement: Settlement) -> None:
        """Have it written. What was sent and is not settled would be sent again: it is asked for until the lease ends."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((settlement, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        await done

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._write(batch)
        finally:
            self._writing = None

    async def _write(self, batch: Sequence[Waiting]) -> None:
        """All at once; where one of them fails each by itself, so that nobody's trouble is anybody else's."""
        error = await self._persist([settlement for settlement, _ in batch])
        if error is not None and len(batch) > 1:
            for each in batch:
                await self._write((each,))
            return
        for _, done in batch:
            if not done.done():
                done.set_exception(error) if error else done.set_result(None)

    async def _persist(self, waiting: Sequence[Settlement]) -> BaseException | None:
        """What went wrong in the end; it is raised where each was asked for."""
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
