"""The days of a month come to what the rules make of them."""

from __future__ import annotations

from datetime import date

import pytest

from core.people.attendance.judging import Day
from core.people.attendance.months import Month, statement
from core.policies.attendance import load

STANDARD, DEVICE = load("attendance-standard"), load("attendance-fingerprint")


def days(said: str, first: int = 1, month: int = 6) -> list[Day]:
    """``.`` was well, ``L`` late, ``E`` early, ``h`` absent for half a day, ``A`` for all of it, ``-`` rest, ``o`` not over."""
    made = {
        ".": {}, "L": {"late": 5}, "E": {"early": 7}, "h": {"absent_halves": 1}, "A": {"absent_halves": 2}, "v": {"leave_halves": 2},
        "m": {"late": 5, "absent_halves": 1},
    }  # fmt: skip
    states = {"-": "rest", "o": "open"}
    return [
        Day(date(2026, month, first + index), states.get(each, "due"), **made.get(each, {}))  # type: ignore[arg-type]
        for index, each in enumerate(said)
    ]


@pytest.mark.parametrize(
    ("said", "serious"), [("LLL", False), ("LLE", False), ("LLEE", True), ("LLLL", True), ("LLLm", False)]
)
def test_more_than_three_times_late_or_early_are_serious_where_the_rules_say_so(said: str, serious: bool) -> None:
    assert statement(DEVICE, days(said)).serious is serious
    assert statement(STANDARD, days(said)).serious is False


@pytest.mark.parametrize(
    ("before", "said", "running", "resigned"),
    [
        ("", "AAA", 3, False),
        ("", "AAAA", 4, True),
        ("", "AA--AA", 4, True),
        ("", "AA.AA", 2, False),
        ("", "AAvAA", 2, False),
        ("", "hAhA", 4, True),
        ("AA", "AA", 4, True),
        ("AAAA", ".", 0, False),
        ("A.", "AAA", 3, False),
        ("AAA", "A.A", 4, True),
    ],
)
def test_running_absence_passes_over_rest_days_and_into_the_next_month(
    before: str, said: str, running: int, resigned: bool
) -> None:
    made = statement(DEVICE, days(said), days(before, 27, 5))
    assert (made.running, made.resigned) == (running, resigned)


def test_half_a_day_counts_as_one_where_the_rules_say_so() -> None:
    assert statement(DEVICE, days("h.")).absent_halves == 2
    assert statement(STANDARD, days("h.")).absent_halves == 1
    assert statement(DEVICE, days("h.")).worked_halves == 3, "what was worked was worked"


def test_a_day_that_is_not_over_counts_for_nothing_yet() -> None:
    made = statement(DEVICE, days(".o"))
    assert (made.due_days, made.worked_halves, made.open_days) == (1, 2, 1)


def test_the_digest_is_of_the_figures() -> None:
    assert statement(DEVICE, days("..")).digest == statement(DEVICE, days("..")).digest
    assert statement(DEVICE, days("..")).digest != statement(DEVICE, days(".L")).digest


def test_a_month_knows_its_days() -> None:
    month = Month(date(2026, 2, 1))
    assert (month.last, len(month.days), month.key, month.before.key) == (date(2026, 2, 28), 28, "2026-02", "2026-01")
