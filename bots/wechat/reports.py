"""The platform's reports on their way to the core: answered first, then written down many at a time.

After a mass of messages tens of thousands come within minutes. They wait in memory only: one that is lost with the process
leaves its notice without a time of arrival, and so staff are asked to tell it in time, as of any that did not arrive.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from core.errors import StoreUnavailable
from core.records import record
from core.reports import Report

BATCH = 300
"""Written down in one transaction."""

MOST = 100_000
"""Kept in memory; what comes beyond is lost as if the process had ended."""

AGAIN_SECONDS, PATIENCE_SECONDS = 2.0, 60.0
"""A report may come before what it is about is settled, and then waits for it. Nothing takes longer than a lease."""

log = logging.getLogger("tousu.delivery")

Take = Callable[[Sequence[Report]], Awaitable[Sequence[Report]]]
"""Writes reports down; returns those of messages it does not know yet. Raises StoreUnavailable."""


async def ignore(reports: Sequence[Report]) -> Sequence[Report]:
    """Nobody wants to know."""
    return ()


@record(frozen=True, slots=True)
class Waiting:
    """A report, and until when (of the running loop's clock) its message may still become known."""

    report: Report
    until: float


class Reports:
    """Takes reports without waiting and hands them on in order, one batch at a time."""

    def __init__(self, take: Take, again_seconds: float = AGAIN_SECONDS) -> None:
        self._take, self._again_seconds = take, again_seconds
        self._waiting: deque[Waiting] = deque()
        self._working: asyncio.Task[None] | None = None

    def put(self, report: Report) -> None:
        """To be called in the running loop."""
        self._put(Waiting(report, asyncio.get_running_loop().time() + PATIENCE_SECONDS))

    def _put(self, waiting: Waiting) -> None:
        if len(self._waiting) >= MOST:
            log.warning("too many reports of the platform wait; one is dropped")
            return
        self._waiting.append(waiting)
        if self._working is None:
            self._working = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                await self._hand_on(batch)
        finally:
            self._working = None

    async def _hand_on(self, batch: Sequence[Waiting]) -> None:
        """What finds no database waits until there is one."""
        try:
            unknown = await self._take([waiting.report for waiting in batch])
        except StoreUnavailable:
            self._waiting.extendleft(reversed(batch))
            await asyncio.sleep(self._again_seconds)
            return
        loop = asyncio.get_running_loop()
        for waiting in batch:
            if waiting.report in unknown and loop.time() < waiting.until:
                loop.call_later(self._again_seconds, self._put, waiting)
