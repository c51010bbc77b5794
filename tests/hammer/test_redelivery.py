"""A platform delivers again, at once and later, in parallel and out of order: one effect, and the same answer."""

from __future__ import annotations

import asyncio
import hashlib
import random
from pathlib import Path

import pytest

from core.store import cases, evidence, queries
from core.store.evidence import StoredEvidence
from core.store.unit_of_work import UnitOfWork
from tests import postgres
from tests.hammer.citizens import DIALOGUE, numbers
from tests.hammer.house import DEADLINE, House, housed
from tests.hammer.running import dose
from tests.simulators.wechat import Callback

AT_ONCE = 8
PERSON = "o-repeated"
OTHER = "o-somebody-else"


def _copies(house: House, callback: Callback) -> list[Callback]:
    """One message, delivered many times: half of them the same bytes, half in new envelopes."""
    return [callback if index % 2 else house.platform.again(callback) for index in range(AT_ONCE)]


async def _say(house: House, *dialogue: str) -> None:
    for words in dialogue:
        await house.platform.say(PERSON, words)


async def test_a_message_delivered_again_at_once_and_later_has_one_effect_and_one_answer(house: House) -> None:
    for words in DIALOGUE:
        callback = house.platform.callback(PERSON, Content=words)
        answers = await house.at_once(_copies(house, callback))
        later = await house.at_once([callback])
        assert len(set(answers + later)) == 1
        assert answers[0]
    assert house.lines(PERSON, "in") == list(DIALOGUE)
    assert len(house.service.store.read(lambda uow: queries.case_list(uow, 10))) == 1


async def test_a_redelivery_is_answered_the_same_when_the_process_was_killed_between(house: House) -> None:
    callback = house.platform.callback(PERSON, Content=DIALOGUE[0])
    before = await house.at_once([callback])
    house.restarted()
    assert await house.at_once(_copies(house, callback)) == before * AT_ONCE
    assert house.lines(PERSON, "in") == [DIALOGUE[0]]


async def test_photos_in_parallel_and_out_of_order_are_each_kept_once(house: House) -> None:
    pictures = [b"\x89PNG\r\n\x1a\n" + bytes([index]) * 300 for index in range(AT_ONCE)]
    await _say(house, DIALOGUE[0])
    callbacks = [house.platform.photo(PERSON, picture) for picture in pictures]
    twice = callbacks + [house.platform.again(callback) for callback in callbacks]
    random.shuffle(twice)
    await house.at_once(twice)
    await _say(house, *DIALOGUE[1:-1])
    await house.work()
    files = _files(house)
    assert sorted(file.sha256 or b"" for file in files) == sorted(hashlib.sha256(it).digest() for it in pictures)
    assert [file.position for file in files] == list(range(1, AT_ONCE + 1))


def _files(house: House) -> list[StoredEvidence]:
    number = numbers(house.lines(PERSON, "out")).pop()

    def work(uow: UnitOfWork) -> list[StoredEvidence]:
        case = cases.by_number(uow, number)
        assert case
        return evidence.list_for_case(uow, case.id)

    return house.service.store.read(work)


async def test_confirming_twice_files_once(house: House) -> None:
    """Not the same message again, but two of them at the same moment: an impatient thumb."""
    await _say(house, *DIALOGUE[:-2])
    await house.at_once([house.platform.callback(PERSON, Content="1") for _ in range(AT_ONCE)])
    assert len(house.service.store.read(lambda uow: queries.case_list(uow, 10))) == 1
    assert len(numbers(house.lines(PERSON, "out"))) == 1


async def test_many_people_file_at_once_and_each_has_a_number_of_their_own(house: House) -> None:
    people = [f"o-crowd-{index}" for index in range(dose(8, 40))]
    for words in DIALOGUE[:-1]:
        await house.at_once([house.platform.callback(person, Content=words) for person in people])
    given = [numbers(house.lines(person, "out")) for person in people]
    assert all(len(each) == 1 for each in given)
    assert len(set.union(*given)) == len(people)


async def test_what_takes_too_long_is_acknowledged_and_answered_once_by_itself(house: House) -> None:
    house.open.clear()
    callback = house.platform.callback(PERSON, Content=DIALOGUE[0])
    assert await house.at_once(_copies(house, callback)) == [None] * AT_ONCE
    assert all(attempt.answer == "success" for attempt in house.platform.tries)
    house.open.set()
    await asyncio.sleep(DEADLINE)
    await house.work()
    answer = house.platform.inbox_of(PERSON)
    assert len(answer) == 1
    await house.work()
    assert house.platform.inbox_of(PERSON) == answer
    assert house.lines(PERSON, "in") == [DIALOGUE[0]]
    assert house.lines(PERSON, "out") == answer


async def test_a_redelivery_of_what_is_answered_by_itself_is_not_answered_besides(house: House) -> None:
    """The platform may not have got our acknowledgement; it must not show the answer twice for that."""
    house.open.clear()
    callback = house.platform.callback(PERSON, Content=DIALOGUE[0])
    assert await house.at_once([callback]) == [None]
    house.open.set()
    await asyncio.sleep(DEADLINE)
    again = await house.at_once([callback])
    await house.work()
    assert len([*filter(None, again), *house.platform.inbox_of(PERSON)]) == 1


async def test_what_was_acknowledged_survives_a_kill_before_it_was_taken_in(house: House) -> None:
    house.open.clear()
    callbacks = [house.platform.callback(PERSON, Content=words) for words in DIALOGUE[:3]]
    for callback in callbacks:
        assert await house.at_once([callback]) == [None]
    house.restarted()
    await house.work()
    assert house.lines(PERSON, "in") == list(DIALOGUE[:3])
    assert len(house.platform.inbox_of(PERSON)) == 3
    house.open.set()


async def test_a_message_that_cannot_be_taken_in_holds_up_nobody_elses(house: House) -> None:
    house.open.clear()
    for words in ("first", "second"):
        await house.at_once([house.platform.callback(PERSON, Content=words)])
    spool = house.settings.data_dir / "spool"
    torn = min(path for path in spool.iterdir())
    torn.write_bytes(torn.read_bytes()[:-20])
    await house.work()
    assert house.lines(PERSON, "in") == ["second"]
    assert list(spool.iterdir()) == [torn]
    house.open.set()


@pytest.mark.timeout(120)
async def test_a_database_that_goes_away_loses_nothing_and_comes_back_by_itself(data_dir: Path) -> None:
    with postgres.private(durable=True) as server:
        async with housed(server.databases.create(), data_dir) as house:
            await _say(house, DIALOGUE[0])
            server.kill()
            callback = house.platform.callback(PERSON, Content=DIALOGUE[1])
            assert await house.at_once([callback]) == [None]
            assert house.platform.faults == []
            await asyncio.to_thread(server.start)
            await house.work()
            assert len(house.platform.inbox_of(PERSON)) == 1
            await _say(house, *DIALOGUE[2:])
            assert house.lines(PERSON, "in") == list(DIALOGUE)
            assert len(numbers(house.platform.replies[PERSON])) == 1
