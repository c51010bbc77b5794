"""What the channel says by itself: where complaints are taken, and which languages there are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from bots.telegram.parse import LANGUAGE_KEY, Aside
from core.messages import Choice, Language, OutboundMessage

_WISHES = ("chinese", "english")


def words(aside: Aside, username: str) -> OutboundMessage:
    """The bubble to say; ``username`` is the bot's, for a link to it."""
    texts = _texts(aside.language or "zh")
    text = texts[aside.key].format(link=f"https://t.me/{username}")
    wishes = _WISHES if aside.key == "which_language" else ()
    return OutboundMessage(text, tuple(Choice(LANGUAGE_KEY + wish, texts[wish]) for wish in wishes))


def opening(link: str, word: str) -> Mapping[str, object]:
    """A button that opens the reader's own chat with the bot at this ``word``; ``link`` is the one to the bot."""
    return {"text": _texts("zh")["in_private"], "url": f"{link}{word}"}


def later() -> str:
    """What whoever presses a button in a group hears where nothing can be done just now."""
    return _texts("zh")["later"]


@cache
def _texts(language: Language) -> Mapping[str, str]:
    return tomllib.loads(files(__package__).joinpath(f"texts.{language}.toml").read_text("utf-8"))
