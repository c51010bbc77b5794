"""The disk fills up, the database stops answering: nothing acknowledged is lost, and nobody has to restart anything."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from core.cases.notifying import notify
from core.store import cases
from core.store.unit_of_work import UnitOfWork
from tests import postgres
from tests.hammer.citizens import DIALOGUE, Platform, go_through, history, numbers, said
from tests.hammer.house import House
from tests.hammer.night import Night, night
from tests.hammer.running import Running, dose, report

PEOPLE = dose(12, 100)
TIMES = dose(2, 20)
PERSON = "o-on-a-bad-day"

SEND = "/cgi-bin/message/custom/send"

NOTHING = 0
SMALL_FILES = 64 * 1024
"""Less than the database has, more than a message beside it takes."""

AWAY_SECONDS = float(dose(6, 30))
"""More than the service lets the platform wait."""

pytestmark = pytest.mark.timeout(dose(180, 1800))

Outage = Callable[[], AbstractContextManager[None]]


@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
async def test_on_a_full_disk_a_message_is_refused_until_there_is_room(running: Running, platform: Platform) -> None:
    running.start()
    await go_through(platform, PERSON, DIALOGUE[:4])
    running.allow_bytes(NOTHING)
    callback = platform.callback(PERSON, Content=DIALOGUE[4])
    assert await platform.status_of(PERSON, callback.plain) == 503
    delivery = asyncio.create_task(platform.deliver(callback))
    await asyncio.sleep(0.5)
    assert not delivery.done()
    running.allow_bytes(-1)
    assert await delivery
    await go_through(platform, PERSON, DIALOGUE[5:])
    with running.store() as store:
        assert said(history(store, PERSON)) == list(DIALOGUE)


async def test_a_disk_that_is_full_again_and_again_loses_nothing_under_load(tmp_path: Path) -> None:
    async with night(f"sqlite:///{tmp_path}/var/tousu.db", tmp_path) as service:
        verdict = await service.go_through(PEOPLE, _full_again_and_again)
    report(f"{TIMES} times no room on the disk: {verdict}")
    assert (verdict.wrong, verdict.numbers_twice) == ({}, [])
    assert verdict.sent_again <= verdict.claimed_again


async def _full_again_and_again(service: Night) -> None:
    for _ in range(TIMES):
        await asyncio.sleep(random.uniform(0.2, 0.6))
        service.running.allow_bytes(random.choice((NOTHING, SMALL_FILES)))
        await asyncio.sleep(random.uniform(0.2, 0.6))
        service.running.allow_bytes(-1)


async def test_a_locked_database_is_waited_for_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "tousu.db"
    await _survives(f"sqlite:///{path}", tmp_path, partial(_locked, path))


async def test_a_database_that_stops_answering_is_waited_for_beside_it(tmp_path: Path) -> None:
    with postgres.private() as server:
        await _survives(server.databases.create(), tmp_path, partial(_frozen, server))


async def _survives(url: str, folder: Path, outage: Outage) -> None:
    """The platforms are answered in time all the while, and people get their answers afterwards."""

    async def again_and_again(service: Night) -> None:
        for _ in range(dose(1, TIMES // 2)):
            await asyncio.sleep(random.uniform(0.2, 0.6))
            with outage():
                await asyncio.sleep(AWAY_SECONDS)

    async with night(url, folder) as service:
        verdict = await service.go_through(PEOPLE, again_and_again)
        wechat = service.chats["wechat"]
        assert isinstance(wechat, Platform)
        assert {attempt.status for attempt in wechat.tries} == {200}
    report(f"the database away: {verdict}")
    assert (verdict.wrong, verdict.numbers_twice) == ({}, [])
    assert verdict.sent_again <= verdict.claimed_again


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Somebody else writes to the file and does not come to an end."""
    other = sqlite3.connect(path, isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def _frozen(server: postgres.Server) -> Iterator[None]:
    """Connections stay open, and nothing comes back on them."""
    processes = _processes(server)
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def _processes(server: postgres.Server) -> list[int]:
    """The server's first process and those it has started."""
    first = int((server.folder / "data/postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{first}/task/{first}/children").read_text()
    return [first, *map(int, children.split())]


async def test_a_platform_that_is_away_for_an_hour_loses_no_notice(house: House) -> None:
    """Whoever writes meanwhile is answered as ever; what waited goes out by itself, once and in order."""
    for words in DIALOGUE:
        # An answer that comes too late for its callback comes by itself.
        if await house.platform.say(PERSON, words) is None:
            await house.work()
    heard = [*house.platform.replies[PERSON], *house.platform.inbox_of(PERSON)]
    number = numbers(heard).pop()
    house.platform.api.fail(SEND, "status", times=-1, value=503)
    for words in ("first", "second"):
        _tell(house, number, words)
        await _pass(house, minutes=1)
    assert number in (await house.platform.say(PERSON, "查进度") or "")
    for _ in range(12):
        await _pass(house, minutes=5)
    assert _notices_to(house) == []
    house.platform.api.faults.clear()
    for _ in range(4):
        await _pass(house, minutes=5)
    assert _notices_to(house) == ["first", "second"]


def _notices_to(house: House) -> list[str]:
    return re.findall("first|second", "".join(house.platform.inbox_of(PERSON)))


def _tell(house: House, number: str, words: str) -> None:
    def work(uow: UnitOfWork) -> None:
        case = cases.by_number(uow, number)
        assert case
        notify(uow, house.service.office, case, cases.update(uow, case), "progress", words, house.now(), {})

    house.service.store.write(work)


async def _pass(house: House, minutes: int) -> None:
    house.ahead += timedelta(minutes=minutes)
    house.platform.advance(60 * minutes)
    await house.work()
