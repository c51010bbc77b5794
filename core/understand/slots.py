"""The facts in a message: every reader looks in turn, and none sees the words another has claimed. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from itertools import chain

from core.understand.amounts import find_money, find_quantities
from core.understand.claims import find_claims
from core.understand.contacts import find_emails, find_identity, find_phones
from core.understand.dates import ZONE, find_dates
from core.understand.found import Finder, Found, hide
from core.understand.hours import find_hours
from core.understand.names import find_names
from core.understand.outright import STORY, told_outright
from core.understand.reading import Slot
from core.understand.runs import find_places, find_respondents
from core.understand.vehicles import find_labelled, find_lines, find_plates

_CLAIMING: tuple[Finder, ...] = (
    find_emails, find_identity, find_phones, find_labelled, find_plates, find_lines, find_dates, find_hours, find_money, find_quantities,
)  # fmt: skip
"""Readers of numbers, the most telling first: a phone is no order number, a date no quantity."""

_WITHOUT_DIGITS: tuple[Finder, ...] = (
    find_emails, find_phones, find_lines, find_dates, find_hours, find_money, find_quantities,
)  # fmt: skip
_WITHOUT_NUMERALS: tuple[Finder, ...] = (find_emails, find_dates, find_hours)
"""Those of them that can find something where no number is said: most messages need not be shown to the others."""

_DIGIT = re.compile(r"\d")
_NUMERAL = re.compile("[〇零一二两三四五六七八九十百千万幺]")

_SHARING: tuple[Finder, ...] = (find_names, find_respondents, find_places)
"""Readers of words, which may share some: 投诉三食堂 tells who and where."""

_PART_OF_NAMES = ("line", "vehicle", "quantity")
"""Numbers that may belong to a name: 32路司机."""

_FEW = "一两几"

_MOST = 12


def find_slots(said: str, now: datetime) -> tuple[Slot, ...]:
    """Up to twelve facts in the order they are said."""
    rest, claimed = said, []
    for finder in _claiming(said):
        if new := list(finder(rest, now)):
            rest = hide(rest, new)
            claimed += new
    claimed = _explained(claimed)
    named = hide(said, (found for found in claimed if found.slot.kind not in _PART_OF_NAMES))
    shared = chain.from_iterable(finder(named, now) for finder in _SHARING)
    found = [one for one in (*claimed, *shared, *find_claims(said, now)) if not _is_a_manner_of_speaking(one)]
    if len(said) > STORY:
        found = told_outright(said, found, now.astimezone(ZONE).date().isoformat())
    return _in_order(said, found)


def _claiming(said: str) -> tuple[Finder, ...]:
    if _DIGIT.search(said):
        return _CLAIMING
    return _WITHOUT_DIGITS if _NUMERAL.search(said) else _WITHOUT_NUMERALS


def _is_a_manner_of_speaking(found: Found) -> bool:
    """一个, 两台 and 一批 count nothing; 三箱 and 一百件 do."""
    return found.slot.kind == "quantity" and found.slot.said[0] in _FEW and not found.slot.value[1:2].isdecimal()


def _explained(found: list[Found]) -> list[Found]:
    """昨天 right before 中午 is shown with it: 昨天中午（11月22日）."""
    parts = {hour.start: hour.slot.said for hour in found if hour.slot.kind == "time"}
    return [
        replace(one, slot=_with_part(one.slot, parts[one.end])) if one.slot.kind == "date" and one.end in parts else one
        for one in found
    ]


def _with_part(slot: Slot, part: str) -> Slot:
    if not slot.shown.startswith(slot.said):
        return slot
    return replace(slot, shown=slot.said + part + slot.shown.removeprefix(slot.said))


def _in_order(said: str, found: list[Found]) -> tuple[Slot, ...]:
    slots = [_saying(one.slot, said[one.start : one.end].strip()) for one in sorted(found, key=lambda one: one.start)]
    return tuple(dict.fromkeys(slots))[:_MOST]


def _saying(slot: Slot, words: str) -> Slot:
    return slot if slot.said == words else replace(slot, said=words)
