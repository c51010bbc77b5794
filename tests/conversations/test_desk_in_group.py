"""A citizen complains in WeChat; a topic of a Telegram group gets the card, two clerks press its buttons, and the bot is thrown out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.desk import targets
from core.people import staffing
from tests.conversations import desk
from tests.conversations.test_desk_in_chat import COMPLAINT, Story, both_chats
from tests.simulators.telegram import USERNAME
from tests.simulators.telegram_api import Bubble

LIN, MEI, STRANGER = 7, 8, 9
TOLD = "name=王小明 address=青禾市西苑3栋 phone=13900000042"
GROUP, TOPIC, SECOND, LATER = -100500, 3, -100600, -100700


class Hall(Story):
    """A group with a topic for alerts, and a second group."""

    def code(self, name: str, *members: str) -> str:
        now = self.house.now
        return self.service.store.write(lambda uow: targets.invite(uow, name, members, "operator", now))

    def registers(self, facts: str = "大厅的灯坏了") -> str:
        """Somebody telephones; the number of what is put down for them."""
        words = f"register phone facts={facts} reasons=没人管 respondent=大厅 respondent_address=东苑路8号 {TOLD}"
        [slip] = desk.take(self.service.store, self.service.office, words, self.house.now)
        return slip.split()[0]

    async def settle(self) -> None:
        await self.service.courier.rest()
        await self.house.work()
        await self.service.courier.rest()

    async def press(self, user: int, label: str, card: Bubble) -> str:
        note = self.bot.note_of(await self.bot.press(user, label, bubble=card))
        await self.settle()
        return note

    def in_group(self, chat: int = GROUP) -> list[Bubble]:
        return self.bot.inbox_of(chat)

    def card(self, number: str, chat: int = GROUP) -> Bubble:
        """The newest about this case; other alerts may have come behind it."""
        return next(bubble for bubble in reversed(self.in_group(chat)) if number in bubble.text)

    def all_read(self) -> str:
        groups = [bubble.text for chat in (GROUP, SECOND, LATER) for bubble in self.in_group(chat)]
        return "\n".join([*groups, *(str(note.get("text", "")) for note in self.bot.api.notes.values())])


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with both_chats(tmp_path, Hall) as hall:
        hall.bot.group(GROUP, TOPIC)
        hall.bot.group(SECOND)
        yield hall


async def test_two_clerks_work_a_case_from_the_card_in_their_group(hall: Hall) -> None:
    await hall.hires("lin", "林晓", LIN)
    await hall.hires("mei", "梅朵", MEI)
    await hall.bot.say_in(STRANGER, GROUP, f"/alerts {hall.code('窗口科', 'lin', 'mei')}", topic=TOPIC)
    await hall.settle()
    assert "接收提醒" in hall.in_group()[0].text

    number = await hall.files()
    await hall.settle()
    card = hall.card(number)
    assert f"新投诉 {number}" in card.text
    assert "（提到" in card.text, "why it is thought to be of this category, in the pack's own words"
    assert card.message["message_thread_id"] == TOPIC
    assert card.labels == [["受理"], ["去私聊办"]]

    assert "绑定码" in await hall.press(STRANGER, "受理", card)
    stale = card.buttons[0][0]["callback_data"]
    assert "已登记“受理”" in await hall.press(LIN, "受理", card)
    assert f"{number} 现在已受理" in card.text, "the same card, as it stands now"
    assert "（lin）" in card.text

    late = await hall.bot.press_key(MEI, stale, card.message)
    await hall.settle()
    assert "有了变化" in hall.bot.note_of(late)
    assert "lin" in hall.bot.note_of(late)

    link = card.buttons[-1][0]["url"]
    assert link == f"https://t.me/{USERNAME}?start=desk_{number}"
    assert number in await hall.clerk(f"/start {link.partition('start=')[2]}", MEI)
    assert "已登记“转”" in await hall.clerk("转 mei", MEI)
    assert [secret for secret in ("王小明", "13900000042", COMPLAINT) if secret in hall.all_read()] == []


async def test_a_recused_member_keeps_a_case_from_the_group_and_the_others_hear_alone(hall: Hall) -> None:
    await hall.hires("lin", "林晓", LIN)
    await hall.hires("mei", "梅朵", MEI)
    hall.service.store.write(
        lambda uow: staffing.join(uow, hall.service.office, "sun", "孙二", "", ["officer"], "operator", hall.house.now)
    )
    await hall.bot.say_in(LIN, GROUP, f"/alerts {hall.code('窗口科', 'lin', 'sun')}", topic=TOPIC)
    await hall.bot.say_in(LIN, SECOND, f"/alerts {hall.code('二科', 'mei')}")
    await hall.settle()
    number = hall.registers("窗口的孙二态度差")
    await hall.settle()
    assert all(number not in bubble.text for bubble in hall.in_group())
    assert hall.card(number, SECOND)
    assert number in hall.bot.inbox_of(LIN)[-1].text


async def test_a_bot_that_is_thrown_out_loses_no_alert_and_says_so_elsewhere(hall: Hall) -> None:
    await hall.bot.say_in(LIN, GROUP, f"/alerts {hall.code('窗口科')}", topic=TOPIC)
    await hall.bot.say_in(LIN, SECOND, f"/alerts {hall.code('二科')}")
    await hall.settle()
    await hall.bot.throw_out(STRANGER, GROUP)
    await hall.settle()
    assert hall.card("“窗口科”不再收提醒", SECOND)
    before = len(hall.in_group())
    number = await hall.files()
    await hall.settle()
    assert len(hall.in_group()) == before
    assert hall.card(number, SECOND)

    hall.bot.api.kicked.add(SECOND)
    number = hall.registers()
    await hall.settle()
    told = [*hall.house.alerts.lines()]
    assert any("“二科”不再收提醒" in line for line in told)
    assert any(number in line for line in told), "what could not be sent is told elsewhere"


async def test_a_group_that_is_upgraded_goes_on_hearing(hall: Hall) -> None:
    hall.bot.group(GROUP, kind="group")
    hall.bot.api.topics.pop(GROUP)
    await hall.bot.say_in(LIN, GROUP, f"/alerts {hall.code('窗口科')}")
    await hall.settle()
    await hall.bot.upgrade(LIN, GROUP, LATER)
    number = await hall.files()
    await hall.settle()
    assert hall.card(number, LATER)
    hall.bot.api.migrated[LATER] = SECOND
    number = hall.registers()
    await hall.settle()
    assert hall.card(number, SECOND), "where only the answer to a message says that it moved"
