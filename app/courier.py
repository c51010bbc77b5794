"""Sends replies at once, instead of at the next tick."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine

from core.messages import Address
from core.store.outbox import Claimed

ROUNDS = 4
"""Rounds under way at once: one that waits for a slow platform must not hold up the replies of others."""

log = logging.getLogger("tousu.delivery")


class Courier:
    """``deliver_due`` sends all that is due, ``carry`` one message that is claimed already.

    Told to hurry while it is busy, a round looks once more before it ends. What is carried to one person goes in order.
    """

    def __init__(self, deliver_due: Callable[[], Awaitable[int]], carry: Callable[[Claimed], Awaitable[None]]) -> None:
        self._deliver_due, self._carry_one = deliver_due, carry
        self._rounds: set[asyncio.Task[None]] = set()
        self._asked = False
        self._last: dict[Address, asyncio.Task[None]] = {}

    def hurry(self) -> None:
        """There is something to send. What goes wrong is left to the next tick."""
        self._asked = True
        if len(self._rounds) < ROUNDS:
            work = self._begin(self._round())
            self._rounds.add(work)
            work.add_done_callback(self._rounds.discard)

    def carry(self, claimed: Claimed) -> None:
        """Send this one, after what is under way to the same person. What goes wrong is left to the end of its lease."""
        person = claimed.address
        work = self._last[person] = self._begin(self._carry(claimed, self._last.get(person)))
        work.add_done_callback(lambda done: self._forget(person, done))

    def carries_to(self, person: Address) -> bool:
        """Whether something is under way to this person, in our hands."""
        return person in self._last

    async def rest(self) -> None:
        """Wait until nothing is under way."""
        while work := {*self._rounds, *self._last.values()}:
            await asyncio.wait(work)

    async def _round(self) -> None:
        while self._asked:
            self._asked = False
            await self._deliver_due()

    async def _carry(self, claimed: Claimed, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        await self._carry_one(claimed)

    def _forget(self, person: Address, done: asyncio.Task[None]) -> None:
        if self._last.get(person) is done:
            del self._last[person]

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(_report)
        return task


def _report(work: asyncio.Task[None]) -> None:
    error = None if work.cancelled() else work.exception()
    if error is not None:
        log.warning("a round of delivery failed: %s", type(error).__name__)
