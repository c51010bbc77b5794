"""What goes wrong with a message is in the log by channel and code, and never by person or words: not of a try, a job, or an alarm."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.courier import Courier
from app.logs import configure
from app.wiring import LogChannel
from core.cases.calendar import calendar
from core.cases.office import Office
from core.cases.telling_staff import STAFF, stopped_channel
from core.delivery import Delivery
from core.dialog.service import House
from core.dialog.spool import Spool
from core.errors import ChannelStopped, FetchRefused, Held, RungClosed, TryLater, Undeliverable
from core.ladder import Limits
from core.messages import Address, Attachment, FetchedFile, OutboundMessage
from core.policies.load import load
from core.store import outbox, sessions
from core.store.keyring import Keyring
from core.store.parcels import Parcels
from core.store.unit_of_work import Store, UnitOfWork
from core.texts import load_texts
from scheduler.jobs import JOBS, Job, Workplace
from scheduler.main import _tick

WHO, WORDS, QUOTED = "canary-peer", "canary-words", "canary-quoted by the platform"
SECRET = "a long enough secret for tests only"
KINDS = (TryLater, Held, RungClosed, Undeliverable, ChannelStopped)


class Failing:
    """A platform that quotes whoever it fails."""

    name = "chat"
    limits = Limits()

    def __init__(self) -> None:
        self.error: Exception = RuntimeError(QUOTED)

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        raise self.error

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        raise FetchRefused


class Lines:
    """Everything that was logged, line by line as JSON."""

    def __init__(self) -> None:
        self.written = io.StringIO()

    def read(self) -> list[dict[str, Any]]:
        shown = self.written.getvalue()
        assert "canary" not in shown
        return [json.loads(line) for line in shown.splitlines()]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    root, found = logging.getLogger(), Lines()
    before, level = list(root.handlers), root.level
    monkeypatch.setattr(sys, "stderr", found.written)
    configure("debug", "json")
    yield found
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def office() -> Office:
    return Office(load("service-hall"), calendar(), load_texts())


def add(store: Store, now: datetime, key: str) -> None:
    def work(uow: UnitOfWork) -> None:
        to = sessions.load(uow, Address("chat", WHO), now)
        outbox.add(uow, to, OutboundMessage(WORDS), key, now, now=now, notice="accepted")

    store.write(work)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_try_that_fails_names_nobody(
    store: Store, now: datetime, office: Office, lines: Lines, kind: type[Exception]
) -> None:
    channel = Failing()
    channel.error = kind(QUOTED, "40001")
    add(store, now, "k1")
    delivery = Delivery(
        store,
        {"chat": channel, STAFF.channel: LogChannel()},
        lambda: now,
        partial(stopped_channel, office, lambda: now),
    )
    await delivery.deliver_due()
    logged = lines.read()
    if kind is ChannelStopped:
        assert {line["logger"] for line in logged} >= {"tousu.delivery", "tousu"}
        assert any("channel chat is stopped, code 40001" in line["message"] for line in logged)
        assert any(line["message"].startswith("alert: ") for line in logged)


async def test_a_round_that_breaks_off_names_the_kind_of_error_alone(store: Store, now: datetime, lines: Lines) -> None:
    add(store, now, "k1")
    delivery = Delivery(store, {"chat": Failing()}, lambda: now)
    courier = Courier(delivery.deliver_due, delivery.carry)
    courier.hurry()
    await courier.rest()
    assert [line["message"] for line in lines.read()] == ["a round of delivery failed: RuntimeError"]


async def test_a_job_that_breaks_off_names_the_kind_of_error_alone(
    store: Store, now: datetime, office: Office, lines: Lines, tmp_path: Path
) -> None:
    add(store, now, "k1")
    spool = Spool(Parcels(tmp_path / "spool", Keyring.from_secret(SECRET)))
    house = House(office, {}, "http://home/status", lambda channel: None)
    place = Workplace(store, house, {"chat": Failing()}, spool, lambda: now)
    job: Job = next(job for job in JOBS if job.name == "deliver")
    await _tick(place, job)
    assert [line["message"] for line in lines.read()] == ["job deliver failed: RuntimeError"]
