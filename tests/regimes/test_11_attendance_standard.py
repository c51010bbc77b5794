"""11. 投诉中心考勤管理制度: two checks a day in their windows, by oneself; forgotten ones and trips reported, flexible posts."""

from __future__ import annotations

from datetime import date

import pytest

from core.people.attendance import arranging
from core.people.attendance.confirming import Account
from core.store.unit_of_work import Store
from tests.core.cases.desk import at
from tests.core.people.attendance.clockwork import Clockwork

# 2026 年 5 月：1 日至 5 日劳动节放假，9 日（周六）上班。应出勤 19 天。
WORKED = ["05-06", "05-07", "05-08", "05-09", "05-11", "05-12", "05-13", "05-14", "05-15", "05-18", "05-19", "05-20",
          "05-21", "05-22", "05-25", "05-26", "05-27", "05-28", "05-29"]  # fmt: skip
USUAL = "8:55 in, 18:05 out"
PEOPLE = [f"a{number:02}" for number in range(1, 21)]

# 与平常不同的日子，谁几点在自己的聊天里签了什么；空的是没有签。
CHECKS: dict[str, dict[str, str]] = {
    "a02": dict.fromkeys(WORKED, "9:10 in, 18:00 out") | {"05-07": "8:50 in, 18:20 out"},
    "a03": {"05-06": "9:11 in, 18:05 out", "05-07": "9:30 in, 18:05 out"},
    "a04": {"05-08": "8:55 in, 17:30 out"},
    "a05": {"05-11": "8:55 in, 18:21 out"},
    "a06": {"05-09": "8:50 in, 18:05 out"},
    "a07": {"05-12": "18:05 out"},
    "a08": {"05-12": "8:55 in"},
    "a09": {"05-13": "", "05-14": ""},
    "a10": {"05-13": ""},
    "a11": {"05-18": ""},
    "a12": {"05-18": "8:55 in, 12:05 out"},
    "a13": {"05-18": ""},
    "a14": {"05-19": "8:55 in, 20:35 out"},
    "a15": {"05-19": "8:55 in, 20:00 out"},
    "a16": dict.fromkeys(WORKED, "7:30 in, 16:30 out") | {"05-20": "10:00 in, 18:00 out"},
    "a17": dict.fromkeys(["05-21", "05-22", "05-25", "05-26", "05-27"], ""),
    "a18": dict.fromkeys(["05-25", "05-26", "05-27", "05-28"], "9:20 in, 18:05 out"),
    "a20": {"05-29": "8:55 in, 8:56 in, 17:00 out, 18:05 out, 18:30 out"},
}

# 手工算出的考勤表：应出勤、出勤、迟到（次、分钟）、早退（次、分钟）、漏签、补卡、少干（分钟）、请假、外出、旷工（天）、加班（分钟）、严重、离职。
TABLE = """
a01  19 19    0   0  0  0  0  0   0  0    0  0    0  -  -
a02  19 19    0   0  0  0  0  0   0  0    0  0    0  -  -
a03  19 19    2  41  0  0  0  0   0  0    0  0    0  -  -
a04  19 19    0   0  1 30  0  0   0  0    0  0    0  -  -
a05  19 19    1   1  0  0  0  0   0  0    0  0    0  -  -
a06  19 19    0   0  0  0  0  0   0  0    0  0    0  -  -
a07  19 19    0   0  0  0  0  1   0  0    0  0    0  -  -
a08  19 19    0   0  0  0  1  0   0  0    0  0    0  -  -
a09  19 17    0   0  0  0  0  0   0  0    2  0    0  -  -
a10  19 18    0   0  0  0  0  0   0  0    0  1    0  -  -
a11  19 18    0   0  0  0  0  0   0  1    0  0    0  -  -
a12  19 18.5  0   0  0  0  0  0   0  0.5  0  0    0  -  -
a13  19 18    0   0  0  0  0  0   0  1    0  0    0  -  -
a14  19 19    0   0  0  0  0  0   0  0    0  0  120  -  -
a15  19 19    1 100  0  0  0  0   0  0    0  0    0  -  -
a16  19 19    0   0  0  0  0  0  60  0    0  0    0  -  -
a17  19 14    0   0  0  0  0  0   0  0    0  5    0  -  -
a18  19 19    4  80  0  0  0  0   0  0    0  0    0  -  -
a19  19 19    0   0  0  0  0  0   0  0    0  0    0  -  -
a20  19 19    0   0  0  0  0  0   0  0    0  0    0  -  -
"""


@pytest.fixture
def office(store: Store) -> Clockwork:
    office = Clockwork(store, at("2026-04-30 09:00"), "attendance-standard")
    for account in PEOPLE:
        office.hire(account, "officer", name=f"员工{account}")
    # 三、4：弹性工作制由主管领导与本人商定，登记备案。
    office.store.write(
        lambda uow: arranging.have_hours(uow, office.office, "a16", "flexible", date(2026, 5, 1), "hr", office.now)
    )
    return office


def _everybody_checks(office: Clockwork, day: str) -> None:
    for account in PEOPLE:
        for check in filter(None, CHECKS.get(account, {}).get(day, USUAL).split(", ")):
            time, way = check.split()
            office.checks(account, way, f"2026-{day} {time.zfill(5)}")


def _before(office: Clockwork, day: str) -> None:
    """What is asked for before a day's work, or refused on the way."""
    if day == "05-09":
        assert office.cannot_check("a06", "in", "2026-05-09 08:49") == "too_early"
    if day == "05-18":
        # 16 日是周六：休息，不用签到。
        assert office.cannot_check("a19", "in", "2026-05-16 08:55") == "rest_day"
        office.it_is("2026-05-15 17:00")
        office.is_granted("a11", "leave", "2026-05-18 09:00", "2026-05-18 18:00")
        office.is_granted("a12", "leave", "2026-05-18 13:00", "2026-05-18 18:00")
    if day == "05-19":
        office.it_is("2026-05-18 18:30")
        office.is_granted("a14", "overtime", "2026-05-19 18:30", "2026-05-19 20:30")


def _after(office: Clockwork, day: str) -> None:
    """What is reported behind it: forgotten checks on the same day, trips on the return, with proof."""
    if day == "05-12":
        office.it_is("2026-05-12 19:00")
        office.is_granted("a07", "forgot", "2026-05-12 08:58", becomes="in")
        office.it_is("2026-05-13 08:30")
        assert office.cannot_ask("a08", "forgot", "2026-05-12 18:00", becomes="out") == "forgot_late"
    if day == "05-14":
        trip = ("2026-05-13 09:00", "2026-05-13 18:00")
        office.it_is("2026-05-14 19:00")
        assert office.cannot_ask("a10", "business", *trip) == "proof"
        office.it_is("2026-05-15 08:30")
        assert office.cannot_ask("a10", "business", *trip, proof="照片") == "business_late"
        office.is_granted("a09", "business", "2026-05-13 09:00", "2026-05-14 18:00", proof="公函〔2026〕12 号")
    if day == "05-18":
        office.it_is("2026-05-18 09:30")
        assert office.cannot_ask("a13", "leave", "2026-05-18 09:00", "2026-05-18 18:00") == "leave_beforehand"
        office.it_is("2026-05-19 08:40")
        office.is_granted("a13", "correction", "2026-05-18 09:00", "2026-05-18 18:00", becomes="leave")


def as_row(own: Account) -> str:
    """A statement as a row of the table."""
    it = own.figures
    halves = [f"{each / 2:g}" for each in (it.worked_halves, it.leave_halves, it.business_halves, it.absent_halves)]
    worked, leave, business, absent = halves
    counts = (it.due_days, worked, it.late, it.late_minutes, it.early, it.early_minutes, it.missing, it.forgot)
    ends = (it.overtime_minutes, "严重" if it.serious else "-", "离职" if it.resigned else "-")
    return " ".join(map(str, (own.member.account, *counts, it.short_minutes, leave, business, absent, *ends)))


def test_a_month_of_twenty_people_is_as_worked_out_by_hand(office: Clockwork) -> None:
    for day in WORKED:
        _before(office, day)
        _everybody_checks(office, day)
        _after(office, day)
    office.it_is("2026-06-01 09:00")
    found = [as_row(office.month(account, "2026-05-01")) for account in PEOPLE]
    assert found == [" ".join(row.split()) for row in TABLE.strip().splitlines()]


def test_one_checks_in_from_ten_to_nine_to_ten_past(office: Clockwork) -> None:
    """四、2（2）（3）：8:50 至 9:10；超出签到时间视为迟到。"""
    assert office.cannot_check("a01", "in", "2026-05-06 08:49") == "too_early"
    assert office.checks("a01", "in", "2026-05-06 08:50").day.found == ()
    assert office.checks("a02", "in", "2026-05-06 09:10").day.found == ()
    assert office.checks("a03", "in", "2026-05-06 09:11").day.late == 11
    assert office.checks("a01", "out", "2026-05-06 17:59").day.early == 1
    assert office.checks("a02", "out", "2026-05-06 18:20").day.found == ()
    assert office.checks("a03", "out", "2026-05-06 18:21").day.late_out == 1


def test_a_second_check_is_the_first(office: Clockwork) -> None:
    office.checks("a01", "in", "2026-05-06 08:55")
    again = office.checks("a01", "in", "2026-05-06 09:30")
    assert (again.before, f"{again.at:%H:%M}", again.day.late) == (True, "08:55", 0)
    office.checks("a01", "out", "2026-05-06 18:01")
    assert office.checks("a01", "out", "2026-05-06 18:40").before


def test_no_file_of_a_device_is_taken_where_one_checks_in_by_chat(office: Clockwork) -> None:
    office.it_is("2026-06-01 09:00")
    assert office.cannot_import(b"x", "0" * 12) == "by_chat"
