"""Bubbles fit, questions survive, characters stay whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bots.tencent.wire import legal
from bots.wechat.config import LIMITS
from bots.wechat.render import bubble, cut, passive, split
from core.messages import Choice, OutboundMessage


def fits(text: str) -> bool:
    return len(text) <= LIMITS.characters and len(text.encode()) <= LIMITS.utf8_bytes


def test_choices_are_numbered_lines_below_the_text() -> None:
    message = OutboundMessage("您要投诉谁？", (Choice("bus", "公交"), Choice("metro", "地铁")))
    assert bubble(message) == "您要投诉谁？\n1 公交\n2 地铁"


def test_a_number_to_copy_is_said_once() -> None:
    assert bubble(OutboundMessage("投诉编号 TS2026-001", copyable="TS2026-001")) == "投诉编号 TS2026-001"
    assert bubble(OutboundMessage("投诉编号：", copyable="TS2026-001")) == "投诉编号：\nTS2026-001"


def test_several_bubbles_are_one_reply_with_blank_lines_between() -> None:
    assert (
        passive([OutboundMessage("好的。"), OutboundMessage(""), OutboundMessage("哪一路？")]) == "好的。\n\n哪一路？"
    )


def test_nothing_to_say_is_no_reply() -> None:
    assert passive([]) == passive([OutboundMessage("")]) == passive([OutboundMessage(" \n")]) == ""


def test_the_question_at_the_end_survives_the_cut() -> None:
    reply = passive([OutboundMessage("长" * 600), OutboundMessage("哪一路？", (Choice("1", "3路"),))])
    assert fits(reply)
    assert reply.endswith("长…\n\n哪一路？\n1 3路")


@given(st.lists(st.text().map(OutboundMessage), max_size=4), st.integers(0, 700))
def test_a_reply_always_fits(messages: list[OutboundMessage], length: int) -> None:
    reply = passive([*messages, OutboundMessage("字" * length)])
    assert fits(reply)
    assert bool(reply) == bool(length or any(legal(message.text).strip() for message in messages))


@given(st.text(st.sampled_from("字a😠👍🏽\u200d\u0301\ufe0f\n"), max_size=1500))
def test_pieces_fit_and_lose_nothing_but_line_ends(text: str) -> None:
    pieces = split(text)
    assert all(map(fits, pieces))
    assert all(map(str.strip, pieces))
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")


def test_a_cut_does_not_part_a_character_from_what_belongs_to_it() -> None:
    family = "👨\u200d👩\u200d👧"
    assert cut("a" * 598 + family) == "a" * 598 + "…"
    assert cut("a" * 597 + "e\u0301bbb") == "a" * 597 + "e\u0301…"
    assert cut("a" * 598 + "e\u0301bbb") == "a" * 598 + "…"
    assert cut("字" * 600) == "字" * 600
    assert cut("字" * 601) == "字" * 599 + "…"
    assert cut("😠" * 500) == "😠" * 449 + "…"


def test_accents_without_end_are_cut_all_the_same() -> None:
    assert fits(cut("\u0301" * 5000))


def test_pieces_end_at_line_ends_where_there_are_any() -> None:
    assert split("一" * 400 + "\n" + "二" * 400) == ["一" * 400, "二" * 400]
