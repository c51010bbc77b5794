"""When something is due: days counted by the official calendar, hours by the clock, doubts told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cases.calendar import Calendar, calendar, from_toml
from core.cases.clocks import ZONE, Due, deadlines, due_at, is_open, next_opening, of_review, open_from, promise
from core.policies.load import load
from core.policies.policy import Clock, OfficeHours, Policy, Words
from core.store.case_clocks import Stop
from tests.core.cases.small_pack import clock as row
from tests.core.cases.small_pack import pack

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


def chained(*keys: str, unit: str = "working_day") -> Policy:
    """The service centre with stages of three days, each from the one before; ``unit`` is the last one's."""
    pack = load("service-center")
    rows = {"limit": 3, "unit": "working_day", "label": pack.clocks[0].label}
    clocks = [Clock(key=key, starts_from=before, **rows) for before, key in zip(("receipt", *keys), keys, strict=False)]
    clocks[-1] = Clock.model_validate(clocks[-1].model_dump() | {"unit": unit})
    receipt = pack.receipt.model_copy(update={"promise": keys[0], "then": keys[-1]})
    return Policy.model_validate(pack.model_dump() | {"clocks": tuple(clocks), "receipt": receipt})


RECEIVED = at("2026-11-23 10:00")


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
    assert open_from(pack, at(moment), calendar()) == at(moment if open_now else opening)


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


def stopped(limit: int, unit: str, *stops: tuple[str, str], further: int = 0, start: str = "2026-11-23 10:00") -> Due:
    """The end of a clock that stood still from each of these moments to the other."""
    stood = [Stop(at(since), at(until), "supplement") for since, until in stops]
    return due_at(clock(limit, unit), at(start), calendar(), HOURS, stood, further)


STOPS = [
    (
        5,
        "working_day",
        ("11-24 11:00", "11-26 11:00"),
        "12-02 17:00",
        "the days after it up to its end are not counted",
    ),
    (5, "working_day", ("11-24 11:00", "11-24 16:00"), "11-30 17:00", "one that ends on its day costs nothing"),
    (5, "working_day", ("11-27 11:00", "11-29 11:00"), "11-30 17:00", "nor does one over a weekend"),
    (5, "working_day", ("11-30 11:00", "12-02 11:00"), "12-03 17:00", "one on the last day puts the end off"),
    (5, "working_day", ("11-30 11:00", "11-30 18:00"), "12-01 17:00", "also where it ends in the evening of that day"),
    (5, "working_day", ("11-30 17:00", "12-02 11:00"), "11-30 17:00", "one behind the end comes too late"),
    (5, "working_day", ("11-23 10:00", "11-26 10:00"), "12-03 17:00", "one from the beginning"),
    (6, "calendar_day", ("11-24 11:00", "11-26 11:00"), "12-01 17:00", "of calendar days as well"),
    (5, "calendar_day", ("11-28 11:00", "12-01 11:00"), "12-02 17:00", "one on the rest day on which they ran out"),
    (48, "hour", ("11-24 10:00", "11-24 16:30"), "11-25 16:30", "hours are put off by as long as it lasted"),
    (48, "hour", ("11-25 10:00", "11-25 16:30"), "11-25 10:00", "but not by one behind the end"),
    (48, "hour", ("11-22 10:00", "11-23 16:00"), "11-25 16:00", "nor by what lies before the beginning"),
]


@pytest.mark.parametrize(("limit", "unit", "stop", "end", "why"), STOPS, ids=[row[4] for row in STOPS])
def test_a_clock_that_stood_still_ends_later(limit: int, unit: str, stop: tuple[str, str], end: str, why: str) -> None:
    since, until = (f"2026-{moment}" for moment in stop)
    assert stopped(limit, unit, (since, until)).at == at(f"2026-{end}"), why


def test_a_stop_over_a_feast_costs_its_working_days_only() -> None:
    stop = ("2026-09-29 11:00", "2026-10-09 11:00")
    end = stopped(3, "working_day", stop, start="2026-09-28 10:00")
    assert end.on == date(2026, 10, 12), "of 29 September, 10 and 12 October"
    told = [(day.on.day, day.nth, day.stopped) for day in end.days if calendar().day(day.on).worked]
    assert told == [
        (29, 1, ""),
        (30, 0, "supplement"),
        (8, 0, "supplement"),
        (9, 0, "supplement"),
        (10, 2, ""),
        (12, 3, ""),
    ]


def test_several_stops_add_up() -> None:
    twice = [("2026-11-24 11:00", "2026-11-25 11:00"), ("2026-11-26 11:00", "2026-11-27 11:00")]
    assert stopped(5, "working_day", *twice).on == date(2026, 12, 2)
    again = [("2026-11-24 10:00", "2026-11-24 16:00"), ("2026-11-25 15:00", "2026-11-25 16:00")]
    assert stopped(48, "hour", *again).at == at("2026-11-25 17:00"), "the second is behind the first end only"


def test_an_open_stop_counts_for_nothing_yet() -> None:
    still = [Stop(at("2026-11-24 11:00"), None, "hearing")]
    for unit in ("working_day", "calendar_day", "hour"):
        plain = due_at(clock(5, unit), at("2026-11-23 10:00"), calendar(), HOURS)
        assert due_at(clock(5, unit), at("2026-11-23 10:00"), calendar(), HOURS, still) == plain


def test_further_units_follow_the_last_one() -> None:
    assert stopped(5, "working_day", further=3) == stopped(8, "working_day")
    assert stopped(24, "hour", ("2026-11-23 11:00", "2026-11-23 12:00"), further=6).at == at("2026-11-24 17:00")


@given(MOMENTS, LIMITS, st.integers(0, 20))
def test_without_stops_the_end_is_that_of_the_whole_limit(start: datetime, limit: int, further: int) -> None:
    for unit in ("working_day", "calendar_day", "hour"):
        plain, longer = clock(limit, unit), clock(limit + further, unit)
        assert due_at(plain, start, calendar(), HOURS, (), further) == due_at(longer, start, calendar(), HOURS)


@given(MOMENTS, LIMITS, st.timedeltas(timedelta(), timedelta(days=90)), st.timedeltas(timedelta(), timedelta(days=40)))
def test_a_stop_never_draws_an_end_forward(start: datetime, limit: int, after: timedelta, lasting: timedelta) -> None:
    stop = Stop(start + after, start + after + lasting, "appraisal")
    for unit in ("working_day", "calendar_day", "hour"):
        plain = due_at(clock(limit, unit), start, calendar(), HOURS)
        late = due_at(clock(limit, unit), start, calendar(), HOURS, [stop])
        assert late.at >= plain.at
        assert not stop.since < late.at < stop.until, "nothing ends while it stands still"
        assert (late.at == plain.at) or stop.since < plain.at
        assert max((day.nth for day in late.days), default=limit) == limit


def test_what_begins_with_a_review_is_not_foreseen() -> None:
    rules = pack(row("reply", "receipt", 5), row("second", "review", 9), row("told_again", "second", 2))
    assert list(deadlines(rules, RECEIVED, calendar())) == ["reply"]
    assert [of_review(rules, each) for each in rules.clocks] == [False, True, True]


def test_a_promise_is_not_put_off_to_the_end_of_a_review() -> None:
    second = row("second", "review", 30, level="major")
    rules = pack(row("reply", "receipt", 5, level="general"), row("report", "receipt", 7, level="major"), second)
    assert promise(rules, RECEIVED, calendar(), "major").on == date(2026, 12, 2)
