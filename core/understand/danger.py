"""Danger to life in a message. A needless hotline number costs a line, a missed one may cost a life: doubt means danger. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from core.records import record
from core.understand.lexicon import Phrases, either, forms, pattern, phrases, words
from core.understand.reading import Danger
from core.understand.signs import LETTER, Signs, beginnings

_CLAUSES = re.compile(r"[,;!?。!?\n]+")
_LONG = 100
_CHOICE_FIRST = re.compile(r"\(\?:([^()]+)\)(?![?*+{])(.*)")


@record(frozen=True, slots=True)
class _Words:
    """The words of one danger, and of what a text must have one to have any of them."""

    danger: Danger
    needs: Signs
    words: Phrases


def find_danger(said: str, signs: Signs) -> Danger | None:
    """The gravest danger the text shows, by the order of the words file; None where there is none."""
    # Most messages have no such word at all, which a look at what they are made of, or one search for each danger, tells.
    if _needed().isdisjoint(signs):
        return None
    likely = [one.danger for one in _every() if not one.needs.isdisjoint(signs) and one.words.within(said, signs)]
    if not likely:
        return None
    clauses = [_harmless().sub("\0", clause) for clause in _CLAUSES.split(said)]
    return next((danger for danger in likely if any(_shows(danger, clause, said, signs) for clause in clauses)), None)


def _shows(danger: Danger, clause: str, said: str, signs: Signs) -> bool:
    """Whether a clause tells of this danger as a fact, and as one of now unless it is to oneself."""
    grave = danger == "suicide"
    told = _told(danger).finditer(clause)
    stands = any(not _taken_back(grave).search(clause[: match.start()]) for match in told)
    return stands and (grave or _is_now(clause, said, signs))


def _is_now(clause: str, said: str, signs: Signs) -> bool:
    """Nobody writes a letter in the middle of a danger: in a long text only what says so is one of now."""
    return _right_now().within(clause, signs) if len(said) > _LONG else not _is_past(clause, said, signs)


def _is_past(clause: str, said: str, signs: Signs) -> bool:
    return _past().within(clause, signs) and not _present().within(said, signs)


@cache
def _every() -> tuple[_Words, ...]:
    return tuple(_words_of(cast(Danger, danger), told) for danger, told in words("danger")["words"].items())


@cache
def _needed() -> Signs:
    return frozenset().union(*(one.needs for one in _every()))


def _words_of(danger: Danger, told: list[str]) -> _Words:
    han = [spelled for form in told if not form.isascii() for spelled in _spelled_out(form)]
    latin = [form for form in told if form.isascii()]
    return _Words(danger, beginnings(han) | {LETTER}, forms(han, _tried_where_words_begin(latin)))


def _spelled_out(form: str) -> list[str]:
    """(?:拐|骗)走 is 拐走 or 骗走: a form that begins with one character is found by it, and many times as fast."""
    choice = _CHOICE_FIRST.fullmatch(form)
    return [first + choice[2] for first in choice[1].split("|")] if choice else [form]


def _tried_where_words_begin(latin: list[str]) -> list[str]:
    """Forms with a ``\\b`` before them need not be tried at every character."""
    english = "|".join(form.removeprefix(r"\b") for form in latin if form.startswith(r"\b"))
    return [form for form in latin if not form.startswith(r"\b")] + [rf"\b(?=[a-z])(?:{english})"] * bool(english)


@cache
def _told(danger: Danger) -> re.Pattern[str]:
    """The words of a danger in one pattern, so that none is found within another."""
    return re.compile("|".join(_tried_where_words_begin(words("danger")["words"][danger])), re.IGNORECASE)


@cache
def _harmless() -> re.Pattern[str]:
    return pattern("<phrases>", phrases=words("danger")["harmless"])


@cache
def _taken_back(grave: bool) -> re.Pattern[str]:
    table = words("danger")
    before = table["negations"] if grave else table["negations"] + table["supposed"]
    return re.compile(f"{either(before)}{either(table['between'])}?$", re.IGNORECASE)


@cache
def _right_now() -> Phrases:
    return phrases(words("danger")["right_now"])


@cache
def _past() -> Phrases:
    return phrases(words("danger")["past"])


@cache
def _present() -> Phrases:
    return phrases(words("danger")["present"])
