"""Bubbles, buttons and cuts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.telegram.render import NO_KEYBOARD, Bubble, bubbles, clean, room, split, utf16_length
from core.messages import Choice, OutboundMessage


def rows(bubble: Bubble) -> list[list[tuple[str, str]]]:
    found: Any = bubble.markup["inline_keyboard"]
    return [[(button["text"], button["callback_data"]) for button in row] for row in found]


def test_answers_stand_below_each_other_and_asides_in_a_row_of_their_own() -> None:
    choices = (
        Choice("3.service", "服务态度和办事效率问题"), Choice("3.fee", "收费问题或者乱收费"),
        Choice("3.skip", "跳过", aside=True), Choice("3.back", "上一步", aside=True),
    )  # fmt: skip
    [bubble] = bubbles(OutboundMessage("哪一类？", choices))
    assert rows(bubble) == [
        [("服务态度和办事效率问题", "3.service")],
        [("收费问题或者乱收费", "3.fee")],
        [("跳过", "3.skip"), ("上一步", "3.back")],
    ]


def test_two_short_answers_share_a_row() -> None:
    [bubble] = bubbles(OutboundMessage("对吗？", (Choice("3.yes", "是"), Choice("3.no", "不是"))))
    assert rows(bubble) == [[("是", "3.yes"), ("不是", "3.no")]]


def test_the_number_is_copied_by_a_touch_wherever_emoji_stand_before_it() -> None:
    [bubble] = bubbles(OutboundMessage("😀已登记 2611-0001", copyable="2611-0001"))
    [entity] = bubble.entities
    assert entity == {"type": "code", "offset": 6, "length": 9}


def test_a_copyable_that_the_text_lacks_gets_a_line() -> None:
    [bubble] = bubbles(OutboundMessage("已登记", copyable="2611-0001"))
    assert bubble.text == "已登记\n2611-0001"


def test_nothing_a_person_wrote_is_read_as_formatting() -> None:
    [bubble] = bubbles(OutboundMessage("您写的：<b>*_[x](http://y)_*</b>"))
    assert (bubble.text, bubble.entities) == ("您写的：<b>*_[x](http://y)_*</b>", ())


def test_a_key_too_long_for_a_button_leaves_its_words() -> None:
    [bubble] = bubbles(OutboundMessage("选哪个？", (Choice("1." + "长" * 21, "甲"), Choice("1.b", "乙"))))
    assert bubble.text == "选哪个？\n甲"
    assert rows(bubble) == [[("乙", "1.b")]]


def test_a_long_text_has_its_buttons_below_the_last_piece() -> None:
    first, last = bubbles(OutboundMessage("一" * 4000 + "\n" + "二" * 4000, (Choice("1.a", "甲"),)))
    assert (first.text, last.text) == ("一" * 4000, "二" * 4000)
    assert first.markup == NO_KEYBOARD
    assert rows(last) == [[("甲", "1.a")]]


def test_a_number_is_shared_by_a_key_above_what_may_be_written_instead() -> None:
    choices = (Choice("3.skip", "跳过", aside=True), Choice("3.back", "上一步", aside=True))
    [bubble] = bubbles(OutboundMessage("您的电话？", choices, share="发送我的手机号"))
    assert bubble.markup == {
        "keyboard": [[{"text": "发送我的手机号", "request_contact": True}], [{"text": "跳过"}, {"text": "上一步"}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


def test_what_has_no_buttons_takes_the_keyboard_away() -> None:
    [bubble] = bubbles(OutboundMessage("已记下"))
    assert bubble.markup == {"remove_keyboard": True}


@pytest.mark.parametrize("whole", ["😀", "e\u0301", "👩\u200d🚒", "👍🏽"])
def test_a_character_is_never_parted(whole: str) -> None:
    text = "x" * (4096 - utf16_length(whole) + 1) + whole
    assert split(text) == [text[: -len(whole)], whole]


@given(st.text(max_size=300), st.integers(min_value=8, max_value=64))
def test_every_piece_fits_and_nothing_is_lost(text: str, units: int) -> None:
    text = clean(text)
    end = room(text, units)
    assert utf16_length(text[:end]) <= units
    assert end > 0 or not text


@given(st.text(max_size=200), st.text(max_size=40))
def test_whatever_is_said_can_be_encoded(text: str, label: str) -> None:
    for bubble in bubbles(OutboundMessage(text, (Choice("1.a", label),), copyable=text[:5])):
        bubble.text.encode()
        assert bubble.text.strip()
