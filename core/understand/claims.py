"""What a person wants done: the sentence that begins like a demand. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from core.understand.found import Found, at
from core.understand.lexicon import Phrases, pattern, phrases, words
from core.understand.reading import Slot
from core.understand.signs import beginnings


def find_claims(said: str, now: datetime) -> Iterator[Found]:
    """At most one claim, to the end of its sentence: 要求退款并道歉."""
    start = _starts().first(said)
    match = None if start is None else _demand().search(said, start)
    if match:
        wording = match["value"].strip()
        yield at(match, Slot("claim", wording, wording, wording), "value")


@cache
def signs_of_claims() -> frozenset[str]:
    """What a text has one of where it demands something."""
    return beginnings(words("slots")["claim"]["starts"])


@cache
def _starts() -> Phrases:
    return phrases(words("slots")["claim"]["starts"])


@cache
def _demand() -> re.Pattern[str]:
    table = words("slots")["claim"]
    return pattern(
        r"(?:^|(?<=[\s,;!?:。、]))(?!<not_claims>)(?P<value><starts>(?:(?!<ends_at>)[^。!?;\n\0]){2,200})", **table
    )
