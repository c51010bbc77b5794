"""What a text is made of, by which a reader sees at once that there is nothing for it: most readers need not be asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

Signs = frozenset[str] | set[str]

LETTER: Final = "letter"
"""The sign that a text has a Latin letter. As these have two cases, and forms, one sign stands for them all."""

DIGIT: Final = "digit"
"""The sign that a text has a digit of any script, as ``\\d`` has it."""

SEVEN_DIGITS: Final = "digits"
"""The sign that a text has seven of them or more."""

LATIN: Final = r"A-Za-z\u0130\u0131\u017f\u212a"
"""What a pattern that ignores case takes for Latin letters: the last four are forms of i, s and k to it."""

_LETTER = re.compile(f"[{LATIN}]")
_DIGIT = re.compile(r"\d")


def signs_of(said: str) -> set[str]:
    """The characters of a text, with the signs of letters and digits."""
    signs = set(said)
    if _LETTER.search(said):
        signs.add(LETTER)
    if digits := len(_DIGIT.findall(said)):
        signs.update((DIGIT, SEVEN_DIGITS) if digits >= 7 else (DIGIT,))
    return signs


def has_letter(said: str) -> bool:
    """Whether a text has a Latin letter."""
    return _LETTER.search(said) is not None


def beginnings(*lists: Iterable[str]) -> frozenset[str]:
    """The signs of which a text has one where it has any of these phrases: their first characters."""
    return frozenset(LETTER if has_letter(phrase[0]) else phrase[0] for phrases in lists for phrase in phrases)
