"""What the days of a month come to for one person: the statement (月度考勤) that they confirm. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from core.people.attendance.judging import Day
from core.policies.attendance.pack import Attendance
from core.records import pack as packed
from core.records import record


@record(frozen=True, slots=True)
class Month:
    """Days from the first of a month to its last."""

    first: date

    @property
    def last(self) -> date:
        return (self.first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=passed) for passed in range((self.last - self.first).days + 1)]

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @classmethod
    def of(cls, on: date) -> Month:
        return cls(on.replace(day=1))

    @property
    def before(self) -> Month:
        return Month.of(self.first - timedelta(days=1))


@record(frozen=True, slots=True)
class Statement:
    """Times are counts, ``…_halves`` halves of a day, ``…_minutes`` minutes.

    ``absent_halves`` is what the rules count, which may be more than was missed. ``running`` is the most working days running
    that were wholly absent by that count, days before the month included. A day that counts as wholly absent is not late,
    early, short or missing as well. ``open_days`` are working days that are not over, and count for nothing yet.
    """

    due_days: int
    worked_halves: int
    late: int
    late_minutes: int
    early: int
    early_minutes: int
    missing: int
    forgot: int
    short_minutes: int
    leave_halves: int
    business_halves: int
    absent_halves: int
    overtime_minutes: int
    running: int
    serious: bool
    resigned: bool
    open_days: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(packed(self)).hexdigest()


def statement(pack: Attendance, days: Sequence[Day], before: Sequence[Day] = ()) -> Statement:
    """What the ``days`` of a month come to. ``before`` are the days that lead up to them, for what runs into the month."""
    over = [day for day in days if day.state == "due"]
    counted = [day for day in over if absent_halves(pack, day) < 2]
    late = [minutes for day in counted for minutes in (day.late, day.late_out) if minutes]
    early = [day.early for day in counted if day.early]
    after, running = pack.counting, _running(pack, days, before)
    away = sum(day.leave_halves + day.business_halves for day in over)
    return Statement(
        due_days=len(over),
        worked_halves=2 * len(over) - away - sum(day.absent_halves for day in over),
        late=len(late),
        late_minutes=sum(late),
        early=len(early),
        early_minutes=sum(early),
        missing=sum(len(day.missing) for day in counted),
        forgot=sum(len(day.forgot) for day in over),
        short_minutes=sum(day.short for day in counted),
        leave_halves=sum(day.leave_halves for day in over),
        business_halves=sum(day.business_halves for day in over),
        absent_halves=sum(absent_halves(pack, day) for day in over),
        overtime_minutes=sum(day.overtime for day in days),
        running=running,
        serious=after.serious_after is not None and len(late) + len(early) > after.serious_after,
        resigned=after.resigned_after is not None and running > after.resigned_after,
        open_days=sum(day.state == "open" for day in days),
    )


def absent_halves(pack: Attendance, day: Day) -> int:
    """How many halves of absence a day counts as."""
    return 2 if day.absent_halves and pack.counting.half_is_whole else day.absent_halves


def _running(pack: Attendance, days: Iterable[Day], before: Iterable[Day]) -> int:
    """The longest run of absent working days that reaches into the month. Rest days neither make it longer nor end it."""
    longest = run = 0
    for day in before:
        if day.state == "due":
            run = run + 1 if absent_halves(pack, day) == 2 else 0
    for day in days:
        if day.state == "due":
            run = run + 1 if absent_halves(pack, day) == 2 else 0
            longest = max(longest, run)
    return longest
