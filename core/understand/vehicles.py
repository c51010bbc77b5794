"""What a bus passenger or a buyer reads off: lines, plates, vehicle, order and part numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from core.understand.found import Found, at
from core.understand.lexicon import Phrases, pattern, phrases, words
from core.understand.numerals import chinese
from core.understand.reading import Slot, SlotKind
from core.understand.signs import LATIN, LETTER, beginnings

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][ ]?[A-HJ-NP-Za-hj-np-z][ ·.\-]?"
    r"[A-HJ-NP-Za-hj-np-z0-9]{4,5}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳](?![A-Za-z0-9])"
)
_LINE = re.compile(
    r"(?P<metro>(?:地铁|轻轨|磁浮|城铁|轨道交通)(?P<metro_no>\d{1,2}|[一二三四五六七八九十]{1,3})号线)"
    r"|(?P<named>(?:高峰|社区|夜间|定制|微|大站)?(?:快线|快(?=\d{1,3}[号路线])|专线|环线|巴士|夜宵线|支线|干线)(?P<named_no>\d{1,3})[号路线]?)"
    r"|(?P<numbered>(?:旅游?|夜间?|[A-Za-z]|机场)?(?<!\d)(?P<no>\d{1,4})路(?:公交车?|公共汽车|大巴|车|线)?)"
    r"|(?P<spoken>(?P<spoken_no>[一二三四五六七八九十百零]{1,5})路(?:公交车?|公共汽车|车))"
    r"|\b(?:bus|route|line)(?: line| no\.?| number)? (?P<english>[A-Za-z]?\d{1,3})\b",
    re.IGNORECASE,
)

# What every form has in Han: 2路, 2号线, 快线5, 巴士5. The English ones have letters.
_LINE_SIGN = re.compile(rf"[\d一二三四五六七八九十百零线快士{LATIN}](?:路|号线|(?<=[线快士])\d|(?<=[{LATIN}]))")
SIGNS_OF_LINES = frozenset("路线快士") | {LETTER}
"""What a text has one of where it names a line."""

_LABELLED: tuple[SlotKind, ...] = ("order_no", "part_no", "vehicle")


def find_plates(said: str, now: datetime) -> Iterator[Found]:
    for match in _PLATE.finditer(said):
        value = re.sub(r"[ ·.\-]", "", match.group()).upper()
        if any(char.isdigit() for char in value):
            yield at(match, Slot("vehicle", value, match.group(), f"{value[:2]}·{value[2:]}"))


def find_lines(said: str, now: datetime) -> Iterator[Found]:
    """Bus and metro lines, in one form: 32路, 快线5号, 地铁2号线."""
    if not _LINE_SIGN.search(said):
        return
    for match in _LINE.finditer(said):
        value = _line(match)
        if value:
            yield at(match, Slot("line", value, match.group(), value))


def _line(match: re.Match[str]) -> str | None:
    if match["metro"]:
        return match["metro"].replace(match["metro_no"], _digits(match["metro_no"]) or "")
    if match["named"]:
        return match["named"]
    if match["numbered"]:
        return match["numbered"].partition("路")[0].upper() + "路"
    number = match["english"] or _digits(match["spoken_no"])
    return f"{number.upper()}路" if number else None


def _digits(text: str) -> str | None:
    """三十二 is 32; 五一 is no number but a street."""
    if text.isdecimal():
        return text
    value = chinese(text) if len(text) == 1 or any(unit in text for unit in "十百") else None
    return None if value is None else str(value)


def find_labelled(said: str, now: datetime) -> Iterator[Found]:
    """Numbers that only their label tells: 车号 1234, 订单号：X, 料号：X."""
    start = _any_label().first(said)
    if start is None:
        return
    for kind, form in _labelled():
        for match in form.finditer(said, start):
            value = match["value"].strip("-").upper()
            if any(char.isdigit() for char in value):
                yield at(match, Slot(kind, value, match.group(), value))


@cache
def signs_of_labels() -> frozenset[str]:
    """What a text has one of where it has a label."""
    return beginnings(*(words("slots")[kind] for kind in _LABELLED))


@cache
def _any_label() -> Phrases:
    return phrases(*(words("slots")[kind] for kind in _LABELLED))


@cache
def _labelled() -> tuple[tuple[SlotKind, re.Pattern[str]], ...]:
    return tuple(
        (
            kind,
            pattern(
                r"<labels>(?:码|号)?\s*(?:是|为|:|=|#|is)*\s*(?P<value>[A-Za-z0-9][A-Za-z0-9\-_/]{2,31})",
                labels=words("slots")[kind],
            ),
        )
        for kind in _LABELLED
    )
