"""The Telegram bot's part of the web application: its webhook, or its polling beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter

from app.wiring import Service
from bots.telegram.client import TelegramChannel
from bots.telegram.polling import Polling
from bots.telegram.reception import Reception
from bots.telegram.webhook import telegram_router


def webhook(service: Service) -> APIRouter:
    """``POST /telegram``."""
    return telegram_router(channel_of(service).settings.secret, _reception(service))


@asynccontextmanager
async def connected(service: Service, role: str) -> AsyncIterator[None]:
    """Polls while the service runs, where that was chosen; then lets go of the platform. Waits for nobody to begin."""
    channel = channel_of(service)
    polls = channel.settings.mode == "polling" and role != "worker"
    polling = asyncio.create_task(Polling(channel, _reception(service)).run()) if polls else None
    try:
        yield
    finally:
        if polling:
            polling.cancel()
        await service.courier.rest()
        await channel.close()


def channel_of(service: Service) -> TelegramChannel:
    channel = service.channels[TelegramChannel.name]
    assert isinstance(channel, TelegramChannel)
    return channel


def _reception(service: Service) -> Reception:
    return Reception(channel_of(service), service.take_in, service.keep)
