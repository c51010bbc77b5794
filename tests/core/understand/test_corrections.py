"""Corrections in people's own words: what is to change, and to what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.understand import Reading

PHRASES = [
    line.split(" | ")
    for line in Path(__file__).with_name("corrections.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]

Say = Callable[[str], Reading]


def test_the_set_holds_two_hundred_phrases() -> None:
    assert len({phrase for phrase, *_ in PHRASES}) >= 200


@pytest.mark.parametrize(("phrase", "field", "line", "old", "new"), PHRASES, ids=[phrase for phrase, *_ in PHRASES])
def test_a_correction_says_what_changes_and_to_what(
    say: Say, phrase: str, field: str, line: str, old: str, new: str
) -> None:
    correction = say(phrase).correction
    assert correction is not None
    found = (correction.field or "-", str(correction.line or "-"), correction.old or "-", correction.new or "-")
    assert found == (field, line, old, new)


@pytest.mark.parametrize("phrase", [phrase for phrase, *_ in PHRASES])
def test_a_correction_never_agrees(say: Say, phrase: str) -> None:
    assert say(phrase).intent not in ("yes", "submit")


@pytest.mark.parametrize(
    "text",
    [
        "食堂的菜里有虫", "司机态度很差", "昨天等了一个小时", "电话打不通", "不是我不讲理，是他们太过分", "我叫李明", "是的", "不对",
        "他们把公交站牌换了好几次，每次都不通知，害得我天天走错路，还上班迟到", "对", "1", "好的", "没错，提交", "希望你们改进服务态度",
        "不要把我的电话告诉司机", "重新开始", "司机说我刷卡不对，要我下车，态度非常恶劣", "the driver was rude and did not stop", "地址是人民路32号",
    ],
)  # fmt: skip
def test_an_ordinary_sentence_is_no_correction(say: Say, text: str) -> None:
    assert say(text).correction is None
