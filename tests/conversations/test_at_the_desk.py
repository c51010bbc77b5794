"""A citizen complains in WeChat, and two members of staff work the case to its answer in WeCom, or in Telegram: word for word."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bots.wecom.client import WeComChannel
from bots.wecom.config import A_MEMBER
from bots.wecom.limits import Brake
from core.store import queries
from tests.conversations import at_the_desk, picturing, telegram, wechat
from tests.conversations.at_the_desk import Player, Story, TelegramPhones, WeComPhones
from tests.conversations.channels import House, served
from tests.simulators import wecom
from tests.simulators.telegram import TelegramSimulator
from tests.simulators.telegram_serving import listening
from tests.simulators.wechat import WeChatSimulator
from tests.simulators.wecom import WeComSimulator

STORIES = sorted(at_the_desk.FOLDER.glob("*.txt"))
PERSONAL = ("郑小平", "13900000022", "橱窗做广告")
"""What the citizen told, which no chat of staff may show unless a member wrote it."""


@asynccontextmanager
async def house_of(tmp_path: Path, pack: str, **settings: Any) -> AsyncIterator[tuple[House, WeChatSimulator]]:
    """A service that citizens reach in WeChat, whatever the platform's windows are by its own clock."""
    async with wechat.platform() as phone:
        house = House(f"sqlite:///{tmp_path}/tousu.db", tmp_path, pack, **wechat.settings_for(phone), **settings)
        wechat.write_whenever(house)
        with served(house.app) as url:
            phone.callback_url = f"{url}/wechat"
            yield house, phone
        await house.close()
        assert phone.faults == []


def application(platform: WeComSimulator) -> dict[str, Any]:
    return {
        "wecom_corp_id": wecom.CORP_ID, "wecom_agent_id": wecom.AGENT_ID, "wecom_secret": wecom.SECRET,
        "wecom_token": wecom.TOKEN, "wecom_aes_key": wecom.KEY, "wecom_api_base": platform.api_base,
    }  # fmt: skip


@asynccontextmanager
async def over_wecom(tmp_path: Path, story: Story) -> AsyncIterator[tuple[Player, WeComSimulator]]:
    """Staff in WeCom, whose own brake counts by the platform's clock; nothing is dropped, cut off or refused there."""
    async with WeComSimulator() as platform, house_of(tmp_path, story.pack, **application(platform)) as (house, phone):
        channel = house.service.channels[WeComChannel.name]
        assert isinstance(channel, WeComChannel)
        channel._brake = Brake(A_MEMBER, platform.api.now)
        async with listening(house.app) as url:
            platform.callback_url = f"{url}/wecom"
            yield Player(house, phone, WeComPhones(platform), story), platform
        await platform.rest()
        await channel.close()
        api = platform.api
        assert (platform.faults, api.dropped, api.cut_off, api.refused) == ([], [], [], [])


@asynccontextmanager
async def over_telegram(tmp_path: Path, story: Story) -> AsyncIterator[tuple[Player, TelegramSimulator]]:
    async with TelegramSimulator(secret="s3cret") as bot:
        built = house_of(tmp_path, story.pack, **telegram.settings_for(bot))
        async with built as (house, phone), listening(house.app) as url:
            bot.webhook_url = f"{url}/telegram"
            phones = TelegramPhones(bot, [member.account for member in story.staff])
            yield Player(house, phone, phones, story), bot
        assert (bot.faults, bot.api.refused, bot.waiting_buttons) == ([], [], [])


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_a_story_goes_as_written_with_staff_in_wecom(path: Path, tmp_path: Path) -> None:
    story = at_the_desk.read(path)
    async with over_wecom(tmp_path, story) as (player, platform):
        heard = await player.play()
        shown = [message for inbox in platform.api.inbox.values() for message in inbox]
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        path.write_text(at_the_desk.written(story, heard), encoding="utf-8")
    assert [lines for _, lines in at_the_desk.read(path).rows] == heard
    assert [secret for secret in PERSONAL if any(secret in message.text for message in shown)] == []


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_a_story_goes_as_written_with_staff_in_telegram(path: Path, tmp_path: Path) -> None:
    story = at_the_desk.read(path)
    async with over_telegram(tmp_path, story) as (player, _):
        heard = await player.play()
    assert [lines for _, lines in story.rows] == heard


def test_the_page_with_pictures_shows_the_story_that_is_played() -> None:
    assert [path.name for path, text in picturing.pages().items() if path.read_text(encoding="utf-8") != text] == []


# ── what only WeCom has ──────────────────────────────────────────────────────────────────────────────────────────────


def begun(rows: int) -> Story:
    """The first story, up to where a case is there and one member has looked at it."""
    story = at_the_desk.read(STORIES[0])
    return replace(story, rows=story.rows[:rows])


LOOKED_AT = next(
    index for index, (row, _) in enumerate(at_the_desk.read(STORIES[0]).rows, 1) if row.startswith("zhao> 看")
)
NUMBER = "TC2026-0000148"


async def status(player: Player) -> str:
    store = player.house.service.store
    detail = await store.aread(lambda uow: queries.case_detail(uow, NUMBER))
    assert detail is not None
    return detail.case.status


async def test_a_pressed_card_shows_what_happened_and_cannot_be_pressed_again(tmp_path: Path) -> None:
    async with over_wecom(tmp_path, begun(LOOKED_AT)) as (player, platform):
        await player.play()
        card = platform.inbox_of("zhao")[-1]
        await platform.press("zhao", "受理")
        await player._pass(timedelta(minutes=1))
        assert card.pressed.startswith("已登记“受理”")
        assert card.labels == []
        assert platform.inbox_of("zhao")[-1].text.startswith(f"已登记“受理”：{NUMBER}")
        assert await status(player) == "accepted"


async def test_a_press_that_comes_twice_or_too_late_does_nothing_and_says_what_has_happened(tmp_path: Path) -> None:
    async with over_wecom(tmp_path, begun(LOOKED_AT)) as (player, platform):
        await player.play()
        card = platform.inbox_of("zhao")[-1]
        await platform.press("zhao", "受理")
        await platform.redeliver(new_envelope=True)
        await player._pass(timedelta(minutes=1))
        before = len(platform.inbox_of("zhao"))
        await platform.press_key("zhao", card.buttons[0]["key"], card.task_id)
        await player._pass(timedelta(minutes=1))
        (answer,) = platform.inbox_of("zhao")[before:]
        assert "受理" in answer.text
        assert "已登记“受理”" not in answer.text
        assert [each for each in platform.api.refused if "response_code" not in each] == []
        platform.api.refused.clear()


async def test_who_is_not_bound_is_told_how_to_be_and_begins_no_complaint(tmp_path: Path) -> None:
    async with over_wecom(tmp_path, begun(LOOKED_AT)) as (player, platform):
        await player.play()
        key = platform.inbox_of("zhao")[-1].buttons[0]["key"]
        for said in ("我要投诉", f"受理 {NUMBER}"):
            await platform.say("wu", said)
        await platform.press_key("wu", key)
        await platform.send_image("wu")
        await player._pass(timedelta(minutes=1))
        texts = [shown.text for shown in platform.inbox_of("wu")]
        assert len(texts) == 4
        assert all("还不知道您是谁" in text for text in texts)
        assert await status(player) == "registered"
        assert len(player.house.service.store.read(lambda uow: queries.case_list(uow, 10))) == 1


async def test_a_bound_member_who_says_no_order_reads_how_to(tmp_path: Path) -> None:
    async with over_wecom(tmp_path, begun(2)) as (player, platform):
        await player.play()
        await platform.say("lin", "我要投诉")
        await platform.send_image("lin")
        await player._pass(timedelta(minutes=1))
        no_order, no_file = [shown.text for shown in platform.inbox_of("lin")[-2:]]
        assert no_order.startswith("没有听懂")
        assert no_file.startswith("这里只收文字")
