"""Moments at which a request has waited long enough: one timer for all, since a timer each costs more than the waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

TICK_SECONDS = 0.05
"""A deadline may be noticed so late."""


class Deadlines:
    """Calls back at moments of the running loop's clock. Nothing ticks while nobody waits."""

    def __init__(self) -> None:
        self._calls: dict[Callable[[], None], float] = {}
        self._ticks = False

    def add(self, call: Callable[[], None], ends_at: float) -> None:
        """Calls once, unless it is discarded before."""
        self._calls[call] = ends_at
        if not self._ticks:
            self._wait()

    def discard(self, call: Callable[[], None]) -> None:
        self._calls.pop(call, None)

    def limit(self, ends_at: float) -> Limit:
        """What is awaited inside is given up then, with TimeoutError."""
        return Limit(self, ends_at)

    def _wait(self) -> None:
        self._ticks = bool(self._calls)
        if self._ticks:
            asyncio.get_running_loop().call_later(TICK_SECONDS, self._look)

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        for call in [call for call, ends_at in self._calls.items() if ends_at <= now]:
            self.discard(call)
            call()
        self._wait()


class Limit:
    """asyncio.timeout_at without a timer of its own."""

    __slots__ = ("_deadlines", "_ends_at", "_is_over", "_task")

    def __init__(self, deadlines: Deadlines, ends_at: float) -> None:
        self._deadlines, self._ends_at, self._is_over = deadlines, ends_at, False

    def __enter__(self) -> None:
        self._task = asyncio.current_task()
        self._deadlines.add(self._end, self._ends_at)

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self._deadlines.discard(self._end)
        # Who is cancelled from outside besides stays cancelled.
        if self._is_over and self._task and self._task.uncancel() == 0 and kind is asyncio.CancelledError:
            raise TimeoutError

    def _end(self) -> None:
        self._is_over = True
        if self._task:
            self._task.cancel()
