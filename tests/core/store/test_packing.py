"""What is sealed comes back as it was."""

from __future__ import annotations

from core.messages import Attachment, Choice, OutboundMessage
from core.store.packing import pack_inbound, pack_outbound, unpack_inbound, unpack_outbound
from tests.core.store.samples import WANG, message


def test_a_message_comes_back_whole() -> None:
    said = message(attachments=(Attachment("voice", "media", recognised="有虫"),), language="zh")
    assert unpack_inbound(pack_inbound(said), WANG) == said


def test_a_reply_comes_back_whole() -> None:
    reply = (OutboundMessage("您要投诉谁？", (Choice("1", "食堂"), Choice("back", "上一步", aside=True)), "2026-0001"),)
    assert unpack_outbound(pack_outbound(reply)) == reply


def test_a_card_comes_back_whole() -> None:
    card = (OutboundMessage("新投诉", (), "2026-0001", "发号码", "desk_2026-0001", "1005"),)
    assert unpack_outbound(pack_outbound(card)) == card


def test_what_was_packed_before_there_were_cards_is_read() -> None:
    assert unpack_outbound(b'[{"text":"a","choices":[],"copyable":""}]') == (OutboundMessage("a"),)


def test_half_a_character_comes_back_as_it_came() -> None:
    said = message(text="\ud83d")
    assert unpack_inbound(pack_inbound(said), WANG) == said
