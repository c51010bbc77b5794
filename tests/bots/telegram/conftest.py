"""A bot that is served for real, and the platform in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI

from bots.telegram.client import TelegramChannel
from bots.telegram.config import Pace, TelegramSettings
from bots.telegram.reception import Reception
from bots.telegram.webhook import telegram_callback
from tests.bots.telegram.core import Core
from tests.simulators.telegram import TOKEN, TelegramSimulator
from tests.simulators.telegram_serving import listening

SECRET = "s3cret"
USER = 31
QUICK = Pace(chat_second=10_000, group_minute=18, all_second=10_000)

Connect = Callable[..., TelegramChannel]


@pytest.fixture
def core() -> Core:
    return Core()


@pytest.fixture
async def platform() -> AsyncIterator[TelegramSimulator]:
    async with TelegramSimulator(TOKEN, secret=SECRET) as simulator:
        yield simulator


@pytest.fixture
async def connect(platform: TelegramSimulator) -> AsyncIterator[Connect]:
    """Makes channels that talk to the platform."""
    channels: list[TelegramChannel] = []

    def connect_to(**about: object) -> TelegramChannel:
        settings = {"token": TOKEN, "secret": SECRET, "api_base": platform.api_base, "pace": QUICK} | about
        channels.append(TelegramChannel(TelegramSettings(**settings)))  # type: ignore[arg-type]
        return channels[-1]

    yield connect_to
    for channel in channels:
        await channel.close()


@pytest.fixture
async def channel(connect: Connect, core: Core) -> TelegramChannel:
    core.channel = connect()
    return core.channel


@pytest.fixture
async def reception(channel: TelegramChannel, core: Core) -> AsyncIterator[Reception]:
    taken = Reception(channel, core.receive, core.keep, core.hear, patience=0.5)
    yield taken
    await taken.rest()


@pytest.fixture
async def phone(platform: TelegramSimulator, reception: Reception) -> AsyncIterator[TelegramSimulator]:
    """The platform with the bot's webhook set."""
    app = FastAPI()
    app.add_route("/telegram", telegram_callback(SECRET, reception))
    async with AsyncExitStack() as stack:
        platform.webhook_url = await stack.enter_async_context(listening(app)) + "/telegram"
        yield platform
        await reception.rest()
