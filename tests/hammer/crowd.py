"""Many people at once on two platforms, each with a complaint of their own; one message in ten is delivered twice."""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from tests.hammer.citizens import DIALOGUE, Platform, masked
from tests.simulators.telegram import TelegramSimulator, Update
from tests.simulators.wechat import Callback

SECRET = "hammer-secret"
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "安平宁军静远明清文思"
EVERY = 10
"""Of so many messages one is delivered twice."""

WHEN = (0.0, 0.3, 2.0)
"""The second time: beside the first, just after it, or when the conversation has moved on. Seconds, at most."""


@dataclass(eq=False)
class Person:
    """Somebody who complains, what they say, and what they were answered (None: nothing)."""

    channel: str
    index: int
    heard: list[str | None] = field(default_factory=list)

    @property
    def peer(self) -> str:
        return f"o-crowd-{self.index}" if self.channel == "wechat" else str(70_000 + self.index)

    @property
    def facts(self) -> dict[str, str]:
        """What their case must hold."""
        rest, last = divmod(self.index, len(GIVEN))
        second, first = divmod(rest, len(SURNAMES))
        name = SURNAMES[first] + GIVEN[second % len(GIVEN)] + GIVEN[last]
        return {"respondent": f"{self.index + 101}号窗口", "name": name, "phone": f"138{self.index + 10**7}"}

    @property
    def words(self) -> tuple[str, ...]:
        respondent, name, phone = self.facts.values()
        return (DIALOGUE[0], respondent, DIALOGUE[3], name, phone, *DIALOGUE[6:])

    @property
    def alike(self) -> list[str]:
        """The answers without what differs between people."""
        respondent, name, phone = self.facts.values()
        shown = (phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[:3]}****{phone[7:]}", name, respondent)
        answers = [CODE.sub("", answer) for answer in masked([answer or "nothing" for answer in self.heard])]
        for own in shown:
            answers = [answer.replace(own, "…") for answer in answers]
        return answers


class Patience:
    """How long people wait for an answer: as long as the service is being killed, and these seconds afterwards."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._ends_at = seconds, math.inf

    def calm(self) -> None:
        self._ends_at = time.monotonic() + self._seconds

    async def until(self, found: Callable[[], str | None]) -> str | None:
        while (answer := found()) is None and time.monotonic() < self._ends_at:
            await asyncio.sleep(0.02)
        return answer


class Twice:
    """Has one message in ten delivered again."""

    def __init__(self) -> None:
        self._count = itertools.count(1)
        self._under_way: list[asyncio.Task[None]] = []

    def consider(self, deliver: Callable[[], Awaitable[object]]) -> None:
        if next(self._count) % EVERY == 0:
            self._under_way.append(asyncio.create_task(self._again(deliver)))

    async def end(self) -> int:
        """Wait for the last; how many there were."""
        await asyncio.gather(*self._under_way)
        return len(self._under_way)

    async def _again(self, deliver: Callable[[], Awaitable[object]]) -> None:
        await asyncio.sleep(random.uniform(0, random.choice(WHEN)))
        await deliver()


class Chat(Protocol):
    """A platform as its people know it."""

    async def ask(self, person: Person, words: str) -> str | None:
        """Say something; the answer to it."""
        ...

    def shown(self, person: Person) -> list[list[str]]:
        """Of each answer every showing of it: once is right."""
        ...


class WeChatChat(Platform):
    """The answer comes with the acknowledgement, or by itself where the message was only acknowledged."""

    def __init__(self, port: int, patience: Patience, twice: Twice) -> None:
        super().__init__(port)
        self._patience, self._twice = patience, twice
        self._answers: dict[str, dict[str, list[str | None]]] = defaultdict(lambda: defaultdict(list))

    async def deliver(self, callback: Callback) -> str | None:
        answers = self._answers[callback.openid][callback.plain]
        place = len(answers)
        answers.append(None)
        answers[place] = await super().deliver(callback)
        return answers[place]

    async def ask(self, person: Person, words: str) -> str | None:
        callback = self.callback(person.peer, Content=words)
        self._twice.consider(lambda: self.deliver(self.again(callback)))
        answer = await self.deliver(callback)
        if answer is not None:
            return answer
        return await self._patience.until(lambda: self._pushed(person))

    def _pushed(self, person: Person) -> str | None:
        return next((text for text in self.inbox_of(person.peer) if text not in person.heard), None)

    def shown(self, person: Person) -> list[list[str]]:
        """The platform delivers again what it got no answer to, so of two answers it shows the later delivery's."""
        pushed, given = self.inbox_of(person.peer), [_given(each) for each in self._answers[person.peer].values()]
        told = {text for texts in given for text in texts}
        by_itself = [[text] * pushed.count(text) for text in dict.fromkeys(pushed) if text not in told]
        return [[*texts, *(text for text in pushed if text in texts)] for texts in given if texts] + by_itself


def _given(answers: list[str | None]) -> list[str]:
    """The answer to the last delivery, and any that differs from it."""
    different = {answer for answer in answers if answer is not None}
    return sorted(different) if len(different) > 1 else [answer for answer in answers[-1:] if answer is not None]


class TelegramChat(TelegramSimulator):
    """The answer is a message of its own, after the acknowledgement."""

    def __init__(self, port: int, patience: Patience, twice: Twice) -> None:
        super().__init__(secret=SECRET)
        self.webhook_url = f"http://127.0.0.1:{port}/telegram"
        self._patience, self._twice = patience, twice

    async def _post(self, update: Update) -> None:
        """Deliver again until it is acknowledged."""
        while await self._try(update) != 200:
            await asyncio.sleep(0.1)

    async def ask(self, person: Person, words: str) -> str | None:
        update = self._update("message", self._message(int(person.peer), text=words))
        self._twice.consider(lambda: self._post(update))
        await self._post(update)
        return await self._patience.until(lambda: self._new(person))

    def _new(self, person: Person) -> str | None:
        texts = (bubble.text for bubble in self.inbox_of(int(person.peer)))
        return next((text for text in texts if text not in person.heard), None)

    def shown(self, person: Person) -> list[list[str]]:
        texts = [bubble.text for bubble in self.inbox_of(int(person.peer))]
        return [[text] * texts.count(text) for text in dict.fromkeys(texts)]


async def talk(chat: Chat, person: Person, pause: float) -> Person:
    """Say one thing after the other, each after the answer to the one before; whoever gets none stops."""
    for words in person.words:
        answer = await chat.ask(person, words)
        person.heard.append(answer)
        if answer is None:
            break
        await asyncio.sleep(random.uniform(0, 2 * pause))
    return person
