"""When something is due: days counted by the official calendar, hours by the clock, doubts told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cases.calendar import Calendar, calendar, from_toml
from core.cases.clocks import ZONE, Due, deadlines, due_at, is_open, next_opening, next_promise, promise
from core.policies.load import load
from core.policies.policy import Clock, OfficeHours, Policy, Words

HOURS = (OfficeHours(opens_at=time(9), closes_at=time(12)), OfficeHours(opens_at=time(13), closes_at=time(17)))


def clock(limit: int, unit: str) -> Clock:
    label = Words(zh="期限", en="limit")
    return Clock.model_validate({"key": "end", "label": label, "starts_from": "receipt", "limit": limit, "unit": unit})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(text: str, limit: int, unit: str = "working_day", days: Calendar | None = None) -> Due:
    return due_at(clock(limit, unit), at(text), days or calendar(), HOURS)


WORKING_DAYS = [
    ("2026-11-23 10:00", 1, "2026-11-24", "the day of the event is not counted"),
    ("2026-11-23 23:59", 1, "2026-11-24", "however late on that day"),
    ("2026-11-27 10:00", 1, "2026-11-30", "a weekend is passed over"),
    ("2026-11-28 10:00", 1, "2026-11-30", "a weekend is a start like any other"),
    ("2026-02-13 10:00", 1, "2026-02-14", "the Saturday before Spring Festival is made up"),
    ("2026-02-14 10:00", 1, "2026-02-24", "Spring Festival is passed over"),
    ("2026-02-13 10:00", 5, "2026-02-27", "Spring Festival lies within"),
    ("2026-02-27 10:00", 1, "2026-02-28", "and so is the Saturday after it"),
    ("2026-09-18 10:00", 1, "2026-09-20", "a Sunday made up for National Day"),
    ("2026-09-30 17:30", 3, "2026-10-10", "National Day and a make-up Saturday"),
    ("2026-01-01 00:00", 1, "2026-01-04", "a holiday as a start, a make-up Sunday as the end"),
    ("2025-12-31 10:00", 2, "2026-01-05", "from one official year into the next"),
    ("2020-01-23 10:00", 1, "2020-02-03", "the Spring Festival that was extended"),
    ("2006-12-29 10:00", 1, "2006-12-30", "a notice reaches into the December before"),
]


@pytest.mark.parametrize(("start", "limit", "on", "why"), WORKING_DAYS, ids=[row[3] for row in WORKING_DAYS])
def test_the_nth_working_day_is_the_last(start: str, limit: int, on: str, why: str) -> None:
    end = due(start, limit)
    assert end.on == date.fromisoformat(on), why
    assert end.at == datetime.combine(end.on, time(17), ZONE)


def test_the_days_on_the_way_are_told_by_name() -> None:
    told = [(day.on.isoformat()[5:], day.kind, day.name, day.nth) for day in due("2026-09-30 10:00", 3).days]
    holidays = [(f"10-0{n}", "holiday", "国庆节", 0) for n in range(1, 8)]
    worked = [
        ("10-08", "working_day", "", 1),
        ("10-09", "working_day", "", 2),
        ("10-10", "make_up_day", "国庆节", 3),
    ]
    assert told == holidays + worked


def test_the_midnight_that_counts_is_the_institution_s() -> None:
    late_in_utc = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert due_at(clock(1, "working_day"), late_in_utc, calendar(), HOURS).on == date(2026, 11, 25)


def test_a_count_into_a_year_without_a_notice_is_provisional() -> None:
    end = due("2026-12-20 10:00", 15)
    assert (end.on, end.provisional) == (date(2027, 1, 11), True)
    assert [day.name for day in end.days if day.kind == "holiday"] == ["元旦"]


def test_a_count_within_an_official_year_is_certain() -> None:
    assert not due("2026-12-10 10:00", 15).provisional


def test_a_count_becomes_certain_when_the_notice_is_out() -> None:
    notice = '[fixed]\n[2026]\nnotices=["a"]\nrest=[]\nwork=[]\n[2027]\nnotices=["b"]\nrest=["2027-01-01..2027-01-03 元旦"]\nwork=[]\n'
    end = due("2026-12-20 10:00", 15, days=from_toml(notice))
    assert (end.on, end.provisional) == (date(2027, 1, 11), False)


def test_the_second_of_may_was_worked_in_years_whose_notice_says_so() -> None:
    assert calendar().day(date(2018, 5, 2)).worked
    assert not calendar().day(date(2026, 5, 2)).worked


def test_only_holidays_of_fixed_date_are_known_in_a_year_without_a_notice() -> None:
    known = [
        on for on in (date(2031, 1, 1) + timedelta(days=n) for n in range(365)) if calendar().day(on).kind == "holiday"
    ]
    assert [f"{on:%m-%d}" for on in known] == ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"]


def test_hours_run_on_the_clock_through_nights_and_holidays() -> None:
    end = due("2026-09-30 20:15", 24, "hour")
    assert (end.at, end.days, end.provisional) == (at("2026-10-01 20:15"), (), False)
    assert (end.starts_at, end.starts_from) == (at("2026-09-30 20:15"), "receipt")


def test_hours_into_a_year_without_a_notice_are_certain() -> None:
    assert not due("2026-12-31 20:00", 12, "hour").provisional


CALENDAR_DAYS = [
    ("2026-11-23 10:00", 10, "2026-12-03", "rest days count"),
    ("2026-11-23 10:00", 5, "2026-11-30", "a count that ends on a Saturday ends on Monday"),
    ("2026-09-25 10:00", 7, "2026-10-08", "a count that ends in National Day ends after it"),
    ("2026-09-13 10:00", 7, "2026-09-20", "a make-up Sunday is a good end"),
]


@pytest.mark.parametrize(("start", "limit", "on", "why"), CALENDAR_DAYS, ids=[row[3] for row in CALENDAR_DAYS])
def test_calendar_days_end_on_a_day_that_is_worked(start: str, limit: int, on: str, why: str) -> None:
    end = due(start, limit, "calendar_day")
    assert end.at == datetime.combine(date.fromisoformat(on), time(17), ZONE), why
    assert max(day.nth for day in end.days) == limit


def test_a_stage_starts_where_the_one_before_it_ends() -> None:
    ends = deadlines(load("service-center"), at("2026-11-20 09:00"), calendar())
    assert {key: (end.starts_from, end.starts_at, end.at) for key, end in ends.items()} == {
        "acceptance": ("receipt", at("2026-11-20 09:00"), at("2026-11-23 17:30")),
        "result": ("acceptance", at("2026-11-23 17:30"), at("2026-12-02 17:30")),
    }


def test_a_level_has_its_own_clocks_and_those_of_every_level() -> None:
    pack = load("customer-service-center")
    general, major = (deadlines(pack, at("2026-11-23 10:00"), calendar(), level) for level in ("general", "major"))
    assert list(general) == ["confirmation", "completion"]
    assert list(major) == ["confirmation", "first_investigation", "solution"]


def test_a_promise_is_the_end_of_the_receipt_s_clock() -> None:
    pack = load("service-hall")
    assert promise(pack, at("2026-11-23 10:00"), calendar()).at == at("2026-12-14 17:00")


def test_a_promise_at_the_end_of_a_chain_has_its_own_days_and_the_doubt_of_all_its_stages() -> None:
    pack = load("service-center")
    late = pack.model_copy(update={"receipt": pack.receipt.model_copy(update={"promise": "result"})})
    end = promise(late, at("2026-12-31 09:00"), calendar())
    assert (end.on, end.provisional) == (date(2027, 1, 13), True)
    assert [day.nth for day in end.days if day.nth] == [1, 2, 3, 4, 5, 6, 7]


def test_hours_after_a_day_that_is_in_doubt_are_in_doubt_themselves() -> None:
    pack = chained("acceptance", "told", unit="hour")
    end = deadlines(pack, at("2026-12-31 09:00"), calendar())["told"]
    assert (end.days, end.provisional) == ((), True)


@pytest.mark.parametrize(
    ("pack_id", "level", "on"),
    [
        ("customer-service-center", "general", "2026-11-26"),
        ("customer-service-center", "major", "2026-12-02"),
        ("complaint-department", "general", "2026-11-26"),
        ("complaint-department", "major", "2026-11-26"),
        ("service-hall", "major", "2026-12-14"),
    ],
    ids=["as told", "put off to the last clock of its level", "told", "kept, for nothing later runs", "one for both"],
)
def test_a_promise_made_before_the_case_was_weighed_is_never_drawn_forward(pack_id: str, level: str, on: str) -> None:
    assert promise(load(pack_id), at("2026-11-23 10:00"), calendar(), level).on == date.fromisoformat(on)


def chained(*keys: str, level: str | None = None, unit: str = "working_day") -> Policy:
    """The service centre with stages of three days, each from the one before; the last promised after acceptance.

    ``unit`` is the last stage's, and with a ``level`` there is another last stage of ten days for cases of that level.
    """
    pack = load("service-center")
    rows = {"limit": 3, "unit": "working_day", "label": pack.clocks[0].label}
    clocks = [Clock(key=key, starts_from=before, **rows) for before, key in zip(("receipt", *keys), keys, strict=False)]
    clocks[-1] = Clock.model_validate(clocks[-1].model_dump() | {"unit": unit})
    if level:
        own = {"key": "own", "starts_from": keys[-2], "limit": 10, "level": level}
        clocks[-1] = Clock.model_validate(clocks[-1].model_dump() | {"level": "general"})
        clocks.append(Clock.model_validate(clocks[-1].model_dump() | own))
    receipt = pack.receipt.model_copy(update={"promise": keys[0], "then": keys[-1]})
    return Policy.model_validate(pack.model_dump() | {"clocks": tuple(clocks), "receipt": receipt})


RECEIVED, ACCEPTED = at("2026-11-23 10:00"), at("2026-11-24 10:00")


def test_the_next_promise_is_counted_from_the_acceptance() -> None:
    end = next_promise(chained("acceptance", "result"), RECEIVED, ACCEPTED, calendar())
    assert end is not None
    assert (end.on, end.starts_from, end.starts_at) == (date(2026, 11, 27), "acceptance", ACCEPTED)


def test_the_stages_between_acceptance_and_the_next_promise_are_counted_too() -> None:
    end = next_promise(chained("acceptance", "investigation", "result"), RECEIVED, ACCEPTED, calendar())
    assert end is not None
    assert (end.on, end.starts_from) == (date(2026, 12, 2), "investigation")


def test_the_next_promise_of_a_level_is_the_end_of_its_last_clock() -> None:
    pack = chained("acceptance", "result", level="major")
    general, major = (next_promise(pack, RECEIVED, ACCEPTED, calendar(), level) for level in ("general", "major"))
    assert general is not None
    assert major is not None
    assert (general.on, major.on) == (date(2026, 11, 27), date(2026, 12, 8))


def test_without_another_clock_the_first_promise_stands() -> None:
    assert next_promise(load("service-hall"), RECEIVED, ACCEPTED, calendar()) is None


@pytest.mark.parametrize(
    ("moment", "open_now", "opening"),
    [
        ("2026-11-23 08:59", False, "2026-11-23 09:00"),
        ("2026-11-23 09:00", True, "2026-11-23 13:00"),
        ("2026-11-23 12:00", False, "2026-11-23 13:00"),
        ("2026-11-23 13:00", True, "2026-11-24 09:00"),
        ("2026-11-23 17:00", False, "2026-11-24 09:00"),
        ("2026-11-27 18:00", False, "2026-11-30 09:00"),
        ("2026-02-14 10:00", True, "2026-02-14 13:00"),
        ("2026-02-14 18:00", False, "2026-02-24 09:00"),
    ],
)
def test_the_office_opens_on_working_days_at_its_hours(moment: str, open_now: bool, opening: str) -> None:
    pack = load("service-hall")
    assert is_open(pack, at(moment), calendar()) == open_now
    assert next_opening(pack, at(moment), calendar()) == at(opening)


@pytest.mark.parametrize("moment", ["2026-11-28 03:00", "2026-10-01 23:59:59", "2026-11-25 12:30"])
def test_who_answers_day_and_night_is_open_on_rest_days_too(moment: str) -> None:
    assert is_open(load("government-efficiency"), at(moment), calendar())
    assert not is_open(load("service-hall"), at(moment), calendar())


def test_the_calendar_knows_the_years_since_2004_with_the_address_of_each_notice() -> None:
    assert sorted(calendar().notices) == list(range(2004, 2027))
    assert all(address.startswith(("http://", "https://")) for row in calendar().notices.values() for address in row)
    assert all(calendar().notices.values())


def test_make_up_days_are_weekends_and_no_day_is_both() -> None:
    made_up = [on for on, mark in calendar().changed.items() if mark.kind == "make_up_day"]
    assert all(on.weekday() >= 5 for on in made_up)
    assert len(made_up) > 100


def test_an_official_year_has_about_two_hundred_and_fifty_working_days() -> None:
    for year in calendar().notices:
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
        assert 245 <= sum(calendar().day(on).worked for on in days) <= 254, year


MOMENTS = st.datetimes(
    datetime(2006, 1, 1), datetime(2040, 12, 31), timezones=st.sampled_from([UTC, ZONE, ZoneInfo("America/New_York")])
)
LIMITS = st.integers(1, 60)


@settings(max_examples=200)
@given(MOMENTS, LIMITS)
def test_exactly_n_worked_days_lie_between_the_event_and_the_end(start: datetime, limit: int) -> None:
    end = due_at(clock(limit, "working_day"), start, calendar(), HOURS)
    first = start.astimezone(ZONE).date()
    between = [first + timedelta(days=n) for n in range(1, (end.on - first).days + 1)]
    assert sum(calendar().day(on).worked for on in between) == limit
    assert calendar().day(end.on).worked
    assert [day.on for day in end.days] == between
    assert end.provisional == any(calendar().is_provisional(on) for on in between)


@given(MOMENTS, LIMITS)
def test_one_more_day_is_never_earlier(start: datetime, limit: int) -> None:
    for unit in ("working_day", "calendar_day", "hour"):
        assert (
            due_at(clock(limit, unit), start, calendar(), HOURS).at
            <= due_at(clock(limit + 1, unit), start, calendar(), HOURS).at
        )


@given(MOMENTS, LIMITS)
def test_an_hour_clock_is_exact_in_every_zone(start: datetime, limit: int) -> None:
    end = due_at(clock(limit, "hour"), start, calendar(), HOURS)
    assert end.at.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=limit)


@given(MOMENTS)
def test_the_office_is_open_at_its_next_opening(now: datetime) -> None:
    pack = load("manufacturer")
    opening = next_opening(pack, now, calendar())
    assert opening > now
    assert is_open(pack, opening, calendar())
