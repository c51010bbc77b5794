"""How a message is meant: upset, a question to us, in which language. Pure."""

from __future__ import annotations

import re
from functools import cache

from core.messages import Language
from core.understand.lexicon import HAN, Phrases, either, forms, phrases, words
from core.understand.signs import LETTER, Signs, beginnings

_HAN = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"(?<![\w@./-])[A-Za-z][a-z']*[A-Za-z](?![\w@]|[./-]\w)|(?<![\w@./-])I(?![\w@])")


def is_upset(said: str, signs: Signs) -> bool:
    return not _signs_of_upset().isdisjoint(signs) and _upset().within(said, signs)


def is_question(said: str, signs: Signs) -> bool:
    """True for a short question to us; “凭什么收我钱？” accuses and asks nothing."""
    if len(said) > words("mood")["longest_question"] or _signs_of_questions().isdisjoint(signs):
        return False
    return not _accusation().within(said, signs) and bool(_question().search(said.strip().lower()))


def language_of(said: str, signs: Signs) -> Language | None:
    """None where the words tell nothing: numbers, codes, and what is written alike in any language (OK, QQ)."""
    if LETTER not in signs:
        return "zh" if _HAN.search(said) else None
    han = len(_HAN.findall(said))
    latin = [word.lower() for word in _LATIN_WORD.findall(said)]
    if not han:
        return "en" if any(word not in words("mood")["neutral"] for word in latin) else None
    # A Chinese name in an English sentence does not make it Chinese; a brand in a Chinese one does not make it English.
    return "en" if len(latin) > han else "zh"


@cache
def _signs_of_upset() -> frozenset[str]:
    return beginnings(words("mood")["upset"])


@cache
def _upset() -> Phrases:
    every = words("mood")["upset"]
    latin = [word for word in every if word.isascii()]
    return forms((word for word in every if not word.isascii()), [rf"\b{either(latin)}\b"])


@cache
def _signs_of_questions() -> frozenset[str]:
    table = words("mood")
    return beginnings(table["question_ends"], table["question_words"], ["几天"], table["english_question"])


@cache
def _accusation() -> Phrases:
    return phrases(words("mood")["accusations"])


@cache
def _question() -> re.Pattern[str]:
    table = words("mood")
    ends, inside = either(table["question_ends"]), either(table["question_words"])
    # 断网这几天 tells of days; 要几天 asks for them.
    return re.compile(
        rf"{ends}[啊呀呢?!~。\s]*$|{inside}|(?<![这那前好十])几天|^{either(table['english_question'])}\b.*\?$|^{either(table['english_question'][:6])}\b"
    )
