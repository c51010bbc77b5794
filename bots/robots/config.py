"""The robots that are set: each an address as its platform shows it and, behind a ``#``, the secret it signs with. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import field
from urllib.parse import urlsplit

from bots.robots import dingtalk, feishu, wecom
from bots.robots.platform import Platform
from core.records import record

PREFIX = "robot."
"""Begins the name of each robot's channel."""

PLATFORMS = (wecom.PLATFORM, dingtalk.PLATFORM, feishu.PLATFORM)

_SECRET = re.compile("[0-9A-Za-z_-]{8,128}")


class WrongRobot(ValueError):
    """An entry is no robot's address. ``place`` counts from 1; ``reason`` is one of: address, https, host, unsigned, secret, twice."""

    def __init__(self, place: int, reason: str) -> None:
        super().__init__()
        self.place = place
        self.reason = reason


@record(frozen=True, slots=True)
class Robot:
    """``path`` is what follows the origin, and holds what only the group's owners know. ``name`` is its channel's: the same at each
    start, and nobody finds the address by it.
    """

    platform: Platform
    origin: str
    path: str = field(repr=False)
    secret: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        digest = hashlib.sha256(self.path.encode()).hexdigest()
        return f"{PREFIX}{self.platform.name}.{digest[:6]}"

    @property
    def is_signed(self) -> bool:
        """A WeCom robot cannot sign."""
        return bool(self.secret) or not self.platform.signs


def robots_in(entries: str, base: str = "") -> tuple[Robot, ...]:
    """The robots in a list with commas or blanks between. With a ``base`` their platforms are asked there instead. Raises WrongRobot."""
    found: list[Robot] = []
    for place, entry in enumerate(filter(None, re.split(r"[\s,]+", entries)), 1):
        robot = _robot(place, entry, base)
        if any(robot.path == other.path for other in found):
            raise WrongRobot(place, "twice")
        found.append(robot)
    return tuple(found)


def _robot(place: int, entry: str, base: str) -> Robot:
    try:
        parts = urlsplit(entry)
    except ValueError:
        raise WrongRobot(place, "address") from None
    if parts.scheme != "https":
        raise WrongRobot(place, "https" if parts.scheme == "http" else "address")
    platform = _platform(place, parts.netloc)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if not platform.place.fullmatch(path):
        raise WrongRobot(place, "address")
    return Robot(platform, base or f"https://{parts.netloc}", path, _secret(place, platform, parts.fragment))


def _platform(place: int, host: str) -> Platform:
    """By the host alone: a port, a name before it or a dot behind it is not the platform's."""
    for platform in PLATFORMS:
        if host in platform.hosts:
            return platform
    raise WrongRobot(place, "host")


def _secret(place: int, platform: Platform, secret: str) -> str:
    if secret and not platform.signs:
        raise WrongRobot(place, "unsigned")
    if secret and not _SECRET.fullmatch(secret):
        raise WrongRobot(place, "secret")
    return secret
