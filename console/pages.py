"""The console's pages: their sentences, markup and files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console.views import EvidenceView, StatusSettings, StatusView
from core.files.words import minute
from core.messages import Language

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


@cache
def texts(language: Language) -> Mapping[str, Mapping[str, str]]:
    """The sentences of the pages, by page and key."""
    return tomllib.loads((_HERE / f"texts.{language}.toml").read_text(encoding="utf-8"))


def status(
    language: Language, settings: StatusSettings, outcome: str, view: StatusView | None = None, number: str = ""
) -> str:
    """The look-up page. ``outcome`` is one of form, found, not_found, over, busy, unavailable; ``number`` stands in the form."""
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
        number=number,
        in_address=f"&number={quote(number)}" if number else "",
        page=page,
        day=lambda on: in_words(on, page),
    )


def evidence(
    language: Language,
    title: Mapping[Language, str],
    outcome: str,
    view: EvidenceView | None = None,
    address: str = "",
) -> str:
    """The page of a case's evidence. ``outcome`` is found, or the key of the words that say why nothing is shown.

    ``address`` is that of the list, below which the files are.
    """
    return (
        _templates()
        .get_template("evidence.html")
        .render(
            language=language,
            title=title[language],
            outcome=outcome,
            view=view,
            address=address,
            page=texts(language)["evidence"],
            moment=minute,
        )
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
