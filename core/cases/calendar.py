"""Which days are worked: by the State Council's yearly notices, and by the office's own reasons.

Pure, but for reading the packaged years once. A year without a notice is counted by weekends and the holidays of fixed date only, and is called provisional.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal

from core.records import record

DayKind = Literal["working_day", "make_up_day", "weekend", "holiday"]


@record(frozen=True, slots=True)
class DayMark:
    """What a day is, and what makes it so: a holiday, or the office's reason; no name for plain working days and weekends."""

    kind: DayKind
    name: str = ""

    @property
    def worked(self) -> bool:
        return self.kind in ("working_day", "make_up_day")


Marks = Mapping[date, DayMark]


@record(frozen=True, slots=True)
class Year:
    """What the notices of one year say: the days they change, some of them late in the year before, and where to read it."""

    marks: Marks
    notices: tuple[str, ...]


@record(frozen=True, slots=True)
class Change:
    """A change of the calendar: the whole of a ``year`` as it was announced, or days of the office's own, without a year.

    An own day without a mark is again what the notices make it. ``title`` is the source's, or the office's reason.
    """

    title: str
    marks: Mapping[date, DayMark | None]
    year: int | None = None
    notices: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The years that are announced, and the office's own days over them.

    ``fixed`` names the holidays that fall on the same (month, day) in any year; it speaks only where no notice does.
    ``version`` counts the changes since the packaged years. Two calendars are equal only where they are the same one.
    """

    years: Mapping[int, Year]
    fixed: Mapping[tuple[int, int], str]
    own: Marks = field(default_factory=dict)
    version: int = 0
    changed: Marks = field(init=False)

    def __post_init__(self) -> None:
        changed: dict[date, DayMark] = {}
        for _, year in sorted(self.years.items()):
            changed.update(year.marks)
        object.__setattr__(self, "changed", {**changed, **self.own})

    @property
    def notices(self) -> Mapping[int, tuple[str, ...]]:
        """The addresses of the notices of each year that has one."""
        return {number: year.notices for number, year in sorted(self.years.items())}

    def day(self, on: date) -> DayMark:
        if mark := self.changed.get(on):
            return mark
        if self.is_provisional(on) and (name := self.fixed.get((on.month, on.day))):
            return DayMark("holiday", name)
        return DayMark("weekend" if on.weekday() >= 5 else "working_day")

    def is_provisional(self, on: date) -> bool:
        """True for a day of a year whose notice is not known here."""
        return on.year not in self.years

    def changes(self, change: Change) -> bool:
        """Whether the change would leave anything different."""
        if change.year is not None:
            return self.years.get(change.year) != Year(_present(change.marks), change.notices)
        return any(self.own.get(on) != mark for on, mark in change.marks.items())

    def after(self, *changes: Change) -> Calendar:
        """The calendar that these changes, in this order, make of this one."""
        years, own = dict(self.years), dict(self.own)
        for change in changes:
            if change.year is not None:
                years[change.year] = Year(_present(change.marks), change.notices)
            else:
                own = _present({**own, **change.marks})
        return Calendar(years, self.fixed, own, self.version + len(changes))


@cache
def calendar() -> Calendar:
    """The packaged calendar."""
    return from_toml(resources.files("core.cases").joinpath("calendar_cn.toml").read_text("utf-8"))


def from_toml(text: str) -> Calendar:
    """A calendar from the text of a years file; calendar_cn.toml shows the form."""
    tables: dict[str, Any] = tomllib.loads(text)
    fixed = {(int(day[:2]), int(day[3:])): name for day, name in tables.pop("fixed").items()}
    return Calendar({int(year): _year(row) for year, row in tables.items()}, fixed)


def mark(on: date, worked: bool, name: str) -> DayMark:
    """What a day is that is worked, or not, for a reason."""
    if not worked:
        return DayMark("holiday", name)
    return DayMark("make_up_day" if on.weekday() >= 5 else "working_day", name)


def days_of(span: str) -> Iterator[date]:
    """The days of ``2027-01-01`` or ``2027-01-01..2027-01-03``. Raises ValueError where it is neither."""
    first, _, last = span.partition("..")
    begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if not 0 <= (end - begin).days < 366:
        raise ValueError("a span ends after it begins, and within a year")
    return (begin + timedelta(days=passed) for passed in range((end - begin).days + 1))


def marked(row: str, worked: bool) -> Iterator[tuple[date, DayMark]]:
    """The marks of one row: a day or a span, then its name. Raises ValueError where it is none."""
    span, name = row.split(" ", 1)
    return ((on, mark(on, worked, name)) for on in days_of(span))


def _year(row: Mapping[str, list[str]]) -> Year:
    rows = ((each, kind == "work") for kind in ("rest", "work") for each in row[kind])
    return Year({on: of for each, worked in rows for on, of in marked(each, worked)}, tuple(row["notices"]))


def _present(marks: Mapping[date, DayMark | None]) -> dict[date, DayMark]:
    return {on: of for on, of in marks.items() if of is not None}
