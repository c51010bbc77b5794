"""Three platforms of robots with a clock that is moved by hand, and channels that talk to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bots.robots.client import RobotChannel
from bots.robots.config import robots_in
from core.messages import Address, OutboundMessage
from tests.simulators.robots import Group, RobotPlatforms

KEY = "0c2f3e8a-1b4d-4f6a-9e7c-5d8b2a1f0e9d"
TOKEN = "8f1c0d9e7b6a5f4e3d2c1b0a9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c"
HOOK = "b7a6c5d4-e3f2-4a1b-8c9d-0e1f2a3b4c5d"
SECRET = "SEC0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

Connect = Callable[..., RobotChannel]


class Clock:
    """Monday, half past nine, until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def platforms(clock: Clock) -> AsyncIterator[RobotPlatforms]:
    async with RobotPlatforms(clock) as simulator:
        simulator.add("wecom", KEY)
        simulator.add("dingtalk", TOKEN, secret=SECRET)
        simulator.add("feishu", HOOK, secret="Zw0Ujr2bKqD1mXhG8s9Tce")
        yield simulator


@pytest.fixture
def group(request: pytest.FixtureRequest, platforms: RobotPlatforms) -> Group:
    """The group on the platform that the test names."""
    return next(each for each in platforms.groups.values() if each.platform == request.param)


@pytest.fixture
async def connect(platforms: RobotPlatforms, clock: Clock) -> AsyncIterator[Connect]:
    """Makes channels as the settings name them."""
    made: list[RobotChannel] = []

    def connect_to(group: Group, foot: str = "", address: str = "") -> RobotChannel:
        (robot,) = robots_in(address or group.address, platforms.base)
        made.append(RobotChannel(robot, foot, clock))
        return made[-1]

    yield connect_to
    for channel in made:
        await channel.close()


async def say(channel: RobotChannel, text: str) -> str:
    return await channel.send(Address(channel.name, "desk"), OutboundMessage(text), "key")
