"""The rungs of the ladder: told once, in order, from where the clock ends now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases import running
from core.cases.calendar import calendar
from core.cases.ladder import Alert, first_alert, next_alert, reached
from core.store.case_clocks import StoredClock
from tests.core.cases.small_pack import Book, at, clock, pack

RULES = pack(clock("reply", "receipt", 5, extension=(3, 1)), ladder=(-24, -2, 0, 24))
MONDAY = at("2026-11-23 10:00")
END = at("2026-11-30 17:00")


def row(rung: int = 0) -> StoredClock:
    """Five working days from Monday, 23 November."""
    return replace(Book(running.opened(RULES, "general", MONDAY, calendar())).row("reply"), rung=rung)


@pytest.mark.parametrize(("told", "rung", "hours"), [(0, 1, -24), (1, 2, -2), (2, 3, 0), (3, 4, 24)])
def test_the_next_rung_is_the_one_above(told: int, rung: int, hours: int) -> None:
    assert next_alert(RULES, row(), told) == Alert(rung, END + timedelta(hours=hours))


def test_there_is_nothing_above_the_top() -> None:
    assert next_alert(RULES, row(), 4) is None
    assert reached(RULES, row(4), END + timedelta(days=30)) is None


def test_a_clock_that_begins_waits_for_its_first_rung() -> None:
    assert row().alert_at == first_alert(RULES, MONDAY, END) == END - timedelta(hours=24)


@pytest.mark.parametrize(
    ("hours", "first"), [(12, "2026-11-23 20:00"), (24, "2026-11-24 08:00"), (25, "2026-11-23 11:00")]
)
def test_a_rung_before_the_beginning_or_at_it_is_left_out(hours: int, first: str) -> None:
    [begun] = running.opened(
        pack(clock("report", "receipt", hours, "hour"), ladder=(-24, -2, 0)), "general", MONDAY, calendar()
    )
    assert begun.alert_at == at(first)


def test_a_clock_shorter_than_all_warnings_is_told_of_at_its_end() -> None:
    assert first_alert(RULES, MONDAY, MONDAY + timedelta(hours=1)) == MONDAY + timedelta(hours=1)
    early = pack(clock("report", "receipt", 1, "hour"), ladder=(-24, -2))
    assert first_alert(early, MONDAY, MONDAY + timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("hours", "rung"), [(-25, None), (-24, 1), (-3, 1), (-2, 2), (0, 3), (23, 3), (24, 4), (2400, 4)]
)
def test_of_those_that_passed_unnoticed_the_highest_is_raised(hours: int, rung: int | None) -> None:
    alert = reached(RULES, row(), END + timedelta(hours=hours))
    assert (alert.rung if alert else None) == rung


def test_what_was_told_is_not_raised_again() -> None:
    assert reached(RULES, row(2), END - timedelta(hours=1)) is None
    assert reached(RULES, row(2), END) == Alert(3, END)


def test_nothing_is_raised_of_a_clock_that_ended_or_stands_still() -> None:
    [still] = running.stopped([row()], "supplement", MONDAY)
    for quiet in (still, replace(row(), ended_at=MONDAY, ended_by="closed")):
        assert next_alert(RULES, quiet, 0) is None
        assert reached(RULES, quiet, END + timedelta(days=1)) is None


def test_an_end_that_moves_lowers_nothing_and_schedules_what_is_ahead() -> None:
    warned = row(2)
    longer = running.extended(RULES, warned, END - timedelta(hours=1), "staff:head", calendar())
    assert (longer.rung, longer.alert_at) == (2, at("2026-12-03 17:00")), "its third rung is the end"
    assert reached(RULES, longer, END + timedelta(hours=24)) is None


def test_a_clock_that_goes_on_waits_for_its_next_rung_again() -> None:
    [still] = running.stopped([row(1)], "supplement", at("2026-11-30 11:00"))
    assert still.alert_at is None
    [on] = running.resumed(RULES, [still], at("2026-12-02 11:00"), calendar())
    assert (on.due_at, on.alert_at) == (at("2026-12-03 17:00"), at("2026-12-03 15:00"))


@given(
    st.lists(st.integers(-200, 200), min_size=1, max_size=6, unique=True).map(sorted),
    st.lists(st.integers(0, 400), max_size=12),
)
def test_every_rung_is_raised_at_most_once_and_in_order(hours: list[int], pauses: list[int]) -> None:
    """Looking now and then, as after downtimes of any length."""
    rules = pack(clock("reply", "receipt", 5), ladder=hours)
    told = Book(running.opened(rules, "general", MONDAY, calendar())).row("reply")
    now, raised = MONDAY, list[int]()
    for pause in [*pauses, 1000]:
        now += timedelta(hours=pause)
        if told.alert_at is not None and told.alert_at <= now:
            alert = reached(rules, told, now)
            assert alert is not None, "what is due is there"
            raised.append(alert.rung)
            following = next_alert(rules, told, alert.rung)
            assert following is None or following.at > now, "nothing that passed is left behind"
            told = replace(told, rung=alert.rung, alert_at=following and following.at)
    assert raised == sorted(set(raised))
    ahead = [rung for rung, hour in enumerate(hours, start=1) if END + timedelta(hours=hour) > MONDAY]
    assert raised[-1:] == ahead[-1:]
    assert told.alert_at is None
