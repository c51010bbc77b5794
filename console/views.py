"""What the public pages show: frozen values, ready to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

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


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A file in the list: its number in the case, what it is and when it came, never what its sender called it.

    ``kind`` and ``state`` are keys of the page's words; ``size`` is in words, "" while it is not here.
    """

    position: int
    kind: str
    state: str
    came_at: datetime
    size: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """The evidence of one case. ``erased`` once the time of the case is over."""

    number: str
    files: tuple[EvidenceLine, ...] = ()
    erased: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One file: its content where ``state`` is stored, else the key of the words that say why there is none.

    ``mime`` is by content and ``name`` ours: nothing of it is the sender's word.
    """

    state: str
    name: str = ""
    mime: str = ""
    content: bytes = b""
