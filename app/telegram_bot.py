"""The Telegram bot's part of the web application: its webhook, or its polling beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from app.wiring import Service
from bots.telegram.client import TelegramChannel
from bots.telegram.polling import Polling
from bots.telegram.reception import Reception
from bots.telegram.webhook import telegram_callback
from core.errors import DeliveryError

NAME_SECONDS = 60.0
"""Between two questions for the bot's name."""


def callback(service: Service) -> ASGIApp:
    """What answers ``POST /telegram``."""
    return telegram_callback(channel_of(service).settings.secret, _reception(service))


@asynccontextmanager
async def connected(service: Service, role: str) -> AsyncIterator[None]:
    """Polls while the service runs, where that was chosen; then lets go of the platform. Waits for nobody to begin."""
    channel = channel_of(service)
    polls = channel.settings.mode == "polling" and role != "worker"
    tasks = [asyncio.create_task(_learn_name(channel))]
    if polls:
        tasks.append(asyncio.create_task(Polling(channel, _reception(service)).run()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await service.courier.rest()
        await channel.close()


async def _learn_name(channel: TelegramChannel) -> None:
    """Without it no link to the bot can be given; everything else goes on meanwhile."""
    while channel.invitation() is None:
        try:
            await channel.username()
        except DeliveryError:
            await asyncio.sleep(NAME_SECONDS)


def channel_of(service: Service) -> TelegramChannel:
    channel = service.channels[TelegramChannel.name]
    assert isinstance(channel, TelegramChannel)
    return channel


def _reception(service: Service) -> Reception:
    return Reception(channel_of(service), service.take_in, service.keep, service.hear_in_group)
