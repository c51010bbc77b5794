"""Messages of ours as WeChat text: numbered choices, cut to what a bubble holds. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bots.tencent import fitting
from bots.tencent.wire import legal
from bots.wechat.config import LIMITS
from core.messages import GAP, OutboundMessage


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
    return cut(cut(GAP.join(earlier), *room) + GAP + last) if min(room) > len(fitting.CUT.encode()) else cut(last)


def cut(text: str, characters: int = LIMITS.characters, utf8_bytes: int = LIMITS.utf8_bytes) -> str:
    """The text, or as much of it as the bounds hold with an ellipsis."""
    return fitting.cut(text, characters, utf8_bytes)


def split(text: str) -> list[str]:
    """The text in pieces that each fit one bubble, at line ends where there are any."""
    return fitting.split(text, LIMITS.characters, LIMITS.utf8_bytes)
