"""Staff's quiet hours: what is not urgent waits for the opening, what the law or danger does not let wait goes at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.cases import clocks
from core.cases.telling_staff import URGENT, staff_alert
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk, at

NIGHT = at("2026-11-27 22:00")
"""A Friday; the office opens again on Monday."""

MONDAY = at("2026-11-30 09:00")


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, NIGHT)


def alert(desk: Desk, kind: str, before: datetime | None = None, **params: str) -> bool:
    return desk.store.write(lambda uow: staff_alert(uow, desk.office, kind, "key", desk.now, before, **params))


def urged(desk: Desk, before: datetime | None = None) -> bool:
    return alert(desk, "urged", before, number="1", count="2")


def test_what_is_not_urgent_waits_until_the_office_opens(desk: Desk) -> None:
    assert clocks.next_opening(desk.policy, NIGHT, desk.office.calendar) == MONDAY
    urged(desk)
    assert desk.alerts() == []
    desk.now = MONDAY - timedelta(seconds=1)
    assert desk.alerts() == []
    desk.now = MONDAY
    assert len(desk.alerts()) == 1


def test_while_the_office_is_open_nothing_waits(desk: Desk) -> None:
    desk.now = MONDAY + timedelta(minutes=1)
    urged(desk)
    assert len(desk.alerts()) == 1


@pytest.mark.parametrize("kind", sorted(URGENT))
def test_what_is_urgent_goes_at_night(desk: Desk, kind: str) -> None:
    alert(desk, kind, channel="c", about="fire", number="1", why="x", to="y", code="z", name="hall")
    assert len(desk.alerts()) == 1


def test_what_would_be_over_by_the_opening_goes_at_once(desk: Desk) -> None:
    urged(desk, MONDAY - timedelta(hours=1))
    assert len(desk.alerts()) == 1


def test_what_is_over_only_later_waits(desk: Desk) -> None:
    urged(desk, MONDAY + timedelta(hours=1))
    assert desk.alerts() == []


def test_an_alert_is_there_once(desk: Desk) -> None:
    assert urged(desk)
    assert not urged(desk)
    desk.now = MONDAY
    assert len(desk.alerts()) == 1


def test_a_call_that_must_be_made_is_asked_for_in_the_morning_where_that_is_in_time(desk: Desk) -> None:
    desk.now = at("2026-11-25 10:00")
    case, _ = desk.open()
    desk.work(case.number, "assign", handler="wei")
    desk.alerts()
    from core.cases import notifying

    desk.work(case.number, "suspend", reason="supplement", words="we wait")
    # Staff are asked two working days later, at closing.
    desk.now = at("2026-11-27 22:00")
    desk.store.write(lambda uow: notifying.ask_staff(uow, desk.office, desk.now))
    assert not any("打电话" in words for words in desk.alerts())
    desk.now = MONDAY
    assert any("打电话" in words for words in desk.alerts())
