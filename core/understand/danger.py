"""Danger to life in a message. A needless hotline number costs a line, a missed one may cost a life: doubt means danger. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from core.understand.lexicon import either, pattern, words
from core.understand.reading import Danger

_CLAUSES = re.compile(r"[,;!?。!?\n]+")

_WORD = re.compile(r"[^\W\d]")
_LETTER = 100


def find_danger(said: str) -> Danger | None:
    """The gravest danger the text shows, by the order of the words file; None where there is none."""
    # Most messages have no such word at all, which one search for each danger tells.
    likely = [(danger, signs) for danger, signs in _signs() if signs.search(said)] if _WORD.search(said) else []
    if not likely:
        return None
    clauses = [_harmless().sub("\0", clause) for clause in _CLAUSES.split(said)]
    return next(
        (danger for danger, signs in likely if any(_shows(danger, signs, clause, said) for clause in clauses)), None
    )


def _shows(danger: Danger, signs: re.Pattern[str], clause: str, said: str) -> bool:
    """Whether a clause tells of this danger as a fact, and as one of now unless it is to oneself."""
    grave = danger == "suicide"
    stands = any(not _taken_back(grave).search(clause[: match.start()]) for match in signs.finditer(clause))
    return stands and (grave or _is_now(clause, said))


def _is_now(clause: str, said: str) -> bool:
    """Nobody writes a letter in the middle of a danger: in a long text only what says so is one of now."""
    return bool(_right_now().search(clause)) if len(said) > _LETTER else not _is_past(clause, said)


def _is_past(clause: str, said: str) -> bool:
    return bool(_past().search(clause)) and not _present().search(said)


@cache
def _signs() -> tuple[tuple[Danger, re.Pattern[str]], ...]:
    signs = words("danger")["words"].items()
    return tuple((cast(Danger, danger), _any_of(forms)) for danger, forms in signs)


def _any_of(forms: list[str]) -> re.Pattern[str]:
    """Any of the forms. English ones (with a ``\\b`` before them) are tried where a word begins, not at every character."""
    english = "|".join(form.removeprefix(r"\b") for form in forms if form.startswith(r"\b"))
    tried = [form for form in forms if not form.startswith(r"\b")] + [rf"\b(?=[a-z])(?:{english})"] * bool(english)
    return re.compile("|".join(tried), re.IGNORECASE)


@cache
def _harmless() -> re.Pattern[str]:
    return pattern("<phrases>", phrases=words("danger")["harmless"])


@cache
def _taken_back(grave: bool) -> re.Pattern[str]:
    table = words("danger")
    before = table["negations"] if grave else table["negations"] + table["supposed"]
    return re.compile(f"{either(before)}{either(table['between'])}?$", re.IGNORECASE)


@cache
def _right_now() -> re.Pattern[str]:
    return pattern("<words>", words=words("danger")["right_now"])


@cache
def _past() -> re.Pattern[str]:
    return pattern("<words>", words=words("danger")["past"])


@cache
def _present() -> re.Pattern[str]:
    return pattern("<words>", words=words("danger")["present"])
