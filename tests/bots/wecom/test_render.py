"""Messages as texts and cards that the platform takes and shows whole."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bots.wecom.config import TEXT_BYTES
from bots.wecom.render import bodies, instead_of_card, pressed_label
from core.messages import Choice, OutboundMessage
from tests.simulators import wecom_card

ACCEPT, RESUME = Choice("受理 2611-0007 @3", "受理"), Choice("恢复办理 2611-0007 @3", "恢复办理")


def rendered(message: OutboundMessage) -> list[dict[str, Any]]:
    names = map(str, itertools.count(1))
    return [dict(body) for body in bodies(message, lambda: next(names))]


def said(*texts: str) -> list[dict[str, Any]]:
    return [{"msgtype": "text", "text": {"content": text}} for text in texts]


def test_what_has_nothing_to_press_is_a_text() -> None:
    assert rendered(OutboundMessage("您手上没有在办的件。")) == said("您手上没有在办的件。")


def test_a_short_message_is_one_card_with_its_words_on_it() -> None:
    assert rendered(OutboundMessage("2611-0007（服务态度，一般）\n已登记；窗口科", (ACCEPT, RESUME))) == [
        {
            "msgtype": "template_card",
            "template_card": {
                "card_type": "button_interaction",
                "main_title": {"title": "2611-0007（服务态度，一般）"},
                "sub_title_text": "已登记；窗口科",
                "task_id": "1",
                "button_list": [
                    {"text": "受理", "style": 1, "key": "受理 2611-0007 @3"},
                    {"text": "恢复办理", "style": 1, "key": "恢复办理 2611-0007 @3"},
                ],
            },
        }
    ]


def test_what_a_card_would_not_show_whole_stands_in_a_text_above_it() -> None:
    text = "2611-0007（服务态度，一般）\n" + "字" * 161
    words, card = rendered(OutboundMessage(text, (ACCEPT,)))
    assert [words] == said(text)
    assert card["template_card"]["main_title"] == {"title": "2611-0007（服务态度，一般）"}
    assert "sub_title_text" not in card["template_card"]


def test_a_first_line_that_is_too_long_for_a_title_is_cut_below_the_whole_text() -> None:
    words, card = rendered(OutboundMessage("字" * 37, (ACCEPT,)))
    assert [words] == said("字" * 37)
    assert card["template_card"]["main_title"] == {"title": "字" * 35 + "…"}


def test_a_long_text_is_parted_at_line_ends() -> None:
    assert rendered(OutboundMessage("一" * 600 + "\n" + "二" * 600)) == said("一" * 600, "二" * 600)


def test_what_no_button_holds_can_still_be_said() -> None:
    many = tuple(Choice(f"key {number}", f"第{number}个") for number in range(1, 8))
    long = Choice("key", "十一个字是放不进按钮的")
    (card,) = rendered(OutboundMessage("请选", many))
    assert card["template_card"]["sub_title_text"] == "第7个"
    assert rendered(OutboundMessage("请选", (long,))) == said("请选\n十一个字是放不进按钮的")


def test_a_number_to_copy_is_there_once() -> None:
    assert rendered(OutboundMessage("编号 2611-0007", copyable="2611-0007")) == said("编号 2611-0007")
    assert rendered(OutboundMessage("编号", copyable="2611-0007")) == said("编号\n2611-0007")


def test_in_words_alone_every_choice_can_be_read() -> None:
    message = OutboundMessage("请选", (ACCEPT, RESUME))
    assert instead_of_card(message, words_were_sent=False) == said("请选\n受理\n恢复办理")
    assert instead_of_card(message, words_were_sent=True) == said("受理\n恢复办理")


def test_a_pressed_card_shows_the_beginning_of_what_happened() -> None:
    assert pressed_label("已登记“受理”：2611-0007\n最晚 3 月 2 日") == "已登记“受理”：2611-0007"
    assert pressed_label("字" * 30) == "字" * 19 + "…"


@given(
    st.text(max_size=3000),
    st.lists(st.builds(Choice, st.text(max_size=40), st.text(max_size=12)), max_size=9, unique_by=lambda one: one.key),
)
def test_whatever_is_said_the_platform_takes_it_and_cuts_nothing_off(text: str, choices: list[Choice]) -> None:
    for body in rendered(OutboundMessage(text, tuple(choices))):
        if body["msgtype"] == "text":
            assert 0 < len(body["text"]["content"].encode()) <= TEXT_BYTES
        else:
            assert wecom_card.fault_of(body["template_card"]) == ""
