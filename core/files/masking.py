"""What tells who somebody is, blacked out wherever it stands in a text, however it is written. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache

from core.files.words import words
from core.records import record
from core.understand.contacts import find_emails
from core.understand.found import Found
from core.understand.names import find_names
from core.understand.vehicles import find_plates

MARK = "■■"
SHINGLE = 6
"""So many characters of an address, one after the other, are as good as the address."""

_LAST_FOUR = 4
_NUMBER = re.compile(r"(?<!\d)\d(?:[ \-.·()\t]{0,3}\d){6,}[xX]?")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)")
_LATIN_PART = re.compile(r"[A-Za-z]{2,}")
_PARTS = re.compile(r"[\s·•・.,、，]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WHENEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""No name and no number depends on when it is read."""

Span = tuple[int, int]


@record(frozen=True, slots=True)
class Secrets:
    """What must not be readable: ``answers`` as they were given, and of ``names``, ``phones`` and ``addresses`` other forms too."""

    answers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def masked(text: str, secrets: Secrets) -> str:
    """The text with a mark for every secret, every long number, address of e-mail, number plate and handle.

    Spaces, marks and other kinds of digits between a secret's characters, or in their place, hide nothing. What has neither
    letter nor digit in it is no secret.
    """
    narrow = "".join(map(_narrow, text))
    flat = "".join(map(_digit, narrow))
    names = {*secrets.names, *(found.slot.value for found in find_names(narrow, _WHENEVER))}
    return _blacked_out(text, [*_of_secrets(text, secrets, names), *_of_words(flat, secrets, names), *_of_forms(flat)])


def shadow(text: str) -> str:
    """The letters and digits of a text alone, in one form: what two ways of writing the same thing have in common."""
    return "".join(folded for folded, _ in _letters(text))


def _letters(text: str) -> Iterator[tuple[str, int]]:
    """Letters and digits in one form, each with the place of the character it came from."""
    for place, character in enumerate(text):
        if character in MARK:
            # What stands on both sides of a mark was not written in one go.
            yield character, place
            continue
        for folded in unicodedata.normalize("NFKD", character).casefold():
            if folded.isalnum():
                yield _digit(folded), place


def _digit(character: str) -> str:
    """Digits of all scripts, and those that are words in Chinese, as 0 to 9; anything else as it is."""
    value = unicodedata.numeric(character, None)
    return str(int(value)) if value is not None and value in range(10) else character


def _narrow(character: str) -> str:
    """One character for one, in its plain form: what patterns are written for."""
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _of_secrets(text: str, secrets: Secrets, names: Iterable[str]) -> Iterator[Span]:
    letters = list(_letters(text))
    line, places = "".join(folded for folded, _ in letters), [place for _, place in letters]
    for wanted in _shadows(secrets, names):
        at = line.find(wanted)
        while at >= 0:
            yield places[at], places[at + len(wanted) - 1] + 1
            at = line.find(wanted, at + 1)


def _shadows(secrets: Secrets, names: Iterable[str]) -> set[str]:
    forms = (form for name in names for form in _forms_of_name(name))
    whole = map(shadow, (*secrets.answers, *names, *secrets.phones, *secrets.addresses, *forms))
    parts = (part for address in secrets.addresses for part in _shingles(shadow(address)))
    return {one for one in (*whole, *parts) if any(map(str.isalnum, one))}


def _shingles(line: str) -> Iterator[str]:
    return (line[at : at + SHINGLE] for at in range(len(line) - SHINGLE + 1))


def _forms_of_name(name: str) -> Iterator[str]:
    """What else somebody of this name is called."""
    yield from (part for part in _PARTS.split(name) if _HAN.search(part) and len(part) > 1)
    plain = _untitled(name.strip())
    if not _HAN.fullmatch(plain):
        return
    at = 2 if plain[:2] in _listed("compound_surnames") else 1
    surname, given = plain[:at], plain[at:]
    if given:
        yield plain
    yield from (called + title for called in {surname, plain, given} - {""} for title in _listed("titles"))
    yield from (before + surname for before in _listed("before_names"))
    yield from [given] if len(given) > 1 else (before + given for before in _listed("before_names") if given)


def _untitled(name: str) -> str:
    """The name without what it is addressed by, with which people give only half of it."""
    title = next((title for title in _listed("titles") if name.endswith(title) and name != title), "")
    return name.removesuffix(title)


def _of_words(flat: str, secrets: Secrets, names: Iterable[str]) -> Iterator[Span]:
    """What is a secret only as a word of its own: a part of a Latin name, the last digits of a phone."""
    parts = {part.lower() for name in names for part in _LATIN_PART.findall(name)} - {*_listed("latin_titles")}
    for part in parts:
        yield from _spans(re.compile(rf"(?<![A-Za-z]){part}(?![A-Za-z])", re.IGNORECASE), flat)
    for end in {shadow(phone)[-_LAST_FOUR:] for phone in secrets.phones if len(shadow(phone)) > _LAST_FOUR}:
        yield from _spans(re.compile(rf"(?<!\d){re.escape(end)}(?!\d)"), flat)


def _of_forms(flat: str) -> Iterator[Span]:
    """What has the form of something personal, whosever it is. A day and an hour behind it are no long number."""
    yield from _spans(_NUMBER, _DATE.sub(lambda date: "x" * len(date[0]), flat))
    yield from map(_place, find_emails(flat, _WHENEVER))
    yield from map(_place, find_plates(flat, _WHENEVER))
    yield from _spans(_handle(), flat, "handle")
    yield from _spans(_home(), flat, "home")


def _place(found: Found) -> Span:
    return found.start, found.end


def _spans(form: re.Pattern[str], flat: str, group: str | int = 0) -> Iterator[Span]:
    return (match.span(group) for match in form.finditer(flat))


def _blacked_out(text: str, spans: Iterable[Span]) -> str:
    """One mark for spans that touch: nobody learns from it how long it was, or how much there was."""
    out: list[str] = []
    behind = 0
    for start, end in sorted(spans):
        if start > behind or not out:
            out += [text[behind:start], MARK]
        behind = max(behind, end)
    return "".join([*out, text[behind:]])


@cache
def _handle() -> re.Pattern[str]:
    """A name at another service, by the word that stands before it."""
    labels = _either("handle_labels")
    return re.compile(rf"{labels}[^\w\n]{{0,4}}(?P<handle>[A-Za-z0-9][\w.-]{{4,}})", re.IGNORECASE | re.ASCII)


@cache
def _home() -> re.Pattern[str]:
    """Where somebody says they live, as far as the clause goes."""
    return re.compile(
        rf"{_either('home_labels')}{_either('home_links')}?[\s:]*(?P<home>[^,;!?\n\u3001\u3002]{{2,40}})", re.IGNORECASE
    )


def _either(key: str) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(_listed(key), key=len, reverse=True)))})"


@cache
def _listed(key: str) -> tuple[str, ...]:
    """Words that stand in a row, with a line below for the spaces inside them."""
    return tuple(word.replace("_", " ") for word in words("masking", key).split())
