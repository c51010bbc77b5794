"""Three hundred alerts in one minute to a robot that takes twenty messages: none lost, put together, the most urgent first."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from bots.robots.client import RobotChannel
from core.cases.calendar import calendar
from core.cases.office import Office
from core.cases.telling_staff import STAFF, staff_alert, urgency
from core.delivery import LEASE_SECONDS, Channel, Delivery
from core.errors import FetchRefused
from core.ladder import Limits
from core.messages import GAP, Address, Attachment, FetchedFile, OutboundMessage
from core.policies.load import load
from core.store import queries
from core.store.unit_of_work import Store, UnitOfWork
from core.texts import load_texts
from tests.bots.robots.conftest import Clock, Connect
from tests.simulators.robots import MINUTE, Group, RobotPlatforms, Said

ALERTS, SECONDS, TICK = 300, 60, 1.0
FOOT = "查询进度：https://tousu.example.cn/status"
KINDS = ("low_rating", "clock_before", "major", "urged", "clock_over", "supervised", "human")
ANYTHING = {
    "channel": "telegram", "why": "人员受伤", "to": "分管领导", "count": "3", "stars": "1", "clock": "答复",
    "month": "11", "day": "27", "time": "17:30",
}  # fmt: skip


@dataclass(frozen=True)
class Alert:
    kind: str
    text: str
    made_at: datetime


class Sink:
    """The staff's own chat, which is not what this is about."""

    name, limits = STAFF.channel, Limits()

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        raise FetchRefused


class Storm:
    """An office with one robot, and alerts of all kinds that come evenly over a minute."""

    def __init__(self, store: Store, clock: Clock, robot: RobotChannel) -> None:
        self.store, self.clock, self.alerts = store, clock, list[Alert]()
        told = (Address(robot.name, "desk"),)
        self.office = Office(load("service-hall"), calendar(), load_texts(), robots=told)
        self.channels: dict[str, Channel] = {STAFF.channel: Sink(), robot.name: robot}
        self._random = random.Random(6)

    def alert(self, many: int) -> None:
        """So many at this moment."""
        made = [self._made(number) for number in range(len(self.alerts), len(self.alerts) + many)]
        self.alerts += [alert for alert, _ in made]

        def work(uow: UnitOfWork) -> list[bool]:
            now = self.clock.now
            return [staff_alert(uow, self.office, alert.kind, alert.text, now, **said) for alert, said in made]

        assert all(self.store.write(work))

    def _made(self, number: int) -> tuple[Alert, dict[str, str]]:
        kind = self._random.choice(KINDS)
        named = f"FW2611-{number:05}"
        said = ANYTHING | {"number": named} | ({"channel": named} if kind == "human" else {})
        return Alert(kind, self.office.texts.render("zh", f"alert.{kind}", **said), self.clock.now), said

    async def tick(self, seconds: float = TICK) -> None:
        await self.deliver()
        self.clock.move(seconds)

    async def deliver(self) -> None:
        """By a process of its own, which remembers nothing."""
        await Delivery(self.store, self.channels, self.clock).deliver_due()

    async def rage(self, seconds: int) -> None:
        """All of them within so many seconds, evenly."""
        for _ in range(seconds):
            self.alert(ALERTS // seconds)
            await self.tick()

    async def calm_down(self, ticks: int) -> None:
        for _ in range(ticks):
            if self.store.read(queries.overview).outbox == {"sent": 2 * len(self.alerts)}:
                return
            await self.tick()
        raise AssertionError(self.store.read(queries.overview).outbox)

    def in_message(self, said: Said) -> list[Alert]:
        by_text = {alert.text: alert for alert in self.alerts}
        return [by_text[part] for part in said.text.removesuffix(f"{GAP}{FOOT}").split(GAP)]


@pytest.fixture
def storm(store: Store, clock: Clock, connect: Connect, group: Group) -> Storm:
    return Storm(store, clock, connect(group, FOOT))


def urgencies(alerts: Sequence[Alert]) -> list[int]:
    return [urgency(alert.kind) for alert in alerts]


def each_arrived_once_and_whole(storm: Storm, group: Group) -> None:
    arrived = [alert.text for said in group.said for alert in storm.in_message(said)]
    assert sorted(arrived) == sorted(alert.text for alert in storm.alerts)
    assert len(set(arrived)) == ALERTS


def the_most_urgent_went_first(storm: Storm, group: Group) -> None:
    """In a message, and before all that was there when it was sent and had to wait."""
    messages = [(said.at, storm.in_message(said)) for said in group.said]
    for number, (sent_at, alerts) in enumerate(messages):
        assert urgencies(alerts) == sorted(urgencies(alerts), reverse=True)
        left = [alert for _, later in messages[number + 1 :] for alert in later if alert.made_at <= sent_at]
        assert max(urgencies(left), default=0) <= min(urgencies(alerts))


def urgent_within(storm: Storm, group: Group) -> float:
    """Seconds that the most urgent ones waited at most."""
    arrived = [(said.at, alert) for said in group.said for alert in storm.in_message(said)]
    return max((at - alert.made_at).total_seconds() for at, alert in arrived if urgency(alert.kind) == 2)


@pytest.mark.parametrize("group", ["wecom", "dingtalk", "feishu"], indirect=True)
async def test_of_three_hundred_alerts_in_a_minute_none_is_lost_and_the_most_urgent_goes_first(
    storm: Storm, group: Group, clock: Clock
) -> None:
    began = clock.now
    await storm.rage(SECONDS)
    await storm.calm_down(60)
    each_arrived_once_and_whole(storm, group)
    the_most_urgent_went_first(storm, group)
    assert group.refused == []
    assert group.platform == "feishu" or group.most_within(MINUTE) <= 20
    took, urgent = (group.said[-1].at - began).total_seconds(), urgent_within(storm, group)
    print(f"{group.platform}: {len(group.said)} messages, the last after {took} s, urgent within {urgent} s")
    assert urgent <= 4.0, "the next turn, and the tick"


@pytest.mark.parametrize("group", ["wecom"], indirect=True)
async def test_of_three_hundred_alerts_at_once_all_that_are_urgent_go_before_any_other(
    storm: Storm, group: Group, clock: Clock
) -> None:
    began = clock.now
    storm.alert(ALERTS)
    await storm.calm_down(120)
    each_arrived_once_and_whole(storm, group)
    arrived = [alert for said in group.said for alert in storm.in_message(said)]
    assert urgencies(arrived) == sorted(urgencies(storm.alerts), reverse=True)
    for wanted in (2, 1, 0):
        of_one = [alert for alert in arrived if urgency(alert.kind) == wanted]
        assert of_one == [alert for alert in storm.alerts if urgency(alert.kind) == wanted], "in their order"
    assert (group.refused, group.most_within(MINUTE) <= 20) == ([], True)
    took = (group.said[-1].at - began).total_seconds()
    print(
        f"at once: {len(group.said)} messages, the last after {took} s, urgent within {urgent_within(storm, group)} s"
    )


@pytest.mark.parametrize("group", ["dingtalk"], indirect=True)
async def test_a_robot_that_was_banned_for_what_others_wrote_says_all_of_it_afterwards(
    storm: Storm, group: Group, clock: Clock
) -> None:
    others = [Said(clock.now, "from others")] * 20
    group.said = [*others]
    await storm.rage(SECONDS)
    while group.banned_until is not None and clock.now < group.banned_until:
        await storm.tick(10)
    assert len(group.asked) == 1, "one try, and then the ten minutes"
    await storm.calm_down(120)
    group.said = group.said[len(others) :]
    assert group.banned_until is not None
    assert group.said[0].at >= group.banned_until
    assert len(group.refused) == 1
    each_arrived_once_and_whole(storm, group)
    the_most_urgent_went_first(storm, group)
    assert group.most_within(MINUTE) <= 20


@pytest.mark.parametrize("group", ["wecom"], indirect=True)
async def test_every_alert_arrives_though_those_who_send_are_cut_off_and_answers_are_lost(
    storm: Storm, group: Group, platforms: RobotPlatforms, clock: Clock
) -> None:
    """Two send at once and are cut off when the platform has taken it and they do not know; that goes again when the lease is over."""
    storm.alert(100)
    for cut in range(3):
        group.faults, platforms.slow_seconds = ["lost"], 2.0
        sending = [asyncio.create_task(storm.deliver()) for _ in range(2)]
        async with asyncio.timeout(30):
            while len(group.said) == 2 * cut:
                await asyncio.sleep(0.005)
        for each in sending:
            each.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        await storm.tick(LEASE_SECONDS + 1)
        assert len(group.said) == 2 * cut + 1, "nobody else has it while the lease lasts"
        await storm.tick(10)
        assert len(group.said) == 2 * cut + 2
    await storm.calm_down(30)
    arrived = Counter(alert.text for said in group.said for alert in storm.in_message(said))
    assert arrived.keys() == {alert.text for alert in storm.alerts}
    assert max(arrived.values()) <= 2, "whoever comes next sends it, and knows that it was sent"
    assert (group.refused, group.most_within(MINUTE) <= 20) == ([], True)
    print(f"cut off 3 times: {len(group.said)} messages, {arrived.total() - len(arrived)} alerts were said again")
