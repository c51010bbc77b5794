"""The page a citizen chats in: its sentences, its markup and its files."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bots.webchat.config import MAX_CHARACTERS, WebchatSettings
from core.messages import Language

_HERE = Path(__file__).parent
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

Sentences = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page as it is served; ``tag`` changes with its content."""

    content: bytes
    mime: str
    tag: str


@cache
def texts(language: Language) -> Mapping[str, Sentences]:
    """The page's own sentences by section and key; what the service says comes from elsewhere."""
    return tomllib.loads((_HERE / f"texts.{language}.toml").read_text(encoding="utf-8"))


@cache
def assets() -> Mapping[str, Asset]:
    """Every static file by name. Only these names are served, so no path can leave the folder."""
    return {path.name: _asset(path) for path in (_HERE / "static").iterdir() if path.suffix in _TYPES}


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


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(content, _TYPES[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:20]}"')
