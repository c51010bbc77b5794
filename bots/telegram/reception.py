"""Takes one update in, however it came: safe first, then answered. What cannot be read is noted and let go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from bots.telegram import asides
from bots.telegram.client import TelegramChannel
from bots.telegram.parse import UNREADABLE, Aside, Call, parse
from core.errors import DeliveryError, Overloaded, place_of
from core.messages import InboundMessage

log = logging.getLogger(__name__)

Receive = Callable[[InboundMessage], Coroutine[Any, Any, object]]
"""Keeps a message and its reply in one go, and has the reply sent. Raises where it could do neither."""

Keep = Callable[[InboundMessage], Awaitable[None]]

PATIENCE_SECONDS = 25.0
"""The platform waits a minute for our answer; what takes longer than this is kept for later instead."""


class Reception:
    """What webhook and polling share."""

    def __init__(
        self,
        channel: TelegramChannel,
        receive: Receive,
        keep: Keep,
        *,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._channel, self._receive, self._keep = channel, receive, keep
        self._patience, self._clock = patience, clock
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, update: object) -> str:
        """Take one update in; once this returns it may be acknowledged. Raises what ``keep`` raises.

        Returns the id of the button that was pressed and is to be released, empty where none was.
        """
        call = self._read(update)
        if call.message:
            await self._make_safe(call.message)
        if call.aside:
            self._begin(self._say(call.aside))
        return call.callback_id

    def release(self, callback_id: str) -> None:
        """Have a button released, where no answer of ours to the platform could do it."""
        self._begin(self._channel.release(callback_id))

    async def rest(self) -> None:
        """Wait until nothing is being said any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _read(self, update: object) -> Call:
        """An update that nobody can read would block its chat for a day if it were not acknowledged."""
        try:
            return parse(update, self._channel.settings.bot_id, self._clock())
        except UNREADABLE as error:
            log.error("update %s could not be read: %s", _id_of(update), place_of(error))
            return Call()

    async def _make_safe(self, message: InboundMessage) -> None:
        """In the database, or where that is away, slow or at a loss, beside it. What has begun is not cut short.

        Where more comes in than can be taken, the platform keeps it: it delivers again what was not acknowledged.
        """
        work = asyncio.create_task(self._receive(message))
        await asyncio.wait({work}, timeout=self._patience)
        if work.done() and (error := work.exception()):
            if isinstance(error, Overloaded):
                raise error
            log.error("a message was not answered: %s", place_of(error))
        if not work.done() or work.exception():
            await self._keep(message)

    async def _say(self, aside: Aside) -> None:
        try:
            username = await self._channel.username() if aside.key == "private_only" else ""
        except DeliveryError as error:
            log.info("an aside was not said: %s", error)
            return
        await self._channel.say_aside(aside.to, asides.words(aside, username))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _id_of(update: object) -> object:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else "without id"
