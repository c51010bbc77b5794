"""Which of the two languages a page speaks to a visitor. Pure."""

from __future__ import annotations

from core.messages import Language

LANGUAGE_COOKIE = "tousu_language"
"""Where a visitor's wish is kept; the web chat and the public pages share it."""


def chosen(*wishes: str | None) -> Language | None:
    """The first explicit wish (a query parameter, a cookie) that names a language we speak; None without one."""
    for wish in wishes:
        if wish == "zh":
            return "zh"
        if wish == "en":
            return "en"
    return None


def preferred(accept_language: str) -> Language:
    """The language of an ``Accept-Language`` header: the first of ours in it, Chinese when it names neither."""
    for tag in accept_language.lower().split(","):
        if tag.strip().startswith("zh"):
            return "zh"
        if tag.strip().startswith("en"):
            return "en"
    return "zh"
