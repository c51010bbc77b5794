"""Messages of ours as WeChat text: numbered choices, cut to what a bubble holds. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bots.wechat.config import LIMITS
from bots.wechat.wire import legal
from core.messages import GAP, OutboundMessage

_CUT = "…"
_JOINER = "\u200d"
_JOINING = {_JOINER, "\ufe0e", "\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))}
"""What belongs to the character before it: joiners, variation selectors, skin tones."""


def bubble(message: OutboundMessage) -> str:
    """One message as text, its choices as numbered lines."""
    lines = [legal(message.text).strip("\n")]
    if message.copyable not in message.text:
        lines.append(legal(message.copyable))
    lines += (f"{number} {legal(choice.label)}" for number, choice in enumerate(message.choices, 1))
    return "\n".join(line for line in lines if line)


def passive(replies: Sequence[OutboundMessage]) -> str:
    """All bubbles as the one text that may answer a callback, "" for none.

    The last bubble asks the next question, so what stands before it is cut first.
    """
    *earlier, last = [text for text in map(bubble, replies) if text.strip()] or [""]
    if not earlier:
        return cut(last)
    room = LIMITS.characters - len(last) - len(GAP), LIMITS.utf8_bytes - len(last.encode()) - len(GAP)
    return cut(cut(GAP.join(earlier), *room) + GAP + last) if min(room) > len(_CUT.encode()) else cut(last)


def cut(text: str, characters: int = LIMITS.characters, utf8_bytes: int = LIMITS.utf8_bytes) -> str:
    """The text, or as much of it as the bounds hold with an ellipsis."""
    if room(text, characters, utf8_bytes) == len(text):
        return text
    return text[: room(text, characters - len(_CUT), utf8_bytes - len(_CUT.encode()))] + _CUT


def split(text: str) -> list[str]:
    """The text in pieces that each fit one bubble, at line ends where there are any."""
    pieces = []
    while text:
        end = room(text, LIMITS.characters, LIMITS.utf8_bytes)
        if end < len(text):
            end = text.rfind("\n", 1, end) + 1 or end
        pieces.append(text[:end].strip("\n"))
        text = text[end:]
    return [piece for piece in pieces if piece.strip()]


def room(text: str, characters: int, utf8_bytes: int) -> int:
    """How many characters of the text fit both bounds without parting a character from its accents."""
    fitting = len(text[:characters].encode()[:utf8_bytes].decode(errors="ignore"))
    end = fitting
    while 0 < end < len(text) and _joins(text, end):
        end -= 1
    return end or fitting


def _joins(text: str, position: int) -> bool:
    mark = text[position]
    return mark in _JOINING or text[position - 1] == _JOINER or unicodedata.combining(mark) != 0
