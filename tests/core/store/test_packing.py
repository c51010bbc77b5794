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


def test_half_a_character_comes_back_as_it_came() -> None:
    said = message(text="\ud83d")
    assert unpack_inbound(pack_inbound(said), WANG) == said
