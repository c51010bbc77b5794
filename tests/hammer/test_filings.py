"""Many complaints are filed at the same moment and one filing in ten fails: the numbers have no gap and no double."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from core.cases.calendar import calendar
from core.cases.office import Office
from core.cases.registration import Registration, open_case
from core.messages import Address
from core.policies.load import load
from core.store import cases, keys, queries, sessions
from core.store.keyring import Keyring
from core.store.unit_of_work import Store, UnitOfWork
from core.texts import load_texts
from tests.conftest import SECRET
from tests.hammer.running import dose, moment

FILINGS = dose(200, 1000)
EVERY = 10
"""Of so many filings one fails after its number was drawn."""

PROCESSES = {"sqlite": 1, "postgresql": 2}

pytestmark = pytest.mark.timeout(dose(120, 600))


class Failed(Exception):
    """Something went wrong after the number was drawn."""


def test_numbers_are_counted_without_gap_or_double_though_one_filing_in_ten_fails(
    store_url: str, data_dir: Path
) -> None:
    processes = PROCESSES[store_url.partition(":")[0]]
    part = partial(_file_many, store_url, data_dir, FILINGS // processes)
    with ProcessPoolExecutor(processes, get_context("spawn")) as others:
        told = [number for numbers in others.map(part, range(processes)) for number in numbers]
    assert len(told) == FILINGS - FILINGS // EVERY
    store = Store.open(store_url, data_dir, Keyring.from_secret(SECRET))
    filed = store.read(_filed)
    store.close()
    assert sorted(told) == sorted(filed)
    assert _counted(filed) == list(range(1, len(told) + 1))


def test_the_filings_bite_a_service_that_draws_the_number_beforehand(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = [store.write(lambda uow: cases.next_sequence(uow, "beforehand")) for _ in range(3 * EVERY)]
    monkeypatch.setattr(cases, "next_sequence", lambda uow, scope: drawn.pop(0))
    told = asyncio.run(_all_at_once(store, 3 * EVERY))
    assert _counted(store.read(_filed)) != list(range(1, len(told) + 1))


def _file_many(url: str, data_dir: Path, many: int, _part: int) -> list[str]:
    """In a process of its own: the numbers that people were told."""
    store = Store.open(url, data_dir, Keyring.from_secret(SECRET))
    try:
        return asyncio.run(_all_at_once(store, many))
    finally:
        store.close()


async def _all_at_once(store: Store, many: int) -> list[str]:
    office = Office(load("service-hall"), calendar(), load_texts())
    units = (store.awrite(partial(_file, office=office, fails=index % EVERY == 0)) for index in range(many))
    outcomes = await asyncio.gather(*units, return_exceptions=True)
    assert sum(isinstance(outcome, Failed) for outcome in outcomes) == many // EVERY
    return [outcome for outcome in outcomes if isinstance(outcome, str)]


def _file(uow: UnitOfWork, office: Office, *, fails: bool) -> str:
    now, draft = moment(), uuid.uuid4().hex
    key_id = keys.new_key(uow)
    person = sessions.load(uow, Address("wechat", draft), now)
    filing = Registration(draft, person.id, "wechat", key_id, "other", {"facts": "x"})
    case, _ = open_case(uow, office, filing, now)
    if fails:
        raise Failed
    return case.number


def _filed(uow: UnitOfWork) -> list[str]:
    """All numbers, in the order of filing."""
    return [line.number for line in reversed(queries.case_list(uow, 10 * FILINGS))]


def _counted(filed: Sequence[str]) -> list[int]:
    """The running number alone: its last digit is the check."""
    return [int(number.partition("-")[2][:-1]) for number in filed]
