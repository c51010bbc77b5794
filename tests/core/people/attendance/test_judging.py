"""A day is judged by the clock: windows, breaks, halves, touches of the device, what was approved."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases.calendar import DayMark
from core.people.attendance.judging import Day, judge
from core.people.attendance.minutes import halves
from core.people.attendance.presence import Approved, Punch
from core.policies.attendance import Attendance, Hours, load
from tests.core.cases.desk import at

STANDARD, DEVICE = load("attendance-standard"), load("attendance-fingerprint")
ON = date(2026, 5, 6)
WORKED, REST = DayMark("working_day"), DayMark("holiday", "劳动节")
NEXT_DAY = at("2026-05-07 09:00")


def day(
    punched: str = "",
    *approved: Approved,
    pack: Attendance = DEVICE,
    hours: Hours | None = None,
    mark: DayMark = WORKED,
    now: datetime = NEXT_DAY,
) -> Day:
    """The sixth of May with these punches: ``08:30 17:30``, ``in=08:55``."""
    made = [each.rpartition("=") for each in punched.split()]
    punches = [Punch(at(f"2026-05-06 {time}"), way) for way, _, time in made]  # type: ignore[arg-type]
    return judge(pack, hours or pack.hours[0], mark, ON, punches, approved, now)


def granted(becomes: str, begins: str, ends: str = "", *, corrects: bool = False) -> Approved:
    first, last = at(f"2026-05-06 {begins}"), at(f"2026-05-06 {ends or begins}")
    return Approved(becomes, first, last, corrects=corrects)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("punched", "found", "late", "early", "absent"),
    [
        ("08:30 17:30", (), 0, 0, 0),
        ("08:30:59 17:30", (), 0, 0, 0),
        ("08:31 17:30", ("late",), 1, 0, 0),
        ("08:20 17:29", ("early",), 0, 1, 0),
        ("11:59 17:30", ("late",), 209, 0, 0),
        ("12:00 17:30", ("absent",), 0, 0, 1),
        ("13:30 17:30", ("absent",), 0, 0, 1),
        ("14:00 17:30", ("late", "absent"), 30, 0, 1),
        ("08:30 13:30", ("absent",), 0, 0, 1),
        ("08:30 12:00", ("absent",), 0, 0, 1),
        ("08:30 11:00", ("early", "absent"), 0, 60, 1),
        ("17:40 17:52", ("absent",), 0, 0, 2),
        ("", ("absent",), 0, 0, 2),
    ],
)
def test_late_early_and_absent_by_the_clock(
    punched: str, found: tuple[str, ...], late: int, early: int, absent: int
) -> None:
    one = day(punched)
    assert (one.found, one.late, one.early, one.absent_halves) == (found, late, early, absent)


@pytest.mark.parametrize(
    ("punched", "came", "went"),
    [
        ("08:25 08:26 17:31 17:32", 505, 1052),
        ("08:25 12:01 13:20 17:31", 505, 1051),
        ("08:25", 505, None),
        ("17:31", None, 1051),
        ("08:25 08:34", 505, None),
        ("17:31 17:40", None, 1060),
        ("08:25 08:36", 505, 516),
        ("in=17:58 out=18:02", 1078, 1082),
        ("in=08:25 in=09:00", 505, None),
        ("out=17:00 out=17:31", None, 1051),
        ("out=08:25", None, 505),
    ],
)
def test_the_first_touch_is_the_arrival_the_last_the_departure(
    punched: str, came: int | None, went: int | None
) -> None:
    one = day(punched)
    assert (one.came, one.went) == (came, went)


def test_a_check_that_nobody_made_is_absence_or_just_missing_as_the_rules_say() -> None:
    assert day("08:25").absent_halves == 1
    one = day("in=08:55", pack=STANDARD)
    assert (one.missing, one.absent_halves) == (("out",), 0)
    assert day("", pack=STANDARD).absent_halves == 2
    assert day("", pack=STANDARD).missing == ()


def test_leave_moves_by_when_to_come_and_go() -> None:
    assert day("13:29 17:30", granted("leave", "08:30", "12:00")).found == ("leave",)
    assert day("13:31 17:30", granted("leave", "08:30", "12:00")).late == 1
    assert day("08:30 12:00", granted("leave", "13:30", "17:30")).found == ("leave",)
    assert day("10:29 17:30", granted("leave", "08:30", "10:30")).found == ()
    assert day("10:31 17:30", granted("leave", "08:30", "10:30")).late == 1
    assert day("", granted("leave", "08:30", "17:30")).found == ("leave",)
    assert day("", granted("leave", "13:30", "17:30")).absent_halves == 1


def test_what_is_leave_and_business_is_business() -> None:
    one = day("", granted("leave", "08:30", "17:30"), granted("business", "08:00", "12:30"))
    assert (one.leave_halves, one.business_halves, one.absent_halves) == (1, 1, 0)


def test_an_explained_check_fills_what_is_missing_and_a_correction_takes_its_place() -> None:
    assert day("08:25", granted("out", "17:30")).found == ("forgot",)
    assert day("08:25", granted("out", "17:00")).found == ("early", "forgot")
    assert day("08:40 17:30", granted("in", "08:30")).late == 10, "nothing was forgotten"
    assert day("08:40 17:30", granted("in", "08:30", corrects=True)).found == ()


def test_overtime_counts_only_where_it_was_approved_and_somebody_was_there() -> None:
    evening = granted("overtime", "18:00", "20:00")
    assert day("08:30 20:10").overtime == 0
    assert day("08:30 20:10", evening).overtime == 120
    assert day("08:30 19:15", evening).overtime == 75
    assert day("08:30 20:10", evening, granted("overtime", "19:00", "20:10")).overtime == 130, "no minute counts twice"
    rest = day("08:55 12:10", granted("overtime", "09:00", "12:00"), mark=REST)
    assert (rest.state, rest.found, rest.overtime) == ("rest", ("overtime",), 180)
    assert day("08:55 12:10", mark=REST).found == ()


def test_checking_out_behind_the_window_is_late_but_for_overtime() -> None:
    assert day("in=08:55 out=18:20", pack=STANDARD).found == ()
    assert day("in=08:55 out=18:25", pack=STANDARD).late_out == 5
    evening = granted("overtime", "18:30", "20:30")
    assert day("in=08:55 out=20:50", evening, pack=STANDARD).found == ("overtime",)
    assert day("in=08:55 out=20:51", evening, pack=STANDARD).late_out == 1


def test_whoever_stays_though_they_have_leave_is_not_late_with_that() -> None:
    assert day("in=08:55 out=18:05", granted("leave", "13:00", "18:00"), pack=STANDARD).found == ("leave",)


def test_a_punch_before_the_window_is_no_check() -> None:
    assert day("08:49 18:00", pack=STANDARD).missing == ("in",)


def test_after_midnight_belongs_to_the_day_before() -> None:
    punches = [Punch(at("2026-05-06 08:30")), Punch(at("2026-05-07 00:40")), Punch(at("2026-05-07 08:20"))]
    late = Approved("overtime", at("2026-05-06 22:00"), at("2026-05-07 00:30"))
    one = judge(DEVICE, DEVICE.hours[0], WORKED, ON, punches, [late], NEXT_DAY)
    assert (one.went, one.overtime) == (24 * 60 + 40, 150)
    forgotten = Approved("out", at("2026-05-07 00:40"), at("2026-05-07 00:40"))
    one = judge(DEVICE, DEVICE.hours[0], WORKED, ON, punches[:1], [late, forgotten], NEXT_DAY)
    assert (one.went, one.forgot) == (24 * 60 + 40, ("out",))


def test_whoever_is_flexible_owes_minutes_and_no_clock() -> None:
    flexible = STANDARD.hours_named("flexible")
    assert flexible is not None
    assert day("10:00 19:00", pack=STANDARD, hours=flexible).found == ()
    assert day("10:00 18:59", pack=STANDARD, hours=flexible).short == 1
    assert day("06:00 16:00", pack=STANDARD, hours=flexible).found == (), "before seven nothing counts"
    assert day("06:00 15:59", pack=STANDARD, hours=flexible).short == 1
    assert day("13:00 17:00", granted("leave", "07:00", "12:00"), pack=STANDARD, hours=flexible).found == ("leave",)
    assert day("10:00", pack=STANDARD, hours=flexible).missing == ("out",)


def test_a_day_that_is_not_over_says_only_what_is_sure() -> None:
    noon = at("2026-05-06 12:00")
    one = day("09:00", now=noon)
    assert (one.state, one.found) == ("open", ("late",))
    assert day("", now=noon).found == ()
    assert day("", now=at("2026-05-06 17:31")).state == "due"


minutes = st.integers(0, 24 * 60 - 1)


@given(st.lists(minutes, max_size=6), st.sampled_from([STANDARD, DEVICE]))
def test_whatever_is_punched_a_day_adds_up(times: list[int], pack: Attendance) -> None:
    midnight = at("2026-05-06 00:00")
    punches = [Punch(midnight + timedelta(minutes=each)) for each in times]
    one = judge(pack, pack.hours[0], WORKED, ON, punches, [], NEXT_DAY)
    first, second = halves(pack.hours[0])
    assert 0 <= one.absent_halves <= 2
    assert 0 <= one.late + one.early <= (first[1] - first[0]) + (second[1] - second[0])
    if one.absent_halves == 2:
        assert (one.late, one.early, one.missing) == (0, 0, ())
