"""The same matter told again is seen; another matter of the same person is not taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases.likeness import ALIKE, LONGEST, likeness

ELEVATOR = "三号楼的电梯坏了一个星期，物业一直没有人来修，老人上下楼很困难"

SAME = [
    "三号楼电梯坏了一个多星期了，物业一直没人来修，老人上下楼很困难",
    "我再说一次：三号楼的电梯坏了一个星期，物业一直没有人来修，老人上下楼很困难！",
    "三号楼的电梯坏了一个星期 物业一直没有人来修",
]
OTHER = [
    "小区门口的垃圾桶满了三天没有人清运，味道很大",
    "物业乱收停车费，一个月涨了两百块，也没有公示",
    "昨天在二楼窗口办证，工作人员态度很差",
    "三食堂的饭菜里有虫",
]


@pytest.mark.parametrize("again", SAME)
def test_the_same_matter_in_other_words_is_alike(again: str) -> None:
    assert likeness(ELEVATOR, again) >= ALIKE


@pytest.mark.parametrize("other", OTHER)
def test_another_matter_is_not_alike(other: str) -> None:
    assert likeness(ELEVATOR, other) < ALIKE / 2


def test_punctuation_spaces_and_case_do_not_matter() -> None:
    assert likeness("The LIFT is broken!", "the lift, is broken") == pytest.approx(1)


@pytest.mark.parametrize("empty", ["", "。", "虫", "😀"])
def test_what_has_no_two_letters_is_like_nothing(empty: str) -> None:
    assert likeness(empty, ELEVATOR) == likeness(ELEVATOR, empty) == likeness(empty, empty) == 0


def test_only_the_beginning_of_a_very_long_text_is_compared() -> None:
    told = "电梯坏了" * LONGEST
    assert likeness(told, told + "虫" * LONGEST) == pytest.approx(1)


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_a_share_and_the_same_from_both_sides(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1 + 1e-9
    assert likeness(one, other) == pytest.approx(likeness(other, one))


@given(st.text(alphabet="电梯坏了三天没人修", min_size=2, max_size=60))
def test_a_text_is_wholly_like_itself(text: str) -> None:
    assert likeness(text, text) == pytest.approx(1)
