"""A draft of the web chat that goes on in Telegram: it moves once, with its files, and both sides say so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app import telegram_bot
from app.telegram_bot import channel_of
from tests.conversations.channels import House, WebPlayer
from tests.conversations.telegram import STORY, WANG, connected, say, settle, texts
from tests.simulators.telegram import TelegramSimulator
from tests.simulators.telegram_api import Fault

LI = 102


class Page:
    """One person's browser."""

    def __init__(self, player: WebPlayer) -> None:
        self.player = player

    async def say(self, *words: str) -> list[dict[str, Any]]:
        for each in words:
            replies = await self.player._say("1", each)
        return replies

    async def write_a_draft(self) -> None:
        """As far as the question for files, with two photos."""
        await self.say(STORY, "跳过", "同意", "王芳", "13900000005", "[照片 2]")
        await settle(self.player.house)

    async def ask_for_the_link(self) -> str:
        [offer, *_] = await self.say("换到 Telegram 继续")
        return str(offer["copyable"])

    async def history(self) -> list[str]:
        browser = await self.player._browser("1")
        lines = (await browser.get("/chat/history")).json()
        return [line["text"] for line in lines if line["direction"] == "out"]


@pytest.fixture
async def moving_house(phone: TelegramSimulator, tmp_path: Path) -> AsyncIterator[tuple[House, Page]]:
    async with connected(phone, tmp_path, "service-hall") as house:
        await channel_of(house.service).username()
        player = WebPlayer(house, phone.webhook_url.removesuffix("/telegram"))
        yield house, Page(player)
        await player.close()


async def open_link(house: House, phone: TelegramSimulator, link: str, user: int = WANG) -> str:
    """Come by a link; returns the last thing that is said to it."""
    before, payload = len(phone.inbox_of(user)), link.partition("?start=")[2]
    assert len(payload) <= 64
    await phone.say(user, f"/start {payload}")
    await settle(house)
    return "\n\n".join(bubble.text for bubble in phone.inbox_of(user)[before:])


async def test_a_draft_moves_with_its_files_and_is_filed_where_it_went(
    moving_house: tuple[House, Page], phone: TelegramSimulator
) -> None:
    house, page = moving_house
    await page.write_a_draft()
    link = await page.ask_for_the_link()
    assert link.startswith("https://t.me/tousu_test_bot?start=go_")
    said = await open_link(house, phone, link)
    assert said.startswith("已经转到这里：昨天下午人民广场站")
    assert "照片 2 个" in said
    assert "您写到一半的投诉已经转走了" in (await page.history())[-1]
    await phone.send_photo(WANG, b"\x89PNG\r\n\x1a\n" + bytes(65))
    await settle(house)
    await say(house, phone, "好了", "提交")
    [case] = await house.filed()
    assert [state for _, state in case["evidence"]] == ["stored"] * 3
    assert case["answers"]["phone"]["value"] == "13900000005"
    assert "已登记" in texts(phone)[-1]
    [again] = await page.say("查进度")
    assert case["number"] not in again["text"]


async def test_on_postgresql_a_draft_moves_and_an_edit_there_is_followed(
    phone: TelegramSimulator, postgresql_url: str, tmp_path: Path
) -> None:
    async with connected(phone, tmp_path, "service-hall", postgresql_url) as house:
        await channel_of(house.service).username()
        player = WebPlayer(house, phone.webhook_url.removesuffix("/telegram"))
        page = Page(player)
        await page.write_a_draft()
        await open_link(house, phone, await page.ask_for_the_link())
        number = await say(house, phone, "电话改成13900000006")
        await phone.edit(WANG, number, "电话改成13900000007")
        await say(house, phone, "好了", "提交")
        [case] = await house.filed()
        assert case["answers"]["phone"]["value"] == "13900000007"
        assert len(case["evidence"]) == 2
        await player.close()


async def test_a_link_opens_once(moving_house: tuple[House, Page], phone: TelegramSimulator) -> None:
    house, page = moving_house
    await page.write_a_draft()
    link = await page.ask_for_the_link()
    await open_link(house, phone, link)
    assert "这个链接用过了" in await open_link(house, phone, link, LI)
    await say(house, phone, "取消", "是")
    assert "这个链接用过了" in await open_link(house, phone, link, LI)


async def test_a_link_opens_for_half_an_hour(moving_house: tuple[House, Page], phone: TelegramSimulator) -> None:
    house, page = moving_house
    await page.write_a_draft()
    link = await page.ask_for_the_link()
    house.now += timedelta(minutes=31)
    assert "这个链接用过了、过期了" in await open_link(house, phone, link)
    assert "转走" not in (await page.history())[-1]


async def test_no_word_that_was_changed_opens_anything(
    moving_house: tuple[House, Page], phone: TelegramSimulator
) -> None:
    house, page = moving_house
    await page.write_a_draft()
    link = await page.ask_for_the_link()
    for at in (-1, -30, -58):
        forged = link[:at] + ("A" if link[at] != "A" else "B") + link[at:][1:]
        assert "这个链接用过了、过期了，或者不完整" in await open_link(house, phone, forged)
    assert "不完整" in await open_link(house, phone, "?start=go_short")
    assert (await open_link(house, phone, link)).startswith("已经转到这里")


async def test_a_draft_that_is_written_there_is_not_put_aside(
    moving_house: tuple[House, Page], phone: TelegramSimulator
) -> None:
    house, page = moving_house
    await page.write_a_draft()
    link = await page.ask_for_the_link()
    await say(house, phone, "食堂的饭菜里有虫子，反映了没有人管")
    assert (await open_link(house, phone, link)).startswith("您在这里还有一件没写完的投诉")
    await say(house, phone, "取消", "删除")
    assert (await open_link(house, phone, link)).startswith("已经转到这里")


async def test_files_that_are_still_being_saved_are_waited_for(
    moving_house: tuple[House, Page], phone: TelegramSimulator
) -> None:
    house, page = moving_house
    await page.write_a_draft()
    await page.say("[照片]")
    link = await page.ask_for_the_link()
    assert "还在保存" in await open_link(house, phone, link)
    assert (await open_link(house, phone, link)).startswith("已经转到这里")


async def test_what_moved_survives_that_the_page_forgets_its_person(
    moving_house: tuple[House, Page], phone: TelegramSimulator
) -> None:
    house, page = moving_house
    await page.write_a_draft()
    await open_link(house, phone, await page.ask_for_the_link())
    [forgotten] = await page.say("删除我的信息", "确认删除")
    assert "聊天记录和草稿已删除" in forgotten["text"]
    await say(house, phone, "好了", "提交")
    [case] = await house.filed()
    assert [state for _, state in case["evidence"]] == ["stored"] * 2


async def test_the_way_is_only_shown_while_the_bot_is_known(phone: TelegramSimulator, tmp_path: Path) -> None:
    phone.api.fail("getMe", Fault(502, "Bad Gateway", times=-1))
    async with connected(phone, tmp_path, "service-hall") as house:
        player = WebPlayer(house, phone.webhook_url.removesuffix("/telegram"))
        replies = [
            reply for words in (STORY, "跳过", "同意", "王芳", "13900000005") for reply in await player._say("1", words)
        ]
        assert "有照片、录音或文件吗" in replies[-1]["text"]
        assert [choice["key"].rpartition(".")[2] for choice in replies[-1]["choices"]] == ["done", "back"]
        await player.close()


async def test_the_bots_name_is_learned_while_the_service_runs(house: House, phone: TelegramSimulator) -> None:
    channel = channel_of(house.service)
    assert channel.invitation() is None
    async with asyncio.timeout(10), telegram_bot.connected(house.service, "web"):
        while channel.invitation() is None:
            await asyncio.sleep(0.01)
    assert phone.api.count("getMe") == 1


async def test_there_is_no_way_on_from_telegram_itself(house: House, phone: TelegramSimulator) -> None:
    await channel_of(house.service).username()
    await say(house, phone, STORY, "跳过", "同意", "王芳", "13900000005")
    assert phone.inbox_of(WANG)[-1].labels == [["好了", "上一步"]]
