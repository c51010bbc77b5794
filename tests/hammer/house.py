"""The whole service in this process, on real HTTP behind the simulated platform; jobs run when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi import FastAPI

from app.resources import wechat_account
from app.settings import Settings
from app.web import application
from app.wiring import Service, build
from bots.wechat.webhook import wechat_callback
from core.messages import InboundMessage, OutboundMessage
from core.store.keyring import Keyring
from core.store.unit_of_work import Store
from core.understand import warm
from scheduler import jobs
from tests.hammer.citizens import Account, history
from tests.hammer.running import AES_KEY, APP_ID, SECRET, TOKEN
from tests.simulators.wechat import Callback
from tests.simulators.wechat_serving import Served

DEADLINE = 2.0
"""Of the callback here, instead of four seconds."""


@dataclass
class House:
    """A service; ``open`` is the door that a test may shut to make the service slow."""

    settings: Settings
    service: Service
    platform: Account
    url: str
    open: asyncio.Event = field(default_factory=asyncio.Event)
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def work(self) -> None:
        """Every job, twice: what one puts into the outbox another sends."""
        for job in (*jobs.JOBS, *jobs.JOBS):
            await job.run(self.service.workplace())

    async def at_once(self, callbacks: Sequence[Callback]) -> list[str | None]:
        """Deliver all in parallel; what each is answered."""
        return list(await asyncio.gather(*(self.platform.deliver(callback) for callback in callbacks)))

    async def receive(self, message: InboundMessage) -> tuple[OutboundMessage, ...]:
        await self.open.wait()
        return await self.service.receive(message)

    def lines(self, openid: str, direction: str) -> list[str]:
        return [line.text for line in history(self.service.store, openid) if line.direction == direction]

    def restarted(self) -> Service:
        """The same service after its process was killed: what it had in memory only is gone."""
        self.service.store.close()
        self.service = build(self.settings, now=self.now)
        return self.service


@asynccontextmanager
async def housed(url: str, data_dir: Path, **settings: str) -> AsyncIterator[House]:
    """A service for as long as the block runs. The callback of the platform has its own, shorter deadline."""
    async with Account("", APP_ID, TOKEN, AES_KEY) as platform:
        chosen = Settings(
            _env_file=None,
            data_dir=data_dir,
            database_url=url,
            secret_key=SECRET,
            wechat_app_id=APP_ID,
            wechat_token=TOKEN,
            wechat_secret="simulated-app-secret",
            wechat_aes_key=AES_KEY,
            wechat_api_base=platform.api_base,
            **settings,
        )  # type: ignore[call-arg]
        warm()
        house = House(chosen, build(chosen), platform, "")
        house.service = _with_clock(house)
        server = Served(_app(house))
        house.open.set()
        house.url, platform.callback_url = server.url, f"{server.url}/wechat"
        try:
            yield house
        finally:
            server.stop()
            house.service.store.close()


def _with_clock(house: House) -> Service:
    house.service.store.close()
    return build(house.settings, now=house.now)


def _app(house: House) -> FastAPI:
    """The callback goes through the door; everything else is the application as it is."""
    account = wechat_account(house.settings)
    assert account
    app = FastAPI(openapi_url=None)
    app.add_route("/wechat", wechat_callback(account, house.receive, house.service.keep, deadline_seconds=DEADLINE))
    app.mount("/", application(house.service, house.settings, "web"))
    return app


def reopened(house: House) -> Store:
    """The database and the files, seen from beside the service."""
    return Store.open(house.settings.database_url, house.settings.data_dir, Keyring.from_secret(SECRET), read_only=True)
