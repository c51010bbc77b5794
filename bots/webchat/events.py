"""The stream by which an open page learns of new lines without being reloaded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bots.webchat import render
from bots.webchat.client import WebChannel
from bots.webchat.config import LINES_PER_PUSH, History
from core.errors import StoreUnavailable
from core.messages import Address, Line

LOOK_SECONDS = 1.0
SOON_SECONDS = 0.1
SOON_LOOKS = 5
"""A page is woken when a message is sent, and finds it once that is written down, a moment later."""
HEARTBEAT_LOOKS = 15
MAX_LOOKS = 600
"""A stream ends after ten minutes; the browser resumes by itself. So a page forgotten in a tab holds nothing forever."""


async def stream(address: Address, after: int, history: History, channel: WebChannel) -> AsyncIterator[str]:
    """Server-sent events: new lines as they come, else a heartbeat so that proxies keep the connection."""
    with channel.listen(address) as woken:
        yield "retry: 2000\n\n"
        soon = 0
        for look in range(1, MAX_LOOKS):
            woken.clear()
            if fresh := await _lines(history, address, after):
                after, soon = max(line.cursor for line in fresh), 0
                yield render.event(fresh)
            elif look % HEARTBEAT_LOOKS == 0:
                yield ": still here\n\n"
            was_woken = await _sleep(woken, SOON_SECONDS if soon else LOOK_SECONDS)
            soon = SOON_LOOKS if was_woken else max(soon - 1, 0)
            if channel.closing:
                return


async def _lines(history: History, address: Address, after: int) -> list[Line]:
    """A database that is away for a moment is no reason to cut the page off."""
    try:
        return await history(address, after, LINES_PER_PUSH)
    except StoreUnavailable:
        return []


async def _sleep(woken: asyncio.Event, seconds: float) -> bool:
    """Whether it was woken before that."""
    try:
        await asyncio.wait_for(woken.wait(), seconds)
    except TimeoutError:
        return False
    return True
