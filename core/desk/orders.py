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

_BRACKETS = "#＃（(【《[ \t\r\n:：　"
_HEAD = re.compile(
    r"[#＃（(【《\[\s:：]*([A-Za-z0-9Ａ-Ｚａ-ｚ０-９‐‑‒–—―－-]*)[\s,，:：。、；;)）】》\]]*(.*)", re.DOTALL
)
"""What may be a number, and what is said behind it. Letters of two alphabets, digits and dashes: Chinese words end it, with
or without a space."""

_DASHES = re.compile("[‐‑‒–—―－]")
_MARKS = tuple("#＃（(【《[")
"""Whoever sets off digits like this says that they are a number."""

_PRESSED = re.compile(r"@(\d{1,9})(?:\.(\d{1,9}))?")
_CODE = re.compile(r"\s*:?\s*([A-Z0-9]{4}[- ]?[A-Z0-9]{4})[.。!]?\s*")
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

    ``seen`` is the last line of its timeline that a button knew of, None for what was typed; ``whose`` the id of the member of staff
    for whom it was made. ``doubtful`` where something stands in the place of the number that may be meant as one: then nothing
    is done. ``bare`` where what is taken for the number are digits before words, which may as well be a day: then it is done to no
    other case than the one that was looked at last.
    """

    kind: Kind
    number: str = ""
    rest: str = ""
    seen: int | None = None
    doubtful: bool = False
    bare: bool = False
    whose: int | None = None


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
    kind, whole = _verbs()[verb], typed[len(verb) :].strip(" \t\r\n:：　")
    token, behind = _token(whole)
    number = number_in(token, printed)
    if not number:
        doubtful = numbers.is_near(printed, _plain(token)) or (bool(token) and not kind.takes)
        return Order(kind, "", whole, doubtful=doubtful) if doubtful or kind.takes or not whole else None
    pressed = _PRESSED.fullmatch(behind)
    if pressed:
        return Order(kind, number, "", int(pressed[1]), whose=int(pressed[2]) if pressed[2] else None)
    bare = bool(kind.takes) and numbers.is_bare(printed) and not whole.startswith(_MARKS)
    return Order(kind, number, behind, doubtful=bool(behind.strip("。.！!")) and not kind.takes, bare=bare)


def number_in(token: str, printed: NumberFormat) -> str:
    """The number that this is, or the part of one; "" where it is none, but belongs to what is said."""
    plain = _plain(token)
    return numbers.looks_like(printed, plain) or numbers.part_of(printed, plain) or ""


def _token(words: str) -> tuple[str, str]:
    """What may be a number at the beginning, and what is said behind it."""
    head = _HEAD.fullmatch(words)
    assert head is not None
    return head[1], head[2]


def _plain(typed: str) -> str:
    return _DASHES.sub("-", unicodedata.normalize("NFKC", typed)).upper()


def next_word(words: str) -> tuple[str, str]:
    """The first word, and what is behind it."""
    first, *behind = _APART.split(words, maxsplit=1)
    return first, behind[0].strip() if behind else ""


def code_in(words: str) -> str | None:
    """The code by which somebody proves that this chat is theirs: “绑定 7K3M-9Q2X”."""
    return _code_behind(_words()["binding"], words)


def target_code_in(words: str) -> str | None:
    """The code by which a group becomes one that alerts go to: “接收提醒 7K3M-9Q2X”, or the code alone."""
    before = _words()["receiving"]
    return _code_behind(before if words.strip().startswith(before) else "", words)


def _code_behind(before: str, words: str) -> str | None:
    typed = words.strip()
    match = _CODE.fullmatch(_plain(typed.removeprefix(before))) if typed.startswith(before) else None
    return match[1] if match else None


def words_of(kind: Kind, number: str, seen: int, whose: int | None = None) -> str:
    """An order as a button says it: it holds for the case as it stands, and for whom it is made."""
    return f"{kind.verbs[0]} {number} @{seen}" + (f".{whose}" if whose is not None else "")


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("orders.toml").read_text("utf-8"))


@cache
def _verbs() -> Mapping[str, Kind]:
    return {verb: kind for kind in kinds() for verb in kind.verbs}


def _begins(typed: str, length: int) -> bool:
    """“受理了吗” and “受理？” are no orders, “受理2611-0007” is one."""
    behind = typed[length : length + 1]
    apart = not behind or behind in _BRACKETS or behind.isdecimal() or (behind.isascii() and behind.isalpha())
    return len(typed) >= length and typed[:length] in _verbs() and apart
