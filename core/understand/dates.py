"""Days as people say them, made absolute: 昨天, 上周三, 11月20日, 国庆期间, 除夕. Pure."""

from __future__ import annotations

import calendar as gregorian
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from core.understand import feasts
from core.understand.found import Found, at
from core.understand.lexicon import HAN, pattern, words
from core.understand.numerals import NUMBER, chinese, number
from core.understand.reading import Slot

ZONE = ZoneInfo("Asia/Shanghai")
_SOON = 31
"""A date without a year that lies at most this many days ahead is meant as said; further ahead it was last year."""


@dataclass(frozen=True, slots=True)
class Days:
    """One day or a run of days. ``spoken`` tells 昨天 from 11月22日: only the former is explained when echoed."""

    first: date
    last: date
    spoken: bool = True


Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], Days | None]]


def find_dates(said: str, now: datetime) -> Iterator[Found]:
    """Every day the text names, from left to right, read against today in the institution's zone."""
    today = now.astimezone(ZONE).date()
    taken = 0
    for match in _any_date().finditer(said):
        if match.start() >= taken and (found := _read_at(said, match.start(), today)):
            taken = found.end
            yield found


def _read_at(said: str, start: int, today: date) -> Found | None:
    for rule, meaning in _rules():
        match = rule.match(said, start)
        days = match and _safely(meaning, match, today)
        if match and days:
            return at(match, _slot(match.group().strip(), days, today))
    return None


def _safely(meaning: Callable[[re.Match[str], date], Days | None], match: re.Match[str], today: date) -> Days | None:
    """None for days that no calendar has: 13月40日."""
    try:
        return meaning(match, today)
    except (ValueError, OverflowError):
        return None


def _slot(said: str, days: Days, today: date) -> Slot:
    value = days.first.isoformat() if days.first == days.last else f"{days.first}/{days.last}"
    return Slot("date", value, said, shown(said, days, today), days.first > today)


def shown(said: str, days: Days, today: date) -> str:
    """How a day is said back: the person's words and the date they mean, with the year where it is not this one."""
    language = "zh" if re.search(f"[{HAN}]", said) or not days.spoken else "en"
    shape = "day" if days.first == days.last else "span"
    if not days.spoken and shape == "day":
        shape = "absolute"
    year = "_of_year" if language == "zh" and days.first.year != today.year else ""
    return str(words("dates")["shown"][f"{language}_{shape}{year}"]).format(
        said=said, year=days.first.year, month=days.first.month, day=days.first.day,
        end_year=days.last.year, end_month=days.last.month, end_day=days.last.day,
    )  # fmt: skip


def one(day: date, spoken: bool = True) -> Days:
    return Days(day, day, spoken)


def _integer(text: str) -> int:
    value = chinese(text) if not text.isdecimal() else int(text)
    if value is None:
        raise ValueError(text)
    return value


def _year(text: str) -> int:
    year = _integer(text)
    return year + 2000 if year < 100 else year


def _with_year(match: re.Match[str], today: date) -> Days:
    return one(date(_year(match["year"]), _integer(match["month"]), _integer(match["day"])), spoken=False)


def _month_day(match: re.Match[str], today: date) -> Days:
    month, day = _integer(match["month"]), _integer(match["day"])
    said_year = match["which"]
    if said_year:
        return one(date(today.year + words("dates")["years"][said_year], month, day))
    return one(recent(lambda year: date(year, month, day), today), spoken=False)


def recent(in_year: Callable[[int], date], today: date) -> date:
    """The day of this year, unless that lies well ahead: complaints are about what happened."""
    this = in_year(today.year)
    return in_year(today.year - 1) if this > today + timedelta(days=_SOON) else this


def _relative_day(match: re.Match[str], today: date) -> Days:
    return one(today + timedelta(days=words("dates")["days"][match.group().lower()]))


def _ago(match: re.Match[str], today: date) -> Days | None:
    count = number(match["count"]) if match["count"] != "半" else None
    if match["unit"].endswith("月"):
        return one(today - timedelta(days=15)) if count is None else one(_months_before(today, int(count)))
    return None if count is None else one(today - timedelta(days=int(count) * (1 if match["unit"] in "天日" else 7)))


def _ago_english(match: re.Match[str], today: date) -> Days:
    count = 1 if match["count"].lower() in ("a", "an", "one") else int(match["count"])
    return one(today - timedelta(days=count * (7 if match["unit"].lower() == "week" else 1)))


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def _weekday(match: re.Match[str], today: date) -> Days:
    weekday = words("dates")["weekdays"][match["weekday"]]
    if match["which"]:
        return one(_monday(today, match["which"]) + timedelta(days=weekday))
    return one(today - timedelta(days=(today.weekday() - weekday) % 7))


def _weekday_english(match: re.Match[str], today: date) -> Days:
    weekday = words("dates")["english_weekdays"][match["weekday"].lower()]
    if (match["which"] or "").lower() == "last":
        return one(today - timedelta(days=today.weekday() + 7 - weekday))
    return one(today - timedelta(days=(today.weekday() - weekday) % 7))


def _monday(today: date, which: str) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=words("dates")["weeks"][which])


def _week(match: re.Match[str], today: date) -> Days:
    monday = _monday(today, match["which"] or "这")
    if match["end"]:
        saturday = monday + timedelta(days=5)
        saturday -= timedelta(weeks=1 if saturday > today and not match["which"] else 0)
        return Days(saturday, saturday + timedelta(days=1))
    return Days(monday, monday + timedelta(days=6))


def _month(match: re.Match[str], today: date) -> Days:
    first = _months_before(today.replace(day=1), -words("dates")["months"][match["which"]])
    if match["day"]:
        return one(first.replace(day=_integer(match["day"])))
    return Days(first, first.replace(day=gregorian.monthrange(first.year, first.month)[1]))


def _day_of_month(match: re.Match[str], today: date) -> Days:
    day = _integer(match["day"])
    this = today.replace(day=1)
    return one(today.replace(day=day) if day <= today.day else _months_before(this, 1).replace(day=day))


def _english_date(match: re.Match[str], today: date) -> Days:
    month = words("dates")["english_months"][match["month"].lower()]
    day = int(match["day"])
    if match["year"]:
        return one(date(int(match["year"]), month, day), spoken=False)
    return one(recent(lambda year: date(year, month, day), today), spoken=False)


def _feast(match: re.Match[str], today: date) -> Days:
    shift = words("dates")["years"].get(match["which"] or "")
    first, length = feasts.of(match["feast"].lower(), today, shift)
    during = match["during"] or match["feast"].isascii()
    return Days(first, first + timedelta(days=(length if during else 1) - 1))


def _lunar(match: re.Match[str], today: date) -> Days:
    month = _integer(match["month"].replace("正", "一").replace("腊", "十二").replace("冬", "十一"))
    return one(feasts.lunar_day(month, _integer(match["day"].removeprefix("初").replace("廿", "二十")), today))


_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:20\d\d|\d\d|[二〇零一三四五六七八九]{4})"


@cache
def _rules() -> tuple[Rule, ...]:
    """The most telling first; each is tried where something that looks like a day begins."""
    table = words("dates")
    all_feasts = [*table["feasts"], *table["lunar_feasts"], *table["solar_terms"]]
    return (
        (pattern(rf"(?P<year>{_YEAR})年(?P<month>{_N})月(?P<day>{_N})[日号]?"), _with_year),
        (pattern(r"(?<![\d.])(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![\d-])"), _with_year),
        (
            pattern(
                r"(?:农历|阴历|旧历)(?P<month>[正腊冬一二三四五六七八九十]{1,2})月(?P<day>初?[一二三四五六七八九十廿]{1,3})"
            ),
            _lunar,
        ),
        (
            pattern(
                r"(?:(?P<which><years>)的?)?(?P<feast><feasts>)(?:节(?!目))?(?P<during>期间|假期|长假|黄金周|放假|小长假|假日|那几天)?(?:当天|那天|当日)?(?![路街村巷区桥广])",
                years=table["years"],
                feasts=all_feasts,
            ),
            _feast,
        ),
        (
            pattern(
                rf"(?:(?P<which><years>)的?)?(?P<month>{_N})月(?:份)?(?P<day>{_N})[日号]?(?!\d|个|次)",
                years=table["years"],
            ),
            _month_day,
        ),
        (pattern(rf"(?P<which><months>)(?:的?(?P<day>{_N})[号日])?", months=table["months"]), _month),
        (pattern(r"(?P<count>半|" + NUMBER + r")个?(?P<unit>月|多月|星期|礼拜|周|天|日)(?:之?前|以前)(?!后)"), _ago),
        (
            pattern(
                r"(?:(?P<which><weeks>)的?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-6])(?![至到~\d年岁块个])",
                weeks=table["weeks"],
            ),
            _weekday,
        ),
        (pattern(r"(?P<which><weeks>)?(?:周|星期|礼拜)(?P<end>末)", weeks=table["weeks"]), _week),
        (
            pattern(r"(?P<which><weeks>)(?P<end>)(?:周|星期|礼拜)(?![一二三四五六日天1-6末])", weeks=table["weeks"]),
            _week,
        ),
        (pattern(r"<days>(?!天)", days=(day for day in table["days"] if not day.isascii())), _relative_day),
        (pattern(r"\b<days>\b", days=(day for day in table["days"] if day.isascii())), _relative_day),
        (pattern(r"\b(?P<count>\d{1,3}|an?|one) (?P<unit>day|week)s? ago\b"), _ago_english),
        (
            pattern(
                r"\b(?:(?:on )?(?P<which>last|this) |on )?(?P<weekday><weekdays>)\b", weekdays=table["english_weekdays"]
            ),
            _weekday_english,
        ),
        (
            pattern(
                r"\b(?P<month><months>)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?:,? (?P<year>20\d\d))?",
                months=table["english_months"],
            ),
            _english_date,
        ),
        (
            pattern(
                r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)? (?:of )?(?P<month><months>)\b(?:,? (?P<year>20\d\d))?",
                months=table["english_months"],
            ),
            _english_date,
        ),
        (
            pattern(
                r"(?<![\d.:/-])(?P<which>)(?P<month>1[0-2]|0?[1-9])[-/](?P<day>[12]\d|3[01]|0?[1-9])(?![\d:/.-]|号线|[个件人路元块分楼栋])"
            ),
            _month_day,
        ),
        (
            pattern(
                r"(?<![\d路街道巷弄第-])(?P<day>\d{1,2})[号日](?=[早上下中晚凌傍]|那天|当天|的?时候|我|在|去|左右|[,.。 ]|$)(?!上[车下门]|下[车门])"
            ),
            _day_of_month,
        ),
    )


@cache
def _any_date() -> re.Pattern[str]:
    """Where a day may begin. One scan with this keeps the rules off the rest of the text."""
    return re.compile(
        "|".join(f"(?:{re.sub(r'[?]P<[a-z]+>', '?:', rule.pattern)})" for rule, _ in _rules()), re.IGNORECASE
    )
