"""What the channel needs of the core: every message once, its reply sent, and a place to keep what cannot be taken."""

from __future__ import annotations

import asyncio

from bots.telegram.client import TelegramChannel
from core.messages import NOTHING_SAID, Choice, GroupAnswer, InboundMessage, InGroup, OutboundMessage


class Core:
    """Repeats what it hears. ``error`` and ``keep_error`` are raised instead; ``seconds`` is how long it takes."""

    def __init__(self) -> None:
        self.channel: TelegramChannel | None = None
        self.heard: list[InboundMessage] = []
        self.kept: list[InboundMessage] = []
        self.error: Exception | None = None
        self.keep_error: Exception | None = None
        self.seconds = 0.0
        self.choices: tuple[Choice, ...] = ()
        self.happened: list[InGroup] = []
        self.answer = NOTHING_SAID

    async def receive(self, message: InboundMessage) -> None:
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        if message.dedupe_key in {known.dedupe_key for known in self.heard}:
            return
        self.heard.append(message)
        if self.channel and message.kind != "unfollow":
            reply = OutboundMessage(f"{message.kind}: {message.text}", self.choices)
            await self.channel.send(message.address, reply, message.dedupe_key)

    async def hear(self, event: InGroup) -> GroupAnswer:
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        self.happened.append(event)
        return self.answer

    async def keep(self, message: InboundMessage) -> None:
        if self.keep_error:
            raise self.keep_error
        self.kept.append(message)

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(message.kind, message.text) for message in self.heard]
