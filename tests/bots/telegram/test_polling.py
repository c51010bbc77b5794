"""Polling: it waits for the platform, keeps the order of a chat, and ends only with the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bots.telegram.polling import Polling
from bots.telegram.reception import Reception
from core.errors import StoreUnavailable
from tests.bots.telegram.conftest import USER, Connect
from tests.bots.telegram.core import Core
from tests.simulators.telegram import TelegramSimulator
from tests.simulators.telegram_api import Fault

QUICK = (0.01,)


@pytest.fixture
async def polling(platform: TelegramSimulator, connect: Connect, reception: Reception) -> AsyncIterator[Polling]:
    asking = Polling(connect(), reception, seconds=1, pauses=QUICK)
    running = asyncio.create_task(asking.run())
    yield asking
    running.cancel()


async def test_what_is_said_is_heard_and_confirmed(polling: Polling, platform: TelegramSimulator, core: Core) -> None:
    async with asyncio.timeout(10):
        await platform.say(USER, "一")
        await asyncio.gather(platform.say(USER, "二"), platform.say(USER, "三"), platform.say(32, "四"))
    assert [message.text for message in core.heard if message.address.peer == str(USER)] == ["一", "二", "三"]
    assert len(core.heard) == 4


async def test_a_pressed_button_is_released(
    polling: Polling, platform: TelegramSimulator, core: Core, reception: Reception
) -> None:
    async with asyncio.timeout(10):
        await platform.press_key(USER, "1.yes")
        await reception.rest()
    assert core.said == [("choice", "1.yes")]
    assert platform.waiting_buttons == []


async def test_a_poison_update_hides_no_other(polling: Polling, platform: TelegramSimulator, core: Core) -> None:
    platform.api.pending.append({"update_id": 1, "message": {"message_id": "x"}})
    async with asyncio.timeout(10):
        await platform.say(USER, "后面的")
    assert core.said == [("text", "后面的")]


async def test_a_smaller_id_after_a_quiet_time_is_heard(
    polling: Polling, platform: TelegramSimulator, core: Core
) -> None:
    async with asyncio.timeout(15):
        await platform.say(USER, "先")
        await asyncio.sleep(1.1)
        platform.restart_ids(17)
        await platform.say(USER, "后")
    assert [text for _, text in core.said] == ["先", "后"]


async def test_what_cannot_be_kept_is_not_confirmed(polling: Polling, platform: TelegramSimulator, core: Core) -> None:
    core.error = core.keep_error = StoreUnavailable()
    saying = asyncio.create_task(platform.say(USER, "你好"))
    await asyncio.sleep(0.2)
    assert not saying.done()
    core.error = core.keep_error = None
    async with asyncio.timeout(10):
        await saying
    assert core.said == [("text", "你好")]


async def test_it_waits_for_a_platform_that_is_not_there_yet(
    connect: Connect, reception: Reception, caplog: pytest.LogCaptureFixture
) -> None:
    asking = Polling(connect(api_base="http://127.0.0.1:9"), reception, seconds=1, pauses=QUICK)
    running = asyncio.create_task(asking.run())
    await asyncio.sleep(0.2)
    assert not running.done()
    assert len([record for record in caplog.records if "polling" in record.message]) == 1
    running.cancel()


async def test_it_goes_on_after_the_platforms_faults(polling: Polling, platform: TelegramSimulator, core: Core) -> None:
    for fault in (Fault(502, "Bad Gateway"), Fault("html"), Fault("json"), Fault(429, "x", {"retry_after": 1})):
        platform.api.fail("getUpdates", fault)
    async with asyncio.timeout(10):
        await platform.say(USER, "你好")
    assert core.said == [("text", "你好")]


async def test_a_webhook_in_the_way_is_said_plainly(
    connect: Connect, reception: Reception, platform: TelegramSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    platform.api.webhook = {"url": "https://elsewhere.example"}
    assert await Polling(connect(), reception, seconds=1).ask_once() is False
    assert "tousu telegram webhook delete" in caplog.text
