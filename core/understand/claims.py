"""What a person wants done: the sentence that begins like a demand. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from core.understand.found import Found, at
from core.understand.lexicon import pattern, words
from core.understand.reading import Slot


def find_claims(said: str, now: datetime) -> Iterator[Found]:
    """At most one claim, to the end of its sentence: 要求退款并道歉."""
    match = _demand().search(said)
    if match:
        wording = match["value"].strip()
        yield at(match, Slot("claim", wording, wording, wording), "value")


@cache
def _demand() -> re.Pattern[str]:
    table = words("slots")["claim"]
    return pattern(
        r"(?:^|(?<=[\s,;!?:。、]))(?!<not_claims>)(?P<value><starts>(?:(?!<ends_at>)[^。!?;\n\0]){2,200})", **table
    )
