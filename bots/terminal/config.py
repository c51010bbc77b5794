"""What the terminal is called and what it can do."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path

from core.ladder import Limits
from core.messages import InboundMessage, Language, OutboundMessage

NAME = "terminal"
LIMITS = Limits()

FILE_COMMAND = "/file"
QUIT_COMMAND = "/quit"
MAX_FILE_BYTES = 200 * 1024 * 1024

Receive = Callable[[InboundMessage], Awaitable[tuple[OutboundMessage, ...]]]
Ask = Callable[[], Awaitable[str | None]]
"""Read the next line a person types; None when there is no more."""

Show = Callable[[str], None]


@cache
def texts(language: Language) -> Mapping[str, str]:
    """The terminal's own few sentences."""
    return tomllib.loads((Path(__file__).parent / f"texts.{language}.toml").read_text(encoding="utf-8"))
