"""Text within two bounds at once, characters and UTF-8 bytes, with no character parted from its accents. Pure."""

from __future__ import annotations

import unicodedata

CUT = "…"
_JOINER = "\u200d"
_JOINING = {_JOINER, "\ufe0e", "\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))}
"""What belongs to the character before it: joiners, variation selectors, skin tones."""


def cut(text: str, characters: int, utf8_bytes: int) -> str:
    """The text, or as much of it as the bounds hold with an ellipsis."""
    if room(text, characters, utf8_bytes) == len(text):
        return text
    return text[: room(text, characters - len(CUT), utf8_bytes - len(CUT.encode()))] + CUT


def split(text: str, characters: int, utf8_bytes: int) -> list[str]:
    """The text in pieces that each hold to the bounds, at line ends where there are any."""
    pieces = []
    while text:
        end = room(text, characters, utf8_bytes)
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
