"""What the webhook needs of the core: a reply by dedupe key, and a spool."""

from __future__ import annotations

import asyncio

from core.messages import InboundMessage, OutboundMessage


class Core:
    """Answers after ``seconds``; a message that comes again has no second effect."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.effects: list[InboundMessage] = []
        self.kept: list[InboundMessage] = []
        self.error: Exception | None = None
        self.keep_error: Exception | None = None
        self.waits = False

    async def receive(self, message: InboundMessage) -> OutboundMessage | None:
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        if message.dedupe_key not in [each.dedupe_key for each in self.effects]:
            self.effects.append(message)
        return None if self.waits else OutboundMessage(f"已登记“{message.text}”\n还有别的")

    async def keep(self, message: InboundMessage) -> None:
        if self.keep_error:
            raise self.keep_error
        self.kept.append(message)
