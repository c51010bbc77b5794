"""How the service says that it is well, and how much there is of everything: to those inside only, and of nobody by name."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.findings import OLDEST_DUE
from app.metrics import Sends
from app.settings import Settings
from app.web import application
from app.wiring import Service, build
from core.delivery import Delivery
from core.errors import FetchRefused, Held
from core.ladder import Limits
from core.messages import Address, OutboundMessage
from core.store import outbox, sessions
from core.store.unit_of_work import Store, UnitOfWork
from scheduler.jobs import tidy
from tests.app.test_web import MakeSettings, settings

__all__ = ["settings"]

HOME = "http://home"
WHO = Address("chat", "canary-peer")


class Clock:
    """A moment that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


class House:
    """A service, and whoever watches it."""

    def __init__(self, chosen: Settings) -> None:
        self.clock = Clock()
        self.service: Service = build(chosen, now=self.clock)
        self.app = application(self.service, chosen)

    async def asked(self, path: str, caller: str = "127.0.0.1") -> httpx.Response:
        inside = httpx.ASGITransport(self.app, client=(caller, 123))
        async with httpx.AsyncClient(transport=inside, base_url=HOME) as watcher:
            return await watcher.get(path)

    def waits(self, key: str = "k1", after: timedelta = timedelta()) -> None:
        """A message to somebody on a channel that is not there."""

        def add(uow: UnitOfWork) -> None:
            to = sessions.load(uow, WHO, self.clock.now)
            outbox.add(uow, to, OutboundMessage("canary-words"), key, self.clock.now + after, now=self.clock.now)

        self.service.store.write(add)


@pytest.fixture
async def house(settings: MakeSettings) -> AsyncIterator[House]:
    built = House(settings())
    await tidy(built.service.workplace())
    yield built
    built.service.store.close()


async def test_it_is_not_ready_while_what_is_due_does_not_go_out(house: House) -> None:
    house.waits()
    house.clock.now += OLDEST_DUE - timedelta(seconds=10)
    await tidy(house.service.workplace())
    assert (await house.asked("/readyz")).status_code == 200
    house.clock.now += timedelta(seconds=20)
    late = await house.asked("/readyz")
    assert (late.status_code, late.json()) == (
        503,
        {"status": "late", "database": True, "worker": True, "oldest_due_seconds": 310},
    )


async def test_what_is_still_to_come_and_what_was_tried_is_no_reason_not_to_be_ready(house: House) -> None:
    house.waits("tomorrow", timedelta(days=1))
    house.waits("now")
    await house.service.courier._deliver_due()
    house.clock.now += timedelta(minutes=4)
    await tidy(house.service.workplace())
    assert (await house.asked("/readyz")).json()["oldest_due_seconds"] == 0


async def test_everything_is_counted_in_the_form_that_prometheus_reads(house: House) -> None:
    house.waits()
    house.clock.now += timedelta(seconds=30)
    house.service.sends.count("wechat", "window", "45015")
    answer = await house.asked("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    found = _samples(answer.text)
    assert found["tousu_outbox_messages", "pending"] == 1
    assert found["tousu_outbox_oldest_due_seconds", ""] == 30
    assert found["tousu_heartbeat_seconds", ""] == 30
    assert found["tousu_sends_total", "wechat window 45015"] == 1
    assert (
        found["tousu_inbox_messages", ""],
        found["tousu_spool_messages", ""],
        found["tousu_clocks_overdue", ""],
    ) == (0, 0, 0)


async def test_no_figure_names_anybody(house: House) -> None:
    house.waits()
    house.service.sends.count("wechat", "template", "user canary-peer has blocked 13900000042")
    text = (await house.asked("/metrics")).text
    assert "canary" not in text
    assert "139" not in re.sub(r"#.*", "", text)
    assert ("tousu_sends_total", "wechat template other") in _samples(text)


@pytest.mark.parametrize(
    ("caller", "status"),
    [("127.0.0.1", 200), ("10.1.2.3", 200), ("::1", 200), ("2600::1", 404), ("8.8.8.8", 404), ("somewhere", 404)],
)
async def test_only_those_inside_are_told_how_much_there_is(house: House, caller: str, status: int) -> None:
    assert (await house.asked("/metrics", caller)).status_code == status


async def test_each_try_is_counted_by_what_the_platform_said(store: Store, now: datetime) -> None:
    class Shut:
        name = "chat"

        def __init__(self) -> None:
            self.limits = Limits()
            self.shut = True

        async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
            if self.shut:
                raise Held(code="45015")
            return ""

        async def fetch(self, attachment: object) -> None:
            raise FetchRefused

    def add(uow: UnitOfWork, key: str) -> None:
        outbox.add(uow, sessions.load(uow, WHO, now), OutboundMessage("words"), key, now, now=now)

    channel, sends = Shut(), Sends()
    delivery = Delivery(store, {"chat": channel}, lambda: now, seen=sends.count)  # type: ignore[dict-item]
    store.write(lambda uow: add(uow, "k1"))
    await delivery.deliver_due()
    channel.shut = False
    store.write(lambda uow: add(uow, "k2"))
    await delivery.deliver_due()
    rung = channel.limits.ladder.rungs[0].name
    assert sends.all() == {("chat", rung, "45015"): 1, ("chat", rung, "ok"): 1}


def _samples(text: str) -> dict[tuple[str, str], float]:
    """By name and the values of the labels, as the library reads them back."""
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    order = ("channel", "rung", "code", "state", "status")
    return {
        (each.name, " ".join(each.labels[name] for name in order if name in each.labels)): each.value
        for each in samples
    }
