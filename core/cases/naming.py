"""Whether a text names somebody, or a unit, however it is written: spaces, marks and full-width letters hide nothing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.records import record

SHORTEST = 2
"""A name of one character would be found in every story."""

_UNSEEN = re.compile(r"[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]")
"""Accents, and what is not shown at all: they part no word."""
_WORD = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")


@record(frozen=True, slots=True)
class Said:
    """Texts to look for names in: ``letters`` with nothing between them, ``words`` with a space around each."""

    letters: str
    words: str

    def names(self, name: str) -> bool:
        """Chinese has no spaces between words, so a name may stand within others; one in Latin letters is a word or several."""
        parts = words_of(name)
        letters = "".join(parts)
        if len(letters) < SHORTEST:
            return False
        if not letters.isascii():
            return letters in self.letters
        # Surname first, surname last, or written as one.
        return any(f" {' '.join(way)} " in self.words for way in (parts, parts[::-1], [letters]))


def said(texts: Iterable[str]) -> Said:
    """Nothing is found that begins in one text and ends in the next."""
    parts = [words_of(text) for text in texts]
    return Said("\n".join(map("".join, parts)), "\n".join(f" {' '.join(part)} " for part in parts))


def words_of(text: str) -> list[str]:
    """The words of a text in one form; where Chinese and Latin letters meet, one ends."""
    return _WORD.findall(_UNSEEN.sub("", unicodedata.normalize("NFKD", text).casefold()))


def letters_of(text: str) -> str:
    """What two ways of writing the same name have in common."""
    return "".join(words_of(text))
