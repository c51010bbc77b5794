"""Periods are counted from January, and a month later is the same day, or the last one there is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases.clocks import ZONE
from core.cases.periods import Span, last_ended, months_later, period_of

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
MONTHS = st.sampled_from((1, 2, 3, 4, 6, 12))


@pytest.mark.parametrize(
    ("day", "months", "first", "last"),
    [
        ("2026-11-23", 3, "2026-10-01", "2026-12-31"),
        ("2026-09-30", 3, "2026-07-01", "2026-09-30"),
        ("2026-02-28", 1, "2026-02-01", "2026-02-28"),
        ("2028-02-29", 2, "2028-01-01", "2028-02-29"),
        ("2026-05-01", 4, "2026-05-01", "2026-08-31"),
        ("2026-06-30", 6, "2026-01-01", "2026-06-30"),
        ("2026-12-31", 12, "2026-01-01", "2026-12-31"),
    ],
)
def test_a_day_lies_in_the_period_counted_from_january(day: str, months: int, first: str, last: str) -> None:
    assert period_of(date.fromisoformat(day), months) == Span(date.fromisoformat(first), date.fromisoformat(last))


@given(DAYS, MONTHS)
def test_periods_follow_each_other_without_a_gap(day: date, months: int) -> None:
    span = period_of(day, months)
    assert span.first <= day <= span.last
    assert period_of(span.last + timedelta(days=1), months).first == span.last + timedelta(days=1)
    assert period_of(span.first, months) == period_of(span.last, months) == span
    assert last_ended(day, months).last == span.first - timedelta(days=1)


def test_a_span_ends_when_its_last_day_is_over_at_the_institution() -> None:
    span = Span(date(2026, 7, 1), date(2026, 9, 30))
    assert span.since == datetime(2026, 7, 1, tzinfo=ZONE)
    assert span.until == datetime(2026, 10, 1, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-11-23", 1, "2026-12-23"),
        ("2026-12-23", 1, "2027-01-23"),
        ("2028-02-29", 12, "2029-02-28"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day: str, months: int, later: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)
