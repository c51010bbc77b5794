"""Phone numbers, e-mail addresses and identity numbers in the ways people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from core.understand.found import Found, at
from core.understand.lexicon import pattern, words
from core.understand.numerals import spelled
from core.understand.reading import Slot
from core.understand.signs import DIGIT

_GAP = r"[ \-.·]{0,2}"
_EDGE = r"(?<![\dA-Za-z])(?<!\d[ .\-])"
_END = r"(?![ \-]?\d)(?![A-Za-z])"
_MOBILE = re.compile(rf"{_EDGE}(?:[+(]{{0,2}}(?:00)?86\)?{_GAP})?(?P<number>1{_GAP}[3-9](?:{_GAP}\d){{9}}){_END}")
_LANDLINE = re.compile(
    rf"{_EDGE}(?:\+?86{_GAP})?\(?(?P<area>0(?:10|2\d|[3-9]\d\d))\)?{_GAP}(?P<number>[2-9]\d{{2,3}}{_GAP}\d{{4}})"
    rf"(?P<extension>\s?(?:转|分机|-|ext\.?)\s?\d{{1,5}})?{_END}"
)
_SERVICE = re.compile(rf"{_EDGE}(?P<number>[48]00{_GAP}\d{{3,4}}{_GAP}\d{{3,4}}){_END}")
_ABROAD = re.compile(rf"(?<![\d+])\+(?!86)\d{{1,3}}(?:{_GAP}\d){{6,12}}{_END}")
_SPELLED = re.compile(r"[一幺][三四五六七八九][零〇一幺二三四五六七八九]{9}(?![零〇一二三四五六七八九])")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,40}\.){1,4}[A-Za-z]{2,12}\b", re.ASCII)
# It begins with a digit, by which all else is passed over at once; what must not stand before follows.
_IDENTITY = re.compile(r"\d\d{5}(?<![\dA-Za-z]\d{6})(?: ?\d{4}){2} ?\d{3}[\dXx](?![\dA-Za-z])")

_DIGIT = re.compile(r"\d")

SIGNS_OF_PHONES = frozenset("一幺") | {DIGIT}
"""What a text has one of where it gives a phone: 一 or 幺 begin one that is spelled."""


def find_phones(said: str, now: datetime) -> Iterator[Found]:
    """Phone numbers, but no number that the words before it call something else: 订单号, QQ, 卡号."""
    for form in _possible(said):
        for match in form.finditer(said):
            if not _named_otherwise().search(said[max(0, match.start() - 12) : match.start()]):
                yield at(match, _phone(match, form))


def _possible(said: str) -> tuple[re.Pattern[str], ...]:
    """The forms for which the text has enough digits: a number from abroad has seven, the others more."""
    if len(_DIGIT.findall(said)) < 7:
        return (_SPELLED,)
    return (
        (_MOBILE, _LANDLINE, _SERVICE, _ABROAD, _SPELLED) if "+" in said else (_MOBILE, _LANDLINE, _SERVICE, _SPELLED)
    )


def _phone(match: re.Match[str], form: re.Pattern[str]) -> Slot:
    if form is _SPELLED:
        return _mobile(str(spelled(match.group())), match.group())
    if form is _ABROAD:
        return Slot("phone", _digits(match.group()), match.group(), match.group())
    number = _digits(match["number"])
    if form is _MOBILE:
        return _mobile(number, match.group())
    return _landline(match, number) if form is _LANDLINE else _service(number, match.group())


def _mobile(number: str, said: str) -> Slot:
    return Slot("phone", number, said, f"{number[:3]} {number[3:7]} {number[7:]}")


def _landline(match: re.Match[str], number: str) -> Slot:
    extension = _digits(match["extension"] or "")
    shown = f"{match['area']}-{number}" + (f"-{extension}" if extension else "")
    return Slot("phone", match["area"] + number + extension, match.group(), shown)


def _service(number: str, said: str) -> Slot:
    return Slot("phone", number, said, f"{number[:3]}-{number[3:6]}-{number[6:]}")


def local_phone(text: str) -> Slot | None:
    """A number without area code, or a short service number: only where a phone was asked for."""
    digits = _digits(text)
    if not re.fullmatch(r"[\d \-]{5,10}", text) or not re.fullmatch(r"[2-8]\d{6,7}|1\d{4}|9\d{4,5}", digits):
        return None
    return Slot("phone", digits, text, digits)


def find_emails(said: str, now: datetime) -> Iterator[Found]:
    return (
        at(match, Slot("email", match.group().lower(), match.group(), match.group())) for match in _EMAIL.finditer(said)
    )


def find_identity(said: str, now: datetime) -> Iterator[Found]:
    """Identity numbers with a right check digit. They are echoed only by their ends."""
    for match in _IDENTITY.finditer(said):
        value = match.group().replace(" ", "").upper()
        if _valid_identity(value):
            yield at(match, Slot("id_number", value, match.group(), f"{value[:4]}{'*' * 10}{value[-4:]}"))


def _valid_identity(value: str) -> bool:
    from stdnum.cn import ric  # Its table of counties is read at the import, which few messages need.

    try:
        return bool(ric.is_valid(value))
    except KeyError:
        # The library's own table lacks the county.
        return False


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@cache
def _named_otherwise() -> re.Pattern[str]:
    return pattern(r"<labels>(?:号|号码)?\s*(?:是|为|:|=|#)*\s*$", labels=words("slots")["not_a_phone"])
