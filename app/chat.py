"""``tousu chat``: the same dialogue in the terminal, on the same database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app import wiring
from bots.terminal.client import TerminalChannel, run
from bots.terminal.config import NAME
from core.messages import Address
from scheduler.main import start

if TYPE_CHECKING:
    from app.settings import Settings


def chat(settings: Settings, name: str) -> None:
    """Talk as ``name`` until the input ends; what is pushed meanwhile is shown as it comes."""
    asyncio.run(_chat(settings, name))


async def _chat(settings: Settings, name: str) -> None:
    service = wiring.build(settings, {NAME: TerminalChannel(print)})
    scheduler = start(service.workplace())
    try:
        await run(service.receive, _ask, print, Address(NAME, name), lambda: datetime.now(UTC))
    finally:
        scheduler.shutdown(wait=False)
        service.store.close()


async def _ask() -> str | None:
    """The next line, read beside the loop so that pushed messages are not held up."""
    try:
        return await asyncio.to_thread(input, "> ")
    except EOFError:
        return None
