"""The words behind a line of the timeline: keys in them become words, accounts become names. Pure."""

from __future__ import annotations

import re

from core.files.people import People
from core.files.words import word_for
from core.policies.policy import Policy
from core.store.timeline import Entry

WITH_ACCOUNTS = frozenset({"assigned", "review_assigned", "task_added", "recused", "recusal_lifted"})
"""Kinds of entries in whose note colleagues stand by their accounts."""

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_WORD = re.compile(r"[^\s:]+")
_CHANGE = re.compile(r"([a-z][a-z0-9_]*) → ([a-z][a-z0-9_]*)")


def told_note(entry: Entry, pack: Policy | None, people: People) -> str:
    """What stands behind this entry, as a person reads it."""
    kind, note = entry.kind, entry.note
    if kind in WITH_ACCOUNTS:
        return _WORD.sub(lambda word: people.called(word[0]), note)
    if kind == "category_set" and (change := _CHANGE.match(note)):
        before, after = (category_of(key, pack) for key in change.groups())
        return f"{before} → {after}{note[change.end() :]}"
    key = _KEY.match(note)
    word = _word_before(kind, key[0], pack) if key else None
    return note if key is None or word is None else word + note[key.end() :]


def _word_before(kind: str, key: str, pack: Policy | None) -> str | None:
    """The word for the key that a note of this kind begins with; None where it begins with none."""
    if kind == "recorded":
        return word_for("record_kind", key)
    if kind == "level_set":
        return word_for("level", key)
    return clock_label(key, pack) if kind in ("marked", "extension_asked") else None


def category_of(key: str, pack: Policy | None) -> str:
    """The category's name, or its key where the pack is gone or no longer has it."""
    return next((row.label.zh for row in pack.categories if row.key == key), key) if pack else key


def clock_label(key: str, pack: Policy | None) -> str:
    return next((row.label.zh for row in pack.clocks if row.key == key), key) if pack else key


def measure_label(key: str, pack: Policy | None) -> str:
    return next((row.label.zh for row in pack.decision.measures if row.key == key), key) if pack else key


def post_label(key: str, pack: Policy | None) -> str:
    return next((row.label.zh for row in pack.posts if row.key == key), key) if pack else key
