"""A robot's platform has no key against repeats: what was under way when a process was killed is said again when its lease is
over, and nothing else; no alert is lost, and the platform's rate is kept over every start."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bots.robots.config import robots_in
from core.cases.calendar import calendar
from core.cases.office import Office
from core.cases.telling_staff import staff_alert
from core.messages import Address
from core.policies.load import load
from core.store.unit_of_work import UnitOfWork
from core.texts import load_texts
from tests.hammer.citizens import Platform
from tests.hammer.running import Running, dose, installed, report
from tests.simulators.robots import MINUTE, Group, RobotPlatforms

ROUNDS, EACH = dose(1, 40), 6
LEASE_IS_OVER = 61.0
"""Seconds; by so much the service's clock and the platform's are ahead at the next start."""

pytestmark = pytest.mark.timeout(dose(180, 3600))


class Watch:
    """The group, and an office that alerts it from beside its service, which is killed again and again."""

    def __init__(self, service: Running, group: Group, robot: str) -> None:
        self.service, self.group, self.ahead = service, group, 0.0
        self.office = Office(load("service-hall"), calendar(), load_texts(), robots=(Address(robot, "desk"),))
        self.told: list[str] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def alert(self) -> None:
        made = [f"FW2611-{len(self.told) + index:05}" for index in range(EACH)]
        self.told += made

        def work(uow: UnitOfWork) -> list[bool]:
            # Of a kind that goes at night, too: nobody knows at what hour this is run.
            return [
                staff_alert(uow, self.office, "major", each, self.now(), number=each, why="", to="") for each in made
            ]

        with self.service.store(read_only=False) as store:
            assert all(store.write(work))

    async def start(self) -> None:
        """When all that was leased before is free again."""
        self.ahead += LEASE_IS_OVER
        await asyncio.to_thread(self.service.start_later, self.ahead)

    async def heard(self, messages: int) -> None:
        async with asyncio.timeout(30):
            while len(self.group.said) < messages:
                await asyncio.sleep(0.01)

    @property
    def read(self) -> Counter[str]:
        return Counter(number for text in self.group.texts for number in re.findall(r"FW2611-\d{5}", text))


@pytest.fixture
async def watch(postgresql_url: str, platform: Platform, tmp_path: Path) -> AsyncIterator[Watch]:
    async with RobotPlatforms() as platforms:
        group = platforms.add("wecom", "0c2f3e8a-1b4d-4f6a-9e7c-5d8b2a1f0e9d")
        settings = {"staff_webhooks": group.address, "staff_webhooks_base": platforms.base}
        service = installed(postgresql_url, tmp_path, platform.api_base, platform.port, **settings)
        [robot] = robots_in(group.address, platforms.base)
        found = Watch(service, group, robot.name)
        platforms.now = found.now
        yield found
        service.stop()


async def test_what_a_killed_process_was_telling_a_group_is_said_again_and_nothing_is_lost(watch: Watch) -> None:
    for _ in range(ROUNDS):
        before = len(watch.group.said)
        watch.alert()
        watch.group.faults = ["lost"]
        await watch.start()
        await watch.heard(before + 1)
        watch.service.kill()
        await watch.start()
        await watch.heard(before + 2)
        watch.service.kill()
    # The last may not have been settled; once it is, nothing is left to say.
    await watch.start()
    await asyncio.sleep(3.0)
    again = watch.read.total() - len(watch.told)
    report(f"{2 * ROUNDS} kills: {len(watch.told)} alerts, {again} said again, {len(watch.group.said)} messages")
    assert sorted(watch.read) == watch.told
    assert min(watch.read.values()) >= 2, "each was taken by the platform when the process died"
    assert len(watch.group.said) <= 2 * ROUNDS + 1, "a kill has one message said again"


async def test_processes_that_are_killed_at_any_moment_lose_no_alert_and_keep_the_rate(watch: Watch) -> None:
    for _ in range(ROUNDS):
        watch.alert()
        await watch.start()
        await asyncio.sleep(random.uniform(0.0, 1.5))
        watch.service.kill()
    await watch.start()
    async with asyncio.timeout(60):
        while sorted(watch.read) != watch.told:
            await asyncio.sleep(0.1)
    assert (watch.group.refused, watch.group.most_within(MINUTE) <= 20) == ([], True)
    report(f"{ROUNDS} kills: {len(watch.told)} alerts, {watch.read.total() - len(watch.told)} said again")
