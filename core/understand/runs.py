"""Places and respondents: runs of words that end like one, because taggers find almost none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache, lru_cache
from itertools import accumulate
from typing import Literal

from core.records import record
from core.understand.found import Found, at
from core.understand.lexicon import HAN, Phrases, either, pattern, phrases, words
from core.understand.reading import Slot
from core.understand.segment import cut
from core.understand.signs import beginnings

_LONGEST = 24
_DOOR = re.compile(
    r"(?:[附]?\d{1,5}(?:-\d{1,4})?(?:号楼|号院|[号栋幢座]|单元|室|楼|层|组|弄|区)){1,6}(?:\d{2,5}室?)?(?![线路])"
)
_NUMBER = re.compile(r"[\dA-Za-z一二三四五六七八九十东西南北]{1,4}")


@record(frozen=True, slots=True)
class _Tokens:
    """The words of a text, where each ends, and from the last to the first the indexes of those that may end a name."""

    words: list[str]
    ends: list[int]
    likely: list[int]


def find_places(said: str, now: datetime) -> Iterator[Found]:
    """Where it happened, or where someone lives when there is a door number or a label of homes."""
    start = _place_labels().first(said)
    labelled = None if start is None else _labelled_place().search(said, start)
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
    start = _respondent_labels().first(said)
    labelled = None if start is None else _labelled_respondent().search(said, start)
    match = labelled or _complained_of().search(said) or _somebody(said)
    if match:
        yield at(match, _named("respondent", match["value"]), "value")
    yield from (_found(said, start, end, "respondent") for start, end in _runs(said, "organisation"))


def _somebody(said: str) -> re.Match[str] | None:
    """A person by surname and title, but nobody the letter is addressed to: 尊敬的胡书记, 何市长您好."""
    if _titles().first(said) is None:
        return None
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
    said = said.strip()
    return Slot(kind, said, said, said)


def _runs(said: str, table: str) -> Iterator[tuple[int, int]]:
    """Spans of words before an ending, back to the first word that no name contains."""
    if not _any_ending(table).search(said):
        return
    tokens = _tokens(said)
    before = len(said)
    for index in tokens.likely:
        end = tokens.ends[index]
        if end > before or not _ends(tokens.words[index], table):
            continue
        first = _reach_back(tokens, index)
        if _worth_naming(said[first:end], table):
            before = first
            yield first, end


@lru_cache(maxsize=16)
def _tokens(said: str) -> _Tokens:
    found = cut(said)
    last = _last_characters()
    likely = [index for index, word in enumerate(found) if word[-1] in last]
    return _Tokens(found, list(accumulate(map(len, found))), likely[::-1])


def _reach_back(tokens: _Tokens, index: int) -> int:
    """Where the words begin that belong to the one at the index."""
    end = tokens.ends[index]
    start = end - len(tokens.words[index])
    while index and _belongs(word := tokens.words[index - 1]) and end - start + len(word) <= _LONGEST:
        index, start = index - 1, start - len(word)
    return start


def _belongs(word: str) -> bool:
    # 坐到, 车到, 住在: however they are cut, a name begins after them.
    stops = word in _stops() or word.endswith(("到", "在"))
    return not stops and bool(_han().fullmatch(word) or _NUMBER.fullmatch(word))


def _ends(word: str, table: str) -> bool:
    return word not in _stops() and bool(_endings(table).search(word))


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
def _last_characters() -> frozenset[str]:
    """Few words end with the last character of an ending, which is quicker to see than the whole ending."""
    return frozenset(end[-1] for table in ("organisation", "place") for end in words("slots")[table]["ends"])


@cache
def _endings(table: str) -> re.Pattern[str]:
    return re.compile(either(words("slots")[table]["ends"]) + "$")


@cache
def _goes_on() -> re.Pattern[str]:
    return pattern("<ends>", ends=words("slots")["place"]["ends_at"])


@cache
def signs_of_places() -> frozenset[str]:
    """What a text has one of where it names a place."""
    table = words("slots")["place"]
    return beginnings(table["labels_of_homes"], table["labels"], table["ends"])


@cache
def signs_of_respondents() -> frozenset[str]:
    """What a text has one of where it tells who is complained of."""
    table = words("slots")["organisation"]
    return beginnings(table["labels"], table["complain"], table["ends"], _titles_said())


@cache
def _place_labels() -> Phrases:
    table = words("slots")["place"]
    return phrases(table["labels_of_homes"], table["labels"])


@cache
def _respondent_labels() -> Phrases:
    return phrases(words("slots")["organisation"]["labels"])


@cache
def _titles() -> Phrases:
    return phrases(_titles_said())


def _titles_said() -> list[str]:
    """What ``_titled`` has one of."""
    return ["工号", *_long_titles()]


def _long_titles() -> list[str]:
    return [title for title in words("slots")["name"]["titles"] if len(title) > 1]


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
    table = words("slots")["organisation"]
    ends = f"(?:{either(table['ends'])}|{either(table['roles'])}|{either(_long_titles())})"
    return pattern(
        rf"<complain>(?!<no_names>)(?:一下|你们的?|我们的?|的是|:|这个|这家|那个|那家|贵)*(?P<value>{_run()}{ends})(?!{ends}|[{HAN}]?{either(table['ends'])})",
        complain=table["complain"], no_names=words("slots")["outright"]["no_names"],
    )  # fmt: skip


@cache
def _titled() -> re.Pattern[str]:
    """Every form begins with a character or a set of them, by which it is passed over at once; what must stand before follows."""
    table, titles = words("slots")["name"], either(_long_titles())
    first, second = (f"[{''.join(two)}]" for two in zip(*table["compound"], strict=True))
    return re.compile(
        rf"(?P<value>工号\s?\w{{2,8}}|(?:{first}{second}(?<={either(table['compound'])})"
        rf"|[{table['surnames']}](?:(?<![{HAN}].)|(?<=[是找叫的被让和给].))){titles})"
    )
