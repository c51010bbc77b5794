"""Several processes on one database: workers are killed while they claim, send and settle, and each notice reaches its
person once, and none stays behind."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.cases.calendar import calendar
from core.cases.notifying import notify
from core.cases.office import Office
from core.cases.registration import Registration, open_case
from core.messages import Address
from core.policies.load import load
from core.store import cases, keys, notifications, queries, sessions
from core.store.notifications import Notification
from core.store.unit_of_work import UnitOfWork
from core.texts import load_texts
from tests.hammer.citizens import Platform, go_through, numbers
from tests.hammer.running import SOAK, Running, dose, free_port, installed, moment, report
from tests.simulators.wechat_forms import CONTENT

ROUNDS = dose(1, 50)
PEOPLE, EACH = 8, 3
LEASE_IS_OVER = 61.0
"""Seconds; by so much the clock is ahead when the workers are started again."""

FORM = "form_of_progress_in_the_hammer"
SEND = "/cgi-bin/message/template/send"

pytestmark = pytest.mark.timeout(dose(180, 3600))


@pytest.fixture
def workers(postgresql_url: str, platform: Platform, tmp_path: Path) -> Iterator[list[Running]]:
    """Two processes on one database, each with an address of its own."""
    platform.api.forms[FORM] = CONTENT
    with ExitStack() as stack:
        found = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            worker = installed(postgresql_url, folder, platform.api_base, free_port(), wechat_templates=f"*={FORM}")
            stack.callback(worker.stop)
            found.append(worker)
        yield found


async def test_each_notice_arrives_once_though_workers_are_killed_as_they_send(
    workers: list[Running], platform: Platform
) -> None:
    platform.api.fail(SEND, "slow", times=-1, value=0.2)
    ahead = 0.0
    for round_ in range(ROUNDS):
        with workers[0].store(read_only=False) as store:
            store.write(lambda uow, round_=round_: put_notices(uow, round_, platform))
        await start(workers, ahead)
        for worker in random.sample(workers, len(workers)):
            await asyncio.sleep(random.uniform(0.0, 0.6))
            worker.kill()
        ahead += LEASE_IS_OVER
        await start(workers, ahead)
        await all_sent(workers[0], (round_ + 1) * PEOPLE * EACH)
        for worker in workers:
            worker.kill()
        ahead += LEASE_IS_OVER
    asked = times_asked(platform)
    arrived = {sent.client_msg_id for sent in platform.api.templates}
    with workers[0].store() as store:
        records = store.read(all_records)
    report(f"{4 * ROUNDS} kills: {len(records)} notices, {sum(asked.values()) - len(asked)} sent a second time")
    assert len(records) == len(asked) == ROUNDS * PEOPLE * EACH
    assert max(asked.values()) <= 2
    assert arrived == asked.keys()
    assert [[each.code for each in record.tries].count("") for record in records] == [1] * len(records)
    assert in_order(records)


async def test_two_that_answer_and_two_that_work_share_one_database(
    postgresql_url: str, workers: list[Running], platform: Platform, tmp_path: Path
) -> None:
    """Under load every notice is sent once; of one worker that is killed nothing waits longer than the lease."""
    answering = [installed(postgresql_url, tmp_path, platform.api_base, port) for port in (platform.port, free_port())]
    with ExitStack() as stack:
        for each in answering:
            stack.callback(each.stop)
        roles = [*((each, "web") for each in answering), *((each, "worker") for each in workers)]
        await asyncio.gather(*(asyncio.to_thread(each.start, role=role) for each, role in roles))
        talks = [asyncio.create_task(go_through(platform, f"o-talks-{index}")) for index in range(PEOPLE)]
        with workers[0].store(read_only=False) as store:
            store.write(lambda uow: put_notices(uow, 0, platform))
        await asyncio.gather(*talks)
        await all_sent(workers[0], PEOPLE * EACH)
        assert set(times_asked(platform).values()) == {1}
        assert all(numbers(platform.heard(f"o-talks-{index}")) for index in range(PEOPLE))
        await _one_is_killed(workers, platform)


async def _one_is_killed(workers: list[Running], platform: Platform) -> None:
    """What it had claimed goes out when its lease is over, and nothing is sent more than twice.

    In a soak the other one waits for that; else both start again with a clock for which it is over.
    """
    platform.api.fail(SEND, "slow", times=-1, value=0.5)
    with workers[0].store(read_only=False) as store:
        store.write(lambda uow: put_notices(uow, 1, platform))
    await asyncio.sleep(1.0)
    workers[0].kill()
    if not SOAK:
        workers[1].kill()
        await start(workers, LEASE_IS_OVER)
    began = time.monotonic()
    await all_sent(workers[1], 2 * PEOPLE * EACH, seconds=LEASE_IS_OVER + 5 if SOAK else 30)
    assert max(times_asked(platform).values()) <= 2
    report(f"one of two workers killed: the last notice was there {time.monotonic() - began:.0f} s later")


async def start(workers: list[Running], ahead: float) -> None:
    await asyncio.gather(*(asyncio.to_thread(worker.start_later, ahead) for worker in workers))


def put_notices(uow: UnitOfWork, round_: int, platform: Platform) -> None:
    """Some people, each with a case of which several things are told at once."""
    office, now = Office(load("service-hall"), calendar(), load_texts()), moment()
    for index in range(PEOPLE):
        openid = f"o-{round_}-{index}"
        platform.api.followers.add(openid)
        to = sessions.load(uow, Address("wechat", openid), now)
        told = Registration(f"draft {openid}", to.id, "wechat", keys.new_key(uow), "other", {"facts": "电梯坏了"})
        case, _ = open_case(uow, office, told, now)
        for step in range(EACH):
            case = cases.update(uow, case)
            notify(uow, office, case, case, "progress", f"{step}", now, {})


async def all_sent(worker: Running, many: int, seconds: float = 30) -> None:
    states: Counter[str] = Counter()
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        with worker.store() as store:
            states = Counter(record.state for record in store.read(all_records))
        if states == {"sent": many}:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(states)


def all_records(uow: UnitOfWork) -> list[Notification]:
    listed = queries.case_list(uow, 10**6)
    numbers = (cases.by_number(uow, line.number) for line in listed)
    return [record for case in numbers if case for record in notifications.of_case(uow, case.id)]


def times_asked(platform: Platform) -> Counter[str]:
    """How often we asked the platform to send each notice."""
    return Counter(body["client_msg_id"] for path, body in platform.api.calls if path == SEND)


def in_order(records: list[Notification]) -> bool:
    """Whether the platform took the notices of each case in the order in which they were made: its numbers only rise."""
    taken: dict[int, list[int]] = {}
    for record in sorted(records, key=lambda record: record.id):
        taken.setdefault(record.case_id, []).extend(int(each.answer) for each in record.tries if not each.code)
    return all(ids == sorted(set(ids)) and len(ids) == EACH for ids in taken.values())
