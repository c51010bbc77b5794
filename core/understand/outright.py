"""What a long story tells outright. It holds many names and days, and only some are the facts that are asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from core.understand.found import Found
from core.understand.lexicon import pattern, words

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
    before = said[max(0, one.start - _LOOK_BACK) : one.start]
    value = one.slot.value
    tests: dict[str, Callable[[], bool]] = {
        "place": lambda: _is_a_place(before, value),
        "address": lambda: _is_a_place(before, value),
        "respondent": lambda: bool(_complains().search(before)),
        # “今天” in a letter is mostly the day it is written on; a feast or a run of days is a way of speaking.
        "date": lambda: "/" not in value and value != today and bool(_NAMES_A_DAY.search(one.slot.said)),
        "claim": lambda: len(value) >= _EMPTY_CLAIM,
        "time": lambda: bool(_CLOCK.fullmatch(value)),
        "phone": lambda: bool(_MOBILE.fullmatch(value)) and not _of_others().search(before),
    }
    return tests.get(one.slot.kind, lambda: True)()


def _is_a_place(before: str, value: str) -> bool:
    return bool(_stands_at().search(before)) and not value.endswith(tuple(words("slots")["outright"]["no_places"]))


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
