"""How a message is meant: upset, a question to us, in which language. Pure."""

from __future__ import annotations

import re
from functools import cache

from core.messages import Language
from core.understand.lexicon import HAN, either, pattern, words

_HAN = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"(?<![\w@./-])[A-Za-z][a-z']*[A-Za-z](?![\w@]|[./-]\w)|(?<![\w@./-])I(?![\w@])")


def is_upset(said: str) -> bool:
    return bool(_upset().search(said))


def is_question(said: str) -> bool:
    """True for a short question to us; “凭什么收我钱？” accuses and asks nothing."""
    if len(said) > words("mood")["longest_question"] or _accusation().search(said):
        return False
    return bool(_question().search(said.strip().lower()))


def language_of(said: str) -> Language | None:
    """None where the words tell nothing: numbers, codes, and what is written alike in any language (OK, QQ)."""
    han = len(_HAN.findall(said))
    latin = [word.lower() for word in _LATIN_WORD.findall(said)]
    if not han:
        return "en" if any(word not in words("mood")["neutral"] for word in latin) else None
    # A Chinese name in an English sentence does not make it Chinese; a brand in a Chinese one does not make it English.
    return "en" if len(latin) > han else "zh"


@cache
def _upset() -> re.Pattern[str]:
    latin = [word for word in words("mood")["upset"] if word.isascii()]
    return pattern(r"<han>|\b<latin>\b", han=set(words("mood")["upset"]) - set(latin), latin=latin)


@cache
def _accusation() -> re.Pattern[str]:
    return pattern("<words>", words=words("mood")["accusations"])


@cache
def _question() -> re.Pattern[str]:
    table = words("mood")
    ends, inside = either(table["question_ends"]), either(table["question_words"])
    return re.compile(
        rf"{ends}[啊呀呢?!~。\s]*$|{inside}|^{either(table['english_question'])}\b.*\?$|^{either(table['english_question'][:6])}\b"
    )
