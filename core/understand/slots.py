"""The facts in a message: every reader looks in turn, and none sees the words another has claimed. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache

from core.understand.amounts import SIGNS_OF_MONEY, find_money, find_quantities, signs_of_quantities
from core.understand.claims import find_claims, signs_of_claims
from core.understand.contacts import SIGNS_OF_PHONES, find_emails, find_identity, find_phones
from core.understand.dates import ZONE, find_dates, signs_of_dates
from core.understand.found import Finder, Found, hide
from core.understand.hours import find_hours, signs_of_hours
from core.understand.names import find_names, signs_of_names
from core.understand.outright import STORY, told_outright
from core.understand.reading import Slot
from core.understand.runs import find_places, find_respondents, signs_of_places, signs_of_respondents
from core.understand.signs import LETTER, SEVEN_DIGITS, Signs
from core.understand.vehicles import SIGNS_OF_LINES, find_labelled, find_lines, find_plates, signs_of_labels

_Readers = tuple[tuple[Finder, Signs], ...]
"""Readers in the order in which they are asked, each with the signs of which a text has one where there is something for it."""

_PART_OF_NAMES = ("line", "vehicle", "quantity")
"""Numbers that may belong to a name: 32路司机."""

_FEW = "一两几"

_MOST = 12


def find_slots(said: str, now: datetime, signs: Signs) -> tuple[Slot, ...]:
    """Up to twelve facts in the order they are said. A reader that needs what the text has not is not asked."""
    if _needed().isdisjoint(signs):
        return ()
    found = _claimed(said, now, signs)
    named = hide(said, (one for one in found if one.slot.kind not in _PART_OF_NAMES)) if found else said
    for finder, needs in _sharing():
        if not needs.isdisjoint(signs):
            found += finder(named, now)
    if not signs_of_claims().isdisjoint(signs):
        found += find_claims(said, now)
    if not found:
        return ()
    found = [one for one in found if not _is_a_manner_of_speaking(one)]
    if len(said) > STORY:
        found = told_outright(said, found, now.astimezone(ZONE).date().isoformat())
    return _in_order(said, found)


def _claimed(said: str, now: datetime, signs: Signs) -> list[Found]:
    rest = said
    claimed: list[Found] = []
    for finder, needs in _claiming():
        if not needs.isdisjoint(signs) and (new := list(finder(rest, now))):
            rest = hide(rest, new)
            claimed += new
    return _explained(claimed) if claimed else claimed


@cache
def _needed() -> Signs:
    """What all readers need together: many a message, such as 同意, has nothing of it."""
    return signs_of_claims().union(*(needs for _, needs in (*_claiming(), *_sharing())))


@cache
def _claiming() -> _Readers:
    """Readers of numbers, the most telling first: a phone is no order number, a date no quantity."""
    return (
        (find_emails, frozenset("@")),
        (find_identity, frozenset((SEVEN_DIGITS,))),
        (find_phones, SIGNS_OF_PHONES),
        (find_labelled, signs_of_labels()),
        (find_plates, frozenset((LETTER,))),
        (find_lines, SIGNS_OF_LINES),
        (find_dates, signs_of_dates()),
        (find_hours, signs_of_hours()),
        (find_money, SIGNS_OF_MONEY),
        (find_quantities, signs_of_quantities()),
    )


@cache
def _sharing() -> _Readers:
    """Readers of words, which may share some: 投诉三食堂 tells who and where."""
    return (
        (find_names, signs_of_names()),
        (find_respondents, signs_of_respondents()),
        (find_places, signs_of_places()),
    )


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
