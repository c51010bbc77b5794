"""Nobody checks in or out by themselves where there is no day of theirs to check for, or it is not the time."""

from __future__ import annotations

import pytest

from core.people.attendance.book import SINCE
from core.store import attendance, service_rows
from core.store.unit_of_work import Store
from tests.core.cases.desk import at
from tests.core.people.attendance.clockwork import Clockwork


@pytest.fixture
def office(store: Store) -> Clockwork:
    office = Clockwork(store, at("2026-05-01 09:00"), "attendance-standard", since="2026-05-06")
    office.hire("wang", "officer")
    return office


def nothing_is_kept(office: Clockwork) -> bool:
    return office.store.read(lambda uow: attendance.punches(uow, at("2026-05-01"), at("2026-06-01"))) == []


def test_nobody_checks_out_before_work_begins(office: Clockwork) -> None:
    assert office.cannot_check("wang", "out", "2026-05-06 09:00") == "not_begun"
    assert nothing_is_kept(office)
    assert not office.checks("wang", "out", "2026-05-06 09:01").before


def test_a_check_on_a_day_that_does_not_count_is_none(office: Clockwork) -> None:
    assert office.cannot_check("wang", "in", "2026-05-05 08:55") == "not_counted"
    assert nothing_is_kept(office)


def test_nobody_checks_before_the_office_says_from_when_attendance_counts(office: Clockwork) -> None:
    office.store.write(lambda uow: service_rows.put(uow, SINCE, ""))
    assert office.cannot_check("wang", "in", "2026-05-06 08:55") == "not_started"
    assert nothing_is_kept(office)
