"""One institution and its platform on real HTTP, with a clock that jumps to wherever something is due, and restarts.

All of it runs in one loop, so that what was begun by a process that is killed can be cut off where it is.
"""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from unittest.mock import patch

import uvicorn
from sqlalchemy import func, select
from starlette.types import Receive, Scope, Send

from app.settings import Settings
from app.web import application
from app.wiring import LogChannel, Service, build
from core.cases.office import Office
from core.messages import Address, OutboundMessage
from core.policies import load
from core.store import service_rows
from core.store.tables import case_clock, case_file, notification, outbox, session
from core.store.unit_of_work import UnitOfWork
from core.understand import warm
from scheduler import jobs
from scheduler.jobs import Job, Workplace
from tests.hammer.running import AES_KEY, APP_ID, SECRET, TOKEN
from tests.simulators.wechat_api import Fault
from tests.simulators.wechat_forms import CONTENT
from tests.sqlite import place
from tests.year.hearing import Phones

FORM = "form_of_a_year"
SENDS = frozenset({"/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"})
OURS = ("deliver", "Delivery.", "Together.", "Courier.", "Reports.")
"""Pieces of work that end with the process."""

SLOW = 0.02
"""Seconds that the platform takes while a kill waits for a send."""

PACK = cache(load.read_pack)

PATIENCE = 2.0

LONGEST_NAP = timedelta(minutes=10)
BY_NAME = {job.name: job for job in jobs.JOBS}
DUE = tuple(BY_NAME[name] for name in ("watch_clocks", "look_after_cases", "ask_staff", "wake_drafts"))


@dataclass(frozen=True, slots=True)
class Alert:
    """A line in the staff's chat."""

    at: datetime
    key: str
    text: str


class StaffChat(LogChannel):
    """Keeps what staff are told, and when."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self.told: list[Alert] = []

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        self.told.append(Alert(self._town.moment, key, message.text))
        return ""


class Town:
    """``cut`` counts, by the keys of their messages, the sends that a kill may have cut between send and settle."""

    def __init__(self, pack: str, folder: Path, begins: datetime, chance: random.Random) -> None:
        self.moment, self.chance = begins, chance
        self.phones = Phones(lambda: self.moment)
        self.phones.api.forms[FORM] = CONTENT
        self.staff_chat = StaffChat(self)
        self.cut: Counter[str] = Counter()
        self.sends: Counter[tuple[str, str, str]] = Counter()
        self.kills = {"between": 0, "sending": 0}
        self.to_cut = 0
        self.settings = _settings(pack, folder, self.phones)

    @property
    def office(self) -> Office:
        return self.service.office

    # ── the process ─────────────────────────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def living(self) -> AsyncIterator[Town]:
        warm()
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.phones.callback_url = f"{self.url}/wechat"
        config = uvicorn.Config(self._answer, log_level="critical", lifespan="off", ws="none", interface="asgi3")
        server = uvicorn.Server(config)
        await self._start()
        serving = asyncio.create_task(server._serve([listening]))
        try:
            yield self
        finally:
            await self._end()
            server.should_exit = True
            await self.phones.close()
            await serving

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    async def _start(self) -> None:
        # Nothing here speaks TLS, and no pack changes: reading certificates and pack is most of a start.
        with (
            patch("httpx._transports.default.create_ssl_context", _no_certificates),
            patch.object(load, "read_pack", PACK),
        ):
            self.service: Service = build(self.settings, {self.staff_chat.name: self.staff_chat}, lambda: self.moment)
        # The platform's tokens end by the simulated clock, so the holder of ours looks at the same one.
        self.service.channels["wechat"]._token._clock = lambda: self.moment.timestamp()  # type: ignore[attr-defined]
        self.place: Workplace = self.service.workplace()
        self.app = application(self.service, self.settings, "web")
        await jobs.take_over(self.place)

    async def _end(self) -> None:
        await _cut_off()
        self.sends.update(self.service.sends.all())
        self.service.store.close()
        await self.service.channels["wechat"].close()  # type: ignore[attr-defined]

    async def kill(self, what: str = "between") -> None:
        """The process ends wherever it is, and is there again some seconds later."""
        self.kills[what] += 1
        await _cut_off()
        await asyncio.sleep(SLOW if what == "sending" else 0)
        self.cut.update(await self.service.store.aread(_under_way))
        await self._end()
        self.move(self.moment + timedelta(seconds=self.chance.uniform(2, 90)))
        await self._start()

    # ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def move(self, moment: datetime) -> None:
        """It is this moment now, here and on the platform."""
        self.moment = max(self.moment, moment)
        self.phones.api.offset = self.moment.timestamp() - time.time()

    async def until(self, moment: datetime) -> None:
        """Let time pass, and stop wherever something is due; what cannot go yet is looked at again ever more slowly."""
        nap = timedelta(seconds=1)
        while (due := await self.service.store.aread(_next_due)) is not None:
            at = max(due, self.moment + nap) if due <= self.moment else due
            if at > moment:
                break
            nap = min(nap * 2, LONGEST_NAP) if due <= self.moment else timedelta(seconds=1)
            self.move(at)
            await self.tick()
        self.move(moment)

    async def tick(self) -> None:
        """Do what is due now."""
        await self._turn(DUE)
        await self.deliver()

    async def round(self) -> None:
        """Every job, as at any tick. In between the process lived, and there was nothing to do."""
        alive = (self.moment - timedelta(seconds=30)).astimezone(UTC).isoformat()
        await self.service.store.awrite(lambda uow: service_rows.put(uow, service_rows.HEARTBEAT, alive))
        await self.deliver()
        await self._turn([job for job in jobs.JOBS if job.name != "deliver"])
        await self.deliver()

    async def _turn(self, work: Sequence[Job]) -> None:
        """All beside each other, as they tick."""
        await asyncio.gather(*(jobs.turn(self.place, job) for job in work))

    async def deliver(self) -> None:
        """Send what is due. Where a kill waits for it, the process ends while the so-manieth send is under way."""
        work = asyncio.create_task(jobs.turn(self.place, BY_NAME["deliver"]))
        if not self.to_cut:
            await work
            return
        for path in SENDS:
            self.phones.api.faults[path] = [Fault("slow", -1, SLOW)]
        before = len(self.phones.api.calls)
        while not work.done() and self._sent_since(before) < self.to_cut:
            await asyncio.wait({work}, timeout=0.001)
        await asyncio.sleep(0 if work.done() else self.chance.uniform(0, 2 * SLOW))
        self.phones.api.faults.clear()
        if work.done():
            await work
            return
        self.to_cut = 0
        await self.kill("sending")

    def _sent_since(self, place: int) -> int:
        return sum(path in SENDS for path, _ in self.phones.api.calls[place:])

    async def quiet(self) -> None:
        """Wait for what the service does behind an answer."""
        ends_at = time.monotonic() + PATIENCE
        while (work := [*_work_of("Courier.", "Reports.")]) and time.monotonic() < ends_at:
            await asyncio.wait(work, timeout=PATIENCE)
        # A report that waits to be looked at again outlives here the process that it would have died with, and its store.
        for task in work:
            task.cancel()
        await self.service.courier.rest()


def _settings(pack: str, folder: Path, phones: Phones) -> Settings:
    return Settings(
        _env_file=None,
        database_url=place(f"sqlite:///{folder / 'tousu.db'}"),
        data_dir=folder,
        policy=pack,
        base_url="http://127.0.0.1:8000",
        secret_key=SECRET,
        wechat_app_id=APP_ID,
        wechat_token=TOKEN,
        wechat_secret="simulated-app-secret",
        wechat_aes_key=AES_KEY,
        wechat_api_base=phones.api_base,
        wechat_templates={"*": FORM},
    )  # type: ignore[call-arg]


def _no_certificates(**_: object) -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _work_of(*names: str) -> Iterator[asyncio.Task[object]]:
    mine = asyncio.current_task()
    for task in asyncio.all_tasks():
        coroutine = task.get_coro()
        if task is not mine and coroutine is not None and coroutine.__qualname__.startswith(names):
            yield task


async def _cut_off() -> None:
    """What the process had begun ends in the middle."""
    while work := [*_work_of(*OURS, "turn")]:
        for task in work:
            task.cancel()
        for task in work:
            with suppress(asyncio.CancelledError, Exception):
                await task


def _under_way(uow: UnitOfWork) -> list[str]:
    leased = select(outbox.c.dedupe_key).where(outbox.c.leased_until.is_not(None))
    return list(uow.connection.execute(leased).scalars())


def _next_due(uow: UnitOfWork) -> datetime | None:
    """The next moment at which any row asks for something."""
    columns = (case_clock.c.alert_at, case_file.c.wake_at, notification.c.ask_at, session.c.wake_at)
    asked = [select(func.min(column)) for column in columns]
    asked += [
        select(func.min(outbox.c.due_at)).where(outbox.c.state == "pending", outbox.c.leased_until.is_(None)),
        select(func.min(outbox.c.leased_until)),
    ]
    found = (uow.connection.execute(each).scalar() for each in asked)
    return min((at for at in found if at is not None), default=None)
