"""Waits for the core's replies, but no longer than the platform waits for ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from core.errors import place_of
from core.messages import InboundMessage, OutboundMessage

log = logging.getLogger(__name__)

Replies = tuple[OutboundMessage, ...]
Receive = Callable[[InboundMessage], Coroutine[Any, Any, Replies]]
Keep = Callable[[InboundMessage], Coroutine[Any, Any, None]]

REDELIVERED_SECONDS = 60.0
"""The platform delivers again within fifteen."""


class Reception:
    """One piece of work a message, however often the platform delivers it while the work goes on."""

    def __init__(self, receive: Receive, keep: Keep) -> None:
        self._receive, self._keep = receive, keep
        self._running: dict[str, asyncio.Task[Replies]] = {}
        self._keeping: dict[str, asyncio.Task[None]] = {}

    async def replies_to(self, message: InboundMessage, ends_at: float) -> Replies:
        """The replies if they are there by ``ends_at`` (of the running loop's clock); () when the message was kept.

        The work is not cut short: what it has begun it finishes. Raises what ``keep`` raises, and then nothing is safe.
        """
        work = self._running.get(message.dedupe_key) or self._begin(message)
        await asyncio.wait({work}, timeout=max(0.0, ends_at - asyncio.get_running_loop().time()))
        keeping = self._keeping.get(message.dedupe_key)
        if keeping is None and work.done() and work.exception() is None:
            return work.result()
        await asyncio.shield(keeping or self._begin_to_keep(message))
        return ()

    def _begin_to_keep(self, message: InboundMessage) -> asyncio.Task[None]:
        """The reply will come by itself: a redelivery that was answered with it would show it a second time."""
        keeping = asyncio.create_task(self._keep(message))
        self._keeping[message.dedupe_key] = keeping
        asyncio.get_running_loop().call_later(REDELIVERED_SECONDS, self._keeping.pop, message.dedupe_key, None)
        keeping.add_done_callback(lambda done: self._end_to_keep(message.dedupe_key, done))
        return keeping

    def _end_to_keep(self, dedupe_key: str, keeping: asyncio.Task[None]) -> None:
        """What could not be kept is owed nothing: the platform delivers it again."""
        if keeping.cancelled() or keeping.exception() is not None:
            self._keeping.pop(dedupe_key, None)

    def _begin(self, message: InboundMessage) -> asyncio.Task[Replies]:
        work = asyncio.get_running_loop().create_task(self._receive(message))
        self._running[message.dedupe_key] = work
        work.add_done_callback(lambda done: self._end(message.dedupe_key, done))
        return work

    def _end(self, dedupe_key: str, work: asyncio.Task[Replies]) -> None:
        del self._running[dedupe_key]
        error = None if work.cancelled() else work.exception()
        if error is not None:
            log.error("a message was not answered: %s", place_of(error))
