"""People on WeChat who go through a whole dialogue, and a platform that delivers again until it is answered."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence

from core.delivery import LEASE_SECONDS
from core.messages import Address, Line
from core.store import queries, sessions
from core.store.unit_of_work import Store, UnitOfWork
from tests.hammer.running import AES_KEY, APP_ID, TOKEN
from tests.simulators.wechat import Callback, WeChatSimulator
from tests.simulators.wechat_api import MESSAGE_WINDOW
from tests.simulators.wechat_envelope import xml

NUMBER = re.compile(r"DT\d{4}-\d{5}")
CODE = re.compile(r"(?<=查询码：)[0-9A-Z]{4}-[0-9A-Z]{4}")
DIALOGUE = (
    "昨天大厅三楼的自助机坏了，屏幕一直黑着",
    "自助区",
    "跳过",
    "同意",
    "王小苗",
    "13900000007",
    "好了",
    "1",
    "查进度",
)
"""From the first words to the number, and the status after it."""

PATIENCE = 120.0


class Account(WeChatSimulator):
    """The platform, whose callbacks can be had before they are delivered."""

    def callback(self, openid: str, kind: str = "text", **content: str) -> Callback:
        self.api.followers.add(openid)
        self.api.open_window(openid, MESSAGE_WINDOW)
        return self._sealed(openid, xml(self._head(openid, kind) | content | {"MsgId": next(self._ids)}))

    def photo(self, openid: str, content: bytes) -> Callback:
        media_id = self.api.add_media(content, "image/png")
        return self.callback(openid, "image", PicUrl=f"{self.api_base}/files/{media_id}", MediaId=media_id)

    async def status_of(self, openid: str, plain: str) -> int:
        """How the service answers one delivery of anything."""
        callback = self._sealed(openid, plain)
        return (await self._try(callback.query, callback.body)).status

    def again(self, callback: Callback) -> Callback:
        """The same message in a new envelope."""
        return self._sealed(callback.openid, callback.plain)


class Platform(Account):
    """Delivers again until it is answered.

    WeChat stops after fifteen seconds, in which a busy machine may not get up between two kills of a test. Here it is
    to be seen what becomes of each message that got through.
    """

    def __init__(self, port: int, pause: float = 0.1) -> None:
        self.port, self.pause = port, pause
        super().__init__(f"http://127.0.0.1:{port}/wechat", APP_ID, TOKEN, AES_KEY)
        self.acknowledged: list[str] = []

    async def deliver(self, callback: Callback) -> str | None:
        self.last = callback
        ends_at = time.monotonic() + PATIENCE
        while time.monotonic() < ends_at:
            attempt = await self._try(callback.query, callback.body)
            self.tries.append(attempt)
            if attempt.status == 200:
                self.acknowledged.append(callback.plain)
                return self._shown(callback.openid, attempt.answer)
            await asyncio.sleep(self.pause)
        self._fault(callback.openid, "no answer")
        return None

    def heard(self, openid: str) -> list[str]:
        return [*self.replies.get(openid, []), *self.inbox_of(openid)]


async def go_through(
    platform: Platform, openid: str, dialogue: Sequence[str] = DIALOGUE, pause: float = 0.0
) -> list[str]:
    """Say one thing after the other, each after the answer to the one before; what was answered."""
    answers = []
    for words in dialogue:
        before = len(platform.inbox_of(openid))
        reply = await platform.say(openid, words)
        assert platform.faults == []
        answers.append(reply if reply is not None else await _pushed(platform, openid, before))
        await asyncio.sleep(pause)
    return answers


async def _pushed(platform: Platform, openid: str, before: int) -> str:
    """The answer to a message that was only acknowledged comes by itself, after the lease of who was killed sending it."""
    ends_at = time.monotonic() + LEASE_SECONDS + 30
    while time.monotonic() < ends_at:
        if len(platform.inbox_of(openid)) > before:
            return "\n".join(platform.inbox_of(openid)[before:])
        await asyncio.sleep(0.1)
    raise AssertionError("an acknowledged message was never answered")


def masked(answers: Sequence[str]) -> list[str]:
    """Without what differs in every run."""
    return [CODE.sub("XXXX-XXXX", NUMBER.sub("DT0000-00000", answer)) for answer in answers]


def numbers(answers: Sequence[str]) -> set[str]:
    return {number for answer in answers for number in NUMBER.findall(answer)}


def history(store: Store, peer: str, channel: str = "wechat") -> list[Line]:
    """The conversation as the database has it."""

    def work(uow: UnitOfWork) -> list[Line]:
        stored = sessions.find(uow, Address(channel, peer))
        return queries.history(uow, stored.id, None, 500) if stored else []

    return store.read(work)


def said(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines if line.direction == "in"]


def answered(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines if line.direction == "out"]
