"""Updates as the platform publishes them, and exactly what they become."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bots.telegram import parse as parsing
from bots.telegram.parse import UNREADABLE, Aside, Call, parse
from core.messages import Address, Attachment, Happening, InboundMessage, InGroup, MessageKind

BOT, NOW, SENT = "700000001", datetime(2026, 11, 23, 2, 0, tzinfo=UTC), datetime(2026, 11, 23, 1, 59, 50, tzinfo=UTC)
FROM = {"id": 31, "is_bot": False, "first_name": "王", "language_code": "zh-hans"}
CHAT = {"id": 31, "type": "private", "first_name": "王"}
GROUP = {"id": -10031, "type": "supergroup", "title": "G"}
ME = Address("telegram", "31")
FILE = {"file_id": "AgAD", "file_unique_id": "AD", "file_size": 1200}


def update(**message: Any) -> dict[str, Any]:
    head = {"message_id": 5, "from": FROM, "chat": CHAT, "date": int(SENT.timestamp())}
    return {"update_id": 4711, "message": {**head, **message}}


def expected(kind: MessageKind, text: str, *files: Attachment, to: Address = ME, key: str = "") -> Call:
    return Call(InboundMessage(to, key or f"u:{BOT}:4711", SENT, kind, text, files, "zh", "5"))


def command(text: str, **more: Any) -> dict[str, Any]:
    return update(text=text, entities=[{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}], **more)


OURSELVES = {"id": int(BOT), "is_bot": True, "first_name": "B"}
PLACE = Address("telegram", "-10031")
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


def in_group(what: Happening, place: Address = PLACE, *, sender: str = "31", **more: Any) -> Call:
    return Call(in_group=InGroup(place, f"u:{BOT}:4711", what, sender, **more))


PICTURE = FILE | {"file_id": "large", "width": 1280, "height": 960}


def edited(**message: Any) -> dict[str, Any]:
    body = update(edit_date=int(SENT.timestamp()) + 5, **message)
    return {"update_id": body["update_id"], "edited_message": body["message"]}


BEGAN = f"f:{BOT}:telegram:31:{int(SENT.timestamp())}"

GOLDEN: dict[str, tuple[dict[str, Any], Call]] = {
    "text": (update(text="我要投诉"), expected("text", "我要投诉")),
    "control characters": (update(text="a\x00b\nc\ud83d"), expected("text", "ab\nc")),
    "photo": (
        update(
            photo=[
                FILE | {"file_id": "small", "width": 90, "height": 90},
                FILE | {"file_id": "large", "width": 1280, "height": 960},
                FILE | {"file_id": "middle", "width": 320, "height": 240},
            ],
            caption="门口",
            media_group_id="13800000000000001",
        ),
        expected("files", "门口", Attachment("photo", "large", mime="image/jpeg", size=1200, identity="AD")),
    ),
    "voice": (
        update(voice=FILE | {"duration": 3, "mime_type": "audio/ogg"}),
        expected("files", "", Attachment("voice", "AgAD", mime="audio/ogg", size=1200, identity="AD")),
    ),
    "music": (
        update(audio=FILE | {"duration": 3, "file_name": "a.mp3"}),
        expected("files", "", Attachment("voice", "AgAD", "a.mp3", "audio/mpeg", 1200, identity="AD")),
    ),
    "video": (
        update(video=FILE | {"duration": 3, "width": 3, "height": 3, "mime_type": "video/mp4", "file_name": "v.mp4"}),
        expected("files", "", Attachment("video", "AgAD", "v.mp4", "video/mp4", 1200, identity="AD")),
    ),
    "round video": (
        update(video_note=FILE | {"duration": 3, "length": 3}),
        expected("files", "", Attachment("video", "AgAD", mime="video/mp4", size=1200, identity="AD")),
    ),
    "animation": (
        update(
            animation=FILE | {"duration": 3, "width": 3, "height": 3, "mime_type": "video/mp4"},
            document=FILE | {"mime_type": "video/mp4"},
        ),
        expected("files", "", Attachment("video", "AgAD", mime="video/mp4", size=1200, identity="AD")),
    ),
    "document": (
        update(document=FILE | {"file_name": "合同.pdf", "mime_type": "application/pdf"}),
        expected("files", "", Attachment("file", "AgAD", "合同.pdf", "application/pdf", 1200, identity="AD")),
    ),
    "picture as a document": (
        update(document=FILE | {"mime_type": "image/png"}),
        expected("files", "", Attachment("photo", "AgAD", "", "image/png", 1200, identity="AD")),
    ),
    "own contact": (
        update(contact={"phone_number": "+8613812345678", "first_name": "王", "user_id": 31}),
        expected("phone", "13812345678"),
    ),
    "own contact without plus": (
        update(contact={"phone_number": "8613812345678", "first_name": "王", "user_id": 31}),
        expected("phone", "13812345678"),
    ),
    "own contact from abroad": (
        update(contact={"phone_number": "447911123456", "first_name": "A", "user_id": 31}),
        expected("phone", "+447911123456"),
    ),
    "somebody else's contact": (
        update(contact={"phone_number": "13812345678", "first_name": "李", "last_name": "四", "user_id": 32}),
        expected("card", "李 四 13812345678"),
    ),
    "contact of nobody on telegram": (
        update(contact={"phone_number": "13812345678", "first_name": "李"}),
        expected("card", "李 13812345678"),
    ),
    "location": (update(location={"latitude": 31.2304, "longitude": -121.5}), expected("location", "31.2304,-121.5")),
    "venue": (
        update(
            venue={"location": {"latitude": 0, "longitude": 0}, "title": "人民广场站", "address": "黄浦区"},
            location={"latitude": 0, "longitude": 0},
        ),
        expected("location", "人民广场站 黄浦区 (0,0)"),
    ),
    "sticker": (
        update(sticker=FILE | {"type": "regular", "width": 9, "height": 9, "is_animated": False, "is_video": False}),
        expected("unsupported", ""),
    ),
    "start": (command("/start"), expected("follow", "", key=BEGAN)),
    "start by a link for the progress": (command("/start status"), expected("choice", "status")),
    "start by a link with a number": (command("/start 2611-0001-3"), expected("text", "2611-0001-3")),
    "start by a link from a card": (command("/start desk_FW2026-00013"), expected("came_by", "desk_FW2026-00013")),
    "start by a link of unknown meaning": (command("/start aGVsbG8"), expected("follow", "", key=BEGAN)),
    "status": (command("/status@tousu_test_bot"), expected("choice", "status")),
    "human": (command("/human"), expected("choice", "human")),
    "complain": (command("/complain"), expected("choice", "complain")),
    "help": (command("/help"), expected("text", "/help")),
    "unknown command": (command("/dance"), expected("text", "/dance")),
    "language": (command("/language"), Call(aside=Aside("which_language", ME, "zh"))),
    "topic": (
        update(text="hi", is_topic_message=True, message_thread_id=77),
        expected("text", "hi", to=Address("telegram", "31", "77")),
    ),
    "words in a group": (update(text="我叫王芳", chat=GROUP), Call()),
    "command in a group": (
        command("/start@tousu_test_bot", chat=GROUP),
        Call(aside=Aside("private_only", Address("telegram", "-10031"), "zh")),
    ),
    "code in a group": (
        command("/alerts@tousu_test_bot 7K3M-9Q2X", chat=GROUP),
        in_group("said", text="7K3M-9Q2X"),
    ),
    "order in a group": (command("/do 受理 2611-0007", chat=GROUP), in_group("said", text="受理 2611-0007")),
    "command for staff without anything behind it": (
        command("/alerts", chat=GROUP),
        Call(aside=Aside("private_only", PLACE, "zh")),
    ),
    "words to the bot in a group": (
        update(text="@Tousu_Test_Bot 接收提醒 7K3M-9Q2X", chat=GROUP),
        in_group("said", text="接收提醒 7K3M-9Q2X"),
    ),
    "words to somebody whose name begins alike": (update(text="@tousu_test_bot2 受理", chat=GROUP), Call()),
    "reply to the bot in a topic of a group": (
        update(
            text="受理 2611-0007",
            chat=GROUP,
            is_topic_message=True,
            message_thread_id=7,
            reply_to_message={"message_id": 4, "chat": GROUP, "date": 1, "text": "?", "from": OURSELVES},
        ),
        in_group("said", Address("telegram", "-10031", "7"), text="受理 2611-0007"),
    ),
    "reply to somebody else in a group": (
        update(text="好", chat=GROUP, reply_to_message={"message_id": 4, "chat": GROUP, "date": 1, "from": FROM}),
        Call(),
    ),
    "people who come into a group": (
        update(chat=GROUP, new_chat_members=[FROM, OURSELVES]),
        in_group("came", people=("31", BOT)),
    ),
    "somebody who leaves a group": (update(chat=GROUP, left_chat_member=FROM), in_group("went", people=("31",))),
    "group that became another": (
        update(chat=GROUP | {"type": "group"}, migrate_to_chat_id=-100777),
        in_group("moved", sender="", text="-100777"),
    ),
    "what a group became": (
        update(chat=GROUP | {"id": -100777}, migrate_from_chat_id=-10031),
        in_group("moved", sender="", text="-100777"),
    ),
    "anonymous administrator": (
        command("/do 受理 2611-0007", chat=GROUP, sender_chat=GROUP, **{"from": ANONYMOUS}),
        in_group("said", sender="1087968824", text="受理 2611-0007"),
    ),
    "edit": (edited(text="电话 13900000000"), expected("edit", "电话 13900000000")),
    "edit of a caption": (edited(photo=[PICTURE], caption="门口"), expected("edit", "门口")),
    "edit of a picture without words": (edited(photo=[PICTURE]), Call()),
    "edit in a group": (edited(text="a", chat=GROUP), Call()),
    "position that moves": (edited(location={"latitude": 1, "longitude": 2}), Call()),
    "words with a link": (
        update(text="见 https://a.cn", entities=[{"type": "url", "offset": 2, "length": 12}]),
        expected("text", "见 https://a.cn"),
    ),
    "reply to an earlier message": (
        update(text="是", reply_to_message={"message_id": 4, "chat": CHAT, "date": 1, "text": "?"}),
        expected("text", "是"),
    ),
    "notice of the platform": (update(pinned_message={"message_id": 1, "chat": CHAT, "date": 0}), Call()),
    "update of another kind": ({"update_id": 4711, "poll_answer": {"poll_id": "1", "option_ids": []}}, Call()),
    "update of a kind nobody knows": ({"update_id": 4711, "teleported": {"x": 1}}, Call()),
}


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_an_update_becomes_exactly_this(name: str) -> None:
    body, call = GOLDEN[name]
    assert parse(body, BOT, NOW, "tousu_test_bot") == call


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_the_short_way_for_plain_words_says_what_the_library_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "plain", lambda update, key, bot_id, now: None)
    body, call = GOLDEN[name]
    assert parse(body, BOT, NOW, "tousu_test_bot") == call


@pytest.mark.parametrize("name", ["text", "control characters", "words with a link", "start", "status", "language"])
def test_plain_words_and_commands_take_the_short_way(name: str) -> None:
    body, call = GOLDEN[name]
    assert parsing.plain(body, f"u:{BOT}:4711", BOT, NOW) == call


def test_a_redelivery_has_the_same_key_and_another_bot_another() -> None:
    first, again = (parse(update(text="hi"), BOT, NOW).message for _ in range(2))
    other = parse(update(text="hi"), "700000002", NOW).message
    assert first
    assert again
    assert other
    assert first.dedupe_key == again.dedupe_key != other.dedupe_key


def pressed(**query: Any) -> dict[str, Any]:
    message = {"message_id": 5, "chat": CHAT, "date": int(SENT.timestamp()), "text": "?"}
    return {
        "update_id": 4711,
        "callback_query": {"id": "9", "from": FROM, "chat_instance": "1", "message": message, **query},
    }


def chosen(kind: MessageKind, text: str, to: Address = ME) -> Call:
    return Call(InboundMessage(to, f"u:{BOT}:4711", NOW, kind, text, (), "zh"), callback_id="9")


def pressed_there(place: Address) -> Call:
    return Call(in_group=InGroup(place, f"u:{BOT}:4711", "pressed", "31", "1.yes", mark="5"), callback_id="9")


BUTTONS: dict[str, tuple[dict[str, Any], Call]] = {
    "button": (pressed(data="12.service"), chosen("choice", "12.service")),
    "button of a message that is gone": (
        pressed(data="1.yes", message={"message_id": 5, "chat": CHAT, "date": 0}),
        chosen("choice", "1.yes"),
    ),
    "button without message": (pressed(data="1.yes", message=None), chosen("choice", "1.yes")),
    "language": (pressed(data="language.english"), chosen("text", "english")),
    "game": (pressed(game_short_name="x"), Call(callback_id="9")),
    "button in a group": (
        pressed(data="1.yes", message={"message_id": 5, "chat": GROUP, "date": 1}),
        pressed_there(PLACE),
    ),
    "button in a topic of a group": (
        pressed(
            data="1.yes",
            message={"message_id": 5, "chat": GROUP, "date": 1, "is_topic_message": True, "message_thread_id": 7},
        ),
        pressed_there(Address("telegram", "-10031", "7")),
    ),
    "button in a group, of a message that is gone": (
        pressed(data="1.yes", message={"message_id": 5, "chat": GROUP, "date": 0}),
        pressed_there(PLACE),
    ),
    "button without a key in a group": (
        pressed(game_short_name="x", message={"message_id": 5, "chat": GROUP, "date": 1}),
        Call(callback_id="9"),
    ),
}


@pytest.mark.parametrize("name", sorted(BUTTONS))
def test_a_pressed_button_becomes_exactly_this(name: str) -> None:
    body, call = BUTTONS[name]
    assert parse(body, BOT, NOW) == call


@pytest.mark.parametrize("name", sorted(BUTTONS))
def test_the_short_way_for_buttons_says_what_the_library_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "plain", lambda update, key, bot_id, now: None)
    body, call = BUTTONS[name]
    assert parse(body, BOT, NOW) == call


def test_a_button_in_a_topic_is_pressed_in_that_topic() -> None:
    message = {"message_id": 5, "chat": CHAT, "date": 1, "text": "?", "is_topic_message": True, "message_thread_id": 7}
    call = parse(pressed(data="1.yes", message=message), BOT, NOW)
    assert call == chosen("choice", "1.yes", Address("telegram", "31", "7"))


@pytest.mark.parametrize(
    "body",
    [None, [], 3, {}, {"update_id": True}, {"update_id": "1"}, {"update_id": 1, "message": {}}, {"update_id": 1, "message": 7},
     update(date=10**30), update(chat={"id": "x", "type": "private"}, text="a"), update(photo=[{}], text="")],
)  # fmt: skip
def test_what_makes_no_sense_is_said_to_make_none(body: object) -> None:
    with pytest.raises(UNREADABLE):
        parse(body, BOT, NOW)
