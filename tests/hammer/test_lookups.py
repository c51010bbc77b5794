"""A stranger with a right number and a wrong code learns nothing: not by words, not by length, not by time."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from core.cases import access, numbers
from core.store import lookups
from core.store.unit_of_work import UnitOfWork
from tests.hammer.citizens import CODE, DIALOGUE, NUMBER
from tests.hammer.house import House, housed
from tests.hammer.running import Running, dose, moment

WRONG = "ABCD-EFGH"
OWNER, STRANGER = "o-owner", "o-stranger"
ROUNDS, PLAUSIBLE = 3, 0.001


@pytest.fixture
async def house(store_url: str, data_dir: Path) -> AsyncIterator[House]:
    async with housed(store_url, data_dir) as opened:
        yield opened


@pytest.fixture
def browser(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.url, trust_env=False) as client:
        yield client


async def _filed(house: House, person: str = OWNER) -> tuple[str, str]:
    """The number and the query code of a new case."""
    for words in DIALOGUE[:-1]:
        await house.platform.say(person, words)
    receipt = house.platform.replies[person][-1]
    return NUMBER.findall(receipt)[0], CODE.findall(receipt)[0]


async def _asked(browser: httpx.Client, number: str, code: str, **headers: str) -> httpx.Response:
    return await asyncio.to_thread(browser.post, "/status", data={"number": number, "code": code}, headers=headers)


def _unknown(house: House, sequence: int) -> str:
    """A number as it is printed, of a case that does not exist."""
    return numbers.render(house.service.office.policy.number, house.now(), 5000 + sequence)


def _later(house: House) -> None:
    """All locks are over."""
    house.ahead += timedelta(hours=house.service.office.policy.lookup.lock_hours + 1)


async def test_wrong_unknown_and_locked_are_answered_the_same_to_the_byte(house: House, browser: httpx.Client) -> None:
    number, code = await _filed(house)
    assert number in (await _asked(browser, number, code)).text
    wrong = await _asked(browser, number, WRONG)
    unknown = await _asked(browser, _unknown(house, 1), WRONG)
    for _ in range(house.service.office.policy.lookup.failures):
        await _asked(browser, number, WRONG)
    locked = await _asked(browser, number, code)
    malformed = await _asked(browser, "no number at all", WRONG)
    answers = {(answer.status_code, answer.content) for answer in (wrong, unknown, locked, malformed)}
    assert len(answers) == 1
    assert number not in wrong.text


async def test_the_code_works_again_when_the_lock_is_over(house: House, browser: httpx.Client) -> None:
    number, code = await _filed(house)
    for _ in range(house.service.office.policy.lookup.failures):
        await _asked(browser, number, WRONG)
    assert number not in (await _asked(browser, number, code)).text
    _later(house)
    assert number in (await _asked(browser, number, code)).text


async def test_in_the_chat_a_stranger_is_told_the_same_and_the_owner_needs_no_code(house: House) -> None:
    number, code = await _filed(house)

    async def asked(person: str, number: str, code: str) -> str | None:
        await house.platform.say(person, "查进度")
        await house.platform.say(person, number)
        return await house.platform.say(person, code)

    wrong = await asked(STRANGER, number, WRONG)
    unknown = await asked("o-other-stranger", _unknown(house, 1), WRONG)
    assert wrong == unknown
    assert number not in (wrong or "")
    assert number in (await asked("o-friend", number, code) or "")
    for index in range(house.service.office.policy.lookup.failures):
        await asked(f"o-guesser-{index}", number, WRONG)
    assert await asked("o-second-friend", number, code) == wrong
    assert number in (await house.platform.say(OWNER, "查进度") or "")


async def test_somebody_elses_case_cannot_be_acted_on(house: House) -> None:
    number, _ = await _filed(house)
    tried = enumerate((number, _unknown(house, 1)))
    answers = [await house.platform.say(f"o-vandal-{index}", f"撤销 {each}") for index, each in tried]
    assert len({NUMBER.sub("", answer or "") for answer in answers}) == 1
    assert "已登记" in (await house.platform.say(OWNER, "查进度") or "")


async def test_an_asker_is_locked_out_whatever_numbers_they_try(house: House, browser: httpx.Client) -> None:
    number, code = await _filed(house)
    for index in range(access.ASKER_FAILURES):
        await _asked(browser, _unknown(house, index), WRONG)
    assert number not in (await _asked(browser, number, code)).text


async def test_a_scan_from_everywhere_locks_four_digits_and_no_code(house: House, browser: httpx.Client) -> None:
    number, code = await _filed(house)
    policy, now = house.service.office.policy, house.now()
    by_phone = policy.model_copy(update={"lookup": policy.lookup.model_copy(update={"phone_last_four": True})})

    def fits(uow: UnitOfWork) -> bool:
        return access.by_code(uow, by_phone, number, DIALOGUE[5][-4:], "ip:own", now) is not None

    def scan(uow: UnitOfWork) -> None:
        for index in range(access.PHONE_FAILURES):
            assert access.by_code(uow, by_phone, _unknown(house, index), "0000", f"ip:{index}", now) is None

    assert house.service.store.write(fits)
    house.service.store.write(scan)
    assert not house.service.store.write(fits)
    assert number in (await _asked(browser, number, code)).text


async def test_guessing_at_the_neighbours_of_ones_own_number_hits_nothing(house: House) -> None:
    number, code = await _filed(house)
    others = [(await _filed(house, f"o-neighbour-{index}"))[0] for index in range(5)]
    policy, now = house.service.office.policy, house.now()

    def guess(uow: UnitOfWork) -> int:
        found = 0
        for index in range(dose(200, 2000)):
            guessed = random.choice((code, "0000", "1234", f"{index:08d}"))
            found += access.by_code(uow, policy, random.choice(others), guessed, f"ip:{index}", now) is not None
        return found

    assert house.service.store.write(guess) == 0
    assert number not in others


async def test_wrong_unknown_and_locked_take_the_same_time(house: House) -> None:
    """Measured inside the transaction, where nothing drowns a difference. Chance alone is not different three times."""
    known = [(await _filed(house, f"o-timed-{index}"))[0] for index in range(8)]
    for _ in range(ROUNDS):
        times = _timed(house, known, dose(150, 700))
        same = [likelihood(times["unknown"], times["wrong"]), likelihood(times["locked"], times["wrong"])]
        if min(same) > PLAUSIBLE:
            return
    raise AssertionError(same)


def _timed(house: House, known: Sequence[str], many: int) -> dict[str, list[int]]:
    """How long look-ups of each kind take, mixed, after the same work before each."""
    times: dict[str, list[int]] = {"wrong": [], "unknown": [], "locked": []}
    for index, kind in enumerate(random.sample(list(times) * many, 3 * many)):
        _later(house)
        number = _unknown(house, index % 8) if kind == "unknown" else random.choice(known)
        times[kind].append(_one_look_up(house, number, number if kind == "locked" else f"nobody-{index}", index))
    return times


def _one_look_up(house: House, number: str, locked: str, index: int) -> int:
    now, policy = house.now(), house.service.office.policy

    def lock(uow: UnitOfWork) -> None:
        for _ in range(policy.lookup.failures * 2):
            lookups.record(uow, f"number:{locked}", now)

    def look_up(uow: UnitOfWork) -> int:
        began = time.perf_counter_ns()
        found = access.by_code(uow, policy, number, WRONG, f"ip:{index}", now)
        took = time.perf_counter_ns() - began
        assert found is None
        return took

    house.service.store.write(lock)
    return house.service.store.write(look_up)


def likelihood(one: Sequence[int], other: Sequence[int]) -> float:
    """Mann and Whitney's test: how likely ranks this far apart are when both come from the same distribution."""
    ranked = sorted([(value, True) for value in one] + [(value, False) for value in other])
    ranks = sum(rank for rank, (_, is_one) in enumerate(ranked, 1) if is_one)
    expected = len(one) * (len(ranked) + 1) / 2
    deviation = math.sqrt(len(one) * len(other) * (len(ranked) + 1) / 12)
    return math.erfc(abs(ranks - expected) / deviation / math.sqrt(2))


def test_the_measure_tells_a_difference_from_none() -> None:
    chance = random.Random(1)
    one, other = ([round(chance.gauss(500_000, 50_000)) for _ in range(400)] for _ in range(2))
    assert likelihood(one, other) > PLAUSIBLE
    assert likelihood(one, [value + 30_000 for value in other]) < PLAUSIBLE


@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
def test_a_forged_address_does_not_help(running: Running) -> None:
    """Neither from a machine that is no proxy of ours, nor through the proxy, which adds the real one at the end."""
    running.start()
    direct = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=running.address, transport=direct, trust_env=False) as client:
        _exhaust(client, [f"198.51.100.{index}" for index in range(access.ASKER_FAILURES)])
    with httpx.Client(base_url=running.address, trust_env=False) as client:
        _exhaust(client, [f"198.51.100.{index}, 203.0.113.9" for index in range(access.ASKER_FAILURES)])
    with running.store() as store:
        now = moment()
        for asker in ("127.0.0.2", "203.0.113.9"):
            since = now - timedelta(hours=1)
            full = partial(lookups.reached, scope=f"asker:ip:{asker}", since=since, most=access.ASKER_FAILURES)
            assert store.read(full)


def _exhaust(client: httpx.Client, claimed: Sequence[str]) -> None:
    for index, address in enumerate(claimed):
        form = {"number": f"DT2611-{index:05d}", "code": WRONG}
        client.post("/status", data=form, headers={"X-Forwarded-For": address})
