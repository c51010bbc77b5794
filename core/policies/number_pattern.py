"""The parts of a complaint number's pattern, and what makes a pattern wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from core.policies.faults import Problem
from core.policies.policy import NumberFormat
from core.records import record

PartKind = Literal["literal", "yyyy", "yy", "mm", "dd", "seq", "check"]

_PIECE = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_NAMED: dict[str, PartKind] = {"yyyy": "yyyy", "yy": "yy", "mm": "mm", "dd": "dd", "check": "check"}
_SEQUENCE = re.compile(r"seq:([1-9])")
_NOT_PRINTED = re.compile(r"[^A-Z0-9-]")


@record(frozen=True, slots=True)
class Part:
    """One piece of a pattern. ``text`` is what a literal prints; ``width`` the least digits of the running number."""

    kind: PartKind
    text: str = ""
    width: int = 0


@lru_cache(maxsize=32)
def parts(pattern: str) -> tuple[Part, ...]:
    """The pieces of a pattern that ``pattern_problems`` found nothing wrong with."""
    return tuple(part for piece in _PIECE.finditer(pattern) if (part := _part(piece)))


def pattern_problems(number: NumberFormat) -> Iterator[Problem]:
    """Everything wrong with a number format."""
    yield from _unknown_pieces(number.pattern)
    kinds: list[str] = [part.kind for part in parts(number.pattern) if part.kind != "literal"]
    if kinds.count("seq") != 1:
        yield _problem("pattern_sequence", count=kinds.count("seq"))
    for kind in sorted({kind for kind in kinds if kind != "seq" and kinds.count(kind) > 1}):
        yield _problem("pattern_twice", part=f"{{{kind}}}")
    yield from _check_character(number, kinds)
    yield from _restart(number, kinds)


def _part(piece: re.Match[str]) -> Part | None:
    named, literal, _ = piece.groups()
    if literal is not None:
        return Part("literal", text=literal)
    if sequence := _SEQUENCE.fullmatch(named or ""):
        return Part("seq", width=int(sequence[1]))
    return Part(_NAMED[named]) if named in _NAMED else None


def _unknown_pieces(pattern: str) -> Iterator[Problem]:
    for piece in _PIECE.finditer(pattern):
        part = _part(piece)
        if part is None:
            yield _problem("pattern_part", part=piece[0])
        elif letter := _NOT_PRINTED.search(part.text):
            yield _problem("pattern_letter", letter=letter[0])


def _check_character(number: NumberFormat, kinds: list[str]) -> Iterator[Problem]:
    if number.check != "none" and "check" not in kinds:
        yield _problem("pattern_check_missing", check=number.check)
    if number.check == "none" and "check" in kinds:
        yield _problem("pattern_check_unused")


def _restart(number: NumberFormat, kinds: list[str]) -> Iterator[Problem]:
    """A running number that restarts is unique only beside what changed: the year, or year and month."""
    if number.restart != "never" and not {"yy", "yyyy"} & set(kinds):
        yield _problem("pattern_restart", restart=number.restart, needed="{yy}")
    if number.restart == "month" and "mm" not in kinds:
        yield _problem("pattern_restart", restart=number.restart, needed="{mm}")


def _problem(rule: str, **values: str | int) -> Problem:
    return Problem(("number", "pattern"), rule, values=values)
