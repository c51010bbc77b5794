"""Spans of whole days: of so many months counted from January, and the latest that is over; and months later or earlier. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from core.cases.clocks import ZONE
from core.records import record

YEAR = 12


@record(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both of them in it."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """The moment at which it begins at the institution."""
        return datetime.combine(self.first, time.min, ZONE)

    @property
    def until(self) -> datetime:
        """The moment at which it is over."""
        return datetime.combine(self.last + timedelta(days=1), time.min, ZONE)


def period_of(day: date, months: int) -> Span:
    """The period of so many months, counted from January, in which a day lies; ``months`` divide a year."""
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Span(first, months_later(first, months) - timedelta(days=1))


def last_ended(today: date, months: int) -> Span:
    """The latest period that is over."""
    return period_of(period_of(today, months).first - timedelta(days=1), months)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last one of a month that is too short."""
    whole = day.year * YEAR + day.month - 1 + months
    year, month = divmod(whole, YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
