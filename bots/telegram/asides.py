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


@cache
def _texts(language: Language) -> Mapping[str, str]:
    return tomllib.loads(files(__package__).joinpath(f"texts.{language}.toml").read_text("utf-8"))
