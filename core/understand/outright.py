"""What a long story tells outright. It holds many names and days, and only some are the facts that are asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from core.understand.found import Found
from core.understand.lexicon import pattern, words
from core.understand.reading import Slot

STORY = 60
"""From this length on a message is a story. A fact left out of it is asked for; a wrong one would have to be noticed."""

_LOOK_BACK = 16
_CLOCK = re.compile(r"\d\d:\d\d")
_EMPTY_CLAIM = 8
"""“望回复” and “请领导重视” end a letter; they ask for nothing that one could act on."""

_NAMES_A_DAY = re.compile(r"\d|[月日号昨前]|ago|yesterday")
_MOBILE = re.compile(r"1\d{10}")
_MANY_ARE_FINE = ("claim", "money", "id_number", "email", "place", "address", "respondent")
"""Kinds of which the first counts, or of which their surroundings tell whether they do."""


def told_outright(said: str, found: Iterable[Found], today: str) -> list[Found]:
    """The facts that leave no doubt: the only one of its kind, or named as what it is."""
    clear = [one for one in found if _is_clear(one, said, today)]
    return [one for one in clear if _is_the_only(one, clear)]


def _is_the_only(one: Found, clear: list[Found]) -> bool:
    kind = one.slot.kind
    return kind in _MANY_ARE_FINE or len({other.slot.value for other in clear if other.slot.kind == kind}) == 1


def _is_clear(one: Found, said: str, today: str) -> bool:
    test = _TESTS.get(one.slot.kind)
    return test is None or test(one.slot, said[max(0, one.start - _LOOK_BACK) : one.start], today)


def _is_a_place(slot: Slot, before: str, today: str) -> bool:
    return bool(_stands_at().search(before)) and not slot.value.endswith(_no_places())


def _is_complained_of(slot: Slot, before: str, today: str) -> bool:
    return bool(_complains().search(before))


def _is_a_past_day(slot: Slot, before: str, today: str) -> bool:
    """“今天” in a letter is mostly the day it is written on; a feast or a run of days is a way of speaking."""
    return "/" not in slot.value and slot.value != today and bool(_NAMES_A_DAY.search(slot.said))


def _is_a_claim(slot: Slot, before: str, today: str) -> bool:
    return len(slot.value) >= _EMPTY_CLAIM


def _is_a_clock_time(slot: Slot, before: str, today: str) -> bool:
    return bool(_CLOCK.fullmatch(slot.value))


def _is_their_phone(slot: Slot, before: str, today: str) -> bool:
    return bool(_MOBILE.fullmatch(slot.value)) and not _of_others().search(before)


_TESTS: dict[str, Callable[[Slot, str, str], bool]] = {
    "place": _is_a_place,
    "address": _is_a_place,
    "respondent": _is_complained_of,
    "date": _is_a_past_day,
    "claim": _is_a_claim,
    "time": _is_a_clock_time,
    "phone": _is_their_phone,
}
"""Whether a fact of that kind leaves no doubt, by what stands before it and which day it is."""


@cache
def _no_places() -> tuple[str, ...]:
    return tuple(words("slots")["outright"]["no_places"])


@cache
def _stands_at() -> re.Pattern[str]:
    table = words("slots")
    return pattern(r"(?:<at>|<labels>\s*[是为在:=]*\s*)$", at=table["outright"]["at"], labels=table["place"]["labels"])


@cache
def _complains() -> re.Pattern[str]:
    table = words("slots")
    return pattern(
        r"(?:<complain>(?:的是|一下|:)?|<labels>\s*[是为:=]+\s*)$",
        complain=table["outright"]["complain"], labels=table["organisation"]["labels"],
    )  # fmt: skip


@cache
def _of_others() -> re.Pattern[str]:
    return pattern(r"<others>[^,;!?。]*$", others=words("slots")["outright"]["others"])
