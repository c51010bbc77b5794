"""A typed line into a message."""

from __future__ import annotations

import mimetypes
import shlex
import unicodedata
import uuid
from datetime import datetime
from pathlib import Path

from bots.terminal.config import FILE_COMMAND
from core.errors import FetchRefused
from core.messages import Address, Attachment, InboundMessage, Language, attachment_kind


def message(line: str, address: Address, now: datetime, language: Language | None = None) -> InboundMessage:
    """Words, or the files that ``/file`` names. Raises FetchRefused with the path (empty: none named) as its message."""
    key = uuid.uuid4().hex
    command, _, rest = line.strip().partition(" ")
    if command != FILE_COMMAND:
        return InboundMessage(address, key, now, "text", clean(line), language=language)
    attachments = tuple(attachment(Path(name)) for name in paths(rest))
    return InboundMessage(address, key, now, "files", "", attachments, language)


def paths(rest: str) -> list[str]:
    """The paths after the command; a stray quotation mark belongs to the name."""
    try:
        named = shlex.split(rest)
    except ValueError:
        named = rest.split()
    if not named:
        raise FetchRefused(" ", reason="empty")
    return named


def attachment(path: Path) -> Attachment:
    """The file by its absolute path, so that it is found whatever directory the worker runs in."""
    found = path.expanduser()
    if not found.is_file():
        raise FetchRefused(str(path), reason="gone")
    mime = mimetypes.guess_type(found.name)[0] or ""
    return Attachment(attachment_kind(mime), str(found.resolve()), found.name, mime, found.stat().st_size)


def clean(line: str) -> str:
    """The line without control characters and half surrogates, which a broken terminal encoding leaves behind."""
    return "".join(sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cs")).strip()
