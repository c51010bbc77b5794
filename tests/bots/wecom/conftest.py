"""A callback address that is served for real, and the platform in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI

from bots.wecom.client import WeComChannel
from bots.wecom.limits import Brake
from bots.wecom.webhook import wecom_callback
from core.throttle import Rate
from tests.bots.wecom.account import settings
from tests.bots.wecom.core import Core
from tests.simulators.telegram_serving import listening
from tests.simulators.wecom import WeComSimulator


@dataclass
class Place:
    """The platform, the channel that writes to it, and the core behind its callbacks."""

    platform: WeComSimulator
    channel: WeComChannel
    core: Core

    def app(self, deadline_seconds: float) -> FastAPI:
        app = FastAPI()
        account = settings(self.platform.api_base)
        callback = wecom_callback(
            account, self.channel, self.core.receive, self.core.keep, deadline_seconds=deadline_seconds
        )
        app.add_route("/wecom", callback)
        return app


@pytest.fixture
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """``indirect`` parameters are the deadline, in seconds."""
    async with WeComSimulator(time_scale=0.2) as platform:
        built = Place(platform, WeComChannel(settings(platform.api_base)), Core())
        built.channel._brake = Brake(Rate(1000, 1000))
        async with listening(built.app(getattr(request, "param", 4.0))) as url:
            platform.callback_url = f"{url}/wecom"
            yield built
        await platform.rest()
        await built.channel.close()
