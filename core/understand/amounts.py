"""Money and quantities: 300元, 三百块, 1.2万元, ￥50, 50件. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache

from core.understand.found import Found, at
from core.understand.lexicon import pattern, words
from core.understand.numerals import LONGEST_NUMBER, NUMBER, NUMERALS, number
from core.understand.reading import Slot
from core.understand.signs import LATIN, LETTER, beginnings

_SOME = "几数上"
"""Before a numeral they make it “some”: 几十箱 is not ten boxes."""

_SIGNED = re.compile(rf"(?:[¥￥]|\b(?:RMB|CNY)) ?(?P<count>{NUMBER})(?:元|块钱?)?", re.IGNORECASE)
_YUAN = re.compile(
    rf"(?<![\d.第{_SOME}])(?P<count>{NUMBER})(?:多|余|来)?(?P<unit>元(?![旦宵素件月首老气])钱?|圆|块钱|块(?![砖地板牌石玻布肉田儿])|人民币|\s?(?:yuan|rmb|cny)\b)"
    r"(?P<tail>[一二三四五六七八九]|\d(?!\d))?(?P<jiao>[毛角]钱?)?",
    re.IGNORECASE,
)
_JIAO = re.compile(rf"(?<![\d.{_SOME}])(?P<count>{NUMBER})[毛角]钱")

_PEOPLE = re.compile(
    rf"(?<![\d.第{_SOME}])(?P<count>{NUMBER})(?:多|余|来|几)?(?:个人|个学生|人|名|位|户|people\b|persons\b)"
)

SIGNS_OF_MONEY = frozenset("¥￥元圆块币钱") | {LETTER}
"""What a text has one of where it names a sum."""


def find_money(said: str, now: datetime) -> Iterator[Found]:
    for form in (_SIGNED, _YUAN, _JIAO) if "钱" in said else (_SIGNED, _YUAN):
        for match in form.finditer(said):
            value = _yuan(match)
            if value is not None and not _idiom(match, said):
                yield at(match, Slot("money", decimal_words(value), match.group(), match.group()))


def _yuan(match: re.Match[str]) -> Decimal | None:
    value = number(match["count"])
    if value is None or match.re is _SIGNED:
        return value
    if match.re is _JIAO:
        return value / 10
    return value + (number(match["tail"]) or Decimal(0)) / 10 if match["tail"] else value


def _idiom(match: re.Match[str], said: str) -> bool:
    """一块 is “together” and 两块 may be pieces: a bare Chinese numeral wants 钱 or the end of a clause after it."""
    bare = match.re is _YUAN and match["unit"] == "块" and match["count"] in "一两" and not match["tail"]
    return bare and (match["count"] == "一" or not re.match(r"[,.。!?;]|$", said[match.end() :]))


def decimal_words(value: Decimal) -> str:
    """A number without exponent or idle zeros: 12000, 3.5."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def find_people(said: str) -> Iterator[int]:
    """How many people are spoken of: 二十多人, 30名学生."""
    for match in _PEOPLE.finditer(said):
        value = number(match["count"])
        if value is not None:
            yield int(value)


def find_quantities(said: str, now: datetime) -> Iterator[Found]:
    unit = _unit_after_numeral().search(said)
    if not unit:
        return
    for match in _counted().finditer(said, max(0, unit.start() - LONGEST_NUMBER)):
        value = number(match["count"])
        if value is not None:
            yield at(
                match,
                Slot("quantity", decimal_words(value) + match["unit"].strip().lower(), match.group(), match.group()),
            )


@cache
def signs_of_quantities() -> frozenset[str]:
    """What a text has one of where it counts something."""
    return beginnings(words("slots")["units"]) | {LETTER}


@cache
def _unit_after_numeral() -> re.Pattern[str]:
    """How every quantity ends; one search for this passes over the text before the first."""
    han = "".join(sorted({unit[0] for unit in words("slots")["units"] if not unit.isascii()}))
    return re.compile(rf"[{NUMERALS}多](?:[{han}]|\s?[{LATIN}])")


@cache
def _counted() -> re.Pattern[str]:
    return pattern(
        rf"(?<![\d.第这那{_SOME}])(?P<count>{NUMBER})多?(?P<unit><units>|\s?(?:pcs|pieces|boxes|units|kg)\b)(?!事|小时|月|人|星期|礼拜)",
        units=words("slots")["units"],
    )
