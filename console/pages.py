"""The console's pages: their sentences, markup and files."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console.views import StatusSettings, StatusView
from core.messages import Language

_HERE = Path(__file__).parent
_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served; ``tag`` changes with its content."""

    content: bytes
    mime: str
    tag: str


@cache
def texts(language: Language) -> Mapping[str, Mapping[str, str]]:
    """The sentences of the pages, by page and key."""
    return tomllib.loads((_HERE / f"texts.{language}.toml").read_text(encoding="utf-8"))


@cache
def assets() -> Mapping[str, Asset]:
    """Every static file by name. Only these names are served, so no path can leave the folder."""
    return {path.name: _asset(path) for path in (_HERE / "static").iterdir() if path.suffix in _TYPES}


def status(language: Language, settings: StatusSettings, outcome: str, view: StatusView | None) -> str:
    """The look-up page. ``outcome`` is one of form, found, not_found, unavailable."""
    page = texts(language)["status"]
    template = _templates().get_template("status.html")
    return template.render(
        language=language,
        other_language="zh" if language == "en" else "en",
        title=settings.title[language],
        phone=settings.phone,
        phone_last_four=settings.phone_last_four,
        number_hint=page["number_hint"].format(example=settings.number_example),
        outcome=outcome,
        view=view,
        page=page,
        day=lambda on: in_words(on, page),
    )


def in_words(on: date, page: Mapping[str, str]) -> str:
    """A date with its weekday, in the page's language."""
    weekday = page["weekdays"].split()[on.weekday()]
    return page["date"].format(year=on.year, month=on.month, day=on.day, weekday=weekday, iso=on.isoformat())


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
