"""Places and respondents: runs of words that end like one, because taggers find almost none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache, lru_cache
from typing import Literal

from core.understand.found import Found, at
from core.understand.lexicon import HAN, either, pattern, words
from core.understand.reading import Slot
from core.understand.segment import cut

_LONGEST = 24
_DOOR = re.compile(
    r"(?:[附]?\d{1,5}(?:-\d{1,4})?(?:号楼|号院|[号栋幢座]|单元|室|楼|层|组|弄|区)){1,6}(?:\d{2,5}室?)?(?![线路])"
)
_NUMBER = re.compile(r"[\dA-Za-z一二三四五六七八九十东西南北]{1,4}")


def find_places(said: str, now: datetime) -> Iterator[Found]:
    """Where it happened, or where someone lives when there is a door number or a label of homes."""
    labelled = _labelled_place().search(said)
    if labelled:
        yield _labelled_at(labelled)
        return
    for start, end in _runs(said, "place"):
        door = _DOOR.match(said, end)
        yield _found(said, start, door.end(), "address") if door else _found(said, start, end, "place")


def _labelled_at(match: re.Match[str]) -> Found:
    """What follows a label, up to where the sentence goes on: 位于人民路32号3栋 | 的电梯坏了."""
    start = match.start("value")
    value = _goes_on().split(match["value"], maxsplit=1)[0] or match["value"]
    door = _DOOR.search(value)
    return _found(match.string, start, start + len(value), "address" if match["home"] or door else "place")


def find_respondents(said: str, now: datetime) -> Iterator[Found]:
    """Who is complained of: what a label or “投诉” names, a doctor or driver by surname, an organisation."""
    match = _labelled_respondent().search(said) or _complained_of().search(said) or _somebody(said)
    if match:
        yield at(match, _named("respondent", match["value"]), "value")
    yield from (_found(said, start, end, "respondent") for start, end in _runs(said, "organisation"))


def _somebody(said: str) -> re.Match[str] | None:
    """A person by surname and title, but nobody the letter is addressed to: 尊敬的胡书记, 何市长您好."""
    return next((match for match in _titled().finditer(said) if not _addressed(said, match)), None)


def _addressed(said: str, match: re.Match[str]) -> bool:
    before, after = said[: match.start()].rstrip(" ,"), said[match.end() :].lstrip()
    return (
        before.endswith(("尊敬的", "敬爱的", "您好", "你好"))
        or after.startswith(("您", "你好", "你们好", ":"))
        or (not before and after.startswith((",", "!", "\n")))
    )


def _found(said: str, start: int, end: int, kind: Literal["place", "address", "respondent"]) -> Found:
    return Found(start, end, _named(kind, said[start:end]))


def _named(kind: Literal["place", "address", "respondent"], said: str) -> Slot:
    return Slot(kind, said.strip(), said.strip(), said.strip())


def _runs(said: str, table: str) -> Iterator[tuple[int, int]]:
    """Spans of words before an ending, back to the first word that no name contains."""
    if not _any_ending(table).search(said):
        return
    tokens = _tokens(said)
    before = len(said)
    for index in range(len(tokens) - 1, -1, -1):
        start, word = tokens[index]
        end = start + len(word)
        if end > before or not _ends(word, table):
            continue
        first = _reach_back(tokens, index)
        if _worth_naming(said[first:end], table):
            before = first
            yield first, end


@lru_cache(maxsize=16)
def _tokens(said: str) -> tuple[tuple[int, str], ...]:
    position, tokens = 0, []
    for word in cut(said):
        tokens.append((position, word))
        position += len(word)
    return tuple(tokens)


def _reach_back(tokens: tuple[tuple[int, str], ...], index: int) -> int:
    start, word = tokens[index]
    end = start + len(word)
    while index and end - tokens[index - 1][0] <= _LONGEST and _belongs(tokens[index - 1][1]):
        index -= 1
    return tokens[index][0]


def _belongs(word: str) -> bool:
    # 坐到, 车到, 住在: however they are cut, a name begins after them.
    stops = word in _stops() or word.endswith(("到", "在"))
    return not stops and bool(_han().fullmatch(word) or _NUMBER.fullmatch(word))


def _ends(word: str, table: str) -> bool:
    # Few words end with the last character of an ending, which is quicker to see than the whole ending.
    return word[-1] in _last_characters(table) and word not in _stops() and bool(_endings(table).search(word))


def _worth_naming(run: str, table: str) -> bool:
    """A name says more than its kind: 三食堂 does, 食堂 alone only where it can stand for one."""
    named = words("slots")[table]
    if run in named["short_ends"] or len(run) < 3:
        return False
    return table == "place" or run not in named["ends"]


@cache
def _stops() -> frozenset[str]:
    return frozenset(words("slots")["stop"]["words"])


@cache
def _han() -> re.Pattern[str]:
    return re.compile(f"[{HAN}]+")


@cache
def _any_ending(table: str) -> re.Pattern[str]:
    """An ending anywhere. Most messages have none, and need not be cut into words."""
    return re.compile(either(words("slots")[table]["ends"]))


@cache
def _last_characters(table: str) -> frozenset[str]:
    return frozenset(end[-1] for end in words("slots")[table]["ends"])


@cache
def _endings(table: str) -> re.Pattern[str]:
    return re.compile(either(words("slots")[table]["ends"]) + "$")


@cache
def _goes_on() -> re.Pattern[str]:
    return pattern("<ends>", ends=words("slots")["place"]["ends_at"])


@cache
def _labelled_place() -> re.Pattern[str]:
    table = words("slots")["place"]
    return pattern(
        r"(?:(?P<home><homes>)|<labels>)(?:\s*(?:是|为|在)?\s*[:=]\s*|是在|是|(?<=住)|(?<=于)|(?<=在)|(?<=at) )\s*(?P<value>[^\s,;!?:()。、\0过的院了户进不着得][^,;!?()。、\n\0]{1,39})",
        homes=table["labels_of_homes"], labels=table["labels"],
    )  # fmt: skip


def _run(longest: int = 15) -> str:
    """Han, letters and digits that hold no word at which a name must end."""
    return rf"(?:(?!在|的|把|对|给|不|没|乱|态度|服务|工作|一直|经常|从来|收费|违|私自|擅自|强|骗|欺|拒|辱|骂|打|于)[{HAN}A-Za-z0-9]){{1,{longest}}}?"


@cache
def _labelled_respondent() -> re.Pattern[str]:
    return pattern(
        rf"(?<![{HAN}])<labels>\s*(?:是|为|[:=])\s*(?P<value>[^\s,;!?:。、\0][^,;!?。、\n\0]{{1,39}})",
        labels=words("slots")["organisation"]["labels"],
    )


@cache
def _complained_of() -> re.Pattern[str]:
    table, titles = words("slots")["organisation"], words("slots")["name"]["titles"]
    ends = f"(?:{either(table['ends'])}|{either(table['roles'])}|{either(title for title in titles if len(title) > 1)})"
    return pattern(
        rf"<complain>(?!<no_names>)(?:一下|你们的?|我们的?|的是|:|这个|这家|那个|那家|贵)*(?P<value>{_run()}{ends})(?!{ends}|[{HAN}]?{either(table['ends'])})",
        complain=table["complain"], no_names=words("slots")["outright"]["no_names"],
    )  # fmt: skip


@cache
def _titled() -> re.Pattern[str]:
    table = words("slots")["name"]
    titles = [title for title in table["titles"] if len(title) > 1]
    return re.compile(
        rf"(?P<value>(?:工号\s?\w{{2,8}})|(?:{either(table['compound'])}|(?<![{HAN}])[{table['surnames']}]|(?<=[是找叫的被让和给])[{table['surnames']}]){either(titles)})"
    )
