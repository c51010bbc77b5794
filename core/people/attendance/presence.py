"""When somebody came and went on a day, from punches and from what was explained. Pure.

Punches within ``SAME_TOUCH`` of the one before are one touch of the device: the first of the first touch is the arrival, the last
of the last one the departure, and a single touch is whichever of both its time is nearer to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Literal

from core.cases.clocks import ZONE
from core.people.attendance.minutes import Stretch, minute_of, since
from core.policies.attendance.pack import Attendance, Hours
from core.records import record

Way = Literal["", "in", "out"]
Becomes = Literal["leave", "business", "overtime", "in", "out"]

SAME_TOUCH = 10
"""Minutes."""


@record(frozen=True, slots=True)
class Punch:
    """That somebody was there ``at`` that moment; ``way`` where they said whether they came or went."""

    at: datetime
    way: Way = ""


@record(frozen=True, slots=True)
class Approved:
    """What was asked for and approved. ``becomes`` says what it makes of the time from ``begins`` to ``ends``: ``leave``,
    ``business``, ``overtime``; or ``in`` or ``out`` at ``begins``. ``corrects`` puts that in the place of what was punched,
    else it only fills what is missing."""

    becomes: Becomes
    begins: datetime
    ends: datetime
    corrects: bool = False


def presence(
    pack: Attendance,
    hours: Hours,
    on: date,
    punches: Sequence[Punch],
    granted: Iterable[Approved],
    extra: Sequence[Stretch],
) -> tuple[int | None, int | None, tuple[Way, ...]]:
    """When they came and went, and which of both is known only because it was explained."""
    opens = 0 if hours.check_in.opens is None else minute_of(hours.check_in.opens)
    if any(begins < opens for begins, _ in extra):
        opens = 0
    known = sorted(
        (minute, each.way)
        for each in punches
        if pack.day_of(each.at.astimezone(ZONE)) == on and (minute := since(on, each.at)) >= opens
    )
    came, went = _touches(hours, known)
    forgot: tuple[Way, ...] = ()
    for each in granted:
        minute = since(on, each.begins)
        if each.becomes == "in" and (came is None or each.corrects):
            came = minute
        elif each.becomes == "out" and (went is None or each.corrects):
            went = minute
        else:
            continue
        forgot = forgot if each.corrects else (*forgot, each.becomes)
    return came, went, forgot


def _touches(hours: Hours, known: Sequence[tuple[int, Way]]) -> tuple[int | None, int | None]:
    """The arrival and the departure among the punches of a day, which are in order."""
    ins = [(minute, way) for minute, way in known if way != "out"]
    outs = [(minute, way) for minute, way in known if way != "in"]
    if not ins or not outs:
        return (ins[0][0] if ins else None), (outs[-1][0] if outs else None)
    (came, said_in), (went, said_out) = ins[0], outs[-1]
    if came < went and ((said_in and said_out) or not _one_touch([minute for minute, _ in known])):
        return came, went
    middle = (minute_of(hours.begins) + minute_of(hours.ends)) // 2
    return (came, None) if said_in or (came < middle and not said_out) else (None, went)


def _one_touch(minutes: Sequence[int]) -> bool:
    return all(later - earlier <= SAME_TOUCH for earlier, later in pairwise(minutes))
