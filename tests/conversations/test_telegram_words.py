"""Edits, contact cards and the key that shares a number: what they change in a complaint, and what they never do."""

from __future__ import annotations

import pytest

from tests.conversations.channels import House
from tests.conversations.direct import PICTURE
from tests.conversations.telegram import STORY, WANG, begin, say, settle, texts
from tests.simulators.telegram import TelegramSimulator, Update


async def edit(house: House, phone: TelegramSimulator, update: Update, words: str) -> list[str]:
    """Change an earlier message; returns what is said to it."""
    before = len(texts(phone))
    await phone.edit(WANG, update, words)
    await settle(house)
    return texts(phone)[before:]


async def answers(house: House) -> dict[str, str]:
    [case] = await house.filed()
    return {key: answer["value"] for key, answer in case["answers"].items()}


# ── edits ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_edited_answer_replaces_the_old_one_and_says_so(house: House, phone: TelegramSimulator) -> None:
    await begin(house, phone)
    name = await say(house, phone, "王芳")
    [reply] = await edit(house, phone, name, "王芬")
    assert reply.startswith("已改 您的姓名：王芳 → 王芬\n\n（3/4）请留一个能联系到您的电话")
    number = await say(house, phone, "13900000005")
    [reply] = await edit(house, phone, number, "13900000006")
    assert reply.startswith("已改 联系电话：139****0005 → 139 0000 0006")
    await say(house, phone, "好了", "提交")
    told = await answers(house)
    assert (told["name"], told["phone"]) == ("王芬", "13900000006")


async def test_an_edited_story_changes_the_facts_and_what_they_told_by_the_way(
    house: House, phone: TelegramSimulator
) -> None:
    story = await begin(house, phone)
    changed = STORY.replace("人民广场站", "火车站").replace("态度很差", "还推人")
    [reply] = await edit(house, phone, story, changed)
    assert reply.startswith("您改了前面那条消息，事情经过已跟着改。")
    assert "已改 地点：人民广场站 → 火车站" in reply
    await say(house, phone, "王芳", "13900000005", "好了", "提交")
    told = await answers(house)
    assert (told["facts"], told["place"]) == (changed, "火车站")


async def test_only_the_edited_message_of_a_story_in_two_changes(house: House, phone: TelegramSimulator) -> None:
    await begin(house, phone)
    more = await say(house, phone, "当时旁边还有很多人看着，没有一个领导出来管。")
    await edit(house, phone, more, "当时旁边有三个人看着，没有一个领导出来管。")
    await say(house, phone, "王芳", "13900000005", "好了", "提交")
    assert (await answers(house))["facts"] == f"{STORY}\n当时旁边有三个人看着，没有一个领导出来管。"


async def test_an_edited_caption_changes_the_facts(house: House, phone: TelegramSimulator) -> None:
    photo = await phone.send_photo(WANG, PICTURE, STORY)
    await settle(house)
    replies = await edit(house, phone, photo, STORY + "，还推人")
    assert any(reply.startswith("您改了前面那条消息，事情经过已跟着改。") for reply in replies)


async def test_an_edit_is_never_an_answer_to_the_open_question(house: House, phone: TelegramSimulator) -> None:
    hello = await say(house, phone, "你好")
    await begin(house, phone)
    [reply] = await edit(house, phone, hello, "赵六")
    assert reply.startswith("您改了前面那条消息。已经记下的内容不会跟着变")
    await say(house, phone, "王芳", "13900000005", "好了", "提交")
    assert (await answers(house))["name"] == "王芳"


async def test_an_edit_that_changes_no_word_is_passed_over(house: House, phone: TelegramSimulator) -> None:
    story = await begin(house, phone)
    assert await edit(house, phone, story, STORY) == []


async def test_an_edit_nobody_can_read_leaves_the_answer(house: House, phone: TelegramSimulator) -> None:
    await begin(house, phone)
    await say(house, phone, "王芳")
    number = await say(house, phone, "13900000005")
    [reply] = await edit(house, phone, number, "唉")
    assert reply.startswith("您改了前面那条消息，但没看清联系电话")
    await say(house, phone, "好了", "提交")
    assert (await answers(house))["phone"] == "13900000005"


async def test_a_message_edited_twice_is_followed_twice(house: House, phone: TelegramSimulator) -> None:
    await begin(house, phone)
    name = await say(house, phone, "王芳")
    await edit(house, phone, name, "王芬")
    [reply] = await edit(house, phone, name, "王芬芳")
    assert reply.startswith("已改 您的姓名：王芬 → 王芬芳")


async def test_what_was_filed_does_not_change_by_an_edit(house: House, phone: TelegramSimulator) -> None:
    story = await begin(house, phone)
    await say(house, phone, "王芳", "13900000005", "好了", "提交")
    [reply] = await edit(house, phone, story, "什么也没发生")
    assert "已经提交的投诉不会跟着变；要补充请回复“补充材料”" in reply
    assert (await answers(house))["facts"] == STORY


async def test_an_edit_delivered_twice_is_followed_once(house: House, phone: TelegramSimulator) -> None:
    await begin(house, phone)
    name = await say(house, phone, "王芳")
    await edit(house, phone, name, "王芬")
    before = len(texts(phone))
    await phone.redeliver()
    await settle(house)
    assert texts(phone)[before:] == []


async def test_danger_told_in_an_edit_is_answered(house: House, phone: TelegramSimulator) -> None:
    story = await begin(house, phone)
    [reply] = await edit(house, phone, story, STORY + "，我不想活了，想跳楼")
    assert "12356" in reply


# ── contact cards ────────────────────────────────────────────────────────────────────────────────────────────────────


async def ask_for_the_number(house: House, phone: TelegramSimulator) -> None:
    await begin(house, phone)
    await say(house, phone, "王芳")


async def test_one_touch_shares_ones_own_number(house: House, phone: TelegramSimulator) -> None:
    await ask_for_the_number(house, phone)
    assert [[key["text"] for key in row] for row in phone.inbox_of(WANG)[-1].keys] == [["发送我的手机号"], ["上一步"]]
    await phone.share_phone(WANG, "+8613812345678")
    await settle(house)
    assert texts(phone)[-1].startswith("已记下 联系电话：138 1234 5678")
    await say(house, phone, "好了", "提交")
    assert (await answers(house))["phone"] == "13812345678"


async def test_the_keys_beside_it_are_words_like_any_others(house: House, phone: TelegramSimulator) -> None:
    await ask_for_the_number(house, phone)
    await say(house, phone, "上一步")
    assert "请问怎么称呼您" in texts(phone)[-1]


async def test_the_keyboard_goes_with_the_next_message_that_has_no_buttons(
    house: House, phone: TelegramSimulator
) -> None:
    await ask_for_the_number(house, phone)
    assert WANG in phone.api.keyboards
    await phone.share_phone(WANG, "13812345678")
    await say(house, phone, "好了", "提交", "谢谢")
    assert phone.api.keyboards == {}
    assert phone.api.refused == []


@pytest.mark.parametrize("owner", [999, None], ids=["somebody on telegram", "somebody who is not"])
async def test_somebody_elses_card_is_not_taken_for_ones_own(
    house: House, phone: TelegramSimulator, owner: int | None
) -> None:
    await ask_for_the_number(house, phone)
    await phone.send_contact(WANG, "13812345678", owner, "李四")
    await settle(house)
    assert texts(phone)[-1].startswith("这像是别人的名片，没有记作您的信息。")
    assert "请留一个能联系到您的电话" in texts(phone)[-1]
    await say(house, phone, "13900000005", "好了", "提交")
    assert (await answers(house))["phone"] == "13900000005"


async def test_somebody_elses_card_may_say_whom_it_is_about(house: House, phone: TelegramSimulator) -> None:
    await say(house, phone, STORY)
    await phone.send_contact(WANG, "13812345678", 999, "李四")
    await settle(house)
    assert "已记下 投诉对象：李四 13812345678" in texts(phone)[-1]


async def test_ones_own_card_sent_early_is_kept_for_later(house: House, phone: TelegramSimulator) -> None:
    await begin(house, phone)
    await phone.send_contact(WANG, "13812345678", WANG)
    await settle(house)
    assert texts(phone)[-1].startswith("已记下 联系电话：138 1234 5678")
    await say(house, phone, "王芳", "好了", "提交")
    told = await answers(house)
    assert (told["name"], told["phone"]) == ("王芳", "13812345678")


async def test_ones_own_card_does_not_end_anonymity(house: House, phone: TelegramSimulator) -> None:
    await say(house, phone, "我要匿名投诉", STORY)
    await phone.send_contact(WANG, "13812345678", WANG)
    await settle(house)
    assert not any("已记下 联系电话" in text for text in texts(phone))
