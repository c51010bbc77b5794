"""Complaint numbers and query codes in a message: anything that looks like one, whether or not it exists. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.policies.policy import Policy
from core.records import record
from core.understand.memory import once_per_policy
from core.understand.reading import Slot
from core.understand.signs import DIGIT, LETTER, Signs

_GAP = r"[ \-]?"
_PARTS = {
    "{yyyy}": r"20\d\d",
    "{yy}": r"\d\d",
    "{mm}": r"(?:0[1-9]|1[0-2])",
    "{dd}": r"(?:0[1-9]|[12]\d|3[01])",
    "{check}": r"[0-9A-Z*]{1,2}",
}
_PART = re.compile(r"(\{(?:yyyy|yy|mm|dd|check|seq:\d+)\}|[^{}]+)")
_USUAL = r"[A-Z]{1,6}[ \-]?\d{4,8}(?:[ \-]?\d{2,8})?[0-9A-Z*]?|\d{4,8}-\d{2,8}[A-Z*]?"
_CODE = re.compile(
    r"(?<![0-9A-Za-z\-])[0-9A-Za-z]{4}(?:-?[0-9A-Za-z]{4}){1,3}(?![0-9A-Za-z\-])|(?<![0-9A-Za-z\-])[0-9A-Za-z]{4}(?: [0-9A-Za-z]{4}){1,3}(?![0-9A-Za-z\-])"
)
_DATE = re.compile(r"20\d\d-\d\d?(?:-\d\d?)?|\d{4}-\d{4}-\d{4}")

_LETTER_OR_DIGIT = frozenset((LETTER, DIGIT))

_OTHER = ("phone", "id_number", "order_no", "part_no", "money", "vehicle", "email", "quantity")


@record(frozen=True, slots=True)
class References:
    """What a message refers to: numbers as they are written in capitals, codes without separators."""

    numbers: tuple[str, ...]
    codes: tuple[str, ...]


_NONE = References((), ())


def find_references(said: str, slots: Iterable[Slot], policy: Policy, signs: Signs) -> References:
    """What looks like a number of this institution or of the usual kind, and like a query code, outside all other facts."""
    if signs.isdisjoint(_LETTER_OR_DIGIT):
        return _NONE
    for slot in slots:
        if slot.kind in _OTHER:
            said = said.replace(slot.said, "\0" * len(slot.said))
    numbers = _numbers(said, policy)
    # Every code has letters.
    codes = _codes(_without(said, numbers)) if LETTER in signs else ()
    return References(tuple(match.group() for match in numbers), codes)


def _numbers(said: str, policy: Policy) -> list[re.Match[str]]:
    if not _fewest_digits(policy).search(said):
        return []
    return [match for match in _number(policy).finditer(said.upper()) if not _DATE.fullmatch(match.group())]


def _without(said: str, numbers: Iterable[re.Match[str]]) -> str:
    for number in numbers:
        said = said[: number.start()] + "\0" * len(number.group()) + said[number.end() :]
    return said


def _codes(said: str) -> tuple[str, ...]:
    found = (match.group() for match in _CODE.finditer(said))
    return tuple(re.sub(r"[ \-]", "", code).upper() for code in found if _like_a_code(code))


def _like_a_code(text: str) -> bool:
    """Letters with digits; letters alone only as capitals in groups, for those might be words."""
    letters, digits = any(char.isalpha() for char in text), any(char.isdecimal() for char in text)
    return letters and (digits or (text.isupper() and "-" in text))


@once_per_policy
def _fewest_digits(policy: Policy) -> re.Pattern[str]:
    """As many digits in a row as every number has: the usual ones have four, the institution's own as they run."""
    runs = re.search(r"\{seq:(\d+)\}", policy.number.pattern)
    return re.compile(rf"\d\d{{{min(4, int(runs[1]) if runs else 1) - 1}}}")


@once_per_policy
def _number(policy: Policy) -> re.Pattern[str]:
    parts = (_part(part) for part in _PART.findall(policy.number.pattern))
    own = _GAP.join(part for part in parts if part)
    return re.compile(rf"(?<![0-9A-Z\-.])(?:{own}|{_USUAL})(?![0-9A-Z\-])")


def _part(part: str) -> str:
    """The pattern of one part of the pack's format; separators in it may be left out."""
    if part.startswith("{seq:"):
        return rf"\d{{{part[5:-1]},9}}"
    return _PARTS.get(part) or _GAP.join(re.escape(piece) for piece in re.split(r"[ \-_/.]+", part.upper()) if piece)
