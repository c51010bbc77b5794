"""16. 投诉中心考勤制度: a fingerprint device, late and early counted, absence by the half day, leave and overtime beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from core.people import staffing
from core.people.attendance.confirming import Account
from core.store.unit_of_work import Store
from tests.core.cases.desk import at
from tests.core.people.attendance.clockwork import Clockwork, csv_file, xlsx_file

# 2026 年 5 月：1 日至 5 日劳动节放假，9 日（周六）上班。应出勤 19 天。
WORKED = ["05-06", "05-07", "05-08", "05-09", "05-11", "05-12", "05-13", "05-14", "05-15", "05-18", "05-19", "05-20",
          "05-21", "05-22", "05-25", "05-26", "05-27", "05-28", "05-29"]  # fmt: skip
LEAD_UP = ["04-29", "04-30"]

USUAL = "08:26 17:34"
PEOPLE = [f"p{number:02}" for number in range(1, 21)]

# 与平常不同的日子，打卡机上是什么样；空的是一次也没打。
PUNCHES: dict[str, dict[str, str]] = {
    "p02": {"05-06": "08:31 17:30", "05-07": "08:45 17:30", "05-08": "09:30 17:30"},
    "p03": {"05-11": "08:40 17:31", "05-12": "08:35 17:31", "05-13": "08:20 17:00", "05-14": "08:20 17:29"},
    "p04": {"05-18": ""},
    "p05": {"05-18": "08:28 12:02"},
    "p06": {"05-18": ""},
    "p07": {"05-20": ""},
    "p08": {"05-21": "08:29"},
    "p09": {"05-21": "08:29"},
    "p10": {"05-13": "", "05-14": ""},
    "p11": {"05-16": "08:55 12:05", "05-23": "08:55 12:05"},
    "p12": {"05-19": "08:26 20:10"},
    "p13": {"05-27": "", "05-28": "", "05-29": ""},
    "p14": {"05-08": "", "05-09": "", "05-11": "", "05-12": ""},
    "p15": {"04-29": "", "04-30": "", "05-06": "", "05-07": ""},
    "p16": {"05-22": "13:25 17:35"},
    "p17": dict.fromkeys(WORKED[11:], ""),
    "p18": {"05-25": ""},
    "p19": dict.fromkeys(WORKED, "08:25 08:26 12:01 13:22 17:31 17:32") | {"05-26": "10:29 17:40"},
    "p20": {"05-06": "10:00 17:30", "05-07": "08:30 11:00"},
}

# 手工算出的考勤表：应出勤、出勤、迟到（次、分钟）、早退（次、分钟）、补卡、请假、外出、旷工（天）、加班（分钟）、连续旷工、严重、自动离职。
TABLE = """
p01  19 19    0   0  0  0  0  0    0  0    0  0  -  -
p02  19 19    3  76  0  0  0  0    0  0    0  0  -  -
p03  19 19    2  15  2 31  0  0    0  0    0  0  严重  -
p04  19 18    0   0  0  0  0  1    0  0    0  0  -  -
p05  19 18.5  0   0  0  0  0  0.5  0  0    0  0  -  -
p06  19 18    0   0  0  0  0  0    0  1    0  1  -  -
p07  19 18    0   0  0  0  0  0    0  1    0  1  -  -
p08  19 18.5  0   0  0  0  0  0    0  1    0  1  -  -
p09  19 19    0   0  0  0  1  0    0  0    0  0  -  -
p10  19 17    0   0  0  0  0  0    2  0    0  0  -  -
p11  19 19    0   0  0  0  0  0    0  0  180  0  -  -
p12  19 19    0   0  0  0  0  0    0  0  120  0  -  -
p13  19 16    0   0  0  0  0  0    0  3    0  3  -  -
p14  19 15    0   0  0  0  0  0    0  4    0  4  -  离职
p15  19 17    0   0  0  0  0  0    0  2    0  4  -  离职
p16  19 18.5  0   0  0  0  0  0    0  1    0  1  -  -
p17  11 11    0   0  0  0  0  0    0  0    0  0  -  -
p18  19 19    0   0  0  0  0  0    0  0    0  0  -  -
p19  19 19    0   0  0  0  0  0    0  0    0  0  -  -
p20  19 18.5  1  90  0  0  0  0    0  1    0  1  -  -
"""


@pytest.fixture
def office(store: Store) -> Clockwork:
    """四、考勤方式 1：指纹打卡机。制度从 4 月 29 日开始用。"""
    office = Clockwork(store, at("2026-04-28 09:00"), "attendance-fingerprint", since="2026-04-29")
    for account in PEOPLE:
        office.hire(account, "officer", name=f"员工{account}")
    return office


def punches(days: list[str]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """The rows that the device has of everybody's days, in the order in which they were made."""
    rows = [
        (f"2026-{day} {time}:17", account)
        for account in PEOPLE
        for day in sorted({*days, *(each for each in PUNCHES.get(account, {}) if each in days)})
        for time in PUNCHES.get(account, {}).get(day, USUAL if day in (*WORKED, *LEAD_UP) else "").split()
    ]
    return (("投诉中心", f"员工{account}", account, moment, "", "1") for moment, account in sorted(rows))


def all_days() -> list[str]:
    return [f"{date(2026, 4, 29) + timedelta(days=passed):%m-%d}" for passed in range(33)]


def the_month_passes(office: Clockwork) -> None:
    """五、考勤规定：请假、加班事先申请；忘记打卡当天说明；出差回来报告；其余事后更正。"""
    office.it_is("2026-05-15 10:00")
    office.is_granted("p04", "leave", "2026-05-18 08:30", "2026-05-18 17:30")
    office.is_granted("p05", "leave", "2026-05-18 13:30", "2026-05-18 17:30")
    refused = office.asks("p06", "leave", "2026-05-18 08:30", "2026-05-18 17:30")
    office.decides(refused, note="当天有检查", approve=False)
    office.is_granted("p10", "business", "2026-05-13 08:30", "2026-05-14 17:30")
    office.is_granted("p11", "overtime", "2026-05-16 09:00", "2026-05-16 12:00")
    office.is_granted("p12", "overtime", "2026-05-19 18:00", "2026-05-19 20:00")
    office.it_is("2026-05-20 09:00")
    office.store.write(lambda uow: staffing.leave(uow, office.office, "p17", "operator", office.now))
    office.it_is("2026-05-21 19:00")
    office.is_granted("p09", "forgot", "2026-05-21 17:30", becomes="out")
    office.it_is("2026-05-25 18:00")
    office.is_granted("p19", "leave", "2026-05-26 08:30", "2026-05-26 10:30")
    office.it_is("2026-06-01 09:00")
    office.is_granted("p18", "correction", "2026-05-25 08:30", becomes="in")
    office.is_granted("p18", "correction", "2026-05-25 17:30", becomes="out")


def as_row(own: Account) -> str:
    """A statement as a row of the table."""
    it = own.figures
    halves = [f"{each / 2:g}" for each in (it.worked_halves, it.leave_halves, it.business_halves, it.absent_halves)]
    worked, leave, business, absent = halves
    counts = (
        it.due_days,
        worked,
        it.late,
        it.late_minutes,
        it.early,
        it.early_minutes,
        it.forgot,
        leave,
        business,
        absent,
    )
    ends = (it.overtime_minutes, it.running, "严重" if it.serious else "-", "离职" if it.resigned else "-")
    return " ".join(map(str, (own.member.account, *counts, *ends)))


@pytest.mark.parametrize("written", [csv_file, xlsx_file], ids=["csv", "xlsx"])
def test_a_month_of_twenty_people_is_as_worked_out_by_hand(office: Clockwork, written) -> None:  # type: ignore[no-untyped-def]
    the_month_passes(office)
    content = written(punches(all_days()))
    seen = office.preview(content)
    assert (seen.faults, seen.people) == ((), 20)
    kept = office.imports(content)
    assert kept.rows == kept.added == len(list(punches(all_days())))
    found = [as_row(office.month(account, "2026-05-01")) for account in PEOPLE]
    assert found == [" ".join(row.split()) for row in TABLE.strip().splitlines()]


def test_each_kind_of_day_is_said_as_it_was(office: Clockwork) -> None:
    the_month_passes(office)
    office.imports(csv_file(punches(all_days())))
    said = {
        ("p01", "2026-05-09"): (),
        ("p02", "2026-05-06"): ("late",),
        ("p03", "2026-05-13"): ("early",),
        ("p04", "2026-05-18"): ("leave",),
        ("p08", "2026-05-21"): ("absent",),
        ("p09", "2026-05-21"): ("forgot",),
        ("p10", "2026-05-14"): ("business",),
        ("p11", "2026-05-16"): ("overtime",),
        ("p11", "2026-05-23"): (),
        ("p16", "2026-05-22"): ("absent",),
        ("p20", "2026-05-07"): ("early", "absent"),
    }
    days = {key: office.day(*key) for key in said}
    assert {key: day.found for key, day in days.items() if day} == said
    holiday = office.day("p01", "2026-05-01")
    assert holiday is not None
    assert holiday.state == "rest"


def test_leave_and_overtime_are_asked_for_beforehand(office: Clockwork) -> None:
    """五、2、4：提前向上级申请，经批准后方可；未经批准擅自加班，不计入加班时间。"""
    office.it_is("2026-05-18 08:31")
    assert office.cannot_ask("p01", "leave", "2026-05-18 08:30", "2026-05-18 17:30") == "leave_beforehand"
    assert office.cannot_ask("p01", "overtime", "2026-05-18 08:00", "2026-05-18 20:00") == "overtime_beforehand"
    asked = office.asks("p01", "overtime", "2026-05-18 18:00", "2026-05-18 20:00")
    office.it_is("2026-05-18 18:01")
    assert office.cannot_decide(asked) == "begun", "approved behind its beginning it is not approved beforehand"


def test_nobody_checks_in_by_chat_where_there_is_a_device(office: Clockwork) -> None:
    assert office.cannot_check("p01", "in", "2026-05-06 08:25") == "by_device"
