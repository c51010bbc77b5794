"""A slot together with where in the message it stands, so that no two readers claim the same words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from core.understand.reading import Slot

Finder = Callable[[str, datetime], Iterator["Found"]]


@dataclass(frozen=True, slots=True)
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
