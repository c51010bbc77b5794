"""Do two tellings speak of the same matter? Cosine of their character pairs. Pure."""

from __future__ import annotations

import math
from collections import Counter

ALIKE = 0.5
"""On real messages near copies score above this and different matters of one person far below."""

LONGEST = 2000


def likeness(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (the same words)."""
    first, second = _pairs(one), _pairs(other)
    shared = sum(count * second[pair] for pair, count in first.items())
    return shared / (_length(first) * _length(second)) if shared else 0.0


def _pairs(text: str) -> Counter[str]:
    letters = "".join(filter(str.isalnum, text[:LONGEST].lower()))
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))


def _length(pairs: Counter[str]) -> float:
    return math.sqrt(sum(count * count for count in pairs.values()))
