"""Days and hours of shifts as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.people import shift_words
from core.people.shift_words import When


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("每天", When()),
        (" 工作日 ", When("working")),
        ("节假日", When("rest")),
        ("周一", When(weekdays=(1,))),
        ("周一、周三，周五", When(weekdays=(1, 3, 5))),
        ("星期一至星期五", When(weekdays=(1, 2, 3, 4, 5))),
        ("周五至周一", When(weekdays=(1, 5, 6, 7))),
        ("周日", When(weekdays=(7,))),
        ("每4天", When(every=4)),
        ("每 ４ 天", When(every=4)),
        ("2026-12-01", When(first_on=date(2026, 12, 1), last_on=date(2026, 12, 1))),
        ("2026-12-01..2026-12-03", When(first_on=date(2026, 12, 1), last_on=date(2026, 12, 3))),
        ("2026-12-01至2026-12-03", When(first_on=date(2026, 12, 1), last_on=date(2026, 12, 3))),
    ],
)
def test_days_are_read_as_they_are_meant(words: str, meant: When) -> None:
    assert shift_words.when(words) == meant


@pytest.mark.parametrize(
    "words",
    [
        "",
        "周八",
        "每1天",
        "每400天",
        "2026-13-01",
        "2026-12-03..2026-12-01",
        "周一至周三至周五",
        "before",
        "每天夜里",
        "12-01",
    ],
)
def test_what_names_no_days_is_refused_in_words(words: str) -> None:
    with pytest.raises(Refused, match=r"roster\.no_such_day"):
        shift_words.when(words)


@pytest.mark.parametrize(
    ("words", "begins", "ends"),
    [
        ("20:00-08:00", time(20), time(8)),
        ("8-20", time(8), time(20)),
        ("8:30—12:00", time(8, 30), time(12)),
        ("20：00至次日08：00", time(20), time(8)),
        ("00:00-24:00", time(0), time(0)),
        ("全天", time(0), time(0)),
    ],
)
def test_hours_are_read_as_they_are_meant(words: str, begins: time, ends: time) -> None:
    assert shift_words.hours(words) == (begins, ends)


@pytest.mark.parametrize("words", ["", "20:00", "20:00-", "25-3", "8:60-9", "24:30-8:00", "night"])
def test_what_are_no_hours_is_refused_in_words(words: str) -> None:
    with pytest.raises(Refused, match=r"roster\.no_such_hours"):
        shift_words.hours(words)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("今天", date(2026, 11, 29)),
        ("后天", date(2026, 12, 1)),
        ("12-01", date(2026, 12, 1)),
        ("12月1日", date(2026, 12, 1)),
        ("1月5号", date(2027, 1, 5)),
        ("11-20", date(2026, 11, 20)),
        ("2026-12-01", date(2026, 12, 1)),
        ("2-30", None),
        ("li", None),
    ],
)
def test_a_day_without_a_year_is_the_near_one(words: str, meant: date | None) -> None:
    assert shift_words.day(words, date(2026, 11, 29)) == meant


@pytest.mark.parametrize(
    ("words", "today", "meant"),
    [
        ("2-29", date(2028, 2, 20), date(2028, 2, 29)),
        ("2月29日", date(2028, 3, 10), date(2028, 2, 29)),
        ("2-29", date(2027, 12, 20), date(2028, 2, 29)),
        ("2-29", date(2028, 6, 1), None),
        ("2-29", date(2026, 11, 29), None),
        ("2025-02-29", date(2026, 11, 29), None),
        ("2020-02-29", date(2026, 11, 29), date(2020, 2, 29)),
    ],
)
def test_a_leap_day_is_one_in_its_year(words: str, today: date, meant: date | None) -> None:
    assert shift_words.day(words, today) == meant


@given(st.text(max_size=40))
def test_whatever_is_written_is_read_or_refused(words: str) -> None:
    for read in (shift_words.when, shift_words.hours):
        with suppress(Refused):
            read(words)
    shift_words.day(words, date(2026, 11, 29))
    shift_words.moment(words)
