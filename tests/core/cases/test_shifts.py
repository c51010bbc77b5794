"""Who is on duty at a moment, worked out by hand: nights across midnight, a holiday, a make-up day, weeks, cycles, swaps."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import pairwise

import pytest

from core.cases import shifts
from core.cases.calendar import Calendar, calendar
from core.cases.clocks import ZONE
from core.store.roster import Days, Roster, Shift, Swap

AN, BO, CAI, DING = 1, 2, 3, 4
JANUARY = date(2026, 1, 1)
DAYS = calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def shift(
    staff_id: int, hours: str, days: Days = "every", first: date = JANUARY, last: date | None = None, /, **more: object
) -> Shift:
    begins, ends = map(time.fromisoformat, hours.split("-"))
    return Shift(staff_id, days, begins, ends, first, last, id=more.pop("id", staff_id), **more)  # type: ignore[arg-type]


def on_duty(moment: str, *rows: Shift, swaps: tuple[Swap, ...] = (), days: Calendar = DAYS) -> list[int]:
    now = at(moment)
    return [turn.staff_id for turn in shifts.ahead(Roster(rows, swaps), now, days) if turn.covers(now)]


NIGHTS = (shift(AN, "20:00-08:00", "working"), shift(BO, "20:00-08:00", "rest"))
"""An keeps the nights that begin on working days, Bo those of weekends and holidays."""


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        # 2026-09-30 is a Wednesday and worked; 10-01 to 10-07 are holidays; 10-08 is worked, and 10-10, a Saturday.
        ("2026-09-30 19:59", []),
        ("2026-09-30 20:00", [AN]),
        ("2026-09-30 23:59", [AN]),
        ("2026-10-01 00:00", [AN]),
        ("2026-10-01 07:59", [AN]),
        ("2026-10-01 08:00", []),
        ("2026-10-01 20:00", [BO]),
        ("2026-10-02 03:00", [BO]),
        ("2026-10-07 22:00", [BO]),
        ("2026-10-08 03:00", [BO]),
        ("2026-10-08 21:00", [AN]),
        ("2026-10-10 21:00", [AN]),
        ("2026-10-11 02:00", [AN]),
        ("2026-10-11 21:00", [BO]),
        ("2026-12-31 23:00", [AN]),
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on_across_midnight_and_a_holiday(moment: str, who: list[int]) -> None:
    assert on_duty(moment, *NIGHTS) == who


def test_a_moment_is_one_in_whatever_zone_it_is_said() -> None:
    utc = at("2026-10-01 03:00").astimezone(tz=None)
    assert [turn.staff_id for turn in shifts.ahead(Roster(NIGHTS), utc, DAYS) if turn.covers(utc)] == [AN]


def test_a_day_that_the_office_gives_itself_counts_as_it_was_made() -> None:
    from core.cases.calendar import Change, mark

    own = DAYS.after(Change("own", {date(2026, 11, 25): mark(date(2026, 11, 25), False, "move")}))
    assert on_duty("2026-11-25 21:00", *NIGHTS) == [AN]
    assert on_duty("2026-11-25 21:00", *NIGHTS, days=own) == [BO]


def test_weekdays_go_by_the_week_and_with_a_kind_of_day_by_both() -> None:
    monday, tuesday = date(2026, 9, 28), date(2026, 9, 29)
    assert (monday.isoweekday(), tuesday.isoweekday()) == (1, 2)
    always = shift(AN, "08:00-20:00", weekdays=(4,))
    worked = shift(BO, "08:00-20:00", "working", weekdays=(4, 6))
    # Thursday 10-01 is a holiday, Saturday 10-10 is worked, Saturday 10-17 is not.
    assert on_duty("2026-09-24 12:00", always, worked) == [AN, BO]
    assert on_duty("2026-10-01 12:00", always, worked) == [AN]
    assert on_duty("2026-10-10 12:00", always, worked) == [BO]
    assert on_duty("2026-10-17 12:00", always, worked) == []


def test_a_cycle_is_counted_from_its_first_day() -> None:
    crew = [
        shift(each, "08:00-08:00", "every", date(2026, 12, day), every=4)
        for each, day in ((AN, 1), (BO, 2), (CAI, 3), (DING, 4))
    ]
    assert [on_duty(f"2026-12-{day:02} 12:00", *crew) for day in range(1, 10)] == [
        [AN], [BO], [CAI], [DING], [AN], [BO], [CAI], [DING], [AN],
    ]  # fmt: skip
    assert on_duty("2026-12-05 07:59", *crew) == [DING], "a day and a night, until the next one comes"
    assert on_duty("2026-12-05 08:00", *crew) == [AN]
    assert on_duty("2026-11-30 12:00", *crew) == [], "not before it begins"


def test_single_days_begin_and_end() -> None:
    days = shift(AN, "20:00-08:00", "every", date(2026, 12, 1), date(2026, 12, 2))
    covered = ["2026-12-01 20:00", "2026-12-02 20:00", "2026-12-03 07:59"]
    assert [on_duty(each, days) for each in covered] == [[AN]] * 3
    assert on_duty("2026-12-03 20:00", days) == []


def swap(day: int, giver: int, taker: int, shift_id: int = AN) -> Swap:
    return Swap(shift_id, date(2026, 12, day), giver, taker, at("2026-11-20 10:00"), at("2026-11-20 11:00"))


def test_who_takes_a_shift_has_it_for_that_day_and_whoever_took_it_last_has_it() -> None:
    nights = shift(AN, "20:00-08:00")
    one = (swap(1, AN, BO),)
    assert on_duty("2026-12-01 21:00", nights, swaps=one) == [BO]
    assert on_duty("2026-12-02 07:00", nights, swaps=one) == [BO], "to the end of that night"
    assert on_duty("2026-12-02 21:00", nights, swaps=one) == [AN]
    assert on_duty("2026-12-01 21:00", nights, swaps=(*one, swap(1, BO, CAI))) == [CAI]


def duty_from(who: int, moment: str, opens: str, *rows: Shift, never_closes: bool = False) -> str:
    now = at(moment)
    ahead = shifts.ahead(Roster(rows), now, DAYS)
    found = shifts.duty_from(ahead, who, at(opens), never_closes=never_closes)
    return f"{found.astimezone(ZONE):%m-%d %H:%M}"


def test_who_is_on_duty_is_so_since_it_began_and_who_is_not_from_their_next_turn_or_the_opening() -> None:
    night = shift(AN, "20:00-08:00", weekdays=(5,))
    # Friday 2026-11-27; the office opens again on Monday, the next Friday is 12-04.
    assert duty_from(AN, "2026-11-27 22:00", "2026-11-30 09:00", night) == "11-27 20:00"
    assert duty_from(AN, "2026-11-28 22:00", "2026-11-30 09:00", night) == "11-30 09:00"
    assert duty_from(AN, "2026-12-04 19:00", "2026-12-07 09:00", night) == "12-04 20:00"
    assert duty_from(BO, "2026-11-27 22:00", "2026-11-30 09:00", night) == "11-30 09:00", "not in the roster"


def test_where_the_office_never_closes_the_roster_alone_says_who_is_there() -> None:
    night, noon = shift(AN, "20:00-08:00"), "2026-11-27 12:00"
    assert duty_from(AN, noon, noon, night, never_closes=True) == "11-27 20:00"
    assert duty_from(BO, noon, noon, night, never_closes=True) == "11-27 12:00", "not in the roster: with the office"
    assert duty_from(AN, noon, noon, night) == "11-27 12:00", "by day in an office with hours"


def test_the_turns_of_a_year_leave_no_gap_and_no_two_where_nights_and_days_are_kept() -> None:
    """Day and night, working days and rest, for four people: exactly one is there at every hour of 2026."""
    crew = (
        shift(AN, "08:00-20:00", "working"),
        shift(BO, "20:00-08:00", "working"),
        shift(CAI, "08:00-20:00", "rest"),
        shift(DING, "20:00-08:00", "rest"),
    )
    found = shifts.turns(Roster(crew), date(2026, 1, 1), date(2026, 12, 31), DAYS)
    assert len(found) == 2 * 365
    assert all(earlier.ends_at == later.begins_at for earlier, later in pairwise(found))
    worked = sum(DAYS.day(date.fromordinal(JANUARY.toordinal() + day)).worked for day in range(365))
    assert sum(turn.staff_id == AN for turn in found) == worked
