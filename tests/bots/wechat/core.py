"""What the webhook needs of the core: replies stored by dedupe key, and a spool."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from core.messages import InboundMessage, OutboundMessage

Replies = tuple[OutboundMessage, ...]


def repeat(message: InboundMessage) -> Replies:
    return (OutboundMessage(f"{message.kind}: {message.text}"),)


class Core:
    """Answers by ``answer`` after ``seconds``; a message that comes again gets its stored reply."""

    def __init__(self) -> None:
        self.answer: Callable[[InboundMessage], Replies] = repeat
        self.seconds = 0.0
        self.effects: list[InboundMessage] = []
        self.kept: list[InboundMessage] = []
        self.error: Exception | None = None
        self.keep_error: Exception | None = None
        self._replies: dict[str, Replies] = {}

    async def receive(self, message: InboundMessage) -> Replies:
        if message.dedupe_key in self._replies:
            return self._replies[message.dedupe_key]
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        self.effects.append(message)
        self._replies[message.dedupe_key] = self.answer(message)
        return self._replies[message.dedupe_key]

    async def keep(self, message: InboundMessage) -> None:
        if self.keep_error:
            raise self.keep_error
        self.kept.append(message)
