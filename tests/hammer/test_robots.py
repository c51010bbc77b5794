"""Two processes write to the same robots and are killed as they do: every alert arrives, and no platform's rate is broken."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bots.robots.config import robots_in
from core.cases.calendar import calendar
from core.cases.office import Office, staff_alert
from core.messages import Address
from core.policies.load import load
from core.store import queries
from core.store.unit_of_work import UnitOfWork
from core.texts import load_texts
from tests.hammer.running import Running, dose, free_port, installed, moment, report
from tests.simulators.robots import MINUTE, RobotPlatforms

ROUNDS = dose(1, 20)
ALERTS = 40
LEASE_IS_OVER = 61.0
"""Seconds; by so much the clock is ahead when the workers are started again."""

pytestmark = pytest.mark.timeout(dose(180, 3600))


@pytest.fixture
async def platforms() -> AsyncIterator[RobotPlatforms]:
    async with RobotPlatforms() as simulated:
        simulated.add("dingtalk", "d" * 64, secret="SEC" + "e" * 64)
        simulated.add("feishu", "f" * 36, secret="s" * 22)
        yield simulated


@pytest.fixture
def entries(platforms: RobotPlatforms) -> str:
    return ",".join(group.address for group in platforms.groups.values())


@pytest.fixture
def workers(postgresql_url: str, platforms: RobotPlatforms, entries: str, tmp_path: Path) -> Iterator[list[Running]]:
    with ExitStack() as stack:
        found = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            settings = {"staff_webhooks": entries, "staff_webhooks_base": platforms.base}
            worker = installed(postgresql_url, folder, platforms.base, free_port(), **settings)
            stack.callback(worker.stop)
            found.append(worker)
        yield found


async def test_every_alert_arrives_though_those_who_send_are_killed(
    workers: list[Running], platforms: RobotPlatforms, entries: str
) -> None:
    robots = tuple(Address(robot.name, "desk") for robot in robots_in(entries))
    ahead = 0.0
    for round_ in range(ROUNDS):
        with workers[0].store(read_only=False) as store:
            store.write(lambda uow, round_=round_: put_alerts(uow, robots, round_))
        await start(workers, ahead)
        for worker in random.sample(workers, len(workers)):
            await asyncio.sleep(random.uniform(0.0, 1.5))
            worker.kill()
        ahead += LEASE_IS_OVER
        await start(workers, ahead)
        await all_sent(workers[0], (round_ + 1) * ALERTS * (len(robots) + 1))
        for worker in workers:
            worker.kill()
        ahead += LEASE_IS_OVER
    for group in platforms.groups.values():
        arrived = Counter(number for text in group.texts for number in re.findall(r"消息-\d+-\d+", text))
        report(
            f"{group.platform}: {len(arrived)} alerts in {len(group.said)} messages, {arrived.total() - len(arrived)} twice"
        )
        assert len(arrived) == ROUNDS * ALERTS
        assert max(arrived.values()) <= 1 + ROUNDS
        assert group.refused == []
        assert group.platform != "dingtalk" or group.most_within(MINUTE) <= 20


def put_alerts(uow: UnitOfWork, robots: tuple[Address, ...], round_: int) -> None:
    office, now = Office(load("service-hall"), calendar(), load_texts(), robots=robots), moment()
    for index in range(ALERTS):
        name = f"消息-{round_}-{index}"
        staff_alert(uow, office, "human", name, now, channel=name)


async def start(workers: list[Running], ahead: float) -> None:
    await asyncio.gather(*(asyncio.to_thread(worker.start_later, ahead) for worker in workers))


async def all_sent(worker: Running, many: int) -> None:
    states: dict[str, int] = {}
    ends_at = time.monotonic() + 90
    while time.monotonic() < ends_at:
        with worker.store() as store:
            states = store.read(queries.overview).outbox
        if states == {"sent": many}:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(states)
