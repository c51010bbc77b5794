"""Which days are worked: every day of the announced years, and what is laid over them."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources

import pytest

from core.cases.calendar import Change, calendar, days_of, mark
from core.cases.clocks import ZONE, due_at
from core.policies.policy import Clock, OfficeHours

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
MOST = 60
HOURS = (OfficeHours.model_validate({"opens_at": "09:00", "closes_at": "17:00"}),)

WORKING_DAYS = {
    2004: 252,
    2005: 251,
    2006: 251,
    2007: 249,
    2008: 251,
    2009: 250,
    2010: 250,
    2011: 250,
    2012: 249,
    2013: 250,
    2014: 250,
    2015: 249,
    2016: 250,
    2017: 249,
    2018: 250,
    2019: 250,
    2020: 249,
    2021: 250,
    2022: 249,
    2023: 249,
    2024: 251,
    2025: 248,
    2026: 248,
}
"""As counted by chinesecalendar 1.11; in 2005 one more, by the notice of 2006."""


def each_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=passed) for passed in range((last - first).days + 1)]


@cache
def worked_days() -> list[date]:
    """All days worked, told from the raw rows by other means than the calendar's."""
    tables = tomllib.loads(resources.files("core.cases").joinpath("calendar_cn.toml").read_text("utf-8"))
    fixed = set(tables.pop("fixed"))
    spans = {"rest": set[str](), "work": set[str]()}
    for kind, row in ((each, row) for year in tables.values() for each in spans for row in year[each]):
        first, _, last = row.split()[0].partition("..")
        spans[kind] |= {on.isoformat() for on in each_day(date.fromisoformat(first), date.fromisoformat(last or first))}
    rest = spans["rest"] | {f"{year}-{day}" for year in (2027, 2028) for day in fixed}
    usual = {on.isoformat() for on in each_day(FIRST, date(2028, 12, 31)) if on.weekday() < 5}
    return [date.fromisoformat(on) for on in sorted((usual - rest) | spans["work"])]


def ends(limit: int, event: date) -> list[tuple[int, date]]:
    """Which day is the nth, for every n up to the limit, as the clock counts them."""
    label = {"zh": "期限", "en": "limit"}
    row = {"key": "end", "label": label, "starts_from": "receipt", "limit": limit, "unit": "working_day"}
    due = due_at(
        Clock.model_validate(row), datetime(event.year, event.month, event.day, 10, tzinfo=ZONE), calendar(), HOURS
    )
    assert due.on == due.days[-1].on
    return [(day.nth, day.on) for day in due.days if day.nth]


def test_sixty_working_days_after_every_day_of_twenty_three_years_are_the_official_ones() -> None:
    worked = worked_days()
    for event in each_day(FIRST, LAST):
        first = bisect_right(worked, event)
        assert ends(MOST, event) == list(enumerate(worked[first : first + MOST], start=1)), event


def test_a_shorter_count_ends_on_the_way_of_the_longer_one() -> None:
    worked = worked_days()
    for index, event in enumerate(each_day(FIRST, LAST)):
        limit = index % MOST + 1
        assert ends(limit, event)[-1] == (limit, worked[bisect_right(worked, event) + limit - 1]), event


def test_each_year_has_as_many_working_days_as_others_count() -> None:
    counted = Counter(on.year for on in each_day(FIRST, LAST) if calendar().day(on).worked)
    assert counted == WORKING_DAYS


def test_every_announced_year_names_its_source() -> None:
    assert list(calendar().notices) == list(range(2004, 2027))
    assert all(address.startswith(("http://", "https://")) for row in calendar().notices.values() for address in row)


def change(year: int | None, **days: bool | None) -> Change:
    """``_2027_01_04=True``: worked; None: as usual."""
    marks = {
        on: None if worked is None else mark(on, worked, "why")
        for on, worked in ((date.fromisoformat(name[1:].replace("_", "-")), worked) for name, worked in days.items())
    }
    return Change("title", marks, year, ("https://example.org",) if year else ())


def test_an_announced_year_is_certain_and_replaces_what_was_thought_of_it() -> None:
    after = calendar().after(change(2027, _2027_01_04=False, _2027_01_09=True))
    assert not after.is_provisional(date(2027, 1, 4))
    assert [after.day(date(2027, 1, day)).worked for day in (1, 4, 5, 9, 10)] == [True, False, True, True, False]
    again = after.after(change(2027, _2027_01_01=False))
    assert [again.day(date(2027, 1, day)).worked for day in (1, 4, 9)] == [False, True, False]
    assert (calendar().version, after.version, again.version) == (0, 1, 2)


def test_the_office_has_the_last_word() -> None:
    own = change(None, _2026_10_01=True, _2026_11_23=False, _2026_11_28=True)
    after = calendar().after(own, change(2026, _2026_10_01=False))
    days = [after.day(date(2026, month, day)) for month, day in ((10, 1), (11, 23), (11, 28))]
    assert [(day.kind, day.name) for day in days] == [
        ("working_day", "why"),
        ("holiday", "why"),
        ("make_up_day", "why"),
    ]


def test_what_the_office_takes_back_is_as_announced() -> None:
    after = calendar().after(change(None, _2026_10_01=True), change(None, _2026_10_01=None))
    assert after.day(date(2026, 10, 1)) == calendar().day(date(2026, 10, 1))
    assert after.own == {}


def test_the_former_calendar_stays_as_it_was() -> None:
    before = dict(calendar().changed)
    calendar().after(change(2026, _2026_10_01=True), change(None, _2026_11_23=False))
    assert calendar().changed == before


def test_a_change_that_says_nothing_new_is_known() -> None:
    new = change(2027, _2027_01_01=False)
    assert calendar().changes(new)
    assert not calendar().after(new).changes(new)
    own = change(None, _2026_11_23=False)
    assert calendar().changes(own)
    assert not calendar().after(own).changes(own)
    assert not calendar().changes(change(None, _2026_11_23=None))


@pytest.mark.parametrize("span", ["", "tomorrow", "2027-02-30", "2027-01-02..2027-01-01", "2027-01-01..2028-01-02"])
def test_what_is_no_span_of_days_is_refused(span: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        days_of(span)
