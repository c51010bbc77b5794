"""What every check of a pack is made of: a rule, the sections it reads, and how rows are compared. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from core.policies.faults import Place, Problem
from core.policies.policy import Category, Field_, Measure, Option, Policy, Post, Words
from core.records import record

Found = Iterator[Problem]


@record(frozen=True, slots=True)
class Check:
    """A rule and the sections it reads."""

    reads: frozenset[str]
    find: Callable[[Policy], Found]


def distinct_keys(policy: Policy, section: str) -> Found:
    """No key stands twice in a section."""
    rows = getattr(policy, section)
    yield from distinct([row.key for row in rows], (section,), "duplicate_key", "key")


def free_keys(policy: Policy, section: str, words: Iterable[str]) -> Found:
    """No row takes a word that means something else in its place."""
    for index, row in enumerate(getattr(policy, section)):
        if row.key in words:
            yield Problem((section, index, "key"), "reserved_key", values={"key": row.key})


def distinct(values: Iterable[str], at: Place, rule: str, name: str) -> Found:
    """No value stands twice; the second is the mistake. ``name`` is the key it is written under, and fills the sentence."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Problem((*at, index, name), rule, values={name: value})
        seen.add(value)


def distinct_labels(rows: Iterable[Category | Field_ | Measure | Option | Post], at: Place) -> Found:
    """Nobody can tell two rows apart that are called the same, in either language."""
    labels: list[Words] = [row.label for row in rows]
    for language in ("zh", "en"):
        said = [words.in_language(language).casefold() for words in labels]
        yield from distinct(said, at, "duplicate_label", "label")


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)
