"""Bubbles and lines as the JSON the page reads. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bots.webchat.config import LIMITS
from core.messages import Choice, Line, OutboundMessage

Json = dict[str, object]


def reply(message: OutboundMessage) -> Json:
    """A bubble. It arrives cut to the channel's limits; the hard cut here is the last defence."""
    return {
        "text": message.text[: LIMITS.characters],
        "choices": _choices(message.choices),
        "copyable": message.copyable,
    }


def line(shown: Line) -> Json:
    return {
        "cursor": shown.cursor,
        "direction": shown.direction,
        "text": shown.text,
        "choices": _choices(shown.choices),
        "copyable": shown.copyable,
        "files": list(shown.files),
        "at": shown.at.isoformat(),
    }


def event(lines: Sequence[Line]) -> str:
    """One server-sent event with new lines. Its id is the highest cursor, by which a broken stream is resumed."""
    body = json.dumps([line(shown) for shown in lines], ensure_ascii=False)
    return f"id: {max(shown.cursor for shown in lines)}\ndata: {body}\n\n"


def _choices(choices: Sequence[Choice]) -> list[Json]:
    return [{"key": choice.key, "label": choice.label, "aside": choice.aside} for choice in choices]
