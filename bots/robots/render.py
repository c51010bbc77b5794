"""A message of ours as a robot's text: what no chat shows is left out, and it is cut to what a message holds. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from core.ladder import Limits
from core.messages import OutboundMessage

_CUT = "…"
_NOT_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def room(limits: Limits, foot: str) -> Limits:
    """What is left of a message above the line that each one ends with."""
    return replace(limits, utf8_bytes=limits.utf8_bytes - len(_below(foot).encode()))


def text_of(message: OutboundMessage, limits: Limits, foot: str) -> str:
    """The text and the foot, "" where there is none. A robot hears nothing, so choices are not shown."""
    return cut(_NOT_SHOWN.sub("", message.text).strip(), room(limits, foot).utf8_bytes) + _below(foot)


def cut(text: str, utf8_bytes: int) -> str:
    """The text, or as much of it as so many bytes hold with an ellipsis."""
    if len(text.encode()) <= utf8_bytes:
        return text
    return text.encode()[: utf8_bytes - len(_CUT.encode())].decode(errors="ignore") + _CUT


def _below(foot: str) -> str:
    return f"\n\n{foot}" if foot else ""
