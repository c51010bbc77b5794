"""Which days are worked, by the State Council's yearly notices. Pure, but for reading the packaged years once.

A year without a notice is counted by weekends and the holidays of fixed date only, and is called provisional.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal

from core.records import record

DayKind = Literal["working_day", "make_up_day", "weekend", "holiday"]


@record(frozen=True, slots=True)
class DayMark:
    """What a day is, and the holiday that makes it so; the name is empty for plain working days and weekends."""

    kind: DayKind
    name: str = ""

    @property
    def worked(self) -> bool:
        return self.kind in ("working_day", "make_up_day")


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The days that notices changed, by date, and the notices of each year that has one.

    ``fixed`` names the holidays that fall on the same (month, day) in any year; it speaks only where no notice does.
    """

    changed: Mapping[date, DayMark]
    fixed: Mapping[tuple[int, int], str]
    notices: Mapping[int, tuple[str, ...]]

    def day(self, on: date) -> DayMark:
        if mark := self.changed.get(on):
            return mark
        if self.is_provisional(on) and (name := self.fixed.get((on.month, on.day))):
            return DayMark("holiday", name)
        return DayMark("weekend" if on.weekday() >= 5 else "working_day")

    def is_provisional(self, on: date) -> bool:
        """True for a day of a year whose notice is not known here."""
        return on.year not in self.notices


@cache
def calendar() -> Calendar:
    """The packaged calendar."""
    return from_toml(resources.files("core.cases").joinpath("calendar_cn.toml").read_text("utf-8"))


def from_toml(text: str) -> Calendar:
    """A calendar from the text of a years file; calendar_cn.toml shows the form."""
    tables: dict[str, Any] = tomllib.loads(text)
    fixed = {(int(day[:2]), int(day[3:])): name for day, name in tables.pop("fixed").items()}
    changed: dict[date, DayMark] = {}
    for year in tables.values():
        changed.update(_marks(year["rest"], "holiday"))
        changed.update(_marks(year["work"], "make_up_day"))
    return Calendar(changed, fixed, {int(year): tuple(row["notices"]) for year, row in tables.items()})


def _marks(rows: list[str], kind: DayKind) -> Iterator[tuple[date, DayMark]]:
    for row in rows:
        span, name = row.split(" ", 1)
        first, _, last = span.partition("..")
        for on in _days(date.fromisoformat(first), date.fromisoformat(last or first)):
            yield on, DayMark(kind, name)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
