"""What the web chat is called, what it holds, and what the application hands to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.ladder import Ladder, Limits, Rung
from core.messages import Address, FetchedFile, InboundMessage, Language, Line, OutboundMessage

NAME = "web"
PAGE = Ladder((Rung("page", later=True, on_page=True),))
"""What is sent waits in the history, and has arrived once a page fetched it."""

LIMITS = Limits(characters=2000, buttons=True, can_push=True, ladder=PAGE)

IDENTITY_COOKIE = "tousu_chat"
COOKIE_SECONDS = 400 * 24 * 3600
"""Browsers keep a cookie for 400 days at most; each visit renews it."""

MAX_BODY_BYTES = 64 * 1024
"""Of a JSON body; the longest text is far below it."""

MAX_CHARACTERS = 5000
"""Of one message; a longer one is sent back to its writer instead of being cut in silence."""

LINES_ON_RETURN = 200
LINES_PER_PUSH = 30

Receive = Callable[[InboundMessage], Awaitable[tuple[OutboundMessage, ...]]]
Keep = Callable[[InboundMessage], Awaitable[None]]
History = Callable[[Address, int | None, int], Awaitable[list[Line]]]
"""``history(address, after, limit)``: lines with a cursor above ``after``, oldest first; the newest ``limit`` for None."""


class Uploads(Protocol):
    """Where an uploaded file waits, encrypted, until the worker fetches it as evidence."""

    async def save(self, content: bytes, name: str, mime: str) -> str:
        """Keep a file durably; return the reference it is loaded by."""
        ...

    async def load(self, reference: str) -> FetchedFile:
        """Get a file back. Raises FetchRefused when there is none."""
        ...

    async def drop(self, reference: str) -> None:
        """Forget a file; a reference that is gone already is no error."""
        ...

    async def drop_before(self, moment: datetime) -> None:
        """Forget all files that were saved before this moment."""
        ...


@dataclass(frozen=True, slots=True)
class WebchatSettings:
    """``base_url`` is the public address; cookies are Secure when it is https. ``title`` is the institution's name.

    ``zone`` is the one its times are shown in, by its IANA name.
    """

    base_url: str
    title: Mapping[Language, str]
    zone: str
    phone: str = ""
    max_files: int = 10
    max_megabytes: int = 20

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def max_file_bytes(self) -> int:
        return self.max_megabytes * 1024 * 1024
