"""Announced years from a file, in holiday-cn's JSON or in the TOML of the packaged years. Pure.

A file is taken whole or not at all: a day that is wrong here would be a promise that is wrong in every receipt.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from core.cases.calendar import Change, DayMark, mark, marked
from core.errors import CalendarError

EVERY_YEAR = ((1, 1), (5, 1), (10, 1))
"""Days of rest that no whole year is without."""

Number = Annotated[int, Field(ge=2000, le=2100)]
Addresses = Annotated[list[str], Field(max_length=20)]
LONGEST = 500
Marked = Iterable[tuple[date, DayMark]]


class _Day(BaseModel):
    name: str
    date: date
    isOffDay: bool  # noqa: N815 - the file's own word


class _OneYear(BaseModel):
    """holiday-cn's file of one year."""

    year: Number
    papers: Addresses
    days: Annotated[list[_Day], Field(max_length=400)]


class _Table(BaseModel):
    """One year's table of ours."""

    notices: Addresses
    rest: list[str]
    work: list[str]
    title: str = ""


_tables = TypeAdapter(dict[Number, _Table])


def read(content: bytes, name: str) -> list[Change]:
    """The years of a file, earliest first. Raises CalendarError naming what is expected."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        changes = _from_json(content, name) if content.lstrip()[:1] == b"{" else list(_from_toml(content, name))
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise CalendarError("shape" if place else "not_read", place=place) from None
    except UnicodeDecodeError as error:
        raise CalendarError("not_read") from error
    if not changes:
        raise CalendarError("not_read")
    for change in changes:
        _check_whole(change)
    return [Change(each.title, each.marks, each.year, each.notices, digest) for each in changes]


def _from_json(content: bytes, name: str) -> list[Change]:
    file = _OneYear.model_validate_json(content, strict=True)
    days = [(day.date, mark(day.date, day.isOffDay is False, day.name)) for day in file.days]
    return [_change(file.year, name, file.papers, days)]


def _from_toml(content: bytes, name: str) -> Iterator[Change]:
    try:
        tables = tomllib.loads(content.decode())
    except tomllib.TOMLDecodeError as error:
        raise CalendarError("not_read") from error
    tables.pop("fixed", None)
    for year, table in sorted(_tables.validate_python(tables).items()):
        days = [*_rows(year, table.rest, worked=False), *_rows(year, table.work, worked=True)]
        yield _change(year, table.title or name, table.notices, days)


def _rows(year: int, rows: list[str], worked: bool) -> Iterator[tuple[date, DayMark]]:
    for row in rows:
        try:
            yield from marked(row, worked)
        except ValueError as error:
            raise CalendarError("shape", place=f"{year}: {row[:60]}") from error


def _change(year: int, title: str, notices: list[str], days: Marked) -> Change:
    if not notices:
        raise CalendarError("not_announced", year=year)
    marks: dict[date, DayMark] = {}
    for on, of in days:
        if on in marks:
            raise CalendarError("twice", on=on)
        marks[on] = of
    for words in (title, *notices, *(of.name for of in marks.values())):
        if not words.isprintable() or not 0 < len(words) <= LONGEST:
            raise CalendarError("shape", place=f"{year}: {words[:60]!r}")
    return Change(title, marks, year, tuple(notices))


def _check_whole(change: Change) -> None:
    """Days of this year or of the December before, and a holiday wherever every year has one."""
    year = change.year or 0
    for on in change.marks:
        if not date(year - 1, 12, 1) <= on <= date(year, 12, 31):
            raise CalendarError("out_of_year", on=on, year=year)
    for month, day in EVERY_YEAR:
        found = change.marks.get(date(year, month, day))
        if found is None or found.worked:
            raise CalendarError("not_whole", on=date(year, month, day), year=year)
