"""Takes one callback in, however it goes with the core: safe first, then acknowledged, then shown on the card."""

from __future__ import annotations

import asyncio
import logging
import tomllib
from collections.abc import Callable, Coroutine
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, TypeVar

from bots.wecom.parse import Call
from core.errors import Overloaded, place_of
from core.messages import InboundMessage, OutboundMessage

log = logging.getLogger(__name__)

T = TypeVar("T")

Receive = Callable[[InboundMessage], Coroutine[Any, Any, OutboundMessage | None]]
"""Keeps a message and its reply in one go, and has the reply sent; the reply where it goes out now. Raises where it could do
neither."""

Keep = Callable[[InboundMessage], Coroutine[Any, Any, None]]


class Cards(Protocol):
    """What can change a card that was pressed."""

    def show_pressed(self, member: str, response_code: str, words: str) -> Coroutine[Any, Any, None]: ...


class Reception:
    """One piece of work a message, however often the platform delivers it."""

    def __init__(self, cards: Cards, receive: Receive, keep: Keep) -> None:
        self._cards, self._receive, self._keep = cards, receive, keep
        self._tasks: set[asyncio.Task[Any]] = set()

    async def take(self, call: Call, ends_at: float) -> None:
        """Once this returns the callback may be acknowledged. ``ends_at`` is of the running loop's clock. Raises what ``keep``
        raises, or Overloaded: then nothing is safe, and the platform delivers again."""
        message = call.message
        if message is None:
            return
        work = self._begin(self._receive(message))
        await asyncio.wait({work}, timeout=max(0.0, ends_at - asyncio.get_running_loop().time()))
        if not work.done():
            work.add_done_callback(_note)
            await self._keep(message)
        elif error := work.exception():
            await self._save(message, error)
        elif call.response_code:
            self._show(message, call.response_code, work.result())

    async def _save(self, message: InboundMessage, error: BaseException) -> None:
        """Where more comes in than can be taken, the platform keeps it: it delivers again what was not acknowledged."""
        if isinstance(error, Overloaded):
            raise error
        log.error("a message was not answered: %s", place_of(error))
        await self._keep(message)

    def _show(self, message: InboundMessage, response_code: str, reply: OutboundMessage | None) -> None:
        words = reply.text if reply is not None else _received()
        self._begin(self._cards.show_pressed(message.address.peer, response_code, words))

    def _begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Held on to until it is done, whoever waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


@cache
def _received() -> str:
    """For a button whose answer waits behind another message."""
    return str(tomllib.loads(files(__package__).joinpath("texts.zh.toml").read_text("utf-8"))["received"])


def _note(work: asyncio.Task[OutboundMessage | None]) -> None:
    error = None if work.cancelled() else work.exception()
    if error is not None:
        log.error("a message was not answered: %s", place_of(error))
