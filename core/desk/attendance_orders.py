"""What staff say of attendance, in a few words: “签到”, “请假 6月8日 下午 看病”, “批准 12”. Pure; the words are in attendance.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from core.records import record

Half = Literal["", "first", "second", "whole"]

ALONE = frozenset({"check_in", "check_out", "mine", "waiting", "help"})
"""What needs nothing besides; of one's own month one may say which."""

ASKING = frozenset({"leave", "forgot", "business", "overtime", "correction"})
YEARS = range(2000, 2101)
"""What is said of another year is a slip."""

SOME_DAY = date(2050, 1, 1)
"""For whether a month is said at all."""

_APART = " \t\r\n:：,，　"


@record(frozen=True, slots=True)
class Order:
    """What is said: what it ``does`` and what stands behind it."""

    does: str
    verb: str
    rest: str


@record(frozen=True, slots=True)
class Asking:
    """What is asked for, as far as it was said: the days, a half of the day or a time from ``at`` to ``until``; ``becomes`` is
    what it is about where the verb does not say so."""

    first: date | None
    last: date | None
    half: Half
    at: time | None
    until: time | None
    becomes: str
    words: str
    proof: str


def order_in(typed: str) -> Order | None:
    """The order in these words; None where they are none: a verb, alone or apart from what follows."""
    said = unicodedata.normalize("NFKC", typed).strip()
    for does, verbs in _words()["verbs"].items():
        for verb in verbs:
            behind = said[len(verb) :]
            if not said.startswith(verb) or (behind and behind[0] not in _APART and not behind[0].isdecimal()):
                continue
            rest = behind.strip(_APART)
            if not rest or does not in ALONE or (does == "mine" and month_in(rest, SOME_DAY) is not None):
                return Order(does, verb, rest)
    return None


def asking_in(rest: str, today: date) -> Asking:
    """What is asked for in what stands behind the verb. What is not said is None, or empty."""
    words, proof = _split_proof(rest)
    first, words = _day(words, today)
    last, behind = _to(words, lambda typed: _day(typed, today)) if first else (None, words)
    words = behind if last else words
    half, words = _one_of("halves", words)
    becomes, words = _one_of("ways", words)
    if not becomes:
        becomes, words = _one_of("becomes", words)
    at, words = _time(words)
    until, behind = _to(words, _time) if at else (None, words)
    words = behind if until else words
    return Asking(first, last or first, half or "", at, until, becomes, words.strip(f"{_APART}。;；"), proof)  # type: ignore[arg-type]


def month_in(rest: str, today: date) -> tuple[date, str] | None:
    """The first day of the month that is said, and under which digest its statement was seen; None where none is said."""
    seen = re.search(_pattern("seen"), rest)
    typed = (rest[: seen.start()] if seen else rest).strip(_APART)
    if not typed:
        return None
    found = re.fullmatch(_pattern("month"), typed)
    if found is None or not 1 <= int(found["month"]) <= 12:
        return None
    month = int(found["month"])
    year = int(found["year"]) if found["year"] else today.year - (month > today.month)
    return (date(year, month, 1), seen[1] if seen else "") if year in YEARS else None


def number_in(rest: str) -> tuple[int, str] | None:
    """The number of a request at the beginning, and what is said behind it."""
    found = re.match(_pattern("number"), rest)
    return (int(found[1]), rest[found.end() :].strip(_APART)) if found else None


def example(does: str) -> str:
    """How it is said, "" for what is said by its verb alone."""
    return str(_words()["examples"].get(does, ""))


def verbs() -> dict[str, tuple[str, ...]]:
    """How each order is called, by what it does."""
    return {does: tuple(called) for does, called in _words()["verbs"].items()}


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("attendance.toml").read_text("utf-8"))


def _pattern(name: str) -> str:
    return str(_words()["patterns"][name])


def _split_proof(rest: str) -> tuple[str, str]:
    words, *proof = re.split(_pattern("proof"), rest, maxsplit=1)
    return words, proof[0].strip(f"{_APART})）。") if proof else ""


def _day(typed: str, today: date) -> tuple[date | None, str]:
    """The day at the beginning, and what is behind it. One without a year is the one that is nearest."""
    for word, away in _words()["days"].items():
        if typed.startswith(word):
            return today + timedelta(days=away), typed[len(word) :].strip(_APART)
    found = re.match(_pattern("day"), typed)
    if found is None:
        return None, typed
    try:
        return _nearest(found, today), typed[found.end() :].strip(_APART)
    except ValueError:
        return None, typed


def _nearest(found: re.Match[str], today: date) -> date:
    """Raises ValueError where there is no such day."""
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        if int(found["year"]) not in YEARS:
            raise ValueError("a slip")
        return date(int(found["year"]), month, day)
    there = [_maybe(today.year + away, month, day) for away in (0, 1, -1)]
    days = [each for each in there if each is not None]
    if not days:
        raise ValueError("there is no such day in any of these years")
    return min(days, key=lambda each: abs(each - today))


def _maybe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(typed: str) -> tuple[time | None, str]:
    found = re.match(_pattern("time"), typed)
    if found is None or int(found["hour"]) > 23 or int(found["minute"] or 0) > 59:
        return None, typed
    return time(int(found["hour"]), int(found["minute"] or 0)), typed[found.end() :].strip(_APART)


def _to(typed: str, read: Any) -> tuple[Any, str]:
    """The end of a span: what is read behind a sign for “until”."""
    sign = re.match(_pattern("to"), typed)
    return read(typed[sign.end() :]) if sign else (None, typed)


def _one_of(section: str, typed: str) -> tuple[str, str]:
    for word, meant in _words()[section].items():
        if typed.startswith(word):
            return str(meant), typed[len(word) :].strip(_APART)
    return "", typed
