"""Shortcuts of the readers: what is passed over quickly would have been found by nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.understand import dates
from core.understand.categories import vote
from core.understand.corrections import find_correction
from core.understand.danger import find_danger
from core.understand.dates import ZONE, find_dates
from core.understand.exclusions import find_exclusion
from core.understand.found import Found
from core.understand.hours import find_hours
from core.understand.lexicon import phrases
from core.understand.mood import is_question, is_upset, language_of
from core.understand.normal import clean, fold
from core.understand.numerals import LONGEST_NUMBER, NUMBER
from core.understand.ratings import find_rating, find_removal
from core.understand.reading import Slot
from core.understand.references import find_references
from core.understand.signs import Signs, beginnings, has_letter, signs_of
from core.understand.slots import find_slots
from tests.core.understand.conftest import make_policy

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=ZONE)
PIECES = [
    *"0123456789一二三四五六七八九十百千万零〇两半几幺",
    *"年月日号天周前后今明昨去上下个多点时分元块毛角钱路车站线件箱早晚第的在到 ,.:;-/@#%",
    "星期", "礼拜", "末", "国庆", "春节", "除夕", "清明", "正月", "初", "期间", "凌晨", "中午", "傍晚", "刚才", "京A", "料号", "订单",
    "周三", "上周", "礼拜五", "星期天", "本月", "二月二", "三路车", "二号线", "快线", "公交车", "三箱", "两百元", "五块钱", "幺三九一二三四五六七八",
    "yesterday", "last ", "monday", "may", " days ago", "am", "pm", "yuan", "pcs", "bus ", "a", "B", "¥", "+86", "13912345678", "GJ202611230001", "AB12-CD34",
    "投诉", "被投诉人:", "司机", "王医生", "工号", "位于", "地址:", "人民医院", "三食堂", "我要求", "希望", "I want a ", "我叫", "我是", "李明", "my name is ",
    "着火了", "打人", "不想活了", "孩子", "不见了", "suicide", "on FIRE", "气死", "SB", "吗", "为什么", "how ", "?", "凭什么", "删掉", "第2张", "delete ",
    "满意", "打5分", "五星", "star", "改成", "不对", "不是", "should be ", "态度", "rude", "出租车", "ｍ", "K", "ſ", "İ", "É", "٣",
]  # fmt: skip
MESSAGES = st.lists(st.sampled_from(PIECES), max_size=6).map("".join).map(lambda raw: fold(clean(raw)[0]))
POLICY = make_policy()
EVERY: Signs = signs_of(
    "".join(
        (*PIECES, *(file.read_text("utf-8") for file in files("core.understand.words").iterdir() if file.is_file()))
    )
)
"""Signs with which no reader is passed over."""

READERS: list[Callable[[str, Signs], Any]] = [
    lambda said, signs: find_slots(said, NOW, signs),
    lambda said, signs: find_correction(said, POLICY, NOW, signs),
    lambda said, signs: find_references(said, (), POLICY, signs),
    lambda said, signs: vote(said, POLICY, signs),
    lambda said, signs: find_exclusion(said, POLICY, signs),
    find_danger, find_rating, find_removal, is_upset, is_question, language_of,
]  # fmt: skip


@given(MESSAGES)
@settings(max_examples=300, deadline=None)
def test_a_reader_that_is_not_asked_would_have_found_nothing(said: str) -> None:
    signs = signs_of(said)
    assert [read(said, signs) for read in READERS] == [read(said, EVERY) for read in READERS]


@given(MESSAGES)
@settings(max_examples=300, deadline=None)
def test_no_day_and_no_hour_is_passed_over(text: str) -> None:
    """A sign of a day, or of an hour, brings all the forms in, and changes nothing."""
    assert _slots(find_dates(text, NOW)) == _slots(find_dates("年\0" + text, NOW))
    assert _slots(find_hours(text, NOW)) == _slots(find_hours("1:\0" + text, NOW))


@given(MESSAGES)
@settings(max_examples=300, deadline=None)
def test_a_day_begins_only_where_one_is_looked_for(text: str) -> None:
    for place in range(len(text)):
        if dates._any_date().match(text, place):
            assert dates._beginning().match(text, place)


def _slots(found: Iterator[Found]) -> list[Slot]:
    return [one.slot for one in found]


@given(st.text(st.sampled_from("投诉窗口，。！ \t\nAz09~…（）、【】\r１ｋ㎡ﬁ\u200b\ufe0f"), max_size=30))
def test_a_message_with_nothing_to_clean_is_kept_as_the_others_are(text: str) -> None:
    """What cannot be seen takes the short way off, and leaves nothing behind."""
    assert clean(text) == clean("\u200b" + text)


def test_a_letter_is_whatever_a_pattern_takes_for_one() -> None:
    letter = re.compile("[a-z]", re.IGNORECASE)
    assert all(has_letter(chr(code)) == bool(letter.match(chr(code))) for code in range(0x20000))


@given(st.lists(st.sampled_from(["投诉", "诉求", "order", "Kg", "sb", "第2"]), min_size=1), MESSAGES)
def test_phrases_are_found_where_the_first_of_them_stands(some: list[str], said: str) -> None:
    first = re.search("|".join(map(re.escape, some)), said, re.IGNORECASE)
    assert phrases(some).first(said) == (first.start() if first else None)
    assert phrases(some).within(said, signs_of(said)) == bool(first)
    assert not first or not beginnings(some).isdisjoint(signs_of(said))


@pytest.mark.parametrize("numeral", ["999,999,999,999.9999万", "999999999999.9999亿", "一" * 12])
def test_no_numeral_is_longer_than_is_looked_back(numeral: str) -> None:
    assert re.fullmatch(NUMBER, numeral)
    assert len(numeral) <= LONGEST_NUMBER
