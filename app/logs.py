"""Log lines as text or JSON, without personal data."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

from core.errors import TousuError

# A phone, landline or bank card, an ID card, an e-mail address: with the separators people and platforms put in.
_PERSONAL = re.compile(r"(?<![\w.])\+?\d(?:[ -]?\d){6,}[Xx]?(?![\w])|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)

# These write whole addresses, access tokens among them, or a line for every step and tick.
_TALKATIVE = ("uvicorn", "httpx", "httpcore", "apscheduler", "alembic", "multipart", "jieba", "asyncio")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def redact(text: str) -> str:
    """The last defence, not the first: nothing personal should be given to a logger at all."""
    return _PERSONAL.sub("***", text)


class _Discreet(logging.Formatter):
    """Tells where an error happened but repeats only the words of our own errors: a foreign one may quote a person."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the standard library's name
        frames = "".join(traceback.format_tb(ei[2])).rstrip()
        said = f": {ei[1]}" if isinstance(ei[1], TousuError) else ""
        return f"{frames}\n{type(ei[1]).__name__}{said}"

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class TextLines(_Discreet):
    """One readable line a record: time, level, where, what."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s  %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds")


class JsonLines(_Discreet):
    """One JSON object a record, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def configure(level: str, form: Literal["text", "json"]) -> None:
    """Send every logger of the process, the web server's too, to stderr in one form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
