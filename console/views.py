"""What the public pages show: frozen values, ready to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.messages import Language


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a case, in words for the public."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class StatusView:
    """A case as its complainant sees it from outside the chat.

    ``promised_on`` is the day by which they hear, ``provisional`` while the holidays until then are not announced;
    None when nothing is promised now. ``standing`` says what the status alone does not explain. ``timeline`` is in the order
    it happened.
    """

    number: str
    status: str
    registered_on: date
    promised_on: date | None = None
    provisional: bool = False
    standing: str = ""
    timeline: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusSettings:
    """``title`` is the institution's name, ``number_example`` what a complaint number of theirs looks like.

    ``phone_last_four`` says whether the pack takes those instead of the code.
    """

    title: Mapping[Language, str]
    phone: str = ""
    number_example: str = ""
    phone_last_four: bool = False
    secure: bool = False
