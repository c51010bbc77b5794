"""A whole answer, read as the kind of fact that was asked for: what would be too little in a sentence is enough here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache

from core.policies.policy import FieldKind
from core.understand.amounts import decimal_words, find_money, find_quantities
from core.understand.contacts import find_phones, local_phone
from core.understand.dates import find_dates
from core.understand.found import Finder, as_written
from core.understand.hours import find_hours
from core.understand.lexicon import HAN, pattern, words
from core.understand.names import find_names, full_name
from core.understand.normal import clean, fold
from core.understand.numerals import number
from core.understand.reading import Slot, SlotKind
from core.understand.runs import find_places, find_respondents
from core.understand.vehicles import find_labelled, find_lines, find_plates

Reader = Callable[[str, datetime], Slot | None]

_SHORT = 30
_EDGES = " \t\n,.;:!?。、~"
_EIGHT_DIGITS = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_DOTTED = re.compile(r"(?:(20\d\d)[ .])?(\d{1,2})[ .](\d{1,2})")
_BARE_LINE = re.compile(r"[A-Za-z]?\d{1,4}[A-Za-z]?|[一二三四五六七八九十百]{1,5}路?")
_BARE_CODE = re.compile(r"(?=[^\d]*\d)[A-Za-z0-9][A-Za-z0-9\-_/]{1,31}")
_MONTH_OR_YEAR = re.compile(
    r"(?:(?:20)?\d\d年|[今去前]年|大前年)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:吧|的?时候|里)?|20\d\d年?|[去前今]年|大前年"
)
_LETTER = re.compile(rf"[{HAN}A-Za-z]")


def parse_as(kind: FieldKind, text: str, now: datetime) -> Slot | None:
    """The answer as a fact of that kind; None where it does not look like one, and for kinds that are only words."""
    kept = clean(text)[0].strip(_EDGES + "，；：！？～")
    said = fold(kept)
    slot = next((slot for reader in _readers().get(kind, ()) if said and (slot := reader(said, now))), None)
    return as_written(slot, said, kept) if slot else None


def _as_said(kind: SlotKind, *lists: str) -> Reader:
    """好几个月了, 国庆以后开始, 每天早上: as good an answer as there is, in the person's own words."""

    def read(said: str, now: datetime) -> Slot | None:
        fits = len(said) <= _SHORT and any(_words_of(name).search(said) for name in lists)
        return Slot(kind, said, said, said) if fits else None

    return read


def _month_or_year(said: str, now: datetime) -> Slot | None:
    return Slot("date", said, said, said) if _MONTH_OR_YEAR.fullmatch(said) else None


def _found(kind: SlotKind, finder: Finder) -> Reader:
    return lambda said, now: next((one.slot for one in finder(said, now) if one.slot.kind == kind), None)


def _wording(kind: SlotKind) -> Reader:
    """A short answer is the name itself: 三食堂, 在人民路32号."""

    def read(said: str, now: datetime) -> Slot | None:
        bare = _lead().sub("", said).strip(_EDGES)
        fits = len(bare) <= _SHORT and _LETTER.search(bare) and not re.search(r"[;!?。\n]", bare)
        one_thing = "," not in bare or bare.isascii() or _words_of("hedges").search(bare)
        return Slot(kind, bare, said, bare) if fits and one_thing else None

    return read


def _claim(said: str, now: datetime) -> Slot | None:
    return Slot("claim", said, said, said) if len(said) > 1 else None


def _name(said: str, now: datetime) -> Slot | None:
    """A name; “姓刘，刘海” ends with it."""
    return full_name(_lead().sub("", said)) or full_name(re.split(r"[,\s]", said)[-1])


def _phone(said: str, now: datetime) -> Slot | None:
    return local_phone(said)


def _bare_date(said: str, now: datetime) -> Slot | None:
    """20261120, 11.20: enough only where a date was asked for."""
    match = _EIGHT_DIGITS.fullmatch(said) or _DOTTED.fullmatch(said)
    if not match:
        return None
    written = "-".join(part for part in match.groups() if part)
    found = next(find_dates(written, now), None)
    return replace(found.slot, said=said) if found else None


def _line(said: str, now: datetime) -> Slot | None:
    value = said.upper().removesuffix("路") if _BARE_LINE.fullmatch(said) else ""
    count = number(value) if value else None
    value = value if value.isascii() else str(count or "")
    return Slot("line", f"{value}路", said, f"{value}路") if value else None


def _code(kind: SlotKind) -> Reader:
    return lambda said, now: Slot(kind, said.upper(), said, said.upper()) if _BARE_CODE.fullmatch(said) else None


def _amount(kind: SlotKind) -> Reader:
    def read(said: str, now: datetime) -> Slot | None:
        value = number(said.removesuffix("个"))
        return None if value is None else Slot(kind, decimal_words(value), said, said)

    return read


@cache
def _lead() -> re.Pattern[str]:
    return pattern(r"^<before>+", before=words("answers")["before"])


@cache
def _words_of(name: str) -> re.Pattern[str]:
    parts = [part for part in words("dates")["parts"] if len(part) > 1] if name == "hours" else []
    return pattern("<words>", words=[*words("answers")[name], *parts])


@cache
def _readers() -> dict[FieldKind, tuple[Reader, ...]]:
    """For each kind its readers, the most telling first."""
    return {
        "name": (_found("name", find_names), _name),
        "phone": (_found("phone", find_phones), _phone),
        "respondent": (_wording("respondent"), _found("respondent", find_respondents)),
        "place": (_wording("place"), _found("place", find_places), _found("address", find_places)),
        "address": (_wording("address"), _found("address", find_places), _found("place", find_places)),
        "claim": (_claim,),
        "date": (
            _as_said("date", "lasting"),
            _found("date", find_dates),
            _bare_date,
            _month_or_year,
            _as_said("date", "vague"),
        ),
        "time": (_as_said("time", "lasting"), _found("time", find_hours), _as_said("time", "vague", "hours")),
        "line": (_found("line", find_lines), _line),
        "vehicle": (_found("vehicle", find_plates), _found("vehicle", find_labelled), _code("vehicle")),
        "order_no": (_found("order_no", find_labelled), _code("order_no")),
        "part_no": (_found("part_no", find_labelled), _code("part_no")),
        "quantity": (_found("quantity", find_quantities), _amount("quantity")),
        "money": (_found("money", find_money), _amount("money")),
    }
