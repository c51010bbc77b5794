"""Complaint numbers: printed by the pack's pattern, and recognised however a person types them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from stdnum.iso7064 import mod_11_10, mod_37_36, mod_97_10

from core.cases.clocks import ZONE
from core.policies.number_pattern import Part, parts
from core.policies.policy import NumberFormat

LONGEST_TYPED = 60

Piece = tuple[Part, str]
"""A part of the pattern and its characters; the check has none until they are calculated from the others."""

_SEPARATORS = re.compile(r"[\W_]+")
_LOOKALIKES = str.maketrans("OQIL", "0011")
_DIGIT = "[0-9OQIL]"
_DIGITS = {"yyyy": 4, "yy": 2, "mm": 2, "dd": 2}
_DATE_CODES = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d"}
_RANGES = {"mm": range(1, 13), "dd": range(1, 32), "seq": range(1, 10**10)}
_DATE_FORMS = {"yyyy": r"20\d\d", "yy": r"\d\d", "mm": r"(?:0[1-9]|1[0-2])", "dd": r"(?:0[1-9]|[12]\d|3[01])"}
"""Of a number that is shortened, where no check says that a phone or a day is none."""

_SCOPES = {"never": "all", "year": "%Y", "month": "%Y-%m"}
_CHECK_FORMS = {"none": "", "mod11_10": _DIGIT, "mod37_36": "[0-9A-Z]", "mod97_10": f"{_DIGIT}{{2}}"}
_CHECKS: Mapping[str, Callable[[str], str]] = {
    "none": lambda _: "",
    "mod11_10": lambda body: str(mod_11_10.calc_check_digit("".join(filter(str.isdigit, body)))),
    "mod37_36": lambda body: str(mod_37_36.calc_check_digit(body)),
    "mod97_10": lambda body: str(mod_97_10.calc_check_digits(body)),
}


def scope(number: NumberFormat, when: datetime) -> str:
    """The name of the counter in use at ``when``; the running number starts anew in each."""
    return when.astimezone(ZONE).strftime(_SCOPES[number.restart])


def render(number: NumberFormat, when: datetime, sequence: int) -> str:
    """The number of the case registered at ``when`` as the ``sequence``-th of its scope (the first is 1)."""
    local = when.astimezone(ZONE)
    return _joined(number, [(part, _printed(part, local, sequence)) for part in parts(number.pattern)])


def looks_like(number: NumberFormat, text: str) -> str | None:
    """The number that ``text`` stands for, as it was printed, or None where it is none or its check does not hold.

    Full width, lower case, missing or other separators, and O for 0 or l for 1 among digits are forgiven.
    """
    typed = _squeezed(text[: LONGEST_TYPED + 1])
    match = re.fullmatch("".join(_form(number, part) for part in parts(number.pattern)), typed)
    if match is None or len(text) > LONGEST_TYPED:
        return None
    pieces = list(zip(parts(number.pattern), map(_meant, parts(number.pattern), match.groups()), strict=True))
    return _joined(number, pieces) if _is_possible(number, pieces) else None


def part_of(number: NumberFormat, text: str) -> str | None:
    """``text`` where it is a number without its letters or its check, as people shorten it: “2611-0007”; else None.

    Of a pattern without a dash inside there are no parts.
    """
    return text if _shortened(number.pattern).fullmatch(text) else None


def is_near(number: NumberFormat, text: str) -> bool:
    """Whether it is too near to a number to be taken for words: groups with a dash, or the letters numbers begin with and a digit."""
    letters = parts(number.pattern)[0].text.strip("-")
    return bool(re.search(r"\d-\d", text) or (letters and re.match(rf"{re.escape(letters)}-?\d", text)))


def is_bare(number: NumberFormat) -> bool:
    """Whether numbers are nothing but digits that anything could be, such as a day: no letter and no check tells them apart."""
    return number.check == "none" and not any(
        letter.isalpha() for part in parts(number.pattern) for letter in part.text
    )


@cache
def _shortened(pattern: str) -> re.Pattern[str]:
    if "-" not in "".join(part.text for part in parts(pattern)[1:]):
        return re.compile("(?!)")
    return re.compile("".join(_shortened_form(part, first=at == 0) for at, part in enumerate(parts(pattern))))


def _shortened_form(part: Part, *, first: bool) -> str:
    if part.kind == "literal":
        return f"(?:{re.escape(part.text)})?" if first else re.escape(part.text)
    if part.kind == "seq":
        return rf"\d{{{part.width},}}"
    return _DATE_FORMS.get(part.kind, "[0-9A-Z]{0,2}")


def _printed(part: Part, local: datetime, sequence: int) -> str:
    if part.kind == "seq":
        return f"{sequence:0{part.width}d}"
    return local.strftime(_DATE_CODES[part.kind]) if part.kind in _DATE_CODES else part.text


def _joined(number: NumberFormat, pieces: list[Piece]) -> str:
    check = _check(number, pieces)
    return "".join(check if part.kind == "check" else characters for part, characters in pieces)


def _check(number: NumberFormat, pieces: list[Piece]) -> str:
    body = "".join(characters for part, characters in pieces if part.kind != "check")
    return _CHECKS[number.check](_squeezed(body))


def _squeezed(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).upper())


def _form(number: NumberFormat, part: Part) -> str:
    """A group that matches the part as it may be typed. A running number is only longer than its width without zeros before it."""
    if part.kind == "literal":
        return f"({''.join(map(_letter_form, _squeezed(part.text)))})"
    if part.kind == "seq":
        return f"({_DIGIT}{{{part.width}}}|[1-9IL]{_DIGIT}{{{part.width},9}})"
    return f"({_CHECK_FORMS[number.check]})" if part.kind == "check" else f"({_DIGIT}{{{_DIGITS[part.kind]}}})"


def _letter_form(character: str) -> str:
    alike = {"0": "[0OQ]", "1": "[1IL]"}
    return alike.get(character.translate(_LOOKALIKES), character)


def _meant(part: Part, typed: str) -> str:
    """What was meant by the characters typed for a part. A check letter stays: there O and 0 are different answers."""
    if part.kind == "literal":
        return part.text
    return typed if part.kind == "check" else typed.translate(_LOOKALIKES)


def _is_possible(number: NumberFormat, pieces: list[Piece]) -> bool:
    right = _check(number, pieces)
    return all(_is_possible_piece(part, characters, number, right) for part, characters in pieces)


def _is_possible_piece(part: Part, characters: str, number: NumberFormat, right: str) -> bool:
    if part.kind == "check":
        typed = characters if number.check == "mod37_36" else characters.translate(_LOOKALIKES)
        return typed == right
    return part.kind not in _RANGES or int(characters) in _RANGES[part.kind]
