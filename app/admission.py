"""Says no in time: what is let in is answered within a second, however much more is offered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from core.errors import Overloaded

LONGEST_WAIT = 0.3
"""Seconds within which what was let in is to be answered; once it is not, fewer are let in."""

LONGEST_LAG = 0.05
"""Seconds by which the event loop may be late; beyond that even saying no takes too long."""

ALWAYS = 32
"""So few in hand are never too many, however slow the last ones were: one commit takes them all."""

WORDS_PER_ANSWER = 2.0
"""A polite word costs a third of an answer: with more of them hardly anybody would be answered any more."""

MOST_WORDS = 100.0
"""Polite words that may be given at once after a quiet time."""

FIRST = 128
"""Messages that there is room for before anything is known."""

GROWTH = 1 / 8
"""By so much each answer in time widens the room."""

TICK = 0.02


class Admission:
    """Has room for as many messages at once as are answered in time: a little more while they are, less once not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._in_hand = 0
        self._room = float(FIRST)
        self._words = MOST_WORDS
        self._judged = clock()
        self._lag = 0.0

    def hold(self) -> AbstractContextManager[None]:
        """Have one message in hand. Raises Overloaded where there is no room for it."""
        return _Hold(self)

    def enter(self) -> float:
        """One more in hand; when it was taken, by the clock. Raises Overloaded where there is no room for it."""
        if self._in_hand >= self._room:
            self._words -= 1
            raise Overloaded
        self._in_hand += 1
        return self._clock()

    def leave(self, begun: float) -> None:
        """One that was taken then is answered, or given up."""
        self._learn(begun)
        self._in_hand -= 1
        self._words = min(MOST_WORDS, self._words + WORDS_PER_ANSWER)

    @property
    def is_late(self) -> bool:
        """Whether there is no time even for a polite word: the loop is late, or too many were given already.

        A loop that was late with few in hand was held up by something that is over.
        """
        return (self._lag > LONGEST_LAG and self._in_hand >= ALWAYS) or (self._is_full and self._words < 1)

    @property
    def _is_full(self) -> bool:
        return self._in_hand >= self._room

    async def watch(self) -> None:
        """Measure how late the loop is, for as long as the service runs."""
        while True:
            due = self._clock() + TICK
            await asyncio.sleep(TICK)
            self._lag = self._clock() - due

    def _learn(self, begun: float) -> None:
        """Only who came after the last that was judged tells something new; one that others overtook was just stuck."""
        if begun < self._judged:
            return
        now = self._clock()
        if now - begun > LONGEST_WAIT:
            self._room = max(ALWAYS, self._room * max(0.5, LONGEST_WAIT / (now - begun)))
            self._judged = now
        else:
            # Room that nobody needed proves nothing.
            self._room += GROWTH if self._in_hand * 2 > self._room else 0
            self._judged = begun


class _Hold:
    """One message in hand."""

    __slots__ = ("_admission", "_begun")

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    def __enter__(self) -> None:
        self._begun = self._admission.enter()

    def __exit__(self, *error: object) -> None:
        self._admission.leave(self._begun)
