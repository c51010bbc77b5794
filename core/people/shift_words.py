"""Shifts as people write them: on which days, from when to when. Pure. Its words are in roster.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from core.errors import Refused
from core.records import record
from core.store.roster import Days

_SEPARATORS = re.compile(r"[、,，\s]+")
_TIME = re.compile(r"([01]?\d|2[0-4])(?::?([0-5]\d))?")
_DAY = re.compile(r"(?:(\d{4})[-./])?(\d{1,2})[-./](\d{1,2})")


@record(frozen=True, slots=True)
class When:
    """On which days a shift falls. ``first_on`` and ``last_on`` only where days were named; ``counted`` where it falls every so
    many days from a first one."""

    days: Days = "every"
    weekdays: tuple[int, ...] = ()
    every: int = 1
    first_on: date | None = None
    last_on: date | None = None

    @property
    def counted(self) -> bool:
        return self.every > 1


def when(words: str) -> When:
    """“工作日”, “周一至周五”, “每4天”, “2026-12-01..2026-12-03”. Raises Refused."""
    plain = _plain(words)
    found = _by_calendar(plain) or _by_cycle(plain) or _by_dates(plain) or _by_week(plain)
    if found is None:
        raise Refused("roster.no_such_day", words=words[:40])
    return found


def hours(words: str) -> tuple[time, time]:
    """“20:00-08:00”: when it begins, and when it ends, on the next day where that is not later. Raises Refused."""
    known, plain = vocabulary()["hours"], _plain(words)
    if plain in known["whole_day"]:
        return time.min, time.min
    for word in known["next_day"]:
        plain = plain.replace(word, "")
    for word in known["through"]:
        plain = plain.replace(word, "-")
    begins, _, ends = plain.partition("-")
    found = moment(begins), moment(ends)
    if found[0] is None or found[1] is None:
        raise Refused("roster.no_such_hours", words=words[:40])
    return found[0], found[1]


def moment(words: str) -> time | None:
    """“20:00”, “8”; 24:00 is midnight."""
    match = _TIME.fullmatch(_plain(words).strip())
    if match is None or (match[1] == "24" and int(match[2] or 0)):
        return None
    return time(int(match[1]) % 24, int(match[2] or 0))


def day(words: str, today: date) -> date | None:
    """“12-01”, “12月1日”, “明天”: of a day without a year the one that is near, not long over."""
    plain, known = _plain(words), vocabulary()["date"]
    if plain in vocabulary()["relative"]:
        return today + timedelta(days=vocabulary()["relative"][plain])
    for word in known["day"]:
        plain = plain.removesuffix(word)
    match = _DAY.fullmatch(plain.replace(known["month"], "-"))
    if match is None:
        return None
    for year in (int(match[1]),) if match[1] else (today.year, today.year + 1):
        # The 29th of February is none in most years, and one all the same in the year beside them.
        with suppress(ValueError):
            found = date(year, int(match[2]), int(match[3]))
            if match[1] or found >= today - timedelta(days=31):
                return found
    return None


def _by_calendar(plain: str) -> When | None:
    kinds: tuple[Days, ...] = ("every", "working", "rest")
    return next((When(kind) for kind in kinds if plain in vocabulary()["days"][kind]), None)


def _by_cycle(plain: str) -> When | None:
    match = re.fullmatch(vocabulary()["cycle"]["pattern"], plain)
    return When(every=int(match[1])) if match and 1 < int(match[1]) <= 366 else None


def _by_dates(plain: str) -> When | None:
    first, *rest = re.split(r"\.\.|" + "|".join(map(re.escape, vocabulary()["week"]["through"])), plain)
    with suppress(ValueError):
        begin = date.fromisoformat(first.strip())
        end = date.fromisoformat(rest[0].strip()) if rest else begin
        return When(first_on=begin, last_on=end) if len(rest) < 2 and begin <= end else None
    return None


def _by_week(plain: str) -> When | None:
    found: list[int] = []
    for part in filter(None, _SEPARATORS.split(plain)):
        days = [_weekday(each) for each in re.split("|".join(map(re.escape, vocabulary()["week"]["through"])), part)]
        if None in days or len(days) > 2:
            return None
        first, last = days[0] or 0, days[-1] or 0
        found += range(first, last + 1) if first <= last else [*range(first, 8), *range(1, last + 1)]
    return When(weekdays=tuple(sorted(set(found)))) if found else None


def _weekday(word: str) -> int | None:
    known = vocabulary()["week"]
    for before in known["before"]:
        word = word.removeprefix(before)
    found = known.get(word)
    return found if isinstance(found, int) else None


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip()


@cache
def vocabulary() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("roster.toml").read_text("utf-8"))
