"""Which option a message names: its number in any writing, its words, a unique beginning, its initials in pinyin."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import import_module

from core.policies.policy import Option
from core.understand.lexicon import HAN, words
from core.understand.normal import plain
from core.understand.numerals import chinese

_EDGES = " \t\n,.;:!?。、~…()[]<>\"'*"
_ENGLISH = {
    name: value for value, name in enumerate(("first", "second", "third", "fourth", "fifth", "sixth", "seventh"), 1)
}
_NUMBERED = re.compile(
    r"(?:我?(?:就|要)?(?:选择?|回复|按|答案?|要)?(?:是|第|选项|序号|编号|数字)?|option|number|no\.?|choice|the|#)\s*"
    r"(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,3}|[a-h]|first|second|third|fourth|fifth|sixth|seventh)"
    r"\s*(?:个选项|个|项|号|条|种|选项|一个|类)?\s*(?:one|option|choice)?(?:吧|的|呀|啊)?"
)
_SPACES = re.compile(rf"\s+(?=[{HAN}])|(?<=[{HAN}])\s+")
_CLOSE, _PART = 60.0, 90.0


def number_said(said: str) -> int | None:
    """The number the whole message stands for: 1, １, 一, ①, 第一个, 选2, B; None where it is no bare number."""
    match = _NUMBERED.fullmatch(said.lower().strip(_EDGES))
    value = _value(match["number"]) if match else None
    return value if value and 0 < value < 100 else None


def _value(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    return _ENGLISH.get(text) or (ord(text) - ord("a") + 1 if len(text) == 1 and text.isascii() else chinese(text))


def match_option(text: str, labels: Sequence[Sequence[str]]) -> int | None:
    """The index of the one option the text names, each option given by all its names; None for none or several."""
    said = _bare(text)
    if not said:
        return None
    names = [[bare for name in option if (bare := _bare_name(name))] for option in labels]
    for names_it in (_equal, _numbered(text), _begins, _initials, _contains):
        hits = [index for index, option in enumerate(names) if names_it(said, option, index)]
        if hits:
            return hits[0] if len(hits) == 1 else None
    return None


def match_known(text: str, options: Sequence[Option]) -> list[int]:
    """Indexes of up to three known names the text may mean, best first: by words, by typo, by sound.

    None for a text that says a name and more, 二楼社保窗口: it needs no other.
    """
    said = _bare(text)
    names = [_names(option) for option in options]
    same = [index for index, names_of_one in enumerate(names) if said in names_of_one]
    if same or not said or any(len(name) > 1 and name in said for names_of_one in names for name in names_of_one):
        return same[:3]
    return _likely(said, names)


def _likely(said: str, names: list[list[str]]) -> list[int]:
    scores = [max(_likeness(said, name) for name in names_of_one) for names_of_one in names]
    found = (index for index, score in enumerate(scores) if score >= _CLOSE)
    return sorted(found, key=lambda index: -scores[index])[:3]


def _names(option: Option) -> list[str]:
    return [_bare_name(name) for name in (option.label.zh, option.label.en, *option.aliases)]


def _bare(text: str) -> str:
    """A text as it is compared: folded, small, without spaces between Han and without punctuation around."""
    bare = _SPACES.sub("", plain(text).lower()).strip(_EDGES)
    for word in words("choices")["before"]:
        bare = bare.removeprefix(word) or bare
    for word in words("choices")["after"]:
        bare = bare.removesuffix(word) or bare
    return bare.strip(_EDGES)


@lru_cache(maxsize=4096)
def _bare_name(name: str) -> str:
    """The names of options are the same for every message."""
    return _bare(name)


_Test = Callable[[str, list[str], int], bool]


def _equal(said: str, names: list[str], index: int) -> bool:
    return said in names


def _numbered(text: str) -> _Test:
    number = number_said(plain(text))
    return lambda said, names, index: number == index + 1


def _begins(said: str, names: list[str], index: int) -> bool:
    return any(name.startswith(said) for name in names) and not said.isdecimal()


def _initials(said: str, names: list[str], index: int) -> bool:
    letters = said.isascii() and said.isalpha() and 1 < len(said) <= 30
    return letters and any(said in (pinyin_initials(name), pinyin(name)) for name in names if not name.isascii())


def _contains(said: str, names: list[str], index: int) -> bool:
    """The text within a name, or a name within the text unless a refusal stands before it."""
    refused = any(word in said for word in words("choices")["refusals"])
    return any((len(said) > 1 and said in name) or (len(name) > 1 and name in said and not refused) for name in names)


def _likeness(said: str, name: str) -> float:
    """From 0 to 100, how much the letters or the sounds are alike; 90 for a part of the name."""
    if len(said) > 1 and said in name:
        return _PART
    return max(_ratio(said, name), 0.95 * _ratio(pinyin(said), pinyin(name)) if _both_han(said, name) else 0.0)


def _both_han(one: str, other: str) -> bool:
    return not one.isascii() and not other.isascii() and len(one) <= 40


def _ratio(one: str, other: str) -> float:
    return float(_rapidfuzz().ratio(one, other))


@cache
def _rapidfuzz():  # type: ignore[no-untyped-def]
    return import_module("rapidfuzz.fuzz")


@lru_cache(maxsize=4096)
def pinyin(text: str) -> str:
    """How Han sound, without tones: 三食堂 is sanshitang."""
    return "".join(_syllables(text))


@lru_cache(maxsize=4096)
def pinyin_initials(text: str) -> str:
    """The first letters of how Han sound: 三食堂 is sst."""
    return "".join(syllable[0] for syllable in _syllables(text) if syllable)


def _syllables(text: str) -> list[str]:
    # Without its table of phrases pypinyin takes 12 MB and not 56; a character of several sounds has its usual one then.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    syllables: list[str] = import_module("pypinyin").lazy_pinyin(text)
    return syllables
