"""Days as people say them, made absolute: 昨天, 上周三, 11月20日, 国庆期间, 除夕. Pure."""

from __future__ import annotations

import calendar as gregorian
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from core.records import record
from core.understand import feasts
from core.understand.found import Found, at
from core.understand.lexicon import HAN, pattern, words
from core.understand.numerals import NUMBER, NUMERALS, chinese, number
from core.understand.reading import Slot
from core.understand.signs import LATIN, LETTER

ZONE = ZoneInfo("Asia/Shanghai")
_HAN = re.compile(f"[{HAN}]")
_SOON = 31
"""A date without a year that lies at most this many days ahead is meant as said; further ahead it was last year."""


@record(frozen=True, slots=True)
class Days:
    """One day or a run of days. ``spoken`` tells 昨天 from 11月22日: only the former is explained when echoed."""

    first: date
    last: date
    spoken: bool = True


Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], Days | None]]


def find_dates(said: str, now: datetime) -> Iterator[Found]:
    """Every day the text names, from left to right, read against today in the institution's zone."""
    if not _telling().search(said):
        return
    today = now.astimezone(ZONE).date()
    position = taken = 0
    while begin := _beginning().search(said, position):
        match = _any_date().match(said, begin.start())
        position = (match or begin).end()
        if match and match.start() >= taken and (found := _read_at(said, match.start(), today)):
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
    language = "zh" if not days.spoken or _HAN.search(said) else "en"
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


_BLOCKS = {
    "<n>": r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})",
    "<y>": r"(?:20\d\d|\d\d|[二〇零一三四五六七八九]{4})",
    "<number>": f"(?:{NUMBER})",
}

_MEANINGS: dict[str, Callable[[re.Match[str], date], Days | None]] = {
    meaning.__name__.removeprefix("_"): meaning
    for meaning in (
        _with_year, _lunar, _feast, _month_day, _month, _ago, _weekday, _week, _relative_day,
        _ago_english, _weekday_english, _english_date, _day_of_month,
    )
}  # fmt: skip


@cache
def _rules() -> tuple[Rule, ...]:
    """The forms of the words file with their meanings; each is tried where something that looks like a day begins."""
    table = words("dates")
    lists = {name: table[name] for name in ("years", "months", "weeks", "english_weekdays", "english_months")}
    lists["feasts"] = [*table["feasts"], *table["lunar_feasts"], *table["solar_terms"]]
    lists["days_in_han"] = [day for day in table["days"] if not day.isascii()]
    lists["days_in_latin"] = [day for day in table["days"] if day.isascii()]
    return tuple((pattern(_filled(form["looks"]), **lists), _MEANINGS[form["means"]]) for form in table["form"])


def _filled(form: str) -> str:
    for block, meaning in _BLOCKS.items():
        form = form.replace(block, meaning)
    return form


@cache
def signs_of_dates() -> frozenset[str]:
    """What a text has one of where it names a day."""
    return frozenset("-/.") | _last_characters() | {LETTER}


@cache
def _telling() -> re.Pattern[str]:
    """The same as a pattern. In numbers a dash, a slash or a dot stands between digits."""
    return re.compile(rf"[{LATIN}{''.join(sorted(_last_characters()))}]|\d[-/.]\d")


def _last_characters() -> frozenset[str]:
    """What every form in Han has one of: years, weeks and the like, or the last character of what has a name."""
    table = words("dates")
    named = (*table["days"], *table["months"], *table["feasts"], *table["lunar_feasts"], *table["solar_terms"])
    return frozenset("年月前周星礼日号") | {word.rstrip("0123456789")[-1] for word in named if not word.isascii()}


@cache
def _beginning() -> re.Pattern[str]:
    """What a day begins with, by two characters: 昨天, 上周, 3月, 20 of May. Weeks without 上 and Latin letters begin with any."""
    seconds = {first: _class(second) for first, second in _named().items()}
    alone = f"周星礼农阴旧{LATIN}"
    begun = "|".join(f"(?<={first})(?={second})" for first, second in seconds.items())
    number = rf"(?<=[{NUMERALS}半])(?=[{NUMERALS}年月个多星礼周天日号{LATIN}\s,./-])"
    return re.compile(f"[{NUMERALS}半{alone}{''.join(seconds)}](?:{number}|(?<=[{alone}])|{begun})")


def _named() -> dict[str, set[str]]:
    """The first characters of what has a name, each with those that may follow. After 上, 这 and the like that is a week."""
    table = words("dates")
    lists = ("days", "years", "months", "weeks", "feasts", "lunar_feasts", "solar_terms")
    named: dict[str, set[str]] = {}
    for word in (word for name in lists for word in table[name] if not word.isascii()):
        named.setdefault(word[0], set()).update(word[1] if len(word) > 1 else "的周星礼")
    return named


def _class(characters: set[str]) -> str:
    return f"[{''.join(sorted(characters))}]"


@cache
def _any_date() -> re.Pattern[str]:
    """Any of the forms. Tried where a day may begin, this keeps the rules off the rest of the text."""
    return re.compile(
        "|".join(f"(?:{re.sub(r'[?]P<[a-z]+>', '?:', rule.pattern)})" for rule, _ in _rules()), re.IGNORECASE
    )
