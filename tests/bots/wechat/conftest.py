"""A callback address that is served for real, and the platform in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi import FastAPI

from bots.wechat.client import WeChatChannel
from bots.wechat.config import Account, WeChatSettings
from bots.wechat.webhook import wechat_callback
from core.store.unit_of_work import Store
from tests.bots.wechat.account import APP_ID, KEY, TOKEN, settings
from tests.bots.wechat.core import Core
from tests.bots.wechat.town import Town, account_of
from tests.simulators.wechat import WeChatSimulator
from tests.simulators.wechat_serving import served

Serve = Callable[..., str]
Connect = Callable[..., WeChatChannel]


@pytest.fixture
def core() -> Core:
    return Core()


@pytest.fixture
def serve(core: Core) -> Iterator[Serve]:
    """Serves the callback for an account; gives its address."""
    with ExitStack() as stack:

        def start(account: WeChatSettings | None = None, deadline_seconds: float = 4.0) -> str:
            app = FastAPI()
            callback = wechat_callback(
                account or settings(), core.receive, core.keep, deadline_seconds=deadline_seconds
            )
            app.add_route("/wechat", callback)
            return stack.enter_context(served(app)) + "/wechat"

        yield start


@pytest.fixture
async def platform(serve: Serve) -> AsyncIterator[WeChatSimulator]:
    async with WeChatSimulator(serve(), APP_ID, TOKEN, KEY) as simulator:
        yield simulator


@pytest.fixture
async def connect(platform: WeChatSimulator) -> AsyncIterator[Connect]:
    """Makes channels that talk to the platform."""
    channels: list[WeChatChannel] = []

    def connect_to(account: Account = "service", api_base: str = "") -> WeChatChannel:
        channels.append(WeChatChannel(settings(api_base or platform.api_base, account=account)))
        return channels[-1]

    yield connect_to
    for channel in channels:
        await channel.close()


Found = Callable[..., Town]


@pytest.fixture
async def found(store: Store, platform: WeChatSimulator) -> AsyncIterator[Found]:
    """Founds the town: its account is of this kind, with these forms."""
    with ExitStack() as stack:
        towns: list[Town] = []

        def start(kind: Account = "service", **forms: Any) -> Town:
            town = Town(store, platform, account_of(kind, platform.api_base, **forms))
            towns.append(town)
            platform.callback_url = stack.enter_context(served(town.app())) + "/wechat"
            return town

        yield start
        for town in towns:
            await town.channel.close()
