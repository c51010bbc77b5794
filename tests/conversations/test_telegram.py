"""The whole service over Telegram: nothing lost, nothing twice, whatever order things come in."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from app import telegram_bot
from core.cases.telling_staff import STAFF
from core.errors import StoreUnavailable
from core.messages import Address, OutboundMessage
from tests.conversations import play
from tests.conversations.channels import House, TelegramPlayer, comparable
from tests.conversations.direct import PICTURE
from tests.conversations.telegram import STORY, WANG, begin, say, settings_for, settle, texts
from tests.simulators.telegram import TOKEN, TelegramSimulator
from tests.simulators.telegram_api import Fault
from tests.simulators.telegram_serving import listening

FILING = play.FOLDER / "u11_check_your_answers.txt"


async def test_ten_photos_are_one_batch_with_one_acknowledgement(house: House, phone: TelegramSimulator) -> None:
    await begin(house, phone)
    before = len(texts(phone))
    await phone.send_album(WANG, [PICTURE + bytes([n]) for n in range(10)])
    await settle(house)
    assert texts(phone)[before:] == []
    house.now += timedelta(seconds=5)
    await house.work()
    [acknowledgement] = texts(phone)[before:]
    assert "照片 10 个" in acknowledgement


async def test_a_photo_that_was_sent_before_is_not_doubled(house: House, phone: TelegramSimulator) -> None:
    await begin(house, phone)
    [first, *_] = await phone.send_album(WANG, [PICTURE + bytes([n]) for n in range(4)])
    await phone.forward(WANG, first)
    await phone.redeliver(first)
    house.now += timedelta(seconds=5)
    await settle(house)
    await say(house, phone, "王芳", "13900000005", "好了", "提交")
    [case] = await house.filed()
    assert len(case["evidence"]) == 4


async def test_a_photo_added_to_a_filed_complaint_is_not_doubled_either(house: House, phone: TelegramSimulator) -> None:
    await begin(house, phone)
    first = await phone.send_photo(WANG, PICTURE)
    await settle(house)
    await say(house, phone, "王芳", "13900000005", "好了", "提交", "补充材料")
    await phone.send_photo(WANG, PICTURE + b"other")
    await phone.forward(WANG, first)
    await settle(house)
    [case] = await house.filed()
    assert len(case["evidence"]) == 2
    assert [kind for kind, _ in case["timeline"]] == ["registered", "supplemented"]


async def test_one_update_in_three_delivered_twice_changes_nothing(
    house: House, phone: TelegramSimulator, tmp_path: Path
) -> None:
    phone.deliver_twice_every = 3
    player = TelegramPlayer(house, phone, presses=True)
    transcript = play.read(FILING)
    for step, _ in transcript.steps:
        await player.take(step)
    said_twice = texts(phone)
    filed = comparable(await house.filed())
    async with TelegramSimulator(secret="s3cret") as calm:
        (tmp_path / "calm").mkdir()
        other = House(f"sqlite:///{tmp_path}/calm/tousu.db", tmp_path / "calm", transcript.pack, **settings_for(calm))
        async with listening(other.app) as url:
            calm.webhook_url = f"{url}/telegram"
            player = TelegramPlayer(other, calm, presses=True)
            for step, _ in transcript.steps:
                await player.take(step)
            assert len(said_twice) == len(texts(calm))
            assert filed == comparable(await other.filed())
            await other.close()


async def test_a_double_tap_files_one_complaint(house: House, phone: TelegramSimulator) -> None:
    player = TelegramPlayer(house, phone, presses=True)
    for step, _ in play.read(FILING).steps:
        found = player._button(WANG, step.words) if step.kind == "said" else None
        if found:
            bubble, label = found
            await asyncio.gather(*(phone.press(WANG, label, bubble=bubble) for _ in range(2)))
            await settle(house)
        else:
            await player.take(step)
    assert len(await house.filed()) == 1
    assert phone.waiting_buttons == []


async def test_a_text_and_a_button_at_once_are_both_answered(house: House, phone: TelegramSimulator) -> None:
    await say(house, phone, "/start")
    [greeting] = phone.inbox_of(WANG)
    await asyncio.gather(phone.press(WANG, greeting.labels[0][0]), phone.say(WANG, STORY))
    await settle(house)
    assert len(texts(phone)) == 3
    assert phone.faults == []
    assert phone.waiting_buttons == []
    await say(house, phone, "看看我写了什么")
    assert texts(phone)[-1].count(STORY) == 1


async def test_a_button_of_an_old_question_gets_polite_words(house: House, phone: TelegramSimulator) -> None:
    await say(house, phone, "/start")
    [greeting] = phone.inbox_of(WANG)
    await say(house, phone, STORY)
    before = len(texts(phone))
    await phone.press(WANG, greeting.labels[0][0], bubble=greeting)
    await settle(house)
    assert "该步骤已完成" in texts(phone)[before]
    assert phone.waiting_buttons == []


async def test_what_was_to_be_said_while_blocked_is_said_after_unblocking(
    house: House, phone: TelegramSimulator
) -> None:
    player = TelegramPlayer(house, phone, presses=True)
    for step, _ in play.read(FILING).steps:
        await player.take(step)
    [case] = await house.filed()
    await phone.block(WANG)
    before = len(texts(phone))
    for line in ("assign {} handler=officer", "conclude {} 查清了", "close {} outcome=substantiated 已更换窗口"):
        assert await house.take(play.Step("acted", line.format(case["number"]))) == []
    await settle(house)
    assert texts(phone)[before:] == []
    await phone.unblock(WANG)
    await settle(house)
    assert sum("已更换窗口" in text for text in texts(phone)[before:]) == 1


async def test_who_blocked_us_unnoticed_reads_it_with_the_answer_to_the_next_message(
    house: House, phone: TelegramSimulator
) -> None:
    phone.api.blocked.add(WANG)
    await say(house, phone, STORY)
    house.now += timedelta(hours=1)
    await settle(house)
    assert phone.api.count("sendMessage") == 1
    phone.api.blocked.discard(WANG)
    await say(house, phone, "你好")
    assert sum("人民广场站" in text for text in texts(phone)) == 1


async def test_an_update_with_a_smaller_id_than_the_last_goes_on_with_the_conversation(
    house: House, phone: TelegramSimulator
) -> None:
    await say(house, phone, STORY)
    phone.restart_ids(17)
    await say(house, phone, "跳过")
    assert "同意" in phone.inbox_of(WANG)[-1].labels[0]


async def test_slow_down_delays_a_reply_and_loses_none(house: House, phone: TelegramSimulator) -> None:
    phone.api.fail("sendMessage", Fault(429, "Too Many Requests: retry after 3", {"retry_after": 3}))
    await phone.say(WANG, "/start")
    await settle(house)
    assert texts(phone) == []
    house.now += timedelta(seconds=4)
    await house.work()
    assert len(texts(phone)) == 1


async def test_a_database_that_is_away_costs_no_message(
    house: House, phone: TelegramSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(work: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(type(house.service.store), "awrite", lambda store, work: away(work))
        update = await phone.say(WANG, "/start")
    assert update.tries == [200]
    await settle(house)
    assert len(texts(phone)) == 1


async def test_who_has_the_app_in_english_is_greeted_in_english(house: House, phone: TelegramSimulator) -> None:
    phone.languages[WANG] = "en-GB"
    await say(house, phone, "/start")
    assert texts(phone)[0].startswith("Hello")
    await say(house, phone, STORY)
    assert "已记下" in texts(phone)[-1]


async def test_a_topic_is_a_conversation_of_its_own(house: House, phone: TelegramSimulator) -> None:
    await say(house, phone, STORY)
    await phone.say(WANG, "你好", is_topic_message=True, message_thread_id=7)
    await settle(house)
    outside, inside = phone.inbox_of(WANG)
    assert "已记下" in outside.text
    assert "message_thread_id" not in outside.message
    assert inside.text.startswith("您好")
    assert inside.message["message_thread_id"] == 7


async def test_a_group_leaves_no_trace(house: House, phone: TelegramSimulator) -> None:
    group = {"id": -10031, "type": "supergroup", "title": "G"}
    await phone.say(WANG, "/start@tousu_test_bot", chat=group)
    async with asyncio.timeout(10):
        while not phone.inbox_of(-10031):
            await asyncio.sleep(0.01)
    assert await house.service.history(Address("telegram", "-10031"), None, 10) == []


@pytest.mark.parametrize("house", [{"telegram_staff_chat": "-10077"}], indirect=True)
async def test_alerts_for_staff_go_to_their_chat(house: House, phone: TelegramSimulator) -> None:
    phone.api.known.add(-10077)
    await house.service.channels[STAFF.channel].send(STAFF, OutboundMessage("有人要求人工"), "k")
    assert [bubble.text for bubble in phone.inbox_of(-10077)] == ["有人要求人工"]


async def test_without_telegram_the_service_starts_and_the_others_work(tmp_path: Path) -> None:
    house = House(
        f"sqlite:///{tmp_path}/tousu.db", tmp_path, "service-hall", telegram_token=TOKEN, telegram_mode="polling",
        telegram_api_base="http://127.0.0.1:9",
    )  # fmt: skip
    async with (
        listening(house.app) as url,
        telegram_bot.connected(house.service, "web"),
        httpx.AsyncClient(base_url=url, trust_env=False) as browser,
    ):
        assert (await browser.get("/healthz")).status_code == 200
        assert (await browser.get("/")).status_code == 200
        assert (await browser.post("/telegram", json={"update_id": 1})).status_code == 404
    house.service.store.close()


async def test_by_polling_the_same_words_file_the_same_complaint(phone: TelegramSimulator, tmp_path: Path) -> None:
    house = House(
        f"sqlite:///{tmp_path}/tousu.db", tmp_path, "service-hall", **settings_for(phone, telegram_mode="polling")
    )
    player = TelegramPlayer(house, phone, presses=True)
    async with asyncio.timeout(60), telegram_bot.connected(house.service, "web"):
        for step, _ in play.read(FILING).steps:
            await player.take(step)
        assert len(await house.filed()) == 1
    house.service.store.close()
