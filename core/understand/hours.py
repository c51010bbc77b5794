"""Times of day as people say them: 早上八点半, 15:30, 下午3点, 中午, 3 pm. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

from core.understand.found import Found, at
from core.understand.lexicon import pattern, words
from core.understand.numerals import chinese
from core.understand.reading import Slot
from core.understand.signs import LETTER

_N = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
# 三点建议 and 到时候 are not hours.
_NOT_HOURS = r"[以]?[候间代刻尚]|[都也不没儿]|建议|意见|要求|诉求|原因|问题|理由|希望|疑问|说明|情况|请求|补充|\d{3}"
_READ = (
    rf"(?P<hour>{_N})"
    r"(?:(?<=\d):(?P<colon>[0-5]\d)(?!\d)(?::[0-5]\d(?!\d))?"
    rf"|(?:点|(?<=\d)时)(?!{_NOT_HOURS})(?:钟|整|多)?(?P<minute>半|[一1三3]刻|{_N}分|零{_N}分?|(?<=点)[0-5]\d(?!\d)|(?<=点)[二三四五]?十[一二三四五六七八九]?(?!个))?)"
)
"""An hour, whatever stands before it. A colon needs two digits after it."""
_READ_ENGLISH = r"\b(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?"
_TO = r"(?:一直)?[到至~\-\u2013\u2014]+"
_HOUR = re.compile(r"[\d一二两三四五六七八九十][点时:]")
_AM_OR_PM = re.compile("[mM]")
_QUARTERS = {"半": 30, "一刻": 15, "1刻": 15, "三刻": 45, "3刻": 45}


def find_hours(said: str, now: datetime) -> Iterator[Found]:
    """Clock times, and where there is none the part of the day. With its end, 九点到十一点, it is one time, as it is said."""
    # Every form has a sign of its own, which is seen sooner than the form.
    clocks = []
    if hour := _HOUR.search(said):
        start = max(0, hour.start() - _most_before_hour())
        clocks += [found for match in _clock().finditer(said, start) if (found := _clock_time(match))]
    if _AM_OR_PM.search(said):
        clocks += [found for match in _english().finditer(said) if (found := _english_time(match))]
    if not clocks and _last_of_part().search(said):
        clocks = [at(match, _part_of_day(match)) for match in _part().finditer(said)]
    yield from _with_ends(said, clocks)


def _with_ends(said: str, beginnings: Sequence[Found]) -> Iterator[Found]:
    taken = 0
    for found in sorted(beginnings, key=lambda found: (found.start, -found.end)):
        if found.start < taken:
            continue
        end = _end().match(said, found.end)
        taken = end.end() if end else found.end
        yield Found(found.start, taken, _as_said(said[found.start : taken])) if end else found


def _as_said(span: str) -> Slot:
    return Slot("time", span, span, span)


def _clock_time(match: re.Match[str]) -> Found | None:
    if match["since"]:
        return at(match, _as_said(match.group()))
    hour, minute = _integer(match["hour"]), _minute(match["minute"] or match["colon"] or "")
    if hour is None or minute is None or hour > 24 or minute > 59:
        return None
    hour = _in_part(hour, match["part"] or "")
    value = f"{hour % 24:02}:{minute:02}"
    return at(match, Slot("time", value, match.group(), match.group()))


def _in_part(hour: int, part: str) -> int:
    """下午3点 is 15 o'clock, 晚上12点 is midnight, 中午11点 stays 11."""
    added = words("dates")["parts"].get(part, 0)
    if hour == 12 and part and part not in words("dates")["noon_or_later"]:
        return 0
    return hour + added if hour < 12 and not (part in words("dates")["noon"] and hour > 9) else hour


def _minute(text: str) -> int | None:
    return _QUARTERS[text] if text in _QUARTERS else _integer(text.rstrip("分") or "0")


def _integer(text: str) -> int | None:
    return int(text) if text.isdecimal() else chinese(text.lstrip("零") or "零")


def _english_time(match: re.Match[str]) -> Found | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > 12 or minute > 59:
        return None
    hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return at(match, Slot("time", f"{hour:02}:{minute:02}", match.group(), match.group()))


def _part_of_day(match: re.Match[str]) -> Slot:
    part = match.group()
    return Slot("time", words("dates")["parts_shown"].get(part, part), part, part)


@cache
def signs_of_hours() -> frozenset[str]:
    """What a text has one of where it has any of them."""
    return frozenset("点时:") | {part[-1] for part in words("dates")["parts"]} | {LETTER}


@cache
def _last_of_part() -> re.Pattern[str]:
    return re.compile(f"[{''.join(sorted({part[-1] for part in words('dates')['parts']}))}]")


@cache
def _most_before_hour() -> int:
    """The most characters of a clock time before the last one of its hour: 大清早的二十一到二十|三点."""
    return max(map(len, words("dates")["parts"])) + len("的二十一到二十")


@cache
def _clock() -> re.Pattern[str]:
    """一点 alone is “a little”, so it needs 钟, 半 or a part of the day."""
    return pattern(
        rf"(?:(?P<part><parts>)的?)?(?<![\d.:])(?P<since>{_N}[到至~-](?={_N}点))?{_READ}"
        r"(?(part)|(?<!有一点)(?<!(?<!十)一点)(?<!差两点)(?<!两点))",
        parts=words("dates")["parts"],
    )


@cache
def _end() -> re.Pattern[str]:
    """到十一点, -17:30, 到晚上: after a time this is an hour whatever follows, as in 到十一点没人."""
    forms = (_READ.replace(f"(?!{_NOT_HOURS})", ""), _READ_ENGLISH)
    hour, english = (re.sub(r"[?]P<[a-z]+>", "?:", form) for form in forms)
    named = (part for part in words("dates")["parts"] if len(part) > 1)
    return pattern(
        rf"{_TO}(?:(?:<parts>的?)?{hour}|<named>)|\s?(?:to|till|until|-)\s?{english}",
        parts=words("dates")["parts"],
        named=named,
    )


@cache
def _english() -> re.Pattern[str]:
    return re.compile(_READ_ENGLISH, re.IGNORECASE)


@cache
def _part() -> re.Pattern[str]:
    named = (part for part in words("dates")["parts"] if len(part) > 1)
    return pattern(r"(?<!每天)(?<!天天)(?<!每)(?<!到)(?<!整个)<parts>(?!好|[都也]|到(?!<parts>)|班|会)", parts=named)
