"""Shortcuts of the readers: what is passed over quickly would have been found by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from core.understand.dates import ZONE, find_dates
from core.understand.found import Found
from core.understand.hours import find_hours
from core.understand.normal import clean
from core.understand.reading import Slot
from core.understand.slots import find_slots

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=ZONE)
BY_NUMBER = {
    "phone", "line", "vehicle", "order_no", "part_no", "date", "time", "money", "quantity", "email", "id_number",
}  # fmt: skip
PIECES = [
    *"0123456789一二三四五六七八九十百千万零〇两半几幺",
    *"年月日号天周前后今明昨去上下个多点时分元块毛角钱路车站线件箱早晚第的在到 ,.:;-/@#%",
    "星期", "礼拜", "末", "国庆", "春节", "除夕", "清明", "正月", "初", "期间", "凌晨", "中午", "傍晚", "刚才", "京A", "料号", "订单",
    "周三", "上周", "礼拜五", "星期天", "本月", "二月二", "三路车", "二号线", "快线", "公交车", "三箱", "两百元", "五块钱", "幺三九一二三四五六七八",
    "yesterday", "last ", "monday", "may", " days ago", "am", "pm", "yuan", "pcs", "bus ", "a", "B", "¥", "+86",
]  # fmt: skip
MESSAGES = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)


@given(MESSAGES)
@settings(max_examples=300, deadline=None)
def test_a_reader_that_is_not_asked_would_have_found_nothing(text: str) -> None:
    """A digit of no meaning brings every reader in, and changes nothing."""
    assert _by_number(find_slots(text, NOW)) == _by_number(find_slots("0\0" + text, NOW))


def _by_number(slots: tuple[Slot, ...]) -> list[Slot]:
    return [slot for slot in slots if slot.kind in BY_NUMBER]


@given(MESSAGES)
@settings(max_examples=300, deadline=None)
def test_no_day_and_no_hour_is_passed_over(text: str) -> None:
    """A sign of a day, or of an hour, brings all the forms in, and changes nothing."""
    assert _slots(find_dates(text, NOW)) == _slots(find_dates("年\0" + text, NOW))
    assert _slots(find_hours(text, NOW)) == _slots(find_hours(":\0" + text, NOW))


def _slots(found: Iterator[Found]) -> list[Slot]:
    return [one.slot for one in found]


@given(st.text(st.sampled_from("投诉窗口，。！ \t\nAz09~…（）、【】\r１ｋ㎡ﬁ\u200b\ufe0f"), max_size=30))
def test_a_message_with_nothing_to_clean_is_kept_as_the_others_are(text: str) -> None:
    """What cannot be seen takes the short way off, and leaves nothing behind."""
    assert clean(text) == clean("\u200b" + text)
