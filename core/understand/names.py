"""A person's own name, only where a pattern tells it: taggers guess, and a wrong name is worse than a question. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from core.understand.found import Found, at
from core.understand.lexicon import HAN, Phrases, either, pattern, phrases, words
from core.understand.reading import Slot
from core.understand.signs import LETTER, beginnings, has_letter

_ENGLISH = re.compile(
    r"\b(?:[Mm]y (?:full )?name is|[Mm]y name's|[Nn]ame ?:|I am called|[Cc]all me|(?:I am|I'm|This is)(?= (?:Mr|Mrs|Ms|[A-Z][a-z]+ [A-Z])))"
    r" ?(?P<name>(?:M(?:r|rs|s)\.? )?[A-Z][A-Za-z'-]{1,20}(?: [A-Z][A-Za-z'-]{0,20}){0,3})"
)
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z'.-]{0,20}(?: [A-Za-z][A-Za-z'.-]{0,20}){0,3}")


def find_names(said: str, now: datetime) -> Iterator[Found]:
    """At most one name: 我叫李明, 姓名:李明, 我是李明 (with a surname and nothing that speaks against it)."""
    match = _labelled(said) or _weakly_labelled(said) or (_ENGLISH.search(said) if has_letter(said) else None)
    if match:
        yield at(match, Slot("name", match["name"], match["name"], match["name"]), "name")


def _labelled(said: str) -> re.Match[str] | None:
    start = _labels().first(said)
    return None if start is None else _after_label().search(said, start)


def _weakly_labelled(said: str) -> re.Match[str] | None:
    """“我是” has before it what ends a clause, or a greeting."""
    start = _weak_labels().first(said)
    if start is None:
        return None
    return next(filter(_sounds_like_a_name, _after_i_am().finditer(said, max(0, start - 2))), None)


def full_name(text: str) -> Slot | None:
    """The whole text as a name: 李明, 欧阳娜娜, 李女士, 阿依古丽·买买提, John Smith."""
    text = text.strip(" ,.;!").removesuffix("的")
    if _full_name().fullmatch(text) or _LATIN_NAME.fullmatch(text):
        return Slot("name", text, text, text)
    return None


def _sounds_like_a_name(match: re.Match[str]) -> bool:
    return not any(match["name"].startswith(word) or match["name"].endswith(word) for word in _table()["not_names"])


def _table() -> dict[str, Any]:
    table: dict[str, Any] = words("slots")["name"]
    return table


def _surname() -> str:
    return f"(?:{either(_table()['compound'])}|[{_table()['surnames']}])"


def _given() -> str:
    return f"[{HAN}]" if not _table()["not_in_names"] else rf"(?:(?![{_table()['not_in_names']}])[{HAN}])"


@cache
def signs_of_names() -> frozenset[str]:
    """What a text has one of where it gives a name."""
    return beginnings(_table()["labels"], _table()["weak_labels"]) | {LETTER}


@cache
def _labels() -> Phrases:
    return phrases(_table()["labels"])


@cache
def _weak_labels() -> Phrases:
    return phrases(_table()["weak_labels"])


@cache
def _after_label() -> re.Pattern[str]:
    """After “我叫” or “姓名：” two to four Han are a name; the clause must end there, or go on with what never is part of one."""
    ends = rf"(?=[^{HAN}]|$|电话|手机|联系|住|今年|是|的电话|身份证|男|女|家住|来自|要|想|我)"
    titled = rf"{_surname()}(?:{_given()}{{1,2}})?{either(_table()['titles'])}"
    return pattern(
        rf"(?<!被)<labels>\s*(?:叫|是|为|:|=)*\s*(?P<name>{titled}|{_surname()}{_given()}{{1,3}}?{ends}|{_given()}{{2,6}}·{_given()}{{2,6}})",
        labels=_table()["labels"],
    )


@cache
def _after_i_am() -> re.Pattern[str]:
    return pattern(
        rf"(?:^|[^{HAN}]|你好|您好)<labels>\s*(?P<name>{_surname()}{_given()}{{1,2}}(?=[^{HAN}]|$)|{_surname()}(?:先生|女士|小姐))",
        labels=_table()["weak_labels"],
    )


@cache
def _full_name() -> re.Pattern[str]:
    titled = rf"{_surname()}(?:{_given()}{{0,2}})?{either(_table()['titles'] + ['同学', '某', '某某'])}"
    return re.compile(rf"{titled}|{_surname()}{_given()}{{1,3}}|{_given()}{{2,8}}·{_given()}{{2,8}}")
