"""Minutes of the institution's day, counted from its midnight, and stretches of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from core.cases.clocks import ZONE
from core.policies.attendance.pack import Hours

Stretch = tuple[int, int]


def halves(hours: Hours) -> tuple[Stretch, Stretch]:
    """The two halves of a day: before and after the first break, or the middle where there is none."""
    first, *others = [(minute_of(span.begins), minute_of(span.ends)) for span in hours.spans]
    if others:
        return first, (others[0][0], others[-1][1])
    middle = (first[0] + first[1]) // 2
    return (first[0], middle), (middle, first[1])


def stretch(begins: datetime, ends: datetime, on: date) -> Stretch:
    """What of a day lies between two moments; what reaches beyond its midnight is counted on."""
    return max(0, since(on, begins)), since(on, ends)


def since(on: date, at: datetime) -> int:
    """The minute of the day ``on``; one of the next day is beyond 24 hours."""
    return int((at - moment(on, 0)).total_seconds() // 60)


def moment(on: date, minute: int) -> datetime:
    return datetime.combine(on, time.min, ZONE) + timedelta(minutes=minute)


def minute_of(at: time) -> int:
    return at.hour * 60 + at.minute


def covers(one: Stretch, other: Stretch) -> bool:
    return one[0] <= other[0] and other[1] <= one[1]


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same minutes as stretches that do not overlap, in order."""
    found = list[Stretch]()
    for begins, ends in sorted(stretches):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def overlap(stretches: Iterable[Stretch], came: int | None, went: int | None) -> int:
    """Minutes of the stretches, which do not overlap, in which they were there."""
    if came is None or went is None:
        return 0
    return sum(max(0, min(ends, went) - max(begins, came)) for begins, ends in stretches)
