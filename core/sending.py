"""Sends what was claimed together, all of it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import chain

from core.departures import Departure

Send = Callable[[Departure], Awaitable[asyncio.Future[None]]]
"""Sends one message; what it returns is done when it is written down what became of it."""


class Sending:
    """What one lane sends. What goes wrong with one message is kept until the lane ends, and keeps no other from going out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._written = set[asyncio.Future[None]]()
        self._faults: list[BaseException] = []

    async def send(self, departures: Iterable[Departure]) -> None:
        """Return when each of them was sent, or could not be."""
        rest, turns = iter(departures), list[asyncio.Task[None]]()
        self._next_turn(rest, turns)
        try:
            for turn in turns:  # more of them come as it goes
                await asyncio.wait((turn,))
        finally:
            for turn in turns:
                turn.cancel()
        self._faults.extend(fault for turn in turns if (fault := turn.exception()))

    def _next_turn(self, rest: Iterator[Departure], turns: list[asyncio.Task[None]]) -> None:
        turns.append(asyncio.create_task(self._send_in_turn(rest, turns)))

    async def _send_in_turn(self, rest: Iterator[Departure], turns: list[asyncio.Task[None]]) -> None:
        """One after the other for as long as nothing has to wait; as soon as it does, the next turn goes on with the rest.

        A task of its own costs more than all else that is done for a message.
        """
        first = next(rest, None)
        if first is None:
            return
        self._next_turn(rest, turns)
        for departure in chain((first,), rest):
            self._written.add(await self._send(departure))

    async def is_written(self) -> None:
        """Return when it is written down what became of all that was sent. Raises what is a fault of ours, if anything was."""
        await all_of(map(asyncio.shield, self._written))
        for fault in self._faults:
            raise fault


async def all_of(tasks: Iterable[Awaitable[None]]) -> None:
    """Let all come to their end, whatever happens to one of them; then raise what happened, if anything did."""
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if outcome is not None:
            raise outcome
