"""The page a citizen chats in: its sentences, its markup and its files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bots.webchat.config import MAX_CHARACTERS, WebchatSettings
from core.messages import Language

_HERE = Path(__file__).parent
STATIC = _HERE / "static"

Sentences = Mapping[str, str]


@cache
def texts(language: Language) -> Mapping[str, Sentences]:
    """The page's own sentences by section and key; what the service says comes from elsewhere."""
    return tomllib.loads((_HERE / f"texts.{language}.toml").read_text(encoding="utf-8"))


def html(settings: WebchatSettings, language: Language) -> str:
    sentences = texts(language)
    template = _templates().get_template("chat.html")
    return template.render(
        language=language,
        other_language="zh" if language == "en" else "en",
        page=sentences["page"],
        script=dict(sentences["script"]),
        settings=settings,
        title=settings.title[language],
        max_characters=MAX_CHARACTERS,
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
