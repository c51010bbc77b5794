"""A slot together with where in the message it stands, so that no two readers claim the same words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from core.records import record
from core.understand.reading import Slot

Finder = Callable[[str, datetime], Iterator["Found"]]


@record(frozen=True, slots=True)
class Found:
    """A slot and its span in the folded text."""

    start: int
    end: int
    slot: Slot


def at(match: re.Match[str], slot: Slot, group: int | str = 0) -> Found:
    return Found(match.start(group), match.end(group), slot)


def hide(text: str, spans: Iterable[Found]) -> str:
    """The text with the found words blanked, every other character where it was."""
    for found in spans:
        text = text[: found.start] + "\0" * (found.end - found.start) + text[found.end :]
    return text


def as_written(slot: Slot, said: str, kept: str) -> Slot:
    """The slot with the person's own punctuation, which is folded only for reading."""
    start = said.find(slot.said)
    written = kept[start : start + len(slot.said)] if start >= 0 and len(kept) >= len(said) else slot.said
    if written == slot.said:
        return slot
    value = written if slot.value == slot.said else slot.value
    return replace(slot, said=written, value=value, shown=written if slot.shown == slot.said else slot.shown)
