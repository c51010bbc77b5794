"""The moment that a cell of a device's file says, or why it says none. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from core.cases.clocks import ZONE
from core.people.attendance.device_cells import Unread

EARLIEST_YEAR = 2000

SERIALS_FROM, FIRST_SERIAL, LAST_SERIAL = datetime(1899, 12, 30), 36526, 73050  # noqa: DTZ001 - what it begins has a zone
"""A spreadsheet counts days; these are the years 2000 to 2099."""

_DAY = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?:[T\s]+(.*))?", re.DOTALL)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T\s]*(\d{2})(\d{2})(\d{2})?)?")
_TIME = re.compile(r"(AM|PM)?\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d{1,6})?)?:?\s*(AM|PM)?")
_ZONED = re.compile(r".*\d\s*(Z|[+-]\d{2}:?\d{2})")
_NUMBER = re.compile(r"[+-]?\d+\.\d*")


@cache
def words() -> Mapping[str, Any]:
    """The columns, states and signs of device.toml."""
    return tomllib.loads(files(__package__).joinpath("device.toml").read_text("utf-8"))


def moment_in(cell: object) -> datetime:
    """The moment, at the institution, that one cell says. Raises Unread."""
    if isinstance(cell, datetime) and cell.time() != time.min:
        return _checked(cell.date(), cell.time())
    # A spreadsheet has a day without a time as its midnight.
    if isinstance(cell, date):
        raise Unread("only_date")
    if isinstance(cell, time):
        raise Unread("only_time")
    if isinstance(cell, float) and FIRST_SERIAL <= cell < LAST_SERIAL:
        return _serial(cell)
    typed = _plain(cell)
    if _TIME.fullmatch(typed):
        raise Unread("only_time")
    on, rest = _day_in(typed)
    if not rest:
        raise Unread("only_date")
    return _checked(on, _time_in(rest))


def moment_of(day: object, at: object) -> datetime:
    """The moment that a day in one cell and a time in another say. Raises Unread."""
    return _checked(_day_of(day), _time_of(at))


def _serial(cell: float) -> datetime:
    """A spreadsheet's number for a moment, in a cell that was not marked as one."""
    at = SERIALS_FROM + timedelta(seconds=round(cell * 86400))
    return _checked(at.date(), at.time())


def _day_of(cell: object) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    on, rest = _day_in(_plain(cell))
    if rest and not re.fullmatch(r"0{1,2}:0{2}(:0{2})?", rest):
        raise Unread("not_a_day")
    return on


def _time_of(cell: object) -> time:
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    return _time_in(_plain(cell))


def _plain(cell: object) -> str:
    """The cell's text in one alphabet, its Chinese signs as ASCII ones. Raises Unread where it is empty or no text."""
    if cell is None or isinstance(cell, bool) or not isinstance(cell, str | int):
        raise Unread("no_time" if cell is None else "not_a_time")
    typed = unicodedata.normalize("NFKC", str(cell)).strip().upper()
    for sign, plain in words()["signs"].items():
        typed = typed.replace(sign, plain)
    typed = " ".join(typed.split())
    if not typed:
        raise Unread("no_time")
    return typed


def _day_in(typed: str) -> tuple[date, str]:
    """The day at the beginning, and what stands behind it."""
    if packed := _PACKED.fullmatch(typed):
        year, month, day, *at = packed.groups()
        return _date(year, month, day), ":".join(filter(None, at))
    if _NUMBER.fullmatch(typed):
        raise Unread("serial")
    found = _DAY.fullmatch(typed)
    if found is None:
        raise Unread("not_a_time")
    year, month, day, rest = found.groups()
    if len(year) != 4:
        raise Unread("day_or_month" if len(day) == 4 else "short_year")
    return _date(year, month, day), rest or ""


def _date(year: str, month: str, day: str) -> date:
    if int(year) < EARLIEST_YEAR:
        raise Unread("long_ago")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Unread("no_such_day") from None


def _time_in(typed: str) -> time:
    if _ZONED.fullmatch(typed):
        raise Unread("zone")
    found = _TIME.fullmatch(typed)
    if found is None:
        raise Unread("several" if len(re.findall(r"\d{1,2}:\d{2}", typed)) > 1 else "not_a_time")
    before, hour, minute, second, after = found.groups()
    half = before or after
    if half and ((before and after) or not 1 <= int(hour) <= 12):
        raise Unread("no_such_time")
    of_day = int(hour) % 12 + (12 if half == "PM" else 0) if half else int(hour)
    try:
        return time(of_day, int(minute), int(second or 0))
    except ValueError:
        raise Unread("no_such_time") from None


def _checked(on: date, at: time) -> datetime:
    if on.year < EARLIEST_YEAR:
        raise Unread("long_ago")
    return datetime.combine(on, at.replace(microsecond=0, tzinfo=None), ZONE)
