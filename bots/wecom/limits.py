"""Our own brake: the platform drops what is too much without a word, so that we must never come that far."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bots.wecom.config import A_MEMBER
from core.errors import TryLater
from core.throttle import Rate, Throttle

LEAST = 2
"""A text and the card below it go together or not at all."""

LONGEST_WAIT = 3.0
"""Whose turn comes later than this goes back to the queue, instead of holding up others."""

YOUNG_SECONDS = 60.0
"""So long a process that has just begun reckons that the one before it has spent what a member may get at once."""


class Brake:
    """Lets messages to a member pass as long as the platform would show them."""

    def __init__(self, rate: Rate = A_MEMBER, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._young_until = clock() + YOUNG_SECONDS
        self._members = Throttle(rate, clock)

    def share(self, processes: int) -> None:
        """So many processes send for this application, and what a member may get is from all of them together."""
        many = max(1, processes)
        self._members.rate = Rate(max(LEAST, self._rate.burst // many), self._rate.per_second / many)

    async def admit(self, member: str, messages: int) -> None:
        """Wait until so many may be sent together. Raises TryLater when that would take long."""
        ends_at = self._clock() + LONGEST_WAIT
        while seconds := self._wait(member, messages):
            if self._clock() + seconds > ends_at:
                raise TryLater("our own limit for one member of WeCom is reached", "pace", seconds)
            await asyncio.sleep(seconds)

    def _wait(self, member: str, messages: int) -> float:
        """Take so many; 0.0 when they may go, else the seconds until they may. More than may ever go at once go all the same."""
        first = LEAST if self._clock() < self._young_until else None
        return self._members.wait(member, min(messages, self._members.rate.burst), first)
