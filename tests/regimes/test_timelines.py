"""Every clock of every pack ends on the right day, around every feast of 2026 and into a year without a notice.

No day that is expected here comes from the product's calendar: the weeks worked are written out below from the notice for
2026, and the days of each institution's clocks were counted along them by hand.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from app.policy_commands import policy
from app.policy_timeline import timeline_record
from core.cases.calendar import calendar
from core.policies.load import load, packs
from core.policies.policy import Clock, Level, Policy

BEIJING = ZoneInfo("Asia/Shanghai")

MOMENTS = {
    "the Friday before Spring Festival": "2026-02-13T10:00",
    "the made-up Saturday before Spring Festival": "2026-02-14T16:00",
    "the eve of Labour Day": "2026-04-30T15:00",
    "the evening before National Day": "2026-09-30T20:30",
    "a Saturday before dawn": "2026-03-14T03:20",
    "a Sunday before a year without a notice": "2026-12-20T10:00",
}

# The days of each clock that the institutions' rules name, as month-day, for each moment above in its order.
# A year is written where it is not 2026; an hour where hours are counted.
DUE = {
    ("service-hall", "general", "completion"): "03-12 03-13 05-25 10-27 04-03 2027-01-11",
    ("company", "general", "transfer"): "02-14T10:00 02-15T16:00 05-01T15:00 10-01T20:30 03-15T03:20 12-21T10:00",
    ("service-center", "general", "acceptance"): "02-14 02-24 05-06 10-08 03-16 12-21",
    ("service-center", "general", "result"): "03-03 03-04 05-14 10-16 03-25 12-30",
    ("customer-service-center", "general", "confirmation"):
        "02-14T10:00 02-15T16:00 05-01T15:00 10-01T20:30 03-15T03:20 12-21T10:00",
    ("customer-service-center", "general", "completion"): "02-25 02-26 05-08 10-10 03-18 12-23",
    ("customer-service-center", "major", "confirmation"):
        "02-14T10:00 02-15T16:00 05-01T15:00 10-01T20:30 03-15T03:20 12-21T10:00",
    ("customer-service-center", "major", "first_investigation"): "02-24 02-25 05-07 10-09 03-17 12-22",
    ("customer-service-center", "major", "solution"): "03-02 03-03 05-13 10-15 03-24 12-29",
    ("service-work", "general", "to_investigation"): "02-14 02-24 05-06 10-08 03-16 12-21",
    ("service-work", "general", "investigation"): "02-26 02-27 05-09 10-12 03-19 12-24",
    ("service-work", "general", "handling"): "03-04 03-05 05-15 10-19 03-26 12-31",
    ("service-work", "general", "reply"): "03-05 03-06 05-18 10-20 03-27 2027-01-04",
    ("general-handling", "general", "confirmation"):
        "02-14T10:00 02-15T16:00 05-01T15:00 10-01T20:30 03-15T03:20 12-21T10:00",
    ("general-handling", "general", "completion"): "03-02 03-03 05-13 10-15 03-24 12-29",
    ("complaint-department", "general", "reply"): "02-25 02-26 05-08 10-10 03-18 12-23",
    ("complaint-department", "major", "leader_report"):
        "02-13T22:00 02-15T04:00 05-01T03:00 10-01T08:30 03-14T15:20 12-20T22:00",
    ("statutory-procedure", "general", "acceptance"): "02-27 02-28 05-11 10-13 03-20 12-25",
    ("statutory-procedure", "general", "examination"): "03-05 03-06 05-18 10-20 03-27 2027-01-04",
    ("statutory-procedure", "general", "investigation"): "03-26 03-27 06-08 11-10 04-20 2027-01-25",
    ("statutory-procedure", "general", "decision_notice"): "04-10 04-13 06-23 11-24 05-07 2027-02-08",
    ("statutory-procedure", "general", "feedback"): "05-06 05-07 07-14 12-15 05-27 2027-03-01",
}  # fmt: skip

# Every stretch of days worked from February 2026, one week a stretch, as the notice for 2026 leaves them; 2027 has no
# notice, so its weekends and the first of January rest and nothing else.
STRETCHES_2026 = """
    02-09..02-14 02-24..02-28 03-02..03-06 03-09..03-13 03-16..03-20 03-23..03-27 03-30..04-03 04-07..04-10 04-13..04-17
    04-20..04-24 04-27..04-30 05-06..05-09 05-11..05-15 05-18..05-22 05-25..05-29 06-01..06-05 06-08..06-12 06-15..06-18
    06-22..06-26 06-29..07-03 07-06..07-10 07-13..07-17 07-20..07-24 07-27..07-31 08-03..08-07 08-10..08-14 08-17..08-21
    08-24..08-28 08-31..09-04 09-07..09-11 09-14..09-18 09-20..09-24 09-28..09-30 10-08..10-10 10-12..10-16 10-19..10-23
    10-26..10-30 11-02..11-06 11-09..11-13 11-16..11-20 11-23..11-27 11-30..12-04 12-07..12-11 12-14..12-18 12-21..12-25
    12-28..12-31
"""
STRETCHES_2027 = """
    01-04..01-08 01-11..01-15 01-18..01-22 01-25..01-29 02-01..02-05 02-08..02-12 02-15..02-19 02-22..02-26 03-01..03-05
    03-08..03-12 03-15..03-19 03-22..03-26 03-29..04-02
"""
MADE_UP = {date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)}


@pytest.fixture(autouse=True)
def an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No institution's own calendar is found here."""
    monkeypatch.chdir(tmp_path)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=passed) for passed in range((last - first).days + 1)]


def written(stretches: str, year: int) -> list[date]:
    ends = [stretch.split("..") for stretch in stretches.split()]
    return [
        day
        for first, last in ends
        for day in days(date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last}"))
    ]


WORKED = [*written(STRETCHES_2026, 2026), *written(STRETCHES_2027, 2027)]


@cache
def timeline(pack: str, received: str, level: str) -> dict[str, dict[str, Any]]:
    """What the command line tells a program, by clock."""
    words = ["timeline", pack, "--received", received, "--level", level, "--json"]
    result = CliRunner().invoke(policy, words, catch_exceptions=False)
    told = json.loads(result.stdout)
    assert (told["policy"], told["level"], told["received_at"]) == (pack, level, f"{received}:00+08:00")
    return {clock["clock"]: clock for clock in told["clocks"]}


def moment(text: str, closes_at: time) -> datetime:
    """A cell of the table above: a day ends when the office closes."""
    day, _, at = text.partition("T")
    on = date.fromisoformat(day if len(day) > 5 else f"2026-{day}")
    return datetime.combine(on, time.fromisoformat(at) if at else closes_at, BEIJING)


def closing(pack: Policy) -> time:
    return max(row.closes_at for row in pack.institution.hours)


@pytest.mark.parametrize(("pack", "level", "clock"), DUE, ids=["/".join(row) for row in DUE])
def test_a_clock_of_the_rules_ends_on_the_day_counted_by_hand(pack: str, level: str, clock: str) -> None:
    ends = [timeline(pack, received, level)[clock]["due_at"] for received in MOMENTS.values()]
    expected = [moment(cell, closing(load(pack))) for cell in DUE[pack, level, clock].split()]
    assert ends == [at.isoformat() for at in expected]


def foreseen(pack: Policy, level: str) -> list[str]:
    """The clocks of a level, but for those that only a review would begin."""
    starts = {clock.key: clock.starts_from for clock in pack.clocks}
    firsts = {key: key for key in starts}
    for key in firsts:
        while firsts[key] in starts:
            firsts[key] = starts[firsts[key]]
    return [clock.key for clock in pack.clocks if clock.level in (None, level) and firsts[clock.key] == "receipt"]


def counted(clock: Clock, start: datetime, closes_at: time) -> datetime:
    """The end of one clock, along the days written out above."""
    if clock.unit == "hour":
        return start + timedelta(hours=clock.limit)
    if clock.unit == "working_day":
        on = [day for day in WORKED if day > start.date()][clock.limit - 1]
    else:
        on = next(day for day in WORKED if day >= start.date() + timedelta(days=clock.limit))
    return datetime.combine(on, closes_at, BEIJING)


def end_of(pack: Policy, key: str, received: datetime) -> tuple[datetime, datetime]:
    """Where a clock starts and ends, each stage from the end of the one before it."""
    clock = next(clock for clock in pack.clocks if clock.key == key)
    start = received if clock.starts_from == "receipt" else end_of(pack, clock.starts_from, received)[1]
    return start, counted(clock, start, closing(pack))


@pytest.mark.parametrize("received", MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("level", ["general", "major"])
@pytest.mark.parametrize("pack", packs())
def test_every_clock_of_every_pack_is_told_with_its_start_and_its_end(pack: str, level: str, received: str) -> None:
    told, rules = timeline(pack, received, level), load(pack)
    at = datetime.fromisoformat(received).replace(tzinfo=BEIJING)
    assert list(told) == foreseen(rules, level)
    for key, clock in told.items():
        start, end = end_of(rules, key, at)
        assert (clock["starts_at"], clock["due_at"]) == (start.isoformat(), end.isoformat())
        assert clock["from"] == next(row.starts_from for row in rules.clocks if row.key == key)


WEEKS_BEFORE = {
    "Spring Festival": days(date(2026, 2, 8), date(2026, 2, 14)),
    "Labour Day": days(date(2026, 4, 24), date(2026, 4, 30)),
    "National Day": days(date(2026, 9, 24), date(2026, 9, 30)),
    "a year without a notice": days(date(2026, 12, 14), date(2026, 12, 20)),
}
HOURS = (time(3, 20), time(10, 0), time(23, 59, 59))


@pytest.mark.parametrize("feast", WEEKS_BEFORE)
@pytest.mark.parametrize("level", ["general", "major"])
@pytest.mark.parametrize("pack", packs())
def test_every_clock_is_right_from_every_day_of_the_week_before(pack: str, level: Level, feast: str) -> None:
    rules = load(pack)
    for received in (datetime.combine(on, at, BEIJING) for on in WEEKS_BEFORE[feast] for at in HOURS):
        told = timeline_record(rules, received, calendar(), level)["clocks"]
        ends = [end_of(rules, clock["clock"], received) for clock in told]
        assert [(clock["starts_at"], clock["due_at"]) for clock in told] == [
            (start.isoformat(), end.isoformat()) for start, end in ends
        ]
        assert [clock["clock"] for clock in told] == foreseen(rules, level)
        for clock, (start, end) in zip(told, ends, strict=True):
            worked = [day["date"] for day in clock["days"] if day["kind"] in ("working_day", "make_up_day")]
            assert worked == [str(day) for day in WORKED if start.date() < day <= end.date() and clock["days"]]


@pytest.mark.parametrize("received", MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("pack", packs())
def test_people_read_the_same_days_as_programs(pack: str, received: str) -> None:
    read = CliRunner().invoke(policy, ["timeline", pack, "--received", received], catch_exceptions=False).stdout
    told = timeline(pack, received, "general")
    assert re.findall(r"^    (\d{4}-\d\d-\d\d) ", read, re.MULTILINE) == [
        day["date"] for clock in told.values() for day in clock["days"]
    ]
    ends = [datetime.fromisoformat(clock["due_at"]) for clock in told.values()]
    assert re.findall(r"：(\S+) 周. (\S+) 到期$", read, re.MULTILINE) == [(f"{end:%F}", f"{end:%H:%M}") for end in ends]


@pytest.mark.parametrize("received", MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("pack", packs())
def test_every_day_on_the_way_is_told_for_what_it_is(pack: str, received: str) -> None:
    rules, worked = load(pack), set(WORKED)
    for key, clock in timeline(pack, received, "general").items():
        told = [(date.fromisoformat(day["date"]), day["kind"], day["nth"]) for day in clock["days"]]
        rule = next(row for row in rules.clocks if row.key == key)
        start, end = (datetime.fromisoformat(clock[name]).date() for name in ("starts_at", "due_at"))
        assert [on for on, _, _ in told] == ([] if rule.unit == "hour" else days(start + timedelta(days=1), end))
        assert all((kind in ("working_day", "make_up_day")) == (on in worked) for on, kind, _ in told)
        assert {on for on, kind, _ in told if kind == "make_up_day"} <= MADE_UP
        numbers = [nth for _, _, nth in told if nth]
        assert numbers == list(range(1, len(numbers) + 1))
        assert rule.unit == "hour" or numbers[-1] == rule.limit


def reaches_2027(told: dict[str, dict[str, Any]], key: str) -> bool:
    """Whether a day of 2027 was counted for a clock, or for one that it waits for."""
    before = told[key]["from"]
    counted_there = any(day["date"].startswith("2027") for day in told[key]["days"])
    return counted_there or (before != "receipt" and reaches_2027(told, before))


@pytest.mark.parametrize("received", MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("pack", packs())
def test_a_clock_is_provisional_where_its_count_reaches_2027_and_nowhere_else(pack: str, received: str) -> None:
    told = timeline(pack, received, "general")
    assert {key: clock["provisional"] for key, clock in told.items()} == {key: reaches_2027(told, key) for key in told}
