"""Channels renew what ends soon by themselves; a platform that shuts its door is told to staff once a day."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ChannelStopped, TryLater
from core.store.unit_of_work import Store
from scheduler import jobs
from tests.core.cases.desk import Desk, at
from tests.scheduler.places import Chat, job, workplace


class Kept(Chat):
    """A channel with a token."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__("kept")
        self.errors, self.times = list(errors), 0

    async def keep_up(self) -> None:
        self.times += 1
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, at("2026-11-23 09:30"))


async def test_every_process_that_sends_keeps_its_channels_up(desk: Desk, data_dir: Path) -> None:
    kept = Kept()
    place = workplace(desk, data_dir, kept=kept, staff=Chat("staff"))
    await jobs.turn(place, job("keep_up"))
    await jobs.turn(place, job("keep_up"))
    assert kept.times == 2
    assert jobs.KEEP_UP in jobs.JOBS_OF_WEB, "whoever answers also sends"


async def test_a_door_that_is_shut_is_told_once_a_day_and_holds_up_no_other(desk: Desk, data_dir: Path) -> None:
    shut, fine, staff = Kept(*(ChannelStopped(code="40164") for _ in range(3))), Kept(), Chat("staff")
    place = workplace(desk, data_dir, shut=shut, fine=fine, staff=staff)
    for hours in (0, 1, 30):
        desk.later(hours=hours)
        await jobs.turn(place, job("keep_up"))
    await jobs.turn(place, job("deliver"))
    told = staff.heard()
    assert len(told) == 2
    assert all("40164" in line for line in told)
    assert fine.times == 3


async def test_a_passing_fault_is_nobodys_concern(desk: Desk, data_dir: Path) -> None:
    staff = Chat("staff")
    place = workplace(desk, data_dir, kept=Kept(TryLater(code="timeout")), staff=staff)
    await jobs.turn(place, job("keep_up"))
    await jobs.turn(place, job("deliver"))
    assert staff.heard() == []
