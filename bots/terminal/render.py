"""A bubble as plain lines, its choices numbered. Pure."""

from __future__ import annotations

import unicodedata

from core.messages import OutboundMessage


def lines(message: OutboundMessage) -> str:
    """The text, the copyable string on a line of its own unless the text shows it, then one choice a line."""
    parts = [message.text]
    if message.copyable and message.copyable not in message.text:
        parts.append(message.copyable)
    parts += [f"{number} {choice.label}" for number, choice in enumerate(message.choices, 1)]
    return harmless("\n".join(parts))


def harmless(text: str) -> str:
    """Text that cannot steer the terminal: a quoted name may hold escape sequences."""
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs"))
