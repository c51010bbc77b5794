"""Messages of ours as WeCom's: texts, and cards with buttons. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bots.tencent import fitting
from bots.tencent.wire import legal
from bots.wecom.config import (
    BUTTONS,
    KEY_BYTES,
    LABEL_CHARACTERS,
    LIMITS,
    TITLE_CHARACTERS,
    WORDS_CHARACTERS,
)
from core.messages import Choice, OutboundMessage

Body = Mapping[str, object]
"""What is sent, without to whom and by which application."""

NO_BOUND = 1_000_000


def bodies(message: OutboundMessage, fresh_id: Callable[[], str]) -> list[Body]:
    """The message as what is sent one after the other: its words, and a card where there is something to press.

    Words that are short enough stand on the card itself. ``fresh_id`` gives a name that no card of the application had.
    """
    pressable = [choice for choice in message.choices if _fits(choice)][:BUTTONS]
    words = _words(message, [choice for choice in message.choices if choice not in pressable])
    if not pressable:
        return texts(words)
    title, _, below = words.strip().partition("\n")
    title = title.strip() or fitting.CUT
    if len(title) <= TITLE_CHARACTERS and len(below) <= WORDS_CHARACTERS:
        return [_card(title, below.strip("\n"), pressable, fresh_id())]
    return [*texts(words), _card(fitting.cut(title, TITLE_CHARACTERS, NO_BOUND), "", pressable, fresh_id())]


def instead_of_card(message: OutboundMessage, *, words_were_sent: bool) -> list[Body]:
    """What a card would have shown, without anything to press: every choice can be said as well."""
    return texts(_words(OutboundMessage("") if words_were_sent else message, message.choices))


def texts(words: str) -> list[Body]:
    """The words as texts that the platform cuts nothing off."""
    pieces = fitting.split(words, LIMITS.characters, LIMITS.utf8_bytes)
    return [{"msgtype": "text", "text": {"content": piece}} for piece in pieces]


def pressed_label(words: str) -> str:
    """What stands on a card's button once it was pressed: the beginning of what happened."""
    first = legal(words).strip().partition("\n")[0]
    return fitting.cut(first, 2 * LABEL_CHARACTERS, NO_BOUND)


def _card(title: str, below: str, choices: Sequence[Choice], task_id: str) -> Body:
    card: dict[str, object] = {
        "card_type": "button_interaction",
        "main_title": {"title": title},
        "task_id": task_id,
        "button_list": [{"text": legal(choice.label), "style": 1, "key": choice.key} for choice in choices],
    }
    if below:
        card["sub_title_text"] = below
    return {"msgtype": "template_card", "template_card": card}


def _words(message: OutboundMessage, unfit: Sequence[Choice]) -> str:
    """A choice that no button holds can still be answered by its words, so these are shown."""
    lines = [legal(message.text).strip("\n")]
    if message.copyable not in message.text:
        lines.append(legal(message.copyable))
    lines += (legal(choice.label) for choice in unfit)
    return "\n".join(line for line in lines if line)


def _fits(choice: Choice) -> bool:
    label, key = legal(choice.label), choice.key
    return (
        0 < len(label) <= LABEL_CHARACTERS
        and 0 < len(key.encode("utf-8", "replace")) <= KEY_BYTES
        and legal(key) == key
    )
