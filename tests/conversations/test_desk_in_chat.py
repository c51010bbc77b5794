"""A citizen complains in WeChat, and a clerk works the case from Telegram, by buttons and words: each step is read in WeChat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from app.wiring import Service
from core.people import binding, staffing
from core.store import queries
from tests.conversations import telegram, wechat
from tests.conversations.channels import House, served
from tests.simulators.telegram import TelegramSimulator
from tests.simulators.telegram_serving import listening
from tests.simulators.wechat import WeChatSimulator

CLERK, STRANGER = 7, 8
CITIZEN = "openid-1"
COMPLAINT = "窗口的人态度很差，骂人"
ANSWERS = {
    "请您说说": COMPLAINT,
    "可以吗？": "同意",
    "都对吗": "1",
    "发完或没有": "好了",
    "怎么称呼": "王小明",
    "电话": "13900000042",
}
"""What the citizen says to a question with these words in it; anything else they pass over."""

MOST_QUESTIONS = 40
GATHERED = timedelta(minutes=5)
"""By then what was done is told: notices wait a little for one another."""
PERSONAL = ("王小明", "13900000042", "骂人")


class Story:
    """Both chats beside one service."""

    def __init__(self, house: House, wechat: WeChatSimulator, bot: TelegramSimulator) -> None:
        self.house, self.wechat, self.bot = house, wechat, bot

    @property
    def service(self) -> Service:
        return self.house.service

    async def files(self) -> str:
        """The citizen's side, however the pack asks; the number."""
        asked = await self.wechat.say(CITIZEN, "我要投诉")
        for _ in range(MOST_QUESTIONS):
            answer = next((words for sign, words in ANSWERS.items() if sign in (asked or "")), "跳过")
            asked = await self.wechat.say(CITIZEN, answer)
            listed = await self.service.store.aread(lambda uow: queries.case_list(uow, 1))
            if listed:
                return listed[0].number
        raise AssertionError(asked)

    async def clerk(self, words: str, user: int = CLERK) -> str:
        """What the clerk reads after they said this, or pressed the button with this on it."""
        newest = self.bot.inbox_of(user)[-1:]
        if newest and any(words in row for row in newest[0].labels):
            await self.bot.press(user, words)
        else:
            await self.bot.say(user, words)
        await self.service.courier.rest()
        self.house.now += GATHERED
        await self.house.work()
        return self.bot.inbox_of(user)[-1].text

    async def hires(self, account: str, name: str, user: int) -> None:
        """Somebody new in every post, whose chat this is; they read how to work in it."""
        service, now = self.service, self.house.now
        posts = [post.key for post in service.office.policy.posts]
        service.store.write(
            lambda uow: staffing.join(uow, service.office, account, name, "窗口科", posts, "operator", now)
        )
        code = service.store.write(lambda uow: binding.invite(uow, account, "operator", now))
        assert "办理台" in await self.clerk(f"绑定 {code}", user)

    def told(self) -> str:
        return "\n".join(self.wechat.inbox_of(CITIZEN))


Told = TypeVar("Told", bound=Story)


@asynccontextmanager
async def both_chats(tmp_path: Path, of: type[Told]) -> AsyncIterator[Told]:
    """One service on WeChat and Telegram; no platform has found a fault in the end."""
    async with TelegramSimulator(secret="s3cret") as bot, wechat.platform() as phone:
        accounts = wechat.settings_for(phone) | telegram.settings_for(bot)
        house = House(f"sqlite:///{tmp_path}/tousu.db", tmp_path, "service-center", **accounts)
        async with listening(house.app) as url:
            with served(house.app) as wechat_url:
                bot.webhook_url, phone.callback_url = f"{url}/telegram", f"{wechat_url}/wechat"
                yield of(house, phone, bot)
                await house.close()
    assert (bot.faults, bot.api.refused, bot.waiting_buttons) == ([], [], [])


async def test_a_clerk_works_a_case_from_the_chat_and_its_citizen_reads_each_step(tmp_path: Path) -> None:
    async with both_chats(tmp_path, Story) as story:
        await _play(story)


async def _play(story: Story) -> None:
    number = await story.files()
    await story.hires("lin", "林晓", CLERK)
    shown = await story.clerk(f"看 {number}")
    assert number in shown
    assert "已登记“受理”" in await story.clerk("受理")
    assert "已登记“转”" in await story.clerk("转 lin")
    assert "已登记“告知进展”" in await story.clerk("告知进展 已经调取录像，正在核对")
    assert "已登记“查清”" in await story.clerk("查清 情况属实")
    answered = await story.clerk("答复 属实 经查属实，已批评教育当班人员，向您道歉。")
    assert "已办结" in answered
    told = story.told()
    for words in ("已经调取录像", "已批评教育当班人员"):
        assert words in told
    written = "\n".join(bubble.text for bubble in story.bot.inbox_of(CLERK))
    assert [secret for secret in PERSONAL if secret in written] == []
    assert "已登记" not in await story.clerk(f"受理 {number}", STRANGER)
