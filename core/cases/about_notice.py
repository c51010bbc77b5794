"""Lines of a timeline that are about one notice: its number stands before their words. Pure: entries in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from core.store.timeline import Entry

MARK = "#"


def note(notification_id: int, words: str = "") -> str:
    """What such a line says."""
    return f"{MARK}{notification_id} {words}".rstrip()


def told_words(entries: Iterable[Entry], notification_id: int) -> str:
    """How staff told it, in their words; "" where nobody did, or nobody can read it any more."""
    entry = _first(entries, "notified", notification_id)
    return entry.note.partition(" ")[2] if entry else ""


def opened_at(entries: Iterable[Entry], notification_id: int) -> datetime | None:
    """When the link to it was opened first, by whomever."""
    entry = _first(entries, "link_opened", notification_id)
    return entry.at if entry else None


def _first(entries: Iterable[Entry], kind: str, notification_id: int) -> Entry | None:
    about = note(notification_id)
    return next((entry for entry in entries if entry.kind == kind and entry.note.partition(" ")[0] == about), None)
