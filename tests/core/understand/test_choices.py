"""Which option a message names, in any writing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policies.policy import Option
from core.understand import match_known, match_option
from core.understand.choices import number_said
from core.understand.normal import plain

MENU = [["投诉", "complain"], ["查进度", "status"], ["人工", "human"]]
NAMES = [
    ["服务态度", "attitude"],
    ["行车安全", "safety"],
    ["准点班次", "schedule", "晚点"],
    ["其他/说不清", "other", "其他"],
]


@pytest.mark.parametrize(
    "said",
    [
        "2",
        "２",
        "二",
        "②",
        "2。",
        "2、",
        "(2)",
        "第二个",
        "第2个",
        "选2",
        "我选2",
        "选二",
        "B",
        "b",
        "２．",
        "2号",
        "第二项",
        "2️⃣",
        "option 2",
        "the second one",
        "选项2",
        "回复2",
        "2吧",
    ],
)
def test_a_number_in_any_writing_is_the_second(said: str) -> None:
    assert number_said(plain(said)) == 2
    assert match_option(said, MENU) == 1


@pytest.mark.parametrize(
    "said", ["13912345678", "2点", "2026", "0", "00", "二食堂", "2件", "", "12345", "ab", "2-3", "-2", "1.5"]
)
def test_no_bare_number_is_no_option(said: str) -> None:
    assert number_said(plain(said)) is None


@pytest.mark.parametrize(
    ("said", "index"),
    [("服务态度", 0), ("服务", 0), ("行车", 1), ("xcaq", 1), ("xingcheanquan", 1), ("晚点", 2), ("其他", 3), ("说不清", 3), ("安全", 1), ("safety", 1),
     ("Safe", 1), ("我选行车安全", 1), ("行车安全吧", 1), ("是服务态度的问题", 0), ("服务 态度", 0), ("4", 3), ("就是晚点", 2)],
)  # fmt: skip
def test_words_prefixes_initials_and_aliases_name_an_option(said: str, index: int) -> None:
    assert match_option(said, NAMES) == index


@pytest.mark.parametrize(
    "said", ["", "5", "9", "不是服务态度", "xyz", "食堂有虫", "服务态度和行车安全都有问题", "。", "的"]
)
def test_none_or_several_is_no_choice(said: str) -> None:
    assert match_option(said, NAMES) is None


def test_a_beginning_of_several_is_no_choice() -> None:
    assert match_option("二", [["二食堂"], ["二号楼"], ["三食堂"]]) == 1
    assert match_option("食堂", [["一食堂"], ["二食堂"]]) is None


def option(key: str, zh: str, *aliases: str) -> Option:
    return Option.model_validate({"key": key, "label": {"zh": zh, "en": key}, "aliases": aliases}, strict=False)


PLACES = [
    option("first", "第一食堂", "一食堂"),
    option("second", "第二食堂", "二食堂"),
    option("library", "图书馆"),
    option("gate", "五一广场站"),
]


@pytest.mark.parametrize(
    ("said", "best"),
    [
        ("图书馆", 2),
        ("图书管", 2),
        ("五一广场", 3),
        ("武一广场站", 3),
        ("二食堂", 1),
        ("在第一食堂", 0),
        ("第二实堂", 1),
    ],
)
def test_a_known_name_is_found_by_part_alias_typo_and_sound(said: str, best: int) -> None:
    assert match_known(said, PLACES)[0] == best


@pytest.mark.parametrize("said", ["图书馆三楼", "我在第一食堂门口", "图书馆到二食堂的路上"])
def test_words_that_say_a_known_name_and_more_need_no_other(said: str) -> None:
    assert match_known(said, PLACES) == []


def test_an_ambiguous_name_offers_the_likely_ones() -> None:
    assert set(match_known("食堂", PLACES)) == {0, 1}


@pytest.mark.parametrize("said", ["", "司机态度很差", "火星"])
def test_an_unknown_name_offers_nothing(said: str) -> None:
    assert match_known(said, PLACES) == []


@given(st.text(max_size=60))
def test_any_text_can_be_matched(text: str) -> None:
    assert match_option(text, NAMES) in (None, 0, 1, 2, 3)
    assert len(match_known(text, PLACES)) <= 3
