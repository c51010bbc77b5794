"""Sends what a reply has put into the outbox at once, instead of at the next tick."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

ROUNDS = 4
"""Rounds under way at once: one that waits for a slow platform must not hold up the replies of others."""

log = logging.getLogger("tousu.delivery")


class Courier:
    """``deliver`` sends all that is due. Told to hurry while it is busy, a round looks once more before it ends."""

    def __init__(self, deliver: Callable[[], Awaitable[int]]) -> None:
        self._deliver = deliver
        self._rounds: set[asyncio.Task[None]] = set()
        self._asked = False

    def hurry(self) -> None:
        """There is something to send. What goes wrong is left to the next tick."""
        self._asked = True
        if len(self._rounds) < ROUNDS:
            work = asyncio.create_task(self._round())
            self._rounds.add(work)
            work.add_done_callback(self._end)

    async def rest(self) -> None:
        """Wait until nothing is under way."""
        while self._rounds:
            await asyncio.wait(set(self._rounds))

    async def _round(self) -> None:
        while self._asked:
            self._asked = False
            await self._deliver()

    def _end(self, work: asyncio.Task[None]) -> None:
        self._rounds.discard(work)
        error = None if work.cancelled() else work.exception()
        if error is not None:
            log.warning("a round of delivery failed: %s", type(error).__name__)
