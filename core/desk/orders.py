"""What a member of staff asks for, in a few words: “受理 2611-0007”, “转 安保科”, “答复 属实 经查……”. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from core.records import record

LONGEST_VERB = 6

_NUMBER = re.compile(
    r"(?=[A-Za-z0-9-]*\d)([A-Za-z]{0,6}-?\d[A-Za-z0-9-]{3,38})(?=\s|$|[，,。：:@])\s*[，,：:]?\s*(.*)", re.DOTALL
)
_SEEN = re.compile(r"(.*\S)\s*@(\d{1,9})\s*", re.DOTALL)
_CODE = re.compile(r"\s*[:：]?\s*([A-Za-z0-9]{4}[- ]?[A-Za-z0-9]{4})\s*")


@record(frozen=True, slots=True)
class Kind:
    """One kind of order: what it ``does`` (an action of the case, or something of the desk's own), and what it ``takes`` in this order."""

    does: str
    verbs: tuple[str, ...]
    example: str
    takes: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Order:
    """``number`` is a complaint's, or a part of it, "" for the one that was looked at last. ``seen`` is the last line of its
    timeline that the button knew of, None for what was typed."""

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


def order_in(words: str) -> Order | None:
    """The order in these words, None where they are none: a verb, alone or with something apart from it behind."""
    typed = words.strip()
    kind = next((_verbs()[typed[:length]] for length in range(LONGEST_VERB, 0, -1) if _begins(typed, length)), None)
    if kind is None:
        return None
    verb = max((verb for verb in kind.verbs if typed.startswith(verb)), key=len)
    pressed = _SEEN.fullmatch(typed)
    rest = (pressed[1] if pressed else typed)[len(verb) :].lstrip(" \t\n:：,，　")
    numbered = _NUMBER.fullmatch(rest)
    number, rest = (numbered[1], numbered[2]) if numbered else ("", rest)
    return Order(kind, number, rest.strip(), int(pressed[2]) if pressed else None)


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
    """“受理了吗” is no order, “受理2611-0007” is one."""
    behind = typed[length : length + 1]
    return (
        len(typed) >= length and typed[:length] in _verbs() and (not behind or not behind.isalpha() or behind.isascii())
    )
