"""What a member of staff asks for, in a few words: “受理 2611-0007”, “转 安保科”, “答复 属实 经查……”. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from core.cases import numbers
from core.policies.policy import NumberFormat
from core.records import record

LONGEST_VERB = 6

_PART = re.compile(r"[A-Z]{0,6}\d{2,6}-\d{2,8}[0-9A-Z]?")
"""Two groups of digits and a dash: neither a sum, a year, a day nor a phone looks like it."""

_DASHES = re.compile("[‐‑‒–—―－]")
_PRESSED = re.compile(r"@(\d{1,9})")
_CODE = re.compile(r"\s*[:：]?\s*([A-Za-z0-9]{4}[- ]?[A-Za-z0-9]{4})\s*")
_APART = re.compile(r"[\s,，:：]+")


@record(frozen=True, slots=True)
class Kind:
    """One kind of order: what it ``does`` (an action of the case, or something of the desk's own), and what it ``takes`` in
    this order."""

    does: str
    verbs: tuple[str, ...]
    example: str
    takes: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Order:
    """``number`` is a complaint's as it is printed, or a part of it, "" for the one that was looked at last.

    ``seen`` is the last line of its timeline that a button knew of, None for what was typed.
    """

    kind: Kind
    number: str = ""
    rest: str = ""
    seen: int | None = None


@cache
def kinds() -> tuple[Kind, ...]:
    rows = _words()["orders"]
    return tuple(Kind(row["does"], tuple(row["verbs"]), row["example"], tuple(row.get("takes", ()))) for row in rows)


def kind_of(does: str) -> Kind | None:
    return next((kind for kind in kinds() if kind.does == does), None)


def order_in(words: str, printed: NumberFormat) -> Order | None:
    """The order in these words, None where they are none: a verb, alone or apart from what it takes, and nothing besides."""
    typed = words.strip()
    verb = next((typed[:length] for length in range(LONGEST_VERB, 0, -1) if _begins(typed, length)), None)
    if verb is None:
        return None
    kind, rest = _verbs()[verb], typed[len(verb) :].lstrip(" \t\r\n:：　")
    first, behind = next_word(rest)
    number = number_in(first, printed)
    rest = behind if number else rest
    pressed = _PRESSED.fullmatch(rest) if number else None
    if pressed:
        return Order(kind, number, "", int(pressed[1]))
    return None if rest and not kind.takes else Order(kind, number, rest)


def number_in(word: str, printed: NumberFormat) -> str:
    """The number that this word is, or the part of one; "" where it is none, but belongs to what is said."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", word)).upper()
    return numbers.looks_like(printed, plain) or (plain if _PART.fullmatch(plain) else "")


def next_word(words: str) -> tuple[str, str]:
    """The first word, and what is behind it."""
    first, *behind = _APART.split(words, maxsplit=1)
    return first, behind[0].strip() if behind else ""


def code_in(words: str) -> str | None:
    """The code by which somebody proves that this chat is theirs: “绑定 7K3M-9Q2X”."""
    typed, before = words.strip(), _words()["binding"]
    match = _CODE.fullmatch(typed.removeprefix(before)) if typed.startswith(before) else None
    return match[1] if match else None


def words_of(kind: Kind, number: str, seen: int) -> str:
    """An order as a button says it: it holds for the case as it stands."""
    return f"{kind.verbs[0]} {number} @{seen}"


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("orders.toml").read_text("utf-8"))


@cache
def _verbs() -> Mapping[str, Kind]:
    return {verb: kind for kind in kinds() for verb in kind.verbs}


def _begins(typed: str, length: int) -> bool:
    """“受理了吗” and “受理？” are no orders, “受理2611-0007” is one."""
    behind = typed[length : length + 1]
    apart = not behind or behind.isspace() or behind in ":：" or (behind.isascii() and behind.isalnum())
    return len(typed) >= length and typed[:length] in _verbs() and apart
