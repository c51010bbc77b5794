"""A bad night: many people talk to the service on two platforms while something is done to it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.hammer.crowd import SECRET, Chat, Patience, Person, TelegramChat, Twice, WeChatChat, talk
from tests.hammer.running import SERVE, Running, free_port, installed
from tests.hammer.verdict import Verdict, judge
from tests.simulators.telegram import TOKEN

AT_ONCE = 32
LEASES_ARE_OVER = 200.0
KILLED_WHILE_STARTING = 0.1
"""So many of the kills come before the service is up."""

Trouble = Callable[["Night"], Awaitable[None]]


@dataclass
class Night:
    """One installation, its platforms and its people. ``pause`` is the mean of seconds between two messages."""

    running: Running
    chats: Mapping[str, Chat]
    patience: Patience
    twice: Twice
    program: str = SERVE
    pause: float = 0.2
    people: list[Person] = field(default_factory=list)
    kills: int = 0
    over: bool = False

    async def go_through(self, at_least: int, trouble: Trouble) -> Verdict:
        """People come as long as there is trouble, and until so many came; then judge all."""
        await asyncio.to_thread(self.running.start)
        undisturbed = {channel: await talk(chat, Person(channel, 9_999), 0) for channel, chat in self.chats.items()}
        crowd = asyncio.gather(*(self._one_after_the_other(at_least) for _ in range(min(AT_ONCE, at_least))))
        await trouble(self)
        self.over = True
        self.patience.calm()
        await crowd
        assert await self.twice.end(), "nothing was delivered twice"
        with self.running.store() as store:
            return judge(store, self.chats, self.people, undisturbed)

    async def _one_after_the_other(self, at_least: int) -> None:
        while not self.over or len(self.people) < at_least:
            person = Person(random.choice(list(self.chats)), len(self.people))
            self.people.append(person)
            await talk(self.chats[person.channel], person, self.pause)

    async def kill(self) -> None:
        """At any moment, sometimes before it is up."""
        self.running.kill()
        self.kills += 1
        if random.random() < KILLED_WHILE_STARTING:
            self.running.launch(self.program)
            await asyncio.sleep(random.uniform(0, 1))
            self.running.kill()

    async def start(self, program: str) -> None:
        await asyncio.to_thread(self.running.start, program)

    async def start_later(self) -> None:
        """What a killed process was sending is free for another only when its lease is over."""
        await asyncio.to_thread(self.running.start_later, LEASES_ARE_OVER)


def kills(many: int, uptime: tuple[float, float]) -> Trouble:
    """So many kills, each after some of these seconds up."""

    async def trouble(night: Night) -> None:
        for left in reversed(range(many)):
            await asyncio.sleep(random.uniform(*uptime))
            await night.kill()
            await (night.start(night.program) if left else night.start_later())

    return trouble


@asynccontextmanager
async def night(url: str, folder: Path, *, program: str = SERVE, patience: float = 90.0) -> AsyncIterator[Night]:
    """An installation on this database behind both platforms; ``program`` is what it is after the first kill."""
    port, waiting, twice = free_port(), Patience(patience), Twice()
    async with AsyncExitStack() as stack:
        wechat = await stack.enter_async_context(WeChatChat(port, waiting, twice))
        telegram = await stack.enter_async_context(TelegramChat(port, waiting, twice))
        running = behind(url, folder, wechat, telegram, port)
        stack.callback(running.stop)
        yield Night(running, {"wechat": wechat, "telegram": telegram}, waiting, twice, program)


def behind(url: str, folder: Path, wechat: WeChatChat, telegram: TelegramChat, port: int) -> Running:
    """A service behind both. The simulated platform takes more than the real one, so that the service is under load."""
    bot = {"telegram_token": TOKEN, "telegram_secret": SECRET, "telegram_api_base": telegram.api_base}
    return installed(url, folder, wechat.api_base, port, **bot, telegram_pace="1000,1000,100000")
