"""The terminal's side of delivery, and the conversation in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bots.terminal import parse, render
from bots.terminal.config import LIMITS, MAX_FILE_BYTES, NAME, QUIT_COMMAND, Ask, Receive, Show, texts
from core.errors import FetchRefused, StoreUnavailable
from core.messages import GAP, Address, Attachment, FetchedFile, Language, OutboundMessage


class TerminalChannel:
    """Shows what is sent between two answers; reads files where they lie."""

    name = NAME
    limits = LIMITS

    def __init__(self, show: Show) -> None:
        self._show = show

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        self._show(render.lines(message))
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        path = Path(attachment.reference)
        content = await asyncio.to_thread(_read, path)
        return FetchedFile(content, attachment.name or path.name, attachment.mime)


async def run(
    receive: Receive, ask: Ask, show: Show, address: Address, clock: Callable[[], datetime], language: Language = "zh"
) -> None:
    """Talk until the person leaves. ``clock`` gives the moment a line was typed, with its zone."""
    show(texts(language)["hello"])
    while (line := await ask()) is not None and line.strip() != QUIT_COMMAND:
        if line.strip():
            show(await _answer(receive, line, address, clock(), language))
    show(texts(language)["goodbye"])


async def _answer(receive: Receive, line: str, address: Address, now: datetime, language: Language) -> str:
    try:
        replies = await receive(parse.message(line, address, now))
    except FetchRefused as error:
        key = "which_file" if error.reason == "empty" else "no_file"
        return render.harmless(texts(language)[key].format(path=error))
    except StoreUnavailable:
        return texts(language)["busy"]
    return GAP.join(render.lines(reply) for reply in replies)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise FetchRefused(reason="gone")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise FetchRefused(reason="too_large")
    return path.read_bytes()
