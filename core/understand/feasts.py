"""When a feast falls: by the solar calendar, or by the lunar one through lunar_python, loaded at the first such word."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import Any

from core.understand.lexicon import words

_SOON = timedelta(days=31)


def of(feast: str, today: date, years: int | None) -> tuple[date, int]:
    """The first day of a feast and the days of its holiday; of the last one before or near today unless a year is said."""
    month, day, length = _row(feast)
    if years is not None:
        return _in_year(feast, month, day, today.year + years), length
    days = (_in_year(feast, month, day, year) for year in range(today.year + 1, today.year - 3, -1))
    return next(found for found in days if found <= today + _SOON), length


def _row(feast: str) -> tuple[int, int, int]:
    table = words("dates")
    row = table["feasts"].get(feast) or table["lunar_feasts"].get(feast) or [*table["solar_terms"][feast], 3]
    return row[0], row[1], row[2]


def _in_year(feast: str, month: int, day: int, year: int) -> date:
    table = words("dates")
    if feast in table["solar_terms"]:
        return _solar_term(feast, year)
    return _solar(year, month, day) if feast in table["lunar_feasts"] else date(year, month, day)


def lunar_day(month: int, day: int, today: date) -> date:
    """The latest day of that lunar month and day that is not well ahead."""
    days = (_solar(year, month, day) for year in range(today.year, today.year - 3, -1))
    return next(found for found in days if found <= today + _SOON)


def _solar(year: int, month: int, day: int) -> date:
    """A lunar day in the solar year it is named for; month 13 day 0 is New Year's Eve, spoken of as that of the new year."""
    if month == 13:
        return _solar(year, 1, 1) - timedelta(days=1)
    found = _library().Lunar.fromYmd(year, month, day).getSolar()
    return date(found.getYear(), found.getMonth(), found.getDay())


def _solar_term(term: str, year: int) -> date:
    terms = _library().Lunar.fromYmd(year, 3, 1).getJieQiTable()
    found = terms[term]
    return date(found.getYear(), found.getMonth(), found.getDay())


def _library() -> Any:
    return import_module("lunar_python")
