"""The web chat's side of delivery: pages fetch what is sent, so sending is waking the pages that listen."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bots.webchat.config import LIMITS, NAME, Uploads
from core.errors import FetchRefused
from core.messages import Address, Attachment, FetchedFile, OutboundMessage


class WebChannel:
    """A message is in the conversation's history once it is settled; an open page reads it there."""

    name = NAME
    limits = LIMITS

    def __init__(self, uploads: Uploads) -> None:
        self.closing = False
        self._uploads = uploads
        self._listening: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        self.wake(to)
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        if not attachment.reference:
            raise FetchRefused(reason="gone")
        return await self._uploads.load(attachment.reference)

    async def let_go(self, attachment: Attachment) -> None:
        await self._uploads.drop(attachment.reference)

    async def let_go_before(self, moment: datetime) -> None:
        await self._uploads.drop_before(moment)

    def wake(self, address: Address) -> None:
        """Tell every open page of this person to look now."""
        for event in self._listening.get(address.peer, ()):
            event.set()

    def close(self) -> None:
        """End every stream at once: a server that is told to stop waits for its open connections."""
        self.closing = True
        for events in self._listening.values():
            for event in events:
                event.set()

    def pages_open(self, address: Address) -> int:
        return len(self._listening.get(address.peer, ()))

    @contextmanager
    def listen(self, address: Address) -> Iterator[asyncio.Event]:
        """An event that is set at each wake, for as long as the page is connected."""
        event = asyncio.Event()
        self._listening[address.peer].add(event)
        try:
            yield event
        finally:
            self._listening[address.peer].discard(event)
            if not self._listening[address.peer]:
                del self._listening[address.peer]
