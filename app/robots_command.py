"""What ``tousu robots test`` does: one message into each group, and of each robot what its platform said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.resources import staff_robots
from app.texts_cli import say
from bots.robots.client import RobotChannel
from core.cases.telling_staff import STAFF
from core.errors import DeliveryError, Refused, TryLater
from core.messages import Address, OutboundMessage

if TYPE_CHECKING:
    from app.settings import Settings
    from bots.robots.config import Robot


def try_robots(settings: Settings) -> tuple[list[str], bool]:
    """A line for each robot, and whether all of them sent. Raises Refused where none are set."""
    robots = staff_robots(settings)
    if not robots:
        raise Refused(say("robots", "off"))
    found = asyncio.run(_ask_all(robots))
    lines = [_line(robot, error) for robot, error in zip(robots, found, strict=True)]
    return lines, not any(found)


async def _ask_all(robots: Sequence[Robot]) -> list[DeliveryError | None]:
    return await asyncio.gather(*(_ask(robot) for robot in robots))


async def _ask(robot: Robot) -> DeliveryError | None:
    channel = RobotChannel(robot)
    try:
        await channel.send(Address(robot.name, STAFF.peer), OutboundMessage(say("robots", "test")), "")
    except DeliveryError as error:
        return error
    finally:
        await channel.close()
    return None


def _line(robot: Robot, error: DeliveryError | None) -> str:
    key = "sent" if error is None else "later" if isinstance(error, TryLater) else "refused"
    platform = say("robots_platform", robot.platform.name)
    return say("robots", key, name=robot.name, platform=platform, code=error.code if error else "")
