"""Messages of ours as Telegram bubbles: buttons below, long texts split, the number one copies by a touch. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import field

from bots.telegram.config import CALLBACK_BYTES, UTF16_UNITS
from core.messages import Choice, OutboundMessage
from core.records import record

MAX_BUTTONS = 100
NOTE_UNITS = 200
"""Of what is shown to whoever pressed a button."""
_ROOM_IN_A_ROW = 24
"""How wide two labels may be together to stand side by side on a small phone; a Chinese character is two wide."""

Json = Mapping[str, object]

NO_KEYBOARD: Json = {"remove_keyboard": True}

_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_JOINER = "\u200d"
_JOINING = {_JOINER, "\ufe0e", "\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))}
"""What belongs to the character before it: joiners, variation selectors, skin tones."""


@record(frozen=True, slots=True)
class Bubble:
    """One message in the platform's own terms. Nothing a person wrote is ever read as formatting."""

    text: str
    entities: tuple[Json, ...] = ()
    markup: Json = field(default_factory=lambda: NO_KEYBOARD)


@record(frozen=True, slots=True)
class Release:
    """A pressed button that is to be let go; ``text`` is shown to whoever pressed it, cut where it is too long."""

    callback_id: str
    text: str = ""

    @property
    def fields(self) -> Json:
        note = clean(self.text)
        said = {"text": note[: room(note, NOTE_UNITS)], "show_alert": True} if note else {}
        return {"callback_query_id": self.callback_id, **said}


def bubbles(message: OutboundMessage, opening: Json | None = None) -> list[Bubble]:
    """The message in as many bubbles as it needs; the buttons stand below the last, and ``opening``, one of a link, below them.

    What has no buttons takes the last keyboard away: nobody else knows whether one is still there.
    """
    pressable = [choice for choice in message.choices if _fits(choice)]
    pieces = split(_text(message, [choice for choice in message.choices if not _fits(choice)]))
    copyable = clean(message.copyable)
    markup = _markup(pressable, clean(message.share), opening)
    return [
        Bubble(piece, _copyable(piece, copyable), markup if index == len(pieces) else NO_KEYBOARD)
        for index, piece in enumerate(pieces, 1)
    ]


def _markup(choices: Sequence[Choice], share: str, opening: Json | None) -> Json:
    """Buttons below the message; where a number is to be shared, a keyboard in place of the letters, which only can."""
    if not share:
        rows = [*keyboard(choices), *([[opening]] if opening else [])]
        return {"inline_keyboard": rows} if rows else NO_KEYBOARD
    written = [[{"text": button["text"]} for button in row] for row in keyboard(choices)]
    keys = [[{"text": share, "request_contact": True}], *written]
    return {"keyboard": keys, "resize_keyboard": True, "one_time_keyboard": True}


def keyboard(choices: Sequence[Choice]) -> list[list[Json]]:
    """Answers one below the other, two where both are short; standing requests together in the last row."""
    rows: list[list[Choice]] = []
    for choice in [choice for choice in choices if not choice.aside][:MAX_BUTTONS]:
        if rows and len(rows[-1]) == 1 and _width(rows[-1][0].label) + _width(choice.label) <= _ROOM_IN_A_ROW:
            rows[-1].append(choice)
        else:
            rows.append([choice])
    asides = [choice for choice in choices if choice.aside]
    return [[_button(choice) for choice in row] for row in [*rows, asides] if row]


def clean(text: str) -> str:
    """Text that any JSON parser takes: no control characters, no half surrogates; line breaks stay."""
    return _UNCLEAN.sub("", text)


def split(text: str) -> list[str]:
    """The text in pieces that each fit one bubble, at line ends where there are any."""
    pieces = []
    while text:
        end = room(text)
        if end < len(text):
            end = text.rfind("\n", 1, end) + 1 or end
        pieces.append(text[:end].strip("\n"))
        text = text[end:]
    return [piece for piece in pieces if piece.strip()]


def room(text: str, units: int = UTF16_UNITS) -> int:
    """How many characters of the text fit, without parting a character from what joins it."""
    if len(text) * 2 <= units:
        return len(text)
    fitting = len(text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore"))
    end = fitting
    while 0 < end < len(text) and _joins(text, end):
        end -= 1
    return end or fitting


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _text(message: OutboundMessage, unfit: Sequence[Choice]) -> str:
    """A choice whose key is too long for a button can still be answered by its words, so these are shown."""
    lines = [clean(message.text).strip("\n")]
    if message.copyable not in message.text:
        lines.append(clean(message.copyable))
    lines += (clean(choice.label) for choice in unfit)
    return "\n".join(line for line in lines if line)


def _copyable(piece: str, copyable: str) -> tuple[Json, ...]:
    start = piece.find(copyable) if copyable else -1
    if start < 0:
        return ()
    return ({"type": "code", "offset": utf16_length(piece[:start]), "length": utf16_length(copyable)},)


def _button(choice: Choice) -> Json:
    return {"text": clean(choice.label) or choice.key, "callback_data": choice.key}


def _fits(choice: Choice) -> bool:
    return 0 < len(choice.key.encode("utf-8", "replace")) <= CALLBACK_BYTES and clean(choice.key) == choice.key


def _width(label: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in label)


def _joins(text: str, position: int) -> bool:
    mark = text[position]
    return mark in _JOINING or text[position - 1] == _JOINER or unicodedata.combining(mark) != 0
