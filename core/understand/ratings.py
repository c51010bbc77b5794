"""How satisfied someone says to be, 1 to 5; and which attachment is to go. Pure."""

from __future__ import annotations

import re
from functools import cache

from core.understand.lexicon import pattern, words
from core.understand.numerals import chinese
from core.understand.signs import LETTER, Signs, beginnings

_EDGES = " ,.;:!?。~"


def find_rating(said: str, signs: Signs) -> int | None:
    """5 for 打5分, 五星, 非常满意; None where nothing is rated."""
    text = said.strip(_EDGES).lower()
    match = None if _signs_of_units().isdisjoint(signs) else _scored().fullmatch(text)
    return _count(match["count"]) if match else words("ratings")["words"].get(text)


def find_removal(said: str, signs: Signs) -> int | None:
    """The n of 删掉第n张, or of “remove photo n”."""
    if _signs_of_removal().isdisjoint(signs):
        return None
    match = _removal().fullmatch(said.strip(_EDGES).lower())
    return _count(match["zh"] or match["tail"] or match["en"]) if match else None


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() else chinese(text)


@cache
def _signs_of_units() -> frozenset[str]:
    return beginnings(words("ratings")["scored"]["unit"])


@cache
def _signs_of_removal() -> frozenset[str]:
    return beginnings(words("ratings")["removal"]["take_out"]) | {LETTER}


@cache
def _scored() -> re.Pattern[str]:
    return pattern(
        r"<before>{0,3}\s*[:是]?\s*(?P<count>[1-5]|[一二两三四五])\s*(?:颗)?<unit><after>{0,2}",
        **words("ratings")["scored"],
    )


@cache
def _removal() -> re.Pattern[str]:
    count = r"\d{1,2}|[一二两三四五六七八九十]{1,2}"
    return pattern(
        rf"(?:请|帮我|麻烦)?<take_out>(?:了|一下)?第?(?P<zh>{count})<piece>{{1,2}}(?:吧|了|谢谢)?"
        rf"|(?:请|帮我|麻烦)?(?:把|将)?第(?P<tail>{count})<piece>{{1,2}}<take_out>(?:了|吧|掉)*"
        rf"|(?:please )?(?:remove|delete|drop|take out) (?:the )?<thing> ?(?:no\.? ?|number |#)?(?P<en>\d{{1,2}})",
        **words("ratings")["removal"],
    )
