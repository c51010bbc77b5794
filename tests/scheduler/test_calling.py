"""The tick calls the next leader: once, whichever process ticks, and after an absence too."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from core.store.unit_of_work import Store
from tests.core.cases.desk import at
from tests.core.cases.leaders import Leaders
from tests.scheduler.places import Chat, job, round_of, workplace


@pytest.fixture
def office(store: Store) -> Leaders:
    return Leaders(store, at("2026-10-01 02:00"))


async def test_two_processes_that_tick_at_once_call_each_leader_once(office: Leaders, data_dir: Path) -> None:
    chats = {name: Chat(name) for name in ("staff", "telegram")}
    places = [workplace(office, data_dir, **chats) for _ in range(2)]
    numbers = [office.hurt(f"draft {index}").number for index in range(8)]
    await round_of(places[0])
    chats["telegram"].heard()
    office.now += timedelta(minutes=10)
    await asyncio.gather(*(job("call_leaders").run(place) for place in places))
    await round_of(places[0])
    heard = chats["telegram"].heard()
    assert sorted(number for number in numbers for words in heard if number in words) == sorted(numbers)
    assert all("请您马上过问" in words for words in heard)
    assert len(heard) == 8


async def test_after_an_absence_the_next_one_is_called_once(office: Leaders, data_dir: Path) -> None:
    chat = Chat("telegram")
    office.hurt()
    office.now += timedelta(hours=7)
    place = workplace(office, data_dir, telegram=chat)
    for _ in range(3):
        await job("call_leaders").run(place)
    await job("deliver").run(place)
    assert len(chat.heard()) == 2, "who was called before, and the one who follows"


async def test_it_is_looked_at_often_enough() -> None:
    assert job("call_leaders").seconds <= 30
    assert not job("call_leaders").alone
