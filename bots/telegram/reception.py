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
from bots.telegram.render import Release
from core.errors import DeliveryError, Overloaded, place_of
from core.messages import NOTHING_SAID, GroupAnswer, InboundMessage, InGroup, OutboundMessage

log = logging.getLogger(__name__)

Receive = Callable[[InboundMessage], Coroutine[Any, Any, object]]
"""Keeps a message and its reply in one go, and has the reply sent. Raises where it could do neither."""

Keep = Callable[[InboundMessage], Awaitable[None]]

Hear = Callable[[InGroup], Coroutine[Any, Any, GroupAnswer]]
"""Takes in what happened in a group, and tells what is to be said there. Raises where it could not be done: nobody was promised
anything, so it is not kept."""


async def nobody_hears(event: InGroup) -> GroupAnswer:
    """Nothing happens in groups that would concern anybody."""
    return NOTHING_SAID


PATIENCE_SECONDS = 25.0
"""The platform waits a minute for our answer; what takes longer than this is kept for later instead."""


class Reception:
    """What webhook and polling share."""

    def __init__(
        self,
        channel: TelegramChannel,
        receive: Receive,
        keep: Keep,
        hear: Hear = nobody_hears,
        *,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._channel, self._receive, self._keep, self._hear = channel, receive, keep, hear
        self._patience, self._clock = patience, clock
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, update: object) -> Release | None:
        """Take one update in; once this returns it may be acknowledged. Raises what ``keep`` raises.

        Returns the button that was pressed and is to be released, None where none was.
        """
        call = self._read(update)
        if call.message:
            await self._make_safe(call.message)
        if call.aside:
            self._begin(self._say(call.aside))
        note = await self._answer_in_group(call.in_group) if call.in_group else ""
        return Release(call.callback_id, note) if call.callback_id else None

    def release(self, pressed: Release) -> None:
        """Have a button released, where no answer of ours to the platform could do it."""
        self._begin(self._channel.release(pressed))

    async def rest(self) -> None:
        """Wait until nothing is being said any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _read(self, update: object) -> Call:
        """An update that nobody can read would block its chat for a day if it were not acknowledged."""
        try:
            return parse(update, self._channel.settings.bot_id, self._clock(), self._channel.name_known)
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

    async def _answer_in_group(self, event: InGroup) -> str:
        """What whoever pressed a button is to read; what was said is answered in the group itself."""
        answer = await self._heard(event)
        if event.what == "pressed":
            if answer.card is not None:
                self._begin(self._channel.replace(event.place, event.mark, answer.card))
            return answer.text
        if answer.text:
            self._begin(self._channel.say_aside(event.place, OutboundMessage(answer.text)))
        return ""

    async def _heard(self, event: InGroup) -> GroupAnswer:
        """What has begun is not cut short; whoever waits too long is asked to come again, and then hears what became of it."""
        work = asyncio.create_task(self._hear(event))
        await asyncio.wait({work}, timeout=self._patience)
        if not work.done():
            return GroupAnswer(asides.later())
        if error := work.exception():
            if isinstance(error, Overloaded):
                raise error
            log.error("what happened in a group was not heard: %s", place_of(error))
            return GroupAnswer(asides.later())
        return work.result()

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
