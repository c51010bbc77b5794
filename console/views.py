"""What the public pages show: frozen values, ready to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a case, in words for the public."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class StatusView:
    """A case as its complainant sees it from outside the chat.

    ``promised_on`` is the day by which they hear, ``provisional`` while the holidays until then are not announced;
    None when nothing is promised any more. ``timeline`` is in the order it happened.
    """

    number: str
    status: str
    registered_on: date
    promised_on: date | None = None
    provisional: bool = False
    timeline: tuple[Step, ...] = ()
