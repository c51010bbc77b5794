"""What a robot says fits its platform, and ends with the line that each message ends with."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bots.robots import dingtalk, feishu, wecom
from bots.robots.platform import Platform
from bots.robots.render import room, text_of
from core.ladder import Limits
from core.messages import Choice, OutboundMessage

FOOT = "查询进度：https://tousu.example.cn/status"
LIMITS = Limits(utf8_bytes=100)


def test_the_foot_stands_below_and_its_room_is_taken_from_the_text() -> None:
    assert text_of(OutboundMessage("一条\n"), LIMITS, FOOT) == f"一条\n\n{FOOT}"
    assert text_of(OutboundMessage("一条"), LIMITS, "") == "一条"
    assert room(LIMITS, FOOT).utf8_bytes == 100 - 2 - len(FOOT.encode())


def test_what_is_too_long_is_cut_between_characters() -> None:
    text = text_of(OutboundMessage("长" * 50), Limits(utf8_bytes=20), "")
    assert (text, len(text.encode())) == ("长" * 5 + "…", 18)
    assert text_of(OutboundMessage("长" * 6), Limits(utf8_bytes=18), "") == "长" * 6


def test_what_no_chat_shows_is_left_out() -> None:
    assert text_of(OutboundMessage("a\x00b\ud800c\x1b\td\n"), LIMITS, "") == "abc\td"


def test_buttons_are_not_shown_as_nobody_could_press_them() -> None:
    assert text_of(OutboundMessage("一条", (Choice("1", "受理"),)), LIMITS, "") == "一条"


@pytest.mark.parametrize("platform", [wecom.PLATFORM, dingtalk.PLATFORM, feishu.PLATFORM], ids=lambda each: each.name)
@pytest.mark.parametrize("mark", ["长", '"', "\\", "\n", "😀", "<at "])
def test_the_longest_text_of_any_marks_is_a_body_that_the_platform_takes(platform: Platform, mark: str) -> None:
    text = text_of(OutboundMessage("." + mark * 10_000 + "."), platform.limits, FOOT)
    assert len(text.encode()) <= platform.limits.utf8_bytes
    letter = platform.write(text, "secret-of-the-robot", datetime(2026, 11, 23, tzinfo=UTC))
    assert len(json.dumps(letter.body, ensure_ascii=False).encode()) <= 20_000
