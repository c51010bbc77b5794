"""The language of this room: ``words/*.toml``, read once and turned into patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from core.records import record
from core.understand.signs import LETTER, Signs, has_letter

HAN = r"\u3400-\u9fff\U00020000-\U0002ffff"


@cache
def words(name: str) -> dict[str, Any]:
    """One file of ``words`` by its name."""
    return tomllib.loads(files(__package__).joinpath("words", f"{name}.toml").read_text("utf-8"))


def either(phrases: Iterable[str]) -> str:
    """An alternation of literal phrases, the longest first: 前天 must not hide 大前天's first half."""
    return "(?:" + "|".join(re.escape(phrase) for phrase in sorted(set(phrases), key=len, reverse=True)) + ")"


def pattern(template: str, **phrases: Iterable[str]) -> re.Pattern[str]:
    """Compile a pattern whose ``<name>`` stands for any of the phrases of that name."""
    for name, choices in phrases.items():
        template = template.replace(f"<{name}>", either(choices))
    return re.compile(template, re.IGNORECASE)


@record(frozen=True, slots=True)
class Phrases:
    """Forms to look for all at once. Han are found by their first characters; letters have two cases and must be tried at
    every character, so they stand apart and are looked for only where there is a letter.
    """

    han: re.Pattern[str] | None
    latin: re.Pattern[str] | None

    def within(self, text: str, signs: Signs) -> bool:
        """Whether the text, of which these are the signs, has one of them."""
        if self.han and self.han.search(text):
            return True
        return LETTER in signs and self.latin is not None and self.latin.search(text) is not None

    def first(self, text: str) -> int | None:
        """Where the first of them begins, None where there is none."""
        han = self.han.search(text) if self.han else None
        latin = self.latin.search(text) if self.latin and has_letter(text) else None
        if han and latin:
            return min(han.start(), latin.start())
        match = han or latin
        return match.start() if match else None


def phrases(*lists: Iterable[str]) -> Phrases:
    """The phrases of these lists, to be looked for at once."""
    every = {phrase for phrases in lists for phrase in phrases}
    latin = {phrase for phrase in every if has_letter(phrase[:1])}
    return forms(map(re.escape, sorted(every - latin)), map(re.escape, sorted(latin)))


def forms(han: Iterable[str], latin: Iterable[str]) -> Phrases:
    """The same of patterns: those called Latin have a letter in whatever they match."""
    return Phrases(_any_of(han), _any_of(latin))


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(patterns)
    return re.compile(joined, re.IGNORECASE) if joined else None
