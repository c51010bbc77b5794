"""Groups over real HTTP: what is said to the bot there reaches the core, whoever presses is told alone, and cards change."""

from __future__ import annotations

import asyncio

import pytest

from bots.telegram.client import TelegramChannel
from bots.telegram.reception import Reception
from bots.telegram.render import NOTE_UNITS, Release, utf16_length
from core.errors import Gone, Moved, Overloaded, StoreUnavailable
from core.messages import Address, Choice, GroupAnswer, OutboundMessage
from tests.bots.telegram.conftest import USER, Connect
from tests.bots.telegram.core import Core
from tests.simulators.telegram import USERNAME, TelegramSimulator
from tests.simulators.telegram_api import Fault

CHAT, TOPIC = -100500, 7
PLACE = Address("telegram", str(CHAT))
CARD = OutboundMessage("新投诉 2611-0007", (Choice("受理 2611-0007 @3", "受理"),), private="desk_2611-0007")
STANDS = OutboundMessage(
    "2611-0007 现在已受理", (Choice("恢复办理 2611-0007 @4", "恢复办理"),), private="desk_2611-0007"
)


@pytest.fixture
def group(phone: TelegramSimulator) -> int:
    phone.group(CHAT)
    return CHAT


async def test_a_card_has_its_buttons_and_one_that_opens_the_own_chat(
    channel: TelegramChannel, phone: TelegramSimulator, group: int
) -> None:
    await channel.send(PLACE, CARD, "k")
    [bubble] = phone.inbox_of(group)
    assert bubble.labels == [["受理"], ["去私聊办"]]
    assert bubble.buttons[1][0]["url"] == f"https://t.me/{USERNAME}?start=desk_2611-0007"


async def test_without_the_bots_name_a_card_goes_out_without_the_link(
    channel: TelegramChannel, phone: TelegramSimulator, group: int
) -> None:
    phone.api.fail("getMe", Fault(500, "Internal Server Error"))
    await channel.send(PLACE, CARD, "k")
    assert phone.inbox_of(group)[0].labels == [["受理"]]


async def test_whoever_presses_is_told_alone_and_the_card_changes_for_all(
    channel: TelegramChannel, phone: TelegramSimulator, core: Core, reception: Reception, group: int
) -> None:
    await channel.send(PLACE, CARD, "k")
    core.answer = GroupAnswer("已登记“受理”", STANDS)
    pressed = await phone.press(USER, "受理", chat=group)
    await reception.rest()
    assert phone.note_of(pressed) == "已登记“受理”"
    [bubble] = phone.inbox_of(group)
    assert bubble.text == STANDS.text
    assert bubble.labels == [["恢复办理"], ["去私聊办"]]
    [event] = core.happened
    assert (event.what, event.place, event.sender, event.text) == ("pressed", PLACE, str(USER), "受理 2611-0007 @3")
    assert core.heard == core.kept == [], "nothing of a group is a message of its sender"
    assert phone.waiting_buttons == []


async def test_a_card_that_cannot_change_stays_and_nobody_is_hurt(
    channel: TelegramChannel, phone: TelegramSimulator, core: Core, reception: Reception, group: int
) -> None:
    await channel.send(PLACE, CARD, "k")
    core.answer = GroupAnswer("有了变化", CARD)
    await phone.press(USER, "受理", chat=group)
    await reception.rest()
    assert phone.inbox_of(group)[0].text == CARD.text
    assert phone.api.refused == []


async def test_a_message_that_takes_the_place_of_another_is_read_there(
    channel: TelegramChannel, phone: TelegramSimulator, group: int
) -> None:
    mark = await channel.send(PLACE, CARD, "k")
    hidden = OutboundMessage("这一件不在这里办了。", replaces=mark)
    for _ in range(2):
        assert await channel.send(PLACE, hidden, "hide") == mark, "a try whose answer was lost is made again"
    assert await channel.send(PLACE, OutboundMessage("x", replaces="1"), "k") == "1", "one that is gone needs no change"
    [bubble] = phone.inbox_of(group)
    assert (bubble.text, bubble.labels) == (hidden.text, [])
    phone.api.kicked.add(group)
    with pytest.raises(Gone):
        await channel.send(PLACE, hidden, "k")


async def test_changing_cards_takes_no_more_than_the_platform_allows(
    channel: TelegramChannel, phone: TelegramSimulator, core: Core, reception: Reception, group: int
) -> None:
    await channel.send(PLACE, CARD, "k")
    for index in range(30):
        core.answer = GroupAnswer("", STANDS if index % 2 else CARD)
        await phone.press_key(USER, "受理 2611-0007 @3", phone.inbox_of(group)[0].message)
        await reception.rest()
    assert phone.api.count("sendMessage") + phone.api.count("editMessageText") <= 18


async def test_a_code_is_answered_in_the_group_and_in_its_topic(
    phone: TelegramSimulator, core: Core, reception: Reception
) -> None:
    phone.group(CHAT, TOPIC)
    core.answer = GroupAnswer("这里接收提醒")
    await phone.say_in(USER, CHAT, "/alerts 7K3M-9Q2X", topic=TOPIC)
    await reception.rest()
    [bubble] = phone.inbox_of(CHAT)
    assert (bubble.text, bubble.message["message_thread_id"]) == ("这里接收提醒", TOPIC)
    assert core.happened[0].place == Address("telegram", str(CHAT), str(TOPIC))


async def test_words_by_the_bots_name_are_heard_once_it_is_known(
    channel: TelegramChannel, phone: TelegramSimulator, core: Core, group: int
) -> None:
    await phone.say_in(USER, group, f"@{USERNAME} 接收提醒 7K3M-9Q2X")
    assert core.happened == []
    await channel.username()
    await phone.say_in(USER, group, f"@{USERNAME} 接收提醒 7K3M-9Q2X")
    assert [event.text for event in core.happened] == ["接收提醒 7K3M-9Q2X"]


async def test_a_reply_to_a_card_is_heard(
    channel: TelegramChannel, phone: TelegramSimulator, core: Core, group: int
) -> None:
    await channel.send(PLACE, CARD, "k")
    await phone.say_in(USER, group, "受理 2611-0007", to=phone.inbox_of(group)[0])
    assert [event.text for event in core.happened] == ["受理 2611-0007"]


async def test_people_come_and_go_and_the_bot_is_thrown_out(phone: TelegramSimulator, core: Core, group: int) -> None:
    await phone.join(group, USER, 32)
    await phone.go(group, USER)
    await phone.throw_out(USER, group)
    assert [(event.what, event.people) for event in core.happened] == [
        ("came", (str(USER), "32")),
        ("went", (str(USER),)),
        ("removed", ()),
    ]


async def test_a_group_that_is_upgraded_is_told_twice_and_means_the_same(phone: TelegramSimulator, core: Core) -> None:
    phone.group(-55, kind="group")
    await phone.upgrade(USER, -55, CHAT)
    assert {(event.place.peer, event.what, event.text) for event in core.happened} == {("-55", "moved", str(CHAT))}
    assert len(core.happened) == 2


async def test_where_nothing_can_be_done_whoever_presses_is_asked_to_press_again(
    channel: TelegramChannel, phone: TelegramSimulator, core: Core, group: int
) -> None:
    await channel.send(PLACE, CARD, "k")
    core.error = StoreUnavailable()
    assert "请过一会儿再按" in phone.note_of(await phone.press(USER, "受理", chat=group))
    core.error, core.seconds = None, 5.0
    assert "请过一会儿再按" in phone.note_of(await phone.press(USER, "受理", chat=group))
    assert core.kept == [], "nothing is done later that somebody was told is not done"


async def test_where_too_much_comes_in_the_platform_keeps_it(phone: TelegramSimulator, core: Core, group: int) -> None:
    core.error = Overloaded()
    pressing = asyncio.create_task(
        phone.press_key(USER, "x", {"chat": phone._group(group), "message_id": 1, "date": 1})
    )
    while not phone.updates or not phone.updates[-1].tries:
        await asyncio.sleep(0.01)
    core.error = None
    assert (await pressing).tries[-1] == 200
    assert len(core.happened) == 1


async def test_a_redelivered_press_is_the_same_event(
    channel: TelegramChannel, phone: TelegramSimulator, core: Core, group: int
) -> None:
    await channel.send(PLACE, CARD, "k")
    await phone.redeliver(await phone.press(USER, "受理", chat=group))
    first, again = core.happened
    assert first == again


async def test_polling_tells_whoever_presses_too(
    channel: TelegramChannel, phone: TelegramSimulator, core: Core, reception: Reception, group: int
) -> None:
    await channel.send(PLACE, CARD, "k")
    core.answer = GroupAnswer("已登记“受理”")
    pressed = await phone.press(USER, "受理", chat=group)
    phone.api.pressed[pressed.body["callback_query"]["id"]] = False
    released = await reception.take(pressed.body)
    assert released == Release(pressed.body["callback_query"]["id"], "已登记“受理”")
    reception.release(released)
    await reception.rest()
    assert phone.waiting_buttons == []


def test_a_note_is_cut_where_the_platform_would_refuse_it() -> None:
    fields = Release("1", "😀" * 150).fields
    assert utf16_length(str(fields["text"])) == NOTE_UNITS
    assert fields["show_alert"] is True
    assert Release("1").fields == {"callback_query_id": "1"}


@pytest.mark.parametrize("how", ["kicked", "silenced", "topic"])
async def test_a_group_that_is_shut_to_the_bot_is_gone(connect: Connect, phone: TelegramSimulator, how: str) -> None:
    phone.group(CHAT, TOPIC)
    if how == "topic":
        phone.remove_topic(CHAT, TOPIC)
    else:
        getattr(phone.api, how).add(CHAT)
    with pytest.raises(Gone) as caught:
        await connect().send(Address("telegram", str(CHAT), str(TOPIC)), CARD, "k")
    assert caught.value.code == {"kicked": "403", "silenced": "400", "topic": "topic"}[how]
    assert phone.inbox_of(CHAT) == [], "what is for a topic is not for the whole group"


async def test_a_group_that_moved_says_where_it_is(connect: Connect, phone: TelegramSimulator) -> None:
    phone.api.migrated[-55] = CHAT
    with pytest.raises(Moved) as caught:
        await connect().send(Address("telegram", "-55"), CARD, "k")
    assert (caught.value.peer, caught.value.after) == (str(CHAT), 0.0)
