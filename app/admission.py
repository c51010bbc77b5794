"""Says no in time: what is let in is answered within a second, however much more is offered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.errors import Overloaded

LONGEST_WAIT = 0.5
"""Seconds in which what is in hand can be answered; who comes later is told so."""

LONGEST_LAG = 0.25
"""Seconds by which the event loop may be late; beyond that even saying no takes too long."""

ALWAYS = 8
"""So few in hand are never too many, however slow the last ones were."""

TICK = 0.05
WEIGHT = 1 / 64
SLOWEST = 0.05


class Admission:
    """Knows how many messages are in hand and how fast they are answered, so how long a new one would wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._in_hand = 0
        self._interval = 0.001
        self._last = clock()
        self._lag = 0.0

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Have one message in hand. Raises Overloaded where it would wait too long."""
        if self._in_hand >= ALWAYS and self._in_hand * self._interval > LONGEST_WAIT:
            raise Overloaded
        self._in_hand += 1
        begun = self._clock()
        try:
            yield
        finally:
            self._in_hand -= 1
            self._learn(begun)

    @property
    def is_late(self) -> bool:
        """Whether the loop itself cannot keep up any more."""
        return self._lag > LONGEST_LAG

    async def watch(self) -> None:
        """Measure how late the loop is, for as long as the service runs."""
        while True:
            due = self._clock() + TICK
            await asyncio.sleep(TICK)
            self._lag = self._clock() - due

    def _learn(self, begun: float) -> None:
        """The time between two answers while somebody waits; one that was stuck says nothing about the others."""
        now = self._clock()
        seconds = min(now - max(self._last, begun), SLOWEST)
        self._interval += (seconds - self._interval) * WEIGHT
        self._last = now
