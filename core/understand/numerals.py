"""Numbers as people write them: 300, 1.2万, 三百, 两千五, 一万二. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "幺": 1}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_ARABIC = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(\.\d{1,4})?([百千万亿])?")

NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,3}(?!\d)|\d{1,12})(?:\.\d{1,4})?[百千万亿]?|[一二两三四五六七八九十百千万零〇]{1,12}"
"""What ``number`` can read, as a pattern."""

NUMERALS = r"\d一二两三四五六七八九十百千万亿零〇"
"""The characters with which such a number ends, as a set in a pattern."""

LONGEST_NUMBER = 22
"""More than the characters of any such number: 100,000,000,000.1234万."""


def number(text: str) -> Decimal | None:
    """The value of a numeral, None where it is none."""
    arabic = _ARABIC.fullmatch(text)
    if arabic:
        value = Decimal(arabic[1].replace(",", "") + (arabic[2] or ""))
        return value * _UNITS.get(arabic[3] or "", 1)
    value_or_none = chinese(text)
    return None if value_or_none is None else Decimal(value_or_none)


def chinese(text: str) -> int | None:
    """三百二十 is 320, 两千五 is 2500, 二〇二六 is 2026; None for what is not a numeral."""
    if not text or len(text) > 16 or not all(char in _DIGITS or char in _UNITS for char in text):
        return None
    return spelled(text) if not any(char in _UNITS for char in text) else _by_units(text)


def spelled(text: str) -> int:
    """Digits said one by one: 二〇二六."""
    return int("".join(str(_DIGITS[char]) for char in text))


def _by_units(text: str) -> int | None:
    for unit in "亿万":
        head, found, tail = text.rpartition(unit)
        if found:
            return _joined(head, tail, _UNITS[unit])
    return _below_ten_thousand(text)


def _joined(head: str, tail: str, unit: int) -> int | None:
    high, low = chinese(head), _rest(tail, unit)
    return None if high is None or low is None else high * unit + low


def _rest(tail: str, unit: int) -> int | None:
    if not tail:
        return 0
    # In speech 一万二 is 12,000: a lone last digit counts the next lower unit.
    return _DIGITS[tail] * unit // 10 if tail in _DIGITS else chinese(tail.lstrip("零〇"))


def _below_ten_thousand(text: str) -> int | None:
    for unit in "千百十":
        head, found, tail = text.partition(unit)
        if found:
            return _joined(head or "一", tail, _UNITS[unit]) if unit != "十" else _tens(head, tail)
    return _DIGITS.get(text)


def _tens(head: str, tail: str) -> int | None:
    tens, ones = _DIGITS.get(head.lstrip("零〇") or "一"), _DIGITS.get(tail or "零")
    return None if tens is None or ones is None else tens * 10 + ones
