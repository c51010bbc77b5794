"""Recorded callbacks, and exactly the message each becomes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bots.tencent.wire import decode, read
from bots.wechat.parse import Call, parse
from core.errors import BadEnvelope
from core.messages import Address, Attachment, InboundMessage, MessageKind
from tests.bots.wechat.account import OPENID

PAYLOADS = Path(__file__).parent / "payloads"
SENT_AT = datetime.fromtimestamp(1795400000, UTC)
PICTURE = "http://mmbiz.qpic.cn/mmbiz_jpg/abc/0"


def recorded(name: str) -> Call:
    return parse(read(decode((PAYLOADS / f"{name}.xml").read_bytes())))


def message(kind: MessageKind, text: str = "", *attachments: Attachment, key: str = "") -> InboundMessage:
    return InboundMessage(Address("wechat", OPENID), key or "m:24000000000000001", SENT_AT, kind, text, attachments)


def event(kind: MessageKind, name: str, text: str = "", event_key: str | None = None) -> InboundMessage:
    key = f"e:{OPENID}:1795400000:{name}:{text if event_key is None else event_key}:"
    return message(kind, text, key=key)


VOICE = Attachment("voice", "media_Voice-1", mime="audio/amr")

EXPECTED = {
    "text": message("text", "  3路车今天早上甩站了 &lt;b&gt; /::) 😠 "),
    "text_from_article": message("text", "看了这篇文章"),
    "text_blank": message("text", "   "),
    "text_unsupported": message("unsupported"),
    "image": message("files", "", Attachment("photo", f"media_Photo-1 {PICTURE}")),
    "image_without_media": message("files", "", Attachment("photo", f" {PICTURE}")),
    "voice": message("files", "", VOICE),
    "voice_recognised": message(
        "files", "", Attachment("voice", "media_Voice-1", mime="audio/amr", recognised="司机不停车。")
    ),
    "video": message("files", "", Attachment("video", "media_Video-1", mime="video/mp4")),
    "shortvideo": message("files", "", Attachment("video", "media_Video-2", mime="video/mp4")),
    "location": message("location", "东城区正义路2号 (39.904211,116.407395)"),
    "location_without_label": message("location", "39.904211,116.407395"),
    "link": message("text", "公交线路调整公告\n自下月起调整\nhttps://example.org/notice"),
    "file": message("unsupported"),
    "subscribe": event("follow", "subscribe"),
    "subscribe_scene": event("follow", "subscribe", "hall-3", event_key="qrscene_hall-3"),
    "scan": event("follow", "SCAN", "hall-3"),
    "unsubscribe": event("unfollow", "unsubscribe"),
    "click": event("choice", "CLICK", "status"),
    "view": None,
    "position_report": None,
    "template_finished": None,
    "subscribe_msg_popup": None,
    "menu_photos": None,
    "unknown_event": None,
}


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.xml")))
def test_a_recorded_callback_becomes_exactly_this_message(name: str) -> None:
    call = recorded(name)
    assert call.message == EXPECTED[name]
    assert (call.openid, call.account, call.is_json) == (OPENID, "gh_0123456789ab", False)


def test_every_expected_message_has_its_recording() -> None:
    assert set(EXPECTED) == {path.stem for path in PAYLOADS.glob("*.xml")}


def test_a_json_push_is_the_same_message() -> None:
    body = (
        '{"ToUserName":"gh_0123456789ab","FromUserName":"' + OPENID + '","CreateTime":1795400000,'
        '"MsgType":"text","Content":"你好\\u0000\\ud800","MsgId":24000000000000001,"List":[{"a":1}]}'
    )
    call = parse(read(body))
    assert call.message == message("text", "你好")
    assert call.is_json


def test_two_events_of_one_second_are_two_messages() -> None:
    first, second = (
        parse(read(_event(f"<Event>CLICK</Event><EventKey>{key}</EventKey>"))).message for key in ("status", "human")
    )
    assert first
    assert second
    assert first.dedupe_key != second.dedupe_key


@pytest.mark.parametrize(
    "fields",
    [
        "<MsgType>text</MsgType><CreateTime>1</CreateTime>",
        "<MsgType>text</MsgType><FromUserName>o\u200bx</FromUserName><CreateTime>1</CreateTime>",
        "<MsgType>text</MsgType><FromUserName>o</FromUserName>",
        "<MsgType>text</MsgType><FromUserName>o</FromUserName><CreateTime>１２</CreateTime>",
        "<MsgType>text</MsgType><FromUserName>o</FromUserName><CreateTime>-1</CreateTime>",
        "<MsgType>text</MsgType><FromUserName>o</FromUserName><CreateTime>99999999999999</CreateTime>",
        "<FromUserName>o</FromUserName><CreateTime>1</CreateTime>",
        "",
    ],
)
def test_a_message_without_sender_kind_or_time_is_refused(fields: str) -> None:
    with pytest.raises(BadEnvelope):
        parse(read(f"<xml>{fields}</xml>"))


def test_a_message_without_an_id_is_still_one_message() -> None:
    call = parse(read(_event("").replace("event", "text")))
    assert call.message
    assert call.message.dedupe_key == "e:o:1:text::"


def _event(fields: str) -> str:
    return f"<xml><FromUserName>o</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>{fields}</xml>"
