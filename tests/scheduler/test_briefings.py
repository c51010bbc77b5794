"""What staff read of the whole: each morning, each week and month, after an absence, and while holidays are not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.cases.calendar import Change
from core.store.unit_of_work import Store
from scheduler import jobs
from scheduler.jobs import Workplace
from tests.core.cases.desk import Desk, at
from tests.scheduler.places import Chat, job, round_of, workplace

FRIDAY = at("2026-11-20 09:30")


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, FRIDAY)


@pytest.fixture
def staff() -> Chat:
    return Chat("staff")


@pytest.fixture
def place(desk: Desk, staff: Chat, data_dir: Path) -> Workplace:
    return workplace(desk, data_dir, staff=staff, chat=Chat("chat"))


async def at_moment(place: Workplace, desk: Desk, staff: Chat, moment: str | datetime) -> list[str]:
    """What staff hear then, of briefings."""
    desk.now = at(moment) if isinstance(moment, str) else moment
    await jobs.turn(place, job("tell_briefings"))
    await jobs.turn(place, job("deliver"))
    return [line for line in staff.heard() if "报" in line[:12]]


async def test_each_working_day_begins_with_what_there_is(place: Workplace, desk: Desk, staff: Chat) -> None:
    assert await at_moment(place, desk, staff, FRIDAY) == [], "the first look only begins to count"
    numbers = [desk.open(f"draft {index}")[0].number for index in range(3)]
    desk.closed(numbers[0])
    assert await at_moment(place, desk, staff, "2026-11-22 09:30") == [], "a Sunday"
    assert await at_moment(place, desk, staff, "2026-11-23 08:59") == []
    day, week = await at_moment(place, desk, staff, "2026-11-23 09:00")
    assert day.startswith("11 月 23 日 早报（11 月 20 日 09:30 以来）：新登记 3，待受理 2，今天到期 0")
    assert "登记 3，办结 1（按时 1，超时 0），平均 0.0 天" in week
    assert await at_moment(place, desk, staff, "2026-11-23 09:01") == []
    assert not any(number in line for number in numbers for line in (day, week)), "counts only"


async def test_what_is_due_and_what_is_late_is_counted(place: Workplace, desk: Desk, staff: Chat) -> None:
    await at_moment(place, desk, staff, FRIDAY)
    case, _ = desk.open()
    paused, _ = desk.open("other")
    desk.work(paused.number, "request_supplement", words="which lift?")
    due = desk.clock(case.number, "completion").due_at
    assert due == at("2026-12-11 17:00")
    before, *_ = await at_moment(place, desk, staff, "2026-12-10 09:00")
    assert "今天到期 0，明天到期 1，逾期 0" in before
    [today] = await at_moment(place, desk, staff, "2026-12-11 09:00")
    assert "今天到期 1，明天到期 0，逾期 0" in today
    late, *_ = await at_moment(place, desk, staff, "2026-12-14 09:00")
    assert "今天到期 0，明天到期 0，逾期 1" in late


async def test_what_nobody_may_object_to_any_more_can_be_archived(place: Workplace, desk: Desk, staff: Chat) -> None:
    await at_moment(place, desk, staff, FRIDAY)
    case, _ = desk.open()
    desk.closed(case.number)
    gone, _ = desk.open("other")
    desk.do(gone.number, "withdraw")
    days = desk.policy.follow_up.reopen_within_days
    early, *_ = await at_moment(place, desk, staff, "2026-11-24 09:00")
    assert "可归档 1。" in early
    then = FRIDAY + timedelta(days=days + 1)
    assert then == at("2026-12-06 09:30")
    day, *_ = await at_moment(place, desk, staff, "2026-12-07 09:30")
    assert "可归档 2。" in day
    desk.work(case.number, "archive")
    [after] = await at_moment(place, desk, staff, "2026-12-08 09:30")
    assert "可归档 1。" in after


async def test_after_days_away_only_the_latest_is_told_and_since_when(
    place: Workplace, desk: Desk, staff: Chat
) -> None:
    await at_moment(place, desk, staff, FRIDAY)
    desk.open()
    lines = await at_moment(place, desk, staff, "2026-11-26 10:00")
    assert [line for line in lines if "早报" in line] == lines[:1]
    assert "11 月 20 日 09:30 以来" in lines[0]
    assert sum("周报" in line for line in lines) == 1
    assert await at_moment(place, desk, staff, "2026-11-26 16:00") == []


async def test_the_month_is_told_on_its_first_working_day(place: Workplace, desk: Desk, staff: Chat) -> None:
    await at_moment(place, desk, staff, FRIDAY)
    first, _ = desk.open()
    desk.closed(first.number)
    desk.do(first.number, "rate", "4")
    desk.open("second")
    assert desk.policy.categories
    lines = await at_moment(place, desk, staff, "2026-12-01 09:00")
    [month] = [line for line in lines if "月报" in line]
    assert month.startswith("月报 11 月 1 日 至 11 月 30 日：登记 2，办结 1（按时 1，超时 0）")
    assert "满意度 4.0 分（1 人评价）" in month
    assert f"{desk.policy.category('other').label.zh} 2" in month
    assert await at_moment(place, desk, staff, "2026-12-02 09:00") != []
    assert not any("月报" in line for line in await at_moment(place, desk, staff, "2026-12-03 09:00"))


async def test_a_clock_that_jumps_tells_no_morning_twice(place: Workplace, desk: Desk, staff: Chat) -> None:
    await at_moment(place, desk, staff, FRIDAY)
    heard: list[str] = []
    for moment in ("2026-11-23 10:00", "2026-11-24 10:00", "2026-11-23 11:00", "2027-11-23 10:00", "2026-11-24 10:30"):
        heard += [line.split("（")[0] for line in await at_moment(place, desk, staff, moment) if "早报" in line]
    assert heard == ["11 月 23 日 早报", "11 月 24 日 早报", "11 月 23 日 早报"], "the last one is a year later"


# ── absence ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_after_an_absence_staff_are_told_once_since_when_and_what_was_caught_up(
    place: Workplace, desk: Desk, staff: Chat, data_dir: Path
) -> None:
    await round_of(place)
    number = desk.open()[0].number
    staff.heard()
    desk.now = desk.promise_ends(number) - timedelta(hours=2)
    await jobs.turn(place, job("tidy"))
    await jobs.turn(place, job("tell_of_absence"))
    desk.later(minutes=3)
    await round_of(place)
    staff.heard()
    desk.now = desk.promise_ends(number) + timedelta(days=3, hours=-7)
    after = workplace(desk, data_dir, staff=staff, chat=Chat("chat"))
    await round_of(after)
    desk.later(minutes=3)
    for _ in range(3):
        await round_of(after)
    back = [line for line in staff.heard() if line.startswith("服务从")]
    assert len(back) == 1
    assert back[0].startswith("服务从 12 月 11 日 15:03 停到 12 月 14 日 10:00，")
    assert "承诺日期 1 件，时限提醒 1 条" in back[0]


@pytest.mark.parametrize(("minutes", "told"), [(9, 0), (11, 1)])
async def test_only_an_absence_of_more_than_ten_minutes_is_told(
    place: Workplace, desk: Desk, staff: Chat, minutes: int, told: int
) -> None:
    await round_of(place)
    desk.later(minutes=minutes)
    await round_of(place)
    desk.later(minutes=3)
    await round_of(place)
    await round_of(place)
    assert sum(line.startswith("服务从") for line in staff.heard()) == told


async def test_messages_that_went_late_are_counted(place: Workplace, desk: Desk, staff: Chat) -> None:
    await round_of(place)
    case, _ = desk.open()
    desk.work(case.number, "report_progress", words="the part is ordered")
    desk.later(hours=2)
    await jobs.turn(place, job("tidy"))
    await round_of(place)
    desk.later(minutes=3)
    await round_of(place)
    [line] = [line for line in staff.heard() if line.startswith("服务从")]
    assert "发消息 1 条" in line


# ── holidays ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def holidays(place: Workplace, desk: Desk, staff: Chat, moment: str) -> int:
    desk.now = at(moment)
    await jobs.turn(place, replace(job("ask_for_holidays"), alone=False))
    await jobs.turn(place, job("deliver"))
    return sum("tousu calendar import" in line for line in staff.heard())


async def test_from_mid_november_on_staff_are_asked_weekly_for_next_years_holidays(
    place: Workplace, desk: Desk, staff: Chat
) -> None:
    assert await holidays(place, desk, staff, "2026-11-13 10:00") == 0
    assert await holidays(place, desk, staff, "2026-11-16 10:00") == 1
    assert await holidays(place, desk, staff, "2026-11-18 10:00") == 0
    assert await holidays(place, desk, staff, "2026-11-23 10:00") == 1
    assert await holidays(place, desk, staff, "2027-01-04 10:00") == 1, "and still, where the year has begun"
    year = Change("2027", {}, 2027, ("https://example.org/notice",))
    desk.office.calendar = desk.office.calendar.after(year)
    assert await holidays(place, desk, staff, "2026-11-30 10:00") == 0
