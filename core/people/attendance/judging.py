"""What one day of one person was: at work, late, early, away, absent. Pure: hours, punches and approvals in, a day out.

A minute that has begun is that minute, so 9:10:59 is in time where 9:10 is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from core.cases.calendar import DayMark
from core.cases.clocks import ZONE
from core.people.attendance.minutes import Stretch, covers, halves, joined, minute_of, moment, overlap, stretch
from core.people.attendance.presence import Approved, Punch, Way, presence
from core.policies.attendance.pack import Attendance, Hours
from core.records import record


@record(frozen=True, slots=True)
class Day:
    """A day as it was judged. Times are minutes of the day, durations minutes, ``…_halves`` halves of the day (0 to 2).

    ``state``: ``rest`` owes nothing, ``open`` is not over yet, ``due`` is a working day that is over. ``missing`` and ``forgot``
    are the checks that nobody made, and those that were explained.
    """

    on: date
    state: Literal["rest", "open", "due"]
    came: int | None = None
    went: int | None = None
    late: int = 0
    early: int = 0
    late_out: int = 0
    short: int = 0
    missing: tuple[Way, ...] = ()
    forgot: tuple[Way, ...] = ()
    leave_halves: int = 0
    business_halves: int = 0
    absent_halves: int = 0
    overtime: int = 0

    @property
    def found(self) -> tuple[str, ...]:
        """What there is to say of it, in this order; none where all was well."""
        checks = {
            "late": self.late,
            "early": self.early,
            "late_out": self.late_out,
            "short": self.short,
            "missing_in": "in" in self.missing,
            "missing_out": "out" in self.missing,
            "forgot": self.forgot,
            "leave": self.leave_halves,
            "business": self.business_halves,
            "absent": self.absent_halves,
            "overtime": self.overtime,
        }
        return tuple(name for name, there in checks.items() if there)


@record(frozen=True, slots=True)
class _Owed:
    """What is left to work after leave and business: the stretches, in order, and by when to come and not to go before."""

    stretches: tuple[Stretch, ...]
    by: int
    until: int


def judge(
    pack: Attendance,
    hours: Hours,
    mark: DayMark,
    on: date,
    punches: Sequence[Punch],
    approved: Sequence[Approved],
    now: datetime,
) -> Day:
    """The day ``on`` as it stands ``now``. Punches and approvals may be of other days too."""
    granted = [each for each in approved if _of_day(pack, each, on)]
    extra = joined(stretch(each.begins, each.ends, on) for each in granted if each.becomes == "overtime")
    came, went, forgot = presence(pack, hours, on, punches, granted, extra)
    overtime = overlap(extra, came, went)
    if not mark.worked:
        return Day(on, "rest", came, went, overtime=overtime)
    excused = {
        kind: [stretch(each.begins, each.ends, on) for each in granted if each.becomes == kind]
        for kind in ("leave", "business")
    }
    business, leave = _away_halves(hours, excused["leave"], excused["business"])
    owed = _owed(hours, [*excused["leave"], *excused["business"]])
    closes = _closes(hours, owed, extra)
    is_open = now < moment(on, max(closes, minute_of(hours.ends)) + 1)
    day = Day(
        on,
        "open" if is_open else "due",
        came,
        went,
        forgot=forgot,
        leave_halves=leave,
        business_halves=business,
        overtime=overtime,
    )
    if owed is None:
        return day
    if hours.kind == "flexible":
        return _flexible(pack, hours, day, owed, is_open=is_open)
    return _fixed(pack, hours, day, owed, closes, is_open=is_open)


# ── what is owed ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _away_halves(hours: Hours, leave: Sequence[Stretch], business: Sequence[Stretch]) -> tuple[int, int]:
    """How many halves of the day were business, and how many leave; what is both was business."""
    out = [any(covers(each, half) for each in business) for half in halves(hours)]
    off = [any(covers(each, half) for each in leave) for half in halves(hours)]
    return sum(out), sum(o and not b for o, b in zip(off, out, strict=True))


def _owed(hours: Hours, excused: Sequence[Stretch]) -> _Owed | None:
    """What is left to work; None where everything is excused."""
    left = [(minute_of(span.begins), minute_of(span.ends)) for span in hours.spans]
    for begins, ends in excused:
        cut = [((a, min(b, begins)), (max(a, ends), b)) for a, b in left]
        left = [part for pair in cut for part in pair if part[0] < part[1]]
    if not left:
        return None
    by, until = left[0][0], left[-1][1]
    if by == minute_of(hours.begins) and hours.check_in.closes is not None:
        by = minute_of(hours.check_in.closes)
    return _Owed(tuple(left), by, until)


def _closes(hours: Hours, owed: _Owed | None, extra: Sequence[Stretch]) -> int:
    """Until when one may check out without being late with that: so long after the end of work, or of overtime."""
    if hours.check_out.closes is None:
        return 24 * 60 - 1 if owed is None else owed.until
    room = minute_of(hours.check_out.closes) - minute_of(hours.ends)
    ends = [owed.until if owed else 0, *(ends for _, ends in extra)]
    return max(ends) + room


def _fixed(pack: Attendance, hours: Hours, day: Day, owed: _Owed, closes: int, *, is_open: bool) -> Day:
    """Came and went by the clock. What is missing or absent is not said before the day is over."""
    lost, late, early = set[int](), 0, 0
    came, went = day.came, day.went
    due = [_within(owed, half) for half in halves(hours)]
    if came is not None and came > owed.by:
        lost |= {index for index, part in enumerate(due) if part and came >= part[-1][1]}
        begins = _first_after(owed, came)
        late = came - begins if _deadline(owed, begins) < came < owed.until else 0
    if went is not None and went < owed.until:
        lost |= {index for index, part in enumerate(due) if part and went <= part[0][0]}
        early = max(0, _last_before(owed, went) - went) if went > owed.stretches[0][0] else 0
    missing = _missing(day)
    late_out = 0
    # Whoever has leave until the end of work, and stayed, is not late with that.
    if went is not None and hours.check_out.closes is not None and owed.until == minute_of(hours.ends):
        late_out = max(0, went - closes)
    if is_open:
        return replace(day, late=late, early=early, late_out=late_out)
    lost |= _absent(pack, due, missing)
    told = _shown(pack, missing)
    return replace(day, late=late, early=early, late_out=late_out, missing=told, absent_halves=len(lost))


def _missing(day: Day) -> tuple[Way, ...]:
    """The checks that nobody made."""
    seen: tuple[tuple[Way, int | None], ...] = (("in", day.came), ("out", day.went))
    return tuple(way for way, minute in seen if minute is None)


def _shown(pack: Attendance, missing: tuple[Way, ...]) -> tuple[Way, ...]:
    """Those that are called missing; the others are absence."""
    return () if pack.counting.missing == "absence" or len(missing) == 2 else missing


def _absent(pack: Attendance, due: Sequence[Sequence[Stretch]], missing: Sequence[Way]) -> set[int]:
    """The halves of the day that count as absent because of checks that nobody made."""
    there = [index for index, part in enumerate(due) if part]
    if len(missing) == 2:
        return set(there)
    if not missing or pack.counting.missing != "absence":
        return set()
    return {there[0] if missing[0] == "in" else there[-1]}


def _flexible(pack: Attendance, hours: Hours, day: Day, owed: _Owed, *, is_open: bool) -> Day:
    """Came and went as they liked: only how long they were there counts, beside what was leave or business."""
    missing = _missing(day)
    if missing and is_open:
        return day
    if missing:
        lost = _absent(pack, [_within(owed, half) for half in halves(hours)], missing)
        return replace(day, missing=_shown(pack, missing), absent_halves=len(lost))
    needed = (hours.minutes or 0) * (2 - day.leave_halves - day.business_halves) // 2
    return replace(day, short=max(0, needed - overlap(owed.stretches, day.came, day.went)))


def _within(owed: _Owed, half: Stretch) -> list[Stretch]:
    """What of a half of the day is owed."""
    cut = [(max(a, half[0]), min(b, half[1])) for a, b in owed.stretches]
    return [part for part in cut if part[0] < part[1]]


def _first_after(owed: _Owed, came: int) -> int:
    """When the stretch began that they came into, or came before; of the last one where they came behind all."""
    return next((begins for begins, ends in owed.stretches if came < ends), owed.stretches[-1][0])


def _deadline(owed: _Owed, begins: int) -> int:
    return owed.by if begins == owed.stretches[0][0] else begins


def _last_before(owed: _Owed, went: int) -> int:
    """When the stretch ended that they left, or were still there behind."""
    return next((ends for begins, ends in reversed(owed.stretches) if went > begins), owed.stretches[0][1])


def _of_day(pack: Attendance, each: Approved, on: date) -> bool:
    """Whether it touches the day; a check behind midnight is one of the day before, as a punch is."""
    begins, ends = each.begins.astimezone(ZONE), each.ends.astimezone(ZONE)
    if each.becomes in ("in", "out"):
        return pack.day_of(begins) == on
    return begins.date() <= on <= ends.date()
