"""值班: who is on duty at a moment, and when whose next turn begins. Pure.

A shift belongs to the day on which it begins, however far it reaches into the next: the night before a holiday is no night of
the holiday. Which days are worked, the office's calendar says, make-up days and days of its own among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from core.cases.calendar import Calendar
from core.cases.clocks import ZONE, local_day
from core.records import record
from core.store.roster import Roster, Shift

AHEAD = timedelta(days=31)
"""So far somebody's next turn is looked for. Who has none within it has no duty by the roster."""

ONE_DAY = timedelta(days=1)


@record(frozen=True, slots=True)
class Turn:
    """One person's duty on one day, from the moment ``begins_at`` up to ``ends_at``."""

    begins_at: datetime
    ends_at: datetime
    staff_id: int
    shift_id: int
    on: date

    def covers(self, moment: datetime) -> bool:
        return self.begins_at <= moment < self.ends_at


def falls_on(shift: Shift, on: date, calendar: Calendar) -> bool:
    """Whether a shift begins on this day."""
    if on < shift.first_on or (shift.last_on is not None and on > shift.last_on):
        return False
    if (on - shift.first_on).days % shift.every or (shift.weekdays and on.isoweekday() not in shift.weekdays):
        return False
    return shift.days == "every" or calendar.day(on).worked == (shift.days == "working")


def turns(roster: Roster, first: date, last: date, calendar: Calendar) -> list[Turn]:
    """All duty that begins on these days, by when it does; what was swapped is with who took it."""
    taken = {(swap.shift_id, swap.day): swap.to_id for swap in roster.swaps}
    days = list(_days(first, last))
    found = [_turn(shift, on, taken) for on in days for shift in roster.shifts if falls_on(shift, on, calendar)]
    return sorted(found, key=lambda turn: (turn.begins_at, turn.ends_at, turn.shift_id))


def first_day(at: datetime) -> date:
    """The earliest day whose shifts may not be over at this moment."""
    return local_day(at) - ONE_DAY


def ahead(roster: Roster, at: datetime, calendar: Calendar) -> list[Turn]:
    """All turns that are not over yet, those under way among them, as far as is looked."""
    found = turns(roster, first_day(at), local_day(at + AHEAD), calendar) if roster.shifts else []
    return [turn for turn in found if turn.ends_at > at]


def duty_from(turns_ahead: Iterable[Turn], staff_id: int, opens_at: datetime, *, never_closes: bool) -> datetime:
    """From when on this person is on duty next; a moment that is not ahead where they are.

    ``opens_at`` is when the office opens next, now where it is open. The roster gives duty beside the office's hours. Where
    the office ``never_closes`` it alone says who is there; but who is not in it is there with the office.
    """
    own = [turn.begins_at for turn in turns_ahead if turn.staff_id == staff_id]
    return min(own) if own and never_closes else min([*own, opens_at])


def _turn(shift: Shift, on: date, taken: Mapping[tuple[int, date], int]) -> Turn:
    begins_at = datetime.combine(on, shift.begins, ZONE)
    ends_on = on if shift.ends > shift.begins else on + ONE_DAY
    ends_at = datetime.combine(ends_on, shift.ends, ZONE)
    return Turn(begins_at, ends_at, taken.get((shift.id, on), shift.staff_id), shift.id, on)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=passed) for passed in range((last - first).days + 1))
