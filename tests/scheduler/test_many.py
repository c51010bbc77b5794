"""Any number of processes tick on one database: what one of them does no other does again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from core.store import leases
from core.store.unit_of_work import Store
from scheduler import jobs
from scheduler.jobs import Job, Workplace
from tests.core.cases.desk import Desk, at
from tests.scheduler.places import Chat, job, round_of, workplace

MONDAY = at("2026-11-23 09:30")


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, MONDAY)


def counting(seconds: float = 60.0) -> tuple[Job, list[str]]:
    runs: list[str] = []

    async def run(place: Workplace) -> None:
        runs.append(place.process)

    return Job("counting", seconds, run, alone=True), runs


async def test_two_processes_at_once_do_everything_once(desk: Desk, data_dir: Path) -> None:
    chats = {"chat": Chat("chat"), "staff": Chat("staff")}
    places = [workplace(desk, data_dir, **chats) for _ in range(2)]
    for place in places:
        await round_of(place)
    numbers = [desk.open(f"draft {index}")[0].number for index in range(5)]
    desk.now = at("2026-11-24 09:30")
    for number in numbers[3:]:
        desk.closed(number)
    for day in range(1, 29):
        desk.now = at("2026-11-24 17:00") + timedelta(days=day)
        await asyncio.gather(*(round_of(place) for place in places))
        desk.now = at("2026-11-24 10:00") + timedelta(days=day + 1)
        await asyncio.gather(*(round_of(place) for place in places))
    heard = [line for line in chats["staff"].heard() if "放假安排" not in line]
    assert len(heard) == len(set(heard)), "no line twice"
    assert sum("早报" in line for line in heard) == 20
    for number in numbers:
        kinds = desk.kinds(number)
        told = [line for line in chats["chat"].sent if number in line]
        assert kinds.count("going_on") + kinds.count("promise_moved") + kinds.count("surveyed") == len(
            [line for line in told if "还在办理" in line or "抱歉" in line or "满意吗？回复“评价”打分，1" in line]
        )
        assert kinds.count("surveyed") <= 1 >= kinds.count("surveyed_again")


async def test_what_one_process_does_alone_another_leaves(desk: Desk, data_dir: Path) -> None:
    one, other = (workplace(desk, data_dir) for _ in range(2))
    each, runs = counting()
    assert await jobs.turn(one, each)
    assert not await jobs.turn(other, each)
    assert await jobs.turn(one, each)
    assert runs == [one.process] * 2


async def test_whoever_is_gone_is_followed_by_another(desk: Desk, data_dir: Path) -> None:
    one, other = (workplace(desk, data_dir) for _ in range(2))
    each, runs = counting()
    await jobs.turn(one, each)
    desk.later(seconds=121)
    assert await jobs.turn(other, each)
    assert not await jobs.turn(one, each)
    assert runs == [one.process, other.process]


async def test_a_clock_that_was_set_back_keeps_nobody_out(desk: Desk, data_dir: Path) -> None:
    """The lease of a process that is gone would last for hours else."""
    one, other = (workplace(desk, data_dir) for _ in range(2))
    each, runs = counting()
    await jobs.turn(one, each)
    desk.later(hours=-2)
    assert await jobs.turn(other, each)
    assert runs == [one.process, other.process]


def test_a_lease_that_somebody_just_took_is_theirs_although_clocks_differ_a_little(desk: Desk) -> None:
    assert desk.store.write(lambda uow: leases.hold(uow, "a", "one", desk.now, 60))
    desk.later(seconds=-30)
    assert not desk.store.write(lambda uow: leases.hold(uow, "a", "other", desk.now, 60))


def test_what_is_done_alone_is_said_to_be_so() -> None:
    alone = {each.name for each in jobs.JOBS if each.alone}
    on_days = {"tell_briefings", "ask_for_holidays", "remind_people", "tell_attendance", "erase_by_night"}
    assert alone == on_days | {"tell_of_absence"}
    assert job("look_after_cases").alone is False
