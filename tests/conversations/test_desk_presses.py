"""Buttons of staff over the platform itself: delivered twice, pressed twice, made up, passed on, and pressed by two at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.cases import registration
from core.cases.registration import Registration
from core.messages import Address
from core.people import binding, staffing
from core.store import cases, keys, sessions, timeline
from core.store.unit_of_work import UnitOfWork
from tests.conversations.channels import House
from tests.conversations.telegram import connected, settle
from tests.simulators.telegram import TelegramSimulator

LIN, HE, STRANGER = 7, 8, 9
STORY = "canary: the clerk at the window shouted"
DONE, CHANGED = "已登记“受理”", "有了变化"


class Desk:
    """Two clerks in their own chats, and a case that waits to be accepted."""

    def __init__(self, house: House, phone: TelegramSimulator) -> None:
        self.house, self.phone = house, phone
        self.number = house.service.store.write(self._file)

    def _file(self, uow: UnitOfWork) -> str:
        who = sessions.load(uow, Address("web", "a citizen"), self.house.now)
        filing = Registration("draft", who.id, "web", keys.new_key(uow), "other", {"facts": STORY, "answers": {}})
        return registration.open_case(uow, self.house.service.office, filing, self.house.now)[0].number

    async def bind(self, user: int, account: str) -> None:
        office, store, now = self.house.service.office, self.house.service.store, self.house.now
        posts = [post.key for post in office.policy.posts]
        store.write(lambda uow: staffing.join(uow, office, account, account, "", posts, "operator", now))
        code = store.write(lambda uow: binding.invite(uow, account, "operator", now))
        await self.says(user, f"绑定 {code}")

    async def says(self, user: int, words: str) -> str:
        await self.phone.say(user, words)
        return await self.read(user)

    async def read(self, user: int) -> str:
        """The last thing this person was told."""
        await settle(self.house)
        return self.phone.inbox_of(user)[-1].text

    async def key(self, user: int) -> str:
        """What the button below the case says, in this person's chat."""
        await self.says(user, f"看 {self.number}")
        [key] = [button["callback_data"] for row in self.phone.inbox_of(user)[-1].buttons for button in row]
        return str(key)

    def kinds(self) -> list[str]:
        def of_case(uow: UnitOfWork) -> list[str]:
            case = cases.by_number(uow, self.number)
            assert case
            return [entry.kind for entry in timeline.of_case(uow, case)]

        return self.house.service.store.read(of_case)


@pytest.fixture
async def desk(phone: TelegramSimulator, tmp_path: Path) -> AsyncIterator[Desk]:
    async with connected(phone, tmp_path, "service-center") as house:
        desk = Desk(house, phone)
        await desk.bind(LIN, "lin")
        await desk.bind(HE, "he")
        yield desk
    assert (phone.faults, phone.waiting_buttons) == ([], [])


async def test_a_press_counts_once_however_often_it_is_delivered_or_repeated(desk: Desk) -> None:
    key = await desk.key(LIN)
    press = await desk.phone.press_key(LIN, key)
    assert DONE in await desk.read(LIN)
    many = len(desk.phone.inbox_of(LIN))
    await desk.phone.redeliver(press)
    await desk.read(LIN)
    assert len(desk.phone.inbox_of(LIN)) == many, "the platform brought it twice: nothing is said twice"
    await desk.phone.press_key(LIN, key)
    assert CHANGED in await desk.read(LIN)
    assert desk.kinds().count("accepted") == 1


async def test_what_somebody_makes_up_or_takes_from_another_does_nothing(desk: Desk) -> None:
    key = await desk.key(LIN)
    await desk.phone.press_key(HE, key)
    assert "给别人的" in await desk.read(HE)
    for made_up in (f"受理 {desk.number} @99", f"受理 {desk.number} @", "受理 @1", "\x00", "受理" * 10):
        await desk.phone.press_key(HE, made_up)
        assert "已登记" not in await desk.read(HE)
    await desk.phone.press_key(STRANGER, key)
    await settle(desk.house)
    assert not any(desk.number in bubble.text for bubble in desk.phone.inbox_of(STRANGER))
    assert "accepted" not in desk.kinds()
    await desk.phone.press_key(LIN, key)
    assert DONE in await desk.read(LIN), "it still is for whom it was made"


async def test_a_button_from_before_the_chat_was_let_go_is_nobodys(desk: Desk) -> None:
    key = await desk.key(LIN)
    await desk.says(LIN, "解除绑定")
    await desk.phone.press_key(LIN, key)
    assert "已登记" not in await desk.read(LIN)
    assert "accepted" not in desk.kinds()


async def test_of_two_who_press_at_once_one_is_told_what_the_other_did(desk: Desk) -> None:
    keys = {user: await desk.key(user) for user in (LIN, HE)}
    await asyncio.gather(*(desk.phone.press_key(user, key) for user, key in keys.items()))
    answers = [await desk.read(user) for user in keys]
    assert sorted((DONE in answer, CHANGED in answer) for answer in answers) == [(False, True), (True, False)], answers
    assert desk.kinds().count("accepted") == 1
    assert not any(STORY in bubble.text for user in keys for bubble in desk.phone.inbox_of(user))
