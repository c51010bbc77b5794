"""Texts as checked, frozen values: a key gives a sentence, or several ways to say it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

from core.errors import TextsError
from core.messages import Language
from core.records import record

FOLDER = Path(__file__).parent
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@record(frozen=True, slots=True)
class Faq:
    """A short answer to a question people ask in the middle; any of ``words`` shows that it is this question."""

    words: tuple[str, ...]
    answer: str


@record(frozen=True, slots=True)
class Texts:
    """All sentences in all languages. Keys are dotted (``evidence.added``); every language has the same ones."""

    sentences: Mapping[Language, Mapping[str, tuple[str, ...]]]
    questions: Mapping[Language, tuple[Faq, ...]]

    def render(self, language: Language, key: str, variant: int = 0, /, **params: str) -> str:
        """The sentence, its ``{names}`` filled; ``variant`` picks among several ways to say it, the last one stays."""
        ways = self.sentences[language][key]
        way = ways[variant] if variant < len(ways) else ways[-1]
        return way.format_map(params) if params else way

    def faq(self, language: Language, text: str) -> str | None:
        """The answer to a question in ``text``, None where it is none we know."""
        lowered = text.lower()
        return next(
            (faq.answer for faq in self.questions[language] if any(word in lowered for word in faq.words)), None
        )


@lru_cache(maxsize=1)
def load_texts() -> Texts:
    """Read and check the texts files. Raises TextsError naming file and key."""
    tables = {language: _read(FOLDER / f"{language}.toml") for language in LANGUAGES}
    sentences = {language: dict(_flat(table, "")) for language, table in tables.items()}
    _same_keys(sentences)
    return Texts(sentences, {language: _questions(table) for language, table in tables.items()})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TextsError(f"{path.name}: {error}") from error


def _questions(table: Mapping[str, Any]) -> tuple[Faq, ...]:
    return tuple(Faq(tuple(row["words"]), row["answer"]) for row in table["faq"])


def _flat(table: Mapping[str, Any], prefix: str) -> list[tuple[str, tuple[str, ...]]]:
    """Nested tables as dotted keys; the list of questions is not a sentence."""
    rows: list[tuple[str, tuple[str, ...]]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{key}.")
        elif key != "faq":
            rows.append((prefix + key, (value,) if isinstance(value, str) else tuple(value)))
    return rows


def _same_keys(sentences: Mapping[Language, Mapping[str, tuple[str, ...]]]) -> None:
    """Every language has every key, with the same parameters."""
    first, *others = LANGUAGES
    for other in others:
        if odd := sentences[first].keys() ^ sentences[other].keys():
            raise TextsError(f"{first}.toml, {other}.toml: only in one of them: {', '.join(sorted(odd))}")
        for key, ways in sentences[first].items():
            if _names(ways) != _names(sentences[other][key]):
                raise TextsError(f"{other}.toml: {key}: other parameters than in {first}.toml")


def _names(ways: tuple[str, ...]) -> set[str]:
    return {name for way in ways for _, name, _, _ in Formatter().parse(way) if name}
