"""The process is killed at any moment and started again: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from core.messages import Address, OutboundMessage
from core.store import cases, evidence, keys, outbox, sessions
from core.store.evidence import StoredEvidence
from core.store.tables import outbox as outbox_table
from core.store.unit_of_work import UnitOfWork
from tests import postgres
from tests.hammer import mutants
from tests.hammer.citizens import DIALOGUE, Platform, go_through, numbers
from tests.hammer.night import LEASES_ARE_OVER, Night, Trouble, kills, night
from tests.hammer.running import Running, dose, moment, on_each, report
from tests.hammer.verdict import Verdict
from tests.simulators.wechat_api import Window

PEOPLE = dose(12, 200)
KILLS = dose(2, 200)
UPTIME = (0.3, dose(8, 15) / 10)
"""Seconds between the start and the next kill."""

PHOTOS = dose(2, 3)

pytestmark = pytest.mark.timeout(dose(240, 2400))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that the first start fills."""
    if request.param == "sqlite":
        yield _sqlite(tmp_path)
        return
    databases: postgres.Databases = request.getfixturevalue("databases")
    made = databases.create()
    yield made
    databases.drop(made)


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder}/var/tousu.db"


async def test_kills_under_load_and_double_deliveries_change_nothing(url: str, tmp_path: Path) -> None:
    """A message that a killed process was sending goes out again, because nobody knows whether it had arrived."""
    async with night(url, tmp_path) as service:
        verdict = await service.go_through(PEOPLE, kills(KILLS, UPTIME))
    report(f"{service.kills} kills: {verdict}")
    assert verdict.wrong == {}
    assert verdict.numbers_twice == []
    assert verdict.sent_again <= verdict.claimed_again


async def test_the_double_deliveries_bite_a_service_that_takes_each_for_a_new_message(tmp_path: Path) -> None:
    verdict = await _bitten("forgetful", tmp_path, 12, _swapped)
    assert any("the history" in problem or "answered otherwise" in problem for problem in verdict.wrong.values())


async def test_the_kills_bite_a_service_that_acknowledges_before_it_keeps(tmp_path: Path) -> None:
    verdict = await _bitten("hasty", tmp_path, 8, _swapped_and_killed)
    assert any("never answered" in problem for problem in verdict.wrong.values())


async def _bitten(mutant: str, folder: Path, people: int, trouble: Trouble) -> Verdict:
    program = mutants.START.format(mutant=mutant)
    async with night(_sqlite(folder), folder, program=program, patience=3) as service:
        verdict = await service.go_through(people, trouble)
    report(f"one that is {mutant}: {verdict}")
    return verdict


async def _swapped(service: Night) -> None:
    """The mutant takes the place of the service."""
    service.running.kill()
    await service.start(service.program)


async def _swapped_and_killed(service: Night) -> None:
    """It works for a moment, and is killed in its turn."""
    await _swapped(service)
    await asyncio.sleep(1.5)
    await service.kill()
    await service.start_later()


@pytest.mark.parametrize("running", on_each("postgresql", "sqlite"), indirect=True)
async def test_a_kill_while_evidence_is_fetched_loses_and_doubles_no_file(running: Running, platform: Platform) -> None:
    platform.api.fail("/cgi-bin/media/get", "slow", times=-1, value=0.15)
    pictures = [b"\x89PNG\r\n\x1a\n" + bytes([index]) * 4000 for index in range(PHOTOS)]
    running.start()
    person = "o-with-photos"
    await platform.say(person, DIALOGUE[0])
    for index, picture in enumerate(pictures):
        await platform.send_image(person, picture)
        await asyncio.sleep(random.uniform(0.0, 0.3))
        running.kill()
        await asyncio.to_thread(running.start_later, LEASES_ARE_OVER * (index + 1))
    await go_through(platform, person, DIALOGUE[1:])
    number = numbers(platform.heard(person)).pop()
    files = await _all_stored(running, number)
    assert sorted(file.sha256 or b"" for file in files) == sorted(hashlib.sha256(it).digest() for it in pictures)
    assert [file.position for file in files] == [*range(1, PHOTOS + 1)]
    with running.store() as store:
        for file in files:
            content = store.files.read(file.path, store.read(partial(keys.open_key, key_id=file.key_id)))
            assert hashlib.sha256(content).digest() == file.sha256


async def _all_stored(running: Running, number: str) -> list[StoredEvidence]:
    """The files of a case as soon as all are there."""

    def work(uow: UnitOfWork) -> list[StoredEvidence]:
        case = cases.by_number(uow, number)
        assert case
        return evidence.list_for_case(uow, case.id)

    for _ in range(150):
        with running.store() as store:
            files = store.read(work)
        if all(file.state == "stored" for file in files):
            return files
        await asyncio.sleep(0.1)
    raise AssertionError([file.state for file in files])


@pytest.mark.parametrize("running", on_each("sqlite", "postgresql"), indirect=True)
async def test_a_kill_while_the_outbox_sends_repeats_what_was_under_way_at_most(
    running: Running, platform: Platform
) -> None:
    people, each = [f"o-reader-{index}" for index in range(4)], 5
    for person in people:
        platform.api.followers.add(person)
        platform.api.windows[person] = Window(99, time.time() + 10**6)
    _fill_outbox(running, people, each)
    platform.api.fail("/cgi-bin/message/custom/send", "slow", times=-1, value=0.1)
    kills = dose(2, 6)
    for index in range(kills):
        await asyncio.to_thread(running.start_later, LEASES_ARE_OVER * index)
        await asyncio.sleep(random.uniform(0.05, 0.5))
        running.kill()
    await asyncio.to_thread(running.start_later, LEASES_ARE_OVER * kills)
    await _all_sent(running, len(people) * each)
    for person in people:
        texts = platform.inbox_of(person)
        assert list(dict.fromkeys(texts)) == [f"{person} {index}" for index in range(each)]
        assert len(texts) <= each + kills
        assert max(map(texts.count, texts)) <= 1 + kills


def _fill_outbox(running: Running, people: list[str], each: int) -> None:
    now = moment()

    def work(uow: UnitOfWork) -> None:
        for person in people:
            to = sessions.load(uow, Address("wechat", person), now)
            sessions.open_window(uow, to.id, 99, now + timedelta(days=30))
            for index in range(each):
                text = OutboundMessage(f"{person} {index}")
                outbox.add(uow, to, text, f"test:{to.id}:{index}", now, now=now)

    with running.store(read_only=False) as store:
        store.write(work)


async def _all_sent(running: Running, many: int) -> None:
    for _ in range(200):
        with running.store() as store:
            states = store.read(_states)
        if states == {"sent": many}:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(states)


def _states(uow: UnitOfWork) -> Counter[str]:
    """Of what was put there to be sent to people."""
    ours = select(outbox_table.c.state).where(outbox_table.c.dedupe_key.startswith("test:"))
    return Counter(uow.connection.execute(ours).scalars())
