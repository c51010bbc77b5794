"""Every sentence the bot says: in both languages, in use, and short."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest

from core.errors import TextsError
from core.texts import load_texts
from core.texts.texts import LANGUAGES, _names, _same_keys
from tests.architecture.tree import modules, parsed

LONGEST_CHINESE = 120
LONGEST_ENGLISH = 260
"""English takes about twice as many letters for the same."""

LONG_BY_NATURE = ("receipt.", "summary.", "notice.")
LONGEST_QUESTION_LINE = 60

KEYS = sorted(load_texts().sentences["zh"])


def _written_in_the_code() -> Iterator[str]:
    """Every string in the code; of a computed one its constant beginning or end, with a star for the rest."""
    for module in modules():
        for node in ast.walk(parsed(module)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield from _part_of(node)


def _part_of(computed: ast.JoinedStr) -> Iterator[str]:
    """``f"status.is.{status}"`` begins with its first part, ``f"{action}.none"`` ends with its last."""
    first, last = (
        part.value if isinstance(part, ast.Constant) else "" for part in (computed.values[0], computed.values[-1])
    )
    if "." in str(first):
        yield f"{first!s}*"
    elif str(last).startswith("."):
        yield f"*{last!s}"


WRITTEN = frozenset(_written_in_the_code())
BEGINNINGS = tuple(written[:-1] for written in WRITTEN if written.endswith("*") and len(written) > 1)
ENDINGS = tuple(written[1:] for written in WRITTEN if written.startswith("*") and len(written) > 1)


@pytest.mark.parametrize("key", KEYS)
def test_every_sentence_is_said_somewhere(key: str) -> None:
    assert key in WRITTEN or key.startswith(BEGINNINGS) or key.endswith(ENDINGS)


def _said_by_name() -> Iterator[tuple[str, set[str]]]:
    """Every sentence that the dialogue says by its whole key, with the blanks that are filled."""
    for module in modules():
        for node in ast.walk(parsed(module)):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name("turn" | "self"), attr="say" | "text"),
                    args=[ast.Constant(str(key))],
                    keywords=keywords,
                ) if key in KEYS:
                    yield key, {keyword.arg for keyword in keywords if keyword.arg}


def test_what_is_said_has_no_blank_left() -> None:
    sentences = load_texts().sentences["zh"]
    said = list(_said_by_name())
    assert len(said) > 50
    assert [key for key, filled in said if not _names(sentences[key]) <= filled] == []


def test_both_languages_have_the_same_sentences_with_the_same_blanks() -> None:
    sentences = load_texts().sentences
    for key in KEYS:
        blanks = [
            {name for way in sentences[tongue][key] for _, name, _, _ in Formatter().parse(way) if name}
            for tongue in LANGUAGES
        ]
        assert blanks[0] == blanks[1], key


def test_a_sentence_of_one_language_only_is_refused() -> None:
    with pytest.raises(TextsError, match="only in one of them: farewell"):
        _same_keys({"zh": {"farewell": ("再见",)}, "en": {}})


def test_a_blank_of_one_language_only_is_refused() -> None:
    with pytest.raises(TextsError, match="other parameters"):
        _same_keys({"zh": {"hello": ("您好，{name}",)}, "en": {"hello": ("Hello",)}})


def test_no_sentence_is_longer_than_a_glance() -> None:
    for tongue, longest in (("zh", LONGEST_CHINESE), ("en", LONGEST_ENGLISH)):
        sentences = load_texts().sentences[tongue]  # type: ignore[index]
        short = {key: ways for key, ways in sentences.items() if not key.startswith(LONG_BY_NATURE)}
        assert {key for key, ways in short.items() if any(len(_without_blanks(way)) > longest for way in ways)} == set()


def test_what_is_asked_is_one_short_line() -> None:
    asked = {key: ways for key, ways in load_texts().sentences["zh"].items() if key.endswith((".ask", ".which"))}
    first_lines = {key: _without_blanks(way.split("\n")[0]) for key, ways in asked.items() for way in ways}
    assert {key for key, line in first_lines.items() if len(line) > LONGEST_QUESTION_LINE} == set()


def test_nobody_is_addressed_without_respect() -> None:
    sentences = load_texts().sentences["zh"]
    assert {key for key, ways in sentences.items() if any("你" in way for way in ways)} == set()


def test_the_words_change_the_second_time_and_stay_after_that() -> None:
    texts = load_texts()
    said = [texts.render("zh", "not_understood", variant) for variant in range(4)]
    assert said[0] != said[1] == said[2] == said[3]


def test_a_short_question_that_many_people_ask_is_answered() -> None:
    answer = load_texts().faq("zh", "要多久有结果？")
    assert answer is not None
    assert "答复" in answer
    assert load_texts().faq("zh", "窗口的人不理人") is None


def test_questions_are_answered_in_both_languages() -> None:
    questions = load_texts().questions
    assert len(questions["zh"]) == len(questions["en"])
    assert all(
        faq.words and faq.answer and faq.words == tuple(map(str.lower, faq.words))
        for rows in questions.values()
        for faq in rows
    )


def _without_blanks(sentence: str) -> str:
    return re.sub(r"{\w+}", "", sentence)
