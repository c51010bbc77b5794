"""The office arranges from when attendance counts, how the device knows somebody and which hours they have, or is told why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from core.errors import Refused
from core.people.attendance import arranging
from core.store import attendance
from core.store.unit_of_work import Store, UnitOfWork
from tests.core.cases.desk import at
from tests.core.people.attendance.clockwork import BOSS, Clockwork


@pytest.fixture
def office(store: Store) -> Clockwork:
    office = Clockwork(store, at("2026-05-01 09:00"), "attendance-standard")
    office.hire("wang", "officer")
    return office


def refused(office: Clockwork, work: Callable[[UnitOfWork], None]) -> str:
    before = office.office_lines()
    with pytest.raises(Refused) as raised:
        office.store.write(work)
    assert office.office_lines() == before
    return office.words(raised.value)


def know_by(office: Clockwork, account: str, code: str) -> Callable[[UnitOfWork], None]:
    return lambda uow: arranging.know_by(uow, office.office, account, code, "hr", office.now)


def test_attendance_counts_from_no_day_before_its_rules_hold(office: Clockwork) -> None:
    early = date(2025, 12, 31)
    assert refused(office, lambda uow: arranging.start(uow, office.office, early, "hr", office.now)) == "before_pack"


@pytest.mark.parametrize("code", ["10 01", "1001;", "1" * 41])
def test_what_no_device_knows_somebody_by_is_no_code(office: Clockwork, code: str) -> None:
    assert refused(office, know_by(office, "wang", code)) == "code"
    assert office.store.read(attendance.codes) == {}


def test_a_code_that_somebody_has_is_not_given_to_another(office: Clockwork) -> None:
    office.store.write(know_by(office, "wang", "1001"))
    assert refused(office, know_by(office, BOSS, "1001")) == "code_taken"
    office.store.write(know_by(office, "wang", "1001"))
    assert office.store.read(attendance.codes) == {"1001": office.member("wang").id}


def test_hours_that_the_rules_do_not_know_are_nobodys(office: Clockwork) -> None:
    day = date(2026, 5, 6)

    def have(key: str) -> Callable[[UnitOfWork], None]:
        return lambda uow: arranging.have_hours(uow, office.office, "wang", key, day, "hr", office.now)

    assert refused(office, have("nightly")) == "no_such_hours"
    office.store.write(have("flexible"))
    [kept] = office.store.read(attendance.hours)
    assert (kept.staff_id, kept.hours) == (office.member("wang").id, "flexible")
