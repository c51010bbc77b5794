"""The process is killed at any moment and started again: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
import time
from functools import partial

import pytest

from core.messages import Address, OutboundMessage
from core.store import cases, evidence, keys, outbox, queries, sessions
from core.store.evidence import StoredEvidence
from core.store.unit_of_work import UnitOfWork
from tests.hammer.citizens import (
    DIALOGUE,
    Platform,
    answered,
    go_through,
    history,
    masked,
    numbers,
    said,
)
from tests.hammer.running import Running, dose, moment
from tests.simulators.wechat_api import Window

CITIZENS = dose(3, 8)
KILLS = dose(3, 12)
PHOTOS = 3
LEASES_ARE_OVER = 200.0

pytestmark = pytest.mark.timeout(dose(240, 900))


async def _keep_killing(running: Running, others: list[asyncio.Task[list[str]]]) -> int:
    """Kill and start again as long as somebody talks; how often."""
    kills = 0
    while kills < KILLS and not all(task.done() for task in others):
        await asyncio.sleep(random.uniform(0.0, 0.5))
        running.kill()
        await asyncio.to_thread(running.start)
        kills += 1
    return kills


def _squeezed(texts: list[str]) -> str:
    return re.sub(r"\s", "", "".join(texts))


async def test_kills_between_and_during_messages_change_nothing(running: Running, platform: Platform) -> None:
    running.start()
    undisturbed = await go_through(platform, "o-undisturbed")
    people = [f"o-citizen-{index}" for index in range(CITIZENS)]
    talks = [asyncio.create_task(go_through(platform, person, pause=0.1)) for person in people]
    kills = await _keep_killing(running, talks)
    heard = dict(zip(people, await asyncio.gather(*talks), strict=True))
    assert kills
    assert platform.faults == []
    for answers in heard.values():
        assert len(numbers(answers)) == 1
        assert masked(answers) == masked(undisturbed)
    assert len({number for answers in heard.values() for number in numbers(answers)}) == CITIZENS
    with running.store() as store:
        assert len(store.read(lambda uow: queries.case_list(uow, 100))) == CITIZENS + 1
        for person, answers in heard.items():
            lines = history(store, person)
            assert said(lines) == list(DIALOGUE)
            assert _squeezed(answered(lines)) == _squeezed(answers)


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
    assert [file.position for file in files] == [1, 2, 3]
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
            for index in range(each):
                text = OutboundMessage(f"{person} {index}")
                outbox.add(uow, to, text, f"test:{to.id}:{index}", now, now=now)

    with running.store(read_only=False) as store:
        store.write(work)


async def _all_sent(running: Running, many: int) -> None:
    for _ in range(200):
        with running.store() as store:
            states = store.read(queries.overview).outbox
        if states == {"sent": many}:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(states)
