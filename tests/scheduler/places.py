"""A service at work without a chat platform: the staff's own chat is a list, and time is moved by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.dialog.service import House
from core.dialog.spool import Spool
from core.errors import FetchRefused
from core.ladder import Limits
from core.messages import Address, Attachment, FetchedFile, OutboundMessage
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from scheduler import jobs
from scheduler.jobs import Job, Workplace
from tests.conftest import SECRET
from tests.core.cases.desk import Desk


class Chat:
    """A channel that keeps what it was to send."""

    limits = Limits()

    def __init__(self, name: str) -> None:
        self.name, self.sent = name, list[str]()

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        self.sent.append(message.text)
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        raise FetchRefused

    def heard(self) -> list[str]:
        """What was sent since this was asked last."""
        sent, self.sent = self.sent, []
        return sent


def workplace(desk: Desk, data_dir: Path, **channels: Any) -> Workplace:
    """One process; every call makes another."""
    spool = Spool(Parcels(data_dir / "spool", Keyring.from_secret(SECRET)))
    return Workplace(desk.store, House(desk.office, {}), channels, spool, lambda: desk.now)


def job(name: str) -> Job:
    return next(each for each in jobs.JOBS if each.name == name)


async def round_of(place: Workplace) -> None:
    """Every job once, and what it put into the outbox is sent."""
    for each in (*jobs.JOBS, job("deliver")):
        await jobs.turn(place, each)
