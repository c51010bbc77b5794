"""A year that is announced while services run: each of them notices, and what it promised meanwhile is put right."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from pathlib import Path

import pytest

from core.cases import calendar_changes
from core.cases.calendar import Change, days_of, mark
from core.cases.calendar_files import read
from core.cases.clocks import ZONE
from core.errors import StoreUnavailable
from core.store import cases as case_rows
from core.store.unit_of_work import Store
from scheduler import jobs
from scheduler.jobs import Workplace
from tests.core.cases.announced import file_of
from tests.core.cases.desk import Desk
from tests.scheduler.places import workplace

WINTER = datetime(2026, 12, 21, 10, 0, tzinfo=ZONE)
LATER = read(file_of(2027, rest=["2027-01-04"]), "2027.json")


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, WINTER)


@pytest.fixture
def place(desk: Desk, data_dir: Path) -> Workplace:
    return workplace(desk, data_dir)


def announce(desk: Desk, changes: list[Change]) -> None:
    desk.store.write(lambda uow: calendar_changes.change(uow, desk.office, changes, "anna", desk.now))


def follow(place: Workplace) -> None:
    asyncio.run(jobs.follow_calendar(place))


def test_a_service_that_runs_counts_by_the_new_calendar_after_its_next_look(desk: Desk, place: Workplace) -> None:
    announce(desk, LATER)
    meanwhile, _ = desk.open("draft-1")
    assert meanwhile.promised_on == date(2027, 1, 12)
    follow(place)
    assert desk.store.read(lambda uow: case_rows.by_id(uow, meanwhile.id)).promised_on == date(2027, 1, 13)
    case, _ = desk.open("draft-2")
    assert (case.promised_on, case.promise_provisional) == (date(2027, 1, 13), False)


def test_a_calendar_that_did_not_change_is_not_read_again(desk: Desk, place: Workplace) -> None:
    before = desk.office.calendar
    follow(place)
    assert desk.office.calendar is before
    announce(desk, LATER)
    follow(place)
    now = desk.office.calendar
    follow(place)
    assert desk.office.calendar is now is not before


def test_one_look_catches_up_with_many_changes(desk: Desk, place: Workplace) -> None:
    announce(desk, LATER)
    announce(desk, [Change("2027-01-05 why", {on: mark(on, False, "why") for on in days_of("2027-01-05")})])
    follow(place)
    assert desk.office.calendar.version == 2
    assert desk.open()[0].promised_on == date(2027, 1, 14)


def test_a_look_that_fails_is_made_again(desk: Desk, place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(desk, LATER)
    late, _ = desk.open()

    async def away(work: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(desk.store, "awrite", away)
        with pytest.raises(StoreUnavailable):
            follow(place)
    follow(place)
    assert desk.store.read(lambda uow: case_rows.by_id(uow, late.id)).promised_on == date(2027, 1, 13)


def test_a_process_that_leaves_the_work_to_others_follows_the_calendar_too() -> None:
    own = {job.name for job in jobs.JOBS_OF_WEB}
    assert "follow_calendar" in own <= {job.name for job in jobs.JOBS}
    assert not any(job.alone for job in jobs.JOBS_OF_WEB)
